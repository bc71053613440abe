"""The council looks at personas again, and at what there is to talk about."""

from typing import Any

from slack_bolt import App

from bot.agenda_blocks import agenda_message
from bot.blocks import Message
from bot.desk import Desk
from bot.manifest import COMMAND
from bot.replies import Reply
from bot.requests import Entry, clicks_of, is_subcommand
from bot.review_blocks import SHOW_AGENDA, VERIFY
from bot.reviews import messages
from bot.rights import Role
from bot.wording import escaped
from persona_store.errors import StoreError
from persona_store.refresh.agenda import get_agenda
from persona_store.refresh.reviews import verify_persona


def register(app: App) -> None:
    app.command(COMMAND, matchers=[is_subcommand("agenda")])(tell_agenda)
    for action_id, listener in ((VERIFY, verify), (SHOW_AGENDA, show_agenda)):
        app.action(clicks_of(action_id))(listener)


def verify(action: dict[str, Any], entry: Entry, reply: Reply, role: Role, desk: Desk) -> None:
    """*Still true*, of what the person was looking at."""
    slug, _, seen = action["value"].partition(" ")
    try:
        with desk.store.begin() as session:
            persona = verify_persona(session, slug, entry.slack_user_id, desk.now, seen)
    except StoreError as error:
        reply.privately(Message(escaped(error)))
    else:
        reply.privately(messages.verified_message(desk.words, persona))
    desk.show_home(reply.client, entry.slack_user_id, role, desk)


def tell_agenda(reply: Reply, desk: Desk) -> None:
    with desk.store.read() as session:
        agenda = get_agenda(session, desk.now)
    reply.privately(agenda_message(desk.words, agenda, desk.now))


def show_agenda(reply: Reply, desk: Desk) -> None:
    with desk.store.read() as session:
        agenda = get_agenda(session, desk.now)
    reply.open(messages.agenda_view(desk.words, agenda, desk.now))
