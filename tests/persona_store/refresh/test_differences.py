"""What changed, in words: to the word, with nothing left out."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_store.refresh.differences import Did, Run, compare_words, difference_of, histories_of
from tests.persona_store.refresh.test_merging import persona, snapshots, statement

LINE = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=8).map(" ".join)


def told(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return list(difference_of(before, after).lines())


def test_words_that_stayed_went_and_came_are_told_apart() -> None:
    assert compare_words("Wants three more shops by spring", "Wants two more shops before spring") == (
        Run("same", "Wants"),
        Run("gone", "three"),
        Run("new", "two"),
        Run("same", "more shops"),
        Run("gone", "by"),
        Run("new", "before"),
        Run("same", "spring"),
    )


def test_texts_that_share_next_to_nothing_are_shown_whole() -> None:
    assert compare_words("Wants to leave at five", "Needs a picture of every loaf") == (
        Run("gone", "Wants to leave at five"),
        Run("new", "Needs a picture of every loaf"),
    )


@given(LINE, LINE)
def test_from_the_words_either_text_can_be_read(before: str, after: str) -> None:
    runs = compare_words(before, after)

    assert " ".join(run.text for run in runs if run.what != "new") == before
    assert " ".join(run.text for run in runs if run.what != "gone") == after


@given(snapshots(), snapshots())
def test_there_is_no_difference_only_where_there_is_none(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert not difference_of(one, one)
    assert bool(difference_of(one, other)) == bool(difference_of(other, one))


@pytest.mark.parametrize(
    ("after", "line"),
    [
        (persona(statement("p.1"), statement("p.2", "New.")), "+ p.2: New."),
        (persona(), "- p.1: Wants it."),
        (persona(statement("p.1", "Wants it now.")), "~ p.1: Wants it. -> Wants it now."),
        (persona(statement("p.1", evidence=["e1"])), "~ p.1: evidence +e1"),
        (persona(statement("p.1", kind="need")), "~ p.1: kind goal -> need"),
        (persona(statement("p.1"), summary="Short."), "~ summary: nothing -> Short."),
        (persona(statement("p.1"), demographics={"age": 34}), "~ demographics, age: nothing -> 34"),
        (
            persona(statement("p.1"), journey=[{"stage": "trial", "doing": "Looks."}]),
            "~ journey, trial, doing: nothing -> Looks.",
        ),
    ],
)
def test_each_thing_that_is_different_has_a_line(after: dict[str, Any], line: str) -> None:
    assert told(persona(statement("p.1")), after) == [line]


def test_another_order_of_the_same_is_told_too() -> None:
    one, other = statement("p.1"), statement("p.2")

    assert told(persona(one, other), persona(other, one)) == ["~ order of the statements"]


def test_another_order_of_the_journey_is_told_too() -> None:
    first, second = {"stage": "trial", "doing": "Looks."}, {"stage": "renewal", "doing": "Pays."}

    assert told(persona(journey=[first, second]), persona(journey=[second, first])) == [
        "~ order of the journey"
    ]


def test_a_statement_that_lost_its_research_is_an_assumption_now() -> None:
    (one,) = difference_of(persona(statement("p.1", evidence=["e1"])), persona(statement("p.1"))).statements

    assert (one.did, one.was_assumption, one.is_assumption) == (Did.CHANGED, False, True)
    assert one.went("evidence") == ("e1",)


def test_the_history_of_each_statement_tells_when_it_changed() -> None:
    found = histories_of(
        [
            (1, persona(statement("p.1"), statement("p.2", "Old."))),
            (2, persona(statement("p.1", "Wants it now."), statement("p.2", "Old."))),
            (3, persona(statement("p.3", "New."), statement("p.1", "Wants it now."))),
            (4, persona(statement("p.2", "Old."), statement("p.3", "New."))),
        ]
    )

    assert [(one.key, [(event.number, event.did.value) for event in one.events]) for one in found] == [
        ("p.2", [(1, "added"), (3, "retired"), (4, "added")]),
        ("p.3", [(3, "added")]),
        ("p.1", [(1, "added"), (2, "reworded"), (4, "retired")]),
    ]
    assert [one.is_retired for one in found] == [False, False, True]
