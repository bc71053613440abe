"""Whose week it is."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_store.database import Store
from persona_store.errors import StoreError
from persona_store.people import set_role
from persona_store.refresh.rota import pass_week_on, week_of, whose_turn, whose_week
from tests.persona_store.refresh.items import ALICE, BOB, CAROL, DAVE

MONDAY = date(2026, 11, 16)


@given(st.sets(st.text("ABC", min_size=1), min_size=1, max_size=7), st.integers(-500, 500))
def test_everybody_has_a_week_in_turn(council: set[str], weeks: int) -> None:
    first = MONDAY + timedelta(weeks=weeks)
    turns = [
        whose_turn(sorted(council), first + timedelta(weeks=number)) for number in range(2 * len(council))
    ]

    assert Counter(turns) == dict.fromkeys(council, 2)


def test_where_nobody_is_on_the_council_it_is_nobodys() -> None:
    assert whose_turn([], MONDAY) is None


@pytest.mark.parametrize("day", [16, 22])
def test_a_week_is_from_monday_to_sunday(day: int) -> None:
    assert week_of(datetime(2026, 11, day, 23, 59, tzinfo=UTC)) == MONDAY


@pytest.fixture
def council(store: Store) -> Store:
    with store.begin() as session:
        for person in (BOB, CAROL, DAVE):
            set_role(session, person, "council")
    return store


def test_a_week_can_be_passed_on_and_passed_on_again(council: Store, now: datetime) -> None:
    with council.begin() as session:
        first = whose_week(session, now) or ""
        second = pass_week_on(session, first, now)
        third = pass_week_on(session, second, now)

        assert {first, second, third} == {BOB, CAROL, DAVE}
        assert whose_week(session, now) == third
        assert whose_week(session, now + timedelta(weeks=3)) == first


def test_nobody_passes_on_what_is_not_theirs(council: Store, now: datetime) -> None:
    with council.begin() as session, pytest.raises(StoreError, match="somebody else"):
        pass_week_on(session, ALICE, now)


def test_whoever_left_the_council_has_no_week(council: Store, now: datetime) -> None:
    with council.begin() as session:
        taken_over = pass_week_on(session, whose_week(session, now) or "", now)
        set_role(session, taken_over, None)

        assert whose_week(session, now) in {BOB, CAROL, DAVE} - {taken_over}


def test_the_only_one_keeps_it(store: Store, now: datetime) -> None:
    with store.begin() as session:
        set_role(session, CAROL, "council")
        with pytest.raises(StoreError, match="Nobody else"):
            pass_week_on(session, CAROL, now)
