"""The evidence register: what research there is, who has it, and what rests on it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from persona_store.errors import FieldError
from persona_store.evidence import METHODS, Freshness, freshness_of
from persona_store.models import Evidence, Persona, Statement, statement_evidence
from persona_store.packs.entering import entered
from persona_store.packs.exporting import EVIDENCE_COLUMNS
from persona_store.packs.format import PackEvidence
from persona_store.refresh.draft_changes import new_key
from persona_store.refresh.drafts import check_council
from persona_store.refresh.trail import record_trail

BUCKETS = ("customer_voice", "behaviour", "analytics")


@dataclass(frozen=True)
class Research:
    """A piece of research as it is entered; names are those of packs."""

    method: str
    date: date | None
    title: str
    participants: int | None = None
    source_owner: str | None = None
    access: str | None = None
    link: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Registered:
    """``resting``: how many current statements rest on it, by the persona's slug."""

    evidence: Evidence
    freshness: Freshness | None
    resting: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Mix:
    """What a persona rests on. ``statements``: how many rest on each bucket; one may rest on several."""

    slug: str
    name: str
    total: int
    assumptions: int
    statements: Mapping[str, int]
    pieces: Mapping[str, int]
    stale: int

    @property
    def lacking(self) -> list[str]:
        """Buckets that nothing of the persona rests on."""
        return [bucket for bucket in BUCKETS if not self.pieces.get(bucket)]


def register_evidence(session: Session, research: Research, by: str, now: datetime) -> Evidence:
    """Add a piece of research. The same one twice is one. Raises FieldError."""
    check_council(session, by)
    if research.date is None:
        raise FieldError("date", "Say when it was done.")
    taken = set(session.scalars(select(Evidence.key)))
    key = new_key(f"ev-{research.date.year}", research.title, taken)
    made = entered(PackEvidence, {"id": key, **asdict(research)}, now.astimezone(UTC).date())
    values = {EVIDENCE_COLUMNS.get(name, name): value for name, value in made}
    same = session.scalar(
        select(Evidence).where(
            *(getattr(Evidence, name) == value for name, value in values.items() if name in SAME)
        )
    )
    if same is not None:
        return same
    evidence = Evidence(**values)
    session.add(evidence)
    session.flush()
    details = {"title": evidence.title, "method": evidence.method, "date": str(evidence.held_on)}
    record_trail(session, f"evidence {key}", "registered", by=by, now=now, details=details)
    return evidence


SAME = ("title", "method", "held_on")


def list_register(session: Session, today: date, *, query: str = "") -> list[Registered]:
    """All research, the newest first, with what rests on it. ``query``: words of a title, method or owner."""
    rows = session.scalars(
        select(Evidence)
        .where(*(_mentions(word) for word in query.split()))
        .order_by(Evidence.held_on.desc(), Evidence.id.desc())
    ).all()
    resting: dict[int, dict[str, int]] = defaultdict(dict)
    counted = (
        select(statement_evidence.c.evidence_id, Persona.slug, func.count())
        .join(Statement, Statement.id == statement_evidence.c.statement_id)
        .join(Persona)
        .where(Statement.retired_at.is_(None))
        .group_by(statement_evidence.c.evidence_id, Persona.slug)
        .order_by(Persona.slug)
    )
    for evidence_id, slug, count in session.execute(counted):
        resting[evidence_id][slug] = count
    return [Registered(row, freshness_of([row.held_on], today), resting.get(row.id, {})) for row in rows]


def list_mixes(session: Session, today: date, slug: str | None = None) -> Sequence[Mix]:
    """What each persona rests on, over the three buckets; of one persona, or of all by name."""
    query = select(Persona).order_by(Persona.name)
    personas = session.scalars(query.where(Persona.slug == slug) if slug else query).all()
    rows = session.execute(
        select(Statement.persona_id, Statement.id, Evidence.id, Evidence.method, Evidence.held_on)
        .outerjoin(statement_evidence, statement_evidence.c.statement_id == Statement.id)
        .outerjoin(Evidence, Evidence.id == statement_evidence.c.evidence_id)
        .where(Statement.retired_at.is_(None), Statement.persona_id.in_([one.id for one in personas]))
    )
    found: dict[int, dict[int, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for persona_id, statement_id, *research in rows:
        found[persona_id][statement_id].append(research)
    return [_mix(persona, found[persona.id], today) for persona in personas]


def offered_evidence(session: Session, slug: str, chosen: Sequence[str], limit: int) -> list[Evidence]:
    """Research to choose from: what is chosen, what the persona rests on, then the latest registered."""
    own = (
        select(statement_evidence.c.evidence_id)
        .join(Statement, Statement.id == statement_evidence.c.statement_id)
        .join(Persona)
        .where(Persona.slug == slug, Statement.retired_at.is_(None))
    )
    found: dict[str, Evidence] = {}
    latest = select(Evidence).order_by(Evidence.id.desc())
    for query in (
        latest.where(Evidence.key.in_(chosen)),
        latest.limit(limit // 4),
        latest.where(Evidence.id.in_(own)),
        latest.limit(limit),
    ):
        found |= {one.key: one for one in session.scalars(query)}
    return list(found.values())[:limit]


def _mentions(word: str) -> ColumnElement[bool]:
    columns = (Evidence.title, Evidence.method, Evidence.source_owner, Evidence.key)
    return or_(*(column.icontains(word, autoescape=True) for column in columns))


def _mix(persona: Persona, statements: Mapping[int, list[Any]], today: date) -> Mix:
    per_bucket = dict.fromkeys(BUCKETS, 0)
    pieces: dict[str, set[int]] = defaultdict(set)
    assumptions = stale = 0
    for research in statements.values():
        known = [(number, METHODS[method], day) for number, method, day in research if number is not None]
        for bucket in {bucket for _, bucket, _ in known}:
            per_bucket[bucket] += 1
        for number, bucket, _ in known:
            pieces[bucket].add(number)
        assumptions += not known
        stale += freshness_of([day for *_, day in known], today) is Freshness.STALE
    return Mix(
        persona.slug,
        persona.name,
        len(statements),
        assumptions,
        per_bucket,
        {bucket: len(pieces[bucket]) for bucket in BUCKETS},
        stale,
    )
