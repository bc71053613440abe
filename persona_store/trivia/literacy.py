"""Who is known, and where: the share of right first answers, with what so few answers can tell.

A first answer is one about a statement that the person had not met before; later ones tell what trivia has
taught. "3 of 4" is anything between 30 and 95 %: each share comes with its 95 % interval (Wilson).
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import sqrt
from typing import TypeVar

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from persona_store.models import Player, TriviaAnswer, TriviaQuestion, TriviaRound

FEWEST_PEOPLE = 5
"""A department of fewer is not shown: one could tell who knew what."""
Z = 1.959964
"""Of 95 %."""
SOME = 5
"""First answers about a statement, or a persona, that say something at all."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class FirstAnswer:
    """``department``: None where it is not known. ``persona``, ``statement``: what it was about."""

    slack_user_id: str
    department: str | None
    persona: str
    statement: str | None
    is_right: bool
    answered_at: datetime


@dataclass(frozen=True)
class Share:
    """``right`` of ``answers``, by so many ``people``."""

    right: int
    answers: int
    people: int

    @property
    def wrong(self) -> int:
        return self.answers - self.right

    @property
    def interval(self) -> tuple[float, float]:
        """From and to, each from 0 to 1."""
        return wilson(self.right, self.answers)


@dataclass(frozen=True)
class Literacy:
    """``personas``, ``departments``, ``statements``: the least known first.

    ``elsewhere``: departments that are not shown, and people of no known department, together; None where
    those are fewer than five.
    """

    total: Share
    personas: Sequence[tuple[str, Share]] = field(default=())
    departments: Sequence[tuple[str, Share]] = field(default=())
    elsewhere: Share | None = None
    statements: Sequence[tuple[str, Share]] = field(default=())


def wilson(right: int, answers: int) -> tuple[float, float]:
    """Give the 95 % interval of a share; all of it where there are no answers."""
    if answers == 0:
        return 0.0, 1.0
    share = right / answers
    widening = Z * Z / answers
    middle = (share + widening / 2) / (1 + widening)
    half = Z / (1 + widening) * sqrt(share * (1 - share) / answers + widening / (4 * answers))
    return max(0.0, middle - half), min(1.0, middle + half)


def literacy_of(answers: Sequence[FirstAnswer]) -> Literacy:
    """Count first answers. Pure."""
    departments, elsewhere = _departments(answers)
    return Literacy(
        share_of(answers),
        _least_known(_by(answers, lambda one: one.persona)),
        departments,
        elsewhere,
        [
            (key, share)
            for key, share in _least_known(_by(answers, lambda one: one.statement))
            if key is not None and share.answers >= SOME and share.wrong
        ],
    )


def share_of(answers: Iterable[FirstAnswer]) -> Share:
    taken = list(answers)
    return Share(sum(one.is_right for one in taken), len(taken), len({one.slack_user_id for one in taken}))


def _by(
    answers: Iterable[FirstAnswer], key_of: Callable[[FirstAnswer], Key]
) -> Mapping[Key, list[FirstAnswer]]:
    found: dict[Key, list[FirstAnswer]] = defaultdict(list)
    for one in answers:
        found[key_of(one)].append(one)
    return found


def _least_known(groups: Mapping[Key, list[FirstAnswer]]) -> list[tuple[Key, Share]]:
    """Order by what is known at best: a few wrong answers are no sign yet."""
    shares = [(key, share_of(answers)) for key, answers in groups.items()]
    return sorted(shares, key=lambda one: (one[1].interval[1], -one[1].answers, str(one[0])))


def _departments(answers: Sequence[FirstAnswer]) -> tuple[list[tuple[str, Share]], Share | None]:
    """Give those of five people or more, and all others together.

    What is not shown could be worked out from the total: where it is about one to four people, the smallest
    department goes with it.
    """
    groups = dict(_by(answers, lambda one: one.department))
    people = {name: len({one.slack_user_id for one in group}) for name, group in groups.items()}
    shown = {name for name in groups if name is not None and people[name] >= FEWEST_PEOPLE}
    while shown and 0 < sum(people[name] for name in groups.keys() - shown) < FEWEST_PEOPLE:
        shown.remove(min(shown, key=lambda name: (people[name], name)))
    rest = share_of(one for name in groups.keys() - shown for one in groups[name])
    named = {name: group for name, group in groups.items() if name is not None and name in shown}
    return _least_known(named), rest if rest.people >= FEWEST_PEOPLE else None


def list_first_answers(
    session: Session, since: datetime, now: datetime, limit: int | None = None
) -> list[FirstAnswer]:
    """Of people who work here; of rounds that are over. The latest first."""
    rows = session.execute(
        select(
            TriviaAnswer.slack_user_id,
            Player.department,
            TriviaQuestion.persona,
            TriviaQuestion.statement,
            TriviaAnswer.is_right,
            TriviaAnswer.answered_at,
        )
        .join(TriviaQuestion, TriviaQuestion.id == TriviaAnswer.question_id)
        .outerjoin(TriviaRound, TriviaRound.id == TriviaAnswer.round_id)
        .outerjoin(Player, Player.slack_user_id == TriviaAnswer.slack_user_id)
        .where(
            TriviaAnswer.is_first,
            TriviaAnswer.answered_at >= since,
            Player.left_at.is_(None),
            _is_over(now),
        )
        .order_by(TriviaAnswer.id.desc())
        .limit(limit)
    )
    return [FirstAnswer(*row) for row in rows]


def list_players(session: Session, channel_id: str, since: datetime) -> Sequence[str]:
    """Who answered in rounds of a channel."""
    return session.scalars(
        select(TriviaAnswer.slack_user_id)
        .join(TriviaRound, TriviaRound.id == TriviaAnswer.round_id)
        .where(TriviaRound.channel_id == channel_id, TriviaAnswer.answered_at >= since)
        .distinct()
    ).all()


def _is_over(now: datetime) -> ColumnElement[bool]:
    """Whether an answer may be counted: it was given alone, or its round has closed and counts."""
    closed = (TriviaRound.closes_at <= now) & (TriviaRound.state != "cancelled")
    return or_(TriviaAnswer.round_id.is_(None), closed)
