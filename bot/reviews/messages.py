"""What is said of reviews."""

from collections.abc import Sequence
from datetime import datetime

from bot import blocks
from bot.agenda_blocks import AGENDA, agenda_blocks
from bot.blocks import Block, Message
from bot.review_blocks import PIECES, Due, agenda_button, due_blocks
from bot.terms import day
from bot.wording import Words
from persona_store.models import Persona
from persona_store.personas import due_at
from persona_store.refresh.agenda import Agenda

MOST_ASKED = 12


def review_message(words: Words, due: Sequence[Due], slack_user_id: str) -> Message:
    """Ask whether these personas are still true."""
    text = words(PIECES, "text", names=[one.persona.name for one in due])
    shown = [blocks.section(words(PIECES, "intro", count=len(due)))]
    for one in due[:MOST_ASKED]:
        shown += [blocks.divider(), *due_blocks(words, one, slack_user_id)]
    more = len(due) - MOST_ASKED
    if more > 0:
        shown.append(blocks.context(words(PIECES, "more_due", more=more)))
    return Message(text, [*shown, blocks.actions(agenda_button(words))])


def verified_message(words: Words, persona: Persona) -> Message:
    said = {"name": persona.name, "revision": persona.revision, "day": day(due_at(persona))}
    return Message(words(PIECES, "verified", **said))


def agenda_view(words: Words, agenda: Agenda, now: datetime) -> Block:
    title, close = words.plain(AGENDA, "title"), words.plain("answers/buttons", "close")
    return blocks.modal(title, agenda_blocks(words, agenda, now), close=close)
