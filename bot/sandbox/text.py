"""Slack's text: what people type becomes markup, what apps send must be legal markup."""

import re
from typing import Any

from bot.sandbox.accounts import Account
from bot.sandbox.world import Channel, World

_NAME = r"[@#][\w.-]*\w"
_TYPED = re.compile(
    rf"(?P<known><[@#][A-Z0-9]+(?:\|[^<>|]*)?>)|(?P<url>https?://[^\s<>|]*[^\s<>|.,;:!?)\]}}'\"])|(?<![\w/])(?P<name>{_NAME})"
)
_TAG = re.compile(
    r"<(?:@[UWB][A-Z0-9]+(?:\|[^<>|]*)?|#[CGD][A-Z0-9]+(?:\|[^<>|]*)?"
    r"|!subteam\^S[A-Z0-9]+(?:\|[^<>|]*)?|!(?:here|channel|everyone)(?:\|[^<>|]*)?"
    r"|!date\^\d+\^[^<>^|]+(?:\^[^<>^|]+)?\|[^<>|]*"
    r"|(?:https?|mailto|tel|slack):[^<>|\s]+(?:\|[^<>|]*)?)>"
)
_RAW_CONTEXT = 24


def illegal_markup(text: str) -> str | None:
    """Give the first ``<`` that starts no legal Slack markup, with what follows it."""
    at = _TAG.sub(lambda match: " " * len(match[0]), text).find("<")
    return None if at < 0 else text[at : at + _RAW_CONTEXT]


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def encode(world: World, typed: str) -> tuple[str, list[dict[str, Any]]]:
    """Turn what a person typed into the text and the rich_text block that Slack stores for it."""
    parts: list[tuple[str, dict[str, Any]]] = []
    at = 0
    for match in _TYPED.finditer(typed):
        part = _part(world, match)
        if part is None:
            continue
        if match.start() > at:
            parts.append(_plain(typed[at : match.start()]))
        parts.append(part)
        at = match.end()
    if at < len(typed):
        parts.append(_plain(typed[at:]))
    elements = [element for _, element in parts]
    rich = {"type": "rich_text", "block_id": world.new_id("b"), "elements": [_section(elements)]}
    return "".join(text for text, _ in parts), [rich]


def encode_command(world: World, typed: str) -> str:
    """Turn a command's text into what apps with should_escape get: names as ids."""

    def tagged(match: re.Match[str]) -> str:
        name = match["name"]
        account, channel = _find_account(world, name[1:]), _find_channel(world, name[1:])
        if name.startswith("@") and account:
            return f"<@{account.id}|{account.name}>"
        return f"<#{channel.id}|{channel.name}>" if name.startswith("#") and channel else name

    return re.sub(rf"(?<![\w/])(?P<name>{_NAME})", tagged, typed)


def _section(elements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": elements}


def _plain(text: str) -> tuple[str, dict[str, Any]]:
    return escape(text), {"type": "text", "text": text}


def _part(world: World, match: re.Match[str]) -> tuple[str, dict[str, Any]] | None:
    if match["url"]:
        return f"<{escape(match['url'])}>", {"type": "link", "url": match["url"]}
    if match["known"]:
        return _by_id(world, match["known"][1:-1].partition("|")[0])
    if match["name"].startswith("@"):
        account = _find_account(world, match["name"][1:])
        return _by_id(world, f"@{account.id}") if account else None
    channel = _find_channel(world, match["name"][1:])
    return _by_id(world, f"#{channel.id}") if channel else None


def _by_id(world: World, tag: str) -> tuple[str, dict[str, Any]] | None:
    if tag.startswith("@") and tag[1:] in world.accounts:
        return f"<{tag}>", {"type": "user", "user_id": tag[1:]}
    if tag.startswith("#") and tag[1:] in world.channels:
        return f"<{tag}|>", {"type": "channel", "channel_id": tag[1:]}
    return None


def _find_account(world: World, name: str) -> Account | None:
    return next((one for one in world.accounts.values() if one.name == name.lower()), None)


def _find_channel(world: World, name: str) -> Channel | None:
    return next((one for one in world.channels.values() if one.name == name and not one.is_im), None)
