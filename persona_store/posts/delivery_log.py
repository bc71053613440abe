"""What was planned for channels, and what became of it: to be read."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from persona_store.models import Delivery
from persona_store.posts.deliveries import is_open

LATE = timedelta(minutes=10)
PERSONAL = ("notice", "trivia_daily", "course", "news", "review")
"""Programmes of direct messages: what a person gets is nobody else's business."""


class Past(NamedTuple):
    """Something that a channel was told; ``content`` says what."""

    id: int
    content: dict[str, Any] | None
    due_at: datetime
    sent_at: datetime | None
    state: str


def list_past(session: Session, channel_id: str, programme: str, limit: int = 60) -> Sequence[Past]:
    """What a channel was told (or is being told right now), newest first."""
    told = session.execute(_past(), {"channel_id": channel_id, "programme": programme, "most": limit})
    past = (Past(*row) for row in told)
    return [one for one in past if one.state == "sent" or (one.state == "sending" and one.content)]


@cache
def _past() -> Select[tuple[int, dict[str, Any] | None, datetime, datetime | None, str]]:
    """Made once: to make it takes as long as to ask it."""
    return (
        select(Delivery.id, Delivery.content, Delivery.due_at, Delivery.sent_at, Delivery.state)
        .where(Delivery.channel_id == bindparam("channel_id"), Delivery.programme == bindparam("programme"))
        .order_by(Delivery.id.desc())
        .limit(bindparam("most", type_=Integer))
    )


def list_deliveries(
    session: Session,
    *,
    channel_id: str | None = None,
    states: Sequence[str] = (),
    since: datetime | None = None,
    limit: int = 100,
) -> Sequence[Delivery]:
    """All but what people get in direct messages, the latest first."""
    query = select(Delivery).where(Delivery.programme.not_in(PERSONAL))
    if channel_id is not None:
        query = query.where(Delivery.channel_id == channel_id)
    if states:
        query = query.where(Delivery.state.in_(states))
    if since is not None:
        query = query.where(Delivery.due_at >= since)
    query = query.options(joinedload(Delivery.subscription))
    return session.scalars(query.order_by(Delivery.due_at.desc(), Delivery.id.desc()).limit(limit)).all()


def list_missed(session: Session, since: datetime) -> Sequence[Delivery]:
    """What channels ought to have got and did not, the latest first; nobody was told but its subscriber."""
    return list_deliveries(session, states=("missed", "failed"), since=since, limit=20)


def count_deliveries(session: Session, states: Sequence[str], since: datetime) -> int:
    """All but what people get in direct messages, due since then."""
    query = select(func.count()).where(Delivery.state.in_(states), Delivery.due_at >= since)
    return session.scalar(query.where(Delivery.programme.not_in(PERSONAL))) or 0


def count_late(session: Session, now: datetime) -> int:
    """Those that ought to be settled long since: see ``LATE``."""
    late = select(func.count()).where(is_open(), Delivery.due_at < now - LATE)
    return session.scalar(late) or 0
