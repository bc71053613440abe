"""Whether two statements may say nearly the same: by meaning where there are vectors, else by words and topics."""

import numpy as np

from persona_store.catalogue import Snapshot, StatementEntry
from persona_store.evidence import Strength
from persona_store.language.nearness import NEAR_IN_MEANING, Nearness


def statement(key: str, text: str, topic: str = "") -> StatementEntry:
    return StatementEntry(key, key[:1], "need", text, topic, (), (), Strength.VALIDATED)


ONE, SAME, OTHER = (
    statement("a1", "Wants one summary in the morning", "alerts"),
    statement("b1", "Prefers a single message before breakfast", "notices"),
    statement("c1", "Pays by the month", "price"),
)
ALL = (ONE, SAME, OTHER)


def nearness(
    vectors: list[list[float]] | None = None, statements: tuple[StatementEntry, ...] = ALL
) -> Nearness:
    rows = None if vectors is None else np.array(vectors, np.float32)
    return Nearness(Snapshot(1, "en", (), statements, (), ()), rows, str.split)


def test_two_statements_of_one_meaning_are_near_whatever_their_words() -> None:
    by_meaning = nearness([[1, 0], [0.9, 0.44], [0, 1]])

    assert by_meaning(ONE, SAME)
    assert not by_meaning(ONE, OTHER)


def test_the_limit_of_meaning_holds_on_both_sides() -> None:
    just = [NEAR_IN_MEANING, (1 - NEAR_IN_MEANING**2) ** 0.5, 0]
    below = [NEAR_IN_MEANING - 0.01, (1 - (NEAR_IN_MEANING - 0.01) ** 2) ** 0.5 * -1, 0]
    by_meaning = nearness([[1, 0, 0], just, below])

    assert by_meaning(ONE, SAME)
    assert not by_meaning(ONE, OTHER)


def test_where_a_statement_has_no_vector_yet_its_words_decide() -> None:
    repeated = statement("d1", "Wants one summary in the evening", "evenings")
    statements = (*ALL, repeated)
    partly = nearness([[0, 0], [1, 0], [0, 1], [1, 0]], statements)

    assert partly(ONE, repeated)
    assert not partly(ONE, OTHER)


def test_by_words_a_topic_in_common_is_near_too() -> None:
    other_words = statement("d1", "Pays by the month", "Alerts")

    assert nearness()(ONE, other_words)
    assert not nearness()(ONE, OTHER)


def test_a_model_whose_cosines_are_all_high_has_a_higher_limit() -> None:
    chance = np.random.default_rng(1)
    rows = chance.normal(size=(60, 40)) + 4  # all rows point much the same way
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    statements = tuple(statement(f"{number}", "x") for number in range(60))
    by_meaning = nearness(rows.tolist(), statements)
    near = [by_meaning(one, other) for one in statements for other in statements if one is not other]

    assert 0.05 < sum(near) / len(near) < 0.3
