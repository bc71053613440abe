"""Trivia questions, made from what is published. Pure: the same material and seed give the same question."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from random import Random
from types import MappingProxyType

from persona_store.trivia.kinds import MAKERS
from persona_store.trivia.made import Made, Option
from persona_store.trivia.material import Material
from persona_store.trivia.turn import Turn

__all__ = ["KINDS", "SHARES", "Made", "Option", "make_question", "make_question_about", "make_round"]

SHARES: Mapping[str, int] = MappingProxyType(
    {
        "whose": 6,
        "quote": 6,
        "hers": 6,
        "scenario": 4,
        "odd": 3,
        "true_false": 2,
        "stage": 2,
        "story": 1,
        "segment": 1,
        "hurts": 1,
    }
)
"""How often a kind is tried first, of all."""
KINDS = tuple(SHARES)
PAIR = "true_false"


def make_question(
    material: Material,
    seed: str,
    *,
    statement: str | None = None,
    avoid: Collection[str] = (),
    personas: Collection[str] = (),
    kinds: Collection[str] = KINDS,
    lately: Collection[str] = (),
) -> Made | None:
    """Make the question of this seed; None where no fair one can be made.

    ``statement``: what it is to be about. ``avoid``: keys of questions and statements used lately, the
    latest last: none comes again before all others were used. ``personas``: whom it may be about; without it,
    everybody whom we build for. ``lately``: kinds of questions that came before it; others are tried first.
    """
    chance = Random(seed)  # noqa: S311 - no secret
    if statement is not None:
        about = material.statements.get(statement)
        slugs = [about.persona] if about and (not personas or about.persona in personas) else []
    else:
        slugs = _subjects(material, personas)
        chance.shuffle(slugs)
    return _first(
        material,
        chance,
        slugs,
        list(avoid),
        statement=statement,
        kinds=_rarest_first(_drawn(kinds, chance), lately),
    )


def make_round(
    material: Material,
    seed: str,
    count: int,
    *,
    avoid: Collection[str] = (),
    personas: Collection[str] = (),
) -> list[Made]:
    """Make the questions of a round, fewer where there is not enough.

    Each persona comes as often as any other, kinds are mixed, and no statement is seen twice, so that no
    question gives away the answer to another.
    """
    slugs = _subjects(material, personas)
    chance = Random(seed)  # noqa: S311 - no secret
    chance.shuffle(slugs)
    made: list[Made] = []
    used = list(avoid)
    for number in range(count):
        turn = slugs[number % len(slugs) :] + slugs[: number % len(slugs)] if slugs else []
        kinds = _rarest_first(_drawn(KINDS, chance), [one.kind for one in made])
        one = _first(material, chance, turn, used, kinds=kinds, shown=_shown(made))
        if one is None:
            break
        made.append(one)
        used += one.told
    return made


def make_question_about(
    material: Material, seed: str, statement: str, kind: str, shown: Collection[str] = ()
) -> Made | None:
    """Make one of this kind about this statement, without any statement of ``shown`` (keys)."""
    chance, about = Random(seed), material.statements[statement]  # noqa: S311 - no secret
    return _first(
        material, chance, [about.persona], [], statement=statement, kinds=[kind], shown=frozenset(shown)
    )


def _subjects(material: Material, personas: Collection[str]) -> list[str]:
    return [slug for slug in material.personas if slug in personas] if personas else list(material.subjects)


def _shown(made: Sequence[Made]) -> frozenset[str]:
    return frozenset(key for one in made for key in (one.key, *one.touches))


def _drawn(kinds: Collection[str], chance: Random) -> list[str]:
    """All kinds in an order of chance, in which one of a greater share is more likely to come early.

    One with two options comes first or last: it is no way out as long as there are four options.
    """
    weighed = [(chance.random() ** (1 / SHARES[kind]), kind) for kind in KINDS if kind in kinds]
    order = [kind for _, kind in sorted(weighed, reverse=True)]
    return sorted(order, key=lambda kind: kind == PAIR) if order[:1] != [PAIR] else order


def _rarest_first(kinds: Sequence[str], lately: Collection[str]) -> list[str]:
    """Those that came least, for their share."""
    counts = Counter(lately)
    return sorted(kinds, key=lambda kind: counts[kind] / SHARES[kind])


def _first(
    material: Material,
    chance: Random,
    personas: Sequence[str],
    avoid: list[str],
    *,
    kinds: Sequence[str],
    statement: str | None = None,
    shown: frozenset[str] = frozenset(),
) -> Made | None:
    """Give the first that nobody saw; where there is none, one that was seen longest ago."""
    while True:
        for made in _all(material, chance, personas, kinds, statement, frozenset(avoid) | shown, shown):
            return made
        if not avoid:
            return None
        avoid = avoid[(len(avoid) + 1) // 2 :]


def _all(
    material: Material,
    chance: Random,
    personas: Sequence[str],
    kinds: Sequence[str],
    statement: str | None,
    avoid: frozenset[str],
    shown: frozenset[str],
) -> Iterator[Made]:
    for persona in personas:
        turn = Turn(material, chance, persona, statement, avoid, shown)
        for kind in kinds:
            for draft in MAKERS[kind](turn):
                made = draft.made()
                if made.is_clear and made.key not in avoid and shown.isdisjoint(made.touches):
                    yield made
