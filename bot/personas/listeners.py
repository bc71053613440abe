"""People look personas up, compare them, and choose a lens."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slack_bolt import App
from sqlalchemy.orm import Session

from bot.actions import OPEN_REVISION
from bot.blocks import Message
from bot.desk import Desk
from bot.manifest import COMMAND
from bot.persona_blocks import SHOW_CARD
from bot.personas import messages
from bot.replies import Reply
from bot.requests import Entry, clicks_of, is_subcommand, nearest_subcommand, split_command
from bot.rights import Role, may
from bot.wording import as_typed
from persona_store.answering import Answering
from persona_store.asking import Asking, record_look_up
from persona_store.errors import StoreError
from persona_store.lookups import LookUp, Wanted, find_look_up
from persona_store.models import Channel, Persona, Statement
from persona_store.people import find_person, list_lenses, set_channel_lens, set_own_lens
from persona_store.personas import (
    KINDS,
    count_statements,
    find_named,
    get_persona,
    get_personas,
    get_statements,
    list_personas,
    list_revisions,
    strength,
)
from persona_store.questions import find_last_answered
from persona_store.stories import list_stories

MOST_COMPARED = 4
NEWS_SHOWN = 5
SOURCES_SHOWN = 10
STORIES_SHOWN = 3


def register(app: App) -> None:
    app.event("app_mention", matchers=[_is_look_up])(answer_look_up)
    app.event("message", matchers=[_is_look_up])(answer_look_up)
    app.command(COMMAND, matchers=[_is_look_up])(answer_look_up)
    for subcommand, listener in (
        ("list", answer_list),
        ("card", answer_card),
        ("journey", answer_journey),
        ("compare", answer_compare),
        ("lens", choose_lens),
        ("help", answer_help),
        ("mistyped", answer_mistyped),
    ):
        app.command(COMMAND, matchers=[is_subcommand(subcommand)])(listener)
    app.action(clicks_of(SHOW_CARD))(show_card)
    app.action(messages.SHOW_JOURNEY)(show_journey)


def answer_look_up(body: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    """Answer what is asked about the personas themselves, in the words of a question."""
    with desk.store.read() as session:
        wanted = find_look_up(session, _text(body, desk))
        if wanted is None:
            return
        found = _looked_up(session, wanted, entry, desk)
    _keep(_asking(body, entry, desk), found, desk)
    message = found.message
    if entry.name.startswith("command:"):
        reply.privately(message)
    else:
        reply.publicly(message)


def answer_list(reply: Reply, desk: Desk) -> None:
    with desk.store.read() as session:
        personas, statements = list_personas(session), count_statements(session)
    reply.privately(messages.list_message(desk.words, personas, statements, desk.now))


def answer_card(command: dict[str, Any], reply: Reply, role: Role, desk: Desk) -> None:
    persona = _named(_argument(command), "card", reply, desk)
    if persona:
        with desk.store.read() as session:
            stories = list_stories(session, persona.slug, limit=STORIES_SHOWN)
        drafts = may(role, f"action:{OPEN_REVISION}")
        reply.privately(messages.card_message(desk.words, persona, desk.now, stories, is_council=drafts))


def answer_journey(command: dict[str, Any], reply: Reply, desk: Desk) -> None:
    persona = _named(_argument(command), "journey", reply, desk)
    if persona:
        reply.privately(messages.journey_message(desk.words, persona))


def answer_compare(command: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    with desk.store.read() as session:
        found = _comparison(session, _argument(command), desk)
    _keep(_asking(command, entry, desk), found, desk)
    reply.privately(found.message)


def choose_lens(command: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    """``/persona lens marketing`` is one's own, ``... here`` the channel's, ``off`` none."""
    name, _, where = _argument(command).lower().partition(" ")
    channel_id = entry.channel_id or ""
    if not name:
        _show_lenses(entry, reply, desk)
        return
    if where == "here" and not reply.may_share:
        reply.privately(messages.usage_message(desk.words, "lens_not_here"))
        return
    lens = None if name == "off" else name
    with desk.store.begin() as session:
        if where == "here":
            set_channel_lens(session, channel_id, lens)
        else:
            set_own_lens(session, entry.slack_user_id, lens)
    for_channel = entry.slack_user_id if where == "here" else None
    message = messages.lens_set_message(desk.words, lens, for_channel)
    if for_channel:
        reply.publicly(message)
    else:
        reply.privately(message)


def answer_help(reply: Reply, desk: Desk) -> None:
    with desk.store.read() as session:
        lenses = list_lenses(session)
    reply.privately(messages.help_message(desk.words, lenses))


def answer_mistyped(command: dict[str, Any], reply: Reply, desk: Desk) -> None:
    text = _argument(command)
    message = messages.did_you_mean_message(desk.words, text.split()[0], nearest_subcommand(text) or "help")
    reply.privately(message)


def show_card(action: dict[str, Any], reply: Reply, role: Role, desk: Desk) -> None:
    with desk.store.read() as session:
        persona = get_persona(session, action["value"])
        stories = list_stories(session, persona.slug, limit=STORIES_SHOWN)
    drafts = may(role, f"action:{OPEN_REVISION}")
    reply.open(messages.card_view(desk.words, persona, desk.now, stories, is_council=drafts))


def show_journey(action: dict[str, Any], reply: Reply, desk: Desk) -> None:
    with desk.store.read() as session:
        persona = get_persona(session, action["value"])
    reply.open(messages.journey_view(desk.words, persona))


def _named(name: str, subcommand: str, reply: Reply, desk: Desk) -> Persona | None:
    """Find the one persona that ``name`` means, or tell the person why there is not one."""
    if not name:
        raise StoreError(f"Say whom: `/persona {subcommand} NAME`. `/persona list` shows all.")
    with desk.store.read() as session:
        slugs = _slugs_in(session, name, desk.answering)
        personas = [get_persona(session, slug) for slug in slugs[:1]] if len(slugs) == 1 else []
        candidates = get_personas(session, slugs)
    if personas:
        return personas[0]
    if candidates:
        reply.privately(messages.which_message(desk.words, name, candidates))
    else:
        reply.privately(messages.not_found_message(desk.words, name))
    return None


def _slugs_in(session: Session, text: str, answering: Answering) -> list[str]:
    """Those named in ``text``: each exactly, or as a question would find them."""
    parts = [
        part
        for part in re.split(r"\s*(?:,|&|\band\b|\bvs?\.?\b|\bversus\b|\bor\b|\bwith\b)\s*", text)
        if part
    ]
    exact = [find_named(session, part) for part in (text, *parts)]
    if exact[0]:
        return exact[0]
    if parts and all(len(found) == 1 for found in exact[1:]):
        return list(dict.fromkeys(found[0] for found in exact[1:]))
    return list(answering.answer(f"who is {text}?").personas)


@dataclass(frozen=True)
class _LookedUp:
    """``slugs``: whom it is about, empty for nobody in particular; ``said``: what a comparison found."""

    message: Message
    slugs: Sequence[str] = ()
    said: list[Statement] | None = None


def _looked_up(session: Session, wanted: Wanted, entry: Entry, desk: Desk) -> _LookedUp:
    words, now = desk.words, desk.now
    match wanted.what:
        case LookUp.LIST:
            shown = messages.list_message(words, list_personas(session), count_statements(session), now)
            return _LookedUp(shown)
        case LookUp.HELP:
            return _LookedUp(messages.help_message(words, list_lenses(session)))
        case LookUp.CARD:
            stories = list_stories(session, wanted.slug, limit=STORIES_SHOWN)
            card = messages.card_message(words, get_persona(session, wanted.slug), now, stories)
            return _LookedUp(card, [wanted.slug])
        case LookUp.COMPARE:
            return _comparison(session, wanted.rest, desk)
        case LookUp.NEWS:
            persona = get_persona(session, wanted.slug)
            revisions = list_revisions(session, persona.id, NEWS_SHOWN)
            return _LookedUp(messages.news_message(words, persona, revisions), [wanted.slug])
        case LookUp.SOURCES:
            last = find_last_answered(session, entry.channel_id or "", entry.thread_ts or "")
            found = get_statements(session, last.statements[:SOURCES_SHOWN]) if last else []
            return _LookedUp(messages.sources_message(words, found, now))


def _keep(asking: Asking, found: _LookedUp, desk: Desk) -> None:
    """A question that follows in the thread is about the same personas."""
    if found.slugs:
        with desk.store.begin() as session:
            record_look_up(session, asking, found.slugs, desk.now, found.said)


def _text(body: dict[str, Any], desk: Desk) -> str:
    text = (body.get("event") or body).get("text") or ""
    return as_typed(text.replace(f"<@{desk.bot_user_id}>", " "))


def _asking(body: dict[str, Any], entry: Entry, desk: Desk) -> Asking:
    return Asking(
        _text(body, desk), entry.slack_user_id, entry.channel_id, entry.thread_ts, request=entry.key
    )


def _is_look_up(body: dict[str, Any], entry: Entry, desk: Desk) -> bool:
    if entry.name.startswith("command:") and entry.name != "command:ask":
        return False
    with desk.store.read() as session:
        return find_look_up(session, _text(body, desk)) is not None


def _comparison(session: Session, text: str, desk: Desk) -> _LookedUp:
    who, topic = _split_topic(text)
    slugs = _slugs_in(session, who, desk.answering)[:MOST_COMPARED]
    if len(slugs) < 2:
        return _LookedUp(messages.usage_message(desk.words, "compare_usage"))
    said = [
        _said_on(session, topic, slug, desk.answering) if topic else _best_of_each_kind(session, slug)
        for slug in slugs
    ]
    message = messages.compare_message(desk.words, get_personas(session, slugs), topic, said)
    return _LookedUp(message, slugs, [statement for own in said for statement in own])


def _split_topic(text: str) -> tuple[str, str]:
    """Split "Priya and Marco on pricing" into whom and what on; no topic is ""."""
    who, *topic = re.split(r"\s+on\b", text, maxsplit=1, flags=re.IGNORECASE)
    return who.strip(), "".join(topic).strip()


def _said_on(session: Session, topic: str, slug: str, answering: Answering) -> list[Statement]:
    found = answering.answer(topic, personas=(slug,)).statements
    return get_statements(session, [one.statement for one in found])


def _best_of_each_kind(session: Session, slug: str) -> list[Statement]:
    """Give the two best researched statements of each kind."""
    order = ("validated", "indicative", "assumption")
    own = sorted(
        get_persona(session, slug).statements, key=lambda statement: order.index(strength(statement))
    )
    return [one for kind in KINDS for one in [each for each in own if each.kind == kind][:2]]


def _show_lenses(entry: Entry, reply: Reply, desk: Desk) -> None:
    with desk.store.read() as session:
        person = find_person(session, entry.slack_user_id)
        channel = session.get(Channel, entry.channel_id or "")
        lenses = list_lenses(session)
    reply.privately(
        messages.lens_message(
            desk.words, lenses, person.lens if person else None, channel.lens if channel else None
        )
    )


def _argument(command: dict[str, Any]) -> str:
    return split_command(command.get("text", ""))[1]
