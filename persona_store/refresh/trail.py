"""The trail: who did what, when, to what, so that an auditor can follow it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from persona_store.models import TrailEntry

REPORTING = ("submitted", "joined", "took_back", "withdraw")
"""What people do who report: their names go when it is settled and they have been told."""


def record_trail(
    session: Session,
    subject: str,
    move: str,
    *,
    by: str | None,
    now: datetime,
    details: dict[str, Any] | None = None,
) -> None:
    """Add a line. ``subject``: as ``TrailEntry`` says; ``by``: None for what the bot does by itself."""
    entry = TrailEntry(happened_at=now, slack_user_id=by, subject=subject, move=move, details=details or {})
    session.add(entry)


def list_trail(session: Session, subject: str, limit: int = 50) -> Sequence[TrailEntry]:
    """Newest first."""
    of_it = select(TrailEntry).where(TrailEntry.subject == subject)
    return session.scalars(of_it.order_by(TrailEntry.id.desc()).limit(limit)).all()
