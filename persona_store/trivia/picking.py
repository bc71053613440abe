"""Which questions a round has: made ones, and some that the council wrote; none that was seen here lately."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from persona_store.models import TriviaQuestion
from persona_store.trivia.made import Made
from persona_store.trivia.material import Material
from persona_store.trivia.questions import make_round
from persona_store.trivia.results import list_asked, made_of
from persona_store.trivia.reviewing import still_holds
from persona_store.trivia.rounds import RoundWanted

REMEMBERED = 40
"""Rounds of a channel whose questions do not come again before others were used."""
WRITTEN_SHARE = 3
"""Of so many questions one may be written by the council."""
SPARE = 4


def pick_questions(session: Session, material: Material, seed: str, wanted: RoundWanted) -> list[Made]:
    """The same store and seed give the same questions; fewer where there is not enough."""
    asked = list_asked(session, wanted.channel_id, REMEMBERED)
    written = [one for one in _written(session, asked, wanted) if still_holds(material, one)]
    written = written[: max(1, wanted.count // WRITTEN_SHARE)]
    avoid = [*asked, *(key for one in written for key in one.told)]
    barred = set(session.scalars(select(TriviaQuestion.key).where(TriviaQuestion.state != "open")))
    count = wanted.count - len(written)
    made = [
        one
        for one in make_round(material, seed, count + SPARE, avoid=avoid, personas=wanted.personas)
        if one.key not in barred
    ]
    return [*made[:count], *written]


def _written(session: Session, asked: Collection[str], wanted: RoundWanted) -> Sequence[Made]:
    """Questions of the council's that this channel has not seen, the oldest first."""
    query = select(TriviaQuestion).where(TriviaQuestion.author.is_not(None), TriviaQuestion.state == "open")
    if wanted.personas:
        query = query.where(TriviaQuestion.persona.in_(wanted.personas))
    rows = session.scalars(query.order_by(TriviaQuestion.id)).all()
    return [made_of(row) for row in rows if row.key not in asked]
