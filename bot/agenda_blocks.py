"""The council's agenda, wherever it is shown: on demand, and in the first digest of a quarter."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from bot import blocks
from bot.blocks import Block, Message
from bot.story_blocks import who
from bot.terms import day
from bot.wording import Words
from persona_store.models import Persona
from persona_store.personas import due_at
from persona_store.refresh.agenda import Agenda, Contradicted, GoingStale

AGENDA = "reviews/agenda"
LISTED = 8
TEXT_LIMIT = 160

T = TypeVar("T")


def agenda_message(words: Words, agenda: Agenda, now: datetime) -> Message:
    counts = {name: len(getattr(agenda, name)) for name in ("due", "stale", "contradicted", "gaps", "alike")}
    return Message(words(AGENDA, "text", **counts), agenda_blocks(words, agenda, now))


def agenda_blocks(words: Words, agenda: Agenda, now: datetime) -> list[Block]:
    """At most eight blocks: a head, and a section for each part that has anything in it."""
    shown = [blocks.section(words(AGENDA, "head", quarter=quarter_of(now.date())))]
    if agenda.is_empty:
        return [*shown, blocks.section(words(AGENDA, "empty"))]
    parts: list[tuple[str, Sequence[Any], Callable[[Any], object]]] = [
        ("due", agenda.due, _due),
        ("contradicted", agenda.contradicted, _contradicted),
        ("gaps", agenda.gaps, _gap),
        ("stale", agenda.stale, _stale),
        ("alike", agenda.alike, lambda one: {"second": one.second, "why": one.why}),
        ("questions", agenda.questions, lambda one: one.text),
    ]
    return shown + [_part(words, piece, found, entry) for piece, found, entry in parts if found]


def quarter_of(today: date) -> str:
    return f"Q{(today.month + 2) // 3} {today.year}"


def _part(words: Words, piece: str, found: Sequence[T], entry: Callable[[T], object]) -> Block:
    entries = [entry(one) for one in found[:LISTED]]
    return blocks.section(words(AGENDA, piece, entries=entries, more=max(0, len(found) - LISTED)))


def _due(persona: Persona) -> Mapping[str, object]:
    return {
        "name": persona.name,
        "revision": persona.revision,
        "day": day(due_at(persona)),
        "owner": who(persona.owner) or "",
    }


def _contradicted(one: Contradicted) -> Mapping[str, object]:
    text = blocks.fit(one.statement.text, TEXT_LIMIT)
    return {"name": one.statement.persona.name, "text": text, "people": one.people, "numbers": one.items}


def _stale(one: GoingStale) -> Mapping[str, object]:
    text = blocks.fit(one.statement.text, TEXT_LIMIT)
    return {"name": one.statement.persona.name, "text": text, "newest": f"{one.newest:%b %Y}"}


def _gap(one: tuple[Any, int]) -> Mapping[str, object]:
    gap, people = one
    return {"text": blocks.fit(gap.text, TEXT_LIMIT), "people": people, "number": gap.id}
