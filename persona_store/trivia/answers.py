"""Answers in a round: private, one a person and question, changeable until the round closes.

A click counts if we got it before the round closed, whenever it is worked on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache

from sqlalchemy import Executable, exists, func, select
from sqlalchemy.orm import Session

from persona_store.database import insert_of
from persona_store.errors import NotFoundError
from persona_store.models import Player, TriviaAnswer, TriviaQuestion, TriviaRound
from persona_store.trivia.rounds import find_round
from persona_store.trivia.scores import local_day


class Outcome(StrEnum):
    RECORDED = "recorded"
    LATE = "late"
    CANCELLED = "cancelled"
    NOT_OPEN = "not_open"


@dataclass(frozen=True)
class Click:
    """``at``: when we got it. ``place``: of the question in the round, ``option``: of the answer in it."""

    round_id: int
    place: int
    option: int
    slack_user_id: str
    at: datetime
    zone: str | None = None


@dataclass(frozen=True)
class Recorded:
    """What became of a click. ``answered``: the person's options so far, by the place of the question."""

    outcome: Outcome
    round: TriviaRound | None = None
    question: TriviaQuestion | None = None
    answered: Mapping[int, int] = field(default_factory=dict)
    is_change: bool = False


def record_answer(session: Session, click: Click) -> Recorded:
    """Take an answer, or the change of one: the last click counts."""
    found = find_round(session, click.round_id)
    if found is None or not 0 <= click.place < len(found.questions):
        return Recorded(Outcome.NOT_OPEN)
    if found.state == "cancelled":
        return Recorded(Outcome.CANCELLED, found)
    if click.at >= found.closes_at:
        return Recorded(Outcome.LATE, found)
    question = session.get_one(TriviaQuestion, found.questions[click.place])
    if not 0 <= click.option < len(question.options):
        raise NotFoundError("There is no such option.")
    _keep_player(session, click)  # and of two clicks at the same time the second one sees the first
    before = answers_of(session, found.id, click.slack_user_id)
    _keep_answer(session, click, question)
    options = before | {question.id: click.option}
    answered = {place: options[one] for place, one in enumerate(found.questions) if one in options}
    return Recorded(Outcome.RECORDED, found, question, answered, question.id in before)


def answers_of(session: Session, round_id: int, slack_user_id: str) -> dict[int, int]:
    """What somebody answered: the option, by the id of the question."""
    own = select(TriviaAnswer.question_id, TriviaAnswer.option).where(
        TriviaAnswer.round_id == round_id, TriviaAnswer.slack_user_id == slack_user_id
    )
    return dict(session.execute(own).all())


def has_met(session: Session, slack_user_id: str, question: TriviaQuestion) -> bool:
    """Tell whether somebody has answered a question about this statement, or this very one."""
    met = exists().where(TriviaAnswer.slack_user_id == slack_user_id)
    if question.statement is None:
        met = met.where(TriviaAnswer.question_id == question.id)
    else:
        about = select(TriviaQuestion.id).where(TriviaQuestion.statement == question.statement)
        met = met.where(TriviaAnswer.question_id.in_(about))
    return bool(session.scalar(select(met)))


def _keep_player(session: Session, click: Click) -> None:
    """Remember where they are; whoever plays has not left."""
    row = {"slack_user_id": click.slack_user_id, "zone": click.zone}
    session.execute(_player_upsert(session.get_bind().dialect.name), row)


def _keep_answer(session: Session, click: Click, question: TriviaQuestion) -> None:
    row = {
        "round_id": click.round_id,
        "question_id": question.id,
        "slack_user_id": click.slack_user_id,
        "option": click.option,
        "is_right": click.option == question.right,
        "is_first": not has_met(session, click.slack_user_id, question),
        "answered_at": click.at,
        "answered_on": local_day(click.at, click.zone),
        "chosen_at": click.at,
    }
    session.execute(_answer_upsert(session.get_bind().dialect.name), row)


@cache
def _player_upsert(dialect: str) -> Executable:
    """Built once, as the next one: that takes longer than to execute it."""
    insert = insert_of(dialect, Player)
    new = insert.excluded.zone
    is_news = Player.left_at.is_not(None) | (new != func.coalesce(Player.zone, ""))
    upsert: Executable = insert.on_conflict_do_update(
        index_elements=[Player.slack_user_id],
        set_={"zone": func.coalesce(new, Player.zone), "left_at": None},
        where=is_news,
    )
    return upsert


@cache
def _answer_upsert(dialect: str) -> Executable:
    """Of an answer that is there only the choice changes, to that of the latest click."""
    insert = insert_of(dialect, TriviaAnswer)
    upsert: Executable = insert.on_conflict_do_update(
        index_elements=[TriviaAnswer.round_id, TriviaAnswer.question_id, TriviaAnswer.slack_user_id],
        set_={name: insert.excluded[name] for name in ("option", "is_right", "chosen_at")},
        where=TriviaAnswer.chosen_at <= insert.excluded.chosen_at,
    )
    return upsert
