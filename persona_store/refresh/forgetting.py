"""What of the refresh names a person, or only they wrote, goes with them.

Numbers stay: an item, a draft or a line of the trail that others may refer to loses its words and its
names, and is still there. What others said as well stays with them.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Table, Text, cast, delete, or_, select, update
from sqlalchemy.orm import Session

from persona_store.catalogue import record_change
from persona_store.language.vectors import hash_of
from persona_store.models import (
    Delivery,
    Draft,
    InboxRequest,
    Objective,
    Persona,
    RefreshItem,
    Revision,
    TrailEntry,
    Vector,
    Verdict,
    Verification,
    Voice,
)
from persona_store.models.base import Base
from persona_store.refresh.item_moves import NOTHING, OPEN_STATES, Move, changes_of
from persona_store.refresh.items import drop_words, list_above, list_voices
from persona_store.refresh.trail import record_trail

NOBODY = ""
SOMEBODY = "@somebody"
AT_ONCE = 500


def forget_reporter(session: Session, slack_user_id: str, now: datetime) -> int:
    """Erase what somebody reported, drafted and was told, and their name from what they decided.

    Gives how many rows that were.
    """
    return (
        _forget_voices(session, slack_user_id, now)
        + _forget_drafts(session, slack_user_id, now)
        + _forget_decisions(session, slack_user_id)
        + _forget_messages(session, slack_user_id)
    )


def erase_name(session: Session, slack_user_id: str) -> int:
    """Take a person's id out of every text that still has it, in whatever table; gives of how many rows.

    Called last, when the rows that are theirs are gone.
    """
    session.flush()
    session.expire_all()
    name = re.escape(slack_user_id)
    names_them = re.compile(rf"(?P<mention><@{name}(?:\|[^>]*)?>)|\b{name}\b")
    rows = 0
    for table in Base.metadata.sorted_tables:
        if columns := [one for one in table.columns if _may_name_people(one)]:
            rows += _erase_from(session, table, columns, names_them, slack_user_id)
    return rows


def _forget_voices(session: Session, slack_user_id: str, now: datetime) -> int:
    own = session.scalars(select(Voice).where(Voice.slack_user_id == slack_user_id)).all()
    for voice in own:
        session.delete(voice)
    session.flush()
    items = [session.get_one(RefreshItem, voice.item_id) for voice in own]
    texts = {item.text for item in items} | {voice.text for voice in own if voice.text}
    for item, voice in zip(items, own, strict=True):
        drop_words(session, item, voice.text)
        for one in list_above(session, item):
            _withdraw_unheard(session, one, now)
    _forget_vectors(session, texts)
    told = delete(Verdict).where(Verdict.slack_user_id == slack_user_id).returning(Verdict.id)
    return len(own) + len(session.execute(told).all())


def _withdraw_unheard(session: Session, item: RefreshItem, now: datetime) -> None:
    """Withdraw an open item that nobody speaks for any more."""
    if item.state in OPEN_STATES and not list_voices(session, item):
        details = {"from": item.state, "to": "withdrawn"}
        for name, value in changes_of(item, Move.WITHDRAW, NOTHING).items():
            setattr(item, name, value)
        record_trail(session, f"item {item.id}", Move.WITHDRAW, by=None, now=now, details=details)
    session.flush()


def _forget_vectors(session: Session, texts: set[str]) -> None:
    """What somebody else still says gets its vector again when it is needed."""
    hashes = [hash_of(text) for text in texts]
    for at in range(0, len(hashes), AT_ONCE):
        session.execute(delete(Vector).where(Vector.text_hash.in_(hashes[at : at + AT_ONCE])))


def _forget_drafts(session: Session, slack_user_id: str, now: datetime) -> int:
    """What nobody else has worked on or seen goes; what was submitted stays with the council.

    Somebody else submits it anew, and so is one of its makers: four eyes see it whoever comes back.
    """
    rows = 0
    for draft in session.scalars(select(Draft)):
        others = [editor for editor in draft.editors if editor != slack_user_id]
        if draft.drafted_by == slack_user_id and not others and draft.state in ("open", "discarded"):
            draft.snapshot, draft.changelog, draft.variant_reason, draft.items = {}, None, None, []
            if draft.state == "open":
                record_trail(session, f"draft {draft.id}", "discarded", by=None, now=now)
            draft.state = "discarded"
            changes = update(TrailEntry).where(TrailEntry.subject == f"draft {draft.id}")
            session.execute(changes.values(details={}))  # ids of statements have words of theirs
        if slack_user_id in (draft.drafted_by, *draft.editors):
            draft.drafted_by = NOBODY if draft.drafted_by == slack_user_id else draft.drafted_by
            draft.editors = others
            if draft.state == "submitted":
                draft.state, draft.submitted_at = "open", None
                record_trail(session, f"draft {draft.id}", "opened_again", by=None, now=now)
            rows += 1
    return rows


def _forget_decisions(session: Session, slack_user_id: str) -> int:
    """Decisions stay, and name nobody."""
    changes = (
        (RefreshItem.assignee, None),
        (Objective.added_by, None),
        (Verification.slack_user_id, None),
        (Revision.published_by, NOBODY),
        (Revision.drafted_by, NOBODY),
        (Persona.owner, None),
        (TrailEntry.slack_user_id, NOBODY),
    )
    rows = 0
    for column, nobody in changes:
        named = update(column.class_).where(column == slack_user_id).values({column.key: nobody})
        rows += len(session.execute(named.returning(column.class_.id)).all())
    record_change(session)  # an owner is shown with every answer
    return rows


def _forget_messages(session: Session, slack_user_id: str) -> int:
    """What they were told, or are still to be told; and what they asked for that nobody has worked on yet."""
    sent = delete(Delivery).where(Delivery.channel_id == slack_user_id)
    rows = len(session.execute(sent.returning(Delivery.id)).all())
    named = cast(InboxRequest.body, Text).contains(slack_user_id, autoescape=True)
    for request in session.scalars(select(InboxRequest).where(named)):
        if slack_user_id in set(_senders(request.body or {})):
            session.delete(request)
            rows += 1
    return rows


def _senders(body: dict[str, Any]) -> Iterator[object]:
    """Where Slack says who did it: of a command, a click or form, an event."""
    yield body.get("user_id")
    for part in ("user", "event"):
        found = body.get(part)
        if isinstance(found, dict):
            yield found.get("id") if part == "user" else found.get("user")


def _may_name_people(column: Column[Any]) -> bool:
    return isinstance(column.type, Text | JSON) and not column.primary_key and not column.unique


def _erase_from(
    session: Session,
    table: Table,
    columns: list[Column[Any]],
    names_them: re.Pattern[str],
    slack_user_id: str,
) -> int:
    keys = list(table.primary_key.columns)
    found = or_(*(cast(one, Text).contains(slack_user_id, autoescape=True) for one in columns))
    rows = session.execute(select(*keys, *columns).where(found)).all()
    for row in rows:
        values = {one.name: _erased(getattr(row, one.key), names_them) for one in columns}
        of_row = [key == getattr(row, key.key) for key in keys]
        session.execute(update(table).where(*of_row).values(values))
    return len(rows)


def _erased(value: Any, names_them: re.Pattern[str]) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, str):
        return names_them.sub(lambda found: SOMEBODY if found["mention"] else NOBODY, value)
    if isinstance(value, dict):
        return {_erased(key, names_them): _erased(one, names_them) for key, one in value.items()}
    if isinstance(value, list):
        return [_erased(one, names_them) for one in value]
    return value
