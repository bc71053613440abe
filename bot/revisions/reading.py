"""People read what became of a persona, what it rests on, and what the council works for."""

from typing import Any

from slack_bolt import Ack, App
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.actions import SHOW_HISTORY
from bot.blocks import Block
from bot.desk import Desk
from bot.manifest import COMMAND
from bot.replies import Reply
from bot.requests import Entry, clicks_of, is_subcommand, split_command
from bot.revisions import choosing, fields, messages, record_forms, records
from bot.revisions.diffs import PIECES as DIFFERENCE
from bot.revisions.diffs import difference_view
from bot.revisions.shown import About, about_in, draft_shown, names_in
from bot.rights import Role, may
from bot.wording import Words
from persona_store.errors import FieldError, StoreError
from persona_store.models import Persona, Revision
from persona_store.personas import find_named, get_persona, list_personas
from persona_store.refresh.charter import add_objective, close_objective, count_served, list_charter
from persona_store.refresh.differences import Difference, difference_of, histories_of
from persona_store.refresh.register import list_mixes, list_register, register_evidence

DRAFTS = f"action:{messages.FORM}"
LONGEST_QUERY = 100


def register(app: App) -> None:
    for command, listener in (
        ("history", answer_history),
        ("evidence", answer_evidence),
        ("charter", answer_charter),
    ):
        app.command(COMMAND, matchers=[is_subcommand(command)])(listener)
    for action, clicked in (
        (SHOW_HISTORY, show_history),
        (messages.SHOW, show_revision),
        (messages.REGISTER, turn_register),
        (messages.CHARTER, show_charter),
        (records.CLOSE_LINE, close_line),
    ):
        app.action(clicks_of(action))(clicked)
    app.view(record_forms.EVIDENCE_FORM)(keep_evidence)
    app.view(record_forms.OBJECTIVE_FORM)(keep_objective)


def answer_history(command: dict[str, Any], reply: Reply, role: Role, desk: Desk) -> None:
    name = split_command(command.get("text", ""))[1]
    if not name:
        raise StoreError(desk.words.plain(records.HISTORY, "usage"))
    with desk.store.read() as session:
        slugs = find_named(session, name)
        view = _history(session, slugs[0], 0, role, desk) if len(slugs) == 1 else None
    if view is None:
        reply.privately(choosing.unknown_message(desk.words, name))
    else:
        reply.open(view)


def show_history(action: dict[str, Any], entry: Entry, reply: Reply, role: Role, desk: Desk) -> None:
    """From a card, in its place: what follows needs the room above."""
    with desk.store.read() as session:
        view = _history(session, action["value"], 0, role, desk)
    if entry.is_in_modal:
        reply.update(view)
    else:
        reply.open(view)


def show_revision(action: dict[str, Any], reply: Reply, role: Role, desk: Desk) -> None:
    """Show what a revision changed, what it says, or what became of each statement; or turn the page."""
    what, slug, number = action["value"].split(":")
    with desk.store.read() as session:
        if what == "page":
            reply.update(_history(session, slug, int(number), role, desk))
            return
        persona = get_persona(session, slug)
        if what == "statements":
            view = _statements(session, persona, int(number), desk)
        elif what == "view":
            revision = _revision(session, persona, int(number))
            view = records.revision_view(desk.words, revision, names_in(session, [revision.snapshot]))
        else:
            view = _changes(session, persona, int(number), desk)
    if what == "statements" and int(number):
        reply.update(view)
    else:
        reply.open(view)


def answer_evidence(command: dict[str, Any], reply: Reply, role: Role, desk: Desk) -> None:
    query = split_command(command.get("text", ""))[1][:LONGEST_QUERY]
    reply.open(_register(desk, role, 0, query))


def turn_register(action: dict[str, Any], body: dict[str, Any], reply: Reply, role: Role, desk: Desk) -> None:
    """Open the register, or turn its page."""
    if not action.get("value"):
        reply.open(_register(desk, role, 0, ""))
        return
    query = (body.get("view") or {}).get("private_metadata") or ""
    reply.update(_register(desk, role, int(action["value"]), query))


def answer_charter(reply: Reply, role: Role, desk: Desk) -> None:
    reply.open(_charter(desk, role))


def show_charter(reply: Reply, role: Role, desk: Desk) -> None:
    reply.open(_charter(desk, role))


def close_line(action: dict[str, Any], entry: Entry, reply: Reply, role: Role, desk: Desk) -> None:
    with desk.store.begin() as session:
        close_objective(session, int(action["value"]), entry.slack_user_id, desk.now)
    reply.update(_charter(desk, role))


def keep_evidence(view: dict[str, Any], entry: Entry, ack: Ack, reply: Reply, role: Role, desk: Desk) -> None:
    """Add a piece of research; the window below is a draft, or the register."""
    research, by = record_forms.research_in(view), entry.slack_user_id
    if research is None:
        ack(response_action="errors", errors={"participants": desk.words.plain(fields.PIECES, "no_number")})
        return
    try:
        with desk.store.begin() as session:
            register_evidence(session, research, by, desk.now)
    except FieldError as error:
        ack(response_action="errors", errors={fields.field_of(view, error.field): str(error)})
        return
    ack()
    about = about_in(view)
    if not about.draft_id:
        reply.update(_register(desk, role, 0, ""), about.view_id)
        return
    with desk.store.read() as session:
        shown = draft_shown(session, about.draft_id)
    reply.update(messages.draft_view(desk.words, shown, by, about.page), about.view_id)


def keep_objective(
    view: dict[str, Any], entry: Entry, ack: Ack, reply: Reply, role: Role, desk: Desk
) -> None:
    kind, text = record_forms.objective_in(view)
    try:
        with desk.store.begin() as session:
            add_objective(session, kind, text, entry.slack_user_id, desk.now)
    except FieldError as error:
        ack(response_action="errors", errors={fields.field_of(view, error.field): str(error)})
        return
    ack()
    reply.update(_charter(desk, role), view.get("private_metadata") or "")


def research_form(words: Words, view_id: str) -> Block:
    """The form that adds to the register, opened there."""
    return record_forms.evidence_form(words, About(0, "", view_id=view_id).kept())


def head_of(words: Words, name: str, before: int, *, revision: int = 0, draft: int = 0) -> str:
    """Say which two versions are compared."""
    old = (
        words.plain(DIFFERENCE, "revision", number=before)
        if before
        else words.plain(DIFFERENCE, "nothing_before")
    )
    piece, number = ("revision", revision) if revision else ("draft", draft)
    return words.plain(
        DIFFERENCE, "head", name=name, before=old, after=words.plain(DIFFERENCE, piece, number=number)
    )


def _history(session: Session, slug: str, page: int, role: Role, desk: Desk) -> Block:
    persona = get_persona(session, slug)
    newest = select(Revision).where(Revision.persona_id == persona.id).order_by(Revision.number.desc())
    first = page * records.REVISIONS_LISTED
    rows = list(session.scalars(newest.offset(first).limit(records.REVISIONS_LISTED + 1)))
    befores = [one.snapshot for one in rows[1:]] + [{}]
    listed: list[tuple[Revision, Difference]] = [
        (one, difference_of(before, one.snapshot)) for one, before in zip(rows, befores, strict=True)
    ]
    return records.history_view(desk.words, persona, listed, page, is_council=may(role, DRAFTS))


def _changes(session: Session, persona: Persona, number: int, desk: Desk) -> Block:
    now = _revision(session, persona, number)
    before = _revision(session, persona, number - 1).snapshot if number > 1 else {}
    head = head_of(desk.words, now.snapshot["name"], number - 1, revision=number)
    names = names_in(session, [before, now.snapshot])
    return difference_view(desk.words, head, difference_of(before, now.snapshot), names)


def _statements(session: Session, persona: Persona, page: int, desk: Desk) -> Block:
    of_it = select(Revision).where(Revision.persona_id == persona.id).order_by(Revision.number)
    revisions = {one.number: one for one in session.scalars(of_it)}
    histories = histories_of([(number, one.snapshot) for number, one in revisions.items()])
    return records.statements_view(desk.words, persona, histories, revisions, page)


def _revision(session: Session, persona: Persona, number: int) -> Revision:
    of_it = select(Revision).where(Revision.persona_id == persona.id, Revision.number == number)
    found = session.scalar(of_it)
    if found is None:
        raise StoreError(f"There is no revision {number} of this persona.")
    return found


def _register(desk: Desk, role: Role, page: int, query: str) -> Block:
    today = desk.now.date()
    with desk.store.read() as session:
        names = {one.slug: one.name for one in list_personas(session)}
        mixes, listed = list_mixes(session, today), list_register(session, today, query=query)
    return records.register_view(
        desk.words, mixes, listed, names, (page, query), is_council=may(role, DRAFTS)
    )


def _charter(desk: Desk, role: Role) -> Block:
    with desk.store.read() as session:
        lines, served = list_charter(session), count_served(session)
    return records.charter_view(desk.words, lines, served, is_council=may(role, DRAFTS))
