"""People report what they saw or heard of customers, see what became of it, and take it back."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.actions import FLAG_OUTDATED, OPEN_INSIGHT_FORM, SEND_TO_BACKLOG, SHOW_INSIGHT
from bot.blocks import Block
from bot.desk import Desk
from bot.insight_blocks import own_insights, with_revisions
from bot.insights import forms, messages
from bot.manifest import COMMAND
from bot.masked_requests import MASKED, has_attachments
from bot.replies import Reply
from bot.requests import Entry, clicks_of, is_subcommand, split_command
from bot.rights import Role, may
from bot.wording import as_typed, message_url
from persona_store.errors import FieldError, StoreError
from persona_store.models import RefreshItem, Statement, Voice
from persona_store.personas import get_persona, get_personas, get_statements, list_personas
from persona_store.refresh.duplicates import read_ahead, suggest_duplicates
from persona_store.refresh.insights import (
    LONGEST_INSIGHT,
    Said,
    add_voice,
    checked,
    find_filed,
    get_own_insight,
    list_unheard,
    set_follows,
    stage_names,
    submit_insight,
    suggest_persona,
    withdraw_voice,
)
from persona_store.refresh.item_moves import OPEN_STATES
from persona_store.refresh.items import count_people, get_item, list_voices

LISTED, OTHERS = 10, 5


def register(app: App) -> None:
    app.command(COMMAND, matchers=[is_subcommand("insight")])(open_with_text)
    app.command(COMMAND, matchers=[is_subcommand("insights")])(list_mine)
    app.shortcut(OPEN_INSIGHT_FORM)(open_empty)
    app.shortcut(SEND_TO_BACKLOG)(send_to_backlog)
    for action, listener in (
        (OPEN_INSIGHT_FORM, open_empty),
        (FLAG_OUTDATED, flag_outdated),
        (forms.CHOOSE_PERSONA, choose_persona),
        (forms.JOIN, join),
        (SHOW_INSIGHT, show_insight),
        (messages.FOLLOW, follow),
        (messages.WITHDRAW, withdraw),
        (messages.ENDORSE, endorse),
    ):
        app.action(clicks_of(action))(listener)
    app.view(forms.INSIGHT_FORM)(submit)
    app.view(forms.FILE_FORM)(file_as_new)


def open_with_text(command: dict[str, Any], body: dict[str, Any], reply: Reply, desk: Desk) -> None:
    text = as_typed(split_command(command.get("text", ""))[1])
    _open(text, forms.About(masked=tuple(body.get(MASKED, ()))), reply, desk)


def open_empty(entry: Entry, reply: Reply, desk: Desk) -> None:
    _open("", forms.About(at_home=_is_home(entry)), reply, desk)


def send_to_backlog(body: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    """Take a message's text and its address along, whoever or whatever wrote it."""
    message = body.get("message") or {}
    permalink = message_url(desk.workspace_url, entry.channel_id or "", str(message.get("ts", "")))
    about = forms.About(permalink, tuple(body.get(MASKED, ())), without_files=has_attachments(message))
    _open(as_typed(message.get("text", "")), about, reply, desk)


def flag_outdated(action: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    """Open the form with a statement that may not be true any more."""
    keys = tuple(action["value"].split())
    with desk.store.read() as session:
        statements = get_statements(session, keys)
        said = forms.flag_of(statements)
        offer = _offer(session, said)
    about = forms.About(flagged=keys, at_home=_is_home(entry))
    reply.open(forms.insight_form(desk.words, offer, said, about))


def choose_persona(body: dict[str, Any], reply: Reply, desk: Desk) -> None:
    """Show the statements of the persona that was chosen, and keep what was filled in."""
    view = body.get("view") or {}
    if "state" not in view:
        return
    said = replace(forms.read_said(view), statement=None)
    about = replace(forms.read_about(view), flagged=())
    with desk.store.read() as session:
        offer = _offer(session, said)
        alike = _alike(session, said, desk) if view["callback_id"] == forms.FILE_FORM else []
    reply.update(forms.insight_form(desk.words, offer, said, about, alike=alike))


def submit(
    view: dict[str, Any], body: dict[str, Any], entry: Entry, ack: Ack, reply: Reply, role: Role, desk: Desk
) -> None:
    """File an insight, unless it may repeat another one: then that is shown first."""
    said = forms.read_said(view)
    try:
        with desk.store.read() as session:
            said, filed = checked(session, said), find_filed(session, entry.key)
    except FieldError as error:
        ack(response_action="errors", errors={forms.block_of(said, error.field): str(error)})
        return
    read_ahead(desk.answering, said.text, said.personas)
    with desk.store.read() as session:
        alike = [] if filed else _alike(session, said, desk)
        offer = _offer(session, said)
    if alike:
        about = replace(forms.read_about(view), masked=tuple(_masked_kinds(view, body)))
        ack(response_action="update", view=forms.insight_form(desk.words, offer, said, about, alike=alike))
    else:
        file_as_new(view, body, entry, ack, reply, role, desk)


def file_as_new(
    view: dict[str, Any], body: dict[str, Any], entry: Entry, ack: Ack, reply: Reply, role: Role, desk: Desk
) -> None:
    said, at_home = forms.read_said(view), forms.read_about(view).at_home
    try:
        with desk.store.begin() as session:
            voice = submit_insight(session, said, entry.slack_user_id, entry.key, desk.now)
            about = _about(session, voice, desk)
    except FieldError as error:
        ack(response_action="errors", errors={forms.block_of(said, error.field): str(error)})
        return
    lines = [messages.filed_text(desk.words, voice), *about, *_masked(view, body, desk)]
    ack(response_action="update", view=messages.receipt_view(desk.words, voice, lines, at_home=at_home))
    if at_home:
        desk.show_home(reply.client, entry.slack_user_id, role, desk)


def join(
    action: dict[str, Any], body: dict[str, Any], entry: Entry, reply: Reply, role: Role, desk: Desk
) -> None:
    """Add one's voice to what was reported before, with what was typed."""
    view = body.get("view") or {}
    if "state" not in view:
        return
    said, about = forms.read_said(view), forms.read_about(view)
    try:
        with desk.store.begin() as session:
            voice = add_voice(session, int(action["value"]), entry.slack_user_id, said, entry.key, desk.now)
            voices = count_people(list_voices(session, get_item(session, voice.item_id)))
            on = _about(session, voice, desk)
    except StoreError as error:
        with desk.store.read() as session:
            offer, alike = _offer(session, said), _alike(session, said, desk)
        form = forms.insight_form(desk.words, offer, said, about, alike=alike, problem=str(error))
        reply.update(form)
        return
    is_again = voice.request != entry.key
    joined = messages.joined_text(desk.words, voice, voices, is_again=is_again)
    lines = [joined, *on, *_masked(view, body, desk)]
    reply.update(messages.receipt_view(desk.words, voice, lines, at_home=about.at_home))
    if about.at_home:
        desk.show_home(reply.client, entry.slack_user_id, role, desk)


def list_mine(entry: Entry, reply: Reply, role: Role, desk: Desk) -> None:
    is_ambassador = may(role, f"action:{messages.ENDORSE}")
    with desk.store.read() as session:
        own = own_insights(session, entry.slack_user_id, LISTED)
        others = list_unheard(session, entry.slack_user_id, OTHERS) if is_ambassador else []
        names = {persona.slug: persona.name for persona in list_personas(session)}
    reply.privately(messages.list_message(desk.words, own, others, names, limit=LISTED))


def show_insight(action: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    reply.open(_receipt(int(action["value"]), entry, desk, at_home=_is_home(entry)))


def follow(
    action: dict[str, Any], body: dict[str, Any], entry: Entry, reply: Reply, role: Role, desk: Desk
) -> None:
    change, voice_id = action["value"].split(" ", 1)
    with desk.store.begin() as session:
        set_follows(session, int(voice_id), entry.slack_user_id, change == "follow")
    at_home = _opened_at_home(body)
    reply.update(_receipt(int(voice_id), entry, desk, at_home=at_home))
    if at_home:
        desk.show_home(reply.client, entry.slack_user_id, role, desk)


def withdraw(
    action: dict[str, Any], body: dict[str, Any], entry: Entry, reply: Reply, role: Role, desk: Desk
) -> None:
    with desk.store.begin() as session:
        voice, _ = get_own_insight(session, int(action["value"]), entry.slack_user_id)
        withdraw_voice(session, voice.id, entry.slack_user_id, desk.now)
    reply.update(messages.withdrawn_view(desk.words, voice.item_id))
    if _opened_at_home(body):
        desk.show_home(reply.client, entry.slack_user_id, role, desk)


def endorse(action: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    """Say that one has seen the same as somebody else reported."""
    with desk.store.begin() as session:
        voice = add_voice(session, int(action["value"]), entry.slack_user_id, None, entry.key, desk.now)
    reply.privately(messages.endorsed_message(desk.words, voice.item_id))


def _open(text: str, about: forms.About, reply: Reply, desk: Desk) -> None:
    persona = suggest_persona(desk.answering, text) if text else None
    cut = text[:LONGEST_INSIGHT]
    said = Said(cut, (persona,) if persona else ())
    with desk.store.read() as session:
        offer = _offer(session, said)
    reply.open(forms.insight_form(desk.words, offer, said, replace(about, is_cut=cut != text)))


def _offer(session: Session, said: Said) -> forms.Offer:
    names = {persona.slug: persona.name for persona in list_personas(session)}
    chosen = next((slug for slug in said.personas if slug in names), None)
    statements = get_persona(session, chosen).statements if chosen else []
    return forms.Offer(names, stage_names(session), statements)


def _alike(session: Session, said: Said, desk: Desk) -> Sequence[tuple[RefreshItem, int]]:
    """What may be the same, with how many people said so."""
    found = suggest_duplicates(session, desk.answering, said.text, said.personas)
    return [(item, count_people(list_voices(session, item))) for item, _ in found]


def _masked(view: dict[str, Any], body: dict[str, Any], desk: Desk) -> list[str]:
    return messages.masked_text(desk.words, _masked_kinds(view, body))


def _masked_kinds(view: dict[str, Any], body: dict[str, Any]) -> list[str]:
    """What was taken out of the text, now or when the form was opened."""
    return list(dict.fromkeys([*forms.read_about(view).masked, *body.get(MASKED, ())]))


def _receipt(voice_id: int, entry: Entry, desk: Desk, *, at_home: bool) -> Block:
    with desk.store.read() as session:
        voice, item = get_own_insight(session, voice_id, entry.slack_user_id)
        own = with_revisions(session, [(voice, item)])
        about = _about(session, voice, desk)
    if voice.withdrawn_at is not None:
        return messages.withdrawn_view(desk.words, voice.item_id)
    lines = [messages.standing_text(desk.words, own), *about]
    is_open = item.state in OPEN_STATES
    return messages.receipt_view(desk.words, voice, lines, at_home=at_home, is_open=is_open)


def _about(session: Session, voice: Voice, desk: Desk) -> list[str]:
    """Whom and what an insight is about, for its receipt; a statement that is retired by now too."""
    personas = get_personas(session, get_item(session, voice.item_id).personas)
    text = session.scalar(select(Statement.text).where(Statement.key == voice.statement))
    names = ", ".join(persona.name for persona in personas)
    return messages.about_text(desk.words, voice, names, text or "")


def _opened_at_home(body: dict[str, Any]) -> bool:
    return bool((body.get("view") or {}).get("private_metadata") == "home")


def _is_home(entry: Entry) -> bool:
    """Whether it was clicked on the Home, or in a window that may have been opened there."""
    return entry.channel_id is None and entry.name.startswith("action:")
