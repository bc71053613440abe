"""Trivia: what was asked, who answered what, and what comes again."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from persona_store.models.base import Base


class TriviaQuestion(Base):
    """A question as it was asked: its options keep their order from question to reveal.

    ``key``: a digest of what it says, so that the same question is one row. ``kind``: a key of
    ``trivia.KINDS``. ``options``: each {"text", "persona", "statement"} (slug and key, where there are).
    ``persona``, ``statement``: what a right answer shows to be known. ``author``: the council member who
    wrote it, None for one that was made. ``state``: open, paused (somebody flagged it), retired.
    """

    __tablename__ = "trivia_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    prompt: Mapped[str]
    options: Mapped[list[dict[str, Any]]]
    right: Mapped[int]
    why: Mapped[str]
    persona: Mapped[str] = mapped_column(index=True)
    statement: Mapped[str | None] = mapped_column(index=True)
    author: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="open")
    made_at: Mapped[datetime]


class TriviaFlag(Base):
    """What one person holds against a question."""

    __tablename__ = "trivia_flag"

    question_id: Mapped[int] = mapped_column(
        ForeignKey("trivia_question.id", ondelete="CASCADE"), primary_key=True
    )
    slack_user_id: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str | None]
    flagged_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class TriviaRound(Base):
    """Questions put to a channel, to be answered until ``closes_at``.

    ``id``: that of the delivery which opened it. ``questions``: ids, in their order. ``state``: open,
    revealed, cancelled. ``reveal_id``: the delivery that reveals it. ``tally``: how many players its opening
    message tells of; None once that message has its last word.
    """

    __tablename__ = "trivia_round"

    id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), primary_key=True, autoincrement=False)
    channel_id: Mapped[str] = mapped_column(index=True)
    started_by: Mapped[str | None]
    questions: Mapped[list[int]]
    opened_at: Mapped[datetime] = mapped_column(index=True)
    closes_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="open")
    reveal_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"))
    tally: Mapped[int | None] = mapped_column(default=0, index=True)


class TriviaAnswer(Base):
    """What one person answered: in a round (where their last word counts), or alone.

    ``round_id`` is None for solo play. ``is_first``: the person never met this statement before.
    ``answered_on``: the day it was for the person, wherever they have moved since. ``chosen_at``: when we got
    the click that counts, None where there was no changing it.
    """

    __tablename__ = "trivia_answer"
    __table_args__ = (
        UniqueConstraint("round_id", "question_id", "slack_user_id"),
        Index("ix_trivia_answer_person", "slack_user_id", "answered_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int | None] = mapped_column(ForeignKey("trivia_round.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(ForeignKey("trivia_question.id"), index=True)
    slack_user_id: Mapped[str]
    option: Mapped[int]
    is_right: Mapped[bool]
    is_first: Mapped[bool]
    answered_at: Mapped[datetime] = mapped_column(index=True)
    answered_on: Mapped[date | None]
    chosen_at: Mapped[datetime | None]

    question: Mapped[TriviaQuestion] = relationship()


class TriviaCard(Base):
    """When a person is to meet a statement again.

    ``memory``: the card of the fsrs library, and whether the last answer was wrong ("missed").
    """

    __tablename__ = "trivia_card"

    slack_user_id: Mapped[str] = mapped_column(primary_key=True)
    statement: Mapped[str] = mapped_column(primary_key=True)
    memory: Mapped[dict[str, Any]]
    due_at: Mapped[datetime]


class Player(Base):
    """How a person wants to play.

    ``department``: as Slack gave it last. ``zone``: their IANA zone. ``left_at``: when we learnt that they do
    not work here any more; ``looked_up_at``: when we asked last. ``daily_time``: the local time of their
    daily question ("09:00"), also that of the course. ``course_began_on``: the first day of the onboarding
    course they are in, ``course_day``: the last one they were sent. Both states: off, on, paused; or done, of
    the course. ``profiled_at``: when we read their department. ``learnt_at``: until when rounds that
    closed are in their cards.
    """

    __tablename__ = "player"

    slack_user_id: Mapped[str] = mapped_column(primary_key=True)
    on_boards: Mapped[bool] = mapped_column(default=True)
    department: Mapped[str | None]
    zone: Mapped[str | None]
    daily_time: Mapped[str | None]
    daily_state: Mapped[str] = mapped_column(default="off")
    next_daily_at: Mapped[datetime | None] = mapped_column(index=True)
    left_at: Mapped[datetime | None]
    looked_up_at: Mapped[datetime | None]
    course_began_on: Mapped[date | None]
    course_day: Mapped[int] = mapped_column(default=0)
    course_state: Mapped[str] = mapped_column(default="off")
    next_course_at: Mapped[datetime | None] = mapped_column(index=True)
    profiled_at: Mapped[datetime | None]
    learnt_at: Mapped[datetime | None]
