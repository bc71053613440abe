"""Personas as people look them up."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from persona_store.errors import NotFoundError
from persona_store.evidence import Freshness, Strength, freshness_of, strength_of
from persona_store.models import JourneyStep, Persona, Revision, Statement

PRIORITIES = ("primary", "secondary", "negative")

KINDS = (
    "goal",
    "need",
    "pain_point",
    "job",
    "expectation",
    "preference",
    "behaviour",
    "trigger",
    "objection",
)


def list_personas(session: Session) -> Sequence[Persona]:
    """By priority, then by name."""
    rows = session.scalars(select(Persona).options(joinedload(Persona.segment)).order_by(Persona.name)).all()
    return sorted(rows, key=lambda persona: PRIORITIES.index(persona.priority))


def get_personas(session: Session, slugs: Iterable[str]) -> list[Persona]:
    """In the order of ``slugs``; one that is gone is left out."""
    wanted = list(slugs)
    rows = session.scalars(
        select(Persona).options(joinedload(Persona.segment)).where(Persona.slug.in_(wanted))
    )
    by_slug = {persona.slug: persona for persona in rows}
    return [by_slug[slug] for slug in wanted if slug in by_slug]


def find_named(session: Session, text: str) -> list[str]:
    """Slugs of the personas that are called exactly ``text``: by slug, name, first name or alias."""
    wanted = text.strip().casefold()
    found = []
    for persona in session.scalars(select(Persona).options(selectinload(Persona.aliases))):
        names = {persona.slug, persona.name, *persona.name.split()[:1], *(a.text for a in persona.aliases)}
        if wanted in {name.casefold() for name in names}:
            found.append(persona.slug)
    return found


def get_persona(session: Session, slug: str) -> Persona:
    """With everything that its card shows."""
    persona = session.scalar(
        select(Persona)
        .where(Persona.slug == slug)
        .options(
            joinedload(Persona.segment),
            selectinload(Persona.aliases),
            selectinload(Persona.journey).joinedload(JourneyStep.stage),
            selectinload(Persona.statements.and_(Statement.retired_at.is_(None))).options(
                selectinload(Statement.evidence),
                selectinload(Statement.stages),
                joinedload(Statement.persona),
            ),
        )
    )
    if persona is None:
        raise NotFoundError("That persona is no longer in the store. `/persona list` shows those that are.")
    return persona


def get_statements(session: Session, keys: Iterable[str]) -> list[Statement]:
    """In the order of ``keys``, with their evidence, stages and persona; one that is retired is left out."""
    wanted = list(keys)
    rows = session.scalars(
        select(Statement)
        .where(Statement.key.in_(wanted), Statement.retired_at.is_(None))
        .options(
            joinedload(Statement.persona),
            selectinload(Statement.evidence),
            selectinload(Statement.stages),
        )
    )
    by_key = {statement.key: statement for statement in rows}
    return [by_key[key] for key in wanted if key in by_key]


def count_statements(session: Session) -> dict[int, int]:
    """Current statements by persona id."""
    rows = session.execute(
        select(Statement.persona_id, func.count())
        .where(Statement.retired_at.is_(None))
        .group_by(Statement.persona_id)
    )
    return {persona_id: count for persona_id, count in rows}  # noqa: C416 - rows are no plain tuples


def strength(statement: Statement) -> Strength:
    return strength_of(evidence.method for evidence in statement.evidence)


def freshness(statement: Statement, today: date) -> Freshness | None:
    return freshness_of((evidence.held_on for evidence in statement.evidence), today)


def list_revisions(session: Session, persona_id: int, limit: int) -> Sequence[Revision]:
    """Newest first."""
    return session.scalars(
        select(Revision)
        .where(Revision.persona_id == persona_id)
        .order_by(Revision.number.desc())
        .limit(limit)
    ).all()


def due_at(persona: Persona) -> datetime:
    """The moment until which the persona counts as verified."""
    return persona.verified_at + timedelta(days=persona.review_interval_days)


def is_due(persona: Persona, now: datetime) -> bool:
    return due_at(persona) <= now
