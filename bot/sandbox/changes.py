"""What happens to channels and people while the bot is at work: shared, archived, removed, deactivated."""

from dataclasses import replace

from bot.sandbox.accounts import BOT_USER, EVE
from bot.sandbox.box import Box
from bot.sandbox.errors import RefusedError
from bot.sandbox.events import announce_bot_added, announce_channel, announce_user
from bot.sandbox.world import Channel, Json

EVENTS = {
    ("is_archived", True): "channel_archive",
    ("is_archived", False): "channel_unarchive",
    ("is_ext_shared", True): "channel_shared",
    ("is_ext_shared", False): "channel_unshared",
}


def switch_channel(box: Box, wanted: Json) -> None:
    """Share a channel with the partner or stop that, archive it, remove the bot, and back; tell the bot."""
    wanted = dict(wanted)
    channel = box.world.channels.get(str(wanted.pop("channel", "")))
    if channel is None or channel.is_im:
        raise RefusedError("There is no such channel.")
    known = {"is_ext_shared", "is_archived", "has_bot"}
    if not wanted or not wanted.keys() <= known or not all(isinstance(on, bool) for on in wanted.values()):
        raise RefusedError(
            "A channel can be shared (is_ext_shared), archived (is_archived), or without the bot."
        )
    for name, on in wanted.items():
        if name == "has_bot":
            _switch_bot(box, channel, on=on)
        elif getattr(channel, name) != on:
            setattr(channel, name, on)
            if name == "is_ext_shared":
                (channel.members.add if on else channel.members.discard)(EVE)
            announce_channel(box, channel, EVENTS[name, on])
    box.world.changed()


def _switch_bot(box: Box, channel: Channel, *, on: bool) -> None:
    if on == (BOT_USER in channel.members):
        return
    if on:
        channel.members.add(BOT_USER)
        announce_bot_added(box, channel)
    else:
        channel.members.discard(BOT_USER)
        announce_channel(box, channel, "group_left" if channel.is_private else "channel_left")


def switch_account(box: Box, wanted: Json) -> None:
    """Deactivate a person, or let them back in; tell the bot."""
    account = box.world.accounts.get(str(wanted.get("account", "")))
    off = wanted.get("deactivated")
    if account is None or account.kind == "bot" or not isinstance(off, bool):
        raise RefusedError("There is no such account.")
    box.world.accounts[account.id] = replace(account, deactivated=off)
    announce_user(box, account.id)
    box.world.changed()
