"""The weekly post for the council's channel."""

from collections.abc import Mapping, Sequence

from bot import blocks
from bot.actions import SHOW_BACKLOG
from bot.backlog_blocks import item_line, open_button
from bot.blocks import Block, Message
from bot.story_blocks import who
from bot.terms import day
from bot.wording import Words, mention
from persona_store.models import Draft, Persona
from persona_store.personas import due_at
from persona_store.refresh.digest import MOST, Digest

PIECES = "backlog/digest"
TEXT_SHOWN = 160


def digest_message(
    words: Words, digest: Digest, names: Mapping[str, str], agenda: Sequence[Block] = ()
) -> Message:
    """``names`` of personas, by slug; ``agenda``: of the quarter, which has some of the lists in full."""
    counts = {
        "insights": digest.insights,
        "questions": digest.questions,
        "open": digest.open,
        "accepted": digest.decided.get("accept", 0),
        "declined": digest.decided.get("decline", 0),
        "published": digest.decided.get("publish", 0),
    }
    triage = words(PIECES, "triage", member=mention(digest.triage)) if digest.triage else ""
    show = blocks.button(words.plain("backlog/list", "show"), SHOW_BACKLOG, style="primary")
    return Message(
        words(PIECES, "text", **counts),
        [
            blocks.header(words.plain(PIECES, "title")),
            blocks.section(words(PIECES, "counts", **counts)),
            blocks.context(triage) if triage else {},
            *_top(words, digest, names),
            *_lists(words, digest, names, is_short=bool(agenda)),
            *([blocks.divider(), *agenda] if agenda else []),
            blocks.actions(show),
        ],
    )


def _top(words: Words, digest: Digest, names: Mapping[str, str]) -> list[Block]:
    if not digest.top:
        return []
    lines = [blocks.section(item_line(words, one, names), open_button(words, one.item)) for one in digest.top]
    return [blocks.divider(), blocks.section(words(PIECES, "top")), *lines]


def _lists(words: Words, digest: Digest, names: Mapping[str, str], *, is_short: bool) -> list[Block]:
    contradicted = [
        {"name": one.statement.persona.name, "text": _short(one.statement.text), "people": one.people}
        for one in digest.contradicted
    ]
    gaps = [{"number": gap.id, "text": _short(gap.text), "people": people} for gap, people in digest.gaps]
    submitted = [_draft(draft, names) for draft in digest.submitted]
    due = [_due(persona) for persona in digest.due[:MOST]]
    more = len(digest.due) - len(due)
    lists: list[tuple[str, list[dict[str, object]], int]] = [
        ("submitted", submitted, 0),
        ("contradicted", contradicted, 0),
        ("gaps", gaps, 0),
        ("due", due, more),
    ]
    shown = [
        blocks.section(words(PIECES, piece, entries=entries, more=more))
        for piece, entries, more in lists
        if entries and (piece == "submitted" or not is_short)
    ]
    return [blocks.divider(), *shown] if shown else []


def _draft(draft: Draft, names: Mapping[str, str]) -> dict[str, object]:
    return {"name": names.get(draft.persona, draft.persona), "by": who(draft.drafted_by) or ""}


def _due(persona: Persona) -> dict[str, object]:
    return {"name": persona.name, "owner": who(persona.owner) or "", "day": day(due_at(persona))}


def _short(text: str) -> str:
    return blocks.fit(" ".join(text.split()), TEXT_SHOWN)
