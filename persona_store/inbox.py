"""Requests of Slack's: each is stored once, worked on once, and not lost in between.

``not_before`` is the moment from which a process may take a request up: until then another one is
working on it (a lease), or waits to try again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from persona_store.database import insert_into
from persona_store.models import InboxRequest

LEASE = timedelta(seconds=90)
KEPT = timedelta(days=3)


@dataclass(frozen=True)
class Claimed:
    """A request that is ours until its lease ends (``until``). ``attempt`` counts from 1.

    ``received_at``: when Slack's first try came, however long ago that is.
    """

    id: int
    key: str
    body: dict[str, Any]
    attempt: int
    until: datetime
    received_at: datetime


def record_request(session: Session, key: str, body: dict[str, Any], now: datetime) -> Claimed | None:
    """Store a request, claimed; None where it was stored before."""
    row = {"key": key, "body": body, "received_at": now, "not_before": now + LEASE, "attempts": 1}
    request_id = session.scalar(
        insert_into(session, InboxRequest).values(row).on_conflict_do_nothing().returning(InboxRequest.id)
    )
    return None if request_id is None else Claimed(request_id, key, body, 1, now + LEASE, now)


def claim_left_requests(
    session: Session, now: datetime, limit: int = 100, *, leased_too: bool = False
) -> Sequence[Claimed]:
    """Take up what nobody is working on any more; ``leased_too``: we are the only process."""
    due = select(InboxRequest.id).where(InboxRequest.done_at.is_(None))
    if not leased_too:
        due = due.where(InboxRequest.not_before <= now)
    due = due.order_by(InboxRequest.id).limit(limit).with_for_update(skip_locked=True)
    rows = session.execute(
        update(InboxRequest)
        .where(InboxRequest.id.in_(due))
        .values(not_before=now + LEASE, attempts=InboxRequest.attempts + 1)
        .returning(
            InboxRequest.id,
            InboxRequest.key,
            InboxRequest.body,
            InboxRequest.attempts,
            InboxRequest.received_at,
        )
    ).all()
    return [
        Claimed(row.id, row.key, row.body or {}, row.attempts, now + LEASE, row.received_at)
        for row in sorted(rows, key=lambda row: row.id)
    ]


def finish_request(session: Session, request_id: int, now: datetime) -> None:
    """Mark as done, and forget what it said."""
    session.execute(
        update(InboxRequest)
        .where(InboxRequest.id == request_id)
        .values(done_at=now, body=None, not_before=None)
    )


def postpone_request(session: Session, claimed: Claimed, until: datetime) -> None:
    """Try again later; nothing changes where another process has taken it up meanwhile."""
    session.execute(
        update(InboxRequest)
        .where(InboxRequest.id == claimed.id, InboxRequest.attempts == claimed.attempt)
        .values(not_before=until)
    )


def forget_old_requests(session: Session, now: datetime) -> None:
    """Slack repeats a request for an hour at most: older ones need no memory."""
    session.execute(delete(InboxRequest).where(InboxRequest.done_at < now - KEPT))
