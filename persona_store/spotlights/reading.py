"""What many spotlights are made from, read once for all that are made in one transaction."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, joinedload

from persona_store.answering import Index
from persona_store.database import read_once
from persona_store.evidence import Freshness, Strength
from persona_store.models import JourneyStep, Persona, Revision, Statement, Story
from persona_store.personas import freshness, strength
from persona_store.shelf import Shelf
from persona_store.stories import list_stories

STRENGTHS = list(Strength)[::-1]


@read_once
def latest_revisions(session: Session) -> dict[str, tuple[int, datetime]]:
    """Number and moment of the latest revision of each persona that has more than one."""
    is_latest = and_(Revision.persona_id == Persona.id, Revision.number == Persona.revision)
    rows = session.execute(
        select(Persona.slug, Revision.number, Revision.published_at)
        .join(Revision, is_latest)
        .where(Persona.revision > 1)
    )
    return {slug: (number, published_at) for slug, number, published_at in rows}


@read_once
def stories_of(session: Session, slug: str) -> Sequence[Story]:
    return list_stories(session, persona=slug)


@read_once
def rows_of(
    session: Session, shelf: Shelf, index: Index, slug: str, today: date
) -> tuple[dict[str, Statement], dict[str, int]]:
    """A persona's statements by key, and how well each is researched (0 is best)."""
    keys = [one.key for one in index.snapshot.statements if one.persona == slug]
    rows = {row.key: row for row in shelf.at(session).statements(session, keys)}
    return rows, {key: _quality(row, today) for key, row in rows.items()}


def _quality(statement: Statement, today: date) -> int:
    is_stale = freshness(statement, today) is Freshness.STALE
    return 2 * STRENGTHS.index(strength(statement)) + is_stale


@read_once
def journey_of(session: Session, persona_id: int) -> Sequence[JourneyStep]:
    return session.scalars(
        select(JourneyStep)
        .where(JourneyStep.persona_id == persona_id)
        .options(joinedload(JourneyStep.stage))
        .order_by(JourneyStep.position)
    ).all()
