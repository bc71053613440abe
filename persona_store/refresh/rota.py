"""Whose week it is to go through what is new: in turn, unless they pass it on."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from persona_store.errors import StoreError
from persona_store.models import TrailEntry
from persona_store.people import list_council
from persona_store.refresh.trail import record_trail

PASSED = "passed_on"


def whose_turn(council: Sequence[str], week: date) -> str | None:
    """The member whose week it is; ``week``: its Monday. Pure."""
    members = sorted(council)
    return members[week.toordinal() // 7 % len(members)] if members else None


def week_of(now: datetime) -> date:
    """The Monday of the week, in UTC."""
    today = now.astimezone(UTC).date()
    return today - timedelta(days=today.weekday())


def whose_week(session: Session, now: datetime) -> str | None:
    """Whoever took it over, while they are on the council; else whose turn it is."""
    council, week = list_council(session), week_of(now)
    passed = select(TrailEntry).where(TrailEntry.subject == _subject(week), TrailEntry.move == PASSED)
    last = session.scalar(passed.order_by(TrailEntry.id.desc()).limit(1))
    if last is not None and last.details["to"] in council:
        return str(last.details["to"])
    return whose_turn(council, week)


def pass_week_on(session: Session, by: str, now: datetime) -> str:
    """Give one's week to the next of the council; gives who has it now."""
    council = sorted(list_council(session))
    if whose_week(session, now) != by:
        raise StoreError("This week is somebody else’s already.")
    if len(council) == 1:
        raise StoreError("Nobody else is on the council who could take it over.")
    to = council[(council.index(by) + 1) % len(council)]
    record_trail(session, _subject(week_of(now)), PASSED, by=by, now=now, details={"to": to})
    session.flush()
    return to


def _subject(week: date) -> str:
    return f"triage {week}"
