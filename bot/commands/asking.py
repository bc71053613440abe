"""Ask from the command line."""

import argparse
import json
import sys
from collections.abc import Iterator
from typing import Any

from bot.commands import opened_store, words_alone_if_away
from bot.config import Settings
from bot.explanation import explanation
from bot.run import utc_now
from bot.terms import Terms
from bot.wording import Words, open_words
from persona_store.answering import Answer, Answering, Found, Outcome
from persona_store.asking import explain
from persona_store.database import Store
from persona_store.errors import StoreError
from persona_store.language.embedding import find_embedder
from persona_store.people import list_lenses
from persona_store.personas import get_personas, get_statements

_OUTCOMES = {
    Outcome.NO_RESEARCH: "We have no research on that.",
    Outcome.UNKNOWN_PERSONA: "We have no such persona, so there is no answer.",
    Outcome.OFF_TOPIC: "That is not a question about our customers.",
    Outcome.WHICH_PERSONA: "More than one persona fits: ask again with one of these names.",
}


def ask_command(settings: Settings, options: argparse.Namespace) -> None:
    with opened_store(settings) as store:
        answering = Answering(store, find_embedder(settings.embeddings))
        with words_alone_if_away():
            answering.keep_up()
        _check_lens(store, options.lens)
        if not options.json:
            words = open_words(settings.templates)
            _print_answer(words, store, answering.answer(options.question, lens=options.lens))
            if options.explain:
                explained = explain(store, answering, options.question, None, options.lens)
                print("", *explanation(words, explained), sep="\n")
            return
        for question, previous in _questions(options.question):
            answer = answering.answer(question, previous=previous, lens=options.lens)
            print(json.dumps(_as_json(answer), ensure_ascii=False), flush=True)


def _questions(question: str) -> Iterator[tuple[str, str | None]]:
    if question != "-":
        yield question, None
        return
    for line in sys.stdin:
        if line.strip():
            yield _read_line(line.strip())


def _read_line(line: str) -> tuple[str, str | None]:
    """Read a question, or a JSON object with ``question`` and ``previous``."""
    if line.startswith("{"):
        try:
            asked = json.loads(line)
            if isinstance(asked.get("question"), str):
                return asked["question"], asked.get("previous") or None
        except (ValueError, RecursionError):
            pass
    return line, None


def _as_json(answer: Answer) -> dict[str, Any]:
    return {
        "question": answer.question,
        "outcome": answer.outcome,
        "personas": list(answer.personas),
        "statements": [_found_as_json(found) for found in answer.statements],
        "nearest": [_found_as_json(found) for found in answer.nearest],
        "elsewhere": [_found_as_json(found) for found in answer.elsewhere],
    }


def _found_as_json(found: Found) -> dict[str, Any]:
    return {"id": found.statement, "persona": found.persona, "score": round(found.score, 4)}


def _print_answer(words: Words, store: Store, answer: Answer) -> None:
    today = utc_now().date()
    terms = Terms(words)
    with store.read() as session:
        names = [f"{persona.name}, {persona.role}" for persona in get_personas(session, answer.personas)]
        found = answer.statements or answer.elsewhere or answer.nearest
        statements = get_statements(session, [one.statement for one in found])
        if names:
            print("; ".join(names))
        if answer.outcome is not Outcome.ANSWER:
            print(_OUTCOMES[answer.outcome])
        if answer.elsewhere:
            print("What we know is about somebody else:")
        elif answer.nearest:
            print("Not the same thing, but the nearest we know:")
        for statement in statements:
            research = terms.research(statement, today)
            print(f"  {terms.symbol(statement)} {statement.text}")
            print(
                f"      {statement.persona.name}, {terms.strength(statement)}{research and ', ' + research}"
            )


def _check_lens(store: Store, lens: str | None) -> None:
    with store.read() as session:
        known = [row.slug for row in list_lenses(session)]
    if lens is not None and lens not in known:
        raise StoreError(f"There is no lens {lens!r}. Lenses are {', '.join(known)}.")
