"""The council goes through what was reported and asked."""

from collections.abc import Callable
from datetime import date
from typing import Any

from slack_bolt import Ack, App
from sqlalchemy.orm import Session

from bot.actions import OPEN_ITEM, SHOW_BACKLOG
from bot.backlog import forms, messages
from bot.backlog.shown import ITEM_WINDOW, LIST_WINDOW, list_alike
from bot.backlog.windows import Visit
from bot.backlog_blocks import FILTER, PASS_ON, TURN
from bot.blocks import Block
from bot.desk import Desk
from bot.manifest import COMMAND
from bot.replies import Reply
from bot.requests import Entry, clicks_of, is_subcommand
from bot.rights import Role
from persona_store.errors import StoreError
from persona_store.posts.deliveries import add_notice
from persona_store.refresh.backlog import assign_item, find_target, make_move
from persona_store.refresh.backlog_view import change_view
from persona_store.refresh.item_moves import Move, With
from persona_store.refresh.items import get_item
from persona_store.refresh.rota import pass_week_on

Given = Callable[[Session], With]


def register(app: App) -> None:
    app.command(COMMAND, matchers=[is_subcommand("backlog")])(show_backlog)
    for action_id, listener in (
        (SHOW_BACKLOG, show_backlog),
        (OPEN_ITEM, open_item),
        (FILTER, choose_filter),
        (TURN, turn_page),
        (PASS_ON, pass_week),
        (messages.MOVE, move_item),
        (messages.ASSIGN, give_item),
        (messages.SNOOZE, snooze_item),
    ):
        app.action(clicks_of(action_id))(listener)
    app.view(forms.DECLINE)(decline_item)
    app.view(forms.MERGE)(merge_item)


def show_backlog(entry: Entry, reply: Reply, role: Role, desk: Desk) -> None:
    reply.open(Visit(entry, reply, role, desk, {}).list_window())


def choose_filter(
    action: dict[str, Any], body: dict[str, Any], entry: Entry, reply: Reply, role: Role, desk: Desk
) -> None:
    chosen = action.get("value") or action["selected_option"]["value"]
    what, _, value = chosen.partition(":")
    with desk.store.begin() as session:
        change_view(session, entry.slack_user_id, what, value)
    Visit(entry, reply, role, desk, _view(body)).show_list()


def turn_page(
    action: dict[str, Any], body: dict[str, Any], entry: Entry, reply: Reply, role: Role, desk: Desk
) -> None:
    with desk.store.begin() as session:
        change_view(session, entry.slack_user_id, "page", action["value"])
    Visit(entry, reply, role, desk, _view(body)).show_list()


def pass_week(body: dict[str, Any], entry: Entry, reply: Reply, role: Role, desk: Desk) -> None:
    with desk.store.begin() as session:
        to = pass_week_on(session, entry.slack_user_id, desk.now)
        told = messages.passed_message(desk.words, entry.slack_user_id)
        add_notice(session, f"passed on {entry.key}", to, told.payload(), desk.now)
    Visit(entry, reply, role, desk, _view(body)).show_list()


def open_item(
    action: dict[str, Any], body: dict[str, Any], entry: Entry, reply: Reply, role: Role, desk: Desk
) -> None:
    """Show it in a window of its own; from another item's, in its place, as windows stack three deep."""
    view = _view(body)
    visit, is_from_item = Visit(entry, reply, role, desk, view), view.get("callback_id") == ITEM_WINDOW
    is_listed = visit.about.is_listed if is_from_item else view.get("callback_id") == LIST_WINDOW
    window = visit.item_window(int(action["value"]), is_listed=is_listed)
    if is_from_item:
        reply.update(window)
    else:
        reply.open(window)


def move_item(
    action: dict[str, Any], body: dict[str, Any], entry: Entry, reply: Reply, role: Role, desk: Desk
) -> None:
    """Make the move, or ask in a form for what it needs."""
    visit = Visit(entry, reply, role, desk, _view(body))
    move, number, seen, *into = action["value"].split(" ")
    if move in messages.IN_A_FORM and not into:
        reply.open(_form(Move(move), int(number), visit))
        return

    def do(session: Session) -> None:
        given = With(into=get_item(session, int(into[0]))) if into else With()
        make_move(session, int(number), Move(move), entry.slack_user_id, desk.now, given, seen=seen)

    visit.change_item(visit.about.item_id or int(number), do)


def give_item(
    action: dict[str, Any], body: dict[str, Any], entry: Entry, reply: Reply, role: Role, desk: Desk
) -> None:
    """Give it to somebody of the council, who is told once; or to nobody."""
    visit, by = Visit(entry, reply, role, desk, _view(body)), entry.slack_user_id
    about, chosen = visit.about, action.get("selected_user") or action.get("value")
    assignee = None if chosen == messages.NOBODY else chosen

    def do(session: Session) -> None:
        item = assign_item(session, about.item_id, assignee, by, desk.now, seen=about.seen)
        if assignee and assignee != by:
            told = messages.assigned_message(desk.words, item, by)
            add_notice(session, f"assigned {item.id} {entry.key}", assignee, told.payload(), desk.now)

    visit.change_item(about.item_id, do)


def snooze_item(
    action: dict[str, Any], body: dict[str, Any], entry: Entry, reply: Reply, role: Role, desk: Desk
) -> None:
    visit, chosen = Visit(entry, reply, role, desk, _view(body)), action.get("selected_date")
    about, given = visit.about, With(until=date.fromisoformat(chosen) if chosen else None)

    def do(session: Session) -> None:
        by = entry.slack_user_id
        make_move(session, about.item_id, Move.SNOOZE, by, desk.now, given, seen=about.seen)

    visit.change_item(about.item_id, do)


def decline_item(view: dict[str, Any], entry: Entry, ack: Ack, reply: Reply, role: Role, desk: Desk) -> None:
    given = With(reason=forms.reason_in(view))
    _submit(Move.DECLINE, lambda _: given, ack, Visit(entry, reply, role, desk, view))


def merge_item(view: dict[str, Any], entry: Entry, ack: Ack, reply: Reply, role: Role, desk: Desk) -> None:
    def given(session: Session) -> With:
        return With(into=find_target(session, forms.target_in(view)))

    _submit(Move.MERGE, given, ack, Visit(entry, reply, role, desk, view))


def _submit(move: Move, given: Given, ack: Ack, visit: Visit) -> None:
    """Make the move of a form; what is wrong is told in it, with what was typed still there."""
    about, by, now = visit.about, visit.entry.slack_user_id, visit.desk.now
    try:
        with visit.desk.store.begin() as session:
            make_move(session, about.item_id, move, by, now, given(session), seen=about.seen)
    except StoreError as error:
        ack(response_action="errors", errors={forms.FIELD_OF[move]: str(error)})
        return
    ack()
    visit.show_beneath()


def _form(move: Move, item_id: int, visit: Visit) -> Block:
    words, is_listed = visit.desk.words, visit.about.is_listed
    with visit.desk.store.read() as session:
        item = get_item(session, item_id)
        if move is Move.DECLINE:
            return forms.decline_form(words, item, is_listed=is_listed)
        return forms.merge_form(words, item, list_alike(session, item, visit.desk), is_listed=is_listed)


def _view(body: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = body.get("view") or {}
    return found
