"""What one account may see, as the page shows it."""

from bot.sandbox.accounts import BOT_USER, TEAM, TEAM_NAME, Account
from bot.sandbox.box import Box
from bot.sandbox.payloads import view_part
from bot.sandbox.state import read_state
from bot.sandbox.world import Channel, Json, Message

SHOWN = 400


def state_for(box: Box, account: Account) -> Json:
    world = box.world
    channels = [one for one in world.channels.values() if not one.is_im and _may_know(one, account)]
    mine = [one for one in world.channels.values() if account.id in one.members]
    home = world.homes.get(account.id)
    return {
        "version": world.version,
        "team": {"id": TEAM, "name": TEAM_NAME},
        "me": user_part(account),
        "users": [user_part(one) for one in world.accounts.values()],
        "channels": [_channel_part(one, account) for one in channels],
        "dms": [{"id": world.direct[account.id], "with": BOT_USER}] if box.app.has_messages else [],
        "messages": {one.id: messages_for(one, account) for one in mine},
        "modal": _modal_part(box, account),
        "home": view_part(home, read_state(home.content["blocks"], {})) if home else None,
        "prompts": world.prompts.get(account.id) or _own_prompts(box),
        "status": {
            thread: text
            for (channel, thread), text in world.statuses.items()
            if channel in {c.id for c in mine}
        },
        "commands": [
            {key: one.get(key, "") for key in ("command", "description", "usage_hint")}
            for one in box.app.commands
        ],
        "shortcuts": [
            {key: one[key] for key in ("callback_id", "name", "description", "type")}
            for one in box.app.shortcuts
        ],
        "app": {"name": box.app.name, "home": box.app.has_home, "connected": is_connected(box)},
        "clock": clock_part(box),
        "faults": box.faults.switched_on(),
    }


def clock_part(box: Box) -> Json:
    """Tell how late it is; ``journey`` is where the clock was last sent, None where it cannot be moved."""
    passage = box.passage
    said: Json = {"now": box.world.clock(), "can_move": passage is not None}
    if passage:
        said["ahead"] = passage.clock.ahead
    if passage is None or passage.journey is None:
        return said
    journey = passage.journey
    return said | {
        "journey": {
            "since": journey.since, "to": journey.to, "going": passage.is_going, "words": journey.words,
        }
    }  # fmt: skip


def is_connected(box: Box) -> bool:
    return bool(box.courier.http.url) or box.courier.sockets.count > 0


def _may_know(channel: Channel, account: Account) -> bool:
    """Guests and people from elsewhere know only the channels they are in."""
    return account.id in channel.members or (account.kind == "employee" and not channel.is_private)


def user_part(account: Account) -> Json:
    return {
        "id": account.id,
        "name": account.name,
        "real_name": account.real_name,
        "title": account.title,
        "kind": account.kind,
        "label": account.label,
        "tz": account.tz,
        "deactivated": account.deactivated,
        "avatar": account.avatar,
    }


def _channel_part(channel: Channel, account: Account) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "topic": channel.topic,
        "is_member": account.id in channel.members,
        "is_ext_shared": channel.is_ext_shared,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "has_bot": BOT_USER in channel.members,
    }


def messages_for(channel: Channel, account: Account) -> list[Json]:
    """Give the latest messages, oldest first, with those that only this person sees in their places."""
    recent = [channel.messages[ts] for ts in list(channel.messages)[-SHOWN:]]
    own = [one for one in channel.ephemerals.values() if one.ephemeral_to == account.id][-SHOWN:]
    both = sorted([*recent, *own], key=lambda one: float(one.ts)) if own else recent
    return [message_part(one) for one in both]


def message_part(message: Message) -> Json:
    said: Json = {
        "ts": message.ts,
        "channel": message.channel,
        "user": message.user,
        "text": message.text,
        "blocks": message.blocks,
        "bot": message.is_from_bot,
        "reply_count": len(message.replies),
        "edited": message.edited is not None,
    }
    optional = {
        "thread_ts": message.thread_ts,
        "reactions": message.reactions,
        "metadata": message.metadata,
        "subtype": message.subtype,
        "broadcast": message.broadcast,
        "ephemeral": message.ephemeral_to is not None,
    }
    return said | {key: value for key, value in optional.items() if value}


def _modal_part(box: Box, account: Account) -> Json | None:
    stack = box.world.modals.get(account.id)
    if not stack:
        return None
    view = stack[-1]
    state = read_state(view.content["blocks"], {})
    return view_part(view, state) | {"errors": view.errors, "depth": len(stack)}


def _own_prompts(box: Box) -> Json | None:
    """Give the manifest's prompts, which an agent shows until it sets its own."""
    return {"title": None, "prompts": box.app.prompts} if box.app.prompts else None
