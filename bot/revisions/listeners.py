"""The council drafts changes of personas: begins drafts, and works on them."""

import re
from typing import Any

from slack_bolt import Ack, App
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.actions import OPEN_REVISION
from bot.blocks import Block
from bot.desk import Desk
from bot.manifest import COMMAND
from bot.replies import Reply
from bot.requests import Entry, is_subcommand, split_command
from bot.revisions import deciding, forms, messages, reading
from bot.revisions.diffs import difference_view
from bot.revisions.shown import About, DraftShown, about_in, draft_shown
from persona_store.errors import FieldError, StoreError
from persona_store.models import RefreshItem
from persona_store.personas import find_named, get_personas, list_personas
from persona_store.refresh.draft_changes import (
    Change,
    RestoreStatement,
    RetireStatement,
    WriteFacts,
    WriteStatement,
)
from persona_store.refresh.drafts import (
    change_draft,
    change_items,
    get_draft,
    list_drafts,
    open_draft,
    open_new_draft,
    version_of,
)
from persona_store.refresh.items import get_item, root_of
from persona_store.refresh.register import offered_evidence

NEW = "new"
ITEM_STATES = ("new", "in_review", "accepted")
ITEMS_LOOKED_AT = 500


def register(app: App) -> None:
    app.command(COMMAND, matchers=[is_subcommand("draft")])(answer_draft)
    for action, listener in (
        (OPEN_REVISION, open_revision),
        (messages.FORM, open_form),
        (messages.STATEMENT, change_statement),
        (messages.PAGE, turn_page),
        (messages.DIFFERENCE, show_difference),
    ):
        app.action(re.compile(rf"{re.escape(action)}(#\d+)?"))(listener)
    for form, sent in (
        (forms.STATEMENT_FORM, keep_statement),
        (forms.FACTS_FORM, keep_facts),
        (forms.NEW_FORM, begin_persona),
        (forms.ITEMS_FORM, keep_items),
    ):
        app.view(form)(sent)
    deciding.register(app)
    reading.register(app)


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
        reply.open(messages.list_view(desk.words, drafts))
    elif len(slugs) != 1:
        reply.privately(messages.unknown_message(desk.words, text))
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


def open_form(action: dict[str, Any], body: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    """Open a form on top of the draft."""
    what, _, rest = action["value"].partition(":")
    if what == NEW:
        reply.open(forms.new_form(desk.words, "", rest))
        return
    if what in ("research", "objective"):
        form = reading.research_form if what == "research" else forms.objective_form
        reply.open(form(desk.words, (body.get("view") or {}).get("id", "")))
        return
    about = _about(body)
    match what:
        case "submit":
            deciding.open_submit(about, reply, desk)
        case "return":
            reply.open(forms.return_form(desk.words, about))
        case "rebase":
            deciding.open_rebase(about, entry, reply, desk)
        case "evidence":
            reply.open(forms.evidence_form(desk.words, about.kept()))
        case _:
            with desk.store.read() as session:
                view = _form(session, what, draft_shown(session, about.draft_id), about, desk)
            reply.open(view)


def change_statement(
    action: dict[str, Any], body: dict[str, Any], entry: Entry, reply: Reply, desk: Desk
) -> None:
    """Change, retire or bring back the statement that was chosen behind the three dots."""
    wish, _, key = action["selected_option"]["value"].partition(":")
    about = _about(body)
    if wish == "change":
        with desk.store.read() as session:
            view = _statement_form(session, draft_shown(session, about.draft_id), about, key, desk)
        reply.open(view)
        return
    change = RetireStatement(key) if wish == "retire" else RestoreStatement(key)
    problem = _try(change, about, entry, desk)
    with desk.store.read() as session:
        shown = draft_shown(session, about.draft_id)
    reply.update(messages.draft_view(desk.words, shown, entry.slack_user_id, about.page, problem))


def turn_page(action: dict[str, Any], body: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    show_draft(_about(body).draft_id, entry, reply, desk, int(action["value"]))


def show_difference(body: dict[str, Any], reply: Reply, desk: Desk) -> None:
    with desk.store.read() as session:
        shown = draft_shown(session, _about(body).draft_id)
    head = reading.head_of(desk.words, shown.name, shown.draft.base_revision, draft=shown.draft.id)
    reply.open(difference_view(desk.words, head, shown.difference, shown.names))


def keep_statement(view: dict[str, Any], entry: Entry, ack: Ack, reply: Reply, desk: Desk) -> None:
    about = about_in(view)
    change = WriteStatement(forms.statement_in(view), about.key)
    _keep(change, about, view, entry, ack, reply, desk)


def keep_facts(view: dict[str, Any], entry: Entry, ack: Ack, reply: Reply, desk: Desk) -> None:
    _keep(WriteFacts(forms.facts_in(view)), about_in(view), view, entry, ack, reply, desk)


def keep_items(view: dict[str, Any], entry: Entry, ack: Ack, reply: Reply, desk: Desk) -> None:
    about = about_in(view)
    with desk.store.begin() as session:
        change_items(session, about.draft_id, entry.slack_user_id, desk.now, forms.items_in(view), about.seen)
    ack()
    show_below(about, entry, reply, desk)


def begin_persona(view: dict[str, Any], entry: Entry, ack: Ack, desk: Desk) -> None:
    """Begin a persona that there is not yet, and show its draft in the place of the form."""
    number = view.get("private_metadata") or ""
    try:
        with desk.store.begin() as session:
            items = [int(number)] if number else []
            draft = open_new_draft(session, forms.new_in(view), entry.slack_user_id, desk.now, items=items)
            shown = draft_shown(session, draft.id)
    except FieldError as error:
        ack(response_action="errors", errors={forms.field_of(view, error.field): str(error)})
        return
    ack(response_action="update", view=messages.draft_view(desk.words, shown, entry.slack_user_id))


def show_below(about: About, entry: Entry, reply: Reply, desk: Desk) -> None:
    """Show the draft as it is now in the window below the form that was just sent."""
    with desk.store.read() as session:
        shown = draft_shown(session, about.draft_id)
    view = messages.draft_view(desk.words, shown, entry.slack_user_id, about.page)
    reply.update(view, about.view_id)


def _keep(
    change: Change, about: About, view: dict[str, Any], entry: Entry, ack: Ack, reply: Reply, desk: Desk
) -> None:
    try:
        with desk.store.begin() as session:
            change_draft(session, about.draft_id, entry.slack_user_id, desk.now, change, about.seen)
    except FieldError as error:
        ack(response_action="errors", errors={forms.field_of(view, error.field): str(error)})
        return
    ack()
    show_below(about, entry, reply, desk)


def _try(change: Change, about: About, entry: Entry, desk: Desk) -> str:
    """Change the draft; gives what went wrong, to be told in its window."""
    try:
        with desk.store.begin() as session:
            change_draft(session, about.draft_id, entry.slack_user_id, desk.now, change, about.seen)
    except StoreError as error:
        return str(error)
    return ""


def _begin_or_choose(slugs: list[str], item_id: int | None, entry: Entry, reply: Reply, desk: Desk) -> None:
    """Begin a draft where there is nothing to choose, else ask."""
    with desk.store.read() as session:
        drafts = [one for one in list_drafts(session) if not slugs or one.persona in slugs]
        personas = get_personas(session, slugs) if slugs else list(list_personas(session))
    if len(personas) == 1 and not drafts:
        _begin(personas[0].slug, entry, reply, desk, items=[item_id] if item_id else [])
    else:
        put(messages.choose_view(desk.words, drafts, personas, item_id), entry, reply)


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


def _form(session: Session, what: str, shown: DraftShown, about: About, desk: Desk) -> Block:
    if what == "facts":
        return forms.facts_form(desk.words, about, shown.draft.snapshot)
    if what == "items":
        return _items_form(session, shown, about, desk)
    return _statement_form(session, shown, about, None, desk)


def _statement_form(session: Session, shown: DraftShown, about: About, key: str | None, desk: Desk) -> Block:
    statements = shown.draft.snapshot.get("statements") or ()
    said = next((one for one in statements if one["id"] == key), None)
    if key is not None and said is None:
        raise StoreError("That statement is not in this draft any more.")
    chosen = (said or {}).get("evidence") or ()
    evidence = offered_evidence(session, shown.draft.persona, chosen, forms.OFFERED)
    kept = About(about.draft_id, about.seen, about.page, about.view_id, key)
    return forms.statement_form(desk.words, kept, shown.names, evidence, said)


def _items_form(session: Session, shown: DraftShown, about: About, desk: Desk) -> Block:
    chosen = [item.id for item in shown.draft.items]
    is_open = RefreshItem.state.in_(ITEM_STATES)
    rows = session.scalars(
        select(RefreshItem).where(is_open).order_by(RefreshItem.changed_at.desc()).limit(ITEMS_LOOKED_AT)
    )
    about_it = [row for row in rows if not row.personas or shown.draft.persona in row.personas]
    others = [row for row in about_it if row.id not in chosen]
    ordered = sorted(
        others, key=lambda row: (row.state != "accepted", shown.draft.persona not in row.personas)
    )
    return forms.items_form(desk.words, about, [*shown.draft.items, *ordered], chosen)


def _about(body: dict[str, Any]) -> About:
    """The draft in the window that was clicked in."""
    view = body.get("view") or {}
    kept = about_in(view)
    return About(kept.draft_id, kept.seen, kept.page, view["id"])
