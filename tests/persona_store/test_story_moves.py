"""Who may move a story, from where to where, with what."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from persona_store.errors import StoreError
from persona_store.models import Story
from persona_store.stories import choose_turn
from persona_store.story_moves import (
    FROM,
    PROMISED,
    TOLD,
    Actor,
    Move,
    check_move,
    check_seen,
    missing,
    moved,
    version_of,
)

AUTHOR = Actor("U0BOB")
COUNCIL = Actor("U0CAROL", is_council=True)
STRANGER = Actor("U0ALICE")
STATES = ("draft", "submitted", "approved", "published", "withdrawn")
DAY = datetime(2026, 11, 2, tzinfo=UTC)


def story(state: str = "draft", **values: Any) -> Story:
    told: dict[str, Any] = {
        "id": 1, "title": "The van", "personas": ["priya"], "happened": "She called.", "needed": "A person.",
        "did": "We called back.", "outcome": "She stayed.", "consent": True, "anonymised": True,
        "author": "U0BOB", "credited": True,
    }  # fmt: skip
    return Story(**told | {"state": state} | values)


def may(one: Story, move: Move, by: Actor) -> bool:
    try:
        check_move(one, move, by)
    except StoreError:
        return False
    return True


def test_only_the_moves_of_the_table_are_possible() -> None:
    possible = {
        (state, move)
        for state, move in itertools.product(STATES, Move)
        if may(story(state), move, AUTHOR) or may(story(state), move, COUNCIL)
    }

    assert possible == {(state, move) for move, states in FROM.items() for state in states}


def test_where_each_move_leads() -> None:
    assert moved(story("draft"), Move.SUBMIT) == "submitted"
    assert moved(story("submitted"), Move.APPROVE) == "approved"
    assert moved(story("submitted"), Move.RETURN) == "draft"
    assert {moved(story(state), Move.WITHDRAW) for state in STATES} == {"withdrawn"}


@pytest.mark.parametrize(("state", "after"), [("approved", "submitted"), ("published", "submitted")])
def test_what_changes_after_the_approval_needs_another(state: str, after: str) -> None:
    assert moved(story(state), Move.EDIT, changes=True) == after
    assert moved(story(state), Move.EDIT, changes=False) == state


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_what_changes_before_the_approval_stays_where_it_is(state: str) -> None:
    assert moved(story(state), Move.EDIT, changes=True) == state


def test_a_story_that_was_posted_is_published_again_once_its_change_is_approved() -> None:
    assert moved(story("submitted", published_at=DAY), Move.APPROVE) == "published"


@pytest.mark.parametrize("lacking", TOLD)
def test_a_story_that_lacks_a_part_is_not_submitted(lacking: str) -> None:
    assert not may(story("draft", **{lacking: None}), Move.SUBMIT, AUTHOR)


@pytest.mark.parametrize("lacking", PROMISED)
def test_without_both_promises_a_story_is_submitted_but_not_approved(lacking: str) -> None:
    assert may(story("draft", **{lacking: False}), Move.SUBMIT, AUTHOR)
    assert not may(story("submitted", **{lacking: False}), Move.APPROVE, COUNCIL)


def test_the_refusal_says_all_that_is_missing() -> None:
    with pytest.raises(StoreError, match="the customer’s consent and that nobody in it can be recognised"):
        check_move(story("submitted", consent=False, anonymised=False), Move.APPROVE, COUNCIL)

    assert missing(story(consent=False), PROMISED) == ["consent"]


def test_nobody_approves_their_own_story() -> None:
    own = story("submitted", author=COUNCIL.slack_user_id)

    with pytest.raises(StoreError, match="Somebody else of the council"):
        check_move(own, Move.APPROVE, COUNCIL)


def test_a_council_of_one_approves_its_own_story() -> None:
    own = story("submitted", author=COUNCIL.slack_user_id)

    check_move(own, Move.APPROVE, replace(COUNCIL, is_alone=True))


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("state", STATES)
def test_whoever_is_neither_author_nor_council_may_do_nothing(state: str, move: Move) -> None:
    assert not may(story(state), move, STRANGER)


@pytest.mark.parametrize("move", Move)
def test_a_draft_is_its_authors_alone(move: Move) -> None:
    assert not may(story("draft"), move, COUNCIL)


@pytest.mark.parametrize("move", [Move.APPROVE, Move.RETURN])
def test_an_author_who_is_not_of_the_council_neither_approves_nor_returns(move: Move) -> None:
    assert not may(story("submitted"), move, AUTHOR)


def test_whoever_comes_too_late_hears_what_happened_meanwhile() -> None:
    seen = version_of(story("submitted"))

    with pytest.raises(StoreError, match="has been withdrawn"):
        check_seen(story("withdrawn"), seen)
    with pytest.raises(StoreError, match="has been approved already"):
        check_seen(story("approved"), seen)
    with pytest.raises(StoreError, match="changed while you had it open"):
        check_seen(story("submitted", title="The lorry"), seen)
    check_seen(story("submitted"), seen)


# Whose turn it is


def waiting(number: int, personas: str, day: int = 1) -> Story:
    return story("approved", id=number, personas=personas.split(), approved_at=DAY.replace(day=day))


def turns(stories: list[Story], told: list[list[str]] | None = None) -> list[int]:
    """Numbers of the stories in the order in which they are told."""
    left, before, order = list(stories), list(told or []), []
    while chosen := choose_turn(left, before):
        left.remove(chosen)
        before.insert(0, chosen.personas)
        order.append(chosen.id)
    return order


def test_the_oldest_approval_is_told_first() -> None:
    assert turns([waiting(1, "priya", 3), waiting(2, "marco", 1), waiting(3, "yuki", 2)]) == [2, 3, 1]


def test_of_equal_approvals_the_older_story_is_told_first() -> None:
    assert turns([waiting(2, "priya"), waiting(1, "marco")]) == [1, 2]


def test_personas_take_turns_however_many_stories_one_has() -> None:
    many = [waiting(number, "priya", number) for number in range(1, 5)]
    others = [waiting(5, "marco", 20), waiting(6, "yuki", 21)]

    assert turns([*many, *others]) == [1, 5, 6, 2, 3, 4]


def test_the_persona_whose_last_story_is_longest_ago_comes_first() -> None:
    both = [waiting(1, "priya", 1), waiting(2, "marco", 2)]

    assert turns(both, told=[["priya"], ["marco"]])[0] == 2
    assert turns(both, told=[["marco"], ["priya"]])[0] == 1


def test_a_story_of_two_personas_is_as_new_as_the_one_told_last() -> None:
    assert turns([waiting(1, "priya marco"), waiting(2, "yuki", 9)], told=[["marco"], ["yuki"]])[0] == 2


def test_when_all_are_told_nothing_is() -> None:
    assert choose_turn([], [["priya"]]) is None
