"""A reminder never comes at night, and never right after the round."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_store.posts.local_times import list_zones
from persona_store.trivia.reminders import reminder_at

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
OPENED = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(OPENED, st.integers(1, 168), st.sampled_from(list_zones()))
def test_it_comes_in_working_hours_there_well_after_the_round_and_before_its_end(
    opened_at: datetime, hours: int, zone: str
) -> None:
    closes_at = opened_at + timedelta(hours=hours)
    found = reminder_at(opened_at, closes_at, zone)

    if found is not None:
        there = found.astimezone(ZoneInfo(zone))
        assert 9 <= there.hour < 18
        assert there.weekday() < 5
        assert opened_at + (closes_at - opened_at) / 4 <= found <= closes_at - timedelta(hours=1)


@pytest.mark.parametrize(
    ("hours", "zone", "told"),
    [
        (1, "UTC", None),
        (4, "UTC", "Mon 13:00"),
        (8, "UTC", "Mon 17:00"),
        (12, "UTC", "Mon 16:00"),  # it closes at ten in the evening
        (24, "UTC", "Tue 09:00"),
        (24, "America/New_York", "Mon 16:00"),  # it closes at five in the morning there
        (120, "UTC", "Fri 16:00"),  # it closes on Saturday
        (168, "Asia/Tokyo", "Mon 16:00"),
    ],
)
def test_it_comes_an_hour_before_the_end_or_on_the_afternoon_before(
    hours: int, zone: str, told: str | None
) -> None:
    found = reminder_at(MONDAY, MONDAY + timedelta(hours=hours), zone)

    assert (found and f"{found.astimezone(ZoneInfo(zone)):%a %H:%M}") == told
