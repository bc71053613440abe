"""The forms for declining an item, and for merging it into another one."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot import blocks
from bot.backlog.shown import About
from bot.blocks import Block
from bot.inputs import Choice, chosen_in, in_one_line, radios, text_field, typed_in
from bot.wording import Words
from persona_store.models import RefreshItem
from persona_store.refresh.item_moves import LONGEST_REASON, Move

PIECES = "backlog/forms"
DECLINE, MERGE = "backlog.decline", "backlog.merge"
REASON, INTO, NUMBER = "reason", "into", "number"
FIELD_OF = {Move.DECLINE: REASON, Move.MERGE: NUMBER}
"""Where it is told what is wrong."""


def decline_form(words: Words, item: RefreshItem, *, is_listed: bool) -> Block:
    shown = [
        blocks.context(words(PIECES, "decline_intro")),
        blocks.text_input(
            REASON,
            words.plain(PIECES, "reason"),
            limit=LONGEST_REASON,
            hint=words.plain(PIECES, "reason_hint"),
        ),
    ]
    return _form(words, Move.DECLINE, item, shown, DECLINE, is_listed=is_listed)


def merge_form(words: Words, item: RefreshItem, alike: Sequence[RefreshItem], *, is_listed: bool) -> Block:
    """Offer what may be the same, and the number of any other."""
    choices = [
        Choice(str(one.id), words.plain(PIECES, "choice", number=one.id, text=" ".join(one.text.split())))
        for one in alike
    ]
    number = text_field(words, PIECES, NUMBER, "", 20, hint="number_hint")
    shown = [
        blocks.context(words(PIECES, "merge_intro")),
        radios(INTO, words.plain(PIECES, "into"), choices, "") | {"optional": True} if choices else {},
        in_one_line(number, focused=True) | {"optional": bool(choices)},
    ]
    return _form(words, Move.MERGE, item, shown, MERGE, is_listed=is_listed)


def reason_in(view: Mapping[str, Any]) -> str:
    return typed_in(view, REASON)


def target_in(view: Mapping[str, Any]) -> str:
    """What was typed, else what was chosen."""
    return typed_in(view, NUMBER) or chosen_in(view["state"]["values"], INTO) or ""


def _form(
    words: Words, move: Move, item: RefreshItem, shown: list[Block], callback_id: str, *, is_listed: bool
) -> Block:
    return blocks.modal(
        words.plain(PIECES, f"{move}_title", number=item.id),
        shown,
        callback_id=callback_id,
        submit=words.plain(PIECES, move),
        close=words.plain("answers/buttons", "cancel"),
        metadata=About.now(item, is_listed=is_listed).kept(),
    )
