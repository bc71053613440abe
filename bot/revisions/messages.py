"""The council's windows on a draft: to work on it, and to decide on it."""

from collections.abc import Sequence

from bot import blocks
from bot.blocks import Block
from bot.revisions.diffs import counted, difference_blocks, kind_in, statement_text, strength_in
from bot.revisions.shown import About, DraftShown
from bot.terms import day
from bot.wording import Mrkdwn, Words, mention
from persona_store.models import Draft
from persona_store.refresh.differences import Did, Snapshot
from persona_store.refresh.drafts import makers_of

PIECES = "revisions/draft"
DRAFT_WINDOW = "revisions.window"
FORM, STATEMENT, DECIDE, PAGE, DIFFERENCE = (
    "revisions.form",
    "revisions.statement",
    "revisions.decide",
    "revisions.page",
    "revisions.difference",
)
SHOW = "revisions.show"
REGISTER, CHARTER = "revisions.register", "revisions.charter"
PAGE_SIZE = 30
ITEMS_SHOWN, ITEM_TEXT, PEOPLE_NAMED = 6, 120, 5


def draft_view(words: Words, shown: DraftShown, reader: str, page: int = 0, problem: str = "") -> Block:
    """Show a draft as it stands: to be worked on, decided on, or what became of it."""
    parts = {"open": _working, "submitted": _deciding}.get(shown.draft.state)
    body = parts(words, shown, reader, page) if parts else [blocks.section(_gone(words, shown))]
    about = About(shown.draft.id, shown.version, page)
    return blocks.modal(
        words.plain(PIECES, "title", number=shown.draft.id),
        [
            blocks.section(words(PIECES, "problem", text=problem)) if problem else {},
            blocks.header(shown.name),
            blocks.context(_head(words, shown)),
            *body,
        ],
        close=words.plain("answers/buttons", "close"),
        callback_id=DRAFT_WINDOW,
        metadata=about.kept(),
    )


def _head(words: Words, shown: DraftShown) -> str:
    draft = shown.draft
    head = words(
        PIECES,
        "head",
        number=draft.id,
        base=draft.base_revision,
        by=mention(draft.drafted_by),
        day=day(draft.drafted_at),
        editors=_people(draft.editors),
    )
    restored = words(PIECES, "restored", number=draft.restored_from) if draft.restored_from else ""
    return f"{head} {restored}".strip()


def _working(words: Words, shown: DraftShown, _reader: str, page: int) -> list[Block]:
    draft = shown.draft
    forms = [
        blocks.button(words.plain(PIECES, piece), FORM, form)
        for piece, form in (
            ("add", "add"),
            ("facts", "facts"),
            ("background", "background"),
            ("journey", "journey"),
            ("evidence", "evidence"),
            ("backlog", "items"),
        )
    ]
    difference = blocks.button(words.plain(PIECES, "difference"), DIFFERENCE)
    submit = blocks.button(words.plain(PIECES, "submit"), FORM, "submit", style="primary")
    return [
        blocks.section(words(PIECES, "note", note=_line(draft.note))) if draft.note else {},
        *_behind(words, shown),
        blocks.actions(*forms),
        blocks.section(_so_far(words, shown)),
        *_items(words, draft),
        blocks.actions(
            difference if shown.difference else None,
            submit if shown.difference else None,
            _discard(words),
        ),
        blocks.divider(),
        *_statements(words, shown, page),
        blocks.context(words(PIECES, "assumption_note")),
    ]


def _deciding(words: Words, shown: DraftShown, reader: str, _page: int) -> list[Block]:
    draft = shown.draft
    is_maker = reader in makers_of(draft)
    publish = blocks.button(words.plain(PIECES, "publish"), DECIDE, "publish", style="primary")
    number = draft.base_revision + 1
    publish["confirm"] = blocks.confirmation(
        words.plain(PIECES, "publish_title"),
        words.plain(PIECES, "publish_text", name=shown.name, number=number),
        words.plain(PIECES, "publish_yes"),
        words.plain(PIECES, "no"),
    ) | {"style": "primary"}
    back = blocks.button(words.plain(PIECES, "return"), FORM, "return")
    take = blocks.button(words.plain(PIECES, "take_back"), DECIDE, "take_back")
    waits = words(
        PIECES,
        "waits",
        by=mention(draft.drafted_by),
        day=day(draft.submitted_at or draft.changed_at),
        publishers=_people(shown.publishers),
    )
    return [
        blocks.section(words(PIECES, "why", why=_line(draft.changelog))),
        blocks.section(words(PIECES, "objective", objective=shown.objective)) if shown.objective else {},
        blocks.section(words(PIECES, "variant", reason=_line(draft.variant_reason)))
        if draft.variant_reason
        else {},
        *_items(words, draft),
        blocks.context(waits),
        *_behind(words, shown),
        blocks.actions(*([take] if is_maker else [publish, back]), _discard(words)),
        blocks.divider(),
        *difference_blocks(words, shown.difference, shown.names),
    ]


def _behind(words: Words, shown: DraftShown) -> list[Block]:
    """What others did with the same persona meanwhile."""
    found: list[Block] = []
    if shown.current is not None:
        text = words(PIECES, "behind", number=shown.current)
        take = words.plain(PIECES, "rebase", number=shown.current)
        is_open = shown.draft.state == "open"
        found.append(blocks.section(text, blocks.button(take, FORM, "rebase") if is_open else None))
    if shown.others:
        others = [
            {"number": one.id, "by": mention(one.drafted_by), "is_submitted": one.state == "submitted"}
            for one in shown.others
        ]
        found.append(blocks.context(words(PIECES, "others", drafts=others)))
    return found


def _so_far(words: Words, shown: DraftShown) -> str:
    if not shown.difference:
        return words(PIECES, "nothing")
    return words(PIECES, "so_far", counted=Mrkdwn(counted(words, shown.difference)))


def _items(words: Words, draft: Draft) -> list[Block]:
    if not draft.items:
        return []
    items = [
        {"number": item.id, "text": blocks.fit(_line(item.text), ITEM_TEXT)}
        for item in draft.items[:ITEMS_SHOWN]
    ]
    return [blocks.section(words(PIECES, "items", items=items))]


def _statements(words: Words, shown: DraftShown, page: int) -> list[Block]:
    """What is changed, what the backlog items are about, then every other statement, a page of them."""
    did = {one.key: one.did for one in shown.difference.statements}
    others = [one for one in shown.draft.snapshot.get("statements") or () if one["id"] not in did]
    meant = {item.statement for item in shown.draft.items}
    others.sort(key=lambda one: one["id"] not in meant)
    lines: list[Snapshot] = [*(one.shown for one in shown.difference.statements), *others]
    if not lines:
        return [blocks.section(words(PIECES, "no_statements"))]
    pages = -(-len(lines) // PAGE_SIZE)
    page = max(0, min(page, pages - 1))
    first = page * PAGE_SIZE
    own = lines[first : first + PAGE_SIZE]
    listed = [_statement(words, one, did.get(one["id"]), shown) for one in own]
    if pages == 1:
        return listed
    text = words(PIECES, "page", first=first + 1, last=first + len(own), total=len(lines))
    back = blocks.button(words.plain(PIECES, "previous"), PAGE, str(page - 1)) if page else None
    on = blocks.button(words.plain(PIECES, "next"), PAGE, str(page + 1)) if page + 1 < pages else None
    return [*listed, blocks.context(text), blocks.actions(back, on)]


def _statement(words: Words, one: Snapshot, did: Did | None, shown: DraftShown) -> Block:
    symbol, _ = strength_in(words, shown.names.strength(one))
    text = words(
        PIECES,
        "statement",
        symbol=symbol,
        kind=kind_in(words, one["kind"]),
        text=statement_text(one),
        mark=did or "",
        is_assumption=not one.get("evidence"),
    )
    pieces = {
        None: ("change", "retire"),
        Did.ADDED: ("change", "drop"),
        Did.RETIRED: ("keep",),
    }.get(did, ("change", "retire", "undo"))
    wishes = {"drop": "undo", "keep": "undo"}
    choices = [(words.plain(PIECES, piece), f"{wishes.get(piece, piece)}:{one['id']}") for piece in pieces]
    return blocks.section(text, blocks.overflow(STATEMENT, choices))


def _discard(words: Words) -> Block:
    discard = blocks.button(words.plain(PIECES, "discard"), DECIDE, "discard", style="danger")
    confirm = blocks.confirmation(
        words.plain(PIECES, "discard_title"),
        words.plain(PIECES, "discard_text"),
        words.plain(PIECES, "discard_yes"),
        words.plain(PIECES, "no"),
    )
    return discard | {"confirm": confirm}


def _gone(words: Words, shown: DraftShown) -> str:
    if shown.revision:
        return words(PIECES, "published", name=shown.name, number=shown.revision.number)
    return words(PIECES, "discarded", number=shown.draft.id, name=shown.name)


def said_view(words: Words, title: str, text: str, *buttons: Block) -> Block:
    return blocks.modal(
        title, [blocks.section(text), blocks.actions(*buttons)], close=words.plain("answers/buttons", "close")
    )


def _people(people: Sequence[str]) -> Mrkdwn:
    return Mrkdwn(", ".join(mention(one) for one in people[:PEOPLE_NAMED]))


def _line(text: str | None) -> str:
    return " ".join((text or "").split())
