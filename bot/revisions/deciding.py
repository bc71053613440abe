"""The council decides on a draft: submitted, published, sent back, discarded, brought up to date."""

from collections.abc import Sequence
from typing import Any

from slack_bolt import Ack, App
from sqlalchemy.orm import Session

from bot.blocks import Message
from bot.desk import Desk
from bot.inputs import typed_in
from bot.replies import Reply
from bot.requests import Entry, clicks_of
from bot.revisions import decision_forms, fields, messages, notices
from bot.revisions.shown import About, DraftShown, about_in, draft_shown
from bot.rights import Role
from persona_store.errors import FieldError, StoreError
from persona_store.models import Draft
from persona_store.posts.deliveries import add_notice
from persona_store.refresh.charter import list_charter
from persona_store.refresh.drafts import discard_draft, get_draft, merge_newer, rebase_draft
from persona_store.refresh.merging import Conflict
from persona_store.refresh.publishing import publish_draft, return_draft, submit_draft, take_back_draft
from persona_store.refresh.variants import find_alike


def register(app: App) -> None:
    app.action(clicks_of(messages.DECIDE))(decide)
    for form, listener in (
        (decision_forms.SUBMIT_FORM, submit),
        (decision_forms.RETURN_FORM, send_back),
        (decision_forms.REBASE_FORM, take_over),
    ):
        app.view(form)(listener)


def decide(
    action: dict[str, Any], body: dict[str, Any], entry: Entry, reply: Reply, role: Role, desk: Desk
) -> None:
    """Publish, take back or discard the draft in the window."""
    about, by = about_in(body.get("view") or {}), entry.slack_user_id
    problem = ""
    try:
        with desk.store.begin() as session:
            if action["value"] == "publish":
                _publish(session, about, by, desk)
            elif action["value"] == "take_back":
                take_back_draft(session, about.draft_id, by, desk.now, about.seen)
            else:
                discard_draft(session, about.draft_id, by, desk.now, about.seen)
    except StoreError as error:
        problem = str(error)
    with desk.store.read() as session:
        shown = draft_shown(session, about.draft_id)
    reply.update(messages.draft_view(desk.words, shown, by, about.page, problem))
    if not problem:
        desk.show_home(reply.client, by, role, desk)


def open_submit(about: About, reply: Reply, desk: Desk) -> None:
    """Ask for the reasons. Looking for personas too alike can take longer than Slack waits for a window."""
    view_id = reply.open(decision_forms.looking_view(desk.words))
    with desk.store.read() as session:
        shown = draft_shown(session, about.draft_id)
        is_new = shown.draft.base_revision == 0
        index = desk.answering.at(session) if is_new else None
        alike = find_alike(session, shown.draft.snapshot, index) if is_new else []
        charter = list_charter(session)
    why = shown.draft.changelog or ""
    form = decision_forms.submit_form(desk.words, about, charter, alike, shown.name, why)
    reply.update(form, view_id)


def submit(view: dict[str, Any], entry: Entry, ack: Ack, reply: Reply, desk: Desk) -> None:
    """Put the draft before the others of the council, who hear of it."""
    about, by = about_in(view), entry.slack_user_id
    try:
        with desk.store.begin() as session:
            given = decision_forms.reasons_in(view)
            draft = submit_draft(session, about.draft_id, by, desk.now, about.seen, given)
            shown = draft_shown(session, draft.id)
            _tell_publishers(session, shown, by, desk)
    except FieldError as error:
        ack(response_action="errors", errors={fields.field_of(view, error.field): str(error)})
        return
    ack()
    reply.update(messages.draft_view(desk.words, shown, by, about.page), about.view_id)


def send_back(view: dict[str, Any], entry: Entry, ack: Ack, reply: Reply, desk: Desk) -> None:
    about, by = about_in(view), entry.slack_user_id
    try:
        with desk.store.begin() as session:
            note = typed_in(view, "note")
            draft = return_draft(session, about.draft_id, by, desk.now, about.seen, note)
            _tell_drafter(
                session, draft, "returned", notices.returned_notice(desk.words, draft, by), by, desk
            )
            shown = draft_shown(session, draft.id)
    except FieldError as error:
        ack(response_action="errors", errors={fields.field_of(view, error.field): str(error)})
        return
    ack()
    reply.update(messages.draft_view(desk.words, shown, by, about.page), about.view_id)


def open_rebase(about: About, entry: Entry, reply: Reply, desk: Desk) -> None:
    """Take over what was published since, at once where nothing clashes."""
    problem = ""
    conflicts: Sequence[Conflict] = ()
    try:
        with desk.store.begin() as session:
            merged = rebase_draft(session, about.draft_id, entry.slack_user_id, desk.now, about.seen)
            conflicts = merged.conflicts
    except StoreError as error:
        problem = str(error)
    with desk.store.read() as session:
        shown = draft_shown(session, about.draft_id)
    if len(conflicts) > decision_forms.CONFLICTS:
        problem = desk.words.plain(fields.PIECES, "too_many", count=len(conflicts))
    if conflicts and not problem:
        reply.open(decision_forms.rebase_form(desk.words, about, conflicts, shown.current or 0, shown.names))
    else:
        reply.update(messages.draft_view(desk.words, shown, entry.slack_user_id, about.page, problem))


def take_over(view: dict[str, Any], entry: Entry, ack: Ack, reply: Reply, desk: Desk) -> None:
    """Bring the draft up to date, with what was chosen where both sides changed the same."""
    about, by = about_in(view), entry.slack_user_id
    with desk.store.begin() as session:
        conflicts = merge_newer(session, get_draft(session, about.draft_id)).conflicts
        chosen = decision_forms.sides_in(view, conflicts)
        merged = rebase_draft(session, about.draft_id, by, desk.now, about.seen, chosen)
        shown = draft_shown(session, about.draft_id)
    if merged.conflicts:  # another revision came meanwhile
        form = decision_forms.rebase_form(
            desk.words, about, conflicts, shown.current or 0, shown.names, chosen
        )
        ack(response_action="update", view=form)
        return
    ack()
    reply.update(messages.draft_view(desk.words, shown, by, about.page), about.view_id)


def _publish(session: Session, about: About, by: str, desk: Desk) -> None:
    revision = publish_draft(session, about.draft_id, by, desk.now, seen=about.seen)
    draft = get_draft(session, about.draft_id)
    notice = notices.published_notice(desk.words, draft, revision, by)
    _tell_drafter(session, draft, "published", notice, by, desk)


def _tell_publishers(session: Session, shown: DraftShown, by: str, desk: Desk) -> None:
    payload = notices.submitted_notice(desk.words, shown, by).payload()
    for member in shown.publishers:
        key = f"draft {shown.draft.id} submitted {desk.now.isoformat()} {member}"
        add_notice(session, key, member, payload, desk.now)


def _tell_drafter(session: Session, draft: Draft, piece: str, notice: Message, by: str, desk: Desk) -> None:
    if draft.drafted_by != by:
        key = f"draft {draft.id} {piece} {desk.now.isoformat()} {draft.drafted_by}"
        add_notice(session, key, draft.drafted_by, notice.payload(), desk.now)
