"""What the window of a refresh item shows, gathered from the store; and which window that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.desk import Desk
from persona_store.models import Persona, RefreshItem, Revision, Stage, Statement, TrailEntry, Voice
from persona_store.personas import get_statements
from persona_store.refresh.backlog import standing_of
from persona_store.refresh.duplicates import suggest_duplicates
from persona_store.refresh.item_moves import OPEN_STATES, version_of
from persona_store.refresh.items import get_item, list_merged, list_voices, root_of
from persona_store.refresh.ranking import Reason, Standing, reasons_of
from persona_store.refresh.trail import list_trail

LIST_WINDOW, ITEM_WINDOW = "backlog.list", "backlog.item"
TRAIL_READ, ALIKE_SHOWN = 30, 3


@dataclass(frozen=True)
class Shown:
    """``root``: what the item counts for; ``merged``: what was merged into it. ``alike``: perhaps the same.

    ``statement``: the one it is about, unless that is retired. ``revision``, ``persona``: what settled it.
    ``names``, ``stages``: by slug.
    """

    item: RefreshItem
    root: RefreshItem
    standing: Standing
    reasons: tuple[Reason, ...]
    voices: Sequence[Voice]
    merged: Sequence[RefreshItem]
    alike: Sequence[RefreshItem]
    trail: Sequence[TrailEntry]
    statement: Statement | None
    revision: Revision | None
    names: Mapping[str, str]
    stages: Mapping[str, str]


@dataclass(frozen=True)
class About:
    """Which item a window is about, in which version it was seen.

    ``is_listed``: the list is open beneath it, and is to follow.
    """

    item_id: int
    seen: str
    is_listed: bool

    def kept(self) -> str:
        return f"{self.item_id} {self.seen} {'list' if self.is_listed else '-'}"

    @staticmethod
    def of(view: Mapping[str, Any]) -> "About":
        item_id, _, rest = str(view.get("private_metadata") or "0").partition(" ")
        seen, _, where = rest.partition(" ")
        return About(int(item_id), seen, where == "list")

    @staticmethod
    def now(item: RefreshItem, *, is_listed: bool) -> "About":
        return About(item.id, version_of(item), is_listed)


def item_shown(session: Session, item_id: int, desk: Desk) -> Shown:
    item = get_item(session, item_id)
    standing, voices = standing_of(session, item), list_voices(session, item)
    keys = [item.statement, *(voice.statement for voice in voices)]
    about = get_statements(session, list(dict.fromkeys(key for key in keys if key)))
    return Shown(
        item,
        root_of(session, item),
        standing,
        reasons_of(standing, desk.now),
        voices,
        list_merged(session, item),
        list_alike(session, item, desk),
        list_trail(session, f"item {item.id}", TRAIL_READ),
        next(iter(about), None),
        session.get(Revision, item.revision_id) if item.revision_id else None,
        dict(session.execute(select(Persona.slug, Persona.name)).all()),
        dict(session.execute(select(Stage.slug, Stage.name)).all()),
    )


def list_alike(session: Session, item: RefreshItem, desk: Desk) -> list[RefreshItem]:
    """Open items that may be the same, for one that is open itself: a hint."""
    if item.state not in OPEN_STATES or not item.text:
        return []
    found = suggest_duplicates(session, desk.answering, item.text, item.personas, ALIKE_SHOWN + 1)
    return [other for other, _ in found if other.id != item.id][:ALIKE_SHOWN]
