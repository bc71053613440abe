"""What Slack takes as a modal and as a Home tab."""

import json
from typing import Any

from bot.sandbox.blocks import check_blocks
from bot.sandbox.shapes import TYPE, Check, Rule, boolean, plain, shape, string

VIEW_BLOCKS, VIEW_BYTES = 100, 250_000


def view_problems(view: object) -> list[str]:
    """Say what is wrong with a view that is to be opened, pushed, updated or published."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        return ["unsupported type: expected a modal or a home view [json-pointer:/view/type]"]
    check = Check(view["type"])
    common: dict[str, Rule] = {
        "callback_id": string(255, 0),
        "external_id": string(255, 0),
        "private_metadata": string(3000, 0),
    }
    modal: dict[str, Rule] = {
        "close": plain(24),
        "submit": plain(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    }
    blocks: dict[str, Rule] = {
        "blocks": lambda check, value, at: check_blocks(check, value, at, VIEW_BLOCKS, 1)
    }
    required = {**TYPE, **blocks} | ({"title": plain(24)} if check.surface == "modal" else {})
    shape(required, **common, **(modal if check.surface == "modal" else {}))(check, view, "/view")
    if check.surface == "modal" and check.counts["input"] and "submit" not in view:
        check.fail("/view", "missing required field: submit (the view has inputs)")
    return check.problems


def is_too_large(view: dict[str, Any]) -> bool:
    return len(json.dumps(view).encode()) > VIEW_BYTES
