"""Deliveries: planned posts, each taken up by one process at a time, and settled once.

A delivery is *planned*; a process claims it (*sending*, with a lease), says that it begins an attempt, calls
Slack, and settles it. From the begin of an attempt until it is settled it is *in doubt*: Slack may have
accepted it. Whoever takes up a delivery in doubt looks for it in the channel first, and nobody does so before
``QUARANTINE`` is over. ``attempts`` is the fence: whoever claims raises it, and nothing is written under an
older one. Of each channel only the oldest open delivery can be claimed, so a channel gets its posts in order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased, joinedload

from persona_store.models import Delivery, Pace

LEASE = timedelta(seconds=60)
QUARANTINE = timedelta(seconds=120)
"""How long after an attempt Slack's history may still lack what it accepted."""
LATE = timedelta(minutes=10)
CHANNEL_PACE = timedelta(seconds=1)
OPEN_STATES = ("planned", "sending")
METHODS = (
    "chat.postMessage",
    "conversations.history",
    "conversations.info",
    "conversations.open",
    "slack",
    "users.info",
)
AWAY = "slack"
"""A place in ``Pace``, there while Slack does not answer: one delivery at a time is tried then."""
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
    pauses = {pace.place: pace.not_before for pace in session.scalars(_of_methods())}
    if any(until > now for until in pauses.values()):
        return []
    heads = session.scalars(_heads(now).limit(1 if AWAY in pauses else limit)).all()
    rows = session.execute(
        update(Delivery)
        .where(Delivery.id.in_(heads))
        .values(state="sending", not_before=now + LEASE, attempts=Delivery.attempts + 1)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    ).scalars()
    taken = session.scalars(
        select(Delivery)
        .where(Delivery.id.in_(list(rows)))
        .options(joinedload(Delivery.subscription))
        .order_by(Delivery.due_at, Delivery.id)
        .execution_options(populate_existing=True)
    ).all()
    session.expunge_all()
    return [Claimed(delivery, delivery.attempts, now + LEASE) for delivery in taken]


def _of_methods() -> Select[Pace]:
    return select(Pace).where(Pace.place.in_(METHODS))


def _heads(now: datetime) -> Any:  # noqa: ANN401 - SQLAlchemy's type of it says nothing more
    """Ids of the oldest open delivery of each channel, where it may be taken up."""
    older = aliased(Delivery)
    is_older = or_(
        older.due_at < Delivery.due_at, and_(older.due_at == Delivery.due_at, older.id < Delivery.id)
    )
    waits = exists().where(older.channel_id == Delivery.channel_id, older.state.in_(OPEN_STATES), is_older)
    paced = exists().where(Pace.place == Delivery.channel_id, Pace.not_before > now)
    return (
        select(Delivery.id)
        .where(Delivery.state.in_(OPEN_STATES), Delivery.not_before <= now, ~waits, ~paced)
        .order_by(Delivery.due_at, Delivery.id)
        .with_for_update(skip_locked=True, of=Delivery)
    )


def begin_attempts(session: Session, claimed: Iterable[Claimed], now: datetime) -> list[Claimed]:
    """Say, before Slack is called, that it will be; gives those that are still ours, now in doubt."""
    begun = []
    for one in claimed:
        row = session.scalar(
            update(Delivery)
            .where(_is_ours(one))
            .values(
                in_doubt_since=now,
                not_before=now + QUARANTINE,
                channel_id=one.delivery.channel_id,
                message=one.delivery.message,
                content=one.delivery.content,
            )
            .returning(Delivery.id)
            .execution_options(synchronize_session=False)
        )
        if row is not None:
            begun.append(Claimed(one.delivery, one.attempt, now + QUARANTINE))
    return begun


def settle(session: Session, settlements: Iterable[Settlement]) -> list[Settlement]:
    """Write down what became of attempts; gives those that were still ours to settle."""
    settled = []
    for one in settlements:
        values: dict[str, Any] = {"state": one.state, "reason": one.reason, "not_before": one.again_at}
        if one.state != "sending":
            values["in_doubt_since"] = None
        if one.state == "sent":
            values |= {"ts": one.ts, "sent_at": one.at, "message": None}
        row = session.scalar(
            update(Delivery)
            .where(_is_ours(one.claimed))
            .values(values)
            .returning(Delivery.id)
            .execution_options(synchronize_session=False)
        )
        if row is not None:
            settled.append(one)
    sent = {one.claimed.delivery.channel_id: one.at + CHANNEL_PACE for one in settled if one.state == "sent"}
    pause(session, sent)
    return settled


def _is_ours(claimed: Claimed) -> Any:  # noqa: ANN401
    return and_(
        Delivery.id == claimed.delivery.id, Delivery.attempts == claimed.attempt, Delivery.state == "sending"
    )


def pause(session: Session, until: dict[str, datetime]) -> None:
    """Call Slack no more for these places (channels or methods) until then."""
    if not until:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(Pace)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=[Pace.place],
            set_={"not_before": insert.excluded.not_before},
            where=Pace.not_before < insert.excluded.not_before,
        ),
        [{"place": place, "not_before": moment} for place, moment in sorted(until.items())],
    )


def mark_back(session: Session) -> None:
    """Slack answers again."""
    pace = session.get(Pace, AWAY)
    if pace is not None:
        session.delete(pace)


def miss_stale(session: Session, now: datetime) -> int:
    """Give up what is no longer useful, and surely not posted; gives how many."""
    rows = session.execute(
        update(Delivery)
        .where(
            Delivery.state.in_(OPEN_STATES),
            Delivery.not_before <= now,
            Delivery.in_doubt_since.is_(None),
            Delivery.useful_until <= now,
        )
        .values(state="missed", not_before=None, reason=func.coalesce(Delivery.reason, NOBODY_RAN))
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return len(rows.all())


def add_notice(
    session: Session, key: str, slack_user_id: str, payload: dict[str, Any], now: datetime
) -> None:
    """Tell a person something in a direct message, once for each ``key``.

    ``payload``: the arguments of ``chat.postMessage`` but the channel (``Message.payload()``).
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {
        "key": key,
        "programme": "notice",
        "channel_id": slack_user_id,
        "due_at": now,
        "not_before": now,
        "state": "planned",
        "attempts": 0,
        "message": payload,
    }
    session.execute(dialect.insert(Delivery).values(row).on_conflict_do_nothing())


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
        session.scalar(
            select(func.min(Delivery.not_before)).where(
                Delivery.state.in_(OPEN_STATES), Delivery.not_before > now
            )
        ),
        session.scalar(select(func.min(Pace.not_before)).where(Pace.not_before > now)),
    ]
    return min((moment for moment in moments if moment is not None), default=None)


def list_past(session: Session, channel_id: str, programme: str, limit: int = 60) -> Sequence[Delivery]:
    """What a channel was told (or is being told right now), newest first; ``content`` says what."""
    told = session.scalars(
        select(Delivery)
        .where(Delivery.channel_id == channel_id, Delivery.programme == programme)
        .order_by(Delivery.id.desc())
        .limit(limit)
    )
    return [one for one in told if one.state == "sent" or (one.state == "sending" and one.content)]


def list_deliveries(
    session: Session,
    *,
    channel_id: str | None = None,
    states: Sequence[str] = (),
    since: datetime | None = None,
    limit: int = 100,
) -> Sequence[Delivery]:
    """All but notices to people, the latest first."""
    query = select(Delivery).where(Delivery.programme != "notice")
    if channel_id is not None:
        query = query.where(Delivery.channel_id == channel_id)
    if states:
        query = query.where(Delivery.state.in_(states))
    if since is not None:
        query = query.where(Delivery.due_at >= since)
    query = query.options(joinedload(Delivery.subscription))
    return session.scalars(query.order_by(Delivery.due_at.desc(), Delivery.id.desc()).limit(limit)).all()


def count_deliveries(session: Session, states: Sequence[str], since: datetime) -> int:
    """All but notices to people, due since then."""
    query = select(func.count()).where(Delivery.state.in_(states), Delivery.due_at >= since)
    return session.scalar(query.where(Delivery.programme != "notice")) or 0


def count_late(session: Session, now: datetime) -> int:
    """Those that ought to be settled long since: see ``LATE``."""
    late = select(func.count()).where(Delivery.state.in_(OPEN_STATES), Delivery.due_at < now - LATE)
    return session.scalar(late) or 0
