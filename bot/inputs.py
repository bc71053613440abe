"""Fields of forms, within Slack's limits, and what somebody chose in them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.blocks import Block, plain, text_input
from bot.wording import Words

OPTION_LIMIT = 75
OPTIONS_OF_A_GROUP = 100
MOST_CHOSEN = 100
LABEL_LIMIT = 2_000
CHOSEN = "chosen"


@dataclass(frozen=True)
class Choice:
    """``value`` is what comes back: 1 to 150 characters."""

    value: str
    label: str
    hint: str = ""


def text_field(
    words: Words,
    pieces: str,
    block_id: str,
    initial: str,
    limit: int,
    *,
    label: str = "",
    hint: str = "",
) -> Block:
    """Make a field to write in. ``label``, ``hint``: names of pieces; without a label it is the id's."""
    block = text_input(
        block_id,
        words.plain(pieces, label or block_id),
        limit=limit,
        hint=words.plain(pieces, hint) if hint else "",
        initial=initial,
    )
    return block | {"element": block["element"] | {"focus_on_load": False}}


def in_one_line(field: Block, *, focused: bool = False) -> Block:
    """Make of a field to write in one of a single line."""
    return field | {"element": field["element"] | {"multiline": False, "focus_on_load": focused}}


def radios(
    block_id: str, label: str, choices: Sequence[Choice], chosen: str, *, action_id: str = ""
) -> Block:
    """Make a choice of one; with an ``action_id`` we hear of it at once."""
    element = {"type": "radio_buttons"} | _one_of([("", choices)], chosen)
    if not action_id:
        return _field(block_id, label, element)
    return _field(block_id, label, element | {"action_id": action_id}) | {"dispatch_action": True}


def ticks(block_id: str, label: str, choices: Sequence[Choice], chosen: Sequence[str]) -> Block:
    return _field(block_id, label, {"type": "checkboxes"} | _some_of([("", choices)], chosen))


def time_of_day(block_id: str, label: str, chosen: str) -> Block:
    """Make a field for a local time, such as "09:30"."""
    return _field(block_id, label, {"type": "timepicker"} | ({"initial_time": chosen} if chosen else {}))


def menu(
    block_id: str, label: str, groups: Sequence[tuple[str, Sequence[Choice]]], chosen: str, *, hint: str = ""
) -> Block:
    """Make a menu to choose one of many, under headings where there are several."""
    return _field(block_id, label, {"type": "static_select"} | _one_of(groups, chosen), hint)


def select(action_id: str, choices: Sequence[Choice], chosen: str) -> Block:
    """Make a menu that acts at once, for a row of actions."""
    return {"type": "static_select", "action_id": action_id} | _one_of([("", choices)], chosen)


def person_select(action_id: str, placeholder: str, chosen: str = "") -> Block:
    """The same, of people."""
    initial = {"initial_user": chosen} if chosen else {}
    said = {"placeholder": plain(placeholder, 150)}
    return {"type": "users_select", "action_id": action_id} | said | initial


def day_select(action_id: str, placeholder: str, chosen: str = "") -> Block:
    """The same, of a day."""
    initial = {"initial_date": chosen} if chosen else {}
    said = {"placeholder": plain(placeholder, 150)}
    return {"type": "datepicker", "action_id": action_id} | said | initial


def person_menu(block_id: str, label: str, chosen: str = "", *, hint: str = "") -> Block:
    return _field(block_id, label, person_select(CHOSEN, label, chosen), hint)


def day_menu(block_id: str, label: str, chosen: str = "", *, hint: str = "") -> Block:
    """Make a field for a day, such as "2026-03-31"."""
    initial = {"initial_date": chosen} if chosen else {}
    return _field(block_id, label, {"type": "datepicker"} | initial, hint)


def many_menu(
    block_id: str,
    label: str,
    groups: Sequence[tuple[str, Sequence[Choice]]],
    chosen: Sequence[str],
    *,
    placeholder: str,
    hint: str = "",
) -> Block:
    """Make a menu to choose any number up to a hundred, also none."""
    element = {
        "type": "multi_static_select",
        "placeholder": plain(placeholder, 150),
        "max_selected_items": MOST_CHOSEN,
    }
    return _field(block_id, label, element | _some_of(groups, chosen), hint) | {"optional": True}


def chosen_in(values: Mapping[str, Any], block_id: str) -> str | None:
    """Read one choice, a time, a day or a person, from a form's ``state["values"]``."""
    element = _element(values, block_id)
    found: str | None = (
        element.get("selected_time")
        or element.get("selected_date")
        or element.get("selected_user")
        or (element.get("selected_option") or {}).get("value")
    )
    return found


def typed_in(view: Mapping[str, Any], block_id: str) -> str:
    """Read what was typed into a ``text_input`` of a form, without the blanks around it."""
    element = view["state"]["values"].get(block_id, {}).get("text") or {}
    return (element.get("value") or "").strip()


def all_chosen_in(values: Mapping[str, Any], block_id: str) -> list[str]:
    return [option["value"] for option in _element(values, block_id).get("selected_options") or []]


def _element(values: Mapping[str, Any], block_id: str) -> dict[str, Any]:
    elements: list[dict[str, Any] | None] = list(values.get(block_id, {}).values())
    return elements[0] or {} if elements else {}


def _field(block_id: str, label: str, element: Block, hint: str = "") -> Block:
    block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, LABEL_LIMIT),
        "element": {"action_id": CHOSEN} | element,
    }
    return block | {"hint": plain(hint, LABEL_LIMIT)} if hint else block


def _one_of(groups: Sequence[tuple[str, Sequence[Choice]]], chosen: str) -> Block:
    offered = _offered(groups)
    initial = next((option for option in _options_in(offered) if option["value"] == chosen), None)
    return offered | ({"initial_option": initial} if initial else {})


def _some_of(groups: Sequence[tuple[str, Sequence[Choice]]], chosen: Sequence[str]) -> Block:
    offered = _offered(groups)
    initial = [option for option in _options_in(offered) if option["value"] in chosen][:MOST_CHOSEN]
    return offered | ({"initial_options": initial} if initial else {})


def _offered(groups: Sequence[tuple[str, Sequence[Choice]]]) -> Block:
    """Options, or groups of at most a hundred where they are many or have headings."""
    parts = [
        (label, choices[at : at + OPTIONS_OF_A_GROUP])
        for label, choices in groups
        for at in range(0, len(choices), OPTIONS_OF_A_GROUP)
    ]
    if len(parts) == 1:
        return {"options": [_option(choice) for choice in parts[0][1]]}
    return {
        "option_groups": [
            {"label": plain(label, OPTION_LIMIT), "options": [_option(choice) for choice in part]}
            for label, part in parts
        ]
    }


def _options_in(offered: Block) -> Iterator[Block]:
    yield from offered.get("options", [])
    for group in offered.get("option_groups", []):
        yield from group["options"]


def _option(choice: Choice) -> Block:
    option: Block = {"text": plain(choice.label, OPTION_LIMIT), "value": choice.value}
    return option | {"description": plain(choice.hint, OPTION_LIMIT)} if choice.hint else option
