"""Owners, then the council, are asked whether a persona is still true."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.desk import Composed, Desk
from bot.outbox import Planner
from bot.review_blocks import PIECES, what_is_due
from bot.reviews import messages
from persona_store.catalogue import catalogue_version
from persona_store.errors import NothingToPostError
from persona_store.models import Delivery
from persona_store.people import list_council
from persona_store.refresh.reviews import next_reminder, plan_reminders, still_due


def compose(session: Session, delivery: Delivery, desk: Desk) -> Composed:
    """Ask about what is still due; nobody is asked who left the council meanwhile."""
    person, told = delivery.channel_id, delivery.content or {}
    personas = still_due(session, told.get("tokens", ()), desk.now)
    if not personas or person not in list_council(session):
        raise NothingToPostError(desk.words.plain(PIECES, "nothing"))
    due = what_is_due(session, personas, desk.now)
    return Composed(messages.review_message(desk.words, due, person), told)


class Reminders:
    """One per process: looks when something comes due, and when personas or the council changed."""

    def __init__(self) -> None:
        self._seen: tuple[int, tuple[str, ...]] | None = None
        self._looked_at: datetime | None = None
        self._next_at: datetime | None = None

    def planner(self) -> Planner:
        return Planner(self.plan, self.next_at)

    def plan(self, session: Session, now: datetime, _limit: int) -> int:
        seen = (catalogue_version(session), tuple(list_council(session)))
        if seen == self._seen and (self._next_at is None or now < self._next_at):
            return 0
        plan_reminders(session, now)
        self._seen, self._looked_at = seen, now
        self._next_at = next_reminder(session, now)
        return 0

    def next_at(self, session: Session) -> datetime | None:
        return next_reminder(session, self._looked_at) if self._looked_at else None
