"""The JSON that Slack sends: events with their envelopes, commands, interactions, messages, views, users."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox import accounts
from bot.sandbox.accounts import APP_ID, BOT_ID, BOT_USER, TEAM, TEAM_DOMAIN, Account
from bot.sandbox.app import App
from bot.sandbox.world import Channel, Json, Message, View, World

TEAM_PART = {"id": TEAM, "domain": TEAM_DOMAIN}
VERIFICATION = "sandbox-verification"


def envelope(world: World, event: Json, *, is_ext_shared: bool = False) -> Json:
    return {
        "token": VERIFICATION,
        "team_id": TEAM,
        "context_team_id": TEAM,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": world.new_id("Ev"),
        "event_time": int(world.clock()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": is_ext_shared,
        "event_context": world.new_id("4-"),
    }


def bot_profile(app: App) -> Json:
    return {"id": BOT_ID, "app_id": APP_ID, "name": app.name, "team_id": TEAM, "deleted": False, "updated": 0}


def message_part(world: World, app: App, message: Message, *, with_metadata: bool = False) -> Json:
    """Give a message as conversations.history has it."""
    account = world.accounts[message.user]
    said: Json = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
    said["team"] = account.team
    if message.is_from_bot:
        said |= {"bot_id": BOT_ID, "app_id": APP_ID, "bot_profile": bot_profile(app)}
    optional = {
        "subtype": "thread_broadcast" if message.broadcast else message.subtype,
        "blocks": message.blocks,
        "thread_ts": message.thread_ts or (message.ts if message.replies else None),
        "edited": message.edited,
        "reactions": message.reactions,
        "metadata": message.metadata if with_metadata else None,
    }
    said |= {key: value for key, value in optional.items() if value}
    parent = world.channels[message.channel].messages.get(message.thread_ts or "")
    if parent:
        said["parent_user_id"] = parent.user
    if message.replies:
        said |= _thread_part(world, message)
    if account.kind == "external":
        said |= external_part(account)
    return said


def external_part(account: Account) -> Json:
    profile = {
        "real_name": account.real_name,
        "display_name": account.name,
        "name": account.name,
        "team": account.team,
    }
    return {"user_team": account.team, "source_team": account.team, "user_profile": profile}


def _thread_part(world: World, message: Message) -> Json:
    replies = [world.channels[message.channel].messages[ts] for ts in message.replies]
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "reply_users": users[:5],
        "latest_reply": message.replies[-1],
        "is_locked": False,
        "subscribed": False,
    }


def message_event(world: World, app: App, message: Message) -> Json:
    channel = world.channels[message.channel]
    said = message_part(world, app, message, with_metadata=True)
    for key in ("reply_count", "reply_users", "reply_users_count", "latest_reply", "is_locked", "subscribed"):
        said.pop(key, None)
    if not message.is_from_bot:
        said["client_msg_id"] = world.new_id("m")
    return said | {"channel": channel.id, "event_ts": message.ts, "channel_type": channel.type}


def mention_event(message_said: Json) -> Json:
    return {key: value for key, value in message_said.items() if key != "channel_type"} | {
        "type": "app_mention"
    }


def user_part(account: Account) -> Json:
    return {"id": account.id, "username": account.name, "name": account.name, "team_id": account.team}


def channel_part(channel: Channel) -> Json:
    return {"id": channel.id, "name": "privategroup" if channel.is_private else channel.name}


def interaction(kind: str, account: Account) -> Json:
    return {
        "type": kind,
        "user": user_part(account),
        "api_app_id": APP_ID,
        "token": VERIFICATION,
        "team": TEAM_PART,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def command_payload(channel: Channel, account: Account, command: str, text: str) -> dict[str, str]:
    return {
        "token": VERIFICATION,
        "team_id": TEAM,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel_part(channel)["name"],
        "user_id": account.id,
        "user_name": account.name,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
    }


def view_part(view: View, state: Json | None = None) -> Json:
    """Give a view as views.open answers it and as interactions carry it."""
    defaults = {
        "callback_id": "", "private_metadata": "", "external_id": "",
        "title": None, "close": None, "submit": None,
        "clear_on_close": False, "notify_on_close": False,
    }  # fmt: skip
    return {
        **defaults,
        **view.content,
        "id": view.id,
        "team_id": TEAM,
        "state": {"values": state or {}},
        "hash": view.hash,
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": APP_ID,
        "app_installed_team_id": TEAM,
        "bot_id": BOT_ID,
    }


def user_object(account: Account, now: float, *, with_email: bool) -> Json:
    """Give a user as users.info has it; strangers are of another team, of the deactivated little is left."""
    stranger = account.kind == "external"
    profile: dict[str, Any] = {
        "real_name": account.real_name,
        "display_name": account.name,
        "title": account.title,
        "team": account.team,
        "image_72": account.avatar,
    }
    if with_email and account.kind != "bot":
        profile["email"] = f"{account.name}@{'acme' if stranger else 'sandbox'}.example"
    said: Json = {
        "id": account.id,
        "team_id": account.team,
        "name": account.name,
        "deleted": account.deactivated,
        "profile": profile,
        "is_bot": account.id == accounts.BOT_USER,
        "is_app_user": False,
        "updated": int(now),
    }
    if account.deactivated:
        return said
    there = datetime.fromtimestamp(now, ZoneInfo(account.tz))
    said |= {
        "color": account.colour.removeprefix("#"),
        "real_name": account.real_name,
        "tz": account.tz,
        "tz_label": there.tzname(),
        "tz_offset": int((there.utcoffset() or timedelta()).total_seconds()),
    }
    if stranger:
        return said | {"is_stranger": True}
    guest = account.kind == "guest"
    return said | {
        "is_admin": False, "is_owner": False, "is_primary_owner": False,
        "is_restricted": guest, "is_ultra_restricted": False, "has_2fa": False,
    }  # fmt: skip


def channel_object(channel: Channel) -> Json:
    if channel.is_im:
        return {
            "id": channel.id, "created": 0, "is_im": True, "is_org_shared": False, "user": channel.with_user,
            "is_archived": False, "context_team_id": TEAM, "is_open": True,
        }  # fmt: skip
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_general": channel.name == "general",
        "is_shared": channel.is_ext_shared,
        "is_ext_shared": channel.is_ext_shared,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "is_member": BOT_USER in channel.members,
        "context_team_id": TEAM,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(channel.members),
        "created": 0,
    }
