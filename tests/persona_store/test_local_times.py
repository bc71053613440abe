from collections.abc import Iterator
from datetime import UTC, datetime, time
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from bench.local_times import Tally, check_zone
from persona_store.errors import StoreError
from persona_store.posts.local_times import (
    Occurrence,
    Schedule,
    daytime,
    end_of_local_day,
    get_zone,
    list_zones,
    next_occurrence,
)

MONDAYS = Schedule((0,), time(9, 30), "Europe/Madrid")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def after(schedule: Schedule, moment: str, count: int) -> list[str]:
    return [f"{one.local_time} = {one.at:%d %H:%M}" for one in islice(_each(schedule, utc(moment)), count)]


def _each(schedule: Schedule, moment: datetime) -> Iterator[Occurrence]:
    while True:
        found = next_occurrence(schedule, moment)
        yield found
        moment = found.at


def test_the_next_monday_is_found_from_any_day_of_the_week() -> None:
    found = {next_occurrence(MONDAYS, utc(f"2026-11-{day}T12:00")).local_time for day in range(16, 23)}

    assert found == {"2026-11-23T09:30"}


def test_an_occurrence_is_strictly_after_the_moment_asked_for() -> None:
    first = next_occurrence(MONDAYS, utc("2026-11-23T08:29:59"))

    second = next_occurrence(MONDAYS, first.at)

    assert first == Occurrence("2026-11-23T09:30", utc("2026-11-23T08:30"))
    assert second.local_time == "2026-11-30T09:30"


def test_nine_thirty_stays_nine_thirty_when_the_clocks_change() -> None:
    assert after(MONDAYS, "2026-10-18T12:00", 2) == [
        "2026-10-19T09:30 = 19 07:30",
        "2026-10-26T09:30 = 26 08:30",
    ]
    assert after(MONDAYS, "2027-03-21T12:00", 2) == [
        "2027-03-22T09:30 = 22 08:30",
        "2027-03-29T09:30 = 29 07:30",
    ]


def test_a_time_that_the_clocks_skip_comes_when_it_would_have_been() -> None:
    nightly = Schedule(tuple(range(7)), time(2, 30), "Europe/Madrid")

    assert after(nightly, "2027-03-27T12:00", 2) == [
        "2027-03-28T02:30 = 28 01:30",
        "2027-03-29T02:30 = 29 00:30",
    ]


def test_a_time_that_comes_twice_in_a_night_comes_the_first_time_only() -> None:
    nightly = Schedule(tuple(range(7)), time(2, 30), "Europe/Madrid")

    assert after(nightly, "2026-10-24T12:00", 2) == [
        "2026-10-25T02:30 = 25 00:30",
        "2026-10-26T02:30 = 26 01:30",
    ]


def test_a_day_that_a_zone_leaves_out_has_no_occurrence() -> None:
    fridays = Schedule((4,), time(9, 30), "Pacific/Apia")

    found = after(fridays, "2011-12-20T00:00", 3)

    assert [one[:10] for one in found] == ["2011-12-23", "2012-01-06", "2012-01-13"]


def test_the_day_of_an_occurrence_ends_at_its_midnight() -> None:
    assert end_of_local_day("2026-11-23T09:30", "Europe/Madrid") == utc("2026-11-23T23:00")
    assert end_of_local_day("2026-11-23T09:30", "America/New_York") == utc("2026-11-24T05:00")


def test_an_occurrence_whose_hour_is_skipped_into_the_next_day_is_useful_until_that_day_ends() -> None:
    late = Schedule(tuple(range(7)), time(23, 30), "America/Nuuk")

    found = next_occurrence(late, utc("2027-03-27T12:00"))

    assert found.local_time == "2027-03-27T23:30"
    assert found.at.astimezone(ZoneInfo("America/Nuuk")).isoformat() == "2027-03-28T00:30:00-01:00"
    assert end_of_local_day(found.local_time, "America/Nuuk") == utc("2027-03-29T01:00")


@pytest.mark.parametrize(
    ("zone", "year"),
    [
        ("Europe/Madrid", 2027),
        ("America/Nuuk", 2027),  # skips the last hour of a day
        ("America/Havana", 2027),  # skips and repeats the first
        ("Australia/Lord_Howe", 2027),  # by half an hour
        ("Antarctica/Troll", 2027),  # by two
        ("Africa/Casablanca", 2027),  # around Ramadan
        ("America/St_Johns", 2010),  # a minute past midnight
        ("Pacific/Apia", 2011),  # without 30 December
    ],
)
def test_every_schedule_of_a_year_is_as_a_clock_of_the_zone_shows_it(zone: str, year: int) -> None:
    tally = Tally()

    check_zone(zone, datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 10, tzinfo=UTC), tally)

    assert tally == Tally(occurrences=tally.occurrences, changes=tally.changes)
    assert tally.occurrences > 2_000
    assert tally.changes >= 2


def test_a_schedule_without_weekdays_is_refused() -> None:
    with pytest.raises(StoreError, match="at least one weekday"):
        next_occurrence(Schedule((), time(9, 30), "UTC"), utc("2026-11-22T09:30"))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Europe/Madird", "“Europe/Madird”. Did you mean Europe/Madrid?"),
        ("Olympus", "Write it as REGION/CITY"),
        ("", "Write it as REGION/CITY"),
        ("Europe", "There is no time zone “Europe”"),
        ("../../etc/passwd", "There is no time zone"),
        ("a\0b", "There is no time zone"),
        ("x" * 5_000, "There is no time zone"),
    ],
)
def test_an_unknown_zone_is_refused_in_words(name: str, told: str) -> None:
    with pytest.raises(StoreError) as refused:
        get_zone(name)

    assert told in str(refused.value)
    assert len(str(refused.value)) < 150


def test_every_zone_that_people_choose_from_is_known() -> None:
    zones = list_zones()

    assert {"Europe/Madrid", "Europe/Amsterdam", "Asia/Kolkata", "America/New_York"} <= set(zones)
    assert [get_zone(zone).key for zone in zones] == list(zones)


@pytest.mark.parametrize(
    ("moment", "zone", "working_days", "by_day"),
    [
        ("2026-11-23 09:00", "UTC", False, "2026-11-23 09:00"),
        ("2026-11-23 09:00", "America/New_York", False, "2026-11-23 13:00"),
        ("2026-11-23 09:00", "Asia/Tokyo", False, "2026-11-23 09:00"),
        ("2026-11-23 15:00", "Asia/Tokyo", False, "2026-11-23 23:00"),
        ("2026-11-21 12:00", "Europe/Madrid", False, "2026-11-21 12:00"),
        ("2026-11-21 12:00", "Europe/Madrid", True, "2026-11-23 07:00"),
    ],
)
def test_what_can_wait_comes_by_day(moment: str, zone: str, by_day: str, *, working_days: bool) -> None:
    assert daytime(utc(moment), zone, working_days=working_days) == utc(by_day)
