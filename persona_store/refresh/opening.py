"""How a draft begins: from the current revision, from an earlier one, or from nothing."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from persona_store.errors import FieldError, StoreError
from persona_store.models import Catalogue, Draft, Persona, TrailEntry
from persona_store.packs.entering import entered, snapshot_of
from persona_store.packs.exporting import read_personas
from persona_store.packs.format import PackPersona
from persona_store.refresh.draft_changes import new_slug
from persona_store.refresh.drafts import (
    ALIVE,
    attach_items,
    check_council,
    day_of,
    get_current,
    get_snapshot,
    record,
)

LOOKED_AFTER = ("owner", "review_interval_days")
"""Fields of a persona that a revision which is brought back does not change."""
Begun = tuple[int, int | None, dict[str, Any]]
"""The revision that a draft begins from, the one that it brings back, and what it says."""
OPENED = "opened"


def open_draft(
    session: Session,
    persona: str,
    by: str,
    now: datetime,
    *,
    items: Collection[int] = (),
    restore: int | None = None,
) -> Draft:
    """Begin a draft from the current revision, or one that brings revision ``restore`` back.

    ``items`` of the backlog that it is about are accepted with it. A click that is worked on again begins no
    second one.
    """
    check_council(session, by)
    current = get_current(session, persona)
    snapshot = snapshot_of(read_personas(session, [persona])[persona])
    if restore is not None:
        if restore == current:
            raise StoreError(f"Revision {restore} is the current one: there is nothing to restore.")
        snapshot = _brought_back(get_snapshot(session, persona, restore), snapshot)
    draft = _find_repeated(session, by, (current, restore, snapshot), items)
    if draft is None:
        draft = _begin(session, snapshot, current, by, now)
        draft.restored_from = restore
    attach_items(session, draft, items, by, now)
    return draft


def _brought_back(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """What was said of the persona before; who looks after it now, and how often, stays."""
    kept = {name: now[name] for name in LOOKED_AFTER if name in now}
    return {name: value for name, value in before.items() if name not in LOOKED_AFTER} | kept


def open_new_draft(
    session: Session,
    facts: Mapping[str, Any],
    by: str,
    now: datetime,
    *,
    items: Collection[int] = (),
    request: str | None = None,
) -> Draft:
    """Begin a persona that there is not yet. ``facts``: name, role and what else is known.

    The same ``request`` of Slack's begins one draft, however often it is worked on. Raises FieldError where
    somebody drafts a persona of that name already, also where both did it at the same moment.
    """
    check_council(session, by)
    session.execute(select(Catalogue.id).with_for_update())  # who begins one at the same moment waits
    if request and (begun := _find_begun(session, request, by)):
        return begun
    _check_name(session, str(facts.get("name") or ""))
    slugs = set(session.scalars(select(Persona.slug)))
    slugs |= set(session.scalars(select(Draft.persona).where(Draft.state.in_(ALIVE))))
    made = entered(PackPersona, {**facts, "slug": new_slug(str(facts.get("name") or ""), slugs)}, day_of(now))
    draft = _begin(session, snapshot_of(made), 0, by, now, request)
    attach_items(session, draft, items, by, now)
    return draft


def _find_repeated(session: Session, by: str, begun: Begun, items: Collection[int]) -> Draft | None:
    """The same draft of the same person, nothing of it changed yet."""
    own = select(Draft).where(Draft.drafted_by == by, Draft.state == "open").order_by(Draft.id)
    for draft in session.scalars(own):
        is_same = (draft.base_revision, draft.restored_from, draft.snapshot) == begun
        if is_same and {item.id for item in draft.items} <= set(items):
            return draft
    return None


def _find_begun(session: Session, request: str, by: str) -> Draft | None:
    """What this request has begun before: its line in the trail has the key."""
    opened = select(TrailEntry).where(TrailEntry.slack_user_id == by, TrailEntry.move == OPENED)
    for line in session.scalars(opened.order_by(TrailEntry.id.desc())):
        if line.details.get("request") == request:
            return session.get(Draft, int(line.subject.removeprefix("draft ")))
    return None


def _check_name(session: Session, name: str) -> None:
    """Raise FieldError where a persona of this name is being drafted."""
    drafts = session.scalars(select(Draft).where(Draft.state.in_(ALIVE), Draft.base_revision == 0))
    for draft in drafts:
        if name.casefold() == str(draft.snapshot["name"]).casefold():
            raise FieldError(
                "name",
                f"Draft {draft.id} is of a new persona of this name already: /persona draft lists it. "
                "Go on with that one, or choose another name.",
            )


def _begin(
    session: Session, snapshot: dict[str, Any], base: int, by: str, now: datetime, request: str | None = None
) -> Draft:
    draft = Draft(
        persona=snapshot["slug"],
        base_revision=base,
        snapshot=snapshot,
        drafted_by=by,
        editors=[],
        drafted_at=now,
        changed_at=now,
        state="open",
    )
    session.add(draft)
    session.flush()
    details = {"persona": draft.persona, "base": base} | ({"request": request} if request else {})
    record(session, draft, OPENED, by, now, details)
    return draft
