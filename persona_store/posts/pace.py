"""When Slack may be called again: what it asked for, and one post a second in a channel."""

from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from persona_store.database import insert_into
from persona_store.models import Pace

CHANNEL_PACE = timedelta(seconds=1)
METHODS = (
    "chat.postMessage",
    "conversations.history",
    "conversations.info",
    "conversations.open",
    "users.conversations",
    "users.info",
)


def is_slowed_down(session: Session, now: datetime) -> bool:
    """Tell whether Slack said of one of its methods that we should wait."""
    slow = exists().where(Pace.place.in_(METHODS), Pace.not_before > now)
    return bool(session.scalar(select(slow)))


def pause(session: Session, until: dict[str, datetime]) -> None:
    """Call Slack no more for these places (channels or methods) until then."""
    if not until:
        return
    insert = insert_into(session, Pace)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=[Pace.place],
            set_={"not_before": insert.excluded.not_before},
            where=Pace.not_before < insert.excluded.not_before,
        ),
        [{"place": place, "not_before": moment} for place, moment in sorted(until.items())],
    )
