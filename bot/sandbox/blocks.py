"""Which blocks Slack takes, where, and how long they may be."""

from collections.abc import Callable
from typing import Any

from bot.sandbox.elements import (
    ACCESSORY,
    BUTTONS_ONLY,
    CONTEXT_ACTIONS,
    IMAGE,
    IN_INPUT,
    INTERACTIVE,
    RICH_ELEMENT,
)  # fmt: skip
from bot.sandbox.shapes import (
    ID,
    IMAGE_URL,
    TYPE,
    URL,
    Check,
    Rule,
    anything,
    array,
    boolean,
    by_type,
    counted,
    every,
    one_of,
    plain,
    shape,
    string,
    text,
)  # fmt: skip

MESSAGE_BLOCKS = 50
CHARACTERS = 11_000
"""In one message. Slack documents no figure; messages of 11,341 were refused (bolt-js issue 2867)."""
MARKDOWN, CELLS = 12_000, 10_000
ONE_A_MESSAGE = {"table": 1, "data_table": 1, "data_visualization": 2}
EVERYWHERE, MESSAGES, MODALS = ("message", "modal", "home"), ("message",), ("modal",)


def _text_or_fields(check: Check, value: object, at: str) -> None:
    if isinstance(value, dict) and not value.get("text") and not value.get("fields"):
        check.fail(at, "must define either text or fields")


def _source(check: Check, value: object, at: str) -> None:
    if isinstance(value, dict) and ("image_url" in value) == ("slack_file" in value):
        check.fail(at, "must define either image_url or slack_file")


def _markdown(check: Check, value: object, at: str) -> None:
    counted(MARKDOWN)(check, value, at)
    check.counts["markdown"] += len(value) if isinstance(value, str) else 0
    if check.counts["markdown"] > MARKDOWN:
        check.fail(at, f"markdown blocks of a message hold at most {MARKDOWN} characters together")


def _cell_text(check: Check, value: object, at: str) -> None:
    counted(CELLS)(check, value, at)
    check.counts["cells"] += len(value) if isinstance(value, str) else 0
    if check.counts["cells"] > CELLS:
        check.fail(at, f"the cells of a table hold at most {CELLS} characters together")


def _titled(check: Check, value: object, at: str) -> None:
    if isinstance(value, dict) and not value.keys() & {"title", "rich_text_title"}:
        check.fail(at, "missing required field: title")


def _child(check: Check, value: object, at: str) -> None:
    if isinstance(value, dict) and value.get("type") in ("container", "carousel", "input", "table"):
        check.fail(at, f"{value['type']} is not allowed in a container")
    else:
        check_block(check, value, at)


def _block(required: dict[str, Rule], **optional: Rule) -> Rule:
    return shape({**TYPE, **required}, block_id=ID, **optional)


_RICH = _block({"elements": array(RICH_ELEMENT, 1, 1000)})
_CELL = by_type(
    {
        "raw_text": shape({**TYPE, "text": _cell_text}),
        "raw_number": shape({**TYPE, "value": anything}, text=_cell_text),
        "rich_text": _RICH,
    },
    "table cell",
)
_COLUMN = shape({}, align=one_of("left", "center", "right"), is_wrapped=boolean)
_TASK = _block(
    {"task_id": ID, "title": string(256), "status": one_of("pending", "in_progress", "complete", "error")},
    details=_RICH,
    output=_RICH,
    sources=array(shape({**TYPE, "url": URL, "text": string(256)}), 1, 100),
)
_CARD = _block(
    {},
    hero_image=IMAGE,
    icon=IMAGE,
    title=text(150),
    subtitle=text(150),
    body=text(200),
    actions=array(by_type(BUTTONS_ONLY, "card action"), 1, 5),
)

_CONTEXT_TEXT = text(2000)


def _context_element(check: Check, value: object, at: str) -> None:
    is_image = isinstance(value, dict) and value.get("type") == "image"
    (IMAGE if is_image else _CONTEXT_TEXT)(check, value, at)


BLOCKS: dict[str, tuple[tuple[str, ...], Rule]] = {
    "section": (
        EVERYWHERE,
        every(
            _block(
                {},
                text=text(3000),
                fields=array(text(2000), 1, 10),
                accessory=by_type(ACCESSORY, "accessory of a section"),
                expand=boolean,
            ),
            _text_or_fields,
        ),
    ),
    "divider": (EVERYWHERE, _block({})),
    "header": (EVERYWHERE, _block({"text": plain(150)})),
    "image": (
        EVERYWHERE,
        every(
            _block({"alt_text": string(2000)}, image_url=IMAGE_URL, slack_file=anything, title=plain(2000)),
            _source,
        ),
    ),
    "context": (
        EVERYWHERE,
        _block({"elements": array(_context_element, 1, 10)}),
    ),
    "actions": (EVERYWHERE, _block({"elements": array(by_type(INTERACTIVE, "element of actions"), 1, 25)})),
    "input": (
        EVERYWHERE,
        _block(
            {"label": plain(2000), "element": by_type(IN_INPUT, "element of an input")},
            hint=plain(2000),
            optional=boolean,
            dispatch_action=boolean,
        ),
    ),
    "rich_text": (EVERYWHERE, _RICH),
    "video": (
        EVERYWHERE,
        _block(
            {
                "alt_text": string(2000),
                "title": plain(199),
                "thumbnail_url": IMAGE_URL,
                "video_url": IMAGE_URL,
            },
            title_url=IMAGE_URL,
            description=plain(200),
            provider_icon_url=IMAGE_URL,
            provider_name=string(50),
            author_name=string(49),
        ),
    ),
    "alert": (
        MODALS,
        _block({"text": text(3000)}, level=one_of("default", "info", "warning", "error", "success")),
    ),
    "markdown": (MESSAGES, _block({"text": _markdown})),
    "table": (
        MESSAGES,
        _block({"rows": array(array(_CELL, 1, 20), 1, 100)}, column_settings=array(_COLUMN, 0, 20)),
    ),
    "context_actions": (
        MESSAGES,
        _block({"elements": array(by_type(CONTEXT_ACTIONS, "element of context_actions"), 1, 5)}),
    ),
    "task_card": (MESSAGES, _TASK),
    "plan": (MESSAGES, _block({"title": string(256)}, tasks=array(_TASK, 1, 50))),
    "data_table": (MESSAGES, anything),
    "data_visualization": (MESSAGES, anything),
    "card": (EVERYWHERE, _CARD),
    "carousel": (EVERYWHERE, _block({"elements": array(by_type({"card": _CARD}, "card"), 1, 10)})),
    "container": (
        EVERYWHERE,
        every(
            _block(
                {"child_blocks": array(_child, 1, 10)},
                title=plain(150),
                rich_text_title=_RICH,
                subtitle=text(150),
                width=one_of("narrow", "standard", "wide", "full"),
                icon=IMAGE,
                is_collapsible=boolean,
                default_collapsed=boolean,
                has_header_divider=boolean,
            ),
            _titled,
        ),
    ),
}


def check_block(check: Check, value: object, at: str) -> None:
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(kind, str) or kind not in BLOCKS:
        check.fail(at, f"unsupported block type: {kind}")
        return
    surfaces, rule = BLOCKS[kind]
    if check.surface not in surfaces:
        check.fail(f"{at}/type", f"block type {kind} is not allowed in a {check.surface}")
        return
    check.counts[kind] += 1
    if check.counts[kind] > ONE_A_MESSAGE.get(kind, check.counts[kind]):
        check.fail(at, f"no more than {ONE_A_MESSAGE[kind]} {kind} block(s) allowed")
    rule(check, value, at)
    _check_ids(check, value, at)


def _check_ids(check: Check, block: dict[str, Any], at: str) -> None:
    block_id = block.get("block_id")
    if isinstance(block_id, str):
        if block_id in check.block_ids:
            check.fail(f"{at}/block_id", f"block_id {block_id!r} already exists for another block")
        check.block_ids.add(block_id)
    seen: set[str] = set()
    for element in elements_of(block):
        action_id = element.get("action_id")
        if isinstance(action_id, str) and action_id in seen:
            check.fail(at, f"action_id {action_id!r} already exists for another element")
        seen.add(str(action_id))


def elements_of(block: dict[str, Any]) -> list[dict[str, Any]]:
    """List what a person can click, choose or fill in."""
    found = [block.get("accessory"), block.get("element")]
    if block.get("type") in ("actions", "context_actions") and isinstance(block.get("elements"), list):
        found += block["elements"]
    if block.get("type") == "card" and isinstance(block.get("actions"), list):
        found += block["actions"]
    return [one for one in found if isinstance(one, dict) and one.get("type") not in (None, "image")]


def all_blocks(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """List the blocks and those inside containers and carousels."""
    inner = [
        child
        for block in blocks
        for key in ("child_blocks", "elements")
        if block.get("type") in ("container", "carousel")
        for child in block.get(key, [])
    ]
    return [*blocks, *(all_blocks(inner) if inner else [])]


def check_blocks(check: Check, blocks: object, at: str, most: int, least: int = 0) -> None:
    array(check_block, least, most)(check, blocks, at)


def check_message(blocks: object) -> Check:
    """Say what is wrong with a message's blocks, and count the characters in them."""
    check = Check("message")
    check_blocks(check, blocks, "/blocks", MESSAGE_BLOCKS)
    return check


def fill_ids(blocks: list[dict[str, Any]], new_id: Callable[[str], str]) -> None:
    """Give blocks and elements the ids that Slack gives them when the app gave none."""
    for block in all_blocks(blocks):
        block.setdefault("block_id", new_id("b"))
        for element in elements_of(block):
            element.setdefault("action_id", new_id("a"))
