"""What would make a question unfair, looked at from outside."""

import re
from collections.abc import Callable, Iterator, Mapping

from bench.trivia_questions.sources import Source
from persona_store.trivia.made import Made

LONGER = 1.6


def _is_ambiguous(source: Source, made: Made) -> bool:
    """Whether, by the store, another option is right too, or the right one is not."""
    texts = {" ".join(option.text.casefold().split()) for option in made.options}
    owner = {key: one.persona for key, one in source.material.statements.items()}
    said = [owner.get(option.statement or "") == made.persona for option in made.options]
    if made.kind in {"hers", "odd"}:
        wanted = [(at == made.right) == (made.kind == "hers") for at in range(len(said))]
        return len(texts) < 4 or said != wanted
    right = made.options[made.right]
    of_it = [option.persona == made.persona for option in made.options]
    if made.kind in {"whose", "quote", "story"}:
        return len(texts) < len(made.options) or sum(of_it) != 1 or right.persona != made.persona
    return len(texts) < len(made.options)


def _has_unfounded(source: Source, made: Made) -> bool:
    """Whether it shows an assumption, or something of a persona whom we do not build for."""
    found = [source.material.statements[key] for key in made.touches]
    return any(
        one.strength.value == "assumption" or source.material.personas[one.persona].priority == "negative"
        for one in found
    )


def _names_somebody(source: Source, made: Made) -> bool:
    texts = [made.prompt.partition("\n")[2]] if made.kind in {"whose", "quote", "story"} else []
    texts += [option.text for option in made.options] if made.kind in {"hers", "odd"} else []
    names = {one.name for one in source.material.personas.values()}
    first = {name.split()[0] for name in names if len(name.split()) == 2 and name.istitle()}
    return any(re.search(rf"\b{re.escape(name)}\b", text) for name in names | first for text in texts)


def _has_odd_length(_source: Source, made: Made) -> bool:
    lengths = [len(option.text) for option in made.options]
    return made.kind in {"hers", "odd", "scenario", "segment"} and max(lengths) > LONGER * min(lengths)


def _is_short_of_options(source: Source, made: Made) -> bool:
    return (
        made.kind != "true_false"
        and len(made.options) < 4
        and len(made.options) < len(source.material.personas)
    )


def _is_too_near(source: Source, made: Made) -> bool:
    statements, said = source.material.statements, source.material.said_of
    return any(
        source.material.says_nearly(statements[key], one)
        for key, persona in _apart(made)
        for one in said[persona]
    )


def likeness(source: Source, made: Made) -> Iterator[float]:
    """How near the nearest of what is known comes, for each wrong option."""
    if source.likeness is None:
        return
    place, said = source.place, source.material.said_of
    for key, persona in _apart(made):
        yield float(max(source.likeness[place[key], place[one.key]] for one in said[persona]))


def _apart(made: Made) -> Iterator[tuple[str, str]]:
    """Statements, and personas of whom nothing near them may be known."""
    for at, option in enumerate(made.options):
        is_right = at == made.right
        if made.kind in {"whose", "quote"} and made.statement and option.persona and not is_right:
            yield made.statement, option.persona
        if made.kind == "hers" and option.statement and not is_right:
            yield option.statement, made.persona
        if made.kind in {"odd", "true_false"} and not made.statement and option.statement and is_right:
            yield option.statement, made.persona


FAULTS: Mapping[str, Callable[[Source, Made], bool]] = {
    "not exactly one right": _is_ambiguous,
    "wrong option too near": _is_too_near,
    "a name in it": _names_somebody,
    "lengths": _has_odd_length,
    "fewer than four options": _is_short_of_options,
    "assumption or negative persona": _has_unfounded,
}
