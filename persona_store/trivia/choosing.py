"""The next question of a person who plays alone.

What is due comes first, then what is new, and then what they have not met for longest. The same store, person
and moment give the same question, until it is answered.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from persona_store.models import TriviaQuestion
from persona_store.spotlights.turn import WEIGHTS
from persona_store.trivia.learning import last_review, list_cards, was_missed
from persona_store.trivia.made import Made
from persona_store.trivia.material import Material
from persona_store.trivia.questions import KINDS, make_question
from persona_store.trivia.results import made_of
from persona_store.trivia.reviewing import blocked_keys, still_holds
from persona_store.trivia.solo import count_answers, list_answered

REMEMBERED = 200
"""Questions of a person that do not come again before others were used."""
LATELY = 12
"""Questions among which kinds are mixed."""
TRIES = 5
ABOUT_A_STATEMENT = ("whose", "quote", "hers", "scenario", "true_false", "stage")
"""Kinds whose questions mostly are about one statement, which then can come again. The others come last."""
PRIORITIES = tuple(WEIGHTS)


class Why(StrEnum):
    """Why this question: it is due, it is new, or there is nothing of either."""

    DUE = "due"
    NEW = "new"
    AHEAD = "ahead"


@dataclass(frozen=True)
class Next:
    """``missed``: the person did not know it the last time."""

    made: Made
    why: Why
    missed: bool = False


def next_question(
    session: Session,
    material: Material,
    slack_user_id: str,
    now: datetime,
    *,
    personas: Collection[str] = (),
    statements: Collection[str] = (),
    hidden: Collection[str] = (),
) -> Next | None:
    """Choose; changes nothing. ``statements``: about one of these, if it can be, the first first.

    ``hidden``: statements that it must not show, as they stand beside it.
    """
    return _Choice(session, material, slack_user_id, now, personas, hidden).made(statements)


class _Choice:
    """One question in the making."""

    def __init__(
        self,
        session: Session,
        material: Material,
        slack_user_id: str,
        now: datetime,
        personas: Collection[str],
        hidden: Collection[str],
    ) -> None:
        self._session = session
        self._material = material
        self._now = now
        self._hidden = frozenset(hidden)
        self._personas = [slug for slug in personas or material.subjects if slug in material.personas]
        self._answered = list_answered(session, slack_user_id, REMEMBERED)
        self._avoid = [key for one in reversed(self._answered) for key in made_of(one).told]
        self._lately = [one.kind for one in self._answered[:LATELY]]
        self._seen = {one.key for one in self._answered}
        self._seed = f"{slack_user_id} {count_answers(session, slack_user_id)}"
        self._blocked = blocked_keys(session)
        cards = list_cards(session, slack_user_id)
        self._cards = {one.statement: one for one in cards if self._is_open(one.statement)}
        self._written = [made for made in _written(session) if still_holds(material, made)]

    def made(self, statements: Collection[str]) -> Next | None:
        due = [key for key, card in self._cards.items() if card.due_at <= self._now]
        longest_ago = sorted(self._cards, key=lambda key: (last_review(self._cards[key]), key))
        return next(
            chain(
                (found for key in statements if (found := self._about(key, Why.NEW))),
                (found for key in due if (found := self._about(key, Why.DUE))),
                (Next(made, Why.NEW) for made in self._new()),
                (found for key in longest_ago if (found := self._about(key, Why.AHEAD))),
            ),
            None,
        )

    def _is_open(self, statement: str) -> bool:
        about = self._material.statements.get(statement)
        return about is not None and about.persona in self._personas

    def _about(self, statement: str, why: Why) -> Next | None:
        card = self._cards.get(statement)
        made = self._made_about(statement)
        return Next(made, why, missed=card is not None and was_missed(card)) if made else None

    def _made_about(self, statement: str) -> Made | None:
        """About one statement: the council's own question where the person has not seen it yet."""
        for written in self._written:
            if (
                written.statement == statement
                and written.key not in self._seen
                and self._may_be_asked(written)
            ):
                return written
        for number in range(TRIES):
            seed = f"{self._seed} {statement} {number}"
            made = make_question(
                self._material, seed, statement=statement, avoid=self._avoid, lately=self._lately
            )
            if made is not None and made.statement == statement and self._may_be_asked(made):
                return made
        return None

    def _new(self) -> Iterator[Made]:
        """About what they never met: of everybody in proportion to their priority, primary ones first."""
        met = Counter({one.statement or one.key: one.persona for one in self._answered}.values())

        def turn(slug: str) -> tuple[float, int, int]:
            priority = self._material.personas[slug].priority
            return met[slug] / WEIGHTS[priority], PRIORITIES.index(priority), self._personas.index(slug)

        slugs = sorted(self._personas, key=turn)
        for kinds in (ABOUT_A_STATEMENT, KINDS):
            for slug in slugs:
                yield from self._new_about(slug, kinds)

    def _new_about(self, slug: str, kinds: Sequence[str]) -> Iterator[Made]:
        yield from (made for made in self._written if made.persona == slug and self._is_new(made))
        avoid = [*self._avoid, *self._cards]
        for number in range(TRIES):
            seed = f"{self._seed} {slug} {number}"
            made = make_question(
                self._material, seed, avoid=avoid, personas=[slug], kinds=kinds, lately=self._lately
            )
            if made is not None and self._is_new(made) and (made.statement or kinds is KINDS):
                yield made

    def _is_new(self, made: Made) -> bool:
        is_unknown = made.key not in self._seen and made.statement not in self._cards
        return is_unknown and self._may_be_asked(made)

    def _may_be_asked(self, made: Made) -> bool:
        return made.key not in self._blocked and self._hidden.isdisjoint(made.touches)


def _written(session: Session) -> list[Made]:
    """What the council wrote, the oldest first."""
    own = select(TriviaQuestion).where(TriviaQuestion.author.is_not(None), TriviaQuestion.state == "open")
    return [made_of(row) for row in session.scalars(own.order_by(TriviaQuestion.id))]
