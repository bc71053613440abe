"""What a change of the catalogue makes stale: trivia questions about what is no longer said."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from persona_store.models import TriviaQuestion

RETIRED = "retired"


def retire_questions(session: Session, statements: Collection[str]) -> int:
    """Never ask again what rests on these statements: they are retired, or say something else now."""
    gone = set(statements)
    if not gone:
        return 0
    rows = session.scalars(select(TriviaQuestion).where(TriviaQuestion.state != RETIRED))
    stale = [row for row in rows if not gone.isdisjoint(_statements_of(row))]
    for row in stale:
        row.state = RETIRED
    session.flush()
    return len(stale)


def _statements_of(question: TriviaQuestion) -> set[str]:
    """Keys of all statements that a question shows or asks about."""
    shown = {option.get("statement") for option in question.options} | {question.statement}
    return {key for key in shown if key}
