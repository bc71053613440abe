"""The council sees who has which role, names people, and takes roles away."""

from typing import Any

from slack_bolt import Ack, App
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.blocks import Block
from bot.desk import Desk
from bot.manifest import COMMAND
from bot.replies import Reply
from bot.requests import Entry, clicks_of, is_subcommand
from bot.rights import EVERYONE_INSIDE
from bot.roles import messages
from persona_store.errors import FieldError, StoreError
from persona_store.models import Persona
from persona_store.people import find_person, list_people
from persona_store.posts.deliveries import add_notice
from persona_store.roles import give_role


def register(app: App) -> None:
    app.command(COMMAND, matchers=[is_subcommand("roles")])(show_roles)
    app.action(messages.OPEN_FORM)(open_form)
    app.action(clicks_of(messages.CHANGE))(change_role)
    app.view(messages.GIVE)(give)


def show_roles(reply: Reply, desk: Desk) -> None:
    reply.open(_window(desk))


def open_form(reply: Reply, desk: Desk) -> None:
    with desk.store.read() as session:
        names = _names(session)
    reply.open(messages.role_form(desk.words, names))


def change_role(action: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    """Open the form, filled in, or take the role away."""
    what, _, slack_user_id = action["selected_option"]["value"].partition(":")
    if what == messages.EDIT:
        with desk.store.read() as session:
            names, person = _names(session), find_person(session, slack_user_id)
        reply.open(messages.role_form(desk.words, names, person))
        return
    notice = ""
    try:
        with desk.store.begin() as session:
            give_role(session, slack_user_id, None, by=entry.slack_user_id, now=desk.now)
    except StoreError as error:
        notice = str(error)
    reply.update(_window(desk, notice))


def give(view: dict[str, Any], entry: Entry, ack: Ack, reply: Reply, desk: Desk) -> None:
    """Give the role, and tell whoever has it now; guests and outsiders never get one."""
    given, by = messages.given_in(view), entry.slack_user_id
    if not given.slack_user_id or desk.role_of(reply.client, given.slack_user_id) not in EVERYONE_INSIDE:
        ack(response_action="errors", errors={"person": desk.words.plain(messages.PIECES, "outsider")})
        return
    try:
        with desk.store.begin() as session:
            is_new = _give(session, given, by, desk)
            if is_new and given.slack_user_id != by:
                told = messages.named_message(desk.words, given, _names(session), by)
                key = f"role {given.slack_user_id} {entry.key}"
                add_notice(session, key, given.slack_user_id, told.payload(), desk.now)
    except FieldError as error:
        ack(response_action="errors", errors={error.field: str(error)})
    except StoreError as error:
        ack(response_action="errors", errors={"role": str(error)})
    else:
        ack()
        if view.get("previous_view_id"):
            reply.update(_window(desk), view["previous_view_id"])


def _give(session: Session, given: messages.Given, by: str, desk: Desk) -> bool:
    return give_role(
        session,
        given.slack_user_id,
        given.role,
        by=by,
        now=desk.now,
        department=given.department,
        personas=given.personas,
    )


def _window(desk: Desk, notice: str = "") -> Block:
    with desk.store.read() as session:
        people, names = list_people(session), _names(session)
    return messages.roles_window(desk.words, people, names, notice)


def _names(session: Session) -> dict[str, str]:
    return dict(session.execute(select(Persona.slug, Persona.name).order_by(Persona.name)).all())
