"""Promise R2, local time is right: python -m bench.local_times [FIRST_YEAR [YEARS]].

Every zone x 12 schedules x 5 years. The witness knows nothing of wall times that are skipped or repeated:
it reads the zone's clock minute by minute around every change, and counts from one change to the next.
"""

import sys
import time as stopwatch
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from tqdm import tqdm

from persona_store.posts.local_times import NO_PLACES, Occurrence, Schedule, end_of_local_day, next_occurrence

HOUR, MINUTE, DAY = 3600, 60, 86_400
AROUND = 30 * HOUR
DAILY, WORKDAYS, WEEKEND = tuple(range(7)), tuple(range(5)), (5, 6)
SCHEDULES = [
    (DAILY, time(0, 0)),
    (DAILY, time(2, 30)),
    (DAILY, time(9, 30)),
    (DAILY, time(23, 59)),
    (WEEKEND, time(0, 30)),
    (WEEKEND, time(1, 59)),
    (WEEKEND, time(3, 0)),
    (WEEKEND, time(23, 30)),
    ((6,), time(2, 0)),
    ((0,), time(9, 30)),
    ((1, 3), time(17, 45)),
    (WORKDAYS, time(12, 0)),
]
"""Weekdays and times: the ordinary ones, and those at which clocks are changed."""


@dataclass
class Tally:
    """What a run counted; all but the first two are to be 0."""

    occurrences: int = 0
    changes: int = 0
    skipped: int = 0
    double: int = 0
    wrong: int = 0
    ended_early: int = 0

    def rows(self) -> list[str]:
        return [f"| {name.replace('_', ' ')} | {count:,} |" for name, count in vars(self).items()]


class Witness:
    """The clock of one zone, as it shows the time at each minute of UTC."""

    def __init__(self, zone: str, begin: datetime, end: datetime) -> None:
        self._zone = ZoneInfo(zone)
        self.begin, self.end = int(begin.timestamp()), int(end.timestamp())
        self.changes = list(self._find_changes())
        self._shown: dict[int, int] = {}  # what the clock shows, in minutes, and when it first shows it
        for change in self.changes:
            for at in range(change - AROUND, change + AROUND, MINUTE):
                self._shown.setdefault(self._reads(at), at)

    def expected(self, weekdays: Iterable[int], at: time) -> list[tuple[str, int]]:
        """Local times, as wanted, and when a person with a watch would ring the bell."""
        found = []
        first = datetime.fromtimestamp(self.begin, UTC).date() - timedelta(days=3)
        for number in range((self.end - self.begin) // DAY + 6):
            day = first + timedelta(days=number)
            if day.weekday() in weekdays:
                moment = self._moment(day, at)
                if moment is not None and self.begin < moment <= self.end:
                    found.append((f"{day.isoformat()}T{at:%H:%M}", moment))
        return found

    def date_at(self, moment: int) -> date:
        return datetime.fromtimestamp(moment, UTC).date() + timedelta(
            days=self._reads(moment) * MINUTE // DAY - moment // DAY
        )

    def _moment(self, day: date, at: time) -> int | None:
        wanted = _minutes(day, at)
        if not any(self._finds(_minutes(day, time(hour, 30))) for hour in range(24)):
            return None  # nobody lives through this day
        found = self._finds(wanted)
        lost = 0
        while found is None:  # the clock never shows it: as late as it is after the last minute it did show
            lost += 1
            found = self._finds(wanted - lost)
        return found + lost * MINUTE

    def _finds(self, minutes: int) -> int | None:
        """Find when the clock first shows these minutes."""
        if minutes in self._shown:
            return self._shown[minutes]
        for offset in self._offsets():
            at = minutes * MINUTE - offset
            if self._reads(at) == minutes:
                return at
        return None

    def _offsets(self) -> Iterator[int]:
        yield from dict.fromkeys(
            self._offset(at) for at in (self.begin - AROUND, *(c + HOUR for c in self.changes))
        )

    def _reads(self, at: int) -> int:
        return (at + self._offset(at)) // MINUTE

    def _offset(self, at: int) -> int:
        there = datetime.fromtimestamp(at, UTC).astimezone(self._zone)
        return int((there.replace(tzinfo=None) - datetime(1970, 1, 1)).total_seconds()) - at  # noqa: DTZ001

    def _find_changes(self) -> Iterator[int]:
        last = self._offset(self.begin - 2 * AROUND)
        for at in range(self.begin - 2 * AROUND, self.end + 2 * AROUND, HOUR):
            offset = self._offset(at)
            if offset != last:
                minutes = range(at - HOUR, at + 1, MINUTE)
                yield minutes[bisect_left([self._offset(minute) != last for minute in minutes], x=True)]
            last = offset


def check_zone(zone: str, begin: datetime, end: datetime, tally: Tally) -> None:
    witness = Witness(zone, begin, end)
    tally.changes += len(witness.changes)
    for weekdays, at in SCHEDULES:
        got = list(_planned(Schedule(weekdays, at, zone), begin, end))
        wanted = witness.expected(weekdays, at)
        _compare([(one.local_time, int(one.at.timestamp())) for one in got], wanted, tally)
        tally.ended_early += sum(not _ends_right(one, zone, witness) for one in got)


def main() -> None:
    first = int(sys.argv[1]) if len(sys.argv) > 1 else 2026
    years = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    zones = sorted(available_timezones() - NO_PLACES)
    tally, started = Tally(), stopwatch.monotonic()
    for zone in tqdm(zones, unit="zone"):
        check_zone(zone, datetime(first, 1, 1, tzinfo=UTC), datetime(first + years, 1, 1, tzinfo=UTC), tally)
    seconds = stopwatch.monotonic() - started
    print(f"{len(zones)} zones x {len(SCHEDULES)} schedules, {first} to {first + years - 1}, {seconds:.0f} s")
    print("\n".join(["| | |\n|---|---|", *tally.rows()]))
    if tally.skipped or tally.double or tally.wrong or tally.ended_early:
        raise SystemExit(1)


def _planned(schedule: Schedule, begin: datetime, end: datetime) -> Iterator[Occurrence]:
    found = next_occurrence(schedule, begin)
    while found.at <= end:
        yield found
        found = next_occurrence(schedule, found.at)


def _compare(got: list[tuple[str, int]], wanted: list[tuple[str, int]], tally: Tally) -> None:
    times = Counter(local_time for local_time, _ in got)
    moments = dict(got)
    tally.occurrences += len(wanted)
    tally.double += sum(times.values()) - len(times)
    tally.skipped += sum(local_time not in times for local_time, _ in wanted)
    tally.wrong += sum(moments.get(local_time, at) != at for local_time, at in wanted)
    tally.wrong += len(times.keys() - dict(wanted).keys())


def _ends_right(one: Occurrence, zone: str, witness: Witness) -> bool:
    """Tell whether the day of the occurrence ends after it, at its last minute."""
    at, over = int(one.at.timestamp()), int(end_of_local_day(one.local_time, zone).timestamp())
    day = witness.date_at(at)
    return at < over and witness.date_at(over - MINUTE) == day < witness.date_at(over)


def _minutes(day: date, at: time) -> int:
    return (day - date(1970, 1, 1)).days * 24 * 60 + at.hour * 60 + at.minute


if __name__ == "__main__":
    main()
