"""The kinds of questions, each as it is drawn from the material. Pure."""

from collections.abc import Callable, Iterator, Mapping

from persona_store.catalogue import StatementEntry
from persona_store.trivia.circumstances import hurts, segment, stage, story
from persona_store.trivia.distractors import candidates, wrong_personas, wrong_statements
from persona_store.trivia.made import Draft, Option
from persona_store.trivia.tells import manner
from persona_store.trivia.turn import Turn, sentence

TRIED = 6
"""Ways to make one question about one statement."""


def whose(turn: Turn) -> Iterator[Draft]:
    """Ask which persona has this need, goal and so on."""
    for one in turn.statements():
        wrong = wrong_personas(turn.material, one, turn.chance)
        if wrong:
            yield Draft(
                "whose",
                turn.prompt(f"whose_{one.kind}", statement=one.text),
                tuple(turn.named(slug) for slug in (one.persona, *wrong)),
                turn.why_of("whose", one),
                one.persona,
                one.key,
            )


def quote(turn: Turn) -> Iterator[Draft]:
    """Ask which persona said this."""
    material = turn.material
    for one in turn.statements():
        said = material.verbatims.get(one.key)
        if said and material.is_fair(said, one.persona):
            wrong = wrong_personas(material, one, turn.chance)
            if wrong:
                why = turn.why("quote_statement", statement=sentence(one.text))
                yield _spoken(turn, said, wrong, why, one.key)
    said = material.quotes.get(turn.persona)
    if turn.statement is None and said and material.is_fair(said, turn.persona):
        wrong = turn.others(said)
        if wrong:
            yield _spoken(turn, said, wrong, turn.why("quote"), None)


def _spoken(turn: Turn, said: str, wrong: list[str], why: str, statement: str | None) -> Draft:
    options = tuple(turn.named(slug) for slug in (turn.persona, *wrong))
    return Draft("quote", turn.prompt("quote", quote=said), options, why, turn.persona, statement)


def hers(turn: Turn) -> Iterator[Draft]:
    """Ask which of these is known of her."""
    for one in turn.statements():
        for _ in range(TRIED):
            wrong = wrong_statements(turn.material, one, turn.persona, turn.chance, but=turn.shown)
            if wrong:
                yield Draft(
                    "hers",
                    turn.prompt("hers", persona=turn.name),
                    tuple(_option(option) for option in (one, *wrong)),
                    turn.why_of("hers", one),
                    one.persona,
                    one.key,
                )
                break


def _option(statement: StatementEntry) -> Option:
    return Option(statement.text, statement.persona, statement.key)


def true_false(turn: Turn) -> Iterator[Draft]:
    """Ask whether this is known of her, where it could as well be known of somebody else."""
    for one in turn.statements():
        is_true = turn.chance.random() < 1 / 2
        if turn.statement is not None:
            about = one.persona if is_true else _stranger(turn, one)
            if about:
                yield _judged(turn, one, about)
            continue
        other = _alike(turn, one)
        if other is not None:
            yield _judged(turn, one if is_true else other, turn.persona)


def _stranger(turn: Turn, one: StatementEntry) -> str | None:
    """Somebody of whom nothing is known that has to do with it."""
    slugs = [slug for slug in turn.material.subjects if slug != one.persona]
    turn.chance.shuffle(slugs)
    return next((slug for slug in slugs if turn.material.is_far(one, slug)), None)


def _alike(turn: Turn, one: StatementEntry) -> StatementEntry | None:
    """A statement about somebody else that could stand in the place of this one."""
    for other in candidates(turn.material, turn.persona, turn.chance):
        if (
            other.key not in turn.avoid
            and other.kind == one.kind
            and manner(other.text) == manner(one.text)
            and turn.material.is_far(other, turn.persona)
            and not turn.material.is_common(other)
        ):
            return other
    return None


def _judged(turn: Turn, one: StatementEntry, about: str) -> Draft:
    """Whether the statement is one about this persona."""
    material = turn.material
    name, is_true = material.personas[about].name, one.persona == about
    yes = Option(material.words.options["true"], about, one.key if is_true else None)
    no = Option(material.words.options["false"], None, None if is_true else one.key)
    false = turn.why("false", persona=name, other=material.personas[one.persona].name)
    return Draft(
        "true_false",
        turn.prompt("true_false", persona=name, statement=one.text),
        (yes, no) if is_true else (no, yes),
        turn.why_of("whose", one) if is_true else false,
        turn.persona,
        one.key if one.persona == turn.persona else None,
        in_order=(yes, no),
    )


def odd(turn: Turn) -> Iterator[Draft]:
    """Ask which one is not about her: three are, and one is about somebody else."""
    if turn.statement is not None:
        return
    others = candidates(turn.material, turn.persona, turn.chance)
    for other in sorted(others, key=lambda one: turn.material.is_doubtful(one, turn.persona)):
        if other.key in turn.avoid or not turn.material.is_foreign(other, turn.persona):
            continue
        own = wrong_statements(turn.material, other, other.persona, turn.chance, of=(turn.persona,))
        if own:
            name = turn.material.personas[other.persona].name
            yield Draft(
                "odd",
                turn.prompt("odd", persona=turn.name),
                tuple(_option(option) for option in (other, *own)),
                turn.why("odd", other=name, statement=sentence(other.text)),
                turn.persona,
            )


def scenario(turn: Turn) -> Iterator[Draft]:
    """Ask what would help when a customer like her writes or does something."""
    written = [one for one in turn.material.scenarios if one.persona == turn.persona]
    turn.chance.shuffle(written)
    for one in written:
        if one.statement == turn.statement if turn.statement is not None else one.statement not in turn.avoid:
            right = one.options[one.answer]
            options = (right, *(option for option in one.options if option != right))
            yield Draft(
                "scenario",
                f"{one.question}\n{one.situation}",
                tuple(Option(text) for text in options),
                one.why,
                one.persona,
                one.statement,
            )


Maker = Callable[[Turn], Iterator[Draft]]
MAKERS: Mapping[str, Maker] = {
    "quote": quote,
    "whose": whose,
    "hers": hers,
    "scenario": scenario,
    "odd": odd,
    "true_false": true_false,
    "stage": stage,
    "hurts": hurts,
    "story": story,
    "segment": segment,
}
