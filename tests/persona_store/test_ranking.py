import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona_store.answering.ranking import LexicalRanker, Query
from persona_store.language.words import Stems

TEXTS = [
    "Needs an invoice for every delivery",
    "Exports invoices to a spreadsheet",
    "Logs leftover bread in the evening",
    "請求書を毎月まとめて確認したい",
    "",
]
RANKER = LexicalRanker(TEXTS, Stems("en"))


def order(*content: str) -> list[int]:
    scores = RANKER.scores(Query(content))
    return [int(at) for at in np.argsort(-scores, kind="stable") if scores[at] > 0.01]


def test_other_forms_of_a_word_count() -> None:
    assert order("exporting")[0] == 1
    assert set(order("invoicing")[:2]) == {0, 1}


def test_the_text_with_more_of_the_question_comes_first() -> None:
    assert order("invoices", "spreadsheets")[0] == 1


def test_parts_of_words_count_where_no_word_is_shared() -> None:
    assert order("breadbasket")[0] == 2


def test_british_and_american_spellings_are_the_same_word() -> None:
    ranker = LexicalRanker(["Chooses the colour and organises the shelf", "Other things"], Stems("en"))

    assert ranker.scores(Query(("color", "organize")))[0] > 0.7


def test_scripts_without_spaces_are_matched_by_pairs_of_characters() -> None:
    assert order("請求書はどこ")[0] == 3


def test_words_that_no_text_has_lower_the_score() -> None:
    full, half = RANKER.scores(Query(("spreadsheet",))), RANKER.scores(Query(("spreadsheet", "zeppelin")))

    assert half[1] < 0.7 * full[1]


def test_the_words_that_carry_a_question_decide_between_equals() -> None:
    plain, carried = RANKER.scores(Query(("invoice",))), RANKER.scores(Query(("invoice",), ("every",)))

    assert carried[0] - carried[1] > plain[0] - plain[1]


def test_no_words_score_nothing() -> None:
    assert RANKER.scores(Query(())).tolist() == [0.0] * len(TEXTS)


def test_scores_do_not_depend_on_the_portions_the_index_is_made_in(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(3)
    texts = [
        " ".join(chance.choices(["bread", "oven", "till", "rota", "waste", "queue"], k=4)) for _ in range(50)
    ]
    whole = LexicalRanker(texts, Stems("en")).scores(Query(("ovens", "waste")))
    monkeypatch.setattr("persona_store.answering.ranking.GRAM_CHUNK", 7)

    assert np.allclose(LexicalRanker(texts, Stems("en")).scores(Query(("ovens", "waste"))), whole)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=80), max_size=6), st.lists(st.text(max_size=20), max_size=5))
def test_any_texts_and_words_score_between_nothing_and_a_little_over_one(
    texts: list[str], said: list[str]
) -> None:
    scores = LexicalRanker(texts, Stems("en")).scores(Query(tuple(said)))

    assert scores.shape == (len(texts),)
    assert np.all((scores >= 0) & (scores < 1.5))
