"""The council works on its drafts: statements, facts, what they are about."""

from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.blocks import Block
from bot.desk import Desk
from bot.replies import Reply
from bot.requests import Entry, clicks_of
from bot.revisions import (
    background,
    beginning,
    deciding,
    decision_forms,
    fields,
    forms,
    journeys,
    messages,
    reading,
    record_forms,
)
from bot.revisions.diffs import difference_view
from bot.revisions.shown import About, DraftShown, about_in, draft_shown
from persona_store.errors import FieldError, StoreError
from persona_store.models import RefreshItem
from persona_store.refresh.draft_changes import (
    GONE,
    Change,
    RestoreStatement,
    RetireStatement,
    WriteFacts,
    WriteStatement,
)
from persona_store.refresh.drafts import (
    change_draft,
    change_items,
)
from persona_store.refresh.insights import stage_names
from persona_store.refresh.journey_changes import ALL_THERE, MoveStep, RemoveStep, RestoreStep
from persona_store.refresh.journey_changes import GONE as STEP_GONE
from persona_store.refresh.register import offered_evidence

ITEM_STATES = ("new", "in_review", "accepted")
ITEMS_LOOKED_AT = 500


def register(app: App) -> None:
    for action, listener in (
        (messages.FORM, open_form),
        (messages.STATEMENT, change_statement),
        (journeys.STEP, change_step),
        (messages.PAGE, turn_page),
        (messages.DIFFERENCE, show_difference),
    ):
        app.action(clicks_of(action))(listener)
    for form, sent in (
        (forms.STATEMENT_FORM, keep_statement),
        (forms.FACTS_FORM, keep_facts),
        (background.BACKGROUND_FORM, keep_background),
        (journeys.STEP_FORM, keep_step),
        (forms.ITEMS_FORM, keep_items),
    ):
        app.view(form)(sent)
    beginning.register(app)
    deciding.register(app)
    reading.register(app)


def open_form(action: dict[str, Any], body: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    """Open a form on top of the draft."""
    what, _, rest = action["value"].partition(":")
    if what == beginning.NEW:
        reply.open(forms.new_form(desk.words, "", rest))
        return
    if what in ("research", "objective"):
        form = reading.research_form if what == "research" else record_forms.objective_form
        reply.open(form(desk.words, (body.get("view") or {}).get("id", "")))
        return
    about = _about(body)
    match what:
        case "submit":
            deciding.open_submit(about, reply, desk)
        case "return":
            reply.open(decision_forms.return_form(desk.words, about))
        case "rebase":
            deciding.open_rebase(about, entry, reply, desk)
        case "evidence":
            reply.open(record_forms.evidence_form(desk.words, about.kept()))
        case "journey":
            show_below(replace(about, part=journeys.JOURNEY), entry, reply, desk)
        case "draft":
            show_below(replace(about, part=""), entry, reply, desk)
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
    show_below(about, entry, reply, desk, _try(change, about, entry, desk))


def change_step(action: dict[str, Any], body: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    """Change, move, take out or bring back the step of the journey that was chosen behind the three dots."""
    wish, _, stage = action["selected_option"]["value"].partition(":")
    about = _about(body)
    if wish == "change":
        with desk.store.read() as session:
            view = _step_form(draft_shown(session, about.draft_id), about, stage, desk)
        reply.open(view)
        return
    changes: dict[str, Change] = {
        "earlier": MoveStep(stage, -1),
        "later": MoveStep(stage, 1),
        "remove": RemoveStep(stage),
        "undo": RestoreStep(stage),
    }
    show_below(about, entry, reply, desk, _try(changes[wish], about, entry, desk))


def turn_page(action: dict[str, Any], body: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    beginning.show_draft(_about(body).draft_id, entry, reply, desk, int(action["value"]))


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


def keep_background(view: dict[str, Any], entry: Entry, ack: Ack, reply: Reply, desk: Desk) -> None:
    _keep(WriteFacts(background.background_in(view)), about_in(view), view, entry, ack, reply, desk)


def keep_step(view: dict[str, Any], entry: Entry, ack: Ack, reply: Reply, desk: Desk) -> None:
    about = about_in(view)
    with desk.store.read() as session:
        order = stage_names(session)
    _keep(journeys.step_in(view, about.key, list(order)), about, view, entry, ack, reply, desk)


def keep_items(view: dict[str, Any], entry: Entry, ack: Ack, reply: Reply, desk: Desk) -> None:
    about = about_in(view)
    with desk.store.begin() as session:
        change_items(session, about.draft_id, entry.slack_user_id, desk.now, forms.items_in(view), about.seen)
    ack()
    show_below(about, entry, reply, desk)


def show_below(about: About, entry: Entry, reply: Reply, desk: Desk, problem: str = "") -> None:
    """Show the draft as it is now in its window, below the form that was just sent, if it was one."""
    with desk.store.read() as session:
        shown = draft_shown(session, about.draft_id)
    if about.part == journeys.JOURNEY and shown.draft.state == "open":
        view = journeys.journey_view(desk.words, shown, problem)
    else:
        view = messages.draft_view(desk.words, shown, entry.slack_user_id, about.page, problem)
    reply.update(view, about.view_id)


def _keep(
    change: Change, about: About, view: dict[str, Any], entry: Entry, ack: Ack, reply: Reply, desk: Desk
) -> None:
    try:
        with desk.store.begin() as session:
            change_draft(session, about.draft_id, entry.slack_user_id, desk.now, change, about.seen)
    except FieldError as error:
        ack(response_action="errors", errors={fields.field_of(view, error.field): str(error)})
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


def _form(session: Session, what: str, shown: DraftShown, about: About, desk: Desk) -> Block:
    if what == "facts":
        return forms.facts_form(desk.words, about, shown.draft.snapshot)
    if what == "background":
        said = shown.draft.snapshot
        return background.background_form(desk.words, about, said, shown.names.segments)
    if what == "step":
        return _step_form(shown, about, None, desk)
    if what == "items":
        return _items_form(session, shown, about, desk)
    return _statement_form(session, shown, about, None, desk)


def _statement_form(session: Session, shown: DraftShown, about: About, key: str | None, desk: Desk) -> Block:
    statements = shown.draft.snapshot.get("statements") or ()
    said = next((one for one in statements if one["id"] == key), None)
    if key is not None and said is None:
        raise StoreError(GONE)
    chosen = (said or {}).get("evidence") or ()
    evidence = offered_evidence(session, shown.draft.persona, chosen, forms.OFFERED)
    return forms.statement_form(desk.words, replace(about, key=key), shown.names, evidence, said)


def _step_form(shown: DraftShown, about: About, stage: str | None, desk: Desk) -> Block:
    steps = shown.draft.snapshot.get("journey") or ()
    said = next((one for one in steps if one["stage"] == stage), None)
    if stage is not None and said is None:
        raise StoreError(STEP_GONE)
    if stage is None and not journeys.free_stages(shown):
        raise StoreError(ALL_THERE)
    return journeys.step_form(desk.words, replace(about, key=stage), shown, said)


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
    return replace(about_in(view), view_id=view["id"])
