"""Packs stay in step with what the council publishes: an older pack does not undo it unseen."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from persona_store.errors import PackError
from persona_store.models import Persona, Revision
from persona_store.packs.format import PackPersona, as_snapshot
from persona_store.refresh.differences import difference_of

LISTED = 12


def check_in_step(session: Session, given: Sequence[PackPersona], stored: dict[str, PackPersona]) -> None:
    """Raise PackError where a pack would undo what the council published since the last import.

    ``given``: personas of the pack that differ from what is ``stored``. One that names the current
    revision was made in the knowledge of it.
    """
    published = _published(session, [persona.slug for persona in given])
    problems = [
        line
        for persona in given
        if persona.slug in published and persona.revision != published[persona.slug]
        for line in _undone(stored[persona.slug], persona, published[persona.slug])
    ]
    if problems:
        advice = (
            "Nothing was imported. Export first (`persona export`), make your changes in what that writes, "
            "and import it."
        )
        raise PackError([*problems, advice])


def _published(session: Session, slugs: Sequence[str]) -> dict[str, int]:
    """The current revision of each persona whose current revision the council published."""
    is_current = (Revision.persona_id == Persona.id) & (Revision.number == Persona.revision)
    rows = session.execute(
        select(Persona.slug, Persona.revision)
        .join(Revision, is_current)
        .where(Persona.slug.in_(slugs), Revision.drafted_by.is_not(None))
    )
    return {slug: number for slug, number in rows}  # noqa: C416 - rows are no plain tuples


def _undone(stored: PackPersona, given: PackPersona, number: int) -> list[str]:
    was = f"exported at revision {given.revision}" if given.revision else "made before it"
    lines = list(difference_of(as_snapshot(stored), as_snapshot(given)).lines())
    more = [f"  and {len(lines) - LISTED:,} more"] if len(lines) > LISTED else []
    return [
        f"{given.slug}: the council published revision {number}, and this pack was {was}. It would do this:",
        *(f"  {line}" for line in lines[:LISTED]),
        *more,
    ]
