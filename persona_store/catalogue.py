"""Everything that answers are made from, as plain values in memory."""

from dataclasses import dataclass

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from persona_store.database import read_once
from persona_store.evidence import Strength, strength_of
from persona_store.models import (
    Alias,
    Catalogue,
    Evidence,
    Lens,
    Persona,
    Segment,
    Stage,
    Statement,
    statement_evidence,
    statement_lens,
    statement_stage,
)


@dataclass(frozen=True, slots=True)
class StatementEntry:
    """``stages`` and ``lenses`` are slugs; an empty tuple holds everywhere."""

    key: str
    persona: str
    kind: str
    text: str
    topic: str
    stages: tuple[str, ...]
    lenses: tuple[str, ...]
    strength: Strength


@dataclass(frozen=True, slots=True)
class PersonaEntry:
    slug: str
    name: str
    role: str
    archetype: str
    summary: str
    segment: str
    priority: str
    pronouns: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """A journey stage or a lens. ``words``: how people say it."""

    slug: str
    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Snapshot:
    """The catalogue at one version."""

    version: int
    language: str
    personas: tuple[PersonaEntry, ...]
    statements: tuple[StatementEntry, ...]
    stages: tuple[Scope, ...]
    lenses: tuple[Scope, ...]


@read_once
def catalogue_version(session: Session) -> int:
    return session.scalar(select(Catalogue.version).where(Catalogue.id == 1)) or 0


def record_change(session: Session) -> None:
    """Tell every process that what it answers from is out of date."""
    session.execute(update(Catalogue).where(Catalogue.id == 1).values(version=Catalogue.version + 1))


def load_snapshot(session: Session) -> Snapshot:
    version, language = session.execute(
        select(Catalogue.version, Catalogue.language).where(Catalogue.id == 1)
    ).one()
    return Snapshot(
        version,
        language,
        _personas(session),
        _statements(session),
        _scopes(session, Stage),
        _scopes(session, Lens),
    )


def _personas(session: Session) -> tuple[PersonaEntry, ...]:
    aliases: dict[int, list[str]] = {}
    for persona_id, alias in session.execute(select(Alias.persona_id, Alias.text).order_by(Alias.id)):
        aliases.setdefault(persona_id, []).append(alias)
    rows = session.execute(select(Persona, Segment.name).outerjoin(Persona.segment).order_by(Persona.id))
    return tuple(
        PersonaEntry(
            slug=persona.slug,
            name=persona.name,
            role=persona.role,
            archetype=persona.archetype or "",
            summary=persona.summary or "",
            segment=segment or "",
            priority=persona.priority,
            pronouns=persona.pronouns or "",
            aliases=tuple(aliases.get(persona.id, ())),
        )
        for persona, segment in rows
    )


def _statements(session: Session) -> tuple[StatementEntry, ...]:
    stages = _by_statement(session, select(statement_stage.c.statement_id, Stage.slug).join(Stage))
    lenses = _by_statement(session, select(statement_lens.c.statement_id, Lens.slug).join(Lens))
    methods = _by_statement(
        session, select(statement_evidence.c.statement_id, Evidence.method).join(Evidence)
    )
    rows = session.execute(
        select(Statement.id, Statement.key, Persona.slug, Statement.kind, Statement.text, Statement.topic)
        .join(Persona)
        .where(Statement.retired_at.is_(None))
        .order_by(Statement.persona_id, Statement.position)
    )
    return tuple(
        StatementEntry(
            key=key,
            persona=slug,
            kind=kind,
            text=text,
            topic=topic or "",
            stages=tuple(stages.get(row_id, ())),
            lenses=tuple(lenses.get(row_id, ())),
            strength=strength_of(methods.get(row_id, ())),
        )
        for row_id, key, slug, kind, text, topic in rows
    )


def _by_statement(session: Session, query: Select[int, str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for statement_id, value in session.execute(query):
        found.setdefault(statement_id, []).append(value)
    return found


def _scopes(session: Session, table: type[Stage] | type[Lens]) -> tuple[Scope, ...]:
    rows = session.execute(select(table.slug, table.name, table.words).order_by(table.position))
    return tuple(Scope(slug, name, tuple(words)) for slug, name, words in rows)
