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

from persona_store.database import read_once
from persona_store.models import Player, TriviaAnswer, TriviaQuestion, TriviaRound

FEWEST_PEOPLE = 5
"""The share of fewer is not shown, be it of a department, a persona or a statement: whoever knows that they
played could tell who knew what."""
Z = 1.959964
"""Of 95 %."""

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
    those are fewer than five. ``few``: slugs of personas whose share is not shown.
    """

    total: Share
    personas: Sequence[tuple[str, Share]] = field(default=())
    departments: Sequence[tuple[str, Share]] = field(default=())
    elsewhere: Share | None = None
    statements: Sequence[tuple[str, Share]] = field(default=())
    few: Sequence[str] = field(default=())


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
    personas, others = _shown(_by(answers, lambda one: one.persona))
    return Literacy(
        share_of(answers),
        _least_known(personas),
        departments,
        elsewhere,
        [
            (key, share)
            for key, share in _least_known(_by(answers, lambda one: one.statement))
            if key is not None and share.people >= FEWEST_PEOPLE and share.wrong
        ],
        sorted({one.persona for one in others}),
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
    """Give those of five people or more, and all others together."""
    named, others = _shown(_by(answers, lambda one: one.department))
    rest = share_of(others)
    departments = [(name, share) for name, share in _least_known(named) if name is not None]
    return departments, rest if rest.people >= FEWEST_PEOPLE else None


def _shown(
    groups: Mapping[Key, list[FirstAnswer]],
) -> tuple[dict[Key, list[FirstAnswer]], list[FirstAnswer]]:
    """Give the groups of five people or more, and the answers of all others.

    What is not shown could be worked out from the total: where it is about one to four people, the smallest
    group goes with it.
    """
    people = {name: share_of(group).people for name, group in groups.items()}
    shown = {name for name in groups if name is not None and people[name] >= FEWEST_PEOPLE}

    def others() -> list[FirstAnswer]:
        return [one for name in groups if name not in shown for one in groups[name]]

    while shown and 0 < share_of(others()).people < FEWEST_PEOPLE:
        shown.remove(min(shown, key=lambda name: (people[name], str(name))))
    return {name: groups[name] for name in groups if name in shown}, others()


@read_once
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
