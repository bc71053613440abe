"""The trail as somebody reads it who was not there: in its order, and whether it explains what is."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from persona_store.models import Draft, Persona, RefreshItem, Revision, TrailEntry, Verification

AT_ONCE = 1_000


def read_trail(
    session: Session, *, about: str | None = None, since: datetime | None = None
) -> Iterator[TrailEntry]:
    """The oldest line first. ``about``: a subject, as ``TrailEntry`` names it."""
    lines = select(TrailEntry).order_by(TrailEntry.id).execution_options(yield_per=AT_ONCE)
    if about is not None:
        lines = lines.where(TrailEntry.subject == about)
    if since is not None:
        lines = lines.where(TrailEntry.happened_at >= since)
    yield from session.scalars(lines)


def list_unexplained(session: Session) -> list[str]:
    """What is in the store and the trail does not say how it came about; nothing in a store that is sound.

    Each state of an item must be where its lines lead, each of them beginning where the one before ended.
    Each revision of the council, draft and verification must have its line.
    """
    return [
        *_items(session),
        *_drafts(session),
        *_without_line(session, _revisions(), "revision", "published"),
        *_without_line(session, _verifications(), "verification", "verified"),
    ]


def _items(session: Session) -> Iterator[str]:
    lines: dict[str, list[TrailEntry]] = {}
    for line in session.scalars(select(TrailEntry).where(TrailEntry.subject.startswith("item "))):
        lines.setdefault(line.subject, []).append(line)
    for item in session.scalars(select(RefreshItem).order_by(RefreshItem.id)):
        own = sorted(lines.get(f"item {item.id}", []), key=lambda one: one.id)
        if not own and item.kind == "gap":
            continue  # research questions are older than the trail
        state = "new"
        for line in own:
            if not _is_move(line):
                continue
            if line.details["from"] != state:
                yield f"#{item.id} was {state}; then {line.move} says that it was {line.details['from']}"
            state = line.details["to"]
        if state != item.state:
            yield f"#{item.id} is {item.state}; by the trail it is {state}"


def _is_move(line: TrailEntry) -> bool:
    """Tell an item's move from what else happened to it (it was given to somebody ...)."""
    return line.move != "assign" and {"from", "to"} <= line.details.keys()


def _drafts(session: Session) -> Iterator[str]:
    rows = session.scalars(select(TrailEntry.subject).where(TrailEntry.subject.startswith("draft ")))
    told = set(rows)
    for draft_id in session.scalars(select(Draft.id).order_by(Draft.id)):
        if f"draft {draft_id}" not in told:
            yield f"draft {draft_id} came from nowhere"


def _revisions() -> Select[str, int]:
    """Those that the council drafted; an import is no move of somebody's."""
    revisions = select(Persona.slug, Revision.number).join(Revision, Revision.persona_id == Persona.id)
    return revisions.where(Revision.drafted_by.is_not(None)).order_by(Revision.id)


def _verifications() -> Select[str, int]:
    verified = select(Persona.slug, Verification.revision).join(Verification)
    return verified.order_by(Verification.id)


def _without_line(session: Session, wanted: Select[str, int], what: str, move: str) -> Iterator[str]:
    lines = select(TrailEntry).where(TrailEntry.move == move)
    told: set[tuple[str, Any]] = {
        (one.subject, one.details.get("revision")) for one in session.scalars(lines)
    }
    for slug, number in session.execute(wanted):
        if (f"persona {slug}", number) not in told:
            yield f"{what} {number} of {slug} came from nowhere"
