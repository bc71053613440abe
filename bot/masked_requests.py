"""What people report and ask is masked before the request that brings it is stored: nobody waits for it.

``kinds`` of what was taken out stand in the body under ``MASKED``, so that the person can be told.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from bot.requests import Entry
from persona_store.refresh.masking import PLACEHOLDERS, mask

MASKED = "masked"
TAKEN_ALONG = 12_000
"""Characters of a message, more than any insight has."""
SOMEBODY = "[somebody]"
_MENTION = re.compile(r"<@[^>]{0,200}>")
_OF_INSIGHTS = re.compile(r"[a-z]+:(?:insights?$|insights\.)|view:(?:backlog\.|revisions\.(?!evidence$))")
"""And what the council makes of them: reasons, statements. Who has a piece of research may be an address."""
_OF_QUESTIONS = frozenset(
    {
        "event:app_mention",
        "event:message",
        "command:ask",
        "command:mistyped",
        "view:answers.ask",
        "view:answers.missing",
    }
)
_BESIDE_THE_TEXT = ("blocks", "attachments", "files")
"""Of a message that is a question: nobody reads them."""
_TYPED = ("value", "initial_value")

Body = dict[str, Any]


def masked_body(entry: Entry, body: Body) -> Body:
    """The body of a request without what names a customer, where that is a report or a question."""
    is_question = entry.name in _OF_QUESTIONS
    if not is_question and not _OF_INSIGHTS.match(entry.name):
        return body
    seen: set[str] = set()

    def masked(text: str) -> str:
        found = mask(text)
        seen.update(found.kinds)
        return found.text

    if "command" in body:
        text = str(body.get("text", ""))
        body = body | {"text": masked(text) if is_question else masked_command(text, masked)}
    if isinstance(body.get("event"), dict):
        body = body | {"event": _event(body["event"], masked)}
    if isinstance(body.get("message"), dict):
        body = body | {"message": _message(body["message"], masked)}
    for part in ("view", "state", "actions"):
        if part in body:
            body = body | {part: _typed(body[part], masked)}
    return body | {MASKED: [kind for kind in PLACEHOLDERS if kind in seen]}


def masked_command(text: str, masked: Callable[[str], str]) -> str:
    word, _, rest = text.strip().partition(" ")
    return f"{word} {masked(rest)}".strip()


def has_attachments(message: Body) -> bool:
    """Tell whether a message has more than its text: that is not taken along."""
    return bool(message.get("with_files"))


def _event(event: Body, masked: Callable[[str], str]) -> Body:
    """What somebody says to the bot, or in a thread with it."""
    kept = {key: value for key, value in event.items() if key not in _BESIDE_THE_TEXT}
    return kept | {"text": masked(_cut(str(event.get("text") or "")))}


def _message(message: Body, masked: Callable[[str], str]) -> Body:
    """Of somebody's message only what an insight takes along: its text, and where it is."""
    attached = [one for one in message.get("attachments") or [] if not _is_preview(one)]
    text = message.get("text") or "\n".join(_texts(message.get("blocks") or []))
    text = _MENTION.sub(SOMEBODY, _cut(str(text)))
    kept = {key: message[key] for key in ("type", "ts", "thread_ts", "user", "bot_id") if key in message}
    return kept | {"text": masked(text), "with_files": bool(message.get("files") or attached)}


def _is_preview(attachment: Any) -> bool:  # noqa: ANN401 - any JSON
    """Whether Slack made it of a link in the text."""
    return isinstance(attachment, dict) and bool(
        attachment.get("from_url") or attachment.get("is_msg_unfurl")
    )


def _cut(text: str) -> str:
    """The beginning, without half a number at its end."""
    return text if len(text) <= TAKEN_ALONG else text[:TAKEN_ALONG].rpartition(" ")[0]


def _texts(blocks: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    for value in blocks.values() if isinstance(blocks, dict) else blocks:
        if isinstance(value, dict | list):
            yield from _texts(value)
    if isinstance(blocks, dict) and isinstance(blocks.get("text"), str):
        yield blocks["text"]


def _typed(part: Any, masked: Callable[[str], str]) -> Any:  # noqa: ANN401 - any JSON
    """The same with what people typed masked; what was chosen, and ids, as they are."""
    if isinstance(part, list):
        return [_typed(one, masked) for one in part]
    if not isinstance(part, dict):
        return part
    is_typed = part.get("type") == "plain_text_input"
    return {
        key: masked(value) if is_typed and key in _TYPED and isinstance(value, str) else _typed(value, masked)
        for key, value in part.items()
    }
