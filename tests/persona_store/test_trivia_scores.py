"""Points, ranks, seasons and streaks: rules that hold whatever people do, wherever they are."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_store.posts.local_times import list_zones
from persona_store.trivia.scores import (
    Score,
    Season,
    Streak,
    is_working_day,
    local_day,
    ranked,
    season_of,
    standing_of,
    streak,
    working_day_before,
)

ZONES = st.sampled_from(list_zones())
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
DAYS = st.dates(date(2024, 1, 1), date(2028, 1, 1))
SCORES = st.lists(
    st.builds(
        Score,
        st.integers(0, 500).map("U{:04d}".format),
        st.integers(0, 12),
        st.integers(0, 50),
        st.integers(1, 9),
    ),
    unique_by=lambda score: score.slack_user_id,
    max_size=40,
)
FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)


# Ranks


def test_equals_share_a_rank_and_the_next_one_is_left_out() -> None:
    scores = [Score(name, points, 9, 1) for name, points in (("U1", 5), ("U2", 8), ("U3", 5), ("U4", 1))]

    assert [(one.rank, one.score.slack_user_id) for one in ranked(scores)] == [
        (1, "U2"),
        (2, "U1"),
        (2, "U3"),
        (4, "U4"),
    ]


@given(SCORES)
def test_a_rank_is_one_more_than_how_many_have_more_points(scores: list[Score]) -> None:
    standings = ranked(scores)

    assert Counter(one.score for one in standings) == Counter(scores)
    for one in standings:
        assert one.rank == 1 + sum(other.points > one.score.points for other in scores)


@given(SCORES, st.randoms())
def test_the_order_in_which_scores_come_decides_nothing(scores: list[Score], chance: Random) -> None:
    shuffled = chance.sample(scores, len(scores))

    assert ranked(shuffled) == ranked(scores)


def test_whoever_has_no_points_in_a_season_has_no_standing() -> None:
    assert standing_of(ranked([Score("U1", 1, 1, 1)]), "U2") is None


# Seasons


@given(MOMENTS)
def test_every_moment_is_in_exactly_one_season(moment: datetime) -> None:
    season = season_of(moment)

    assert season.begins_at <= moment < season.ends_at
    assert season.next.begins_at == season.ends_at
    assert season.next.previous == season
    assert season.previous.ends_at == season.begins_at


@given(MOMENTS, ZONES)
def test_a_season_is_the_same_wherever_one_looks_at_it_from(moment: datetime, zone: str) -> None:
    assert season_of(moment.astimezone(ZoneInfo(zone))) == season_of(moment)


def test_a_season_ends_with_its_last_moment() -> None:
    end = datetime(2027, 1, 1, tzinfo=UTC)

    assert str(season_of(end - timedelta(microseconds=1))) == "Q4 2026"
    assert str(season_of(end)) == "Q1 2027"
    assert Season(2026, 4).next == Season(2027, 1)
    assert Season(2026, 1).previous == Season(2025, 4)


# Streaks


def by_the_book(days: set[date], today: date) -> Streak:
    """Day by day over all of the time, as one would count on a calendar."""
    day, run, longest = min(days, default=today), 0, 0
    while day <= today:
        if day.weekday() < 5:
            if day in days:
                run += 1
                longest = max(longest, run)
            elif day != today:
                run = 0
        day += timedelta(days=1)
    return Streak(run, longest)


@given(
    st.sets(DAYS.filter(lambda day: day.year == 2026), max_size=80), DAYS.filter(lambda day: day.year == 2026)
)
def test_streaks_are_as_one_would_count_them_on_a_calendar(days: set[date], today: date) -> None:
    assert streak(days, today) == by_the_book({day for day in days if day <= today}, today)


@given(st.integers(0, 30), DAYS)
def test_every_working_day_until_today_is_a_streak_of_so_many(count: int, today: date) -> None:
    days, day = [], today if is_working_day(today) else working_day_before(today)
    for _ in range(count):
        days.append(day)
        day = working_day_before(day)

    assert streak(days, today) == Streak(count, count)


@pytest.mark.parametrize(
    ("days", "today", "current"),
    [
        ([FRIDAY], MONDAY, 1),  # today is not over
        ([FRIDAY], MONDAY + timedelta(days=1), 0),
        ([FRIDAY, MONDAY], MONDAY, 2),
        ([FRIDAY, FRIDAY + timedelta(days=1), MONDAY], MONDAY, 2),  # Saturday does not count
        ([FRIDAY + timedelta(days=1)], FRIDAY + timedelta(days=2), 0),
        ([FRIDAY], FRIDAY + timedelta(days=2), 1),  # it is Sunday
        ([MONDAY + timedelta(days=1)], MONDAY, 0),  # ahead of us
    ],
)
def test_a_weekend_neither_breaks_a_streak_nor_counts(days: list[date], today: date, current: int) -> None:
    assert streak(days, today).current == current


@given(ZONES, st.integers(0, 23), st.dates(date(2026, 1, 5), date(2026, 12, 1)), st.integers(1, 25))
def test_the_same_local_hour_on_every_working_day_is_a_streak_over_any_change_of_clocks(
    zone: str, hour: int, first: date, count: int
) -> None:
    there, day = ZoneInfo(zone), first if is_working_day(first) else working_day_before(first)
    moments = []
    for _ in range(count):
        moments.append(datetime(day.year, day.month, day.day, hour, 30, tzinfo=there).astimezone(UTC))
        day = working_day_before(day)
    days = {local_day(moment, zone) for moment in moments}

    assert streak(days, local_day(moments[0], zone)) == Streak(count, count)


@given(MOMENTS, ZONES)
def test_the_local_day_is_the_one_on_the_wall(moment: datetime, zone: str) -> None:
    assert local_day(moment, zone) == moment.astimezone(ZoneInfo(zone)).date()


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        (datetime(2026, 11, 20, 23, 30, tzinfo=UTC), "Asia/Tokyo", date(2026, 11, 21)),
        (datetime(2026, 11, 21, 1, 0, tzinfo=UTC), "America/New_York", date(2026, 11, 20)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Europe/Madrid", date(2026, 10, 25)),
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), "Europe/Madrid", date(2026, 3, 29)),
        (datetime(2026, 11, 20, 23, 30, tzinfo=UTC), None, date(2026, 11, 20)),
    ],
)
def test_a_day_is_the_day_it_is_there(moment: datetime, zone: str | None, day: date) -> None:
    assert local_day(moment, zone) == day
