"""A persona whose review is due, wherever it is shown: in a message to its owner, in the council's Home."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from bot import blocks
from bot.actions import OPEN_REVISION
from bot.blocks import Block
from bot.persona_blocks import card_button
from bot.story_blocks import who
from bot.terms import day
from bot.wording import Words
from persona_store.models import Persona
from persona_store.personas import due_at
from persona_store.refresh.agenda import current_statements, going_stale, list_contradicted
from persona_store.refresh.reviews import is_theirs, list_due

PIECES = "reviews/reviews"
VERIFY, SHOW_AGENDA = "reviews.verify", "reviews.show_agenda"
DUE_AT_HOME = 3


@dataclass(frozen=True)
class Due:
    """``contradicted``, ``stale``: how many of its statements."""

    persona: Persona
    contradicted: int
    stale: int


@dataclass(frozen=True)
class HomeReviews:
    """``more``: how many more are due than ``due`` shows."""

    due: Sequence[Due] = field(default=())
    more: int = 0


def reviews_due(session: Session, now: datetime) -> HomeReviews:
    """Find what the council's Home shows."""
    personas = list_due(session, now)
    shown = personas[:DUE_AT_HOME]
    return HomeReviews(what_is_due(session, shown, now), len(personas) - len(shown))


def what_is_due(session: Session, personas: Sequence[Persona], now: datetime) -> list[Due]:
    """See what speaks against each of them."""
    if not personas:
        return []
    statements = current_statements(session, [persona.id for persona in personas])
    against = [one.statement.persona_id for one in list_contradicted(session, statements)]
    stale = [one.statement.persona_id for one in going_stale(statements, now.date())]
    return [Due(one, against.count(one.id), stale.count(one.id)) for one in personas]


def reviews_at_home(words: Words, reviews: HomeReviews, slack_user_id: str) -> list[Block]:
    """At most nine blocks; nothing where nothing is due."""
    if not reviews.due:
        return []
    shown = [blocks.divider(), blocks.header(words.plain(PIECES, "at_home"))]
    for one in reviews.due:
        shown += due_blocks(words, one, slack_user_id)
    if reviews.more:
        shown.append(blocks.context(words(PIECES, "more_due", more=reviews.more)))
    return shown


def due_blocks(words: Words, due: Due, slack_user_id: str) -> list[Block]:
    persona = due.persona
    text = words(
        PIECES,
        "line",
        name=persona.name,
        revision=persona.revision,
        day=day(due_at(persona)),
        is_owner=is_theirs(persona, slack_user_id),
        owner=who(persona.owner) or "",
        contradicted=due.contradicted,
        stale=due.stale,
    )
    buttons = blocks.actions(
        _labelled(words, persona, "verify", VERIFY, f"{persona.slug} {persona.verified_at.date()}"),
        _labelled(words, persona, "draft", OPEN_REVISION, f"persona:{persona.slug}"),
        card_button(words, persona),
    )
    return [blocks.section(text), buttons]


def agenda_button(words: Words) -> Block:
    return blocks.button(words.plain(PIECES, "agenda"), SHOW_AGENDA)


def _labelled(words: Words, persona: Persona, piece: str, action_id: str, value: str) -> Block:
    """Make a button that says to a screen reader which persona it is about."""
    label = blocks.fit(words.plain(PIECES, f"{piece}_label", name=persona.name), blocks.BUTTON_LIMIT)
    return blocks.button(words.plain(PIECES, piece), action_id, value) | {"accessibility_label": label}
