"""When a channel is reminded of a round: at most once, in working hours. Pure."""

from datetime import UTC, datetime, time, timedelta

from persona_store.posts.local_times import get_zone
from persona_store.trivia.scores import is_working_day, working_day_before

SHORTEST_ROUND = timedelta(hours=4)
"""Whoever is away for a meeting needs no reminder of a round that is shorter."""
AHEAD = timedelta(hours=1)
FROM, UNTIL, LATE = time(9), time(18), time(16)
"""Local hours in which nobody minds; where the wanted one is none of them, ``LATE`` on the day before."""


def reminder_at(opened_at: datetime, closes_at: datetime, zone: str | None) -> datetime | None:
    """Find an hour before it closes, or the last afternoon before that; None where none of that makes sense.

    There is none before a quarter of the round has passed: it has just been posted.
    """
    if closes_at - opened_at < SHORTEST_ROUND:
        return None
    there = (closes_at - AHEAD).astimezone(get_zone(zone) if zone else UTC)
    if not is_working_day(there.date()) or there.time() < FROM:
        there = datetime.combine(working_day_before(there.date()), LATE, there.tzinfo)
    elif there.time() >= UNTIL:
        there = datetime.combine(there.date(), LATE, there.tzinfo)
    found = there.astimezone(UTC)
    return found if found >= opened_at + (closes_at - opened_at) / 4 else None
