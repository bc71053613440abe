"""Deliveries: planned posts, each taken up by one process at a time, and settled once.

A delivery is *planned*; a process claims it (*sending*, with a lease), says that it begins an attempt, calls
Slack, and settles it. From the begin of an attempt until it is settled it is *in doubt*: Slack may have
accepted it. Whoever takes up a delivery in doubt looks for it in the channel first, and nobody does so before
``QUARANTINE`` is over. ``attempts`` is the fence: whoever claims raises it, and nothing is written under an
older one. Of each channel only the oldest open delivery can be claimed, and only when all that is due there
is planned, so a channel gets its posts in order.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.orm import Session, aliased, selectinload

from persona_store.database import insert_into
from persona_store.models import Delivery, Pace, Subscription
from persona_store.posts.pace import CHANNEL_PACE, is_slowed_down, pause

LEASE = timedelta(seconds=60)
QUARANTINE = timedelta(seconds=120)
"""How long after an attempt Slack's history may still lack what it accepted."""
NOTICE_USEFUL = timedelta(days=7)
OPEN_STATES = ("planned", "sending")
NOBODY_RAN = "The bot was not running when it was due."


@dataclass(frozen=True)
class Claimed:
    """A delivery that is ours until ``until``. ``delivery`` is a copy, bound to no session."""

    delivery: Delivery
    attempt: int
    until: datetime


@dataclass(frozen=True)
class Settlement:
    """What became of an attempt.

    ``state``: "sent" (with its ``ts``), "planned" (surely not posted: again at ``again_at``), "sending" (in
    doubt: looked for at ``again_at``), "failed", "skipped", "missed" (with the ``reason``).
    """

    claimed: Claimed
    state: str
    at: datetime
    ts: str | None = None
    again_at: datetime | None = None
    reason: str | None = None


def claim_due(session: Session, now: datetime, limit: int) -> list[Claimed]:
    """Take up to ``limit`` deliveries whose moment has come, the oldest of each channel alone.

    None while Slack wants us to wait.
    """
    if is_slowed_down(session, now):
        return []
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL enable_sort = off"))  # the index has them in their order
    taken = session.scalars(_heads().limit(limit), {"now": now}).all()
    if taken:
        session.execute(
            update(Delivery)
            .where(Delivery.id.in_([delivery.id for delivery in taken]))
            .values(state="sending", not_before=now + LEASE, attempts=Delivery.attempts + 1)
            .execution_options(synchronize_session=False)
        )
    session.expunge_all()
    return [Claimed(delivery, delivery.attempts + 1, now + LEASE) for delivery in taken]


def is_open(delivery: type[Delivery] = Delivery) -> ColumnElement[bool]:
    """Written out as in the indexes of what is open, for a database that does not look into parameters."""
    return delivery.state.in_([literal_column(f"'{state}'") for state in OPEN_STATES])


@cache
def _heads() -> Select[Delivery]:
    """The oldest open delivery of each channel, where it may be taken up.

    Each condition is a look into an index for each delivery that is due. Joins would be planned by what the
    database remembers of quieter times, and take minutes when thousands are due.
    """
    now: BindParameter[datetime] = bindparam("now")
    other = aliased(Delivery)
    first = (
        select(other.id)
        .where(other.channel_id == Delivery.channel_id, is_open(other))
        .order_by((other.state == "sending").desc(), other.due_at, other.id)
        .limit(1)
        .correlate(Delivery)
        .scalar_subquery()
    )
    paced_until = select(Pace.not_before).where(Pace.place == Delivery.channel_id)
    here = Subscription.channel_id == Delivery.channel_id
    unplanned = select(func.sum(case((Subscription.next_at <= now, 1), else_=0))).where(here)
    is_paced = paced_until.correlate(Delivery).scalar_subquery() > now
    is_behind = unplanned.correlate(Delivery).scalar_subquery() > 0
    return (
        select(Delivery)
        .where(is_open(), Delivery.not_before <= now, is_paced.is_not(true()))
        .where(Delivery.id == first, is_behind.is_not(true()))
        .options(selectinload(Delivery.subscription))
        .order_by(Delivery.due_at, Delivery.id)
        .with_for_update(skip_locked=True)
    )


def begin_attempts(session: Session, claimed: Sequence[Claimed], now: datetime) -> list[Claimed]:
    """Say, before Slack is called, that it will be; gives those that are still ours, now in doubt."""
    ours = _still_ours(session, claimed)
    if ours:
        session.execute(update(Delivery), [_in_doubt(one.delivery, now) for one in ours])
    return [Claimed(one.delivery, one.attempt, now + QUARANTINE) for one in ours]


def _in_doubt(delivery: Delivery, now: datetime) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "in_doubt_since": now,
        "not_before": now + QUARANTINE,
        "message": delivery.message,
        "content": delivery.content,
    }


def settle(session: Session, settlements: Sequence[Settlement]) -> list[Settlement]:
    """Write down what became of attempts; gives those that were still ours to settle."""
    ours = {id(claimed) for claimed in _still_ours(session, [one.claimed for one in settlements])}
    settled = [one for one in settlements if id(one.claimed) in ours]
    if settled:
        session.execute(update(Delivery), [_settled(one) for one in settled])
    sent = {one.claimed.delivery.channel_id: one.at + CHANNEL_PACE for one in settled if one.state == "sent"}
    pause(session, sent)
    return settled


def _settled(one: Settlement) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": one.claimed.delivery.id,
        "state": one.state,
        "reason": one.reason,
        "not_before": one.again_at,
    }
    if one.state != "sending":
        values["in_doubt_since"] = None
    if one.state == "sent":
        values |= {"ts": one.ts, "sent_at": one.at, "message": None}
    return values


def _still_ours(session: Session, claimed: Sequence[Claimed]) -> list[Claimed]:
    """Keep those that nobody has claimed since, and lets nobody do so before the transaction ends."""
    held = select(Delivery.id, Delivery.attempts).where(
        Delivery.id.in_([one.delivery.id for one in claimed]), Delivery.state == "sending"
    )
    rows = session.execute(held.order_by(Delivery.id).with_for_update()).all() if claimed else []
    found = {(row.id, row.attempts) for row in rows}
    return [one for one in claimed if (one.delivery.id, one.attempt) in found]


def list_stale(session: Session, now: datetime, programmes: Collection[str]) -> Sequence[Delivery]:
    """What of these programmes ``miss_stale`` would give up, to be looked at before."""
    stale = select(Delivery).where(_is_stale(now), Delivery.programme.in_(programmes))
    return session.scalars(stale.with_for_update(skip_locked=True)).all() if programmes else ()


def skip_stale(stale: Delivery, reason: str) -> None:
    """There would have been nothing to post."""
    stale.state, stale.not_before, stale.reason = "skipped", None, reason


def miss_stale(session: Session, now: datetime, reason: str = NOBODY_RAN) -> int:
    """Give up what is no longer useful, and surely not posted; gives how many.

    ``reason``: of those that were never tried.
    """
    stale = select(Delivery.id).where(_is_stale(now)).with_for_update(skip_locked=True)
    rows = session.execute(
        update(Delivery)
        .where(Delivery.id.in_(stale))
        .values(state="missed", not_before=None, reason=func.coalesce(Delivery.reason, reason))
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return len(rows.all())


def _is_stale(now: datetime) -> ColumnElement[bool]:
    is_certain = Delivery.in_doubt_since.is_(None)
    return and_(is_open(), Delivery.not_before <= now, is_certain, Delivery.useful_until <= now)


def planned(
    key: str,
    programme: str,
    channel_id: str,
    due_at: datetime,
    useful_until: datetime,
    **told: dict[str, Any],
) -> dict[str, Any]:
    """Make a row of a delivery that nobody has taken up; ``told``: its ``content`` or ``message``."""
    return {
        "key": key,
        "programme": programme,
        "channel_id": channel_id,
        "due_at": due_at,
        "not_before": due_at,
        "useful_until": useful_until,
        "state": "planned",
        "attempts": 0,
        **told,
    }


def add_notice(
    session: Session, key: str, slack_user_id: str, payload: dict[str, Any], now: datetime
) -> None:
    """Tell a person something in a direct message, once for each ``key``.

    ``payload``: the arguments of ``chat.postMessage`` but the channel (``Message.payload()``).
    """
    row = planned(key, "notice", slack_user_id, now, now + NOTICE_USEFUL, message=payload)
    session.execute(insert_into(session, Delivery).values(row).on_conflict_do_nothing())


def close_channel(session: Session, channel_id: str, reason: str) -> None:
    """Nothing more is posted there: what was planned has failed."""
    session.execute(
        update(Delivery)
        .where(Delivery.channel_id == channel_id, Delivery.state == "planned")
        .values(state="failed", not_before=None, reason=reason)
    )


def next_due(session: Session, now: datetime) -> datetime | None:
    """The next moment after ``now`` at which there may be something to send, of what is planned already."""
    moments = [
        session.scalar(select(func.min(Delivery.not_before)).where(is_open(), Delivery.not_before > now)),
        session.scalar(select(func.min(Pace.not_before)).where(Pace.not_before > now, _is_waited_for())),
    ]
    return min((moment for moment in moments if moment is not None), default=None)


def _is_waited_for() -> ColumnElement[bool]:
    """Of a method, or of a channel for which something is open."""
    waits = exists().where(Delivery.channel_id == Pace.place, is_open())
    return or_(Pace.place.contains("."), waits)
