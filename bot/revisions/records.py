"""What everybody may read: the history of a persona, the register of research, the charter."""

from collections.abc import Mapping, Sequence

from bot import blocks
from bot.actions import OPEN_REVISION
from bot.blocks import Block
from bot.revisions.diffs import counted, kind_in, one_line, strength_in
from bot.revisions.messages import FORM, REGISTER, SHOW
from bot.revisions.shown import Names
from bot.story_blocks import who
from bot.terms import Terms, day
from bot.wording import Mrkdwn, Words, link
from persona_store.models import Objective, Persona, Revision
from persona_store.personas import KINDS
from persona_store.refresh.charter import KINDS as CHARTER_KINDS
from persona_store.refresh.differences import Difference, Event, StatementHistory, texts_of
from persona_store.refresh.register import BUCKETS, Mix, Registered

HISTORY, PIECES = "revisions/history", "revisions/register"
CLOSE_LINE = "revisions.close_line"
REVISIONS_LISTED, STATEMENTS_LISTED, RESEARCH_LISTED, MIXES_LISTED = 12, 40, 25, 10
FACT_TEXT, RESTING_NAMED = 1_000, 12


def history_view(
    words: Words,
    persona: Persona,
    listed: Sequence[tuple[Revision, Difference]],
    page: int,
    *,
    is_council: bool,
) -> Block:
    """One page of revisions, the newest first. ``listed``: one more than fit where there are older ones."""
    shown: list[Block] = [
        blocks.header(words.plain(HISTORY, "head", name=persona.name, count=persona.revision))
    ]
    statements = blocks.button(words.plain(HISTORY, "statements"), SHOW, f"statements:{persona.slug}:0")
    draft = blocks.button(words.plain(HISTORY, "draft"), OPEN_REVISION, f"persona:{persona.slug}")
    shown.append(blocks.actions(statements, draft if is_council else None))
    for revision, difference in listed[:REVISIONS_LISTED]:
        shown += _revision(words, persona, revision, difference, is_council=is_council)
    has_older = len(listed) > REVISIONS_LISTED
    shown.append(_pages(words, HISTORY, SHOW, f"page:{persona.slug}:", page, has_older=has_older))
    return _window(words, words.plain(HISTORY, "title"), shown)


def _revision(
    words: Words, persona: Persona, revision: Revision, difference: Difference, *, is_council: bool
) -> list[Block]:
    is_current = revision.number == persona.revision
    text = words(
        HISTORY,
        "revision",
        number=revision.number,
        day=day(revision.published_at),
        is_current=is_current,
        restored_from=revision.restored_from or 0,
        why=one_line(revision.changelog),
        drafted_by=who(revision.drafted_by) or "",
        published_by=who(revision.published_by) or "",
        objective=revision.objective or "",
        counted=Mrkdwn(counted(words, difference)) if revision.drafted_by else "",
    )
    place = f"{persona.slug}:{revision.number}"
    return [
        blocks.section(text),
        blocks.actions(
            blocks.button(words.plain(HISTORY, "changes"), SHOW, f"changes:{place}"),
            blocks.button(words.plain(HISTORY, "view"), SHOW, f"view:{place}"),
            blocks.button(words.plain(HISTORY, "restore"), OPEN_REVISION, f"restore:{place}")
            if is_council and not is_current
            else None,
        ),
    ]


def revision_view(words: Words, revision: Revision, names: Names) -> Block:
    """The persona as a revision has it."""
    head = words.plain(
        HISTORY,
        "revision_head",
        name=revision.snapshot["name"],
        number=revision.number,
        day=day(revision.published_at),
    )
    facts = [
        words(HISTORY, "fact", name=name.replace("_", " "), text=blocks.fit(one_line(text), FACT_TEXT))
        for name, text in texts_of(revision.snapshot).items()
        if name != "owner"
    ]
    statements = revision.snapshot.get("statements") or ()
    kinds = [
        words(
            HISTORY,
            "kind",
            kind=Terms(words).kind(kind),
            lines=[
                {"symbol": strength_in(words, names.strength(one))[0], "text": one_line(one["text"])}
                for one in statements
                if one["kind"] == kind
            ],
        )
        for kind in KINDS
        if any(one["kind"] == kind for one in statements)
    ]
    return _window(
        words,
        words.plain(HISTORY, "revision_title", number=revision.number),
        [blocks.header(head), *map(blocks.section, facts[:30]), *map(blocks.section, kinds)],
    )


def statements_view(
    words: Words,
    persona: Persona,
    histories: Sequence[StatementHistory],
    revisions: Mapping[int, Revision],
    page: int,
) -> Block:
    """What became of each statement, and by whom."""
    first = page * STATEMENTS_LISTED
    own = histories[first : first + STATEMENTS_LISTED]
    listed = [
        blocks.section(
            words(
                HISTORY,
                "statement",
                text=one_line(one.text),
                kind=kind_in(words, one.kind),
                is_retired=one.is_retired,
                events=[_event(event, revisions[event.number]) for event in one.events],
            )
        )
        for one in own
    ]
    has_older = len(histories) > first + STATEMENTS_LISTED
    pages = _pages(words, HISTORY, SHOW, f"statements:{persona.slug}:", page, has_older=has_older)
    shown = listed or [blocks.context(words(HISTORY, "no_statements"))]
    return _window(words, words.plain(HISTORY, "statements_title"), [*shown, pages])


def _event(event: Event, revision: Revision) -> dict[str, object]:
    return {
        "did": event.did,
        "number": event.number,
        "day": day(revision.published_at),
        "by": (who(revision.drafted_by) or "") if revision.drafted_by else "",
    }


def register_view(
    words: Words,
    mixes: Sequence[Mix],
    listed: Sequence[Registered],
    names: Mapping[str, str],
    place: tuple[int, str],
    *,
    is_council: bool,
) -> Block:
    """What the personas rest on, and each piece of research. ``place``: the page, and what was looked for."""
    page, query = place
    first = page * RESEARCH_LISTED
    shown = listed[first : first + RESEARCH_LISTED]
    register = blocks.button(words.plain(PIECES, "register"), FORM, "research", style="primary")
    has_older = len(listed) > first + RESEARCH_LISTED
    head = words.plain(PIECES, "register_head", count=len(listed), query=query)
    return _window(
        words,
        words.plain(PIECES, "title"),
        [
            blocks.actions(register if is_council else None),
            *(_mixes(words, mixes) if not page and not query else []),
            blocks.header(head),
            *(blocks.section(_piece(words, one, names)) for one in shown),
            {} if listed else blocks.section(words(PIECES, "none", query=query)),
            _pages(words, PIECES, REGISTER, "", page, has_older=has_older),
        ],
        metadata=query,
    )


def _mixes(words: Words, mixes: Sequence[Mix]) -> list[Block]:
    if not mixes:
        return []
    more = len(mixes) - MIXES_LISTED
    return [
        blocks.header(words.plain(PIECES, "head")),
        *(blocks.section(_mix(words, one)) for one in mixes[:MIXES_LISTED]),
        blocks.context(words(PIECES, "mix_more", more=more)) if more > 0 else {},
    ]


def _mix(words: Words, one: Mix) -> str:
    spoken = {bucket: words.plain("terms", "bucket", bucket=bucket) for bucket in BUCKETS}
    return words(
        PIECES,
        "mix",
        name=one.name,
        total=one.total,
        buckets=[
            {"bucket": spoken[bucket], "statements": one.statements[bucket], "pieces": one.pieces[bucket]}
            for bucket in BUCKETS
        ],
        assumptions=one.assumptions,
        stale=one.stale,
        lacking=[spoken[bucket] for bucket in one.lacking],
    )


def _piece(words: Words, one: Registered, names: Mapping[str, str]) -> str:
    evidence, terms = one.evidence, Terms(words)
    resting = [
        {"count": count, "name": names.get(slug, slug)}
        for slug, count in list(one.resting.items())[:RESTING_NAMED]
    ]
    return words(
        PIECES,
        "piece",
        title=evidence.title,
        link=link(evidence.link, evidence.title) if evidence.link else "",
        method=terms.method(evidence),
        bucket=terms.bucket(evidence),
        day=day(evidence.held_on),
        participants=evidence.participants or 0,
        freshness=words.plain("terms", "freshness", freshness=one.freshness) if one.freshness else "",
        owner=who(evidence.source_owner) or "",
        access=evidence.access or "",
        resting=resting,
        note=one_line(evidence.note or ""),
    )


def charter_view(
    words: Words, lines: Sequence[Objective], served: Mapping[str, int], *, is_council: bool
) -> Block:
    shown: list[Block] = [blocks.header(words.plain(PIECES, "charter_head"))]
    for kind in CHARTER_KINDS:
        own = [line for line in lines if line.kind == kind]
        if own:
            shown.append(blocks.section(f"*{words(PIECES, 'kind', kind=kind)}*"))
        for line in own[:25]:
            text = words(PIECES, "line", text=line.text, served=served.get(line.text, 0))
            shown.append(blocks.section(text, _close(words, line) if is_council else None))
    if not lines:
        shown.append(blocks.section(words(PIECES, "empty")))
    add = blocks.button(words.plain(PIECES, "add"), FORM, "objective", style="primary")
    shown.append(blocks.actions(add if is_council else None))
    return _window(words, words.plain(PIECES, "charter_title"), shown)


def _close(words: Words, line: Objective) -> Block:
    button = blocks.button(words.plain(PIECES, "close"), CLOSE_LINE, str(line.id))
    confirm = blocks.confirmation(
        words.plain(PIECES, "close_title"),
        words.plain(PIECES, "close_text"),
        words.plain(PIECES, "close_yes"),
        words.plain(PIECES, "close_no"),
    )
    return button | {"confirm": confirm}


def _pages(words: Words, pieces: str, action: str, value: str, page: int, *, has_older: bool) -> Block:
    newer = blocks.button(words.plain(pieces, "newer"), action, f"{value}{page - 1}") if page else None
    older = blocks.button(words.plain(pieces, "older"), action, f"{value}{page + 1}") if has_older else None
    return blocks.actions(newer, older)


def _window(words: Words, title: str, shown: list[Block], metadata: str = "") -> Block:
    return blocks.modal(title, shown, close=words.plain("answers/buttons", "close"), metadata=metadata)
