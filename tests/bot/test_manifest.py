import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from bot.manifest import EVENTS, PROMPTS, SCOPES, build_manifest
from bot.rights import RIGHTS

SCHEMAS = Path(__file__).parent / "manifest_schema"
REMOTE = "https://raw.githubusercontent.com/slackapi/manifest-schema/v0.5.0/schemas/"
SOURCE = Path(__file__).parents[2] / "bot"

METHOD_SCOPES = {
    "chat_postMessage": "chat:write",
    "chat_postEphemeral": "chat:write",
    "conversations_replies": "channels:history",
    "conversations_info": "channels:read",
    "conversations_members": "channels:read",
    "conversations_open": "im:write",
    "users_conversations": "channels:read",
    "users_info": "users:read",
    "usergroups_users_list": "usergroups:read",
    "users_profile_get": "users.profile:read",
    "team_profile_get": "users.profile:read",
    "assistant_threads_setSuggestedPrompts": "assistant:write",
}
EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
}
ALSO_FOR_PRIVATE_CHANNELS = {"groups:read"}


def schema_of(version: str) -> jsonschema.Draft7Validator:
    def load(name: str) -> Any:
        return json.loads((SCHEMAS / name).read_text("utf8"))

    names = ("manifest.schema.1.0.0.json", "manifest.schema.2.0.0.json")
    registry: Registry[Any] = Registry().with_resources(
        (REMOTE + name, Resource.from_contents(load(name))) for name in names
    )
    return jsonschema.Draft7Validator(load(version), registry=registry)


@pytest.mark.parametrize("request_url", [None, "https://persona.example/slack/events"])
def test_slacks_own_schema_accepts_the_manifest(request_url: str | None) -> None:
    problems = list(schema_of("manifest.schema.json").iter_errors(build_manifest(request_url)))

    assert problems == []


def test_the_schema_refuses_a_manifest_with_a_misspelt_key() -> None:
    manifest = build_manifest()
    manifest["features"]["app_hom"] = {}

    assert list(schema_of("manifest.schema.json").iter_errors(manifest))


def test_texts_are_within_slacks_limits() -> None:
    features = build_manifest()["features"]

    assert len(build_manifest()["display_information"]["description"]) <= 140
    assert len(features["agent_view"]["agent_description"]) <= 300
    assert len(PROMPTS) <= 4


def test_the_bot_asks_for_exactly_the_scopes_it_uses() -> None:
    source = "\n".join(path.read_text("utf8") for path in SOURCE.rglob("*.py") if "sandbox" not in path.parts)
    used = {scope for method, scope in METHOD_SCOPES.items() if f"{method}(" in source}
    heard = {EVENT_SCOPES[event] for event in EVENTS if event in EVENT_SCOPES}

    assert set(SCOPES) == used | heard | ALSO_FOR_PRIVATE_CHANNELS | {"commands"}


def test_every_event_that_is_subscribed_has_a_right_and_the_other_way_round() -> None:
    subscribed = {f"event:{event.partition('.')[0]}" for event in EVENTS}

    assert subscribed == {name for name in RIGHTS if name.startswith("event:")}


def test_http_and_socket_mode_differ_only_in_the_way_in() -> None:
    http = build_manifest("https://persona.example/slack/events")

    assert http["settings"]["socket_mode_enabled"] is False
    assert http["settings"]["event_subscriptions"]["request_url"].endswith("/slack/events")
    assert http["features"]["slash_commands"][0]["url"].endswith("/slack/events")
    assert http["oauth_config"] == build_manifest()["oauth_config"]
