"""What people get in direct messages because they asked for it: a question a day, the days of the course.

On working days, at a local time of theirs. Nothing is caught up: what a day has brought until it is over is
not sent the next day.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from persona_store.database import insert_into
from persona_store.errors import FieldError, StoreError
from persona_store.models import Delivery, Player
from persona_store.posts.local_times import Schedule, end_of_local_day, is_zone, next_occurrence
from persona_store.trivia.scores import local_day
from persona_store.trivia.solo import catch_up, keep_player

WORKING_DAYS = (0, 1, 2, 3, 4)
USUAL_TIME = "09:00"
UNIVERSAL = "UTC"
TIME_OF_DAY = re.compile(r"(\d{1,2})(?:[:.h](\d\d))?\s*(am|pm)?", re.ASCII | re.IGNORECASE)
DAILY, COURSE = "trivia_daily", "course"
OFF, ON, PAUSED, DONE = "off", "on", "paused", "done"
LAST_DAY = 10
START_USEFUL = timedelta(hours=1)


@dataclass(frozen=True)
class Programme:
    """Where a player's row keeps how it stands."""

    name: str
    state: InstrumentedAttribute[str]
    next_at: InstrumentedAttribute[datetime | None]


PROGRAMMES = {
    DAILY: Programme(DAILY, Player.daily_state, Player.next_daily_at),
    COURSE: Programme(COURSE, Player.course_state, Player.next_course_at),
}


def read_time(text: str) -> str:
    """Read "9", "9:00", "09.30" or "2 pm" as "09:00"; raises FieldError."""
    match = TIME_OF_DAY.fullmatch(text.strip().removeprefix("at ").strip())
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 0)
    half = (match[3] or "").lower() if match else ""
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0) if 1 <= hour <= 12 else 99
    if hour > 23 or minute > 59:
        raise FieldError("time", "Write the time as 09:00.")
    return f"{hour:02}:{minute:02}"


def start_daily(
    session: Session, slack_user_id: str, at: str | None, zone: str | None, now: datetime
) -> Player:
    """Send a question a day from now on, or at another time; without ``at`` at the old time."""
    player = keep_player(session, slack_user_id, zone)
    player.daily_time = at or player.daily_time or USUAL_TIME
    player.daily_state = ON
    player.next_daily_at = _upcoming(player, now)
    return player


def start_course(
    session: Session, slack_user_id: str, zone: str | None, now: datetime, *, at_once: bool = False
) -> Player:
    """Begin the course, from its first day; raises StoreError for somebody who is in it."""
    player = keep_player(session, slack_user_id, zone)
    if player.course_state in (ON, PAUSED):
        raise StoreError("You are in the course already: one at a time. Stop it first to begin anew.")
    first = now if at_once else _upcoming(player, now)
    player.course_began_on = local_day(first, player.zone)
    player.course_day, player.course_state, player.next_course_at = 0, ON, first
    return player


def go_on_at_once(session: Session, slack_user_id: str, now: datetime) -> Player:
    """Send the first day of the course now, where it waits for its morning."""
    player = keep_player(session, slack_user_id)
    if player.course_state != ON or player.course_day > 0:
        raise StoreError("The course has begun already: a day is enough for a day.")
    player.course_began_on, player.next_course_at = local_day(now, player.zone), now
    return player


def set_state(session: Session, slack_user_id: str, programme: str, state: str, now: datetime) -> Player:
    """Pause, resume or stop; what is planned and not sent yet is not sent."""
    player = keep_player(session, slack_user_id)
    of = PROGRAMMES[programme]
    before = getattr(player, of.state.key)
    if before in (OFF, DONE) and state != OFF:
        raise StoreError("It has been stopped meanwhile. Ask for it anew.")
    if before == state or (before == DONE and state == OFF):
        return player
    setattr(player, of.state.key, state)
    setattr(player, of.next_at.key, _upcoming(player, now) if state == ON else None)
    return player


def stop_all(session: Session, slack_user_id: str) -> None:
    """End what somebody gets: they have left, or can be written to no more."""
    session.execute(
        update(Player)
        .where(
            Player.slack_user_id == slack_user_id,
            or_(Player.daily_state != OFF, Player.course_state.in_((ON, PAUSED))),
        )
        .values(daily_state=OFF, next_daily_at=None, course_state=OFF, next_course_at=None)
    )


def plan_due(session: Session, now: datetime, limit: int) -> int:
    """Plan what has come due of up to ``limit`` people; gives of how many."""
    return max(_plan_due(session, one, now, limit) for one in PROGRAMMES.values())


def next_planning(session: Session) -> datetime | None:
    """The moment at which the next of it comes due."""
    moments = [session.scalar(select(func.min(one.next_at))) for one in PROGRAMMES.values()]
    return min((moment for moment in moments if moment is not None), default=None)


def _plan_due(session: Session, programme: Programme, now: datetime, limit: int) -> int:
    due = session.scalars(
        select(Player)
        .where(programme.next_at <= now)
        .order_by(programme.next_at, Player.slack_user_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    rows: list[dict[str, Any]] = []
    for player in due:
        catch_up(session, player.slack_user_id, now)  # what is sent changes nothing when it is composed
        rows += _come_due(player, programme, now)
    if rows:
        session.execute(insert_into(session, Delivery).on_conflict_do_nothing(), rows)
    session.flush()
    return len(due)


def _come_due(player: Player, programme: Programme, now: datetime) -> Sequence[dict[str, Any]]:
    """Give what is to be sent, the latest only, and look ahead to the next."""
    at: datetime = getattr(player, programme.next_at.key)
    following = _upcoming(player, at)
    while following <= now:
        at, following = following, _upcoming(player, following)
    is_on = getattr(player, programme.state.key) == ON
    setattr(player, programme.next_at.key, following if is_on else None)
    useful_until = _useful_until(player, at)
    if not is_on or useful_until <= now:
        return []
    if programme.name == DAILY:  # one a day, also where the time was changed after it came
        key, content = f"{DAILY} {player.slack_user_id} {local_day(at, player.zone)}", None
    else:  # a day of the course that was not sent comes the next time
        player.course_day += 1
        key, content = f"{COURSE} {player.slack_user_id} {at.isoformat()}", {"day": player.course_day}
        if player.course_day >= LAST_DAY:
            player.course_state, player.next_course_at = DONE, None
    return [
        {
            "key": key,
            "programme": programme.name,
            "channel_id": player.slack_user_id,
            "due_at": at,
            "useful_until": useful_until,
            "not_before": at,
            "state": "planned",
            "attempts": 0,
            "content": content,
        }
    ]


def _useful_until(player: Player, at: datetime) -> datetime:
    """Until the local day is over; somebody may begin right before that."""
    day = f"{local_day(at, player.zone)}T12:00"
    return max(end_of_local_day(day, _zone_of(player)), at + START_USEFUL)


def _upcoming(player: Player, after: datetime) -> datetime:
    """The next working day at their time; the course comes at that of the daily question."""
    hour, minute = (player.daily_time or USUAL_TIME).split(":")
    schedule = Schedule(WORKING_DAYS, time(int(hour), int(minute)), _zone_of(player))
    return next_occurrence(schedule, after).at


def _zone_of(player: Player) -> str:
    """One that Slack knows may be none to us."""
    return player.zone if player.zone and is_zone(player.zone) else UNIVERSAL
