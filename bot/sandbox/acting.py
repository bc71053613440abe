"""What a person does on the page or a test does for them: messages, commands, clicks, shortcuts."""

from collections.abc import Awaitable, Callable

from bot.sandbox import payloads, text
from bot.sandbox.accounts import BOT_USER, SLACKBOT, Account
from bot.sandbox.box import Box
from bot.sandbox.courier import NoAnswerError
from bot.sandbox.errors import RefusedError, SlackError
from bot.sandbox.events import announce, announce_context, announce_home
from bot.sandbox.forms import close_view, submit_view
from bot.sandbox.interactions import click, new_trigger, suggest
from bot.sandbox.response_urls import ack_with_message, new_response_url
from bot.sandbox.world import Channel, Json, JsonValue, Message

Act = Callable[[Box, Account, Json], Awaitable[Json]]
LONGEST = 12_000


def viewer(box: Box, account_id: object) -> Account:
    account = box.world.accounts.get(str(account_id))
    if account is None or account.kind == "bot":
        raise RefusedError("There is no such account.")
    return account


def who(box: Box, account_id: object) -> Account:
    """Give who acts: an account that is not deactivated."""
    account = viewer(box, account_id)
    if account.deactivated:
        raise RefusedError(f"{account.real_name}'s account is deactivated.")
    return account


def joined(box: Box, account: Account, channel_id: object) -> Channel:
    """Give a channel the person is in; others do not exist for them."""
    channel = box.world.channels.get(str(channel_id))
    if channel is None or account.id not in channel.members:
        raise RefusedError("You are not in that channel.")
    return channel


async def say(box: Box, account: Account, body: Json) -> Json:
    channel = joined(box, account, body.get("channel"))
    typed = str(body.get("text", "")).strip()
    if not typed:
        raise RefusedError("Type a message first.")
    if len(typed) > LONGEST:
        raise RefusedError(f"A message has at most {LONGEST} characters.")
    if channel.is_archived:
        raise RefusedError("This channel is archived.")
    if channel.is_im and not box.app.has_messages:
        raise RefusedError("Sending messages to this app has been turned off.")
    thread_ts = body.get("thread_ts")
    if thread_ts and thread_ts not in channel.messages:
        raise RefusedError("That message is gone.")
    parent = channel.messages[thread_ts].thread_ts or thread_ts if thread_ts else None
    encoded, blocks = text.encode(box.world, typed)
    message = Message(channel.id, box.world.new_ts(), account.id, encoded, blocks, thread_ts=parent)
    box.world.add_message(message)
    events = announce(box, message)
    if f"<@{BOT_USER}>" in encoded and BOT_USER not in channel.members:
        _tell_not_in_channel(box, channel, account)
    return {"ts": message.ts, "events": [event.id for event in events]}


def _tell_not_in_channel(box: Box, channel: Channel, account: Account) -> None:
    words = f"<@{BOT_USER}> was mentioned, but is not in this channel."
    box.world.add_message(Message(channel.id, box.world.new_ts(), SLACKBOT, words, ephemeral_to=account.id))


async def command(box: Box, account: Account, body: Json) -> Json:
    """Run a slash command; wait for the ack as Slack's client does."""
    channel = joined(box, account, body.get("channel"))
    typed = str(body.get("text", "")).strip()
    name, _, rest = typed.partition(" ")
    declared = box.app.find_command(name)
    if declared is None:
        raise RefusedError(f"{name} is not a valid command.")
    if channel.is_archived:
        raise RefusedError("This channel is archived.")
    rest = rest.strip()
    sent = text.encode_command(box.world, rest) if declared.get("should_escape") else rest
    payload = payloads.command_payload(channel, account, name, sent)
    payload["response_url"] = new_response_url(box, channel.id, account.id)
    payload["trigger_id"] = new_trigger(box, account.id)
    try:
        answer = await box.courier.ask("slash_commands", payload)
    except NoAnswerError as error:
        box.refuse("slash_commands", str(error))
        if str(error) == "operation_timeout":
            raise RefusedError(f"{name} failed because the app did not respond.") from None
        raise RefusedError(f'{name} failed with the error "{error}"') from None
    try:
        ack_with_message(box, channel.id, account.id, answer)
    except SlackError as error:
        box.refuse("slash_commands", error.name, *error.messages)
        raise RefusedError(f'{name} failed with the error "invalid_command_response"') from None
    return {}


async def shortcut(box: Box, account: Account, body: Json) -> Json:
    """Run a global shortcut, or one on a message where ``channel`` and ``ts`` are given."""
    declared = box.app.find_shortcut(str(body.get("callback_id")))
    if declared is None or not box.app.interactive:
        raise RefusedError("There is no such shortcut.")
    kind = "message_action" if declared["type"] == "message" else "shortcut"
    payload = payloads.interaction(kind, account) | {
        "callback_id": declared["callback_id"],
        "action_ts": box.world.new_ts(),
        "trigger_id": new_trigger(box, account.id),
    }
    if kind == "message_action":
        payload |= _on_message(box, account, body)
    try:
        await box.courier.ask("interactive", payload)
    except NoAnswerError as error:
        box.refuse(kind, str(error))
        raise RefusedError(f"{box.app.name} did not respond to the shortcut.") from None
    return {}


def _on_message(box: Box, account: Account, body: Json) -> Json:
    channel = joined(box, account, body.get("channel"))
    message = channel.messages.get(str(body.get("ts")))
    if message is None:
        raise RefusedError("That message is gone.")
    return {
        "channel": payloads.channel_part(channel),
        "message_ts": message.ts,
        "message": payloads.message_part(box.world, box.app, message),
        "response_url": new_response_url(box, channel.id, account.id, message),
    }


async def open_home(box: Box, account: Account, _body: Json) -> Json:
    return {"events": [event.id for event in announce_home(box, account.id, "home")]}


async def open_dm(box: Box, account: Account, _body: Json) -> Json:
    events = announce_home(box, account.id, "messages")
    return {"channel": box.world.direct[account.id], "events": [event.id for event in events]}


async def open_channel(box: Box, account: Account, body: Json) -> Json:
    channel = joined(box, account, body.get("channel"))
    return {"events": [event.id for event in announce_context(box, account.id, channel)]}


ACTS: dict[str, Act] = {
    "message": say,
    "command": command,
    "action": click,
    "suggest": suggest,
    "submit": submit_view,
    "close": close_view,
    "shortcut": shortcut,
    "open_home": open_home,
    "open_dm": open_dm,
    "open_channel": open_channel,
}


def _find_act(body: JsonValue) -> Act:
    if not isinstance(body, dict) or body.get("do") not in ACTS:
        raise RefusedError("The page asked for something the sandbox does not know.")
    return ACTS[body["do"]]


async def act(box: Box, body: JsonValue) -> Json:
    """Do what the page asks; always an answer, never an exception for what a person did wrong."""
    try:
        return {"ok": True, **await _find_act(body)(box, who(box, body.get("as")), body)}
    except RefusedError as error:
        return {"ok": False, "error": str(error)}
