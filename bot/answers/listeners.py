"""People ask, and say what they think of the answer."""

import re
from typing import Any

from slack_bolt import Ack, App, BoltRequest

from bot.actions import OPEN_QUESTION, SHOW_SOURCES
from bot.answers import forms, messages
from bot.desk import Desk
from bot.explanation import explain_view
from bot.manifest import COMMAND
from bot.replies import Reply
from bot.requests import Entry, clicks_of, split_command
from bot.rights import RIGHTS
from bot.wording import as_typed
from persona_store.asking import Asked, Asking, ask, ask_of, asked_before, explain_question
from persona_store.database import Store
from persona_store.personas import get_statements
from persona_store.questions import find_last_question, get_question, open_gap, record_rating

FOLLOW_UP = re.compile(r"\?\s*$|^\W*(and|what about|how about)\b", re.IGNORECASE)


def register(app: App) -> None:
    app.event("app_mention")(answer_mention)
    app.event("message")(answer_message)
    app.command(COMMAND, matchers=[_is_question])(answer_command)
    app.shortcut(OPEN_QUESTION)(open_question)
    app.action(OPEN_QUESTION)(open_question)
    app.view(forms.ASK_FORM)(answer_form)
    app.action(clicks_of(messages.RATE))(rate_answer)
    app.view(forms.MISSING_FORM)(submit_missing)
    app.action(messages.SHARE)(share_answer)
    app.action(SHOW_SOURCES)(show_sources)
    app.action(messages.EXPLAIN)(explain_answer)
    app.action(messages.ASK_COUNCIL)(ask_council)
    app.action(clicks_of(messages.CHOOSE_PERSONA))(choose_persona)


class Wanted:
    """Whether a request is meant for us: decided before anything of it is stored.

    In channels we hear every message, and want only the next question of the person whose question we
    answered in the same thread, if it is put to nobody else. (One that mentions us comes as a mention.)
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, entry: Entry, request: BoltRequest) -> bool:
        if entry.name != "event:message":
            return entry.name in RIGHTS
        event: dict[str, Any] = request.body["event"]
        if event.get("channel_type") == "im":
            return bool(event.get("text", "").strip())
        text = event.get("text", "")
        is_candidate = entry.is_in_thread and "<@" not in text and FOLLOW_UP.search(text)
        return bool(is_candidate) and self._follows(entry)

    def _follows(self, entry: Entry) -> bool:
        with self._store.read() as session:
            last = find_last_question(session, entry.channel_id or "", entry.thread_ts or "")
        return last is not None and last.slack_user_id == entry.slack_user_id


def answer_mention(event: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    text = event["text"].replace(f"<@{desk.bot_user_id}>", " ")
    asked = _ask(text, entry, desk, is_public=True)
    reply.publicly(messages.answer_message(desk.words, asked, desk.now))


def answer_message(event: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    """Answer a direct message, or the next question in a thread."""
    is_direct = event.get("channel_type") == "im"
    asked = _ask(event["text"], entry, desk, is_public=not is_direct)
    reply.publicly(messages.answer_message(desk.words, asked, desk.now))


def answer_command(command: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    asked = _ask(command["text"], entry, desk, is_public=False)
    in_channel = reply.may_share and not (entry.channel_id or "D").startswith("D")
    reply.privately(messages.answer_message(desk.words, asked, desk.now, may_share=in_channel))


def open_question(reply: Reply, desk: Desk) -> None:
    reply.open(forms.ask_form(desk.words))


def answer_form(view: dict[str, Any], entry: Entry, ack: Ack, desk: Desk) -> None:
    text = (view["state"]["values"]["question"]["text"].get("value") or "").strip()
    if not text:
        ack(response_action="errors", errors={"question": desk.words.plain("answers/forms", "ask_empty")})
        return
    asked = _ask(text, entry, desk, is_public=False)
    answer = messages.answer_message(desk.words, asked, desk.now)
    ack(response_action="update", view=forms.answer_view(desk.words, answer))


def rate_answer(action: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    rating, _, question_id = action["value"].partition(":")
    with desk.store.begin() as session:
        record_rating(session, int(question_id), entry.slack_user_id, rating)
    if rating == "not_helpful":
        reply.open(forms.missing_form(desk.words, int(question_id)))
    elif not entry.is_in_modal:
        reply.privately(messages.note(desk.words, "thanks"))


def submit_missing(view: dict[str, Any], entry: Entry, ack: Ack, desk: Desk) -> None:
    missing = (view["state"]["values"]["missing"]["text"].get("value") or "").strip()
    with desk.store.begin() as session:
        question_id = int(view["private_metadata"])
        record_rating(session, question_id, entry.slack_user_id, "not_helpful", missing or None)
    ack()


def share_answer(action: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    with desk.store.read() as session:
        asked = asked_before(session, get_question(session, int(action["value"])))
    if not asked.statements:
        reply.privately(messages.note(desk.words, "gone"))
        return
    if not reply.may_share or entry.channel_id is None:
        reply.privately(messages.note(desk.words, "cannot_share"))
        return
    reply.publicly(messages.shared_message(desk.words, asked, desk.now, entry.slack_user_id))
    reply.privately(messages.note(desk.words, "shared"))


def show_sources(action: dict[str, Any], reply: Reply, desk: Desk) -> None:
    with desk.store.read() as session:
        statements = get_statements(session, [action["value"]])
    for statement in statements:
        reply.open(forms.sources_view(desk.words, statement, desk.now))


def explain_answer(action: dict[str, Any], reply: Reply, desk: Desk) -> None:
    explained = explain_question(desk.store, desk.answering, int(action["value"]))
    reply.open(explain_view(desk.words, explained))


def ask_council(action: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    with desk.store.begin() as session:
        question = get_question(session, int(action["value"]))
        topic = desk.answering.at(session).topic
        gap = open_gap(session, question, entry.slack_user_id, topic, desk.now)
    message = messages.gap_message(desk.words, gap)
    if entry.is_in_modal:
        reply.update(forms.answer_view(desk.words, message))
    else:
        reply.privately(message)


def choose_persona(action: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    question_id, slug = action["value"].split(" ", 1)
    asked = ask_of(desk.store, desk.answering, int(question_id), slug)
    message = messages.answer_message(desk.words, asked, desk.now)
    if entry.is_in_modal:
        reply.update(forms.answer_view(desk.words, message))
    elif entry.is_in_thread:
        reply.publicly(message)
    else:
        reply.replace(message)


def _ask(text: str, entry: Entry, desk: Desk, *, is_public: bool) -> Asked:
    asking = Asking(
        as_typed(text), entry.slack_user_id, entry.channel_id, entry.thread_ts, is_public, entry.key
    )
    return ask(desk.store, desk.answering, asking, desk.now)


def _is_question(command: dict[str, Any]) -> bool:
    return split_command(command.get("text", ""))[0] == "ask"
