"""Who asks, and what they ask."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from persona_store.models.base import Base


class Person(Base):
    """What we keep of a person: a role that was given, and the lens they chose. No names."""

    __tablename__ = "person"

    slack_user_id: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str | None]
    lens: Mapped[str | None]


class Channel(Base):
    """The lens that a channel chose."""

    __tablename__ = "channel"

    channel_id: Mapped[str] = mapped_column(primary_key=True)
    lens: Mapped[str | None]


class Question(Base):
    """A question asked, and its outcome.

    ``request``: Slack's key of it, so that a request that is worked on again is still one question.
    """

    __tablename__ = "question"
    __table_args__ = (Index("ix_question_thread", "channel_id", "thread_ts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request: Mapped[str | None] = mapped_column(unique=True)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    slack_user_id: Mapped[str | None] = mapped_column(index=True)
    channel_id: Mapped[str | None]
    thread_ts: Mapped[str | None]
    text: Mapped[str]
    lens: Mapped[str | None]
    outcome: Mapped[str]
    personas: Mapped[list[str]] = mapped_column(default=list)
    statements: Mapped[list[str]] = mapped_column(default=list)
    gap_id: Mapped[int | None] = mapped_column(ForeignKey("gap.id"), index=True)


class Rating(Base):
    """What one person said of an answer: ``helpful`` or ``not_helpful``, and what was missing."""

    __tablename__ = "rating"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"), primary_key=True)
    slack_user_id: Mapped[str] = mapped_column(primary_key=True)
    rating: Mapped[str]
    missing: Mapped[str | None]


class Gap(Base):
    """A research question: what nobody has researched yet, asked for by one or more people."""

    __tablename__ = "gap"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    personas: Mapped[list[str]] = mapped_column(default=list)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    voices: Mapped[list["GapVoice"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class GapVoice(Base):
    """One person who asks for the same research."""

    __tablename__ = "gap_voice"

    gap_id: Mapped[int] = mapped_column(ForeignKey("gap.id", ondelete="CASCADE"), primary_key=True)
    slack_user_id: Mapped[str] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime]
