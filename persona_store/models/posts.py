"""What is posted without being asked, and who sees to it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from persona_store.models.base import Base

IS_OPEN = text("state IN ('planned', 'sending')")
OPEN: dict[str, Any] = {"sqlite_where": IS_OPEN, "postgresql_where": IS_OPEN}
"""An index of deliveries that are still to be posted: it does not grow with history."""


class Subscription(Base):
    """A channel's programme: what is posted there, on which days, at what local time.

    ``programme``: "spotlight", "story", "trivia". ``weekdays``: 0 is Monday. ``local_time``: "09:30", in
    the IANA ``zone``. ``lens``, ``personas`` (slugs): None and empty mean all. ``slack_user_id``: whose it
    is; "" once they have left and nobody could take it over. ``state``: "active", "paused", "ended" (with
    its ``reason``). ``next_at``: when its next delivery is due, while it is active. ``skip``: the local
    time of the delivery to leave out ("2026-11-23T09:30"). ``questions``, ``hours``: of a trivia round, how
    many and how long it is open; None as usual.
    """

    __tablename__ = "subscription"

    id: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[str] = mapped_column(index=True)
    programme: Mapped[str]
    weekdays: Mapped[list[int]]
    local_time: Mapped[str]
    zone: Mapped[str]
    lens: Mapped[str | None]
    personas: Mapped[list[str]] = mapped_column(default=list)
    slack_user_id: Mapped[str] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(default="active")
    reason: Mapped[str | None]
    skip: Mapped[str | None]
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    questions: Mapped[int | None]
    hours: Mapped[int | None]


class Delivery(Base):
    """One planned post: of a subscription at one of its local times, or a notice to a person.

    ``key`` is unique, and goes into the message's metadata. ``channel_id``: the person's id, of a notice.
    ``state``: planned, sending, sent, failed, missed, skipped; the last three have a ``reason``.
    ``not_before``: when a process may take it up; while it is sending, the end of the lease.
    ``in_doubt_since``: the last attempt that Slack may have accepted without our knowing.
    ``message``: what is posted, kept from the first attempt until it is settled.
    ``content``: what it tells (persona, statements, story ...), for choosing the next ones.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_open", "channel_id", "due_at", "id", **OPEN),
        Index("ix_delivery_turn", "due_at", "id", **OPEN),
        Index("ix_delivery_past", "channel_id", "programme", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    subscription_id: Mapped[int | None] = mapped_column(ForeignKey("subscription.id"), index=True)
    programme: Mapped[str]
    local_time: Mapped[str | None]
    channel_id: Mapped[str]
    due_at: Mapped[datetime] = mapped_column(index=True)
    useful_until: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(default="planned")
    not_before: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    in_doubt_since: Mapped[datetime | None]
    message: Mapped[dict[str, Any] | None]
    content: Mapped[dict[str, Any] | None]
    ts: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    reason: Mapped[str | None]

    subscription: Mapped[Subscription | None] = relationship()


class Pace(Base):
    """When Slack may be called again: for a channel (one post a second), or a method (its Retry-After)."""

    __tablename__ = "pace"

    place: Mapped[str] = mapped_column(primary_key=True)
    not_before: Mapped[datetime]


class Story(Base):
    """What happened between us and a customer like a persona.

    ``slug``: its name as a file. ``state``: draft, submitted, approved, published, withdrawn. ``author``: a
    Slack user id, or a name where it came from a file, or "" once they were erased; they are named only if
    ``credited``. ``file_digest``: of the file that was imported last. ``note``: why it was sent back.
    """

    __tablename__ = "story"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    file_digest: Mapped[str | None]
    title: Mapped[str]
    personas: Mapped[list[str]] = mapped_column(default=list)
    stage: Mapped[str | None]
    happened_on: Mapped[date | None]
    happened: Mapped[str]
    needed: Mapped[str | None]
    did: Mapped[str | None]
    outcome: Mapped[str | None]
    quote: Mapped[str | None]
    consent: Mapped[bool] = mapped_column(default=False)
    anonymised: Mapped[bool] = mapped_column(default=False)
    author: Mapped[str]
    credited: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="draft", index=True)
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None]
    published_at: Mapped[datetime | None]
    note: Mapped[str | None]


class Heartbeat(Base):
    """A running process, and when it was last well; ``heard_at``: the last sign of life of its socket."""

    __tablename__ = "heartbeat"

    process: Mapped[str] = mapped_column(primary_key=True)
    way: Mapped[str]
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    heard_at: Mapped[datetime | None]
