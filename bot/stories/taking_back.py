"""A story that was posted and is withdrawn: it is gone wherever it was told."""

from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.actions import SHOW_STORY

GONE_ALREADY = frozenset(
    {
        "message_not_found",
        "channel_not_found",
        "cant_delete_message",
        "cant_update_message",
        "is_archived",
        "not_in_channel",
    }
)


def delete_post(client: WebClient, channel_id: str, ts: str) -> None:
    """Delete the post that told it."""
    try:
        client.chat_delete(channel=channel_id, ts=ts)
    except SlackApiError as error:
        _unless_gone(error)


def take_out(client: WebClient, channel_id: str, ts: str, story_id: int) -> None:
    """Edit the spotlight that quoted it; all else in it stays."""
    try:
        found = client.conversations_history(
            channel=channel_id, oldest=ts, latest=ts, inclusive=True, limit=1
        )["messages"]
        for message in found:
            kept = [block for block in message.get("blocks") or [] if not _offers(block, story_id)]
            client.chat_update(channel=channel_id, ts=ts, text=message["text"], blocks=kept)
    except SlackApiError as error:
        _unless_gone(error)


def _offers(block: dict[str, Any], story_id: int) -> bool:
    button = block.get("accessory") or {}
    return button.get("action_id") == SHOW_STORY and button.get("value") == str(story_id)


def _unless_gone(error: SlackApiError) -> None:
    if error.response.get("error") not in GONE_ALREADY:
        raise error
