"""When a local time comes round: weekdays, a time of day and a time zone. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

from persona_store.errors import StoreError

DAY = timedelta(days=1)
DAYS_LOOKED_AHEAD = 3 * 7
"""A weekday comes within a week; in a zone that skips that very day, within two."""
LONGEST_NAME = 40
MORNING, EVENING = time(8), time(20)
"""Local times between which nobody minds a message."""
SATURDAY = 5
NO_PLACES = frozenset({"Factory", "localtime", "posixrules"})


@dataclass(frozen=True)
class Schedule:
    """``weekdays``: 0 is Monday. ``zone``: an IANA name."""

    weekdays: tuple[int, ...]
    at: time
    zone: str


@dataclass(frozen=True)
class Occurrence:
    """``local_time`` is as wanted ("2026-11-23T09:30"), also where the clocks skip it; ``at`` is in UTC."""

    local_time: str
    at: datetime


def next_occurrence(schedule: Schedule, after: datetime) -> Occurrence:
    """Find the first occurrence strictly after ``after``.

    A time that the clocks skip comes at the moment it would have been without their change (02:30, then
    shown as 03:30); one that they show twice comes the first time. A day that a zone leaves out altogether
    has none.
    """
    if not schedule.weekdays:
        raise StoreError("Choose at least one weekday.")
    zone = get_zone(schedule.zone)
    for day in _days_from(after.astimezone(zone).date() - DAY):
        if day.weekday() in schedule.weekdays:
            wanted = datetime.combine(day, schedule.at)
            at = _moment(wanted, zone)
            if at > after and _is_on_the_calendar(day, zone):
                return Occurrence(f"{wanted:%Y-%m-%dT%H:%M}", at)
    raise AssertionError("every weekday comes within three weeks")


def end_of_local_day(local_time: str, zone: str) -> datetime:
    """Give the moment at which the day is over on which ``local_time`` really falls.

    That is the day after the wanted one, where the clocks skip the last hour of it.
    """
    there = get_zone(zone)
    day = _moment(datetime.fromisoformat(local_time), there).astimezone(there).date()
    return _moment(datetime.combine(day + DAY, time()), there)


def daytime(moment: datetime, zone: str, *, working_days: bool = False) -> datetime:
    """The first moment from ``moment`` on at which it is day in ``zone`` (``working_days``: of one)."""
    there = moment.astimezone(get_zone(zone))
    if MORNING <= there.time() < EVENING and not (working_days and there.weekday() >= SATURDAY):
        return moment
    on = there.date() if there.time() < MORNING else there.date() + DAY
    while working_days and on.weekday() >= SATURDAY:
        on += DAY
    return _moment(datetime.combine(on, MORNING), get_zone(zone))


def get_zone(name: str) -> ZoneInfo:
    if name not in _zones():
        near = get_close_matches(name[:LONGEST_NAME], _zones(), n=1)
        hint = f"Did you mean {near[0]}?" if near else "Write it as REGION/CITY, as in Europe/Madrid."
        raise StoreError(f"There is no time zone “{name[:LONGEST_NAME]}”. {hint}")
    return ZoneInfo(name)


def is_zone(name: str) -> bool:
    return name in _zones()


@cache
def list_zones() -> tuple[str, ...]:
    """Give the zones that people choose from: one for each place in the time zone database's table."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    return tuple(sorted(line.split("\t")[2] for line in table.splitlines() if line and line[0] != "#"))


def _moment(wanted: datetime, zone: ZoneInfo) -> datetime:
    return wanted.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _is_on_the_calendar(day: date, zone: ZoneInfo) -> bool:
    """Tell whether any moment of the zone has this date (Samoa had no 30 December 2011)."""
    return any(
        datetime.combine(day, at, zone).replace(fold=fold).astimezone(UTC).astimezone(zone).date() == day
        for at, fold in ((time.min, 0), (time.max, 1))
    )


def _days_from(first: date) -> Iterator[date]:
    return (first + number * DAY for number in range(DAYS_LOOKED_AHEAD))


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones()) - NO_PLACES
