"""The states of a refresh item, and who may move it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_store.errors import FieldError, StoreError
from persona_store.models import RefreshItem
from persona_store.refresh.item_moves import (
    CLOSED_STATES,
    FROM,
    OF_ITSELF,
    OPEN_STATES,
    Move,
    With,
    changes_of,
    check_move,
    check_seen,
    moved,
    version_of,
)

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
STATES = (*OPEN_STATES, *CLOSED_STATES)


def item(state: str = "new", number: int = 12, **values: object) -> RefreshItem:
    made = RefreshItem(
        id=number, kind="insight", text="x", personas=[], state=state, opened_at=NOW, changed_at=NOW
    )
    for name, value in values.items():
        setattr(made, name, value)
    return made


ENOUGH = With(reason="We know that.", until=TODAY + timedelta(days=7), into=item(number=14))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("move", list(Move))
def test_a_move_is_made_from_its_states_alone(move: Move, state: str) -> None:
    if state in FROM[move]:
        check_move(item(state), move, is_council=True, given=ENOUGH, today=TODAY)
    else:
        with pytest.raises(StoreError, match="#12"):
            check_move(item(state), move, is_council=True, given=ENOUGH, today=TODAY)


@pytest.mark.parametrize("move", [move for move in Move if move not in OF_ITSELF])
def test_only_the_council_decides(move: Move) -> None:
    with pytest.raises(StoreError, match="Only the council"):
        check_move(item(FROM[move][0]), move, is_council=False, given=ENOUGH, today=TODAY)


@pytest.mark.parametrize(
    ("move", "given", "field"),
    [
        (Move.DECLINE, With(), "reason"),
        (Move.DECLINE, With(reason="  "), "reason"),
        (Move.DECLINE, With(reason="x" * 1_001), "reason"),
        (Move.SNOOZE, With(), "until"),
        (Move.SNOOZE, With(until=TODAY), "until"),
        (Move.SNOOZE, With(until=TODAY + timedelta(days=367)), "until"),
        (Move.MERGE, With(), "into"),
        (Move.MERGE, With(into=item()), "into"),
        (Move.MERGE, With(into=item("declined", 14)), "into"),
        (Move.MERGE, With(into=item("duplicate", 14)), "into"),
    ],
)
def test_what_was_entered_wrongly_is_told_at_its_field(move: Move, given: With, field: str) -> None:
    with pytest.raises(FieldError) as error:
        check_move(item(), move, is_council=True, given=given, today=TODAY)

    assert error.value.field == field


@given(st.sampled_from(STATES), st.sampled_from(list(Move)))
def test_a_move_leads_to_a_state_there_is(state: str, move: Move) -> None:
    assert moved(item(state), move) in STATES


@given(st.sampled_from(OPEN_STATES))
def test_undoing_a_merge_brings_back_what_was(state: str) -> None:
    one = item(state)
    if state == "snoozed":
        one.was, one.snoozed_until = "in_review", TODAY + timedelta(days=3)
    before = (one.state, one.was, one.snoozed_until, one.merged_into)
    for move in (Move.MERGE, Move.UNMERGE):
        for name, value in changes_of(one, move, ENOUGH).items():
            setattr(one, name, value)

    assert (one.state, one.was, one.snoozed_until, one.merged_into) == before


def test_what_was_snoozed_wakes_as_what_it_was() -> None:
    assert moved(item("snoozed", was="in_review"), Move.WAKE) == "in_review"


def test_what_is_snoozed_gets_another_day_and_wakes_as_what_it_was() -> None:
    one = item("snoozed", was="in_review", snoozed_until=TODAY + timedelta(days=3))

    assert changes_of(one, Move.SNOOZE, ENOUGH) == {
        "state": "snoozed",
        "was": "in_review",
        "snoozed_until": ENOUGH.until,
        "reason": None,
        "revision_id": None,
    }


def test_the_day_until_which_it_is_snoozed_is_no_other_day() -> None:
    with pytest.raises(FieldError, match="until that day already"):
        check_move(
            item("snoozed", snoozed_until=ENOUGH.until),
            Move.SNOOZE,
            is_council=True,
            given=ENOUGH,
            today=TODAY,
        )


def test_a_decision_that_is_taken_back_leaves_no_reason_behind() -> None:
    assert changes_of(item("declined", reason="We know that."), Move.REOPEN)["reason"] is None


def test_what_is_as_it_was_seen_can_be_moved() -> None:
    check_seen(item(), version_of(item()))


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (item("declined"), "#12 was changed .* It has been declined already"),
        (item(assignee="U0CAROL"), "#12 was changed"),
    ],
)
def test_what_somebody_else_changed_is_told_before_it_is_moved(now: RefreshItem, told: str) -> None:
    with pytest.raises(StoreError, match=told):
        check_seen(now, version_of(item()))
