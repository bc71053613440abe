"""The council's charter: what its work is for. Objectives, questions to learn about, metrics."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from persona_store.errors import FieldError, NotFoundError
from persona_store.models import Objective, Revision
from persona_store.refresh.drafts import check_council
from persona_store.refresh.trail import record_trail

KINDS = ("objective", "question", "metric")
LONGEST = 300
SUBJECT = "charter"


def add_objective(session: Session, kind: str, text: str, by: str, now: datetime) -> Objective:
    """Add a line. The same one twice is one."""
    check_council(session, by)
    text = " ".join(text.split())
    if kind not in KINDS:
        raise FieldError("kind", "Choose what it is.")
    if not text:
        raise FieldError("text", "Say what it is.")
    if len(text) > LONGEST:
        raise FieldError("text", f"Use at most {LONGEST} characters.")
    for line in list_charter(session):
        if (line.kind, line.text.casefold()) == (kind, text.casefold()):
            return line
    line = Objective(kind=kind, text=text, added_at=now, added_by=by)
    session.add(line)
    session.flush()
    details = {"id": line.id, "kind": kind, "text": text}
    record_trail(session, SUBJECT, "added", by=by, now=now, details=details)
    return line


def close_objective(session: Session, objective_id: int, by: str, now: datetime) -> Objective:
    """End a line: it was reached, learnt, or given up. Revisions that served it still say so."""
    check_council(session, by)
    line = session.get(Objective, objective_id, with_for_update=True)
    if line is None:
        raise NotFoundError("That line is no longer in the charter.")
    if line.closed_at is None:
        line.closed_at = now
        details = {"id": line.id, "kind": line.kind, "text": line.text}
        record_trail(session, SUBJECT, "closed", by=by, now=now, details=details)
    return line


def list_charter(session: Session) -> Sequence[Objective]:
    """What the council works for now: objectives, then questions, then metrics."""
    lines = session.scalars(select(Objective).where(Objective.closed_at.is_(None)).order_by(Objective.id))
    return sorted(lines, key=lambda line: KINDS.index(line.kind))


def count_served(session: Session) -> dict[str, int]:
    """How many revisions served each line, by its text."""
    counted = (
        select(Revision.objective, func.count())
        .where(Revision.objective.is_not(None))
        .group_by(Revision.objective)
    )
    return {text: count for text, count in session.execute(counted) if text is not None}
