"""Gives back what is in the store as a persona pack."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any, TypeVar, cast

from sqlalchemy import Select, select, true
from sqlalchemy.orm import Session

from persona_store.models import (
    Alias,
    Catalogue,
    Evidence,
    JourneyStep,
    Lens,
    Persona,
    Segment,
    Stage,
    Statement,
    statement_evidence,
    statement_lens,
    statement_stage,
)
from persona_store.packs.checking import KnownKeys
from persona_store.packs.fields import Entry
from persona_store.packs.format import (
    HEAD,
    LENSES,
    Pack,
    PackEvidence,
    PackLens,
    PackPersona,
    PackSegment,
    PackStage,
    PackStatement,
    PackStep,
)
from persona_store.packs.order import merged_order

AnyEntry = TypeVar("AnyEntry", bound=Entry)
Grouped = dict[int, list[Any]]
COLUMNS = {"id": "slug"}
EVIDENCE_COLUMNS = {"id": "key", "date": "held_on"}
"""Where a column has another name than the key of the pack."""
PERSONA_COLUMNS = [name for name in PackPersona.model_fields if name in Persona.__table__.columns]
KEPT_HEAD = tuple(key for key in HEAD if key in Catalogue.__table__.columns)


def known_keys(session: Session) -> KnownKeys:
    """What a pack may refer to without declaring it, because the store has it."""
    statements = session.execute(select(Statement.key, Persona.slug).join(Statement.persona))
    return KnownKeys(
        stages=frozenset(session.scalars(select(Stage.slug))),
        lenses=frozenset(session.scalars(select(Lens.slug))),
        evidence=frozenset(session.scalars(select(Evidence.key))),
        segments=frozenset(session.scalars(select(Segment.slug))),
        personas=frozenset(session.scalars(select(Persona.slug))),
        statements={key: slug for key, slug in statements},  # noqa: C416
        methods=dict(session.execute(select(Evidence.key, Evidence.method)).all()),
    )


def export_pack(session: Session) -> Pack:
    """The whole store, so that importing it into an empty one gives the same store again.

    Left out is what an import makes by itself: lenses that are always there, segments that are a mere text.
    """
    catalogue = session.get_one(Catalogue, 1)
    used = {slug for (slug,) in session.execute(select(Segment.slug).join(Persona).distinct())}
    segments = session.scalars(select(Segment).order_by(Segment.id))
    return Pack.model_construct(
        **{key: value for key in KEPT_HEAD if (value := getattr(catalogue, key)) is not None},
        segments=[_entry(PackSegment, row) for row in segments if not (_is_text(row) and row.slug in used)],
        stages=[_entry(PackStage, row) for row in session.scalars(select(Stage).order_by(Stage.position))],
        lenses=_lenses(session),
        evidence=[
            _entry(PackEvidence, row, EVIDENCE_COLUMNS)
            for row in session.scalars(select(Evidence).order_by(Evidence.id))
        ],
        personas=list(read_personas(session).values()),
    )


def _entry(kind: type[AnyEntry], row: object, columns: dict[str, str] = COLUMNS) -> AnyEntry:
    values = {name: getattr(row, columns.get(name, name)) for name in kind.model_fields}
    return _made(kind, {name: value for name, value in values.items() if value not in (None, [])})


def _made(kind: type[AnyEntry], values: dict[str, Any]) -> AnyEntry:
    """Without validation: what is in the store is exported even where the format has become stricter."""
    made: Any = kind.model_construct(**values)
    return cast("AnyEntry", made)


def _is_text(segment: Segment) -> bool:
    """Whether the segment is no more than the text that a persona gave."""
    others = (segment.description, segment.size, segment.order_value, segment.region, segment.industry)
    return segment.slug == segment.name and not any(others)


def _lenses(session: Session) -> list[PackLens]:
    rows = [_entry(PackLens, row) for row in session.scalars(select(Lens).order_by(Lens.position))]
    told = [row for row in rows if row != PackLens.model_construct(id=row.id, name=LENSES.get(row.id, ""))]
    order = merged_order(list(LENSES), [lens.id for lens in told])
    return told if order == [lens.id for lens in rows] else rows


def read_personas(session: Session, slugs: Collection[str] | None = None) -> dict[str, PackPersona]:
    """Personas as a pack writes them, by slug, without retired statements; all of them, or those named."""
    wanted = true() if slugs is None else Persona.slug.in_(slugs)
    chosen = select(Persona.id).where(wanted).scalar_subquery()
    aliases = _grouped(
        session, select(Alias.persona_id, Alias.text).where(Alias.persona_id.in_(chosen)).order_by(Alias.id)
    )
    statements, journeys = _statements(session, chosen), _journeys(session, chosen)
    rows = session.execute(
        select(Persona, Segment.slug).outerjoin(Persona.segment).where(wanted).order_by(Persona.id)
    )
    return {
        row.slug: _made(
            PackPersona,
            {name: getattr(row, name) for name in PERSONA_COLUMNS if getattr(row, name) is not None}
            | ({"segment": segment} if segment else {})
            | {
                "verified_on": row.verified_at.date(),
                "aliases": aliases.get(row.id, []),
                "statements": statements.get(row.id, []),
                "journey": journeys.get(row.id, []),
            },
        )
        for row, segment in rows
    }


def _statements(session: Session, personas: Any) -> Grouped:  # noqa: ANN401
    def slugs(query: Select[Any, Any]) -> Grouped:
        return _grouped(session, query.join(Statement).where(Statement.persona_id.in_(personas)))

    stage, lens, evidence = statement_stage.c, statement_lens.c, statement_evidence.c
    stages = slugs(
        select(stage.statement_id, Stage.slug)
        .select_from(statement_stage)
        .join(Stage)
        .order_by(Stage.position)
    )
    lenses = slugs(
        select(lens.statement_id, Lens.slug).select_from(statement_lens).join(Lens).order_by(Lens.position)
    )
    research = slugs(
        select(evidence.statement_id, Evidence.key)
        .select_from(statement_evidence)
        .join(Evidence)
        .order_by(Evidence.id)
    )
    columns = ("kind", "text", "topic", "verbatim")
    rows = session.execute(
        select(
            Statement.persona_id, Statement.id, Statement.key, *(getattr(Statement, name) for name in columns)
        )
        .where(Statement.persona_id.in_(personas), Statement.retired_at.is_(None))
        .order_by(Statement.persona_id, Statement.position, Statement.id)
    )
    found: Grouped = defaultdict(list)
    for persona_id, row_id, key, *values in rows:
        scope = {"stages": stages[row_id], "lenses": lenses[row_id], "evidence": research[row_id]}
        found[persona_id].append(
            _made(PackStatement, {"id": key, **dict(zip(columns, values, strict=True)), **scope})
        )
    return found


def _journeys(session: Session, personas: Any) -> Grouped:  # noqa: ANN401
    rows = session.execute(
        select(JourneyStep, Stage.slug)
        .join(JourneyStep.stage)
        .where(JourneyStep.persona_id.in_(personas))
        .order_by(JourneyStep.persona_id, JourneyStep.position)
    )
    found: Grouped = defaultdict(list)
    for step, stage in rows:
        fields = {name: getattr(step, name) for name in PackStep.model_fields if name != "stage"}
        found[step.persona_id].append(_made(PackStep, {"stage": stage, **fields}))
    return found


def _grouped(session: Session, query: Select[Any, Any]) -> Grouped:
    found: Grouped = defaultdict(list)
    for key, value in session.execute(query):
        found[key].append(value)
    return found
