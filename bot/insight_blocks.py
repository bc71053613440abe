"""One's own insights and what became of them, wherever they are shown; the button that flags a statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import blocks
from bot.actions import FLAG_OUTDATED, OPEN_INSIGHT_FORM, SHOW_INSIGHT
from bot.blocks import Block
from bot.terms import day
from bot.wording import Words
from persona_store.models import Persona, RefreshItem, Revision, Statement, Voice
from persona_store.refresh.insights import list_own_insights

LIST = "insights/list"
AT_HOME = 5
SHOWN_OF_TEXT = 240


@dataclass(frozen=True)
class OwnInsights:
    """The latest of one person. ``revisions``: number and persona's name, of those that settled some."""

    entries: Sequence[tuple[Voice, RefreshItem]] = ()
    revisions: Mapping[int, tuple[int, str]] = field(default_factory=dict)


def own_insights(session: Session, slack_user_id: str, limit: int = AT_HOME) -> OwnInsights:
    return with_revisions(session, list_own_insights(session, slack_user_id, limit))


def with_revisions(session: Session, entries: Sequence[tuple[Voice, RefreshItem]]) -> OwnInsights:
    settled = [item.revision_id for _, item in entries if item.revision_id is not None]
    rows = session.execute(
        select(Revision.id, Revision.number, Persona.name)
        .join(Persona, Persona.id == Revision.persona_id)
        .where(Revision.id.in_(settled))
    )
    return OwnInsights(entries, {row.id: (row.number, row.name) for row in rows})


def insights_at_home(words: Words, own: OwnInsights) -> list[Block]:
    """At most nine blocks."""
    report = blocks.button(words.plain(LIST, "report"), OPEN_INSIGHT_FORM)
    return [
        blocks.divider(),
        blocks.header(words.plain(LIST, "title")),
        *(insight_lines(words, own) or [blocks.context(words(LIST, "none"))]),
        blocks.actions(report),
    ]


def insight_lines(words: Words, own: OwnInsights) -> list[Block]:
    """A line for each, with a way to what can be done with it."""
    shown = []
    for voice, item in own.entries:
        button = blocks.button(words.plain(LIST, "open"), SHOW_INSIGHT, str(voice.id))
        shown.append(blocks.section(insight_line(words, own, voice, item), button))
    return shown


def insight_line(words: Words, own: OwnInsights, voice: Voice, item: RefreshItem) -> str:
    number, persona = own.revisions.get(item.revision_id or 0, (None, ""))
    return words(
        LIST,
        "line",
        number=voice.item_id,
        root=item.id,
        text=one_line(voice.text or "") or words.plain(LIST, "joined"),
        state=item.state,
        until=day(item.snoozed_until) if item.snoozed_until else "",
        reason=item.reason or "",
        revision=number,
        persona=persona,
        follows=voice.follows,
    )


def flag_button(words: Words, statements: Sequence[Statement]) -> Block | None:
    """Flag one of these as outdated; nothing where there are none."""
    keys = " ".join(statement.key for statement in statements)
    return blocks.button(words.plain(LIST, "flag"), FLAG_OUTDATED, keys) if keys else None


def one_line(text: str) -> str:
    """A text as it fits into a list or a quotation."""
    return blocks.fit(" ".join(text.split()), SHOWN_OF_TEXT)
