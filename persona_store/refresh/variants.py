"""Personas too alike: people would mix them up, or know half of each."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from persona_store.answering.index import Index
from persona_store.language.sameness import SAME
from persona_store.models import Persona, Statement
from persona_store.packs.likeness import SHARE, SHARED, Sketch, alike

COMPARED = 12
"""So many statements of a new persona are looked at, each against the nearest of so many others."""
NEAREST, OTHERS = 10, 3


@dataclass(frozen=True)
class Alike:
    """``why``: in words, after the new persona's name."""

    slug: str
    name: str
    why: str


def find_alike(session: Session, snapshot: Mapping[str, Any], index: Index | None = None) -> list[Alike]:
    """Personas of the store that a new one is too like, and why.

    By names and by the words of statements; with ``index`` also by what statements say.
    """
    others = session.scalars(
        select(Persona)
        .where(Persona.slug != snapshot["slug"])
        .options(
            selectinload(Persona.aliases),
            selectinload(Persona.statements.and_(Statement.retired_at.is_(None))),
        )
    ).all()
    names = {persona.slug: persona.name for persona in others}
    sketches = [sketch_of(persona, persona.statements) for persona in others]
    found = {slug: Alike(slug, names[slug], why) for slug, why in _in_words(sketches, snapshot)}
    if index is not None:
        for slug, count in _in_meaning(index, snapshot).items():
            if slug in names and slug not in found:
                found[slug] = Alike(slug, names[slug], f"says {count} things that {names[slug]} says too")
    return list(found.values())


def _in_words(others: list[Sketch], snapshot: Mapping[str, Any]) -> list[tuple[str, str]]:
    new = Sketch(
        slug=snapshot["slug"],
        name=snapshot["name"],
        aliases=list(snapshot.get("aliases") or ()),
        statements=[one["text"] for one in snapshot.get("statements") or ()],
    )
    last = len(others)
    return [(others[first].slug, why) for first, second, why in alike([*others, new]) if second == last]


def sketch_of(persona: Persona, statements: Iterable[Statement]) -> Sketch:
    texts = [statement.text for statement in statements]
    return Sketch(persona.slug, persona.name, [alias.text for alias in persona.aliases], texts)


def _in_meaning(index: Index, snapshot: Mapping[str, Any]) -> dict[str, int]:
    """How many statements another persona says too, where it is too many."""
    texts = [one["text"] for one in snapshot.get("statements") or ()][:COMPARED]
    said = {one.key: one.text for one in index.snapshot.statements}
    counted = Counter(one.persona for one in index.snapshot.statements)
    shared: Counter[str] = Counter()
    for text in texts:
        nearest: dict[str, str] = {}
        for found in index.ranking(text, NEAREST):
            nearest.setdefault(found.persona, found.statement)
        for slug in list(nearest)[:OTHERS]:
            shared[slug] += index.likeness(text, said[nearest[slug]]) >= SAME
    return {
        slug: count
        for slug, count in shared.items()
        if count >= SHARED and count >= SHARE * min(len(texts), counted[slug])
    }
