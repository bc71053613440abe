"""What Slack would not take, the sandbox does not take: each rule with a payload that breaks it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.blocks import check_message
from bot.sandbox.view_rules import view_problems

Json = dict[str, Any]


def plain(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "x") -> Json:
    return {"type": "mrkdwn", "text": text}


def button(**changes: Any) -> Json:
    return {"type": "button", "action_id": "a", "text": plain(), **changes}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def section(**changes: Any) -> Json:
    return {"type": "section", "text": mrkdwn(), **changes}


def option(text: str = "x", value: str = "v") -> Json:
    return {"text": plain(text), "value": value}


def select(**changes: Any) -> Json:
    return {"type": "static_select", "action_id": "s", "options": [option()], **changes}


def field(**changes: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "i", **changes}
    return {"type": "input", "label": plain(), "element": element}


def table(rows: int = 1, columns: int = 1, text: str = "x") -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text}] * columns] * rows}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


FEEDBACK = {
    "type": "feedback_buttons",
    "action_id": "f",
    "positive_button": {"text": plain(), "value": "y"},
    "negative_button": {"text": plain(), "value": "n"},
}
CONFIRM = {"title": plain(), "text": mrkdwn(), "confirm": plain(), "deny": plain()}
IMAGE = {"type": "image", "image_url": "https://a.example/x.png", "alt_text": "x"}
LONG = "x" * 3001

BAD_BLOCKS: dict[str, tuple[list[Any], str]] = {
    "51 blocks": ([{"type": "divider"}] * 51, "no more than 50 items"),
    "an unknown block": ([{"type": "sectoin"}], "unsupported block type: sectoin"),
    "no type": ([{"text": mrkdwn()}], "unsupported block type: None"),
    "an unknown key": ([section(colour="red")], "invalid additional property: colour"),
    "a null": ([section(accessory=None)], "unsupported type: None"),
    "a section without text": ([{"type": "section"}], "either text or fields"),
    "an empty text": ([section(text=mrkdwn(""))], "must be more than 0 characters"),
    "a long section": ([section(text=mrkdwn(LONG))], "must be less than 3001 characters"),
    "11 fields": ([section(fields=[mrkdwn()] * 11)], "no more than 10 items"),
    "a long field": ([section(fields=[mrkdwn("x" * 2001)])], "less than 2001"),
    "emoji on mrkdwn": ([section(text={**mrkdwn(), "emoji": True})], "invalid additional property: emoji"),
    "an unescaped tag": ([section(text=mrkdwn("a <b> c"))], "a raw < that is no Slack markup: '<b> c'"),
    "an unescaped less-than": ([section(text=mrkdwn("1 < 2"))], "a raw <"),
    "an input as accessory": ([section(accessory={"type": "plain_text_input"})], "is no accessory"),
    "a header of mrkdwn": ([{"type": "header", "text": mrkdwn()}], "mrkdwn is no plain_text object"),
    "a long header": ([{"type": "header", "text": plain("x" * 151)}], "less than 151"),
    "a header without text": ([{"type": "header"}], "missing required field: text"),
    "an image without alt text": (
        [{"type": "image", "image_url": "https://a.example/x"}],
        "missing required field: alt_text",
    ),
    "an image without a source": ([{"type": "image", "alt_text": "x"}], "image_url or slack_file"),
    "an image with a long address": ([{**IMAGE, "image_url": "https://a/" + LONG}], "less than 3001"),
    "an image that is no web address": (
        [{**IMAGE, "image_url": "data:image/png;base64,AA"}],
        "does not match",
    ),
    "11 in a context": ([{"type": "context", "elements": [mrkdwn()] * 11}], "no more than 10 items"),
    "an empty context": ([{"type": "context", "elements": []}], "no fewer than 1 items"),
    "a button in a context": ([{"type": "context", "elements": [button()]}], "button is no text object"),
    "26 actions": ([actions(*[button(action_id=str(n)) for n in range(26)])], "no more than 25 items"),
    "no actions": ([actions()], "no fewer than 1 items"),
    "an input in actions": ([actions({"type": "plain_text_input"})], "is no element of actions"),
    "an unknown element": ([actions({"type": "slider"})], "slider is no element"),
    "a long button": ([actions(button(text=plain("x" * 76)))], "less than 76"),
    "a mrkdwn button": ([actions(button(text=mrkdwn()))], "mrkdwn is no plain_text object"),
    "a long value": ([actions(button(value="x" * 2001))], "less than 2001"),
    "an empty value": ([actions(button(value=""))], "more than 0"),
    "a number as value": ([actions(button(value=7))], "must be a string"),
    "a long link": ([actions(button(url="https://a/" + LONG))], "less than 3001"),
    "a link that is none": ([actions(button(url="a.example"))], "does not match"),
    "a strange style": ([actions(button(style="default"))], "unsupported value"),
    "a long action id": ([actions(button(action_id="x" * 256))], "less than 256"),
    "the same action id twice": ([actions(button(), button())], "action_id 'a' already exists"),
    "a long block id": ([section(block_id="x" * 256)], "less than 256"),
    "the same block id twice": (
        [section(block_id="b"), section(block_id="b")],
        "block_id 'b' already exists",
    ),
    "half a confirmation": ([actions(button(confirm={"title": plain()}))], "missing required field: confirm"),
    "a long confirmation": (
        [actions(button(confirm={**CONFIRM, "text": plain("x" * 301)}))],
        "less than 301",
    ),
    "101 options": (
        [actions(select(options=[option(value=str(n)) for n in range(101)]))],
        "no more than 100",
    ),
    "no options": ([actions(select(options=[]))], "no fewer than 1"),
    "a long option": ([actions(select(options=[option("x" * 76)]))], "less than 76"),
    "a long option value": ([actions(select(options=[option(value="x" * 151)]))], "less than 151"),
    "a strange initial option": (
        [actions(select(initial_option=option("y", "y")))],
        "not one of the options",
    ),
    "options and groups": (
        [actions(select(option_groups=[{"label": plain(), "options": [option()]}]))],
        "either options or option_groups",
    ),
    "a long placeholder": ([actions(select(placeholder=plain("x" * 151)))], "less than 151"),
    "six in an overflow": (
        [
            actions(
                {"type": "overflow", "action_id": "o", "options": [option(value=str(n)) for n in range(6)]}
            )
        ],
        "no more than 5",
    ),
    "11 checkboxes": (
        [actions({"type": "checkboxes", "options": [option(value=str(n)) for n in range(11)]})],
        "no more than 10",
    ),
    "11 radio buttons": (
        [actions({"type": "radio_buttons", "options": [option(value=str(n)) for n in range(11)]})],
        "no more than 10",
    ),
    "a long label": ([{**field(), "label": plain("x" * 2001)}], "less than 2001"),
    "a mrkdwn label": ([{**field(), "label": mrkdwn()}], "mrkdwn is no plain_text object"),
    "a button as input": ([{**field(), "element": button()}], "button is no element of an input"),
    "a long initial value": ([field(initial_value=LONG)], "less than 3001"),
    "a long maximum": ([field(max_length=3001)], "between 1 and 3000"),
    "a minimum over the maximum": ([field(min_length=9, max_length=8)], "min_length must not be more"),
    "two with the focus": (
        [field(focus_on_load=True), field(focus_on_load=True)],
        "only one element may have focus_on_load",
    ),
    "101 rows": ([table(rows=101)], "no more than 100"),
    "21 columns": ([table(columns=21)], "no more than 20"),
    "two tables": ([table(), table()], "no more than 1 table"),
    "an empty cell": ([table(text="")], "more than 0"),
    "a table with too much text": ([table(rows=6, text="x" * 1700)], "hold at most 10000 characters"),
    "a mrkdwn cell": ([{"type": "table", "rows": [[mrkdwn()]]}], "mrkdwn is no table cell"),
    "long markdown": ([{"type": "markdown", "text": "x" * 12001}], "less than 12001"),
    "much markdown": ([{"type": "markdown", "text": "x" * 6001}] * 2, "at most 12000 characters together"),
    "an alert in a message": ([{"type": "alert", "text": plain()}], "not allowed in a message"),
    "a button in context_actions": (
        [{"type": "context_actions", "elements": [button()]}],
        "is no element of",
    ),
    "half of the feedback": (
        [{"type": "context_actions", "elements": [{**FEEDBACK, "negative_button": {"text": plain()}}]}],
        "missing required field: value",
    ),
    "rich text in rich text": (
        [rich({"type": "rich_text_section", "elements": []})],
        "is no rich text element",
    ),
    "a link without address": ([rich({"type": "link", "text": "x"})], "missing required field: url"),
    "a long card": ([{"type": "card", "body": plain("x" * 201)}], "less than 201"),
    "a container in a container": (
        [{"type": "container", "title": plain(), "child_blocks": [{"type": "container"}]}],
        "not allowed in a container",
    ),
    "blocks that are no list": ([["x"]], "unsupported block type"),
}


@pytest.mark.parametrize("name", BAD_BLOCKS)
def test_a_message_is_refused_with_what_is_wrong_and_where(name: str, client: WebClient) -> None:
    blocks, reason = BAD_BLOCKS[name]

    with pytest.raises(SlackApiError) as refusal:
        client.chat_postMessage(channel="C0PRODUCT", text="x", blocks=blocks)

    assert refusal.value.response["error"] == "invalid_blocks"
    messages = refusal.value.response["response_metadata"]["messages"]
    assert any(reason in one and "[json-pointer:/blocks" in one for one in messages), messages


def test_every_place_is_named(client: WebClient) -> None:
    blocks = [section(), actions(button(text=plain("x" * 76)))]

    with pytest.raises(SlackApiError) as refusal:
        client.chat_postMessage(channel="C0PRODUCT", text="x", blocks=blocks)

    assert refusal.value.response["errors"] == [
        "must be less than 76 characters [json-pointer:/blocks/1/elements/0/text/text]"
    ]


GOOD_BLOCKS: list[list[Json]] = [
    [section(text=mrkdwn("x" * 3000))],
    [{"type": "header", "text": plain("x" * 150)}, {"type": "divider"}, IMAGE],
    [section(text=mrkdwn("*<https://a.example/?a=1&amp;b=2|a>* <@U0ALICE> <#C0PRODUCT|product> &lt;b&gt;"))],
    [section(text=mrkdwn("<!date^1392734382^{date}|soon> <mailto:a@b.example|mail> <!subteam^S0COUNCIL>"))],
    [section(text=plain("plain text may have < and >"))],
    [actions(button(), button(action_id="b", confirm=CONFIRM, style="danger", value="v" * 2000))],
    [actions(select(initial_option=option()), {"type": "overflow", "options": [option()]})],
    [{"type": "context_actions", "elements": [FEEDBACK]}],
    [table(rows=100, columns=20), {"type": "markdown", "text": "# x < y"}],
    [{"type": "context", "elements": [mrkdwn(), {k: IMAGE[k] for k in ("type", "image_url", "alt_text")}]}],
    [rich({"type": "text", "text": "x", "style": {"bold": True}}, {"type": "user", "user_id": "U0ALICE"})],
    [{"type": "card", "title": mrkdwn(), "body": plain(), "actions": [button()]}],
    [{"type": "container", "title": plain(), "child_blocks": [section(accessory=button())]}],
    [field(), {**field(), "block_id": "b", "hint": plain(), "optional": True}],
]


@pytest.mark.parametrize("number", range(len(GOOD_BLOCKS)))
def test_what_slack_takes_is_taken(number: int, client: WebClient) -> None:
    posted = client.chat_postMessage(channel="C0PRODUCT", text="x", blocks=GOOD_BLOCKS[number])

    assert posted["ok"]


def test_a_message_with_too_much_text_in_all_is_refused(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as refusal:
        client.chat_postMessage(channel="C0PRODUCT", text="x", blocks=[section(text=mrkdwn("x" * 2900))] * 4)

    assert refusal.value.response["error"] == "msg_blocks_too_long"


def test_blocks_and_elements_without_ids_get_some(client: WebClient) -> None:
    posted = client.chat_postMessage(
        channel="C0PRODUCT", text="x", blocks=[actions({"type": "button", "text": plain()})]
    )

    block = posted["message"]["blocks"][0]
    assert block["block_id"]
    assert block["elements"][0]["action_id"]


def view(**changes: Any) -> Json:
    return {"type": "modal", "title": plain(), "submit": plain(), "blocks": [section()], **changes}


BAD_VIEWS: dict[str, tuple[Json, str]] = {
    "no title": ({"type": "modal", "blocks": [section()]}, "missing required field: title"),
    "a long title": (view(title=plain("x" * 25)), "less than 25"),
    "a long submit": (view(submit=plain("x" * 25)), "less than 25"),
    "a long close": (view(close=plain("x" * 25)), "less than 25"),
    "inputs without submit": (
        {"type": "modal", "title": plain(), "blocks": [field()]},
        "missing required field: submit",
    ),
    "101 blocks": (view(blocks=[{"type": "divider"}] * 101), "no more than 100"),
    "no blocks": (view(blocks=[]), "no fewer than 1"),
    "long metadata": (view(private_metadata=LONG), "less than 3001"),
    "a long callback id": (view(callback_id="x" * 256), "less than 256"),
    "an unknown key": (view(text="x"), "invalid additional property: text"),
    "an unknown kind": (view(type="panel"), "expected a modal or a home view"),
    "a home view": ({"type": "home", "blocks": [section()]}, "expected a modal view"),
    "a table": (view(blocks=[table()]), "not allowed in a modal"),
    "feedback": (
        view(blocks=[{"type": "context_actions", "elements": [FEEDBACK]}]),
        "not allowed in a modal",
    ),
    "markdown": (view(blocks=[{"type": "markdown", "text": "x"}]), "not allowed in a modal"),
}


@pytest.mark.parametrize("name", BAD_VIEWS)
def test_a_form_is_refused_with_what_is_wrong(name: str, client: WebClient) -> None:
    shown, reason = BAD_VIEWS[name]

    with pytest.raises(SlackApiError) as refusal:
        client.views_open(trigger_id="1.2.3", view=shown)

    assert refusal.value.response["error"] == "invalid_arguments"
    assert any(reason in one for one in refusal.value.response["response_metadata"]["messages"])


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        ({"type": "home", "title": plain(), "blocks": [section()]}, "invalid additional property: title"),
        ({"type": "home", "submit": plain(), "blocks": [section()]}, "invalid additional property: submit"),
        ({"type": "home", "blocks": [table()]}, "not allowed in a home"),
        ({"type": "home", "blocks": [{"type": "alert", "text": plain()}]}, "not allowed in a home"),
        ({"type": "home", "blocks": [{"type": "divider"}] * 101}, "no more than 100"),
        (view(), "expected a home view"),
    ],
)
def test_a_home_tab_is_refused_with_what_is_wrong(shown: Json, reason: str, client: WebClient) -> None:
    with pytest.raises(SlackApiError) as refusal:
        client.views_publish(user_id="U0ALICE", view=shown)

    assert any(reason in one for one in refusal.value.response["response_metadata"]["messages"])


def test_a_view_of_more_than_250_kilobytes_is_refused(client: WebClient) -> None:
    blocks = [section(fields=[mrkdwn("x" * 2000)] * 10) for _ in range(13)]

    with pytest.raises(SlackApiError) as refusal:
        client.views_publish(user_id="U0ALICE", view={"type": "home", "blocks": blocks})

    assert refusal.value.response["error"] == "view_too_large"


KEYS = [
    "type", "text", "elements", "options", "option_groups", "element", "accessory", "block_id", "action_id", "rows",
    "initial_option", "initial_options", "child_blocks", "fields", "min_length", "max_length", "actions", "title",
]  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=8,
)


@st.composite
def broken(draw: st.DrawFn) -> Any:
    """Blocks that Slack takes, with something else somewhere in them."""
    return _with_something_else(draw, draw(st.sampled_from(GOOD_BLOCKS)))


def _with_something_else(draw: st.DrawFn, value: Any) -> Any:
    inner = value if isinstance(value, (dict, list)) else []
    keys = list(inner) if isinstance(inner, dict) else list(range(len(inner)))
    if not keys or draw(st.integers(0, 4)) == 0:
        return draw(ANYTHING)
    key = draw(st.sampled_from(keys))
    changed: Any = dict(value) if isinstance(value, dict) else list(value)
    changed[key] = _with_something_else(draw, value[key])
    return changed


@given(broken())
@settings(max_examples=400, deadline=None)
def test_whatever_is_sent_is_judged(blocks: Any) -> None:
    problems = check_message(blocks).problems

    assert all("[json-pointer:/blocks" in one for one in problems)


@given(broken())
@settings(max_examples=100, deadline=None)
def test_whatever_a_form_holds_is_judged(blocks: Any) -> None:
    problems = view_problems({"type": "modal", "title": plain(), "submit": plain(), "blocks": blocks})

    assert all("[json-pointer:/view" in one for one in problems)
