"""People answer the question of a spotlight, each for themselves."""

from typing import Any

from slack_bolt import App

from bot.desk import Desk
from bot.replies import Reply
from bot.requests import clicks_of
from bot.spotlights import messages
from persona_store.errors import NotFoundError
from persona_store.models import Delivery
from persona_store.personas import get_personas, get_statements
from persona_store.spotlights.quiz import read_quiz


def register(app: App) -> None:
    app.action(clicks_of(messages.ANSWER))(answer_question)


def answer_question(action: dict[str, Any], reply: Reply, desk: Desk) -> None:
    delivery_id, _, option = action["value"].partition(":")
    if delivery_id == messages.PREVIEW:
        reply.privately(messages.preview_message(desk.words))
        return
    with desk.store.read() as session:
        delivery = session.get(Delivery, int(delivery_id))
        quiz = read_quiz((delivery.content or {}).get("question") if delivery else None)
        if quiz is None or not 0 <= int(option) < len(quiz.options):
            raise NotFoundError("This question is no longer kept.")
        by_key = {row.key: row for row in get_statements(session, quiz.options)}
        personas = get_personas(session, [quiz.persona])
    statements = [by_key.get(key) for key in quiz.options]
    if statements[quiz.right] is None:
        message = messages.retired_message(desk.words, personas[0] if personas else None)
    else:
        message = messages.answer_message(desk.words, statements, quiz.right, int(option), desk.now)
    reply.privately(message)
