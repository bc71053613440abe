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
