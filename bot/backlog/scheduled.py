"""The week of the backlog for the council's channel; what was snoozed wakes; what is missed is counted."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.agenda_blocks import agenda_blocks, quarter_of
from bot.backlog import digest
from bot.desk import Composed, Desk
from bot.outbox import Planner
from persona_store.demand import count_missed
from persona_store.errors import NothingToPostError
from persona_store.models import Delivery, Persona, Question
from persona_store.posts.delivery_log import list_past
from persona_store.refresh.agenda import get_agenda
from persona_store.refresh.backlog import next_waking, record_missed, wake_snoozed
from persona_store.refresh.digest import get_digest

WAKING = Planner(wake_snoozed, next_waking)
A_WEEK = timedelta(days=7)
LOOKED_BACK = timedelta(days=90)


def compose(session: Session, delivery: Delivery, desk: Desk) -> Composed:
    """Tell what happened since the last one in this channel, a week at least.

    The first one of a quarter brings the council's agenda.
    """
    last = next(
        (one for one in list_past(session, delivery.channel_id, "digest", 5) if one.id != delivery.id), None
    )
    since = min(last.due_at, desk.now - A_WEEK) if last else desk.now - A_WEEK
    found = get_digest(session, since, desk.now)
    is_known = last is not None and quarter_of(last.due_at.date()) == quarter_of(desk.now.date())
    agenda = None if is_known else get_agenda(session, desk.now)
    if found.is_empty and (agenda is None or agenda.is_empty):
        raise NothingToPostError(desk.words.plain(digest.PIECES, "nothing"))
    names = dict(session.execute(select(Persona.slug, Persona.name)).all())
    shown = agenda_blocks(desk.words, agenda, desk.now) if agenda else []
    return Composed(digest.digest_message(desk.words, found, names, shown), {"since": since.isoformat()})


class Counting:
    """Counts who asked the same as an open question without asking the council. One per process."""

    def __init__(self, lay_out: Callable[[], Desk]) -> None:
        self._lay_out = lay_out
        self._counted: tuple[int, datetime] | None = None

    def keep_up(self) -> None:
        """Where somebody asked something since the last time, or it was long ago."""
        desk = self._lay_out()
        with desk.store.read() as session:
            newest = session.scalar(select(func.max(Question.id))) or 0
            if (
                self._counted
                and self._counted[0] == newest
                and desk.now - self._counted[1] < timedelta(days=1)
            ):
                return
            missed = count_missed(session, desk.answering.at(session).topic, desk.now - LOOKED_BACK)
        with desk.store.begin() as session:
            record_missed(session, missed)
        self._counted = newest, desk.now
