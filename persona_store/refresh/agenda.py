"""What the council has to talk about each quarter: gathered, not decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from persona_store.evidence import AGEING
from persona_store.models import Objective, Persona, RefreshItem, Statement, Voice
from persona_store.packs.likeness import alike
from persona_store.questions import list_gaps
from persona_store.refresh.item_moves import OPEN_STATES
from persona_store.refresh.items import root_of
from persona_store.refresh.reviews import list_due
from persona_store.refresh.variants import sketch_of

A_QUARTER = timedelta(days=92)
MOST_GAPS = 5
FEW = 1_000


@dataclass(frozen=True)
class GoingStale:
    """A statement whose newest evidence is from ``newest``, and too old by ``stale_on``."""

    statement: Statement
    newest: date
    stale_on: date


@dataclass(frozen=True)
class Contradicted:
    """What people saw speaks against a statement; ``items``: the open ones that say so."""

    statement: Statement
    people: int
    items: tuple[int, ...]


@dataclass(frozen=True)
class Alike:
    """Two personas that people would mix up; ``why``: in plain words, about the second."""

    first: str
    second: str
    why: str


@dataclass(frozen=True)
class Agenda:
    """``gaps``: with how many people ask; ``questions``: what the charter wants to learn."""

    due: Sequence[Persona]
    stale: Sequence[GoingStale]
    contradicted: Sequence[Contradicted]
    gaps: Sequence[tuple[RefreshItem, int]]
    alike: Sequence[Alike]
    questions: Sequence[Objective]

    @property
    def is_empty(self) -> bool:
        return not any((self.due, self.stale, self.contradicted, self.gaps, self.alike, self.questions))


def get_agenda(session: Session, now: datetime) -> Agenda:
    statements = current_statements(session)
    return Agenda(
        list_due(session, now),
        going_stale(statements, now.date()),
        list_contradicted(session, statements),
        list_gaps(session, MOST_GAPS),
        _list_alike(statements),
        _list_open_questions(session),
    )


def going_stale(statements: Sequence[Statement], today: date) -> list[GoingStale]:
    """Those whose evidence is too old already, or will be before the quarter is over; the oldest first."""
    found = []
    for statement in statements:
        newest = max((evidence.held_on for evidence in statement.evidence), default=None)
        if newest is not None and newest + AGEING <= today + A_QUARTER:
            found.append(GoingStale(statement, newest, newest + AGEING))
    return sorted(found, key=lambda one: (one.newest, one.statement.key))


def list_contradicted(session: Session, statements: Sequence[Statement]) -> list[Contradicted]:
    """What open insights speak against, the most people first."""
    against = (
        select(Voice.statement, Voice.slack_user_id, RefreshItem.id, RefreshItem.state)
        .join(RefreshItem, RefreshItem.id == Voice.item_id)
        .where(Voice.stance == "contradicts", Voice.withdrawn_at.is_(None))
        .where(RefreshItem.state.in_((*OPEN_STATES, "duplicate")))
    )
    if len(statements) <= FEW:
        against = against.where(Voice.statement.in_([one.key for one in statements]))
    said: dict[str, list[tuple[int, str | None]]] = {}
    for key, person, item_id, state in session.execute(against).all():
        root = item_id if state != "duplicate" else _find_open_root(session, item_id)
        if key and root is not None:
            said.setdefault(key, []).append((root, person))
    found = [_contradicted(one, said[one.key]) for one in statements if one.key in said]
    return sorted(found, key=lambda one: (-one.people, one.statement.key))


def _find_open_root(session: Session, item_id: int) -> int | None:
    root = root_of(session, session.get_one(RefreshItem, item_id))
    return root.id if root.state in OPEN_STATES else None


def _contradicted(statement: Statement, said: Sequence[tuple[int, str | None]]) -> Contradicted:
    """Whoever is no longer known counts each time."""
    people = [person for _, person in said]
    number = len({one for one in people if one}) + sum(not one for one in people)
    return Contradicted(statement, number, tuple(sorted({root for root, _ in said})))


def current_statements(session: Session, persona_ids: Sequence[int] = ()) -> Sequence[Statement]:
    """With their evidence and persona; of all personas where none are named."""
    current = select(Statement).where(Statement.retired_at.is_(None))
    if persona_ids:
        current = current.where(Statement.persona_id.in_(persona_ids))
    both = (selectinload(Statement.evidence), joinedload(Statement.persona).selectinload(Persona.aliases))
    return session.scalars(current.options(*both).order_by(Statement.persona_id, Statement.position)).all()


def _list_alike(statements: Sequence[Statement]) -> list[Alike]:
    """By names, aliases and what is said of them."""
    own: dict[Persona, list[Statement]] = {}
    for statement in statements:
        own.setdefault(statement.persona, []).append(statement)
    sketches = [sketch_of(persona, said) for persona, said in own.items()]
    return [Alike(sketches[first].name, sketches[second].name, why) for first, second, why in alike(sketches)]


def _list_open_questions(session: Session) -> Sequence[Objective]:
    """What the charter says the council has to learn."""
    wanted = select(Objective).where(Objective.kind == "question", Objective.closed_at.is_(None))
    return session.scalars(wanted.order_by(Objective.id)).all()
