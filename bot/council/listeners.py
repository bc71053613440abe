"""Council members look at what is asked and what is known, and look after trivia questions."""

from datetime import timedelta
from typing import Any

from slack_bolt import Ack, App

from bot.actions import SHOW_ASKED, SHOW_FLAGGED, SHOW_LITERACY, WRITE_QUESTION
from bot.blocks import Block
from bot.council import literacy, messages, questions
from bot.desk import Desk
from bot.manifest import COMMAND
from bot.refusals import refuse
from bot.replies import Reply
from bot.requests import Entry, clicks_of, is_trivia
from bot.rights import Role, may
from persona_store.demand import get_demand
from persona_store.errors import FieldError
from persona_store.people import list_council
from persona_store.personas import list_personas
from persona_store.trivia.literacy import list_first_answers, literacy_of
from persona_store.trivia.reviewing import get_question, list_flagged, settle_flags
from persona_store.trivia.writing import check_written, write_question, written_of

DAYS = 90


def register(app: App) -> None:
    app.command(COMMAND, matchers=[is_trivia("write")])(write)
    for action_id, listener in (
        (SHOW_ASKED, show_asked),
        (SHOW_LITERACY, show_literacy),
        (SHOW_FLAGGED, show_flagged),
        (WRITE_QUESTION, open_form),
        (questions.SETTLE, settle_question),
    ):
        app.action(clicks_of(action_id))(listener)
    app.view(questions.CHECK)(check_question)
    app.view(questions.KEEP)(keep_question)


def show_asked(reply: Reply, desk: Desk) -> None:
    """Open the window at once: counting can take longer than Slack waits for one."""
    view_id = reply.open(messages.counting_view(desk.words))
    with desk.store.read() as session:
        topic = desk.answering.at(session).topic
        demand = get_demand(session, topic, desk.now - timedelta(days=DAYS))
        names = {persona.slug: persona.name for persona in list_personas(session)}
    reply.update(messages.asked_view(desk.words, demand, names, DAYS), view_id)


def show_literacy(reply: Reply, desk: Desk) -> None:
    view_id = reply.open(literacy.counting_view(desk.words))
    with desk.store.read() as session:
        known = literacy_of(list_first_answers(session, desk.now - timedelta(days=DAYS), desk.now))
        names = {persona.slug: persona.name for persona in list_personas(session)}
        said = desk.material(session).statements
    texts = {key: (one.text, names.get(one.persona, one.persona)) for key, one in said.items()}
    reply.update(literacy.literacy_view(desk.words, known, names, texts, DAYS), view_id)


def show_flagged(reply: Reply, desk: Desk) -> None:
    reply.open(_flagged(desk))


def settle_question(action: dict[str, Any], entry: Entry, reply: Reply, role: Role, desk: Desk) -> None:
    """Ask a flagged question again, or never."""
    wish, _, number = action["value"].partition(":")
    with desk.store.begin() as session:
        settle_flags(session, int(number), keep=wish == "keep", now=desk.now)
    if entry.is_in_modal:
        reply.update(_flagged(desk))
    desk.show_home(reply.client, entry.slack_user_id, role, desk)


def write(reply: Reply, role: Role, desk: Desk) -> None:
    """Open the form, for council members: others may play, but not write."""
    if may(role, f"action:{WRITE_QUESTION}"):
        reply.open(_form(desk, None))
        return
    with desk.store.read() as session:
        council = list_council(session)
    refuse(reply, desk.words, "not_allowed", council)


def open_form(action: dict[str, Any], reply: Reply, desk: Desk) -> None:
    """Open the form, filled in where a question is to be changed."""
    number = action.get("value")
    reply.open(_form(desk, int(number) if number else None))


def check_question(view: dict[str, Any], ack: Ack, desk: Desk) -> None:
    """Say what is not fair at its field, else show how it will look."""
    with desk.store.read() as session:
        material, index = desk.material(session), desk.answering.at(session)
        try:
            made = check_written(material, index.likeness, questions.written_in(view, material))
        except FieldError as error:
            ack(response_action="errors", errors={error.field: str(error)})
            return
    ack(
        response_action="push",
        view=questions.preview_form(desk.words, made, view.get("private_metadata") or ""),
    )


def keep_question(view: dict[str, Any], entry: Entry, ack: Ack, reply: Reply, role: Role, desk: Desk) -> None:
    made, instead_of = questions.previewed(view)
    with desk.store.begin() as session:
        write_question(session, made, entry.slack_user_id, desk.now, instead_of)
    ack(response_action="update", view=questions.kept_view(desk.words))
    if instead_of is not None:
        desk.show_home(reply.client, entry.slack_user_id, role, desk)


def _form(desk: Desk, number: int | None) -> Block:
    with desk.store.read() as session:
        offer = questions.offer_of(list_personas(session), desk.material(session))
        written = written_of(get_question(session, number)) if number is not None else None
    return questions.write_form(desk.words, offer, written, number)


def _flagged(desk: Desk) -> Block:
    with desk.store.read() as session:
        flagged = list_flagged(session)
    return questions.flagged_view(desk.words, flagged)
