"""The bot's outbox as the page lists it: what is to come, and what became of the rest."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.sandbox.backstage import OutboxRow
from persona_store.database import Store
from persona_store.models import Delivery, InboxRequest
from persona_store.posts.subscriptions import list_subscriptions, next_post
from persona_store.stories import list_waiting

SHOWN = 100
WILL_BE_SKIPPED = "It will be skipped, as was asked for."
WAITS = "It waits for a new story: every approved one has been told there."


def outbox_rows(store: Store, now: datetime) -> list[OutboxRow]:
    with store.read() as session:
        latest = session.scalars(
            select(Delivery).order_by(Delivery.due_at.desc(), Delivery.id.desc()).limit(SHOWN)
        )
        past = [_row(delivery) for delivery in latest]
        known = {row.key for row in past}
        return past + [row for row in _to_come(session, now) if row.key not in known]


def latest_moment(store: Store) -> float:
    """Give the last moment that the store knows of, in seconds since 1970: no clock may start before it."""
    with store.read() as session:
        moments = [
            session.scalar(
                select(func.max(Delivery.due_at)).where(Delivery.state.not_in(("planned", "sending")))
            ),
            session.scalar(select(func.max(Delivery.sent_at))),
            session.scalar(select(func.max(InboxRequest.received_at))),
        ]
    return max((moment.timestamp() for moment in moments if moment), default=0.0)


def _row(delivery: Delivery) -> OutboxRow:
    is_tried_again = delivery.attempts > 0 and delivery.state in ("planned", "sending")
    return OutboxRow(
        key=delivery.key,
        due_at=delivery.due_at,
        channel_id=delivery.channel_id,
        what=_what(delivery.programme, (delivery.content or {}).get("persona")),
        state=delivery.state,
        reason=delivery.reason or "",
        sent_at=delivery.sent_at,
        again_at=delivery.not_before if is_tried_again else None,
        ts=delivery.ts,
    )


def _to_come(session: Session, now: datetime) -> Iterator[OutboxRow]:
    subscriptions = list_subscriptions(session)
    waiting = list_waiting(session, subscriptions, now)
    for one in subscriptions:
        if (coming := next_post(one)) is not None:
            yield OutboxRow(
                key=f"{one.id} {coming.local_time}",
                due_at=coming.at,
                channel_id=one.channel_id,
                what=_what(one.programme),
                state="planned",
                reason=WAITS
                if one.id in waiting
                else WILL_BE_SKIPPED
                if one.skip == coming.local_time
                else "",
            )


def _what(programme: str, persona: object = None) -> str:
    name = str(persona).replace("-", " ").title() if persona else ""
    return f"{programme.capitalize()} on {name}" if name else programme.capitalize()
