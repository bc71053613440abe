"""Writes changed personas in bulk: a thousand personas are a handful of statements, not fifty thousand."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Integer, Table, delete, func, insert, literal, select, update
from sqlalchemy.orm import Session, selectinload

from persona_store.errors import PackError
from persona_store.models import (
    Alias,
    JourneyStep,
    Persona,
    Revision,
    Statement,
    statement_evidence,
    statement_lens,
    statement_stage,
)
from persona_store.packs.changes import PersonaChange
from persona_store.packs.exporting import PERSONA_COLUMNS
from persona_store.packs.format import PackPersona, PackStatement, as_snapshot
from persona_store.packs.parts import References
from persona_store.retiring import retire_questions

Rows = list[dict[str, Any]]
KEYS_AT_ONCE = 10_000
IMPORTED = {"drafted_by": None, "objective": None, "restored_from": None}


@dataclass(frozen=True)
class Because:
    """What a revision says of itself that was made by the council: see ``models.Revision``."""

    changelog: str
    drafted_by: str
    objective: str | None = None
    restored_from: int | None = None


@dataclass
class Change:
    """A persona to write. ``row_id``: None until it is in the store; ``because``: None of an import."""

    persona: PackPersona
    change: PersonaChange
    row_id: int | None
    revision: int
    verified_at: datetime
    because: Because | None = None


def write_personas(
    session: Session, changes: Sequence[Change], references: References, *, now: datetime, published_by: str
) -> None:
    _write_rows(session, changes, references)
    _write_aliases(session, changes)
    _write_journeys(session, changes, references)
    _write_statements(session, changes, references, now)
    revisions: Rows = [
        {
            "persona_id": change.row_id,
            "number": change.revision,
            "published_at": now,
            "published_by": published_by,
            "snapshot": as_snapshot(change.persona),
            "changelog": change.change.words,
            **(asdict(change.because) if change.because else IMPORTED),
        }
        for change in changes
    ]
    _insert(session, Revision, revisions)


def _insert(session: Session, table: Any, rows: Rows) -> None:  # noqa: ANN401
    if rows:
        session.execute(insert(table), rows)


def _write_rows(session: Session, changes: Sequence[Change], references: References) -> None:
    new = [_row(change, references) for change in changes if change.row_id is None]
    if new:
        ids = dict(session.execute(insert(Persona).returning(Persona.slug, Persona.id), new).all())
        for change in changes:
            change.row_id = change.row_id or ids[change.persona.slug]
    old = [
        {"id": change.row_id, **_row(change, references)} for change in changes if not change.change.is_new
    ]
    if old:
        session.execute(update(Persona), old)


def _row(change: Change, references: References) -> dict[str, Any]:
    persona = change.persona
    return {
        **{name: getattr(persona, name) for name in PERSONA_COLUMNS},
        "segment_id": references.segments[persona.segment] if persona.segment else None,
        "revision": change.revision,
        "verified_at": change.verified_at,
    }


def _write_aliases(session: Session, changes: Sequence[Change]) -> None:
    touched = [change for change in changes if change.change.is_new or "aliases" in change.change.fields]
    session.execute(delete(Alias).where(Alias.persona_id.in_([change.row_id for change in touched])))
    rows: Rows = [
        {"persona_id": change.row_id, "text": alias} for change in touched for alias in change.persona.aliases
    ]
    _insert(session, Alias, rows)


def _write_journeys(session: Session, changes: Sequence[Change], references: References) -> None:
    touched = [change for change in changes if change.change.is_new or "journey" in change.change.fields]
    ids = [change.row_id for change in touched]
    session.execute(delete(JourneyStep).where(JourneyStep.persona_id.in_(ids)))
    rows: Rows = [
        {
            **{name: value for name, value in step if name != "stage"},
            "persona_id": change.row_id,
            "stage_id": references.stages[step.stage],
            "position": position,
        }
        for change in touched
        for position, step in enumerate(change.persona.journey)
    ]
    _insert(session, JourneyStep, rows)


def _write_statements(
    session: Session, changes: Sequence[Change], references: References, now: datetime
) -> None:
    stored = _stored(session, changes)
    texts = _texts(session, changes)
    before = set(stored.values())
    new: Rows = []
    old: Rows = []
    scoped: list[PackStatement] = []
    for change in changes:
        rewritten = {*change.change.statements_added, *change.change.statements_changed}
        for position, statement in enumerate(change.persona.statements):
            row_id = stored.get(statement.id)
            row = _statement_row(statement, change.row_id, position)
            old.append({"id": row_id, **row}) if row_id else new.append(row)
            if statement.id in rewritten:
                scoped.append(statement)
    _check_free(session, [row["key"] for row in new])
    if old:
        session.execute(update(Statement), old)
    if new:
        made = session.execute(insert(Statement).returning(Statement.key, Statement.id), new)
        stored.update(made.all())
    retired = [stored[key] for change in changes for key in change.change.statements_retired]
    if retired:
        session.execute(update(Statement), [{"id": row_id, "retired_at": now} for row_id in retired])
    retire_questions(session, _stale(changes, texts))
    _write_scopes(session, scoped, before, stored, references)


def _stale(changes: Sequence[Change], texts: dict[str, tuple[str, ...]]) -> list[str]:
    """Statements of which nobody is to be asked as before: retired, reworded, or without research now."""
    now = {one.id: one for change in changes for one in change.persona.statements}
    rewritten = {key for change in changes for key in change.change.statements_changed}
    unresearched = [key for key in rewritten if not now[key].evidence]
    reworded = [key for key, text in texts.items() if key in now and _said(now[key]) != text]
    retired = [key for change in changes for key in change.change.statements_retired]
    return [*retired, *reworded, *unresearched]


def _said(statement: PackStatement) -> tuple[str, ...]:
    return (statement.kind, statement.text, statement.verbatim or "", *sorted(statement.stages))


def _texts(session: Session, changes: Sequence[Change]) -> dict[str, tuple[str, ...]]:
    """What the statements that are rewritten say until now, by key, as ``_said`` gives it."""
    keys = [key for change in changes for key in change.change.statements_changed]
    query = select(Statement).where(Statement.key.in_(keys)).options(selectinload(Statement.stages))
    return {
        one.key: (one.kind, one.text, one.verbatim or "", *sorted(stage.slug for stage in one.stages))
        for one in session.scalars(query)
    }


def _stored(session: Session, changes: Sequence[Change]) -> dict[str, int]:
    """Row id of every statement that these personas have or had."""
    ids = [change.row_id for change in changes if not change.change.is_new]
    query = select(Statement.key, Statement.id).where(Statement.persona_id.in_(ids))
    return dict(session.execute(query).all())


def _check_free(session: Session, keys: list[str]) -> None:
    """A statement id belongs to one persona for ever."""
    for start in range(0, len(keys), KEYS_AT_ONCE):
        taken = session.execute(
            select(Statement.key, Persona.slug)
            .join(Statement.persona)
            .where(Statement.key.in_(keys[start : start + KEYS_AT_ONCE]))
        )
        if problems := [
            f"{key} is a statement of {slug} in the store; expected a new id" for key, slug in taken
        ]:
            raise PackError(problems)


def _statement_row(statement: PackStatement, persona_id: int | None, position: int) -> dict[str, Any]:
    return {
        "key": statement.id,
        "persona_id": persona_id,
        "position": position,
        "kind": statement.kind,
        "text": statement.text,
        "topic": statement.topic,
        "verbatim": statement.verbatim,
        "retired_at": None,
    }


def _write_scopes(
    session: Session,
    scoped: list[PackStatement],
    before: set[int],
    stored: dict[str, int],
    references: References,
) -> None:
    rewritten = [stored[statement.id] for statement in scoped if stored[statement.id] in before]
    for table, column, part, ids in (
        (statement_stage, "stage_id", "stages", references.stages),
        (statement_lens, "lens_id", "lenses", references.lenses),
        (statement_evidence, "evidence_id", "evidence", references.evidence),
    ):
        session.execute(delete(table).where(table.c.statement_id.in_(rewritten)))
        pairs = [
            (stored[statement.id], ids[name]) for statement in scoped for name in getattr(statement, part)
        ]
        _insert_pairs(session, table, column, pairs)


def _insert_pairs(session: Session, table: Table, column: str, pairs: list[tuple[int, int]]) -> None:
    if session.get_bind().dialect.name == "postgresql":  # row by row takes three times as long there
        numbers = ARRAY(Integer)
        both = select(
            func.unnest(literal([first for first, _ in pairs], numbers)),
            func.unnest(literal([second for _, second in pairs], numbers)),
        )
        session.execute(insert(table).from_select(["statement_id", column], both))
    else:
        _insert(session, table, [{"statement_id": first, column: second} for first, second in pairs])
