"""Wrong options that are wrong: of nobody in them is anything known that is nearly what is asked. Pure."""

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations, islice
from random import Random

from persona_store.catalogue import StatementEntry
from persona_store.trivia.material import Material
from persona_store.trivia.tells import manner, of_one_length, stands_alone

WRONG = 3
"""How many wrong options a question has."""
PERSONAS_LOOKED_AT = 40
LOOKED_AT = 400
"""Statements of others looked at, drawn by chance: enough to find some, quick in a store of thousands."""
SMALL = 5 * LOOKED_AT
"""Of a store with no more statements all are looked at, to see whether there are enough."""
FEW = 12
"""Of no more wrong options it is looked whether any three go together."""
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
    """Slugs of personas of whom one may say that ``right`` does not hold; None where they are too few.

    Of at least half of the others nothing near it may be known: what holds of most tells nobody apart.
    Somebody whom we do not build for may be among them where there are too few others: who is never right
    is soon known for it.
    """
    others = [slug for slug in material.personas if slug != right.persona and material.said_of[slug]]
    drawn = chance.sample(others, min(PERSONAS_LOOKED_AT, len(others)))
    if 2 * sum(material.is_near(right, slug) for slug in drawn) > len(drawn):
        return None
    found = [slug for slug in drawn if material.is_foreign(right, slug)]
    found.sort(
        key=lambda slug: (
            material.is_doubtful(right, slug),
            material.is_negative(slug),
            not material.is_far(right, slug),
        )
    )
    return found[:WRONG] if len(found) >= fewest(others) else None


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
    pool.sort(
        key=lambda one: (
            material.is_doubtful(one, persona),
            one.kind != right.kind,
            not material.is_far(one, persona),
        )
    )
    found = list(islice(_chosen(material, pool, right, persona), count))
    if len(found) < count or stands_alone(right.text, [one.text for one in found]):
        return None
    return found


def may_be_enough(material: Material, right: StatementEntry, but: Collection[str]) -> bool:
    """Tell without drawing whether ``wrong_statements`` could find enough; where not, nobody need try.

    Most that stands beside ``right`` may have been seen lately: to find that out by drawing takes long.
    """
    if len(material.statements) > SMALL:
        return True
    if right.key not in material.rivals:
        material.rivals[right.key] = _rivals(material, right)
    left = [one for one in material.rivals[right.key] if one.key not in but]
    if len(left) < WRONG or stands_alone(right.text, [one.text for one in left]):
        return False  # what stands alone among all of them does so among any of them
    return len(left) > FEW or any(_go_together(material, right, some) for some in combinations(left, WRONG))


def _rivals(material: Material, right: StatementEntry) -> list[StatementEntry]:
    """What could stand beside ``right``, as far as each alone can tell (see ``_chosen``)."""
    return [
        one
        for one in _pool(material, right.persona, material.subjects)
        if _suits(one, right)
        and of_one_length([one.text, right.text])
        and material.is_foreign(one, right.persona)
        and not material.says_nearly(one, right)
    ]


def _go_together(material: Material, right: StatementEntry, wrong: Sequence[StatementEntry]) -> bool:
    texts = [one.text for one in wrong]
    return (
        of_one_length([right.text, *texts])
        and not stands_alone(right.text, texts)
        and not any(
            material.says_nearly(one, other) and material.says_nearly(other, one)
            for one, other in combinations(wrong, 2)
        )
    )


def candidates(
    material: Material, persona: str, chance: Random, *, of: Collection[str] = ()
) -> list[StatementEntry]:
    """Statements about others, and about nobody else, that may be asked about, in an order of chance.

    ``of``: about these, whoever else has the like.
    """
    pool = _pool(material, persona, of or material.subjects)
    return chance.sample(pool, min(LOOKED_AT, len(pool)))


def _pool(material: Material, persona: str, of: Collection[str]) -> list[StatementEntry]:
    return [one for slug in of if slug != persona for one in material.askable[slug]]


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
                and material.is_foreign(one, persona)
                and not any(material.says_nearly(one, other) for other in chosen)
            ):
                chosen.append(one)
                yield one
