"""What the ranks of many refresh items rest on, in a few queries, however many items there are."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased

from persona_store.evidence import Strength, strength_of
from persona_store.models import Evidence, Moment, Persona, RefreshItem, Statement, Voice
from persona_store.personas import PRIORITIES
from persona_store.refresh.items import roots_of_merged
from persona_store.refresh.ranking import Standing

STRENGTHS = tuple(Strength)
IS_MERGED = RefreshItem.merged_into.is_not(None)
IS_HEARD = Voice.withdrawn_at.is_(None)


@dataclass(slots=True)
class _Against:
    """Who contradicts which statements (their keys)."""

    people: set[str | int] = field(default_factory=set)
    statements: set[str] = field(default_factory=set)


def list_standings(session: Session, where: ColumnElement[bool]) -> list[tuple[Standing, list[str]]]:
    """Those of the items for which ``where`` holds, each with the item's personas."""
    roots = roots_of_merged(session)
    together = _heard_together(session, roots) if roots else {}
    against = _against(session, where, roots)
    strengths = _strengths(session, against)
    personas = _Personas(session)
    standings = []
    for item_id, written, missed, people, latest_at in session.execute(_counted(where)):
        people, latest_at = together.get(item_id, (people, latest_at))  # noqa: PLW2901 - the same, of all of them
        slugs, priority = personas.read(written)
        contradicting, strength = 0, None
        if item_id in against:
            found = [strengths[key] for key in against[item_id].statements if key in strengths]
            contradicting = len(against[item_id].people) if found else 0
            strength = max(found, key=STRENGTHS.index, default=None)
        standing = Standing(item_id, people, latest_at, missed, contradicting, strength, priority)
        standings.append((standing, slugs))
    return standings


def count_asking(session: Session, where: ColumnElement[bool]) -> dict[int, int]:
    """How many people spoke up in each of these items."""
    counted = (
        select(RefreshItem.id, func.count(Voice.id))
        .outerjoin(Voice, and_(Voice.item_id == RefreshItem.id, IS_HEARD))
        .where(where)
        .group_by(RefreshItem.id)
    )
    roots = roots_of_merged(session)
    together = _heard_together(session, roots) if roots else {}
    found = {item_id: count for item_id, count in session.execute(counted)}  # noqa: C416 - rows are no tuples
    return found | {root: people for root, (people, _) in together.items() if root in found}


class _Personas:
    """Reads the personas of items, each list of them once: thousands of items are about a few."""

    def __init__(self, session: Session) -> None:
        known = session.execute(select(Persona.slug, Persona.priority))
        self._priorities = {slug: PRIORITIES.index(priority) for slug, priority in known}
        self._read: dict[str, tuple[list[str], str | None]] = {}

    def read(self, written: str) -> tuple[list[str], str | None]:
        """Give the slugs, and the highest priority among them."""
        if written not in self._read:
            slugs: list[str] = json.loads(written)
            ranks = [self._priorities[slug] for slug in slugs if slug in self._priorities]
            self._read[written] = slugs, PRIORITIES[min(ranks)] if ranks else None
        return self._read[written]


def _counted(where: ColumnElement[bool]) -> Select[int, str, int, int, datetime]:
    """Items with how many spoke up in each, and when last."""
    latest = func.coalesce(func.max(Voice.said_at), RefreshItem.opened_at)
    return (
        select(
            RefreshItem.id,
            cast(RefreshItem.personas, Text),
            RefreshItem.missed,
            func.count(Voice.id),
            type_coerce(latest, Moment()),
        )
        .outerjoin(Voice, and_(Voice.item_id == RefreshItem.id, IS_HEARD))
        .where(where)
        .group_by(RefreshItem.id)
    )


def _against(session: Session, where: ColumnElement[bool], roots: Mapping[int, int]) -> dict[int, _Against]:
    """What was said against statements, by root."""
    key = func.coalesce(Voice.statement, RefreshItem.statement)
    contradicts = (
        select(Voice.item_id, Voice.slack_user_id, Voice.id, key)
        .join(RefreshItem)
        .where(Voice.stance == "contradicts", IS_HEARD, or_(where, IS_MERGED))
    )
    against: dict[int, _Against] = {}
    for item_id, who, voice_id, about in session.execute(contradicts):
        one = against.setdefault(roots.get(item_id, item_id), _Against())
        one.people.add(who or voice_id)
        one.statements |= {about} if about else set()
    return against


def _heard_together(session: Session, roots: Mapping[int, int]) -> dict[int, tuple[int, datetime]]:
    """How many, and when last, of roots that others were merged into: who spoke in several counts once."""
    other = aliased(RefreshItem)
    takes_in = RefreshItem.id.in_(select(other.merged_into).where(other.merged_into.is_not(None)))
    said = (
        select(Voice.item_id, Voice.slack_user_id, Voice.id, Voice.said_at)
        .join(RefreshItem)
        .where(IS_HEARD, or_(IS_MERGED, takes_in))
    )
    people: dict[int, set[str | int]] = {}
    latest: dict[int, datetime] = {}
    for item_id, who, voice_id, said_at in session.execute(said):
        root = roots.get(item_id, item_id)
        people.setdefault(root, set()).add(who or voice_id)
        latest[root] = max(said_at, latest.get(root, said_at))
    return {root: (len(found), latest[root]) for root, found in people.items()}


def _strengths(session: Session, against: Mapping[int, _Against]) -> dict[str, Strength]:
    """How well researched the contradicted statements are, by key; not the retired ones."""
    wanted = {key for one in against.values() for key in one.statements}
    if not wanted:
        return {}
    known = (
        select(Statement.key, Evidence.method)
        .outerjoin(Statement.evidence)
        .where(Statement.retired_at.is_(None))
    )
    methods: dict[str, list[str]] = {}
    for key, method in session.execute(known):
        if key in wanted:
            methods.setdefault(key, []).extend([method] if method else [])
    return {key: strength_of(found) for key, found in methods.items()}
