"""Where players work."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from persona_store.models import Player

KEPT = timedelta(days=30)
"""People change departments, but not often."""


def list_unprofiled(session: Session, now: datetime, limit: int) -> Sequence[str]:
    """Players of whom we have not asked for long where they work, those we never asked first."""
    is_old = or_(Player.profiled_at.is_(None), Player.profiled_at < now - KEPT)
    return session.scalars(
        select(Player.slack_user_id)
        .where(is_old, Player.left_at.is_(None))
        .order_by(Player.profiled_at.is_not(None), Player.profiled_at, Player.slack_user_id)
        .limit(limit)
    ).all()


def keep_department(session: Session, slack_user_id: str, department: str | None, now: datetime) -> None:
    own = update(Player).where(Player.slack_user_id == slack_user_id)
    session.execute(own.values(department=department, profiled_at=now))
