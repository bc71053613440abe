"""Imports what personas refer to: segments, stages, lenses, evidence."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from persona_store.errors import PackError
from persona_store.models import Evidence, Lens, Segment, Stage
from persona_store.packs.changes import ImportReport
from persona_store.packs.exporting import COLUMNS, EVIDENCE_COLUMNS
from persona_store.packs.fields import Entry
from persona_store.packs.format import Pack, PackLens, PackPersona, PackStage
from persona_store.packs.order import merged_order

Table = type[Segment] | type[Stage] | type[Lens] | type[Evidence]


def import_parts(session: Session, pack: Pack, report: ImportReport) -> None:
    """Add what is new; of what is there, change only the fields that the pack gives."""
    _import_part(session, Segment, "segments", pack.segments, report)
    _import_text_segments(session, pack, report)
    _import_ordered(session, Stage, "stages", pack.stages, report)
    _import_ordered(session, Lens, "lenses", pack.lenses, report)
    _import_part(session, Evidence, "evidence", pack.evidence, report)


def _import_part(
    session: Session,
    table: Table,
    part: str,
    entries: Sequence[Entry],
    report: ImportReport,
    positions: Mapping[str, int] | None = None,
) -> None:
    columns = EVIDENCE_COLUMNS if table is Evidence else COLUMNS
    stored: dict[str, Any] = {getattr(row, columns["id"]): row for row in session.scalars(select(table))}
    new = []
    for entry in entries:
        given = {columns.get(name, name): getattr(entry, name) for name in entry.model_fields_set}
        row = stored.get(key := given[columns["id"]])
        if row is None:
            values = {columns.get(name, name): value for name, value in entry}
            new.append(values | ({"position": positions[key]} if positions else {}))
            report.parts_added.setdefault(part, []).append(key)
        elif changed := {name: value for name, value in given.items() if getattr(row, name) != value}:
            session.execute(update(table).where(table.id == row.id).values(**changed))
            report.parts_changed.setdefault(part, []).append(key)
    if new:
        session.execute(insert(table), new)


def _import_text_segments(session: Session, pack: Pack, report: ImportReport) -> None:
    """A persona's segment that nobody declared becomes a segment of that name."""
    known = _segments(session)
    for persona in pack.personas:
        if (text := persona.segment) and text not in known and text.casefold() not in known:
            session.execute(insert(Segment).values(slug=text, name=text))
            known[text] = known[text.casefold()] = text
            report.parts_added.setdefault("segments", []).append(text)


def known_segment(session: Session, text: str) -> str:
    """The slug of the segment that is called so; the text itself where nobody has declared one."""
    known = _segments(session)
    return text if text in known else known.get(text.casefold(), text)


def add_segment(session: Session, text: str | None) -> None:
    """Declare a segment of that name, unless there is one."""
    if text and known_segment(session, text) not in _segments(session):
        session.execute(insert(Segment).values(slug=text, name=text))


def _segments(session: Session) -> dict[str, str]:
    """Slug and name (in small letters) of each segment to its slug; a slug wins over a name."""
    rows = session.execute(select(Segment.slug, Segment.name).order_by(Segment.id.desc())).all()
    return {name.casefold(): slug for slug, name in rows} | {slug: slug for slug, _ in rows}


def _import_ordered(
    session: Session,
    table: type[Stage] | type[Lens],
    part: str,
    entries: Sequence[PackStage | PackLens],
    report: ImportReport,
) -> None:
    stored = list(session.execute(select(table.slug, table.position).order_by(table.position)))
    order = merged_order([slug for slug, _ in stored], [entry.id for entry in entries])
    positions = {slug: position for position, slug in enumerate(order)}
    _import_part(session, table, part, entries, report, positions)
    if [slug for slug in order if slug in dict(stored)] != [slug for slug, _ in stored]:
        report.parts_changed.setdefault(part, []).append("their order")
    for slug, position in stored:
        if positions[slug] != position:
            session.execute(update(table).where(table.slug == slug).values(position=positions[slug]))


class References:
    """Row ids of what personas refer to."""

    def __init__(self, session: Session) -> None:
        self._segments = _segments(session)
        self.segments = dict(session.execute(select(Segment.slug, Segment.id)).all())
        self.stages = dict(session.execute(select(Stage.slug, Stage.id)).all())
        self.lenses = dict(session.execute(select(Lens.slug, Lens.id)).all())
        self.evidence = dict(session.execute(select(Evidence.key, Evidence.id)).all())

    def resolved(self, persona: PackPersona) -> PackPersona:
        """The persona with its segment by id. Raises PackError for a reference to what is not there."""
        for statement in persona.statements:
            for part, known in (
                ("stages", self.stages),
                ("lenses", self.lenses),
                ("evidence", self.evidence),
            ):
                if unknown := [name for name in getattr(statement, part) if name not in known]:
                    raise PackError(
                        [f"{persona.slug} > {statement.id}: {part} {', '.join(unknown)} not declared"]
                    )
        if unknown := [step.stage for step in persona.journey if step.stage not in self.stages]:
            raise PackError([f"{persona.slug} > journey: stages {', '.join(unknown)} not declared"])
        if not persona.segment or persona.segment in self.segments:
            return persona
        return persona.model_copy(update={"segment": self._segments[persona.segment.casefold()]})
