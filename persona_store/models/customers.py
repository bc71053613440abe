"""What we know of customers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, LargeBinary, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from persona_store.models.base import Base


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
    """A piece of research. ``method`` is a key of ``evidence.METHODS``, which gives its bucket.

    ``access``: who may see the full material, and how one gets it.
    """

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    method: Mapped[str]
    held_on: Mapped[date]
    participants: Mapped[int | None]
    title: Mapped[str]
    source_owner: Mapped[str | None]
    access: Mapped[str | None]
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
    """A published version of a persona. ``snapshot``: the persona as a pack writes it.

    ``published_by``: a Slack user id, or where an import came from. ``drafted_by``: who made it, of what the
    council published; None of an import. ``objective``: what of the charter it serves. ``restored_from``: the
    number of the revision that it brings back.
    """

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("persona_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    persona_id: Mapped[int] = mapped_column(ForeignKey("persona.id", ondelete="CASCADE"))
    number: Mapped[int]
    published_at: Mapped[datetime]
    published_by: Mapped[str]
    changelog: Mapped[str]
    snapshot: Mapped[dict[str, Any]]
    drafted_by: Mapped[str | None]
    objective: Mapped[str | None]
    restored_from: Mapped[int | None]


class Vector(Base):
    """What a text means, by one model. ``data``: a row of length 1, as little-endian float16."""

    __tablename__ = "vector"

    text_hash: Mapped[str] = mapped_column(primary_key=True)
    model: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
