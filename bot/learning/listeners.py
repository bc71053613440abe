"""People play alone, get a question a day, take the course."""

from collections.abc import Collection
from typing import Any

from slack_bolt import App
from sqlalchemy.orm import Session

from bot.actions import PLAY
from bot.blocks import Message
from bot.desk import Desk
from bot.learning import lessons, messages
from bot.learning.messages import Asked, Verdict
from bot.manifest import COMMAND
from bot.replies import Reply
from bot.requests import Entry, clicks_of, is_subcommand, is_trivia, split_trivia
from persona_store.errors import FieldError, NotFoundError
from persona_store.models import Delivery, Player
from persona_store.personas import find_named, get_personas, get_statements
from persona_store.trivia.choosing import next_question
from persona_store.trivia.daily import (
    COURSE,
    DAILY,
    OFF,
    ON,
    PAUSED,
    UNIVERSAL,
    go_on_at_once,
    read_time,
    set_state,
    start_course,
    start_daily,
)
from persona_store.trivia.made import Made
from persona_store.trivia.results import owners_of
from persona_store.trivia.rounds import keep_questions
from persona_store.trivia.solo import (
    Answered,
    answer_alone,
    ask_alone,
    catch_up,
    keep_player,
    standing_of,
)

CHANGES = {"pause": PAUSED, "resume": ON, "stop": OFF, "off": OFF}
HERE = "here"


def register(app: App) -> None:
    app.command(COMMAND, matchers=[is_trivia("")])(play)
    app.command(COMMAND, matchers=[is_subcommand("learn")])(learn)
    for action_id, listener in (
        (PLAY, play_more),
        (messages.ANSWER, answer),
        (messages.NEXT, play_more),
        (messages.STOP, stop),
        (messages.CHANGE_DAILY, change_daily),
        (lessons.CHANGE_COURSE, change_course),
    ):
        app.action(clicks_of(action_id))(listener)


def play(command: dict[str, Any], entry: Entry, reply: Reply, desk: Desk, zone: str | None) -> None:
    """Ask at once; about one persona where it is named."""
    typed = split_trivia(command.get("text", ""))[1]
    word, _, rest = typed.partition(" ")
    if word.lower() == "daily":
        reply.privately(_changed_daily(rest.strip(), entry, desk, zone))
        return
    with desk.store.read() as session:
        personas = find_named(session, typed) if typed else []
    if typed and not personas:
        reply.privately(messages.note_message(desk.words, "usage"))
    else:
        reply.privately(_next_message(entry.slack_user_id, desk, personas))


def play_more(action: dict[str, Any], body: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    message = _next_message(entry.slack_user_id, desk)
    if action.get("value") == HERE:
        reply.replace(message)
    else:
        _below(message, body, entry, reply)


def answer(
    action: dict[str, Any],
    body: dict[str, Any],
    entry: Entry,
    reply: Reply,
    desk: Desk,
    zone: str | None,
) -> None:
    """Take an answer, and teach: in the place of the question."""
    source, option, turn = action["value"].split(":")
    with desk.store.begin() as session:
        question_id = _question_id(session, source, entry.slack_user_id, desk)
        answered = answer_alone(
            session, question_id, int(option), int(turn), entry.slack_user_id, now=desk.now, zone=zone
        )
        verdict = _verdict(session, answered)
    stays = source.startswith(messages.DELIVERED)
    message = messages.answered_message(desk.words, verdict, desk.now, stays=stays)
    if stays:
        shown = body.get("message", {}).get("blocks", [])
        around = (messages.before_question(shown), messages.after_question(shown))
        title = body.get("message", {}).get("text", "").partition("\n")[0]  # of the conversation
        text = f"{title}\n{message.text}" if title else message.text
        message = Message(text, [*around[0], *message.blocks, *around[1]])
    reply.replace(message)


def stop(entry: Entry, reply: Reply, desk: Desk) -> None:
    with desk.store.read() as session:
        standing = standing_of(session, desk.material(session), entry.slack_user_id, desk.now)
        player = session.get(Player, entry.slack_user_id)
    offers_daily = player is None or player.daily_state == OFF
    reply.replace(messages.stopped_message(desk.words, standing, desk.now, offers_daily=offers_daily))


def change_daily(
    action: dict[str, Any], body: dict[str, Any], entry: Entry, reply: Reply, desk: Desk, zone: str | None
) -> None:
    _below(_changed_daily(action["value"], entry, desk, zone), body, entry, reply)


def learn(entry: Entry, reply: Reply, desk: Desk) -> None:
    """Say what the course is, or how far one is."""
    with desk.store.read() as session:
        player = session.get(Player, entry.slack_user_id)
        stands = lessons.stands_of(session, desk, entry.slack_user_id)
    reply.privately(lessons.course_message(desk.words, player, stands, desk.now))


def change_course(
    action: dict[str, Any], body: dict[str, Any], entry: Entry, reply: Reply, desk: Desk, zone: str | None
) -> None:
    person, wish = entry.slack_user_id, action["value"]
    with desk.store.begin() as session:
        stands = lessons.stands_of(session, desk, person)
        if wish in ("start", "at_once"):
            player = start_course(session, person, zone, desk.now, at_once=wish == "at_once")
        elif wish == "now":
            player = go_on_at_once(session, person, desk.now)
        else:
            player = set_state(session, person, COURSE, CHANGES[wish], desk.now)
    has_ended = wish == "stop"
    message = lessons.course_message(desk.words, player, stands, desk.now, has_ended=has_ended)
    _below(message, body, entry, reply)


def _changed_daily(wish: str, entry: Entry, desk: Desk, zone: str | None) -> Message:
    """Start, pause, resume or stop the question a day, or say how it stands."""
    person, word = entry.slack_user_id, wish.lower()
    try:
        with desk.store.begin() as session:
            if word in CHANGES:
                player = set_state(session, person, DAILY, CHANGES[word], desk.now)
            elif word == "offer" or not word:
                player = keep_player(session, person, zone)
            else:
                at = read_time(word.removeprefix("start").strip()) if word != "start" else None
                player = start_daily(session, person, at, zone, desk.now)
    except FieldError:
        return messages.note_message(desk.words, "usage", messages.DAILY)
    was_on = CHANGES.get(word) == OFF
    return messages.daily_message(desk.words, player, player.zone or UNIVERSAL, was_on=was_on)


def _below(message: Message, body: dict[str, Any], entry: Entry, reply: Reply) -> None:
    """Answer a click; in a direct message, where each message is a conversation, in that one."""
    container = body.get("container", {})
    if (entry.channel_id or "").startswith("D") and not container.get("is_ephemeral"):
        reply.publicly(message, thread_ts=entry.thread_ts or container.get("message_ts"))
    else:
        reply.privately(message)


def _next_message(slack_user_id: str, desk: Desk, personas: Collection[str] = ()) -> Message:
    with desk.store.begin() as session:
        catch_up(session, slack_user_id, desk.now)
        found = next_question(session, desk.material(session), slack_user_id, desk.now, personas=personas)
        if found is None:
            return messages.note_message(desk.words, "nothing")
        question_id, turn = ask_alone(session, found.made, slack_user_id, desk.now)
    head = messages.head(desk.words, found.why, missed=found.missed)
    options = [option.text for option in found.made.options]
    return messages.question_message(
        desk.words, Asked(f"q{question_id}", turn, found.made.prompt, options, head)
    )


def _question_id(session: Session, source: str, slack_user_id: str, desk: Desk) -> int:
    """Of what was asked alone, or in a message that was sent to this person."""
    if not source.startswith(messages.DELIVERED):
        return int(source[1:])
    delivery = session.get(Delivery, int(source[1:]))
    if delivery is None or delivery.channel_id != slack_user_id:
        raise NotFoundError("This question is no longer kept.")
    made = Made.from_json((delivery.content or {})["question"])
    return keep_questions(session, [made], desk.now)[0]


def _verdict(session: Session, answered: Answered) -> Verdict:
    question = answered.question
    statements = get_statements(session, [question.statement] if question.statement else [])
    whose = owners_of(question).get(answered.option)
    personas = {
        one.slug: one for one in get_personas(session, [question.persona, *([whose] if whose else [])])
    }
    about, chosen = (personas.get(slug or "") for slug in (question.persona, whose))
    return Verdict(answered, next(iter(statements), None), about, chosen)
