"""Refresh items for tests, as they are after people spoke up."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from persona_store.models import RefreshItem, Voice

CAROL, DAVE, ALICE, BOB = "U0CAROL", "U0DAVE", "U0ALICE", "U0BOB"


def reported(
    session: Session, at: datetime, *people: str, text: str = "They skip it.", **values: Any
) -> RefreshItem:
    """An insight that these people (Slack ids) reported."""
    item = RefreshItem(kind="insight", text=text, opened_at=at, changed_at=at, personas=["priya"])
    for name, value in values.items():
        setattr(item, name, value)
    session.add(item)
    session.flush()
    for number, person in enumerate(people):
        add(session, item, person, at, text=text if number == 0 else None)
    return item


def add(session: Session, item: RefreshItem, person: str | None, at: datetime, **values: Any) -> Voice:
    voice = Voice(item_id=item.id, slack_user_id=person, said_at=at, **values)
    session.add(voice)
    session.flush()
    return voice
