"""Which events happen when somebody says or does something, and whether the bot hears of them."""

from bot.sandbox import payloads
from bot.sandbox.accounts import ALICE, BOT_USER, PARTNER, TEAM
from bot.sandbox.box import Box
from bot.sandbox.calls import Delivery
from bot.sandbox.world import Channel, Json, Message

PLURAL = {"channel": "channels", "group": "groups", "im": "im"}
CHANNEL_EVENTS: dict[str, Json] = {
    "channel_archive": {"user": ALICE, "is_moved": 0},
    "channel_unarchive": {"user": ALICE},
    "channel_left": {"actor_id": ALICE},
    "group_left": {"actor_id": ALICE},
    "channel_shared": {"connected_team_id": PARTNER},
    "channel_unshared": {"previously_connected_team_id": PARTNER, "is_ext_shared": False},
}
"""What these events say besides their channel."""


def announce(box: Box, message: Message) -> list[Delivery]:
    """Tell the bot of a message: once as a message, once more where it is mentioned, if it wants both."""
    channel = box.world.channels[message.channel]
    said = payloads.message_event(box.world, box.app, message)
    found = [_tell(box, channel, f"message.{PLURAL[channel.type]}", said)]
    if f"<@{BOT_USER}" in message.text and not channel.is_im and not message.is_from_bot:
        found.append(_tell(box, channel, "app_mention", payloads.mention_event(said)))
    return [delivery for delivery in found if delivery]


def announce_change(box: Box, message: Message) -> None:
    channel = box.world.channels[message.channel]
    part = payloads.message_part(box.world, box.app, message)
    said = {
        "type": "message",
        "subtype": "message_changed",
        "message": part,
        "previous_message": {key: value for key, value in part.items() if key != "edited"},
        "channel": channel.id,
        "hidden": True,
        "ts": box.world.new_ts(),
        "event_ts": box.world.new_ts(),
        "channel_type": channel.type,
    }
    _tell(box, channel, f"message.{PLURAL[channel.type]}", said)


def _tell(box: Box, channel: Channel, subscription: str, event: Json) -> Delivery | None:
    if BOT_USER not in channel.members or subscription not in box.app.events:
        return None
    return box.courier.bring(payloads.envelope(box.world, event, is_ext_shared=channel.is_ext_shared))


def announce_home(box: Box, user: str, tab: str) -> list[Delivery]:
    """Tell the bot that somebody opened its Home or its Messages tab."""
    if "app_home_opened" not in box.app.events:
        return []
    event: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": box.world.direct[user],
        "event_ts": box.world.new_ts(),
        "tab": tab,
    }
    home = box.world.homes.get(user)
    if tab == "home" and home:
        event["view"] = payloads.view_part(home)
    return [box.courier.bring(payloads.envelope(box.world, event))]


def announce_context(box: Box, user: str, channel: Channel) -> list[Delivery]:
    """Tell an agent what the person is looking at."""
    if "app_context_changed" not in box.app.events or not box.app.is_agent:
        return []
    entity = {"type": "slack#/types/channel_id", "value": channel.id, "team_id": TEAM}
    event = {
        "type": "app_context_changed",
        "user": user,
        "context": {"entities": [entity]},
        "event_ts": box.world.new_ts(),
    }
    return [box.courier.bring(payloads.envelope(box.world, event))]


def announce_channel(box: Box, channel: Channel, kind: str) -> list[Delivery]:
    """Tell the bot that a channel was archived, shared, ... (``kind`` is the event's name)."""
    if kind not in box.app.events:
        return []
    event = {
        "type": kind,
        "channel": channel.id,
        "event_ts": box.world.new_ts(),
        **CHANNEL_EVENTS.get(kind, {}),
    }
    return [box.courier.bring(payloads.envelope(box.world, event, is_ext_shared=channel.is_ext_shared))]


def announce_bot_added(box: Box, channel: Channel) -> list[Delivery]:
    if "member_joined_channel" not in box.app.events:
        return []
    event = {
        "type": "member_joined_channel",
        "user": BOT_USER,
        "channel": channel.id,
        "channel_type": "G" if channel.is_private else "C",
        "team": TEAM,
        "inviter": ALICE,
        "event_ts": box.world.new_ts(),
    }
    return [box.courier.bring(payloads.envelope(box.world, event, is_ext_shared=channel.is_ext_shared))]


def announce_user(box: Box, user: str) -> list[Delivery]:
    """Tell the bot that somebody was deactivated, or is back."""
    if "user_change" not in box.app.events:
        return []
    now = box.world.clock()
    with_email = "users:read.email" in box.app.scopes
    said = payloads.user_object(box.world.accounts[user], now, with_email=with_email)
    event = {"type": "user_change", "user": said, "cache_ts": int(now), "event_ts": box.world.new_ts()}
    return [box.courier.bring(payloads.envelope(box.world, event))]
