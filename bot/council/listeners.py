"""Council members look at what is asked."""

from datetime import timedelta

from slack_bolt import App

from bot.actions import SHOW_ASKED
from bot.council import messages
from bot.desk import Desk
from bot.replies import Reply
from persona_store.demand import get_demand
from persona_store.personas import list_personas

DAYS = 90


def register(app: App) -> None:
    app.action(SHOW_ASKED)(show_asked)


def show_asked(reply: Reply, desk: Desk) -> None:
    """Open the window at once: counting can take longer than Slack waits for one."""
    view_id = reply.open(messages.counting_view(desk.words))
    with desk.store.read() as session:
        topic = desk.answering.at(session).topic
        demand = get_demand(session, topic, desk.now - timedelta(days=DAYS))
        names = {persona.slug: persona.name for persona in list_personas(session)}
    reply.update(messages.asked_view(desk.words, demand, names, DAYS), view_id)
