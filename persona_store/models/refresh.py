"""What keeps personas true: the refresh backlog, the council's drafts, and who was told what."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from persona_store.models.base import Base


class RefreshItem(Base):
    """What the council is to decide: insights, or unanswered questions, about the same thing.

    ``id`` is the number that people are told. ``kind``: "insight", "gap" (a research question). ``text``:
    the first insight, or the question; without personal data. ``personas``: slugs. ``statement``: key of the
    one it is about. ``state``: new, in_review, accepted, declined, duplicate, snoozed, published, withdrawn
    (by all who said it). ``was``: the state before it was snoozed or became a duplicate. ``merged_into``: the
    item that a duplicate counts for; its voices stay its own. ``reason``: why it was declined.
    ``revision_id``: the revision that settled it. ``missed``: of a gap, how many people asked the same
    without asking the council, as counted last.
    """

    __tablename__ = "refresh_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    text: Mapped[str]
    personas: Mapped[list[str]] = mapped_column(default=list)
    statement: Mapped[str | None] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(default="new", index=True)
    was: Mapped[str | None]
    reason: Mapped[str | None]
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("refresh_item.id"), index=True)
    snoozed_until: Mapped[date | None]
    assignee: Mapped[str | None]
    opened_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"), index=True)
    missed: Mapped[int] = mapped_column(default=0)

    voices: Mapped[list["Voice"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class Voice(Base):
    """One person in a refresh item: what they saw or heard (an insight), or that they say the same.

    ``text``: without personal data; None of somebody who agrees, or asks for the same research.
    ``verbatim``: whether it is what the customer said, word by word, and not an observation. ``stance``
    towards ``statement`` (a key): confirms, contradicts, adds. ``stage``: a slug. ``place``: call, visit,
    ticket, chat, event, other. ``permalink``: the Slack message it was taken from. ``follows``: wants to hear
    what becomes of it. ``request``: Slack's key of it. ``slack_user_id``: None once it was settled long ago.
    """

    __tablename__ = "voice"
    __table_args__ = (
        UniqueConstraint("item_id", "slack_user_id"),
        Index("ix_voice_person", "slack_user_id", "said_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("refresh_item.id", ondelete="CASCADE"), index=True)
    slack_user_id: Mapped[str | None]
    said_at: Mapped[datetime]
    request: Mapped[str | None] = mapped_column(unique=True)
    text: Mapped[str | None]
    verbatim: Mapped[bool] = mapped_column(default=False)
    stance: Mapped[str | None]
    statement: Mapped[str | None] = mapped_column(index=True)
    stage: Mapped[str | None]
    place: Mapped[str | None]
    permalink: Mapped[str | None]
    follows: Mapped[bool] = mapped_column(default=True)
    withdrawn_at: Mapped[datetime | None]


draft_item = Table(
    "draft_item",
    Base.metadata,
    Column("draft_id", ForeignKey("draft.id", ondelete="CASCADE"), primary_key=True),
    Column("item_id", ForeignKey("refresh_item.id", ondelete="CASCADE"), primary_key=True),
)


class Draft(Base):
    """A revision in the making.

    ``persona``: its slug. ``base_revision``: the one it was made from, 0 for a new persona. ``snapshot``:
    the whole persona as it is to be, as a pack writes it. ``drafted_by``, ``editors``: who may not publish
    it. ``state``: open, submitted, published, discarded. ``changelog``: why, in the drafter's words.
    ``variant_reason``: why there has to be a persona so like another. ``restored_from``: the revision it
    brings back. ``note``: why it was sent back.
    """

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    persona: Mapped[str] = mapped_column(index=True)
    base_revision: Mapped[int]
    snapshot: Mapped[dict[str, Any]]
    drafted_by: Mapped[str]
    editors: Mapped[list[str]] = mapped_column(default=list)
    drafted_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="open", index=True)
    changelog: Mapped[str | None]
    objective_id: Mapped[int | None] = mapped_column(ForeignKey("objective.id"))
    variant_reason: Mapped[str | None]
    restored_from: Mapped[int | None]
    submitted_at: Mapped[datetime | None]
    note: Mapped[str | None]
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))

    items: Mapped[list[RefreshItem]] = relationship(secondary=draft_item, order_by=RefreshItem.id)
    objective: Mapped["Objective | None"] = relationship()


class Objective(Base):
    """A line of the council's charter. ``kind``: objective, question (to learn), metric."""

    __tablename__ = "objective"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    text: Mapped[str]
    added_at: Mapped[datetime]
    added_by: Mapped[str | None]
    closed_at: Mapped[datetime | None]


class Verification(Base):
    """Somebody of the council said that a persona is still true."""

    __tablename__ = "verification"

    id: Mapped[int] = mapped_column(primary_key=True)
    persona_id: Mapped[int] = mapped_column(ForeignKey("persona.id", ondelete="CASCADE"), index=True)
    revision: Mapped[int]
    verified_at: Mapped[datetime]
    slack_user_id: Mapped[str | None]


class Verdict(Base):
    """What a person is to be told of a refresh item they spoke up for.

    ``verdict``: accepted, declined, published, reopened. ``told_at``: None until they were.
    """

    __tablename__ = "verdict"
    __table_args__ = (
        UniqueConstraint("item_id", "slack_user_id", "verdict", "happened_at"),
        Index("ix_verdict_untold", "told_at", "slack_user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("refresh_item.id", ondelete="CASCADE"))
    slack_user_id: Mapped[str]
    verdict: Mapped[str]
    happened_at: Mapped[datetime]
    told_at: Mapped[datetime | None]


class TrailEntry(Base):
    """Who did what, when, to what: never changed, only added to.

    ``subject``: "item 12", "draft 3", "persona priya", "person U0BOB", "charter", "evidence int-1".
    ``details``: what somebody needs who asks later why (from, to, reason, revision ...). ``slack_user_id``:
    None for what the bot did by itself, "" once the person was erased.
    """

    __tablename__ = "trail"

    id: Mapped[int] = mapped_column(primary_key=True)
    happened_at: Mapped[datetime] = mapped_column(index=True)
    slack_user_id: Mapped[str | None]
    subject: Mapped[str] = mapped_column(index=True)
    move: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
