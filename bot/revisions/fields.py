"""What the forms of the council are made of."""

from collections.abc import Mapping
from typing import Any

from bot import blocks
from bot.blocks import Block
from bot.wording import Words

PIECES = "revisions/forms"


def field_of(view: Mapping[str, Any], wanted: str) -> str:
    """The field of the form where a problem is told: the one that is wanted, or the first."""
    fields = [block["block_id"] for block in view["blocks"] if block.get("type") == "input"]
    return wanted if wanted in fields else next(iter(fields), wanted)


def form(
    words: Words, title: str, callback_id: str, metadata: str, shown: list[Block], submit: str = "save"
) -> Block:
    return blocks.modal(
        words.plain(PIECES, title),
        shown,
        callback_id=callback_id,
        submit=words.plain(PIECES, submit),
        close=words.plain("answers/buttons", "cancel"),
        metadata=metadata,
    )


def line(words: Words, block_id: str, initial: str, limit: int, *, hint: str = "", label: str = "") -> Block:
    block = text_area(words, block_id, initial, limit, hint=hint, label=label)
    return block | {"element": block["element"] | {"multiline": False}}


def text_area(
    words: Words, block_id: str, initial: str, limit: int, *, hint: str = "", label: str = ""
) -> Block:
    block = blocks.text_input(
        block_id,
        words.plain(PIECES, label or block_id),
        limit=limit,
        hint=words.plain(PIECES, hint) if hint else "",
        initial=initial,
    )
    return block | {"element": block["element"] | {"focus_on_load": False}}
