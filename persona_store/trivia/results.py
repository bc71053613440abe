"""What came of a round, counted from its answers whenever somebody asks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    case,
    cast,
    distinct,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from persona_store.models import Delivery, Player, TriviaAnswer, TriviaFlag, TriviaQuestion, TriviaRound
from persona_store.trivia.made import Made, Option
from persona_store.trivia.rounds import OPENING, REVEAL_USEFUL, get_round

MENDED = timedelta(hours=1)
"""So long after a reveal a click that came before the close may still be worked on."""
NOT_COMING = ("failed", "missed", "skipped")
POSTS_LOOKED_AT = timedelta(days=8)
NOT_POSTED = "not posted "
"""Begins the key of the notice that something was not posted; the id of its delivery follows."""
TOLD_WITHIN = REVEAL_USEFUL + timedelta(days=8)


@dataclass(frozen=True)
class QuestionResult:
    """``options``: how often each was chosen."""

    question: TriviaQuestion
    options: Sequence[int]
    is_flagged: bool = False

    @property
    def answered(self) -> int:
        return sum(self.options)

    @property
    def right(self) -> int:
        return self.options[self.question.right]


@dataclass(frozen=True)
class Part:
    """How somebody did who lets that be seen."""

    slack_user_id: str
    right: int
    answered: int


@dataclass(frozen=True)
class RoundResult:
    """``players``: all of them; ``shown``: those who take part in boards, the best first."""

    round: TriviaRound
    questions: Sequence[QuestionResult]
    players: int
    shown: Sequence[Part] = field(default=())

    @property
    def all_right(self) -> list[str]:
        """Who got every question right."""
        return [one.slack_user_id for one in self.shown if one.right == len(self.questions)]

    @property
    def digest(self) -> str:
        """A text that is another one when an answer has come or changed."""
        return f"{self.players} {' '.join(','.join(map(str, one.options)) for one in self.questions)}"


def is_shown() -> ColumnElement[bool]:
    """Whether a player (in an outer join) is named on boards: they want it, and they work here."""
    return func.coalesce(Player.on_boards, true()) & Player.left_at.is_(None)


def result_of(session: Session, found: TriviaRound) -> RoundResult:
    """Count a round's answers."""
    questions = questions_of(session, found)
    counts = _counts(session, found.id)
    flagged = set(
        session.scalars(
            select(TriviaFlag.question_id).where(
                TriviaFlag.question_id.in_(found.questions), TriviaFlag.settled_at.is_(None)
            )
        )
    )
    results = [
        QuestionResult(
            one,
            [counts.get((one.id, option), 0) for option in range(len(one.options))],
            one.id in flagged,
        )
        for one in questions
    ]
    return RoundResult(found, results, count_players(session, found.id), _parts(session, found.id))


def questions_of(session: Session, found: TriviaRound) -> list[TriviaQuestion]:
    """Give the questions in the order in which they were asked."""
    rows = session.scalars(select(TriviaQuestion).where(TriviaQuestion.id.in_(found.questions)))
    by_id = {row.id: row for row in rows}
    return [by_id[number] for number in found.questions]


def count_players(session: Session, round_id: int) -> int:
    players = select(func.count(distinct(TriviaAnswer.slack_user_id)))
    return session.scalar(players.where(TriviaAnswer.round_id == round_id)) or 0


def _counts(session: Session, round_id: int) -> dict[tuple[int, int], int]:
    rows = session.execute(
        select(TriviaAnswer.question_id, TriviaAnswer.option, func.count())
        .where(TriviaAnswer.round_id == round_id)
        .group_by(TriviaAnswer.question_id, TriviaAnswer.option)
    )
    return {(question_id, option): count for question_id, option, count in rows}


def _parts(session: Session, round_id: int) -> list[Part]:
    right = func.sum(case((TriviaAnswer.is_right, 1), else_=0))
    rows = session.execute(
        select(TriviaAnswer.slack_user_id, right, func.count())
        .outerjoin(Player, Player.slack_user_id == TriviaAnswer.slack_user_id)
        .where(TriviaAnswer.round_id == round_id, is_shown())
        .group_by(TriviaAnswer.slack_user_id)
        .order_by(right.desc(), TriviaAnswer.slack_user_id)
    )
    return [Part(*row) for row in rows]


def list_past_rounds(session: Session, channel_id: str, now: datetime, limit: int) -> Sequence[TriviaRound]:
    """Those of a channel that have closed, the last first."""
    return session.scalars(
        select(TriviaRound)
        .where(
            TriviaRound.channel_id == channel_id,
            TriviaRound.state != "cancelled",
            TriviaRound.closes_at <= now,
        )
        .order_by(TriviaRound.closes_at.desc(), TriviaRound.id.desc())
        .limit(limit)
    ).all()


def list_asked(session: Session, channel_id: str, rounds: int) -> list[str]:
    """Keys of questions, and of what their answers told, that a channel had lately; the latest last."""
    latest = session.scalars(
        select(TriviaRound)
        .where(TriviaRound.channel_id == channel_id)
        .order_by(TriviaRound.id.desc())
        .limit(rounds)
    ).all()
    asked = [question for one in reversed(latest) for question in questions_of(session, one)]
    return [key for one in asked for key in made_of(one).told]


def owners_of(question: TriviaQuestion) -> dict[int, str]:
    """Whose the wrong options are, by their places: slugs, where they are what is known of somebody else."""
    return {
        place: option["persona"]
        for place, option in enumerate(question.options)
        if option.get("statement") and option.get("persona") not in (None, question.persona)
        if place != question.right
    }


def made_of(row: TriviaQuestion) -> Made:
    """Give a question that was kept as it was made."""
    options = tuple(Option(**option) for option in row.options)
    return Made(row.key, row.kind, row.prompt, options, row.right, row.why, row.persona, row.statement)


def list_unopened(session: Session, now: datetime) -> Sequence[Delivery]:
    """Rounds that were posted and not opened, as a process died or failed in between."""
    return session.scalars(
        select(Delivery)
        .outerjoin(TriviaRound, TriviaRound.id == Delivery.id)
        .where(
            Delivery.programme == OPENING,
            Delivery.state == "sent",
            Delivery.due_at > now - POSTS_LOOKED_AT,
            TriviaRound.id.is_(None),
        )
    ).all()


def list_not_posted(session: Session, now: datetime) -> Sequence[Delivery]:
    """Openings and reveals that will never be posted, and of which whoever started the round was not told.

    Of what a subscription brings its owner is told when it ends, and only of what was missed here.
    """
    opening, notice = aliased(Delivery), aliased(Delivery)
    is_opening = (Delivery.programme == OPENING) & Delivery.subscription_id.is_(None)
    is_reveal = (
        (TriviaRound.state == "open")
        & Delivery.state.in_(("failed", "missed"))
        & (opening.subscription_id.is_(None) | (Delivery.state == "missed"))
    )
    is_told = exists().where(notice.key == literal(NOT_POSTED) + cast(Delivery.id, String))
    return session.scalars(
        select(Delivery)
        .outerjoin(TriviaRound, TriviaRound.reveal_id == Delivery.id)
        .outerjoin(opening, opening.id == TriviaRound.id)
        .where(
            Delivery.state.in_(NOT_COMING),
            Delivery.due_at > now - TOLD_WITHIN,
            or_(is_opening, is_reveal),
            ~is_told,
        )
        .order_by(Delivery.id)
    ).all()


def list_to_update(session: Session, now: datetime, limit: int) -> list[tuple[TriviaRound, Delivery, int]]:
    """Rounds whose opening message tells less than is known, with its delivery and how many have played.

    The number is -1 where it is to get its last word: the round is revealed or cancelled, or never will be.
    """
    reveal = aliased(Delivery)
    is_over = or_(
        TriviaRound.state != "open", and_(TriviaRound.closes_at <= now, reveal.state.in_(NOT_COMING))
    )
    players = (
        select(func.count(distinct(TriviaAnswer.slack_user_id)))
        .where(TriviaAnswer.round_id == TriviaRound.id)
        .scalar_subquery()
    )
    number = case((is_over, -1), else_=players)
    rows = session.execute(
        select(TriviaRound, Delivery, number)
        .join(Delivery, Delivery.id == TriviaRound.id)
        .outerjoin(reveal, reveal.id == TriviaRound.reveal_id)
        .where(TriviaRound.tally.is_not(None), Delivery.ts.is_not(None), TriviaRound.tally != number)
        .order_by(number != -1, TriviaRound.closes_at)
        .limit(limit)
    )
    return [(found, delivery, count) for found, delivery, count in rows]


def list_reveals_to_mend(session: Session, now: datetime) -> list[tuple[RoundResult, Delivery]]:
    """Reveals that were posted lately and tell less than is known now."""
    rows = session.execute(
        select(TriviaRound.id, Delivery)
        .join(Delivery, Delivery.id == TriviaRound.reveal_id)
        .where(
            TriviaRound.state == "revealed", TriviaRound.closes_at > now - MENDED, Delivery.state == "sent"
        )
    )
    results = [(result_of(session, get_round(session, number)), delivery) for number, delivery in rows.all()]
    return [
        (result, delivery)
        for result, delivery in results
        if (delivery.content or {}).get("digest") != result.digest
    ]
