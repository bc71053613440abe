"""What a channel gets, and what is said when that changes."""

from collections.abc import Sequence

from bot import blocks
from bot.actions import SUBSCRIPTION_OPEN
from bot.blocks import Block, Message
from bot.subscription_blocks import LINES, Names, described, subscription_entry
from bot.wording import Words, channel_link, mention
from persona_store.models import Subscription

PIECES = "subscriptions/notes"


def list_message(words: Words, subscriptions: Sequence[Subscription], names: Names) -> Message:
    """All of a channel, each with its buttons."""
    if not subscriptions:
        text = words(PIECES, "none")
        return Message(text, [blocks.section(text), blocks.actions(_add_button(words, "begin"))])
    programmes = dict.fromkeys(
        words.plain(LINES, "programme", programme=one.programme) for one in subscriptions
    )
    return Message(
        words(PIECES, "list_text", programmes=", ".join(programmes)),
        [
            blocks.header(words.plain(PIECES, "list_head")),
            *(block for one in subscriptions for block in subscription_entry(words, one, names)),
            blocks.divider(),
            blocks.context(words(PIECES, "foot")),
            blocks.actions(_add_button(words, "add")),
        ],
    )


def subscribed_message(words: Words, subscription: Subscription, names: Names, slack_user_id: str) -> Message:
    """Tell the channel that it gets something from now on, and by whom."""
    told = described(words, subscription, names)
    return Message(words(PIECES, "subscribed", person=mention(slack_user_id), **told))


def unsubscribed_message(
    words: Words, subscription: Subscription, names: Names, slack_user_id: str
) -> Message:
    told = described(words, subscription, names)
    return Message(words(PIECES, "unsubscribed", person=mention(slack_user_id), **told))


def done_view(words: Words, subscription: Subscription, names: Names, *, is_new: bool) -> Block:
    """Confirm to the person, with the next date."""
    channel = channel_link(subscription.channel_id)
    text = words(PIECES, "done", channel=channel, **described(words, subscription, names))
    hint = blocks.context(words(PIECES, "done_hint")) if is_new else {}
    title = words.plain(PIECES, "done_title" if is_new else "saved_title")
    return blocks.modal(title, [blocks.section(text), hint], close=words.plain("answers/buttons", "close"))


def note_view(words: Words, text: str) -> Block:
    return blocks.modal(
        words.plain(PIECES, "note_title"),
        [blocks.section(text)],
        close=words.plain("answers/buttons", "close"),
    )


def obstacle_text(words: Words, obstacle: str) -> str:
    return words(PIECES, "obstacle", obstacle=obstacle)


def _add_button(words: Words, piece: str) -> Block:
    return blocks.button(words.plain(PIECES, piece), SUBSCRIPTION_OPEN)
