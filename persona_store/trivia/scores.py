"""Seasons, ranks and streaks: what is made of answers, and never kept. Pure.

A right answer in a round is a point; nobody gets more for being quick. Whoever has as many points as somebody
else shares their rank, and the ranks after them are left out: 1, 2, 2, 4. A season is a quarter, by the date
in UTC on which a round closed. A streak is working days in a row with an answer, each the day that it was for
the person; a weekend neither breaks it nor counts.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from persona_store.posts.local_times import get_zone

DAY = timedelta(days=1)
SATURDAY = 5
QUARTER = 3


@dataclass(frozen=True, order=True)
class Season:
    """A quarter: from the moment ``begins_at`` until right before ``ends_at``."""

    year: int
    quarter: int

    @property
    def begins_at(self) -> datetime:
        return datetime(self.year, QUARTER * (self.quarter - 1) + 1, 1, tzinfo=UTC)

    @property
    def ends_at(self) -> datetime:
        return self.next.begins_at

    @property
    def next(self) -> "Season":
        return Season(self.year + self.quarter // 4, self.quarter % 4 + 1)

    @property
    def previous(self) -> "Season":
        return Season(self.year - (self.quarter == 1), (self.quarter - 2) % 4 + 1)

    def __str__(self) -> str:
        return f"Q{self.quarter} {self.year}"


@dataclass(frozen=True)
class Score:
    """What somebody has in a season. ``answered``: how many questions."""

    slack_user_id: str
    points: int
    answered: int
    rounds: int


@dataclass(frozen=True)
class Standing:
    rank: int
    score: Score


@dataclass(frozen=True)
class Streak:
    """``current``: up to today, which need not be played yet; ``longest``: ever."""

    current: int
    longest: int


def season_of(moment: datetime) -> Season:
    there = moment.astimezone(UTC)
    return Season(there.year, (there.month - 1) // QUARTER + 1)


def ranked(scores: Iterable[Score]) -> list[Standing]:
    """Give the best first; equals are ordered by their id, and share a rank."""
    ordered = sorted(scores, key=lambda score: (-score.points, score.slack_user_id))
    standings: list[Standing] = []
    for place, score in enumerate(ordered, start=1):
        before = standings[-1] if standings else None
        shares = before is not None and before.score.points == score.points
        standings.append(Standing(before.rank if before and shares else place, score))
    return standings


def standing_of(standings: Sequence[Standing], slack_user_id: str) -> Standing | None:
    return next((one for one in standings if one.score.slack_user_id == slack_user_id), None)


def local_day(moment: datetime, zone: str | None) -> date:
    """Give the day that it is for somebody there (in UTC, where we do not know where)."""
    return moment.astimezone(get_zone(zone) if zone else UTC).date()


def streak(days: Collection[date], today: date) -> Streak:
    """``days``: those on which somebody answered, in any order, as often as you like."""
    worked = sorted({day for day in days if is_working_day(day) and day <= today})
    longest = run = 0
    before: date | None = None
    for day in worked:
        run = run + 1 if before is not None and working_day_before(day) == before else 1
        longest, before = max(longest, run), day
    goes_on = before is not None and before >= working_day_before(today)
    return Streak(run if goes_on else 0, longest)


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY


def working_day_before(day: date) -> date:
    """Give the last working day before ``day``."""
    day -= DAY
    while not is_working_day(day):
        day -= DAY
    return day
