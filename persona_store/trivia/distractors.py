"""Wrong options that are wrong: of nobody in them is anything known that is nearly what is asked. Pure."""

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from random import Random

from persona_store.catalogue import StatementEntry
from persona_store.trivia.material import Material
from persona_store.trivia.tells import manner, of_one_length, stands_alone

WRONG = 3
"""How many wrong options a question has."""
PERSONAS_LOOKED_AT = 40
LOOKED_AT = 400
"""Statements of others looked at, drawn by chance: enough to find some, quick in a store of thousands."""
SORTS = {
    "need": "wish",
    "goal": "wish",
    "job": "wish",
    "expectation": "wish",
    "preference": "wish",
    "pain_point": "trouble",
    "objection": "trouble",
    "trigger": "trouble",
    "behaviour": "behaviour",
}
"""Kinds of statements that can stand beside each other."""


def wrong_personas(material: Material, right: StatementEntry, chance: Random) -> list[str] | None:
    """Slugs of personas of whom nothing near ``right`` is said; None where they are too few.

    At least half of the others must be: what holds of most tells nobody apart. Somebody whom we do not build
    for may be among them: nothing is said of them here.
    """
    others = [slug for slug in material.personas if slug != right.persona and material.said_of[slug]]
    drawn = chance.sample(others, min(PERSONAS_LOOKED_AT, len(others)))
    found = [slug for slug in drawn if not material.is_near(right, slug)]
    return found[:WRONG] if len(found) >= max(fewest(others), len(drawn) / 2) else None


def fewest(others: Sequence[str]) -> int:
    """How many wrong personas a question needs: all the others where there are few."""
    return max(1, min(WRONG, len(others)))


def wrong_statements(
    material: Material,
    right: StatementEntry,
    persona: str,
    chance: Random,
    *,
    count: int = WRONG,
    of: Collection[str] = (),
    but: Collection[str] = (),
) -> list[StatementEntry] | None:
    """Statements about others (``of`` them) that are not true of ``persona``; None where they are too few.

    They are of the same sort as ``right`` and written alike, none much longer, of several personas if it can
    be; nothing near them is said of ``persona``. ``but``: keys of statements that may not be among them.
    """
    pool = [
        one
        for one in candidates(material, persona, chance, of=of)
        if _suits(one, right) and one.key not in but
    ]
    pool.sort(key=lambda one: one.kind != right.kind)
    found = list(islice(_chosen(material, pool, right, persona), count))
    if len(found) < count or stands_alone(right.text, [one.text for one in found]):
        return None
    return found


def candidates(
    material: Material, persona: str, chance: Random, *, of: Collection[str] = ()
) -> list[StatementEntry]:
    """Statements about others, and about nobody else, that may be asked about, in an order of chance.

    ``of``: about these, whoever else has the like.
    """
    others = of or [slug for slug in material.subjects if slug != persona]
    pool = [one for slug in others if slug != persona for one in material.askable[slug]]
    drawn = chance.sample(pool, min(LOOKED_AT, len(pool)))
    return drawn if of else [one for one in drawn if not material.is_common(one)]


def _suits(one: StatementEntry, right: StatementEntry) -> bool:
    return SORTS.get(one.kind) == SORTS.get(right.kind) and manner(one.text) == manner(right.text)


def _chosen(
    material: Material, pool: Sequence[StatementEntry], right: StatementEntry, persona: str
) -> Iterator[StatementEntry]:
    chosen = [right]
    for of_new in (True, False):
        for one in pool:
            is_new = all(one.persona != other.persona for other in chosen)
            if (
                one not in chosen
                and (is_new or not of_new)
                and of_one_length([one.text, *(other.text for other in chosen)])
                and not material.is_near(one, persona)
                and not any(material.says_nearly(one, other) for other in chosen)
            ):
                chosen.append(one)
                yield one
