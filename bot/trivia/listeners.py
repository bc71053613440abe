"""People play rounds in channels."""

import re
from typing import Any

from slack_bolt import Ack, App
from sqlalchemy.orm import Session

from bot.actions import TRIVIA_BOARDS, TRIVIA_FLAG, TRIVIA_RESULT, TRIVIA_START
from bot.blocks import Block
from bot.desk import Desk
from bot.manifest import COMMAND
from bot.membership import channels_of, obstacle_in
from bot.replies import Reply
from bot.requests import Entry, clicks_of, is_trivia, split_trivia
from bot.trivia import boards, forms, messages, results
from bot.trivia.boards import Board, Window, Wish
from bot.trivia.results import Own, asked_of
from bot.trivia.scheduled import shown_result
from bot.trivia_blocks import open_rounds
from persona_store.errors import FieldError, NotFoundError, StoreError
from persona_store.inbox import Claimed
from persona_store.models import TriviaQuestion, TriviaRound
from persona_store.people import list_council
from persona_store.personas import list_personas
from persona_store.posts.deliveries import add_notice
from persona_store.trivia.answers import Click, Outcome, answers_of, record_answer
from persona_store.trivia.boards import (
    is_on_boards,
    list_scores,
    list_seasons,
    set_on_boards,
    streak_of,
)
from persona_store.trivia.flags import flag_question
from persona_store.trivia.results import list_past_rounds, questions_of
from persona_store.trivia.reviewing import get_question
from persona_store.trivia.rounds import (
    USUAL_HOURS,
    RoundWanted,
    cancel_round,
    get_round,
    start_round,
)
from persona_store.trivia.scores import ranked, season_of

SPAN = re.compile(r"(\d{1,3})\s*(h|hours?|d|days?)?", re.IGNORECASE)
HOURS_OF_A_DAY = 24
PAST_ROUNDS = 5


def register(app: App) -> None:
    app.command(COMMAND, matchers=[is_trivia("start")])(start)
    app.command(COMMAND, matchers=[is_trivia("boards")])(open_boards)
    for action_id, listener in (
        (messages.ANSWER, answer),
        (messages.MORE, choose_more),
        (TRIVIA_START, offer_form),
        (TRIVIA_BOARDS, show_boards),
        (TRIVIA_RESULT, show_result),
        (TRIVIA_FLAG, open_flag),
        (boards.CHANGE, change_boards),
    ):
        app.action(clicks_of(action_id))(listener)
    app.view(forms.START)(start_wanted)
    app.view(forms.FLAG)(flag)
    app.view(forms.CANCEL)(cancel)


def start(command: dict[str, Any], entry: Entry, reply: Reply, desk: Desk, zone: str | None) -> None:
    """Start a round as it is typed, or offer the form."""
    typed = split_trivia(command.get("text", ""))[1]
    if not typed:
        offer_form(entry, reply, desk)
        return
    asked = read_wish(typed)
    if asked is None:
        reply.privately(messages.note_message(desk.words, "start_usage"))
        return
    if not _may_start(entry.channel_id, entry, reply, desk):
        return
    count, hours = asked
    wanted = RoundWanted(entry.channel_id or "", entry.slack_user_id, count, hours, zone=zone)
    with desk.store.begin() as session:
        start_round(session, entry.key, wanted, desk.now)
    reply.privately(messages.started_message(desk.words, count, hours))


def read_wish(typed: str) -> tuple[int, int] | None:
    """Read "5", "5 24", "5 36h", "5 2d": how many questions, for how many hours; None where it is neither."""
    count, _, span = typed.partition(" ")
    found = SPAN.fullmatch(span.strip()) if span.strip() else None
    if not count.isascii() or not count.isdigit() or len(count) > 2 or (span.strip() and not found):
        return None
    if found is None:
        return int(count), USUAL_HOURS
    is_days = (found[2] or "h").lower().startswith("d")
    return int(count), int(found[1]) * (HOURS_OF_A_DAY if is_days else 1)


def offer_form(entry: Entry, reply: Reply, desk: Desk) -> None:
    if _may_start(entry.channel_id, entry, reply, desk):
        with desk.store.read() as session:
            personas = list_personas(session)
        reply.open(forms.start_form(desk.words, entry.channel_id or "", personas))


def start_wanted(
    view: dict[str, Any], entry: Entry, ack: Ack, reply: Reply, desk: Desk, zone: str | None
) -> None:
    wanted = forms.wanted_in(view, entry.slack_user_id, zone)
    obstacle = obstacle_in(reply.client, wanted.channel_id, entry.slack_user_id)
    if obstacle:
        text = messages.obstacle_message(desk.words, obstacle).text
        ack(response_action="update", view=forms.note_view(desk.words, "wrong", text=text))
        return
    try:
        with desk.store.begin() as session:
            start_round(session, entry.key, wanted, desk.now)
    except FieldError as error:
        ack(response_action="errors", errors={error.field: str(error)})
    except StoreError as error:
        ack(response_action="errors", errors={"count": str(error)})
    else:
        ack(response_action="update", view=forms.started_view(desk.words, wanted.channel_id))


def answer(
    action: dict[str, Any], entry: Entry, reply: Reply, desk: Desk, claimed: Claimed, zone: str | None
) -> None:
    """Take an answer; nothing that is said tells whether it is right."""
    round_id, place, option = action["value"].split(":")
    if round_id == messages.PREVIEW:
        reply.privately(messages.note_message(desk.words, "is_preview"))
        return
    click = Click(int(round_id), int(place), int(option), entry.slack_user_id, claimed.received_at, zone)
    with desk.store.begin() as session:
        recorded = record_answer(session, click)
    found, question = recorded.round, recorded.question
    if recorded.outcome is Outcome.LATE and found is not None:
        reply.privately(messages.late_message(desk.words, found.id, found.closes_at))
    elif found is None or question is None:
        piece = "is_cancelled" if recorded.outcome is Outcome.CANCELLED else "not_open"
        reply.privately(messages.note_message(desk.words, piece))
    elif messages.is_told(recorded, found):
        reply.privately(messages.recorded_message(desk.words, click, asked_of(question), found, recorded))


def choose_more(action: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    """Open what somebody chose behind the three dots: their answers, a flag, the end of the round."""
    wish, _, about = action["selected_option"]["value"].partition(":")
    number, _, place = about.partition(":")
    if wish == "mine":
        _open_result(int(number), entry, reply, desk)
        return
    with desk.store.begin() as session:
        found = get_round(session, int(number))
        question = _question_at(session, found, int(place)) if wish == "flag" else None
    if question is not None:
        reply.open(forms.flag_form(desk.words, asked_of(question), question.id))
    elif found.state == "cancelled":
        reply.privately(messages.note_message(desk.words, "is_cancelled"))
    else:
        reply.open(forms.cancel_form(desk.words, found.id))


def open_flag(action: dict[str, Any], reply: Reply, desk: Desk) -> None:
    """Ask what is wrong with a question that somebody was asked alone."""
    with desk.store.read() as session:
        question = get_question(session, int(action["value"]))
    reply.open(forms.flag_form(desk.words, asked_of(question), question.id))


def flag(view: dict[str, Any], entry: Entry, ack: Ack, desk: Desk) -> None:
    """Pause a question, and tell the council once."""
    reason = (view["state"]["values"]["reason"]["text"].get("value") or "").strip()
    with desk.store.begin() as session:
        question = flag_question(
            session, int(view["private_metadata"]), entry.slack_user_id, reason, desk.now
        )
        if question is not None:
            notice = forms.flag_notice(
                desk.words, asked_of(question), question.right, reason, entry.slack_user_id
            )
            for member in list_council(session):
                key = f"flagged {question.id} by {entry.slack_user_id} {desk.now.date()} {member}"
                add_notice(session, key, member, notice.payload(), desk.now)
    ack(response_action="update", view=forms.note_view(desk.words, "flagged"))


def cancel(view: dict[str, Any], entry: Entry, ack: Ack, desk: Desk) -> None:
    try:
        with desk.store.begin() as session:
            cancel_round(session, int(view["private_metadata"]), entry.slack_user_id, desk.now)
    except StoreError as error:
        ack(response_action="update", view=forms.note_view(desk.words, "wrong", text=str(error)))
    else:
        ack(response_action="update", view=forms.note_view(desk.words, "cancelled"))


def open_boards(entry: Entry, reply: Reply, desk: Desk) -> None:
    channel_id = entry.channel_id if entry.channel_id and entry.channel_id[0] in "CG" else None
    reply.open(_boards(Wish(channel_id), entry, reply, desk))


def show_boards(action: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    """Open the boards; in a window that shows them already, another season."""
    if action.get("value"):
        reply.update(_boards(Wish.of(action["value"]), entry, reply, desk))
    else:
        open_boards(entry, reply, desk)


def change_boards(
    action: dict[str, Any], body: dict[str, Any], entry: Entry, reply: Reply, desk: Desk
) -> None:
    with desk.store.begin() as session:
        set_on_boards(session, entry.slack_user_id, wanted=action["value"] == "join")
    if entry.is_in_modal:
        reply.update(_boards(boards.wish_in(body["view"]), entry, reply, desk))


def show_result(action: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    _open_result(int(action["value"]), entry, reply, desk)


def _open_result(round_id: int, entry: Entry, reply: Reply, desk: Desk) -> None:
    """Show a round that has closed; of an open one only what the person answered."""
    with desk.store.begin() as session:
        found = get_round(session, round_id)
        own = Own(answers_of(session, round_id, entry.slack_user_id))
        if found.state == "cancelled":
            view = forms.note_view(
                desk.words, "wrong", text=messages.note_message(desk.words, "is_cancelled").text
            )
        elif found.closes_at > desk.now:
            view = results.open_view(desk.words, questions_of(session, found), own, found.closes_at)
        else:
            view = results.result_view(desk.words, shown_result(session, found, desk), own)
    reply.open(view)


def _may_start(channel_id: str | None, entry: Entry, reply: Reply, desk: Desk) -> bool:
    """Tell whether this person may have a round posted here; if not, tell them why."""
    obstacle = obstacle_in(reply.client, channel_id, entry.slack_user_id)
    if obstacle is None:
        return True
    reply.privately(messages.obstacle_message(desk.words, obstacle))
    return False


def _question_at(session: Session, found: TriviaRound, place: int) -> TriviaQuestion:
    if not 0 <= place < len(found.questions):
        raise NotFoundError("This question is no longer kept.")
    return session.get_one(TriviaQuestion, found.questions[place])


def _boards(wish: Wish, entry: Entry, reply: Reply, desk: Desk) -> Block:
    here, person = wish.channel_id, entry.slack_user_id
    mine = channels_of(reply.client, person)
    with desk.store.read() as session:
        season = wish.season or season_of(desk.now)
        window = Window(
            here,
            season,
            list_seasons(session, desk.now),
            [
                Board(
                    one,
                    ranked(list_scores(session, season, desk.now, one)),
                    next(iter(list_scores(session, season, desk.now, one, slack_user_id=person)), None),
                )
                for one in ([here, None] if here else [None])
            ],
            person,
            streak_of(session, person, desk.now),
            is_on_boards(session, person),
            open_rounds(session, mine, desk.now, desk.workspace_url),
            list_past_rounds(session, here, desk.now, PAST_ROUNDS) if here else (),
        )
    return boards.boards_view(desk.words, window)
