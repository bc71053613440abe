"""The council begins drafts, and opens those that there are."""

from typing import Any

from slack_bolt import Ack, App

from bot.actions import OPEN_REVISION
from bot.blocks import Block
from bot.desk import Desk
from bot.manifest import COMMAND
from bot.replies import Reply
from bot.requests import Entry, clicks_of, is_subcommand, split_command
from bot.revisions import choosing, fields, forms, messages
from bot.revisions.shown import draft_shown
from persona_store.errors import FieldError
from persona_store.personas import find_named, get_personas, list_personas
from persona_store.refresh.drafts import (
    change_items,
    get_draft,
    list_drafts,
    version_of,
)
from persona_store.refresh.items import get_item, root_of
from persona_store.refresh.opening import open_draft, open_new_draft

NEW = "new"


def register(app: App) -> None:
    app.command(COMMAND, matchers=[is_subcommand("draft")])(answer_draft)
    app.action(clicks_of(OPEN_REVISION))(open_revision)
    app.view(forms.NEW_FORM)(begin_persona)


def answer_draft(command: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    """``/persona draft NAME`` drafts a change, ``... NEW NAME`` a persona, alone it lists the drafts."""
    text = split_command(command.get("text", ""))[1]
    word, _, rest = text.partition(" ")
    if word.casefold() == NEW:
        reply.open(forms.new_form(desk.words, rest.strip(), ""))
        return
    with desk.store.read() as session:
        drafts, slugs = list_drafts(session), find_named(session, text) if text else []
    if not text:
        reply.open(choosing.list_view(desk.words, drafts))
    elif len(slugs) != 1:
        reply.privately(choosing.unknown_message(desk.words, text))
    else:
        _begin_or_choose(slugs, None, entry, reply, desk)


def open_revision(action: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    """Open a draft, begin one, or ask which; the value says what of."""
    what, _, rest = action["value"].partition(":")
    name, _, number = rest.partition(":")
    match what:
        case "draft":
            show_draft(int(name), entry, reply, desk)
        case "persona":
            _begin_or_choose([name], None, entry, reply, desk)
        case "item":
            with desk.store.read() as session:
                item = root_of(session, get_item(session, int(name)))
            _begin_or_choose(item.personas, item.id, entry, reply, desk)
        case "begin":
            _begin(name, entry, reply, desk, items=[int(number)] if number else [])
        case "into":
            _attach(int(name), int(number), entry, desk)
            show_draft(int(name), entry, reply, desk)
        case "restore":
            _begin(name, entry, reply, desk, restore=int(number))


def begin_persona(view: dict[str, Any], entry: Entry, ack: Ack, reply: Reply, desk: Desk) -> None:
    """Begin a persona that there is not yet; its draft is shown in the window below, if there is one.

    So there is room above it for the forms that it opens: three windows fit on each other.
    """
    number = view.get("private_metadata") or ""
    try:
        with desk.store.begin() as session:
            items = [int(number)] if number else []
            facts, by = forms.new_in(view), entry.slack_user_id
            draft = open_new_draft(session, facts, by, desk.now, items=items, request=entry.key)
            shown = draft_shown(session, draft.id)
    except FieldError as error:
        ack(response_action="errors", errors={fields.field_of(view, error.field): str(error)})
        return
    window, below = messages.draft_view(desk.words, shown, entry.slack_user_id), view.get("previous_view_id")
    if below:
        ack()
        reply.update(window, below)
    else:
        ack(response_action="update", view=window)


def show_draft(draft_id: int, entry: Entry, reply: Reply, desk: Desk, page: int = 0) -> None:
    with desk.store.read() as session:
        shown = draft_shown(session, draft_id)
    put(messages.draft_view(desk.words, shown, entry.slack_user_id, page), entry, reply)


def put(view: Block, entry: Entry, reply: Reply) -> None:
    """Open a window; from another one in its place, as only three fit on each other."""
    if entry.is_in_modal:
        reply.update(view)
    else:
        reply.open(view)


def _begin_or_choose(slugs: list[str], item_id: int | None, entry: Entry, reply: Reply, desk: Desk) -> None:
    """Begin a draft where there is nothing to choose, else ask."""
    with desk.store.read() as session:
        drafts = [one for one in list_drafts(session) if not slugs or one.persona in slugs]
        personas = get_personas(session, slugs) if slugs else list(list_personas(session))
    if len(personas) == 1 and not drafts:
        _begin(personas[0].slug, entry, reply, desk, items=[item_id] if item_id else [])
    else:
        put(choosing.choose_view(desk.words, drafts, personas, item_id), entry, reply)


def _begin(
    slug: str,
    entry: Entry,
    reply: Reply,
    desk: Desk,
    *,
    items: list[int] | None = None,
    restore: int | None = None,
) -> None:
    with desk.store.begin() as session:
        by = entry.slack_user_id
        draft = open_draft(session, slug, by, desk.now, items=items or (), restore=restore)
    show_draft(draft.id, entry, reply, desk)


def _attach(draft_id: int, item_id: int, entry: Entry, desk: Desk) -> None:
    with desk.store.begin() as session:
        draft = get_draft(session, draft_id)
        items = [*(item.id for item in draft.items), item_id]
        change_items(session, draft_id, entry.slack_user_id, desk.now, items, version_of(draft))
