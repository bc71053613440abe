"""A bare Bolt app hears, answers, opens forms: over Socket Mode and over signed HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.sandbox import SandboxServer
from tests.bot.slack_driver import Slack

Json = dict[str, Any]
Connect = Callable[[App], Any]

BUTTON = {"type": "button", "action_id": "go", "value": "7", "text": {"type": "plain_text", "text": "Go"}}
FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "A form"},
    "submit": {"type": "plain_text", "text": "Send"},
    "private_metadata": "kept",
    "blocks": [
        {
            "type": "input",
            "block_id": "what",
            "label": {"type": "plain_text", "text": "What?"},
            "element": {"type": "plain_text_input", "action_id": "text", "max_length": 10},
        },
        {
            "type": "input",
            "block_id": "which",
            "optional": True,
            "label": {"type": "plain_text", "text": "Which?"},
            "element": {
                "type": "static_select",
                "action_id": "one",
                "options": [
                    {"text": {"type": "plain_text", "text": "Priya"}, "value": "priya"},
                    {"text": {"type": "plain_text", "text": "Marco"}, "value": "marco"},
                ],
            },
        },
    ],
}


def heard_by(heard: list[Json]) -> Callable[[Json], None]:
    def listener(body: Json) -> None:
        heard.append(body)

    return listener


@pytest.fixture(params=["socket", "http"])
def way_in(request: pytest.FixtureRequest) -> Connect:
    connect: Connect = request.getfixturevalue("connect" if request.param == "socket" else "serve")
    return connect


def test_a_mention_is_answered_in_its_thread(app: App, way_in: Connect, slack: Slack) -> None:
    heard: list[Json] = []

    @app.event("app_mention")
    def answer(event: Json, body: Json, client: WebClient) -> None:
        heard.append(body)
        client.chat_postMessage(
            channel=event["channel"], thread_ts=event["ts"], text="Hello & welcome".replace("&", "&amp;")
        )

    way_in(app)
    reply = slack.mention("alice", "is 1 < 2 & so on? see https://a.example/x")

    assert reply.text == "Hello &amp; welcome"
    assert reply.thread_ts == heard[0]["event"]["ts"]
    assert heard[0]["event"]["text"] == "<@U0PERSONA> is 1 &lt; 2 &amp; so on? see <https://a.example/x>"
    assert heard[0]["team_id"] == heard[0]["authorizations"][0]["team_id"] == "T0SANDBOX"
    assert heard[0]["is_ext_shared_channel"] is False
    assert slack.refusals == []


def test_a_mention_comes_twice_with_different_ids_where_both_events_are_wanted(
    app: App, way_in: Connect, slack: Slack
) -> None:
    heard: list[Json] = []
    app.event("app_mention")(heard_by(heard))
    app.event("message")(heard_by(heard))

    way_in(app)
    ts = slack.say("alice", "@Persona hello")
    slack.wait(lambda _: len(heard) == 2, "both events")

    assert {body["event"]["type"] for body in heard} == {"app_mention", "message"}
    assert {body["event"]["ts"] for body in heard} == {ts}
    assert len({body["event_id"] for body in heard}) == 2
    assert [
        body["event"].get("channel_type") for body in heard if body["event"]["type"] == "app_mention"
    ] == [None]


def test_a_direct_message_is_answered(app: App, way_in: Connect, slack: Slack) -> None:
    @app.event("message")
    def answer(event: Json, client: WebClient) -> None:
        client.chat_postMessage(
            channel=event["channel"], thread_ts=event["ts"], text=f"a {event['channel_type']}"
        )

    way_in(app)

    assert slack.direct_message("bob", "hello").text == "a im"


def test_a_command_is_answered_by_its_ack_and_by_its_response_url(
    app: App, way_in: Connect, slack: Slack
) -> None:
    @app.command("/persona")
    def answer(ack: Ack, command: Json, respond: Respond) -> None:
        if command["text"] == "later":
            ack()
            respond(text="for all", response_type="in_channel")
        else:
            ack(f"{command['user_name']} in {command['channel_name']}: {command['text']}")

    way_in(app)
    at_once = slack.command("alice", "/persona list", channel="general")
    later = slack.command("alice", "/persona later", channel="general")

    assert (at_once.text, at_once.ephemeral) == ("alice in general: list", True)
    assert (later.text, later.ephemeral) == ("for all", False)


def test_a_click_says_what_was_clicked_and_can_change_the_message(
    app: App, way_in: Connect, slack: Slack
) -> None:
    clicks: list[Json] = []

    @app.event("app_mention")
    def show(event: Json, client: WebClient) -> None:
        client.chat_postMessage(
            channel=event["channel"], text="press", blocks=[{"type": "actions", "elements": [BUTTON]}]
        )

    @app.action("go")
    def pressed(ack: Ack, body: Json, respond: Respond) -> None:
        ack()
        clicks.append(body)
        respond(text="pressed", replace_original=True)

    way_in(app)
    slack.say("alice", "@Persona hello")
    shown = slack.wait(lambda box: box.log.posts, "a post")[0]
    message = next(one for one in slack.messages("bob") if one.ts == shown.ts)
    after = slack.click_for_reply(message, "bob", "Go")

    assert (after.ts, after.text, after.blocks) == (message.ts, "pressed", [])
    assert clicks[0]["actions"][0]["value"] == "7"
    assert clicks[0]["user"] == {"id": "U0BOB", "username": "bob", "name": "bob", "team_id": "T0SANDBOX"}
    assert clicks[0]["container"]["message_ts"] == clicks[0]["message"]["ts"] == message.ts


def test_a_form_is_opened_refused_corrected_and_closed(app: App, way_in: Connect, slack: Slack) -> None:
    sent: list[Json] = []

    @app.command("/persona")
    def open_form(ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.view("form")
    def take(ack: Ack, view: Json) -> None:
        values = view["state"]["values"]
        if values["what"]["text"]["value"] == "wrong":
            ack(response_action="errors", errors={"what": "Not that."})
            return
        sent.append(view)
        ack()

    way_in(app)
    slack.run_command("alice", "/persona ask")
    assert slack.modal("alice").title == "A form"
    assert slack.submit("alice") == {"what": "Please complete this required field."}
    assert slack.submit("alice", what="far too long") == {"what": "Must be at most 10 characters."}
    assert slack.submit("alice", what="wrong") == {"what": "Not that."}
    assert slack.submit("alice", what="right", which="Marco") is None

    assert slack.open_modals("alice") == 0
    assert sent[0]["private_metadata"] == "kept"
    assert sent[0]["state"]["values"]["which"]["one"]["selected_option"]["value"] == "marco"
    assert slack.refusals == []


def test_forms_are_pushed_updated_and_cleared_by_what_the_ack_says(
    app: App, way_in: Connect, slack: Slack
) -> None:
    titled = {
        name: FORM | {"title": {"type": "plain_text", "text": name}, "callback_id": name} for name in "abc"
    }

    @app.shortcut("ask")
    def open_form(ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=titled["a"])

    app.view("a")(lambda ack: ack(response_action="push", view=titled["b"]))
    app.view("b")(lambda ack: ack(response_action="update", view=titled["c"]))
    app.view("c")(lambda ack: ack(response_action="clear"))

    way_in(app)
    slack.shortcut("alice", "ask")
    titles = [slack.modal("alice").title]
    for depth in (2, 2, 0):
        slack.submit("alice", what="x")
        assert slack.open_modals("alice") == depth
        titles += [slack.modal("alice").title] if depth else []

    assert titles == ["a", "b", "c"]


def test_the_home_tab_is_published_when_it_is_opened(app: App, way_in: Connect, slack: Slack) -> None:
    @app.event("app_home_opened")
    def publish(event: Json, client: WebClient) -> None:
        if event["tab"] == "home":
            block = {"type": "section", "text": {"type": "mrkdwn", "text": f"Hello <@{event['user']}>"}}
            client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [block]})
        else:
            client.assistant_threads_setSuggestedPrompts(
                channel_id=event["channel"], prompts=[{"title": "Who?", "message": "Who are they?"}]
            )

    way_in(app)

    assert slack.home("carol").plain == "Hello <@U0CAROL>"
    assert slack.prompts("carol") == ["Who?"]


def test_a_message_shortcut_carries_the_message(app: App, way_in: Connect, slack: Slack) -> None:
    taken: list[Json] = []

    @app.shortcut("send")
    def take(ack: Ack, body: Json) -> None:
        taken.append(body)
        ack()

    way_in(app)
    slack.say("bob", "customers say so", channel="support")
    slack.shortcut("alice", "send", slack.messages("alice", "support")[-1])

    assert taken[0]["message"]["text"] == "customers say so"
    assert taken[0]["channel"]["id"] == "C0SUPPORT"


def test_what_someone_from_another_company_says_is_marked_as_theirs(
    app: App, way_in: Connect, slack: Slack
) -> None:
    heard: list[Json] = []
    app.event("app_mention")(heard_by(heard))
    app.event("message")(lambda: None)

    way_in(app)
    slack.say("eve", "@Persona hello", channel="acme-partners")
    slack.wait(lambda _: heard, "the event")

    assert heard[0]["is_ext_shared_channel"] is True
    assert heard[0]["event"]["user_team"] == heard[0]["event"]["source_team"] == "T0PARTNER"
    user = app.client.users_info(user="U0EVE")["user"]
    assert (user["team_id"], user["is_stranger"]) == ("T0PARTNER", True)
    assert app.client.conversations_info(channel="C0ACMEPARTNERS")["channel"]["is_ext_shared"] is True


def test_options_of_a_menu_are_asked_of_the_app(app: App, connect: Connect, sandbox: SandboxServer) -> None:
    view = {
        "type": "home",
        "blocks": [
            {
                "type": "section",
                "block_id": "b",
                "text": {"type": "plain_text", "text": "Choose"},
                "accessory": {"type": "external_select", "action_id": "who", "min_query_length": 0},
            }
        ],
    }
    view_id = app.client.views_publish(user_id="U0ALICE", view=view)["view"]["id"]

    @app.options("who")
    def offer(ack: Ack, payload: Json) -> None:
        ack(options=[{"text": {"type": "plain_text", "text": payload["value"].upper()}, "value": "x"}])

    connect(app)
    container = {"type": "view", "view_id": view_id}
    said = sandbox.act(
        as_="U0ALICE", do="suggest", container=container, block_id="b", action_id="who", value="pri"
    )

    assert said == {"ok": True, "options": [{"text": {"type": "plain_text", "text": "PRI"}, "value": "x"}]}


def test_the_app_says_nothing_in_channels_it_is_not_in(app: App, connect: Connect, slack: Slack) -> None:
    heard: list[Json] = []
    app.event("app_mention")(heard_by(heard))

    connect(app)
    slack.say("alice", "@Persona hello", channel="general")

    assert slack.server.deliveries == []
    assert (
        slack.messages("alice", "general")[-1].text
        == "<@U0PERSONA> was mentioned, but is not in this channel."
    )
