"""What a person chose or typed: read from the page, checked as Slack's own client checks it."""

import re

from bot.sandbox.blocks import all_blocks, elements_of
from bot.sandbox.world import Json, JsonValue

SINGLE = {
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "rich_text_input": "rich_text_value",
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
}
MANY = {
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "file_input": "files",
}
INITIAL = {
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "selected_conversation": "initial_conversation",
    "selected_conversations": "initial_conversations",
    "selected_channel": "initial_channel",
    "selected_channels": "initial_channels",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
    "rich_text_value": "initial_value",
    "value": "initial_value",
}
MISSING = "Please complete this required field."
TYPED = 3_000
PATTERNS = {
    "email_text_input": (r"[^@\s]+@[^@\s]+\.[^@\s]+", "Please enter a valid email address."),
    "url_text_input": (r"(?i)https?://\S+", "Please enter a valid URL."),
}


class NoSuchChoiceError(Exception):
    """The page sent a choice that the element does not offer."""


def key_of(element: Json) -> str | None:
    """Name the field that holds what was chosen; None for what holds nothing, like buttons."""
    return SINGLE.get(element["type"]) or MANY.get(element["type"])


def options_of(element: Json) -> list[Json]:
    groups = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *groups]


def chosen(element: Json, given: JsonValue) -> Json:
    """Give the element's part of the state; ``given`` is what the page sent for it, None for untouched."""
    key = key_of(element) or "value"
    if given is None:
        value = element.get(INITIAL.get(key, ""))
    else:
        value = given.get(key) if isinstance(given, dict) else given
    empty = value in (None, "", [])
    if element["type"] in MANY:
        value = [_offered(element, one) for one in value or []]
    else:
        value = None if empty else _offered(element, value)
    return {"type": element["type"], key: value}


def _offered(element: Json, value: JsonValue) -> JsonValue:
    offered = options_of(element)
    if not offered:
        return value
    wanted = value.get("value") if isinstance(value, dict) else value
    found = next((option for option in offered if option.get("value") == wanted), None)
    if found is None:
        raise NoSuchChoiceError(str(wanted))
    return found


def read_state(blocks: list[Json], given: JsonValue) -> Json:
    """Give state.values of a view or message as Slack sends it: every element that holds a value."""
    values = given.get("values", given) if isinstance(given, dict) else {}
    state: Json = {}
    for block in all_blocks(blocks):
        for element in elements_of(block):
            if key_of(element):
                sent = values.get(block["block_id"], {}).get(element["action_id"])
                state.setdefault(block["block_id"], {})[element["action_id"]] = chosen(element, sent)
    return state


def submission_errors(blocks: list[Json], state: Json) -> dict[str, str]:
    """Say by block what Slack's client would not let through."""
    found = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        value = state[block["block_id"]][element["action_id"]][key_of(element) or "value"]
        error = None if value in (None, []) and block.get("optional") else _input_error(element, value)
        if error:
            found[block["block_id"]] = error
    return found


def _input_error(element: Json, value: JsonValue) -> str | None:
    if value in (None, []):
        return MISSING
    kind = element["type"]
    if kind == "plain_text_input":
        return _length_error(value, element.get("min_length", 0), element.get("max_length", TYPED))
    if kind in PATTERNS and not re.fullmatch(PATTERNS[kind][0], value):
        return PATTERNS[kind][1]
    if kind == "number_input":
        return _number_error(element, str(value))
    if isinstance(value, list) and len(value) > element.get("max_selected_items", len(value)):
        return f"Please choose at most {element['max_selected_items']}."
    return None


def _length_error(value: str, least: int, most: int) -> str | None:
    if len(value) < least:
        return f"Must be at least {least} characters."
    return f"Must be at most {most} characters." if len(value) > most else None


def _number_error(element: Json, value: str) -> str | None:
    pattern = r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
    if not re.fullmatch(pattern, value):
        return "Please enter a number."
    low, high = element.get("min_value", value), element.get("max_value", value)
    return (
        None if float(low) <= float(value) <= float(high) else f"Please enter a number from {low} to {high}."
    )
