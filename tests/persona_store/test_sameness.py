"""Texts that say again what is known, and texts that only speak of the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona_store.answering.index import Index
from persona_store.catalogue import Snapshot
from persona_store.language.embedding import Embedder, find_embedder
from persona_store.language.sameness import ALIKE, SAME
from tests.persona_store.bakery import bakery

BY_WORDS = bakery()


@pytest.fixture(scope="module")
def by_meaning() -> Index:
    found: Embedder | None = find_embedder({})
    if found is None:
        pytest.skip("the language model is not installed: make test installs it")
    return Index(Snapshot(1, "en", (), (), (), ()), found)


def test_names_do_not_matter() -> None:
    assert (
        BY_WORDS.likeness("Priya loses an hour to password resets", "Loses an hour to password resets") == 1
    )


def test_other_words_are_another_matter() -> None:
    assert BY_WORDS.likeness("Priya wants longer opening hours", "Loses an hour to password resets") < SAME


def test_the_same_in_other_words_is_known_by_its_meaning(by_meaning: Index) -> None:
    known = "Waits days for a corrected invoice because support passes the request along unread"

    assert by_meaning.likeness("It takes support days to hand out a corrected bill", known) >= SAME


def test_something_new_about_the_same_thing_is_new(by_meaning: Index) -> None:
    known = "UI testing isn't automated so that takes time out of the testing process."

    assert by_meaning.likeness("Wants UI tests to run on real devices at the weekend", known) < SAME


def test_without_telling_words_texts_are_compared_as_they_are(by_meaning: Index) -> None:
    assert by_meaning.likeness("who is it?", "who is it?") == pytest.approx(1)
    assert BY_WORDS.likeness("who is it?", "who is it?") == 1


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_it_is_a_share(new: str, known: str) -> None:
    assert 0 <= BY_WORDS.likeness(new, known) <= 1


# Two texts, whichever is the new one

BILL = "Waits days for a corrected invoice because support passes the request along unread"
BILL_AGAIN = "It takes support days to hand out a corrected bill"


def test_two_that_say_the_same_in_other_words_are_alike_both_ways(by_meaning: Index) -> None:
    likeness = by_meaning.sameness(BILL_AGAIN, BILL)

    assert likeness >= ALIKE
    assert by_meaning.sameness(BILL, BILL_AGAIN) == pytest.approx(likeness)


def test_two_that_only_speak_of_the_same_are_not_alike(by_meaning: Index) -> None:
    assert by_meaning.sameness("Support asks to pay bills by direct debit", BILL) < ALIKE


def test_without_the_model_two_are_alike_by_the_words_they_share() -> None:
    known = "The team is locked out of the shared tablet by six passwords"

    assert BY_WORDS.sameness("Six passwords lock the team out of the tablet", known) >= ALIKE
    assert BY_WORDS.sameness("The tablet needs a cover", known) < ALIKE


@settings(max_examples=30)
@given(one=st.text(), other=st.text())
def test_whatever_two_texts_are_their_sameness_is_a_share(one: str, other: str) -> None:
    assert 0 <= BY_WORDS.sameness(one, other) <= 1
