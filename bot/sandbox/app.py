"""The app as its manifest describes it: what it may do and what it hears of."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.errors import ManifestError

EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "channel_archive": "channels:read",
    "channel_unarchive": "channels:read",
    "channel_shared": "channels:read",
    "channel_unshared": "channels:read",
    "channel_left": "channels:read",
    "group_left": "groups:read",
    "user_change": "users:read",
}


class App:
    def __init__(self, manifest: Mapping[str, Any]) -> None:
        features = manifest.get("features", {})
        settings = manifest.get("settings", {})
        home = features.get("app_home", {})
        self.name: str = features.get("bot_user", {}).get("display_name") or "Persona"
        self.scopes: frozenset[str] = frozenset(
            manifest.get("oauth_config", {}).get("scopes", {}).get("bot", [])
        )
        self.scopes_said = ",".join(sorted(self.scopes))
        self.events: frozenset[str] = frozenset(settings.get("event_subscriptions", {}).get("bot_events", []))
        self.commands: list[dict[str, Any]] = list(features.get("slash_commands", []))
        self.shortcuts: list[dict[str, Any]] = list(features.get("shortcuts", []))
        self.interactive: bool = bool(settings.get("interactivity", {}).get("is_enabled"))
        self.has_home: bool = bool(home.get("home_tab_enabled"))
        self.has_messages: bool = bool(home.get("messages_tab_enabled"))
        self.is_agent: bool = "agent_view" in features
        self.prompts: list[dict[str, str]] = list(features.get("agent_view", {}).get("suggested_prompts", []))
        self._check()

    def _check(self) -> None:
        missing = {
            scope
            for event, scope in EVENT_SCOPES.items()
            if event in self.events and scope not in self.scopes
        }
        if (self.commands or self.shortcuts) and "commands" not in self.scopes:
            missing.add("commands")
        if self.is_agent and "assistant:write" not in self.scopes:
            missing.add("assistant:write")
        if missing:
            raise ManifestError(f"The manifest needs these bot scopes too: {', '.join(sorted(missing))}.")

    def find_command(self, name: str) -> dict[str, Any] | None:
        return next((command for command in self.commands if command["command"] == name), None)

    def find_shortcut(self, callback_id: str) -> dict[str, Any] | None:
        return next((shortcut for shortcut in self.shortcuts if shortcut["callback_id"] == callback_id), None)
