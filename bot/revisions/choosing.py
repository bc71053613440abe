"""The windows in which the council chooses a draft, or begins one."""

from collections.abc import Sequence

from bot import blocks
from bot.actions import OPEN_REVISION
from bot.blocks import Block, Message
from bot.revisions.messages import CHARTER, FORM, PIECES, REGISTER
from bot.terms import day
from bot.wording import Words, mention
from persona_store.models import Draft, Persona

DRAFTS_LISTED, PERSONAS_OFFERED = 15, 20


def list_view(words: Words, drafts: Sequence[Draft]) -> Block:
    """List what is being drafted, with the ways to begin."""
    new, register, charter = (
        blocks.button(words.plain(PIECES, "new"), FORM, "new"),
        blocks.button(words.plain(PIECES, "register"), REGISTER),
        blocks.button(words.plain(PIECES, "charter"), CHARTER),
    )
    listed = [draft_line(words, one, "open", f"draft:{one.id}") for one in drafts[:DRAFTS_LISTED]]
    return blocks.modal(
        words.plain(PIECES, "list_title"),
        [*(listed or [blocks.section(words(PIECES, "no_drafts"))]), blocks.actions(new, register, charter)],
        close=words.plain("answers/buttons", "close"),
    )


def draft_line(words: Words, draft: Draft, piece: str, value: str) -> Block:
    text = words(
        PIECES,
        "choose_draft",
        number=draft.id,
        name=draft.snapshot["name"],
        by=mention(draft.drafted_by),
        day=day(draft.drafted_at),
        is_submitted=draft.state == "submitted",
    )
    return blocks.section(text, blocks.button(words.plain(PIECES, piece), OPEN_REVISION, value))


def choose_view(
    words: Words, drafts: Sequence[Draft], personas: Sequence[Persona], item_id: int | None
) -> Block:
    """Ask whether to go on with a draft or to begin another one, and of whom."""
    item = str(item_id or "")
    begin = [
        blocks.button(words.plain(PIECES, "begin", name=one.name), OPEN_REVISION, f"begin:{one.slug}:{item}")
        for one in personas[:PERSONAS_OFFERED]
    ]
    new = blocks.button(words.plain(PIECES, "new"), FORM, f"new:{item}")
    more = len(personas) > PERSONAS_OFFERED
    going_on = [
        draft_line(words, one, "go_on", f"into:{one.id}:{item}" if item else f"draft:{one.id}")
        for one in drafts[:DRAFTS_LISTED]
    ]
    return blocks.modal(
        words.plain(PIECES, "choose_title"),
        [
            blocks.section(words(PIECES, "choose", number=item_id or "")),
            *going_on,
            blocks.actions(*begin, new if item else None),
            blocks.context(words(PIECES, "more_personas")) if more else {},
        ],
        close=words.plain("answers/buttons", "close"),
    )


def unknown_message(words: Words, name: str) -> Message:
    return Message(words(PIECES, "unknown", name=name))
