"""Who asks, and what they ask."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from persona_store.models.base import Base

ROLES = ("ambassador", "council", "admin")
"""What can be given, the least first."""


class Person(Base):
    """What we keep of a person: a role that was given, and what they chose. No names.

    ``role``: given by hand; ``group_role``: had from a Slack user group; ``highest_role`` is what counts.
    ``department``, ``personas`` (slugs): what an ambassador was named for; None and empty mean all.
    ``wants_news``: hears what became of their insights. ``backlog_view``: how a council member looks at the
    refresh backlog on their Home.
    """

    __tablename__ = "person"

    slack_user_id: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str | None]
    group_role: Mapped[str | None]
    lens: Mapped[str | None]
    department: Mapped[str | None]
    personas: Mapped[list[str]] = mapped_column(default=list)
    wants_news: Mapped[bool] = mapped_column(default=True)
    backlog_view: Mapped[dict[str, Any] | None]

    @property
    def highest_role(self) -> str | None:
        had = [role for role in (self.role, self.group_role) if role in ROLES]
        return max(had, key=ROLES.index, default=None)


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
    item_id: Mapped[int | None] = mapped_column(ForeignKey("refresh_item.id"), index=True)


class Rating(Base):
    """What one person said of an answer: ``helpful`` or ``not_helpful``, and what was missing."""

    __tablename__ = "rating"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"), primary_key=True)
    slack_user_id: Mapped[str] = mapped_column(primary_key=True)
    rating: Mapped[str]
    missing: Mapped[str | None]
