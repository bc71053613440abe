"""What the council's windows show of drafts and revisions, read from the store."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from persona_store.errors import StoreError
from persona_store.evidence import Strength, strength_of
from persona_store.models import Draft, Evidence, Lens, Persona, Revision, Segment, Stage
from persona_store.refresh.differences import Difference, Snapshot, difference_of
from persona_store.refresh.drafts import get_base, get_draft, list_drafts, version_of
from persona_store.refresh.publishing import list_publishers


@dataclass(frozen=True)
class Names:
    """What a persona names by slug or key. ``methods``: of the evidence. ``stages``: in their order."""

    stages: Mapping[str, str] = field(default_factory=dict)
    lenses: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
    methods: Mapping[str, str] = field(default_factory=dict)
    segments: Mapping[str, str] = field(default_factory=dict)

    def of(self, scope: str, keys: Sequence[str]) -> list[str]:
        known: Mapping[str, str] = getattr(self, scope)
        return [known.get(key, key) for key in keys]

    def strength(self, statement: Snapshot) -> Strength:
        keys = statement.get("evidence") or ()
        return strength_of(self.methods[key] for key in keys if key in self.methods)


@dataclass(frozen=True)
class DraftShown:
    """A draft, read. ``current``: the revision that is published, where it is not what the draft began from.

    ``others``: drafts of the same persona; ``publishers``: who may publish it; ``objective``: of the charter.
    """

    draft: Draft
    version: str
    base: Snapshot
    difference: Difference
    names: Names
    current: int | None
    others: Sequence[Draft]
    publishers: Sequence[str]
    objective: str | None
    revision: Revision | None

    @property
    def name(self) -> str:
        return str(self.draft.snapshot.get("name") or self.draft.persona)


@dataclass(frozen=True)
class About:
    """What a window remembers of the draft in it: ``seen`` is the version that was shown.

    ``view_id``: the window of the draft, below a form. ``key``: the statement in the form, or the stage of
    the step. ``part``: what of the draft the window shows, "journey" or all the rest.
    """

    draft_id: int
    seen: str
    page: int = 0
    view_id: str = ""
    key: str | None = None
    part: str = ""

    def kept(self) -> str:
        return json.dumps(self.__dict__)


def about_in(view: Mapping[str, Any]) -> About:
    try:
        return About(**json.loads(view.get("private_metadata") or ""))
    except (ValueError, TypeError):
        raise StoreError("This window is too old. Close it and open it again.") from None


def draft_shown(session: Session, draft_id: int) -> DraftShown:
    draft = get_draft(session, draft_id)
    base = get_base(session, draft)
    current = session.scalar(select(Persona.revision).where(Persona.slug == draft.persona)) or 0
    return DraftShown(
        draft,
        version_of(draft),
        base,
        difference_of(base, draft.snapshot),
        names_in(session, [base, draft.snapshot]),
        current if current != draft.base_revision else None,
        [one for one in list_drafts(session, draft.persona) if one.id != draft.id],
        list_publishers(session, draft),
        draft.objective.text if draft.objective else None,
        session.get(Revision, draft.revision_id) if draft.revision_id else None,
    )


def names_in(session: Session, snapshots: Sequence[Snapshot]) -> Names:
    """Names of what these snapshots refer to."""
    keys = {
        key
        for snapshot in snapshots
        for statement in snapshot.get("statements") or ()
        for key in statement.get("evidence") or ()
    }
    rows = session.scalars(select(Evidence).where(Evidence.key.in_(keys))).all()
    return Names(
        dict(session.execute(select(Stage.slug, Stage.name).order_by(Stage.position)).all()),
        dict(session.execute(select(Lens.slug, Lens.name).order_by(Lens.position)).all()),
        {row.key: row.title for row in rows},
        {row.key: row.method for row in rows},
        dict(session.execute(select(Segment.slug, Segment.name).order_by(Segment.name)).all()),
    )
