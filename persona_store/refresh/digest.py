"""What a week of the refresh backlog comes to, for the council."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from persona_store.models import Draft, Persona, RefreshItem, TrailEntry
from persona_store.questions import GAP, list_gaps
from persona_store.refresh.agenda import Contradicted, current_statements, list_contradicted
from persona_store.refresh.backlog import BacklogFilter, Line, list_backlog
from persona_store.refresh.reviews import list_due
from persona_store.refresh.rota import whose_week

TOP, MOST = 5, 5
DECIDED = ("accept", "decline", "publish")


@dataclass(frozen=True)
class Digest:
    """``insights``, ``questions``: new since the last one; ``decided``: how many were, by move.

    ``open``: how many wait. ``gaps``: with how many people ask. ``submitted``: drafts that wait for a second
    pair of eyes. ``triage``: whose week it is.
    """

    insights: int
    questions: int
    decided: dict[str, int]
    open: int
    top: tuple[Line, ...]
    contradicted: Sequence[Contradicted]
    gaps: Sequence[tuple[RefreshItem, int]]
    submitted: Sequence[Draft]
    due: Sequence[Persona]
    triage: str | None

    @property
    def is_empty(self) -> bool:
        return not any((self.insights, self.questions, self.decided, self.open, self.submitted, self.due))


def get_digest(session: Session, since: datetime, now: datetime) -> Digest:
    new = _count_new(session, since)
    page = list_backlog(session, now, BacklogFilter(), 0)
    waiting = select(Draft).where(Draft.state == "submitted").order_by(Draft.submitted_at, Draft.id)
    return Digest(
        insights=sum(count for kind, count in new.items() if kind != GAP),
        questions=new.get(GAP, 0),
        decided=_count_decided(session, since),
        open=page.total,
        top=page.lines[:TOP],
        contradicted=list_contradicted(session, current_statements(session))[:MOST],
        gaps=list_gaps(session, MOST),
        submitted=session.scalars(waiting.limit(MOST)).all(),
        due=list_due(session, now),
        triage=whose_week(session, now),
    )


def _count_new(session: Session, since: datetime) -> dict[str, int]:
    counted = select(RefreshItem.kind, func.count()).where(RefreshItem.opened_at >= since)
    return {kind: count for kind, count in session.execute(counted.group_by(RefreshItem.kind))}  # noqa: C416


def _count_decided(session: Session, since: datetime) -> dict[str, int]:
    made = select(TrailEntry.move, func.count(TrailEntry.subject.distinct())).where(
        TrailEntry.happened_at >= since,
        TrailEntry.move.in_(DECIDED),
        TrailEntry.subject.startswith("item "),
    )
    return {move: count for move, count in session.execute(made.group_by(TrailEntry.move))}  # noqa: C416
