"""Whether somebody may change what a channel gets: asked of Slack each time."""

from slack_sdk import WebClient

from bot.people import KINDS, PAGE, ask_place


def obstacle_in(client: WebClient, channel_id: str | None, slack_user_id: str) -> str | None:
    """Name what stands in the way of this person changing what is posted there; None where nothing does.

    One of: no_channel, shared, archived, not_in_channel (the bot is not), not_joined (the person is not).
    """
    if channel_id is None or channel_id.startswith("D"):
        return "no_channel"
    place = ask_place(client, channel_id)
    if place.is_shared_outside:
        return "shared"
    if place.is_archived:
        return "archived"
    if not place.may_post:
        return "not_in_channel"
    return None if _has_joined(client, channel_id, slack_user_id) else "not_joined"


def _has_joined(client: WebClient, channel_id: str, slack_user_id: str) -> bool:
    """Look in the person's channels: there are fewer of them than people in a large channel."""
    return channel_id in channels_of(client, slack_user_id)


def channels_of(client: WebClient, slack_user_id: str) -> set[str]:
    """Give the channels that both the person and the bot know of, in which the person is."""
    pages = client.users_conversations(user=slack_user_id, types=KINDS, exclude_archived=True, limit=PAGE)
    return {channel["id"] for page in pages for channel in page["channels"]}
