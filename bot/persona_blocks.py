"""How a persona looks wherever one is shown: a line, a foot, a way to the card."""

from datetime import datetime

from bot import blocks
from bot.actions import SHOW_SOURCES
from bot.blocks import Block
from bot.story_blocks import who
from bot.terms import standing
from bot.wording import Words
from persona_store.models import Persona, Statement

SHOW_CARD = "personas.show_card"


def persona_line(words: Words, persona: Persona, statements: int, now: datetime) -> Block:
    text = words(
        "personas/personas",
        "list_line",
        name=persona.name,
        role=persona.role,
        segment=persona.segment.name if persona.segment else "",
        archetype=persona.archetype or "",
        statements=statements,
        **standing(persona, now),
    )
    return blocks.section(text, card_button(words, persona))


def persona_foot(words: Words, persona: Persona, now: datetime) -> str:
    """Revision, until when it is verified, and whom to ask."""
    return words(
        "answers/answer",
        "foot",
        name=persona.name,
        revision=persona.revision,
        owner=who(persona.owner) or "",
        **standing(persona, now),
    )


def portrait(persona: Persona) -> Block | None:
    return blocks.image(persona.portrait, f"Portrait of {persona.name}") if persona.portrait else None


def card_button(words: Words, persona: Persona, of: str = "") -> Block:
    """Make a button to the card; ``of`` where several stand side by side."""
    piece = ("card_of", {"name": of}) if of else ("card", {})
    return blocks.button(words.plain("answers/buttons", piece[0], **piece[1]), SHOW_CARD, persona.slug)


def sources_button(words: Words, statement: Statement) -> Block:
    return blocks.button(words.plain("answers/buttons", "sources"), SHOW_SOURCES, statement.key)
