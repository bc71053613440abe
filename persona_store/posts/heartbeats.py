"""Which processes of the bot are alive: each writes a row every few seconds."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from persona_store.models import Heartbeat

ALIVE = timedelta(seconds=15)
FORGOTTEN = timedelta(days=1)


def record_beat(session: Session, process: str, way: str, now: datetime, *, is_heard: bool) -> None:
    """``is_heard``: Slack is heard over the socket, or there is none to listen to."""
    row = session.get(Heartbeat, process)
    if row is None:
        session.execute(delete(Heartbeat).where(Heartbeat.beat_at < now - FORGOTTEN))
        row = Heartbeat(process=process, way=way, started_at=now)
        session.add(row)
    row.beat_at = now
    if is_heard:
        row.heard_at = now


def remove_beats(session: Session, process: str | None = None) -> None:
    """Of one process, or of all."""
    gone = delete(Heartbeat)
    session.execute(gone if process is None else gone.where(Heartbeat.process == process))


def list_heartbeats(session: Session) -> Sequence[Heartbeat]:
    """Of processes that run, or that ended without a word within a day."""
    return session.scalars(select(Heartbeat).order_by(Heartbeat.started_at)).all()
