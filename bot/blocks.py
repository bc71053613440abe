"""Messages and views, within Slack's limits whatever is put into them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Block = dict[str, Any]

TEXT_LIMIT = 3_900
SECTION_LIMIT = 3_000
CONTEXT_LIMIT = 2_000
FIELD_LIMIT = 2_000
HEADER_LIMIT = 150
BUTTON_LIMIT = 75
TITLE_LIMIT = 24
ALT_LIMIT = 2_000
CELL_LIMIT = 1_000
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_CHARACTERS = 10_500
"""In all blocks of a message. Slack names no figure; messages of 11,341 were refused (bolt-js issue 2867)."""
TABLE_CHARACTERS = 9_500
VIEW_BYTES, VIEW_CHARACTERS = 240_000, 19_000
"""A view has at most 250 KB as JSON, where a character can take twelve bytes."""


@dataclass(frozen=True)
class Message:
    """``text`` stands alone: it is what notifications and screen readers say."""

    text: str
    blocks: list[Block] = field(default_factory=list)

    def payload(self) -> dict[str, Any]:
        """Give the arguments of ``chat_postMessage`` and of ``respond``."""
        shown = [block for block in self.blocks if block][:MESSAGE_BLOCKS]
        return {
            "text": fit(self.text, TEXT_LIMIT) or " ",
            "blocks": shortened(shown, MESSAGE_CHARACTERS),
            "unfurl_links": False,
            "unfurl_media": False,
        }


_BROKEN_TAIL = re.compile(r"(&[a-z]{0,3}|<[^>]*)$")


def fit(text: str, limit: int) -> str:
    """Shorten to ``limit`` characters without leaving half an entity or half a link."""
    if len(text) <= limit:
        return text
    return _BROKEN_TAIL.sub("", text[: limit - 1]).rstrip() + "…"


def shortened(shown: list[Block], budget: int) -> list[Block]:
    """Shorten the longest texts, all to one length, so that together they have ``budget`` characters."""
    limit = _common_limit([len(text) for text in _texts(shown)], budget)
    return shown if limit is None else [_with_texts_of(block, limit) for block in shown]


def _common_limit(lengths: list[int], budget: int) -> int | None:
    left = budget
    for at, length in enumerate(sorted(lengths)):
        share = left // (len(lengths) - at)
        if length > share:
            return share
        left -= length
    return None


def length_of(shown: list[Block]) -> int:
    """Count the characters of all texts."""
    return sum(map(len, _texts(shown)))


def _texts(shown: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    for key, value in shown.items() if isinstance(shown, dict) else enumerate(shown):
        if key == "text" and isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            yield from _texts(value)


def _with_texts_of(shown: Any, limit: int) -> Any:  # noqa: ANN401
    if isinstance(shown, list):
        return [_with_texts_of(one, limit) for one in shown]
    if not isinstance(shown, dict):
        return shown
    return {
        key: fit(value, limit) if key == "text" and isinstance(value, str) else _with_texts_of(value, limit)
        for key, value in shown.items()
    }


def plain(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": fit(text, limit) or " ", "emoji": True}


def mrkdwn(text: str, limit: int = SECTION_LIMIT) -> Block:
    return {"type": "mrkdwn", "text": fit(text, limit) or " ", "verbatim": True}


def section(text: str, accessory: Block | None = None) -> Block:
    block: Block = {"type": "section", "text": mrkdwn(text)}
    return block | {"accessory": accessory} if accessory else block


def fields(texts: list[str]) -> Block:
    return {"type": "section", "fields": [mrkdwn(text, FIELD_LIMIT) for text in texts[:10]]}


def context(*texts: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(text, CONTEXT_LIMIT) for text in texts if text][:10]}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, HEADER_LIMIT)}


def divider() -> Block:
    return {"type": "divider"}


def image(url: str, alt: str) -> Block:
    return {"type": "image", "image_url": url, "alt_text": fit(alt, ALT_LIMIT) or " "}


def button(text: str, action_id: str, value: str = "", *, style: str | None = None) -> Block:
    element: Block = {"type": "button", "text": plain(text, BUTTON_LIMIT), "action_id": action_id}
    if value:
        element["value"] = value
    return element | {"style": style} if style else element


def overflow(action_id: str, choices: list[tuple[str, str]]) -> Block:
    """Build a menu behind three dots, of one to five choices: each a text and a value."""
    options = [{"text": plain(text, BUTTON_LIMIT), "value": value} for text, value in choices]
    return {"type": "overflow", "action_id": action_id, "options": options}


def confirmation(title: str, text: str, confirm: str, deny: str) -> Block:
    """Make the ``confirm`` of an element: asked before it takes effect."""
    return {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(confirm, 30),
        "deny": plain(deny, 30),
        "style": "danger",
    }


def actions(*elements: Block | None) -> Block:
    """Build a row of buttons; buttons of one action in one row get ids of their own after a ``#``."""
    shown = [element for element in elements if element][:25]
    seen: dict[str, int] = {}
    row = []
    for element in shown:
        count = seen[element["action_id"]] = seen.get(element["action_id"], 0) + 1
        row.append(element if count == 1 else element | {"action_id": f"{element['action_id']}#{count}"})
    return {"type": "actions", "elements": row} if row else {}


def feedback(action_id: str, question_id: int, helpful: str, not_helpful: str) -> Block:
    return {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": action_id,
                "positive_button": {"text": plain(helpful, BUTTON_LIMIT), "value": f"helpful:{question_id}"},
                "negative_button": {
                    "text": plain(not_helpful, BUTTON_LIMIT),
                    "value": f"not_helpful:{question_id}",
                },
            }
        ],
    }


def table(rows: list[list[str]]) -> Block:
    """Build a table of plain texts, at most 100 rows of 20 cells; the first row is its head."""
    cells = [
        [{"type": "raw_text", "text": fit(cell, CELL_LIMIT) or " "} for cell in row[:20]]
        for row in rows[:100]
    ]
    limit = _common_limit([len(cell["text"]) for row in cells for cell in row], TABLE_CHARACTERS)
    return {
        "type": "table",
        "rows": cells if limit is None else _with_texts_of(cells, limit),
        "column_settings": [{"is_wrapped": True} for _ in (rows[0] if rows else [])[:20]],
    }


def text_input(
    block_id: str, label: str, *, placeholder: str = "", limit: int = 500, hint: str = "", initial: str = ""
) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": "text",
        "multiline": True,
        "max_length": limit,
        "focus_on_load": True,
    }
    if placeholder:
        element["placeholder"] = plain(placeholder, 150)
    if initial:
        element["initial_value"] = fit(initial, limit)
    block: Block = {"type": "input", "block_id": block_id, "label": plain(label, 2_000), "element": element}
    return block | {"hint": plain(hint, 2_000)} if hint else block


def modal(
    title: str,
    blocks: list[Block],
    *,
    close: str,
    callback_id: str = "",
    submit: str = "",
    metadata: str = "",
) -> Block:
    view: Block = {
        "type": "modal",
        "title": plain(title, TITLE_LIMIT),
        "close": plain(close, TITLE_LIMIT),
        "blocks": _in_a_view(blocks),
    }
    if callback_id:
        view["callback_id"] = callback_id
    if submit:
        view["submit"] = plain(submit, TITLE_LIMIT)
    if metadata:
        view["private_metadata"] = metadata
    return view


def home(blocks: list[Block]) -> Block:
    return {"type": "home", "blocks": _in_a_view(blocks)}


def _in_a_view(blocks: list[Block]) -> list[Block]:
    shown = [block for block in blocks if block][:VIEW_BLOCKS]
    return shown if len(json.dumps(shown)) <= VIEW_BYTES else shortened(shown, VIEW_CHARACTERS)
