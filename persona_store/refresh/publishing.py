"""From a draft to a revision: submitted, looked at by somebody else, published in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from persona_store.answering.index import Index
from persona_store.catalogue import record_change
from persona_store.errors import FieldError, StoreError
from persona_store.models import Catalogue, Draft, Evidence, Objective, Persona, RefreshItem, Revision
from persona_store.packs.changes import change_of
from persona_store.packs.entering import persona_of
from persona_store.packs.exporting import read_personas
from persona_store.packs.format import PackPersona
from persona_store.packs.minimum import lacking
from persona_store.packs.parts import References, add_segment
from persona_store.packs.rows import Because, Change, write_personas
from persona_store.people import list_council
from persona_store.refresh.announcing import plan_changed
from persona_store.refresh.backlog import make_move
from persona_store.refresh.drafts import (
    get_difference,
    makers_of,
    mark_edited,
    record,
    take_draft,
)
from persona_store.refresh.item_moves import Move, With
from persona_store.refresh.items import root_of
from persona_store.refresh.trail import record_trail
from persona_store.refresh.variants import find_alike

LONGEST_WHY = 1_000
CHANGES_KEPT = 200
"""Lines of what a revision changed that its line in the trail keeps; the revisions have all of it."""


@dataclass(frozen=True)
class Reasons:
    """Why a draft is to be published.

    ``why``: the changelog, which everybody reads; ``objective_id``: of the charter; ``variant``: why there
    has to be a persona so like another.
    """

    why: str
    objective_id: int | None = None
    variant: str | None = None


def publish_draft(
    session: Session, draft_id: int, by: str, now: datetime, *, seen: str | None = None
) -> Revision:
    """Make the draft the current revision, with all that follows from it, in the caller's transaction.

    Somebody else than its makers publishes it, and nothing was published since it began. Of two who do it at
    the same moment one is told why not. Raises StoreError.
    """
    draft = take_draft(session, draft_id, by, seen, "submitted")
    _check_four_eyes(session, draft, by)
    session.execute(select(Catalogue.id).with_for_update())  # imports and others who publish wait
    add_segment(session, draft.snapshot.get("segment"))
    references = References(session)
    persona = references.resolved(persona_of({**draft.snapshot}, now.date()))
    change = _change(session, draft, persona, now)
    check_publishable(session, draft, persona)
    changes = list(get_difference(session, draft).lines())
    write_personas(session, [change], references, now=now, published_by=by)
    session.expire_all()
    record_change(session)
    revision = _get_revision(session, persona.slug, change.revision)
    draft.state, draft.revision_id, draft.changed_at = "published", revision.id, now
    taken_back = _take_back_items(session, revision, by, now)
    items = _settle_items(session, draft, revision, by, now)
    plan_changed(session, persona.slug, revision.number, now)
    details = {
        "revision": revision.number,
        "draft": draft.id,
        "why": revision.changelog,
        "changes": changes[:CHANGES_KEPT],
        "items": items,
        "taken_back": taken_back,
    }
    record_trail(session, f"persona {persona.slug}", "published", by=by, now=now, details=details)
    record(session, draft, "published", by, now, {"revision": revision.number})
    return revision


def submit_draft(
    session: Session,
    draft_id: int,
    by: str,
    now: datetime,
    seen: str,
    given: Reasons,
    index: Index | None = None,
) -> Draft:
    """Put the draft before the rest of the council. ``index`` finds personas too alike by meaning, too."""
    draft = take_draft(session, draft_id, by, seen, "open")
    if not get_difference(session, draft):
        raise StoreError("Nothing is changed in this draft yet.")
    _check_reasons(session, given)
    draft.variant_reason = (given.variant or "").strip() or None
    draft.changelog, draft.objective_id = given.why.strip(), given.objective_id
    check_publishable(session, draft, persona_of({**draft.snapshot}, now.date()), index)
    draft.state, draft.submitted_at, draft.note = "submitted", now, None
    mark_edited(draft, by, now)
    details = {"why": draft.changelog, "variant_reason": draft.variant_reason}
    record(session, draft, "submitted", by, now, details)
    return draft


def return_draft(session: Session, draft_id: int, by: str, now: datetime, seen: str, note: str) -> Draft:
    """Send a submitted draft back to whoever drafted it, with what is to be changed."""
    draft = take_draft(session, draft_id, by, seen, "submitted")
    if not note.strip():
        raise FieldError("note", "Say what should change.")
    _check_length("note", note)
    draft.state, draft.note, draft.changed_at = "open", note.strip(), now
    record(session, draft, "sent_back", by, now, {"note": draft.note})
    return draft


def take_back_draft(session: Session, draft_id: int, by: str, now: datetime, seen: str) -> Draft:
    """Go on working on a draft that was submitted."""
    draft = take_draft(session, draft_id, by, seen, "submitted")
    if by not in makers_of(draft):
        raise StoreError("Only those who drafted it can take it back. You can send it back with a note.")
    draft.state, draft.changed_at = "open", now
    record(session, draft, "taken_back", by, now)
    return draft


def check_publishable(
    session: Session, draft: Draft, persona: PackPersona, index: Index | None = None
) -> None:
    """Raise StoreError where a primary persona has too little, or a new one is too like another."""
    if persona.priority == "primary":
        methods = dict(session.execute(select(Evidence.key, Evidence.method)).all())
        if found := lacking(persona, methods):
            raise StoreError(
                f"{persona.name} cannot be a primary persona yet. It lacks: {'; '.join(found)}. "
                "It can be published as a secondary one: change its priority."
            )
    if draft.base_revision == 0 and not draft.variant_reason:
        found_alike = find_alike(session, draft.snapshot, index)
        if found_alike:
            told = "; ".join(f"{persona.name} {one.why}" for one in found_alike)
            raise FieldError("variant", f"{told}. Say why there have to be both.")


def list_publishers(session: Session, draft: Draft) -> list[str]:
    """Who of the council may publish it."""
    return [one for one in list_council(session) if one not in makers_of(draft)]


def _check_four_eyes(session: Session, draft: Draft, by: str) -> None:
    if by not in makers_of(draft):
        return
    if list_publishers(session, draft):
        raise StoreError("You worked on this draft: somebody else of the council has to publish it.")
    raise StoreError(
        "Everybody on the council worked on this draft, and none of those may publish it. "
        "Somebody else has to join the council first: ask your admin."
    )


def _change(session: Session, draft: Draft, persona: PackPersona, now: datetime) -> Change:
    """What is to be written. Raises StoreError where something was published since the draft began."""
    row = session.execute(
        select(Persona.id, Persona.revision).where(Persona.slug == persona.slug)
    ).one_or_none()
    row_id, number = row or (None, 0)
    if number != draft.base_revision:
        raise StoreError(
            f"Revision {number} of {persona.name} was published after this draft began. "
            "Take over the newer revision first, then submit it again."
        )
    change = change_of(read_personas(session, [persona.slug]).get(persona.slug), persona)
    if not change.is_revision:
        raise StoreError("This draft changes nothing any more: what it says is published already.")
    because = Because(
        draft.changelog or change.words,
        draft.drafted_by,
        draft.objective.text if draft.objective else None,
        draft.restored_from,
    )
    verified = persona.model_copy(update={"verified_on": now.date()})
    return Change(verified, change, row_id, number + 1, now, because)


def _settle_items(
    session: Session, draft: Draft, revision: Revision, by: str, now: datetime
) -> Sequence[int]:
    """What the draft was about is settled by it, unless somebody decided otherwise meanwhile."""
    roots = {root.id: root for root in (root_of(session, item) for item in draft.items)}
    settled = [root.id for root in roots.values() if root.state == "accepted"]
    for item_id in settled:
        given = With(revision_id=revision.id, revision=revision.number)
        make_move(session, item_id, Move.PUBLISH, by, now, given)
    return settled


def _take_back_items(session: Session, revision: Revision, by: str, now: datetime) -> Sequence[int]:
    """What the revisions had settled that a restored one undoes is open again; who was told hears so."""
    undone = select(Revision.id).where(
        Revision.persona_id == revision.persona_id,
        Revision.number > (revision.restored_from or revision.number),
        Revision.number < revision.number,
    )
    settled = select(RefreshItem.id).where(
        RefreshItem.revision_id.in_(undone), RefreshItem.state == "published"
    )
    items = session.scalars(settled.order_by(RefreshItem.id)).all()
    for item_id in items:
        make_move(session, item_id, Move.TAKE_BACK, by, now, With(revision=revision.number))
    return items


def _get_revision(session: Session, slug: str, number: int) -> Revision:
    of_it = select(Revision).join(Persona).where(Persona.slug == slug, Revision.number == number)
    return session.scalars(of_it).one()


def _check_reasons(session: Session, given: Reasons) -> None:
    if not given.why.strip():
        raise FieldError("why", "Say why: everybody reads it who looks at the history.")
    _check_length("why", given.why)
    _check_length("variant", given.variant or "")
    objective = session.get(Objective, given.objective_id) if given.objective_id else None
    if given.objective_id and (objective is None or objective.closed_at):
        raise FieldError("objective", "This is no longer in the charter. Choose another one.")


def _check_length(name: str, text: str) -> None:
    if len(text) > LONGEST_WHY:
        raise FieldError(name, f"Use at most {LONGEST_WHY:,} characters.")
