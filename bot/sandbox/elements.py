"""What may stand inside blocks: buttons, menus, inputs, rich text, images."""

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
    integer,
    one_of,
    plain,
    shape,
    string,
    text,
)  # fmt: skip

CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    style=one_of("primary", "danger"),
)
DISPATCH = shape({"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), 1, 2)})
OPTION = shape({"text": plain(75), "value": string(150)}, description=plain(75))
RICH_OPTION = shape({"text": text(75), "value": string(150)}, description=text(75))
LINK_OPTION = shape({"text": plain(75), "value": string(150)}, description=plain(75), url=URL)
GROUP = shape({"label": plain(75), "options": array(OPTION, 1, 100)})
FILTER = shape(
    {},
    include=array(one_of("im", "mpim", "private", "public"), 1, 4),
    exclude_bot_users=boolean,
    exclude_external_shared_channels=boolean,
)
DATE = string(10, pattern=r"\d{4}-\d{2}-\d{2}")
TIME = string(5, pattern=r"([01]\d|2[0-3]):[0-5]\d")
MAXIMUM = integer(1, 100)


def _focused(check: Check, value: object, at: str) -> None:
    boolean(check, value, at)
    check.counts["focus_on_load"] += value is True
    if check.counts["focus_on_load"] > 1:
        check.fail(at, "only one element may have focus_on_load")


def _initial_is_an_option(check: Check, value: object, at: str) -> None:
    if not isinstance(value, dict):
        return
    options = _options_of(value)
    several = value.get("initial_options", [])
    chosen = several if isinstance(several, list) else []
    chosen = [*chosen, value["initial_option"]] if "initial_option" in value else chosen
    if any(one not in options for one in chosen):
        check.fail(at, "initial option is not one of the options")


def _options_of(value: dict[str, object]) -> list[object]:
    groups = value.get("option_groups")
    holders = [value, *(groups if isinstance(groups, list) else [])]
    lists = [one.get("options") for one in holders if isinstance(one, dict)]
    return [option for options in lists if isinstance(options, list) for option in options]


def _options_or_groups(check: Check, value: object, at: str) -> None:
    if isinstance(value, dict) and ("options" in value) == ("option_groups" in value):
        check.fail(at, "must define either options or option_groups")


def _ordered(check: Check, value: object, at: str) -> None:
    least, most = (
        (value.get("min_length"), value.get("max_length")) if isinstance(value, dict) else (None, None)
    )
    if isinstance(least, int) and isinstance(most, int) and least > most:
        check.fail(at, "min_length must not be more than max_length")


def _input(**own: Rule) -> Rule:
    return shape(TYPE, action_id=ID, placeholder=plain(150), focus_on_load=_focused, confirm=CONFIRM, **own)


def _written(**own: Rule) -> Rule:
    return shape(
        TYPE,
        action_id=ID,
        placeholder=plain(150),
        focus_on_load=_focused,
        dispatch_action_config=DISPATCH,
        **own,
    )


def _menu(**own: Rule) -> Rule:
    rule = _input(options=array(OPTION, 1, 100), option_groups=array(GROUP, 1, 100), **own)
    return every(rule, _options_or_groups, _initial_is_an_option)


def _boxes(**own: Rule) -> Rule:
    rule = shape(
        {**TYPE, "options": array(RICH_OPTION, 1, 10)},
        action_id=ID, confirm=CONFIRM, focus_on_load=_focused, **own,
    )  # fmt: skip
    return every(rule, _initial_is_an_option)


IMAGE = every(
    shape({**TYPE, "alt_text": string(2000)}, image_url=IMAGE_URL, slack_file=anything),
    lambda check, value, at: (
        check.fail(at, "must define either image_url or slack_file")
        if isinstance(value, dict) and ("image_url" in value) == ("slack_file" in value)
        else None
    ),
)
BUTTON = shape(
    {**TYPE, "text": plain(75)},
    action_id=ID,
    url=URL,
    value=string(2000),
    style=one_of("primary", "danger"),
    confirm=CONFIRM,
    accessibility_label=string(75),
    agent_prompt=string(4000),
    agent_prompt_display=string(75),
    visible_to_user_ids=array(ID, 1, 100),
)
_FEEDBACK = shape({"text": plain(75), "value": string(2000)}, accessibility_label=string(75))

INTERACTIVE: dict[str, Rule] = {
    "button": BUTTON,
    "checkboxes": _boxes(initial_options=array(RICH_OPTION, 1, 10)),
    "radio_buttons": _boxes(initial_option=RICH_OPTION),
    "overflow": shape({**TYPE, "options": array(LINK_OPTION, 1, 5)}, action_id=ID, confirm=CONFIRM),
    "datepicker": _input(initial_date=DATE),
    "timepicker": _input(initial_time=TIME, timezone=string(100)),
    "datetimepicker": shape(
        TYPE,
        action_id=ID,
        confirm=CONFIRM,
        focus_on_load=_focused,
        initial_date_time=integer(10**9, 10**10 - 1),
    ),
    "static_select": _menu(initial_option=OPTION),
    "external_select": _input(initial_option=OPTION, min_query_length=integer(0, 255)),
    "users_select": _input(initial_user=ID),
    "conversations_select": _input(
        initial_conversation=ID,
        default_to_current_conversation=boolean,
        response_url_enabled=boolean,
        filter=FILTER,
    ),
    "channels_select": _input(initial_channel=ID, response_url_enabled=boolean),
    "multi_static_select": _menu(initial_options=array(OPTION, 1, 100), max_selected_items=MAXIMUM),
    "multi_external_select": _input(
        initial_options=array(OPTION, 1, 100), min_query_length=integer(0, 255), max_selected_items=MAXIMUM
    ),
    "multi_users_select": _input(initial_users=array(ID, 1, 100), max_selected_items=MAXIMUM),
    "multi_conversations_select": _input(
        initial_conversations=array(ID, 1, 100),
        default_to_current_conversation=boolean,
        filter=FILTER,
        max_selected_items=MAXIMUM,
    ),
    "multi_channels_select": _input(initial_channels=array(ID, 1, 100), max_selected_items=MAXIMUM),
    "workflow_button": shape(
        {**TYPE, "text": plain(75), "workflow": anything}, action_id=ID, style=one_of("primary", "danger"),
        accessibility_label=string(75),
    ),
}  # fmt: skip
WRITTEN: dict[str, Rule] = {
    "plain_text_input": every(
        _written(
            initial_value=string(3000, 0),
            multiline=boolean,
            min_length=integer(0, 3000),
            max_length=integer(1, 3000),
        ),
        _ordered,
    ),
    "email_text_input": _written(initial_value=string(3000)),
    "url_text_input": _written(initial_value=string(3000)),
    "number_input": every(
        _written(
            is_decimal_allowed=boolean,
            initial_value=string(100),
            min_value=string(100),
            max_value=string(100),
        ),
        lambda check, value, at: (
            check.fail(at, "missing required field: is_decimal_allowed")
            if isinstance(value, dict) and "is_decimal_allowed" not in value
            else None
        ),
    ),
    "rich_text_input": _written(initial_value=anything, min_lines=integer(1, 100), max_lines=integer(1, 100)),
    "file_input": shape(TYPE, action_id=ID, filetypes=array(ID, 1, 100), max_files=integer(1, 10)),
}
CONTEXT_ACTIONS: dict[str, Rule] = {
    "feedback_buttons": shape(
        {**TYPE, "positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, action_id=ID
    ),
    "icon_button": shape(
        {**TYPE, "icon": one_of("trash"), "text": plain(75)},
        action_id=ID, value=string(2000), confirm=CONFIRM, accessibility_label=string(75),
        visible_to_user_ids=array(ID, 1, 100),
    ),
}  # fmt: skip
ACCESSORY = {**INTERACTIVE, "image": IMAGE}
del ACCESSORY["datetimepicker"]
BUTTONS_ONLY = {"button": BUTTON, "overflow": INTERACTIVE["overflow"]}
IN_INPUT = {**INTERACTIVE, **WRITTEN}
for _name in ("button", "overflow", "workflow_button"):
    del IN_INPUT[_name]

_STYLE = shape(
    {}, bold=boolean, italic=boolean, strike=boolean, code=boolean, underline=boolean, highlight=boolean,
    client_highlight=boolean, unlink=boolean,
)  # fmt: skip
_INLINE = by_type(
    {
        "text": shape({**TYPE, "text": counted(12000)}, style=_STYLE),
        "link": shape({**TYPE, "url": URL}, text=counted(3000), unsafe=boolean, style=_STYLE),
        "emoji": shape({**TYPE, "name": ID}, unicode=ID, skin_tone=integer(1, 6), style=_STYLE),
        "user": shape({**TYPE, "user_id": ID}, style=_STYLE),
        "channel": shape({**TYPE, "channel_id": ID}, style=_STYLE),
        "usergroup": shape({**TYPE, "usergroup_id": ID}, style=_STYLE),
        "team": shape({**TYPE, "team_id": ID}, style=_STYLE),
        "broadcast": shape({**TYPE, "range": one_of("here", "channel", "everyone")}, style=_STYLE),
        "color": shape({**TYPE, "value": ID}, style=_STYLE),
        "date": shape(
            {**TYPE, "timestamp": integer(0, 10**11), "format": ID},
            url=URL,
            fallback=string(3000),
            style=_STYLE,
        ),
    },
    "rich text element",
)
_LINES = array(_INLINE, 0, 1000)
_RICH_SECTION = shape({**TYPE, "elements": _LINES})
RICH_ELEMENT = by_type(
    {
        "rich_text_section": _RICH_SECTION,
        "rich_text_preformatted": shape({**TYPE, "elements": _LINES}, border=integer(0, 1), language=ID),
        "rich_text_quote": shape({**TYPE, "elements": _LINES}, border=integer(0, 1)),
        "rich_text_list": shape(
            {
                **TYPE,
                "style": one_of("bullet", "ordered"),
                "elements": array(by_type({"rich_text_section": _RICH_SECTION}, "list item"), 1, 1000),
            },
            indent=integer(0, 8),
            offset=integer(0, 10**6),
            border=integer(0, 1),
        ),
    },
    "part of rich text",
)
