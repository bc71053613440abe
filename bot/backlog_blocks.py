"""The refresh backlog's list: in the council's Home, in a window of its own, in the digest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot import blocks
from bot.actions import OPEN_ITEM
from bot.blocks import Block
from bot.inputs import Choice, select
from bot.wording import Words, mention
from persona_store.models import RefreshItem
from persona_store.personas import list_personas
from persona_store.questions import GAP
from persona_store.refresh.backlog import FILTERS, LISTED_STATES, BacklogPage, Line, list_backlog
from persona_store.refresh.backlog_view import KINDS, BacklogView, view_of
from persona_store.refresh.ranking import Reason
from persona_store.refresh.rota import whose_week

PIECES = "backlog/list"
FILTER, TURN, PASS_ON = "backlog.filter", "backlog.turn", "backlog.pass_on"
TEXT_SHOWN = 240
PERSONAS_OFFERED, VALUE_LIMIT = 99, 130


@dataclass(frozen=True)
class Listed:
    """``names``: of personas, by slug. ``triage``: whose week it is."""

    names: Mapping[str, str]
    view: BacklogView
    page: BacklogPage
    triage: str | None
    reader: str


def backlog_for(session: Session, slack_user_id: str, now: datetime) -> Listed:
    """The page that this council member was looking at."""
    view = view_of(session, slack_user_id)
    page = list_backlog(session, now, view.filter_of(slack_user_id), view.page)
    names = {persona.slug: persona.name for persona in list_personas(session)}
    return Listed(names, view, page, whose_week(session, now), slack_user_id)


def backlog_at_home(words: Words, listed: Listed | None) -> list[Block]:
    """At most sixteen blocks; nothing for those who are not on the council."""
    if listed is None:
        return []
    return [blocks.divider(), blocks.header(words.plain(PIECES, "title")), *backlog_list(words, listed)]


def backlog_list(words: Words, listed: Listed) -> list[Block]:
    page = listed.page
    lines = [
        blocks.section(item_line(words, line, listed.names), open_button(words, line.item))
        for line in page.lines
    ]
    is_all = listed.view == BacklogView()
    return [
        _head(words, listed),
        _filters(words, listed),
        *(lines or [blocks.context(words(PIECES, "none", is_all=is_all))]),
        *_turning(words, page),
    ]


def item_line(words: Words, line: Line, names: Mapping[str, str]) -> str:
    """What it says, where it stands, and why it stands there."""
    item = line.item
    return words(
        PIECES,
        "line",
        number=item.id,
        kind=item.kind,
        names=names_of(item, names),
        state=state_of(words, item.state),
        assignee=mention(item.assignee) if item.assignee else "",
        text=blocks.fit(" ".join(item.text.split()), TEXT_SHOWN),
        reasons=reasons_in(words, line.ranked.reasons, item),
    )


def reasons_in(words: Words, reasons: tuple[Reason, ...], item: RefreshItem) -> list[str]:
    is_gap = item.kind == GAP
    return [
        words.plain(PIECES, "reason", kind=one.kind, number=one.number, about=one.about, is_gap=is_gap)
        for one in reasons
    ]


def state_of(words: Words, state: str) -> str:
    return words.plain(PIECES, "state", state=state).lower()


def names_of(item: RefreshItem, names: Mapping[str, str]) -> str:
    return ", ".join(names.get(slug, slug) for slug in item.personas)


def open_button(words: Words, item: RefreshItem) -> Block:
    label = words.plain(PIECES, "open_label", number=item.id)
    return blocks.button(words.plain(PIECES, "open"), OPEN_ITEM, str(item.id)) | {
        "accessibility_label": label
    }


def _head(words: Words, listed: Listed) -> Block:
    counts = {state: listed.page.counts.get(state, 0) for state in (*LISTED_STATES, "snoozed")}
    open_ones = sum(counts[state] for state in LISTED_STATES)
    text = words(PIECES, "counts", open=open_ones, total=listed.page.total, **counts)
    if listed.triage is None:
        return blocks.section(text)
    text += "\n" + words(PIECES, "triage", member=mention(listed.triage))
    is_own = listed.triage == listed.reader
    return blocks.section(text, blocks.button(words.plain(PIECES, "pass_on"), PASS_ON) if is_own else None)


def _filters(words: Words, listed: Listed) -> Block:
    view = listed.view
    states = [Choice(f"state:{one}", words.plain(PIECES, "state", state=one)) for one in FILTERS]
    kinds = [Choice(f"kind:{one}", words.plain(PIECES, "kind", kind=one)) for one in ("", *KINDS)]
    mine = blocks.button(
        words.plain(PIECES, "everybodys" if view.mine else "only_mine"),
        FILTER,
        f"mine:{'no' if view.mine else 'yes'}",
        style="primary" if view.mine else None,
    )
    return blocks.actions(
        select(FILTER, states, f"state:{view.state}"),
        select(FILTER, _personas(words, listed), f"persona:{view.persona}"),
        select(FILTER, kinds, f"kind:{view.kind}"),
        mine,
    )


def _personas(words: Words, listed: Listed) -> list[Choice]:
    """Offer all, and the chosen one however many there are."""
    every = Choice("persona:", words.plain(PIECES, "all_personas"))
    slugs = sorted(listed.names, key=lambda slug: slug != listed.view.persona)
    offered = [slug for slug in slugs if len(slug) <= VALUE_LIMIT][:PERSONAS_OFFERED]
    return [every, *(Choice(f"persona:{slug}", listed.names[slug]) for slug in offered)]


def _turning(words: Words, page: BacklogPage) -> list[Block]:
    if page.pages == 1:
        return []
    back = blocks.button(words.plain(PIECES, "previous"), TURN, str(page.page - 1))
    on = blocks.button(words.plain(PIECES, "next"), TURN, str(page.page + 1))
    return [
        blocks.context(words(PIECES, "pages", page=page.page + 1, pages=page.pages)),
        blocks.actions(
            back if page.page > 0 else None,
            on if page.page + 1 < page.pages else None,
        ),
    ]
