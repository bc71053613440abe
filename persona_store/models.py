"""Every table: the data dictionary.

Moments (``_at``) are aware and in UTC; days (``_on``) are dates. Ids of Slack say so in their name.
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


IS_OPEN = text("state IN ('planned', 'sending')")
OPEN: dict[str, Any] = {"sqlite_where": IS_OPEN, "postgresql_where": IS_OPEN}
"""An index of deliveries that are still to be posted: it does not grow with history."""


class Moment(TypeDecorator[datetime]):
    """An aware datetime; SQLite, which has none, keeps it as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012
        datetime: Moment(),
        str: Text(),
        dict[str, Any]: JSON(),
        dict[str, str]: JSON(),
        list[str]: JSON(),
        list[int]: JSON(),
    }


# --- what we know of customers ---------------------------------------------------------------------


class Catalogue(Base):
    """One row: the version of everything that answers are made from; grows with each change."""

    __tablename__ = "catalogue"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=0)
    organisation: Mapped[str | None]
    source: Mapped[str | None]
    licence: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="en")


class Segment(Base):
    """A quantified group of customers that personas stand for."""

    __tablename__ = "segment"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    description: Mapped[str | None]
    size: Mapped[str | None]
    order_value: Mapped[str | None]
    region: Mapped[str | None]
    industry: Mapped[str | None]


class Stage(Base):
    """A journey stage. ``words``: how people say it ("first logs in")."""

    __tablename__ = "stage"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    position: Mapped[int]
    description: Mapped[str | None]
    touchpoints: Mapped[list[str]] = mapped_column(default=list)
    words: Mapped[list[str]] = mapped_column(default=list)


class Lens(Base):
    """A function's view on the personas: product, marketing, sales, support, CX."""

    __tablename__ = "lens"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    position: Mapped[int]
    description: Mapped[str | None]
    words: Mapped[list[str]] = mapped_column(default=list)


statement_stage = Table(
    "statement_stage",
    Base.metadata,
    Column("statement_id", ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True),
    Column("stage_id", ForeignKey("stage.id"), primary_key=True),
)
statement_lens = Table(
    "statement_lens",
    Base.metadata,
    Column("statement_id", ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True),
    Column("lens_id", ForeignKey("lens.id"), primary_key=True),
)
statement_evidence = Table(
    "statement_evidence",
    Base.metadata,
    Column("statement_id", ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True),
    Column("evidence_id", ForeignKey("evidence.id"), primary_key=True),
)


class Evidence(Base):
    """A piece of research. ``method`` is a key of ``evidence.METHODS``, which gives its bucket."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    method: Mapped[str]
    held_on: Mapped[date]
    participants: Mapped[int | None]
    title: Mapped[str]
    source_owner: Mapped[str | None]
    link: Mapped[str | None]
    note: Mapped[str | None]


class Persona(Base):
    """A research-based archetype of real customers. ``revision`` is the number of the published one."""

    __tablename__ = "persona"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    archetype: Mapped[str | None]
    priority: Mapped[str]
    segment_id: Mapped[int | None] = mapped_column(ForeignKey("segment.id"))
    pronouns: Mapped[str | None]
    demographics: Mapped[dict[str, str]] = mapped_column(default=dict)
    summary: Mapped[str | None]
    quote: Mapped[str | None]
    voice: Mapped[str | None]
    portrait: Mapped[str | None]
    owner: Mapped[str | None]
    review_interval_days: Mapped[int]
    revision: Mapped[int]
    verified_at: Mapped[datetime]

    segment: Mapped[Segment | None] = relationship()
    aliases: Mapped[list["Alias"]] = relationship(
        order_by="Alias.id", cascade="all, delete-orphan", passive_deletes=True
    )
    statements: Mapped[list["Statement"]] = relationship(
        back_populates="persona", order_by="Statement.position", passive_deletes=True
    )
    journey: Mapped[list["JourneyStep"]] = relationship(
        order_by="JourneyStep.position", cascade="all, delete-orphan", passive_deletes=True
    )


class Alias(Base):
    """Another name by which people ask for a persona."""

    __tablename__ = "alias"

    id: Mapped[int] = mapped_column(primary_key=True)
    persona_id: Mapped[int] = mapped_column(ForeignKey("persona.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]


class Statement(Base):
    """One claim about a persona. Retired ones stay, for history; only the others are current."""

    __tablename__ = "statement"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    persona_id: Mapped[int] = mapped_column(ForeignKey("persona.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    kind: Mapped[str]
    text: Mapped[str]
    topic: Mapped[str | None]
    verbatim: Mapped[str | None]
    retired_at: Mapped[datetime | None]

    persona: Mapped[Persona] = relationship(back_populates="statements")
    stages: Mapped[list[Stage]] = relationship(secondary=statement_stage, order_by=Stage.position)
    lenses: Mapped[list[Lens]] = relationship(secondary=statement_lens, order_by=Lens.position)
    evidence: Mapped[list[Evidence]] = relationship(
        secondary=statement_evidence, order_by=Evidence.held_on.desc()
    )


class JourneyStep(Base):
    """What a persona does, thinks and feels in one journey stage."""

    __tablename__ = "journey_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    persona_id: Mapped[int] = mapped_column(ForeignKey("persona.id", ondelete="CASCADE"), index=True)
    stage_id: Mapped[int] = mapped_column(ForeignKey("stage.id"))
    position: Mapped[int]
    doing: Mapped[str | None]
    thinking: Mapped[str | None]
    feeling: Mapped[str | None]
    opportunity: Mapped[str | None]
    touchpoints: Mapped[list[str]] = mapped_column(default=list)

    stage: Mapped[Stage] = relationship()


class Revision(Base):
    """A published version of a persona. ``snapshot``: the persona as a pack writes it."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("persona_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    persona_id: Mapped[int] = mapped_column(ForeignKey("persona.id", ondelete="CASCADE"))
    number: Mapped[int]
    published_at: Mapped[datetime]
    published_by: Mapped[str]
    changelog: Mapped[str]
    snapshot: Mapped[dict[str, Any]]


class Vector(Base):
    """What a text means, by one model. ``data``: a row of length 1, as little-endian float16."""

    __tablename__ = "vector"

    text_hash: Mapped[str] = mapped_column(primary_key=True)
    model: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


# --- who asks, and what they ask --------------------------------------------------------------------


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


# --- what is posted without being asked -----------------------------------------------------------


class Subscription(Base):
    """A channel's programme: what is posted there, on which days, at what local time.

    ``programme``: "spotlight", "story". ``weekdays``: 0 is Monday. ``local_time``: "09:30", in the IANA
    ``zone``. ``lens``, ``personas`` (slugs): None and empty mean all. ``state``: "active", "paused", "ended"
    (with its ``reason``). ``next_at``: when its next delivery is due, while it is active. ``skip``: the local
    time of the delivery to leave out ("2026-11-23T09:30").
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


class Delivery(Base):
    """One planned post: of a subscription at one of its local times, or a notice to a person.

    ``key`` is unique, and goes into the message's metadata. ``state``: planned, sending, sent, failed, missed,
    skipped; the last three have a ``reason``. ``not_before``: when a process may take it up; while it is
    sending, the end of the lease. ``in_doubt_since``: the last attempt that Slack may have accepted without
    our knowing. ``message``: what is posted, kept from the first attempt until it is settled. ``content``: what
    it tells (persona, statements, story ...), for choosing the next ones.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_open", "channel_id", "due_at", "id", **OPEN),
        Index("ix_delivery_not_before", "not_before", **OPEN),
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

    ``state``: draft, submitted, approved, published, withdrawn. ``author``: a Slack user id, or a name where it
    came from a file (whose name is then ``slug``); they are named only if ``credited``.
    """

    __tablename__ = "story"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str | None] = mapped_column(unique=True)
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


# --- what Slack sent -----------------------------------------------------------------------------


class InboxRequest(Base):
    """A request of Slack's, stored before it is acknowledged. ``body`` is emptied once it is done."""

    __tablename__ = "inbox_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    body: Mapped[dict[str, Any] | None]
    received_at: Mapped[datetime]
    not_before: Mapped[datetime | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(index=True)
