"""How someone who may not enter is told so, without a word of what is inside."""

from slack_bolt import BoltResponse

from bot import blocks
from bot.blocks import Message
from bot.replies import Reply
from bot.requests import Entry
from bot.wording import Words


def refuse(reply: Reply, words: Words, reason: str) -> BoltResponse:
    """Say no in the way that fits the entry; people's talk among themselves gets no word from us."""
    entry, text = reply.entry, words("people/refusals", reason)
    if entry.wants_answer_at_once:
        view = blocks.modal(
            words.plain("people/refusals", "title"),
            [blocks.section(text)],
            close=words.plain("answers/buttons", "close"),
        )
        return BoltResponse(status=200, body={"response_action": "update", "view": view})
    if entry.name == "event:app_home_opened":
        reply.client.views_publish(user_id=entry.slack_user_id, view=blocks.home([blocks.section(text)]))
    elif not _is_talk(entry):
        reply.privately(Message(text))
    return BoltResponse(status=200)


def _is_talk(entry: Entry) -> bool:
    return entry.name == "event:message" and not (entry.channel_id or "").startswith("D")
