"""Brings a persona pack into the store: all of it or nothing, and only what differs."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from persona_store.catalogue import record_change
from persona_store.models import Catalogue, Persona
from persona_store.packs.changes import ImportReport, change_of
from persona_store.packs.exporting import KEPT_HEAD, read_personas
from persona_store.packs.format import Pack, PackPersona
from persona_store.packs.in_step import check_in_step
from persona_store.packs.parts import References, import_parts
from persona_store.packs.rows import Change, write_personas

STATEMENTS_AT_ONCE = 4_000


def import_pack(
    session: Session,
    pack: Pack,
    *,
    now: datetime,
    published_by: str,
    progress: Callable[[int, int], None] | None = None,
) -> ImportReport:
    """Import a checked pack in the caller's transaction. A second import of the same pack changes nothing.

    Personas are replaced as a whole: what the pack does not say of a persona is removed, its missing
    statements are retired. Of everything else only what the pack says changes. What the pack does not
    name stays. ``progress`` gets personas done, and of how many.

    Raises PackError where the pack does not fit the store, as ``check_pack`` with ``known_keys`` tells, and
    where it would undo what the council published since.
    """
    session.execute(select(Catalogue.id).with_for_update())  # two imports at once: the second waits
    report = ImportReport()
    _import_head(session, pack, report)
    import_parts(session, pack, report)
    references = References(session)
    done = 0
    for personas in _portions(pack.personas):
        changes = _changes(session, [references.resolved(persona) for persona in personas], report, now)
        write_personas(session, changes, references, now=now, published_by=published_by)
        done += len(personas)
        if progress:
            progress(done, len(pack.personas))
    if report.has_changes:
        record_change(session)
    session.expire_all()
    return report


def _import_head(session: Session, pack: Pack, report: ImportReport) -> None:
    catalogue = session.get_one(Catalogue, 1)
    for key in KEPT_HEAD:
        if key in pack.model_fields_set and getattr(catalogue, key) != getattr(pack, key):
            setattr(catalogue, key, getattr(pack, key))
            report.head_changed.append(key)
    session.flush()


def _portions(personas: list[PackPersona]) -> Iterator[list[PackPersona]]:
    """Personas in portions that stay within what a database takes in one statement."""
    portion: list[PackPersona] = []
    statements = 0
    for persona in personas:
        if portion and statements + len(persona.statements) > STATEMENTS_AT_ONCE:
            yield portion
            portion, statements = [], 0
        portion.append(persona)
        statements += len(persona.statements) + 1
    if portion:
        yield portion


def _changes(
    session: Session, personas: list[PackPersona], report: ImportReport, now: datetime
) -> list[Change]:
    slugs = [persona.slug for persona in personas]
    stored = read_personas(session, slugs)
    rows = {
        slug: (row_id, revision, verified_at)
        for slug, row_id, revision, verified_at in session.execute(
            select(Persona.slug, Persona.id, Persona.revision, Persona.verified_at).where(
                Persona.slug.in_(slugs)
            )
        )
    }
    changes = []
    for persona in personas:
        row_id, revision, verified_at = rows.get(persona.slug, (None, 0, None))
        change = change_of(stored.get(persona.slug), persona)
        if change.is_revision:
            (report.added if change.is_new else report.changed).append(persona.slug)
            report.changes[persona.slug] = change
            changes.append(Change(persona, change, row_id, revision + 1, verified_moment(persona, now)))
        elif verified_at and persona.verified_on and persona.verified_on > verified_at.date():
            _verify(session, persona, now)
            report.verified.append(persona.slug)
        else:
            report.left.append(persona.slug)
    check_in_step(session, [one.persona for one in changes if not one.change.is_new], stored)
    return changes


def _verify(session: Session, persona: PackPersona, now: datetime) -> None:
    moment = verified_moment(persona, now)
    session.execute(update(Persona).where(Persona.slug == persona.slug).values(verified_at=moment))


def verified_moment(persona: PackPersona, now: datetime) -> datetime:
    """Noon of the day it was verified, so that it is the same day in most time zones; never after ``now``."""
    if persona.verified_on is None:
        return now
    return min(datetime.combine(persona.verified_on, time(12), UTC), now)
