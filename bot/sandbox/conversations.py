"""conversations.*, users.*, usergroups.*, bots.*: who and what there is."""

import base64
import binascii
import re
from typing import Any, TypeVar

from bot.sandbox import payloads
from bot.sandbox.accounts import APP_ID, BOT_ID, BOT_USER, DEPARTMENT_FIELD
from bot.sandbox.arguments import Method
from bot.sandbox.box import Box
from bot.sandbox.chat import find_channel
from bot.sandbox.errors import SlackError
from bot.sandbox.world import Channel, Json, Message

T = TypeVar("T")
MOST = 999
PAGED = "cursor limit:number"
SPAN = f"{PAGED} inclusive:flag include_all_metadata:flag latest oldest"
FAMILY = {"channel": "channels", "group": "groups", "im": "im"}

METHODS = [
    Method("conversations.info", "channel! include_locale:flag include_num_members:flag"),
    Method("conversations.history", f"channel! {SPAN}"),
    Method("conversations.replies", f"channel! ts! {SPAN}"),
    Method("conversations.open", "channel users return_im:flag prevent_creation:flag", "im:write"),
    Method("conversations.members", f"channel! {PAGED}", tier=4),
    Method("conversations.list", f"{PAGED} exclude_archived:flag types team_id", "channels:read", tier=2),
    Method("users.info", "user! include_locale:flag", "users:read", tier=4),
    Method("users.list", f"{PAGED} include_locale:flag team_id", "users:read", tier=2),
    Method("users.conversations", f"{PAGED} exclude_archived:flag types user team_id", "channels:read"),
    Method("usergroups.users.list", "usergroup! include_disabled:flag team_id", "usergroups:read", tier=2),
    Method("bots.info", "bot team_id", "users:read"),
    Method("team.profile.get", "team_id visibility", "users.profile:read"),
    Method("users.profile.get", "user include_labels:flag", "users.profile:read", tier=4),
]


def need(box: Box, channel: Channel, right: str) -> None:
    """Refuse unless the bot has ``right`` (read, history) for this kind of channel."""
    scope = f"{FAMILY[channel.type]}:{right}"
    if scope not in box.app.scopes:
        raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(box.app.scopes)))


def _limit(said: Json, default: int) -> int:
    limit: int = said.get("limit", default)
    if not 1 <= limit <= MOST + 1:
        raise SlackError("invalid_limit")
    return limit


def _read_cursor(said: Json, kind: str) -> str:
    try:
        name, _, value = base64.b64decode(said["cursor"], validate=True).decode().partition(":")
    except (ValueError, binascii.Error):
        raise SlackError("invalid_cursor") from None
    if name != kind or not value.isdecimal():
        raise SlackError("invalid_cursor")
    return value


def _cursor(kind: str, value: str | int) -> str:
    return base64.b64encode(f"{kind}:{value}".encode()).decode()


def page(items: list[T], said: Json, default: int) -> tuple[list[T], str]:
    """Cut out one page; give it and the cursor of the next."""
    limit = _limit(said, default)
    start = int(_read_cursor(said, "next")) if said.get("cursor") else 0
    more = start + limit < len(items)
    return items[start : start + limit], _cursor("next", start + limit) if more else ""


def _page_of_messages(
    messages: list[Message], said: Json, default: int, *, newest_first: bool = False
) -> tuple[list[Message], str]:
    """Cut out a page; its cursor is a moment, so that what is said meanwhile shifts nothing."""
    limit, start = _limit(said, default), 0
    if said.get("cursor"):
        wanted, sign = int(_read_cursor(said, "next_ts")), -1 if newest_first else 1
        start = sum(sign * _micros(one.ts) < sign * wanted for one in messages)
    rest = messages[start : start + limit + 1]
    return rest[:limit], _cursor("next_ts", _micros(rest[limit].ts)) if len(rest) > limit else ""


def _micros(ts: str) -> int:
    seconds, _, rest = ts.partition(".")
    return int(seconds) * 1_000_000 + int(rest.ljust(6, "0")[:6])


def _paged(name: str, items: list[Any], cursor: str) -> Json:
    return {name: items, "response_metadata": {"next_cursor": cursor}}


def info(box: Box, said: Json) -> Json:
    channel = find_channel(box, said["channel"])
    need(box, channel, "read")
    found = payloads.channel_object(channel)
    if not said.get("include_num_members"):
        found.pop("num_members", None)
    return {"channel": found}


def _readable(box: Box, said: Json) -> Channel:
    channel = find_channel(box, said["channel"])
    need(box, channel, "history")
    if BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _within(said: Json, messages: list[Message]) -> list[Message]:
    oldest, latest = _moment(said, "oldest"), _moment(said, "latest")
    if oldest is None and latest is None:
        return messages
    least, most = oldest or 0, 10**18 if latest is None else latest
    if said.get("inclusive"):
        return [one for one in messages if least <= _micros(one.ts) <= most]
    return [one for one in messages if least < _micros(one.ts) < most]


def _moment(said: Json, name: str) -> int | None:
    """Read a ts, or seconds; "0" for the oldest and "now" for the latest are Slack's words for none."""
    given = said.get(name, "")
    if given in ("", "0", "now"):
        return None
    if not re.fullmatch(r"\d{1,12}(\.\d{1,6})?", given):
        raise SlackError(f"invalid_ts_{name}")
    return _micros(given)


def history(box: Box, said: Json) -> Json:
    """Give what was said in the channel itself, newest first."""
    channel = _readable(box, said)
    top = [one for one in channel.messages.values() if one.thread_ts is None or one.broadcast]
    found, cursor = _page_of_messages(_within(said, top[::-1]), said, 100, newest_first=True)
    return _messages(box, said, found, cursor)


def replies(box: Box, said: Json) -> Json:
    """Give a thread, its first message first."""
    channel = _readable(box, said)
    asked = channel.messages.get(said["ts"])
    if asked is None:
        raise SlackError("thread_not_found")
    parent = channel.messages.get(asked.thread_ts or asked.ts, asked)
    rest = _within(said, [channel.messages[ts] for ts in parent.replies])
    found, cursor = _page_of_messages([parent, *rest], said, MOST)
    return _messages(box, said, found, cursor)


def _messages(box: Box, said: Json, found: list[Message], cursor: str) -> Json:
    full = said.get("include_all_metadata", False)
    parts = [payloads.message_part(box.world, box.app, one, with_metadata=full) for one in found]
    answer: Json = {"messages": parts, "has_more": bool(cursor)}
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def open_direct(box: Box, said: Json) -> Json:
    users = [user for user in said.get("users", "").split(",") if user]
    if said.get("channel"):
        channel = find_channel(box, said["channel"])
    elif len(users) != 1:
        raise SlackError(
            "invalid_arguments", "the sandbox opens conversations with one person [json-pointer:/users]"
        )
    elif users[0] not in box.world.direct:
        raise SlackError("user_not_found")
    elif box.world.accounts[users[0]].deactivated:
        raise SlackError("user_disabled")
    else:
        channel = box.world.channels[box.world.direct[users[0]]]
    whole = payloads.channel_object(channel) if said.get("return_im") else {"id": channel.id}
    return {"no_op": True, "already_open": True, "channel": whole}


def members(box: Box, said: Json) -> Json:
    """Give who is there; deactivated people are not, in Slack neither."""
    channel = find_channel(box, said["channel"])
    need(box, channel, "read")
    there = [one for one in sorted(channel.members) if not box.world.accounts[one].deactivated]
    return _paged("members", *page(there, said, 100))


def _of_types(box: Box, said: Json, channels: list[Channel]) -> list[Channel]:
    names = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
    wanted = said.get("types", "public_channel").split(",")
    if not set(wanted) <= names.keys():
        raise SlackError("invalid_types")
    kinds = {names[one] for one in wanted}
    found = [one for one in channels if one.type in kinds]
    for one in found:
        need(box, one, "read")
    return [one for one in found if not (said.get("exclude_archived") and one.is_archived)]


def list_channels(box: Box, said: Json) -> Json:
    visible = [one for one in box.world.channels.values() if not one.is_private or BOT_USER in one.members]
    found, cursor = page(_of_types(box, said, visible), said, 100)
    return _paged("channels", [payloads.channel_object(one) for one in found], cursor)


def users_conversations(box: Box, said: Json) -> Json:
    user = said.get("user", BOT_USER)
    if user not in box.world.accounts:
        raise SlackError("user_not_found")
    joined = [one for one in box.world.channels.values() if user in one.members]
    visible = [one for one in joined if one.type == "channel" or BOT_USER in one.members]
    found, cursor = page(_of_types(box, said, visible), said, 100)
    return _paged("channels", [payloads.channel_object(one) for one in found], cursor)


def _user(box: Box, user_id: str) -> Json:
    account = box.world.accounts[user_id]
    return payloads.user_object(account, box.world.clock(), with_email="users:read.email" in box.app.scopes)


def user_info(box: Box, said: Json) -> Json:
    if said["user"] not in box.world.accounts:
        raise SlackError("user_not_found")
    return {"user": _user(box, said["user"])}


def list_users(box: Box, said: Json) -> Json:
    found, cursor = page(list(box.world.accounts), said, MOST)
    return {"cache_ts": int(box.world.clock())} | _paged(
        "members", [_user(box, one) for one in found], cursor
    )


def usergroup_users(box: Box, said: Json) -> Json:
    if said["usergroup"] not in box.world.usergroups:
        raise SlackError("no_such_subteam")
    return {"users": list(box.world.usergroups[said["usergroup"]])}


def bot_info(box: Box, said: Json) -> Json:
    if said.get("bot", BOT_ID) != BOT_ID:
        raise SlackError("bot_not_found")
    return {
        "bot": {"id": BOT_ID, "app_id": APP_ID, "user_id": BOT_USER, "name": box.app.name, "deleted": False}
    }


def team_profile(_box: Box, _said: Json) -> Json:
    field = {"id": DEPARTMENT_FIELD, "ordering": 0, "label": "Department", "type": "text", "hint": ""}
    return {"profile": {"fields": [field], "sections": []}}


def user_profile(box: Box, said: Json) -> Json:
    """Give a profile with the workspace's own fields, those that are filled in."""
    account = box.world.accounts.get(said.get("user", BOT_USER))
    if account is None:
        raise SlackError("user_not_found")
    profile: Json = payloads.user_object(account, box.world.clock(), with_email=False)["profile"]
    filled = {DEPARTMENT_FIELD: {"value": account.department, "alt": ""}} if account.department else {}
    return {"profile": profile | {"fields": filled}}


HANDLERS = {
    "conversations.info": info,
    "conversations.history": history,
    "conversations.replies": replies,
    "conversations.open": open_direct,
    "conversations.members": members,
    "conversations.list": list_channels,
    "users.info": user_info,
    "users.list": list_users,
    "users.conversations": users_conversations,
    "usergroups.users.list": usergroup_users,
    "bots.info": bot_info,
    "team.profile.get": team_profile,
    "users.profile.get": user_profile,
}
