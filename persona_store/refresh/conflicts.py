"""What colleagues saw that speaks against a statement, for whoever is told that statement."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from persona_store.models import RefreshItem, Voice
from persona_store.refresh.item_moves import OPEN_STATES
from persona_store.refresh.items import count_people, root_of


def count_conflicts(session: Session, keys: Collection[str]) -> dict[str, int]:
    """How many people report something else than these statements, in items that are open; by key."""
    against = (
        select(Voice, RefreshItem)
        .join(RefreshItem, RefreshItem.id == Voice.item_id)
        .where(Voice.statement.in_(keys), Voice.stance == "contradicts", Voice.withdrawn_at.is_(None))
    )
    said: dict[str, list[Voice]] = {}
    for voice, item in session.execute(against) if keys else ():
        if voice.statement and root_of(session, item).state in OPEN_STATES:
            said.setdefault(voice.statement, []).append(voice)
    return {key: count_people(voices) for key, voices in said.items()}
