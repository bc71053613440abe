"""chat.* and reactions.*: posting, changing, deleting."""

import json

from bot.sandbox import blocks as block_rules
from bot.sandbox import payloads
from bot.sandbox.accounts import BOT_USER
from bot.sandbox.arguments import Method
from bot.sandbox.box import Box
from bot.sandbox.calls import Post
from bot.sandbox.errors import SlackError
from bot.sandbox.events import announce, announce_change
from bot.sandbox.text import illegal_markup
from bot.sandbox.world import Channel, Json, JsonValue, Message

TEXT = 4_000
"""Slack splits what is longer into several messages, up to 40,000; the sandbox refuses to split."""
METADATA_BYTES = 16_384
CONTENT = "text blocks:json attachments:json metadata:json markdown_text mrkdwn:flag link_names:flag parse"
LOOKS = "unfurl_links:flag unfurl_media:flag username icon_emoji icon_url as_user:flag"

METHODS = [
    Method(
        "chat.postMessage", f"channel! thread_ts reply_broadcast:flag {CONTENT} {LOOKS}", "chat:write", tier=4
    ),
    Method("chat.postEphemeral", f"channel! user! thread_ts {CONTENT} {LOOKS}", "chat:write", tier=4),
    Method("chat.update", f"channel! ts! reply_broadcast:flag as_user:flag file_ids {CONTENT}", "chat:write"),
    Method("chat.delete", "channel! ts! as_user:flag", "chat:write"),
    Method("chat.getPermalink", "channel! message_ts!", tier=4),
    Method("reactions.add", "channel! name! timestamp!", "reactions:write"),
]


def find_channel(box: Box, channel_id: str, *, writing: bool = False) -> Channel:
    """Find a channel the bot may see, and write to where ``writing``; a person's id is their conversation."""
    channel = box.world.channels.get(box.world.direct.get(channel_id, channel_id))
    if channel is None or (channel.is_private and BOT_USER not in channel.members):
        raise SlackError("channel_not_found")
    if writing and channel.is_archived:
        raise SlackError("is_archived")
    public = "chat:write.public" in box.app.scopes and channel.type == "channel"
    if writing and BOT_USER not in channel.members and not public:
        raise SlackError("not_in_channel")
    if writing and channel.is_im and not box.app.has_messages:
        raise SlackError("messages_tab_disabled")
    return channel


def check_content(said: Json) -> tuple[str, list[Json]]:
    """Give text and blocks, or refuse them as Slack would."""
    text = said.get("text", "")
    if not text and not said.get("blocks") and not said.get("attachments") and not said.get("markdown_text"):
        raise SlackError("no_text")
    if len(text) > TEXT:
        raise SlackError("msg_too_long", f"must be less than {TEXT + 1} characters [json-pointer:/text]")
    raw = illegal_markup(text)
    if raw is not None:
        raise SlackError(
            "invalid_arguments", f"a raw < that is no Slack markup: {raw!r} [json-pointer:/text]"
        )
    for unsupported in ("attachments", "markdown_text"):
        if said.get(unsupported):
            raise SlackError(
                "invalid_arguments", f"the sandbox has no {unsupported} [json-pointer:/{unsupported}]"
            )
    blocks = said.get("blocks", [])
    check = block_rules.check_message(blocks)
    if check.problems:
        raise SlackError("invalid_blocks", *check.problems)
    if check.counts["characters"] > block_rules.CHARACTERS:
        raise SlackError(
            "msg_blocks_too_long", f"must be less than {block_rules.CHARACTERS + 1} characters in all"
        )
    return text, blocks


def check_metadata(metadata: JsonValue) -> Json | None:
    if metadata is None:
        return None
    fits = isinstance(metadata, dict) and (not metadata or metadata.keys() == {"event_type", "event_payload"})
    if not fits or (metadata and not isinstance(metadata["event_payload"], dict)):
        raise SlackError(
            "invalid_metadata_format", "expected event_type and event_payload [json-pointer:/metadata]"
        )
    if len(json.dumps(metadata)) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return dict(metadata)


def new_message(box: Box, channel: Channel, said: Json, *, ephemeral_to: str | None = None) -> Message:
    """Check what the bot says and say it."""
    text, blocks = check_content(said)
    thread_ts = said.get("thread_ts")
    if thread_ts and not ephemeral_to and thread_ts not in channel.messages:
        raise SlackError("thread_not_found")
    metadata = check_metadata(said.get("metadata"))
    block_rules.fill_ids(blocks, box.world.new_id)
    message = Message(
        channel.id,
        box.world.new_ts(),
        BOT_USER,
        text,
        blocks,
        thread_ts=channel.messages[thread_ts].thread_ts or thread_ts
        if thread_ts in channel.messages
        else None,
        metadata=metadata or None,
        ephemeral_to=ephemeral_to,
        broadcast=bool(said.get("reply_broadcast")),
    )
    box.world.add_message(message)
    return message


def post_message(box: Box, said: Json) -> Json:
    channel = find_channel(box, said["channel"], writing=True)
    message = new_message(box, channel, said)
    box.log.posts.append(Post(channel.id, message.ts, message.text, message.thread_ts, message.metadata))
    if message.thread_ts:
        box.world.statuses.pop((channel.id, message.thread_ts), None)
    announce(box, message)
    part = payloads.message_part(box.world, box.app, message)
    return {"channel": channel.id, "ts": message.ts, "message": part}


def post_ephemeral(box: Box, said: Json) -> Json:
    channel = find_channel(box, said["channel"], writing=True)
    if said["user"] not in box.world.accounts:
        raise SlackError("user_not_found")
    if said["user"] not in channel.members:
        raise SlackError("user_not_in_channel")
    message = new_message(box, channel, said, ephemeral_to=said["user"])
    return {"message_ts": message.ts}


def _own_message(box: Box, channel_id: str, ts: str, refusal: str) -> tuple[Channel, Message]:
    channel = find_channel(box, channel_id)
    message = channel.messages.get(ts)
    if message is None:
        raise SlackError("message_not_found")
    if not message.is_from_bot:
        raise SlackError(refusal)
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel, message


def update_message(box: Box, said: Json) -> Json:
    channel, message = _own_message(box, said["channel"], said["ts"], "cant_update_message")
    replace_content(box, message, said)
    announce_change(box, message)
    part = payloads.message_part(box.world, box.app, message)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": part}


def replace_content(box: Box, message: Message, said: Json) -> None:
    """Change a message; blocks and metadata that are not given stay, as in Slack."""
    text, blocks = check_content(said)
    metadata = check_metadata(said.get("metadata"))
    if "blocks" in said:
        block_rules.fill_ids(blocks, box.world.new_id)
        message.blocks = blocks
    message.text = text or message.text
    message.metadata = (metadata or None) if "metadata" in said else message.metadata
    message.edited = {"user": BOT_USER, "ts": box.world.new_ts()}
    channel = box.world.channels[message.channel]
    box.world.changed({message.ephemeral_to} if message.ephemeral_to else channel.members)


def delete_message(box: Box, said: Json) -> Json:
    channel, message = _own_message(box, said["channel"], said["ts"], "cant_delete_message")
    box.world.remove_message(message)
    return {"channel": channel.id, "ts": message.ts}


def get_permalink(box: Box, said: Json) -> Json:
    channel = find_channel(box, said["channel"])
    message = channel.messages.get(said["message_ts"])
    if message is None:
        raise SlackError("message_not_found")
    thread = f"&thread={message.thread_ts}" if message.thread_ts else ""
    return {"channel": channel.id, "permalink": f"{box.url}/#in={channel.id}&message={message.ts}{thread}"}


def add_reaction(box: Box, said: Json) -> Json:
    channel = find_channel(box, said["channel"], writing=True)
    message = channel.messages.get(said["timestamp"])
    if message is None:
        raise SlackError("message_not_found")
    found = next((one for one in message.reactions if one["name"] == said["name"]), None)
    if found and BOT_USER in found["users"]:
        raise SlackError("already_reacted")
    if found is None:
        found = {"name": said["name"], "users": [], "count": 0}
        message.reactions.append(found)
    found["users"].append(BOT_USER)
    found["count"] += 1
    box.world.changed(channel.members)
    return {}


HANDLERS = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update_message,
    "chat.delete": delete_message,
    "chat.getPermalink": get_permalink,
    "reactions.add": add_reaction,
}
