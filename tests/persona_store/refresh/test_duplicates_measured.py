"""What the measurement of duplicates says, on pairs small enough to know the answer."""

import pytest

from bench.duplicates import HERE, Pair, among_others, other_pairs, told_by_length
from persona_store.answering import Index
from tests.persona_store.bakery import bakery

BAKERY = bakery()
PASSWORDS = "The team is locked out of the shared tablet by six passwords"
FLOUR = "The flour arrives too late on Mondays"


def pair(new: str, known: str, *, is_same: bool = True, index: Index = BAKERY) -> Pair:
    return Pair(is_same, new, known, index)


def test_a_repetition_beside_an_unlike_text_is_told() -> None:
    pairs = [
        pair("Six passwords lock the team out of the shared tablet", PASSWORDS),
        pair("On Mondays the flour arrives late", FLOUR),
    ]

    assert among_others(pairs).f1 == 1


def test_a_repetition_in_other_words_is_missed_by_words() -> None:
    assert among_others([pair("Nobody gets into the device any more", PASSWORDS)]).recall == 0


def test_a_statement_is_set_beside_those_of_the_same_persona() -> None:
    one = BAKERY.snapshot.statements[0]
    of_the_same = {other.text for other in BAKERY.snapshot.statements if other.persona == one.persona}

    found = other_pairs(pair("Something", one.text), [])

    assert {other.known for other in found} == of_the_same - {one.text}
    assert not any(other.is_same for other in found)


def test_length_tells_nothing_where_both_kinds_are_as_long() -> None:
    assert told_by_length([pair("two words", FLOUR), pair("words, two", FLOUR, is_same=False)]) == 0.5
    assert told_by_length([pair("now three words", FLOUR), pair("two words", FLOUR, is_same=False)]) == 1


@pytest.mark.parametrize("name", ["duplicates_hard.tsv", "duplicates_hard_seen.tsv"])
def test_of_the_hard_pairs_half_say_the_same(name: str) -> None:
    lines = (HERE / name).read_text("utf-8").splitlines()
    kinds, texts, _ = zip(*(line.split("\t") for line in lines), strict=True)

    assert kinds.count("dup") == kinds.count("new") == len(kinds) / 2
    assert len(set(texts)) == len(texts)
