"""Personas of a pack that people would mix up: names, aliases and statements too alike."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

LETTERS = re.compile(r"[^\W_]+")
FILLERS = frozenset(
    ("a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "is", "it")
) | frozenset(("its", "of", "on", "or", "that", "the", "their", "they", "this", "to", "with"))
SHORTEST_NAME = 5
LONGEST_NAME = 80
COMPARED = 2_000
"""Characters of a text that are looked at; longer ones are refused anyway."""
MOST_PAIRS = 20
"""A statement that more personas share is compared with the first of them only, so that time stays linear."""
SHARED = 3
SHARE = 0.5


@dataclass
class Sketch:
    """A persona, as far as it takes to compare it."""

    slug: str
    name: str
    aliases: list[str] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)


def alike(personas: list[Sketch]) -> Iterator[tuple[int, int, str]]:
    """Pairs of positions (the earlier first) that are too alike, and why. Linear in the size of the pack."""
    yield from _names(personas)
    yield from _aliases(personas)
    shared = Counter(_shared_statements(personas))
    for (first, second), count in sorted(shared.items()):
        shortest = min(len(set(personas[one].statements)) for one in (first, second))
        if count >= SHARED and count >= SHARE * shortest:
            yield (
                first,
                second,
                f"has {count} statements that say the same as those of {personas[first].slug}",
            )


def plain(text: str) -> str:
    return " ".join(LETTERS.findall(text[:COMPARED].casefold()))


def _meaning(text: str) -> frozenset[str]:
    words = frozenset(LETTERS.findall(text[:COMPARED].casefold()))
    return words - FILLERS or words


def _shared_statements(personas: list[Sketch]) -> Iterator[tuple[int, int]]:
    owners: dict[frozenset[str], list[int]] = defaultdict(list)
    for position, persona in enumerate(personas):
        for meaning in {_meaning(text) for text in persona.statements}:
            owners[meaning].append(position)
    for sharing in owners.values():
        if len(sharing) <= MOST_PAIRS:
            yield from combinations(sharing, 2)
        else:
            yield from ((sharing[0], other) for other in sharing[1:])


def _names(personas: list[Sketch]) -> Iterator[tuple[int, int, str]]:
    seen: dict[str, int] = {}
    for position, persona in enumerate(personas):
        name = plain(persona.name).replace(" ", "")
        spellings = [name, *_one_letter_less(name)] if SHORTEST_NAME <= len(name) <= LONGEST_NAME else [name]
        first = min((seen[spelling] for spelling in spellings if spelling in seen), default=None)
        if first is not None and name:
            yield (
                first,
                position,
                f"is called almost the same as {personas[first].slug} ({personas[first].name})",
            )
        for spelling in spellings:
            seen.setdefault(spelling, position)


def _one_letter_less(name: str) -> Iterable[str]:
    return (name[:gap] + name[gap + 1 :] for gap in range(len(name)))


def _aliases(personas: list[Sketch]) -> Iterator[tuple[int, int, str]]:
    owners: dict[str, int] = {}
    for position, persona in enumerate(personas):
        for name in {
            plain(persona.name): persona.name,
            **{plain(alias): alias for alias in persona.aliases},
        }.items():
            first = owners.setdefault(name[0], position)
            if first != position and name[0] and plain(personas[first].name) != plain(persona.name):
                yield first, position, f'is also called "{name[1]}", as is {personas[first].slug}'
