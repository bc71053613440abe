"""How someone who may not enter is told so, without a word of what is inside."""

from collections.abc import Sequence

from slack_bolt import BoltResponse

from bot import blocks
from bot.blocks import Message
from bot.replies import Reply
from bot.requests import Entry
from bot.rights import is_for_ambassadors
from bot.wording import Mrkdwn, Words, mention

COUNCIL_NAMED = 5
SUBSCRIBING = ("subscri", "unsubscri")


def refuse(reply: Reply, words: Words, reason: str, council: Sequence[str] = ()) -> BoltResponse:
    """Say no in the way that fits the entry; people's talk among themselves gets no word from us.

    ``council``: whom somebody inside can ask.
    """
    entry = reply.entry
    text = _text(entry, words, reason, council)
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


def _text(entry: Entry, words: Words, reason: str, council: Sequence[str]) -> str:
    if reason == "shared_channel" and entry.name.partition(":")[2].startswith(SUBSCRIBING):
        return words("subscriptions/notes", "obstacle", obstacle="shared")
    names = Mrkdwn(", ".join(mention(one) for one in council[:COUNCIL_NAMED]))
    for_ambassadors = is_for_ambassadors(entry.name)
    return words("people/refusals", reason, council=names, for_ambassadors=for_ambassadors)


def _is_talk(entry: Entry) -> bool:
    return entry.name == "event:message" and not (entry.channel_id or "").startswith("D")
