"""Drafts of the council: a persona as it is to be, until it is published or discarded.

open -> submitted -> published; sent back or taken back it is open again; discarded from both. A draft holds
the whole persona, and knows the revision it was made from. Whoever changed it may not publish it.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from persona_store.errors import NotFoundError, StoreError
from persona_store.models import Draft, Persona, RefreshItem, Revision, Statement
from persona_store.packs.entering import snapshot_of
from persona_store.packs.exporting import read_personas
from persona_store.packs.parts import known_segment
from persona_store.people import is_council
from persona_store.refresh.backlog import make_move
from persona_store.refresh.differences import Difference, difference_of
from persona_store.refresh.draft_changes import Change, WriteFacts, changed, told_of
from persona_store.refresh.item_moves import FROM, Move
from persona_store.refresh.items import get_item, root_of
from persona_store.refresh.merging import Merged, Path, Side, merge
from persona_store.refresh.trail import record_trail

ALIVE = ("open", "submitted")
STANDING = {
    "open": "This draft is being worked on: it has not been submitted for publishing.",
    "submitted": "This draft has been submitted for publishing already.",
    "published": "This draft has been published already.",
    "discarded": "This draft has been discarded.",
}
CHANGED = "This draft was changed while you had it open. This is how it is now."
SEEN = ("state", "base_revision", "snapshot", "changelog", "objective_id", "variant_reason", "note")


def change_draft(session: Session, draft_id: int, by: str, now: datetime, change: Change, seen: str) -> Draft:
    """Change what the persona is to be. ``seen``: the version that was being looked at."""
    draft = take_draft(session, draft_id, by, seen, "open")
    change = _with_known_segment(session, change)
    taken = set(session.scalars(select(Statement.key)))
    base = get_base(session, draft)
    draft.snapshot = changed(draft.snapshot, base, change, taken, day_of(now))
    mark_edited(draft, by, now)
    record(session, draft, "changed", by, now, told_of(change))
    return draft


def change_items(
    session: Session, draft_id: int, by: str, now: datetime, items: Collection[int], seen: str
) -> Draft:
    """Say which items of the backlog the draft is about. New ones are accepted with it."""
    draft = take_draft(session, draft_id, by, seen, "open")
    before = {item.id for item in draft.items}
    draft.items = [item for item in draft.items if item.id in items]
    attach_items(session, draft, [item_id for item_id in items if item_id not in before], by, now)
    mark_edited(draft, by, now)
    return draft


def discard_draft(session: Session, draft_id: int, by: str, now: datetime, seen: str) -> Draft:
    """Give a draft up. What it was about stays accepted in the backlog."""
    draft = take_draft(session, draft_id, by, seen, *ALIVE)
    draft.state, draft.changed_at = "discarded", now
    record(session, draft, "discarded", by, now)
    return draft


def rebase_draft(
    session: Session,
    draft_id: int,
    by: str,
    now: datetime,
    seen: str,
    chosen: Mapping[Path, Side] | None = None,
) -> Merged:
    """Take over what was published since the draft began: three ways, by statement and field.

    The draft stays as it is while there are conflicts that ``chosen`` does not decide.
    """
    draft = take_draft(session, draft_id, by, seen, "open")
    newest = get_current(session, draft.persona)  # first: what is published right now is taken over next time
    merged = merge_newer(session, draft, chosen)
    if merged.snapshot is not None:
        before, draft.snapshot, draft.base_revision = draft.base_revision, merged.snapshot, newest
        mark_edited(draft, by, now)
        revisions = {"from": before, "to": newest}
        record(session, draft, "rebased", by, now, revisions | {"conflicts": len(chosen or {})})
    return merged


def merge_newer(session: Session, draft: Draft, chosen: Mapping[Path, Side] | None = None) -> Merged:
    """The draft with what was published since it began."""
    newer = snapshot_of(read_personas(session, [draft.persona])[draft.persona])
    return merge(get_base(session, draft), draft.snapshot, newer, chosen)


def check_council(session: Session, by: str) -> None:
    if not is_council(session, by):
        raise StoreError("Only the council can do that with a persona.")


def take_draft(session: Session, draft_id: int, by: str, seen: str | None, *states: str) -> Draft:
    """Hold a draft until the transaction ends: of two who change one at once, the second sees the change.

    Raises StoreError where ``by`` may not, where it is in none of ``states``, or not as ``seen``.
    """
    check_council(session, by)
    held = select(Draft).where(Draft.id == draft_id).with_for_update()
    draft = session.scalar(held.execution_options(populate_existing=True))
    if draft is None:
        raise NotFoundError("There is no such draft.")
    if draft.state not in states:
        raise StoreError(told_standing(session, draft))
    if seen is not None and seen != version_of(draft):
        raise StoreError(CHANGED)
    return draft


def told_standing(session: Session, draft: Draft) -> str:
    """Where the draft stands, in a sentence, for somebody who wanted something else of it."""
    revision = session.get(Revision, draft.revision_id) if draft.revision_id else None
    if revision is None:
        return STANDING[draft.state]
    return f"This draft has been published already, as revision {revision.number}."


def get_draft(session: Session, draft_id: int) -> Draft:
    draft = session.get(Draft, draft_id)
    if draft is None:
        raise NotFoundError("There is no such draft.")
    return draft


def list_drafts(session: Session, persona: str | None = None) -> Sequence[Draft]:
    """Those that are neither published nor discarded, submitted ones first."""
    alive = select(Draft).where(Draft.state.in_(ALIVE))
    if persona is not None:
        alive = alive.where(Draft.persona == persona)
    return session.scalars(alive.order_by(Draft.state.desc(), Draft.id)).all()


def makers_of(draft: Draft) -> set[str]:
    """Who may not publish it: whoever began it, and all who changed it."""
    return {draft.drafted_by, *draft.editors}


def version_of(draft: Draft) -> str:
    """The same as long as nobody changes anything of the draft."""
    said = [getattr(draft, name) for name in SEEN] + [[item.id for item in draft.items]]
    written = json.dumps(said, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def get_current(session: Session, slug: str) -> int:
    """The number of the current revision."""
    number = session.scalar(select(Persona.revision).where(Persona.slug == slug))
    if number is None:
        raise NotFoundError("That persona is no longer in the store. `/persona list` shows those that are.")
    return number


def get_snapshot(session: Session, slug: str, number: int) -> dict[str, Any]:
    """A revision as a draft has it: without the day of its verification."""
    of_it = select(Revision.snapshot).join(Persona).where(Persona.slug == slug, Revision.number == number)
    found = session.scalar(of_it)
    if found is None:
        raise NotFoundError(f"There is no revision {number} of this persona.")
    return {name: value for name, value in found.items() if name != "verified_on"}


def get_base(session: Session, draft: Draft) -> dict[str, Any]:
    """The revision that the draft was made from; empty of a new persona."""
    return get_snapshot(session, draft.persona, draft.base_revision) if draft.base_revision else {}


def get_difference(session: Session, draft: Draft) -> Difference:
    return difference_of(get_base(session, draft), draft.snapshot)


def _with_known_segment(session: Session, change: Change) -> Change:
    """A segment that was typed as it is called, by its id."""
    if isinstance(change, WriteFacts) and change.facts.get("segment"):
        return WriteFacts({**change.facts, "segment": known_segment(session, change.facts["segment"])})
    return change


def attach_items(session: Session, draft: Draft, items: Collection[int], by: str, now: datetime) -> None:
    """Say that the draft is about these items too: they are accepted with it."""
    for item_id in items:
        item: RefreshItem = root_of(session, get_item(session, item_id))
        if item.state in FROM[Move.ACCEPT]:
            item = make_move(session, item.id, Move.ACCEPT, by, now)
        elif item.state != "accepted":
            raise StoreError(f"#{item.id} cannot be drafted from: it is {item.state.replace('_', ' ')}.")
        if item not in draft.items:
            draft.items.append(item)
            record(session, draft, "attached", by, now, {"item": item.id})
    session.flush()


def mark_edited(draft: Draft, by: str, now: datetime) -> None:
    draft.changed_at = now
    if by != draft.drafted_by and by not in draft.editors:
        draft.editors = [*draft.editors, by]


def record(
    session: Session,
    draft: Draft,
    move: str,
    by: str,
    now: datetime,
    details: dict[str, Any] | None = None,
) -> None:
    record_trail(session, f"draft {draft.id}", move, by=by, now=now, details=details)
    session.flush()


def day_of(now: datetime) -> date:
    return now.astimezone(UTC).date()
