"""The Slack app manifest: exactly the scopes, events and commands that the bot uses."""

from typing import Any

from bot.actions import OPEN_INSIGHT_FORM, OPEN_QUESTION, OPEN_STORY_FORM, SEND_TO_BACKLOG

SCOPES = [
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "usergroups:read",
    "users.profile:read",
    "users:read",
]
EVENTS = ["app_home_opened", "app_mention", "message.channels", "message.groups", "message.im"]
COMMAND = "/persona"
SHORTCUT = ("type", "callback_id", "name", "description")
SHORTCUTS = [
    ("global", OPEN_QUESTION, "Ask about a persona", "Ask what a customer persona needs"),
    (
        "global",
        OPEN_STORY_FORM,
        "Write a customer story",
        "Tell what happened with a customer, for ambassadors",
    ),
    (
        "global",
        OPEN_INSIGHT_FORM,
        "Report an insight",
        "What you saw or heard of a customer, for the council",
    ),
    (
        "message",
        SEND_TO_BACKLOG,
        "Send to persona backlog",
        "Report what this message says about a customer",
    ),
]
PROMPTS = [
    ("Who are our personas?", "Who are our personas?"),
    ("What annoys them", "What annoys people most during onboarding?"),
    ("Before a renewal", "What do customers need before they renew?"),
    ("What can you do?", "What can you do?"),
]


def build_manifest(request_url: str | None = None) -> dict[str, Any]:
    """Build the manifest for Socket Mode, or for HTTP where ``request_url`` says where Slack sends to."""
    socket = {} if request_url is None else {"request_url": request_url}
    command = {
        "command": COMMAND,
        "description": "Ask about our customer personas",
        "usage_hint": "what would NAME need when ...? | list | card NAME | subscribe | help",
        "should_escape": False,
    }
    return {
        "_metadata": {"major_version": 2},
        "display_information": {
            "name": "Persona",
            "description": "Our customer personas: ask, and see the research behind every answer.",
            "background_color": "#3b2f63",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Persona", "always_online": True},
            "agent_view": {
                "agent_description": "Ask what a customer persona needs, wants or struggles with.",
                "suggested_prompts": [{"title": title, "message": message} for title, message in PROMPTS],
            },
            "shortcuts": [dict(zip(SHORTCUT, one, strict=True)) for one in SHORTCUTS],
            "slash_commands": [command if request_url is None else command | {"url": request_url}],
        },
        "oauth_config": {"scopes": {"bot": SCOPES}},
        "settings": {
            "event_subscriptions": socket | {"bot_events": EVENTS},
            "interactivity": socket | {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": request_url is None,
            "token_rotation_enabled": False,
        },
    }
