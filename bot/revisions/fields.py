"""What the forms of the council are made of."""

from collections.abc import Mapping
from typing import Any

from bot import blocks
from bot.blocks import Block
from bot.inputs import in_one_line, text_field
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
    return in_one_line(text_area(words, block_id, initial, limit, hint=hint, label=label))


def text_area(
    words: Words, block_id: str, initial: str, limit: int, *, hint: str = "", label: str = ""
) -> Block:
    return text_field(words, PIECES, block_id, initial, limit, hint=hint, label=label)
