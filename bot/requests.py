"""What Slack sends, read once: by which entry, who, where."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from persona_store.language.lexicon import COMMON_WORDS

MISTYPED_WORDS = 5
SUBCOMMANDS = (
    "list",
    "card",
    "compare",
    "journey",
    "lens",
    "story",
    "stories",
    "insight",
    "insights",
    "subscribe",
    "subscriptions",
    "unsubscribe",
    "trivia",
    "learn",
    "agenda",
    "backlog",
    "roles",
    "history",
    "draft",
    "evidence",
    "charter",
    "help",
)
TRIVIA_WORDS = ("start", "boards", "write")
"""What follows ``/persona trivia`` where it is about rounds in channels, or the council's own questions;
anything else is playing alone."""
ALONE = frozenset(
    {
        "agenda",
        "backlog",
        "charter",
        "insights",
        "learn",
        "roles",
        "story",
        "subscribe",
        "subscriptions",
        "unsubscribe",
    }
)
"""Subcommands that take nothing: with some words after them they begin a question."""
WORDS_IGNORED = 2


@dataclass(frozen=True)
class Entry:
    """One request. ``name`` is a key of ``rights.RIGHTS``; ``key`` is the same each time Slack repeats it.

    ``thread_ts``: the thread that an answer belongs in, begun with it where the request is in none yet.
    """

    name: str
    key: str
    slack_user_id: str
    channel_id: str | None = None
    thread_ts: str | None = None
    is_in_thread: bool = False
    response_url: str | None = None
    trigger_id: str | None = None
    is_shared_outside: bool | None = None
    is_in_modal: bool = False
    is_in_third_window: bool = False
    view_id: str | None = None

    @property
    def wants_answer_at_once(self) -> bool:
        """A submitted form waits for our word; everything else is acknowledged and worked on later."""
        return self.name.startswith("view:")


def read_entry(body: dict[str, Any]) -> Entry | None:
    """Read a request; None for one that is nothing to us."""
    team = _id(body, "team") or _text(body, "team_id") or ""
    match body:
        case {"type": "event_callback", "event": {"type": str(), "user": str()}, "event_id": str()}:
            return _read_event(body, team)
        case {"command": str(), "trigger_id": str(), "user_id": str()}:
            return Entry(
                name=f"command:{split_command(_text(body, 'text') or '')[0]}",
                key=f"{team}:{body['trigger_id']}",
                slack_user_id=body["user_id"],
                channel_id=_text(body, "channel_id"),
                response_url=_text(body, "response_url"),
                trigger_id=body["trigger_id"],
            )
        case {"type": str(), "trigger_id": str(), "user": {"id": str()}}:
            return _read_interaction(body, team)
    return None


def split_command(text: str) -> tuple[str, str]:
    """``/persona card Priya`` is ("card", "Priya"); what is no subcommand is a question: ("ask", text).

    What looks like a subcommand with a slip of the finger is ("mistyped", text).
    """
    word, _, rest = text.strip().partition(" ")
    if not word:
        return "help", ""
    if word.lower() in ALONE and len(rest.split()) > WORDS_IGNORED:
        return "ask", text.strip()
    if word.lower() in SUBCOMMANDS:
        return word.lower(), rest.strip()
    return "mistyped" if nearest_subcommand(text) else "ask", text.strip()


def is_subcommand(*names: str) -> Callable[[dict[str, Any]], bool]:
    """Make a matcher of Bolt's: the command is one of these."""

    def matches(command: dict[str, Any]) -> bool:
        return split_command(command.get("text", ""))[0] in names

    return matches


def clicks_of(action_id: str) -> re.Pattern[str]:
    """What to register a listener for: beside others of its kind a button has a number behind its id."""
    return re.compile(rf"{re.escape(action_id)}(#\d+)?")


def split_trivia(text: str) -> tuple[str, str]:
    """``/persona trivia start 5`` is ("start", "5"); without a word of ``TRIVIA_WORDS`` it is ("", all)."""
    rest = split_command(text)[1]
    word, _, more = rest.partition(" ")
    known = {"board": "boards"}.get(word.lower(), word.lower())
    return (known, more.strip()) if known in TRIVIA_WORDS else ("", rest)


def is_trivia(word: str) -> Callable[[dict[str, Any]], bool]:
    """Make a matcher of Bolt's: the command is ``trivia`` with this word after it ("": alone)."""

    def matches(command: dict[str, Any]) -> bool:
        text = command.get("text", "")
        return split_command(text)[0] == "trivia" and split_trivia(text)[0] == word

    return matches


def nearest_subcommand(text: str) -> str | None:
    """Find what a short text meant to begin with, if its first word is no word of its own."""
    words = text.lower().split()
    if not words or len(words) > MISTYPED_WORDS or words[0] in COMMON_WORDS:
        return None
    return next(iter(get_close_matches(words[0], SUBCOMMANDS, n=1, cutoff=0.75)), None)


def is_from_a_person(event: dict[str, Any]) -> bool:
    return not event.get("bot_id") and not event.get("subtype") and not event.get("hidden")


def _read_event(body: dict[str, Any], team: str) -> Entry | None:
    event = body["event"]
    if event["type"] != "app_home_opened" and not is_from_a_person(event):
        return None
    return Entry(
        name=f"event:{event['type']}",
        key=f"{team}:{body['event_id']}",
        slack_user_id=event["user"],
        channel_id=_text(event, "channel"),
        thread_ts=_text(event, "thread_ts") or _text(event, "ts"),
        is_in_thread="thread_ts" in event,
        is_shared_outside=bool(body.get("is_ext_shared_channel")),
    )


def _read_interaction(body: dict[str, Any], team: str) -> Entry | None:
    name = _interaction(body)
    if name is None:
        return None
    container, message, view = (_part(body, name) for name in ("container", "message", "view"))
    channel_id = _id(body, "channel") or _text(container, "channel_id")
    thread_ts = _text(container, "thread_ts") or _text(message, "thread_ts")
    if thread_ts is None and (channel_id or "").startswith("D") and not container.get("is_ephemeral"):
        thread_ts = _text(container, "message_ts")  # there each message begins a conversation of its own
    return Entry(
        name=name,
        key=f"{team}:{body['trigger_id']}",
        slack_user_id=body["user"]["id"],
        channel_id=channel_id,
        thread_ts=thread_ts,
        is_in_thread=thread_ts is not None,
        response_url=_text(body, "response_url"),
        trigger_id=body["trigger_id"],
        is_in_modal=view.get("type") == "modal",
        is_in_third_window=view.get("previous_view_id") not in (None, "", view.get("root_view_id")),
        view_id=_text(view, "id"),
    )


def _interaction(body: dict[str, Any]) -> str | None:
    match body:
        case {"type": "block_actions", "actions": [{"action_id": str(action_id)}, *_]}:
            return f"action:{action_id.partition('#')[0]}"
        case {"type": "view_submission", "view": {"callback_id": str(callback_id)}}:
            return f"view:{callback_id}"
        case {"type": "shortcut" | "message_action", "callback_id": str(callback_id)}:
            return f"shortcut:{callback_id}"
    return None


def _part(body: dict[str, Any], name: str) -> dict[str, Any]:
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _text(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name)
    return value if isinstance(value, str) and value else None


def _id(body: dict[str, Any], name: str) -> str | None:
    return _text(_part(body, name), "id")
