"""A small bare Bolt app for the page's tests: one answer, one form, one Home."""

import re
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

Json = dict[str, Any]

MANIFEST: Json = {
    "display_information": {"name": "Persona"},
    "features": {
        "bot_user": {"display_name": "Persona", "always_online": True},
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
        "agent_view": {"agent_description": "Answers from customer research."},
        "slash_commands": [
            {"command": "/persona", "description": "Ask about a persona", "usage_hint": "[question | list | form]", "should_escape": False}
        ],
        "shortcuts": [
            {"name": "Ask Persona", "type": "global", "callback_id": "ask", "description": "Ask from anywhere"},
            {"name": "Send to backlog", "type": "message", "callback_id": "file", "description": "File what was said"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "app_mentions:read", "assistant:write", "chat:write", "commands", "im:history", "im:write",
                "channels:history", "channels:read", "groups:history", "groups:read", "mpim:history", "mpim:read", "im:read", "users:read",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {"bot_events": ["app_mention", "message.im", "app_home_opened"]},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}  # fmt: skip


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def answer_blocks(said: str) -> list[Json]:
    council = {
        "title": plain("Ask the council?"),
        "text": plain("It becomes a question."),
        "confirm": plain("Ask"),
        "deny": plain("Not now"),
    }
    lenses = [{"text": plain(name), "value": name.lower()} for name in ("Product", "Marketing", "Sales")]
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": said}},
        {
            "type": "actions",
            "block_id": "acts",
            "elements": [
                {"type": "button", "action_id": "card", "text": plain("Full card"), "value": "priya"},
                {
                    "type": "button",
                    "action_id": "council",
                    "text": plain("Ask the council"),
                    "value": "gap",
                    "confirm": council,
                },
                {
                    "type": "static_select",
                    "action_id": "lens",
                    "placeholder": plain("Choose a lens"),
                    "options": lenses,
                },
            ],
        },
    ]


FORM: Json = {
    "type": "modal",
    "callback_id": "insight",
    "title": plain("Send an insight"),
    "submit": plain("Send"),
    "close": plain("Cancel"),
    "blocks": [
        {
            "type": "input",
            "block_id": "what",
            "label": plain("What did you hear?"),
            "hint": plain("In their words."),
            "element": {"type": "plain_text_input", "action_id": "text", "multiline": True},
        },
        {
            "type": "input",
            "block_id": "who",
            "label": plain("Persona"),
            "element": {"type": "static_select", "action_id": "slug", "options": [{"text": plain(name), "value": name.lower()} for name in ("Priya", "Marco")]},
        },
    ],
}  # fmt: skip


OPTIONS = [{"text": plain(name), "value": name} for name in ("Yes", "No")]
PORTRAIT = {"type": "image", "image_url": "none", "alt_text": "Portrait of Priya"}
CARD: Json = {"type": "card", "title": plain("Priya"), "body": {"type": "mrkdwn", "text": "*Careful*"}}
FEEDBACK = {
    "type": "feedback_buttons",
    "action_id": "rate",
    "positive_button": {"text": plain("Helpful"), "value": "1", "accessibility_label": "This answer helped"},
    "negative_button": {"text": plain("Not helpful"), "value": "0"},
}
CONTROLS: list[Json] = [
    {"type": "multi_static_select", "options": OPTIONS},
    {"type": "users_select"},
    {"type": "conversations_select"},
    {"type": "channels_select"},
    {"type": "overflow", "options": OPTIONS},
    {"type": "datepicker", "initial_date": "2026-11-30"},
    {"type": "timepicker"},
    {"type": "checkboxes", "options": OPTIONS},
    {"type": "radio_buttons", "options": OPTIONS},
    {"type": "plain_text_input"},
    {"type": "url_text_input"},
    {"type": "email_text_input"},
    {"type": "number_input"},
    {"type": "file_input"},
]
EVERY_BLOCK: list[Json] = [
    {"type": "header", "text": plain("Every block")},
    {"type": "section", "text": plain("Words"), "fields": [plain("one"), plain("two")], "accessory": PORTRAIT},
    {"type": "section", "text": plain("Lens"), "accessory": {"type": "static_select", "options": OPTIONS}},
    {"type": "context", "elements": [plain("foot")]},
    {"type": "divider"},
    {"type": "actions", "elements": CONTROLS},
    {"type": "context_actions", "elements": [FEEDBACK, {"type": "icon_button", "icon": "trash", "text": plain("Delete")}]},
    {"type": "table", "rows": [[{"type": "raw_text", "text": word} for word in ("Persona", "Price")]]},
    {"type": "markdown", "text": "# Title\n- one\n- two\n\n> said\n\n```\ncode\n```"},
    {"type": "alert", "level": "warning", "text": plain("Due for review")},
    CARD,
    {"type": "carousel", "elements": [CARD, CARD]},
    {"type": "container", "title": plain("Sources"), "is_collapsible": True, "child_blocks": [{"type": "divider"}]},
    {"type": "data_table"},
]  # fmt: skip
for _number, _block in enumerate(EVERY_BLOCK):
    _block["block_id"] = f"block-{_number}"
for _number, _control in enumerate(CONTROLS):
    _control["action_id"] = f"control-{_number}"


def connect(api_url: str, seen: list[Json]) -> SocketModeHandler:
    """Start the app; the forms and clicks that reach it are put into ``seen``."""
    app = App(
        client=WebClient(token="xoxb-sandbox", base_url=api_url), signing_secret="sandbox-signing-secret"
    )
    app.event("app_mention")(answer)
    app.event("message")(talk)
    app.event("app_home_opened")(show_home)
    app.command("/persona")(command)
    app.shortcut(re.compile("ask|file"))(open_form)

    @app.action(re.compile(".*"))
    def pressed(ack: Any, body: Json) -> None:
        seen.append(body)
        ack()

    @app.view("insight")
    def submitted(ack: Any, body: Json) -> None:
        seen.append(body)
        if "secret" in body["view"]["state"]["values"]["what"]["text"]["value"]:
            ack(response_action="errors", errors={"what": "Please leave names out."})
        else:
            ack()

    handler = SocketModeHandler(
        app, "xapp-sandbox", web_client=WebClient(token="xapp-sandbox", base_url=api_url)
    )
    handler.connect()
    return handler


def post(client: WebClient, event: Json, text: str, blocks: list[Json] | None = None) -> None:
    thread_ts = event.get("thread_ts", event["ts"])
    client.chat_postMessage(channel=event["channel"], thread_ts=thread_ts, text=text, blocks=blocks)


def answer(event: Json, client: WebClient) -> None:
    said = event["text"].split(">", 1)[1].strip()
    post(client, event, said, answer_blocks(f"*Priya* says: {said}"))


def talk(event: Json, client: WebClient) -> None:
    post(client, event, f"You asked: {event['text']}")


def show_home(event: Json, client: WebClient) -> None:
    if event.get("tab") == "home":
        client.views_publish(
            user_id=event["user"], view={"type": "home", "blocks": answer_blocks("*Six personas*")}
        )


def command(ack: Any, body: Json, client: WebClient) -> None:
    if body["text"] == "form":
        client.views_open(trigger_id=body["trigger_id"], view=FORM)
        ack()
    else:
        ack(response_type="ephemeral", text=f"Only you asked for {body['text']}")


def open_form(ack: Any, body: Json, client: WebClient) -> None:
    client.views_open(trigger_id=body["trigger_id"], view=FORM)
    ack()
