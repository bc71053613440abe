"""The council's windows on a draft: to work on it, to decide on it, to choose one."""

from collections.abc import Sequence

from bot import blocks
from bot.actions import OPEN_REVISION
from bot.blocks import Block, Message
from bot.revisions.diffs import counted, difference_blocks, kind_in, statement_text, strength_in
from bot.revisions.shown import About, DraftShown
from bot.terms import day
from bot.wording import Mrkdwn, Words, mention
from persona_store.models import Draft, Persona, Revision
from persona_store.refresh.differences import Did, Snapshot
from persona_store.refresh.drafts import makers_of

PIECES, NOTICES = "revisions/draft", "revisions/notices"
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
DRAFTS_LISTED, PERSONAS_OFFERED = 15, 20


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
    if shown.current is not None and shown.draft.base_revision:
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
    """What is changed, then every other statement, a page of them."""
    did = {one.key: one.did for one in shown.difference.statements}
    others = [one for one in shown.draft.snapshot.get("statements") or () if one["id"] not in did]
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


def list_view(words: Words, drafts: Sequence[Draft]) -> Block:
    """List what is being drafted, with the ways to begin."""
    new, register, charter = (
        blocks.button(words.plain(PIECES, "new"), FORM, "new"),
        blocks.button(words.plain(PIECES, "register"), REGISTER),
        blocks.button(words.plain(PIECES, "charter"), CHARTER),
    )
    listed = [draft_line(words, one, "open", f"draft:{one.id}") for one in drafts[:DRAFTS_LISTED]]
    return blocks.modal(
        words.plain(PIECES, "list_title"),
        [*(listed or [blocks.section(words(PIECES, "no_drafts"))]), blocks.actions(new, register, charter)],
        close=words.plain("answers/buttons", "close"),
    )


def draft_line(words: Words, draft: Draft, piece: str, value: str) -> Block:
    text = words(
        PIECES,
        "choose_draft",
        number=draft.id,
        name=draft.snapshot["name"],
        by=mention(draft.drafted_by),
        day=day(draft.drafted_at),
        is_submitted=draft.state == "submitted",
    )
    return blocks.section(text, blocks.button(words.plain(PIECES, piece), OPEN_REVISION, value))


def choose_view(
    words: Words, drafts: Sequence[Draft], personas: Sequence[Persona], item_id: int | None
) -> Block:
    """Ask whether to go on with a draft or to begin another one, and of whom."""
    item = str(item_id or "")
    begin = [
        blocks.button(words.plain(PIECES, "begin", name=one.name), OPEN_REVISION, f"begin:{one.slug}:{item}")
        for one in personas[:PERSONAS_OFFERED]
    ]
    new = blocks.button(words.plain(PIECES, "new"), FORM, f"new:{item}")
    more = len(personas) > PERSONAS_OFFERED
    going_on = [
        draft_line(words, one, "go_on", f"into:{one.id}:{item}" if item else f"draft:{one.id}")
        for one in drafts[:DRAFTS_LISTED]
    ]
    return blocks.modal(
        words.plain(PIECES, "choose_title"),
        [
            blocks.section(words(PIECES, "choose", number=item_id or "")),
            *going_on,
            blocks.actions(*begin, new if item else None),
            blocks.context(words(PIECES, "more_personas")) if more else {},
        ],
        close=words.plain("answers/buttons", "close"),
    )


def said_view(words: Words, title: str, text: str, *buttons: Block) -> Block:
    return blocks.modal(
        title, [blocks.section(text), blocks.actions(*buttons)], close=words.plain("answers/buttons", "close")
    )


def unknown_message(words: Words, name: str) -> Message:
    return Message(words(PIECES, "unknown", name=name))


def submitted_notice(words: Words, shown: DraftShown, by: str) -> Message:
    """Tell somebody else of the council that a draft waits."""
    text = words(
        NOTICES,
        "submitted",
        by=mention(by),
        name=shown.name,
        counted=Mrkdwn(counted(words, shown.difference)),
        why=_line(shown.draft.changelog),
    )
    return _with_button(words, text, "review", shown.draft.id)


def returned_notice(words: Words, draft: Draft, by: str) -> Message:
    text = words(
        NOTICES,
        "returned",
        by=mention(by),
        number=draft.id,
        name=draft.snapshot["name"],
        note=_line(draft.note),
    )
    return _with_button(words, text, "open", draft.id)


def published_notice(words: Words, draft: Draft, revision: Revision, by: str) -> Message:
    text = words(
        NOTICES,
        "published",
        by=mention(by),
        number=draft.id,
        name=draft.snapshot["name"],
        revision=revision.number,
    )
    return Message(text, [blocks.section(text)])


def _with_button(words: Words, text: str, piece: str, draft_id: int) -> Message:
    button = blocks.button(words.plain(NOTICES, piece), OPEN_REVISION, f"draft:{draft_id}", style="primary")
    return Message(text, [blocks.section(text), blocks.actions(button)])


def _people(people: Sequence[str]) -> Mrkdwn:
    return Mrkdwn(", ".join(mention(one) for one in people[:PEOPLE_NAMED]))


def _line(text: str | None) -> str:
    return " ".join((text or "").split())
