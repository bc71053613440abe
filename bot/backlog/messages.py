"""One refresh item: what was said, what it is about, what can be done with it."""

from datetime import date, datetime

from bot import blocks
from bot.actions import OPEN_REVISION
from bot.backlog.shown import ITEM_WINDOW, LIST_WINDOW, About, Shown
from bot.backlog_blocks import Listed, backlog_list, names_of, open_button, reasons_in, state_of
from bot.blocks import Block, Message
from bot.inputs import day_select, person_select
from bot.persona_blocks import sources_button
from bot.terms import Terms, day
from bot.wording import Words, link, mention, moment_for_reader
from persona_store.models import RefreshItem, TrailEntry, Voice
from persona_store.refresh.backlog import LISTED_STATES
from persona_store.refresh.item_moves import FROM, Move, version_of

PIECES, LIST_PIECES = "backlog/item", "backlog/list"
MOVE, ASSIGN, SNOOZE = "backlog.move", "backlog.assign", "backlog.snooze"
VOICES_SHOWN, MERGED_SHOWN, TRAIL_SHOWN = 10, 6, 10
TEXT_SHOWN, LINE_SHOWN = 700, 160
PLACES = ("call", "visit", "ticket", "chat", "event")
NOBODY = "-"
IN_ONE_CLICK = (Move.REVIEW, Move.ACCEPT, Move.REOPEN)
IN_A_FORM = (Move.DECLINE, Move.MERGE)


def list_window(words: Words, listed: Listed) -> Block:
    return blocks.modal(
        words.plain(LIST_PIECES, "title"),
        backlog_list(words, listed),
        close=words.plain("answers/buttons", "close"),
        callback_id=LIST_WINDOW,
    )


def item_view(
    words: Words, shown: Shown, reader: str, now: datetime, notice: str = "", *, is_listed: bool
) -> Block:
    """``notice``: what went wrong with the last click."""
    item = shown.item
    return blocks.modal(
        words.plain(PIECES, "title", kind=item.kind, number=item.id),
        [
            blocks.section(notice) if notice else {},
            blocks.section(words(PIECES, "text", text=item.text)),
            *_head(words, shown),
            *_moves(words, shown, reader),
            *_statement(words, shown, now),
            *_voices(words, shown),
            *_merged(words, shown),
            *_alike(words, shown),
            *_trail(words, shown),
        ],
        close=words.plain("answers/buttons", "close"),
        callback_id=ITEM_WINDOW,
        metadata=About.now(item, is_listed=is_listed).kept(),
    )


def assigned_message(words: Words, item: RefreshItem, by: str) -> Message:
    text = words(PIECES, "assigned", by=mention(by), number=item.id, text=_short(item.text))
    return Message(text, [blocks.section(text, open_button(words, item))])


def passed_message(words: Words, by: str) -> Message:
    return Message(words(PIECES, "passed", by=mention(by)))


def notice(words: Words, text: str) -> str:
    """Say what went wrong."""
    return words(PIECES, "notice", text=text)


def _head(words: Words, shown: Shown) -> list[Block]:
    item = shown.item
    head = words(
        PIECES,
        "head",
        names=names_of(item, shown.names),
        state=state_of(words, item.state),
        until=day(item.snoozed_until) if item.snoozed_until and item.state == "snoozed" else "",
        assignee=mention(item.assignee) if item.assignee else "",
        day=day(item.opened_at),
    )
    ranked = words(PIECES, "ranked", reasons=reasons_in(words, shown.reasons, item))
    more = [blocks.section(words(PIECES, "reason", reason=item.reason))] if item.reason else []
    if shown.revision:
        more.append(blocks.section(words(PIECES, "settled", revision=shown.revision.number)))
    return [blocks.context(head, ranked), *more]


def _moves(words: Words, shown: Shown, reader: str) -> list[Block]:
    """Offer what can be done with it now."""
    item = shown.item
    if item.state == "duplicate":
        return _part(words, shown)
    buttons = [_move(words, move, item) for move in IN_ONE_CLICK if item.state in FROM[move]]
    if item.state in LISTED_STATES:
        style = "primary" if item.state == "accepted" else None
        buttons.append(
            blocks.button(words.plain(PIECES, "draft"), OPEN_REVISION, f"item:{item.id}", style=style)
        )
    buttons += [_move(words, move, item) for move in IN_A_FORM if item.state in FROM[move]]
    return [blocks.actions(*buttons), *_waiting(words, item, reader)]


def _waiting(words: Words, item: RefreshItem, reader: str) -> list[Block]:
    """Who looks after it, and whether it can wait."""
    if item.state not in FROM[Move.ASSIGN]:
        return []
    is_own = item.assignee == reader
    take = words.plain(PIECES, "unassign" if is_own else "assign_me")
    giving = blocks.actions(
        blocks.button(take, ASSIGN, NOBODY if is_own else reader),
        person_select(ASSIGN, words.plain(PIECES, "assign"), item.assignee or ""),
    )
    if item.state not in FROM[Move.SNOOZE]:
        return [giving]
    until = item.snoozed_until if item.state == "snoozed" else None
    chosen = day_select(SNOOZE, words.plain(PIECES, "choose_day"), until.isoformat() if until else "")
    return [giving, blocks.section(words(PIECES, "snooze", until=day(until) if until else ""), chosen)]


def _part(words: Words, shown: Shown) -> list[Block]:
    """What can be done with an item that was merged."""
    root = shown.root
    text = words(PIECES, "merged_into", number=root.id, text=_short(root.text))
    return [
        blocks.section(text, open_button(words, root)),
        blocks.actions(_move(words, Move.UNMERGE, shown.item)),
    ]


def _move(words: Words, move: Move, item: RefreshItem, into: int | None = None) -> Block:
    value = f"{move} {item.id} {version_of(item)}{f' {into}' if into else ''}"
    label = words.plain(PIECES, "merge_here", number=into) if into else words.plain(PIECES, move)
    return blocks.button(label, MOVE, value)


def _statement(words: Words, shown: Shown, now: datetime) -> list[Block]:
    statement, item = shown.statement, shown.item
    if statement is None:
        return [blocks.context(words(PIECES, "retired"))] if item.statement else []
    terms = Terms(words)
    text = words(
        PIECES,
        "about",
        is_contradicted=shown.standing.contradicting > 0,
        contradicting=shown.standing.contradicting,
        symbol=terms.symbol(statement),
        text=statement.text,
        strength=terms.strength(statement),
        research=terms.research(statement, now.date()),
    )
    return [blocks.divider(), blocks.section(text, sources_button(words, statement))]


def _voices(words: Words, shown: Shown) -> list[Block]:
    lines = [blocks.section(_voice(words, voice, shown)) for voice in shown.voices[:VOICES_SHOWN]]
    more, missed = len(shown.voices) - VOICES_SHOWN, shown.standing.missed
    return [
        blocks.divider(),
        blocks.header(words.plain(PIECES, "voices", kind=shown.item.kind)),
        *(lines or [blocks.context(words(PIECES, "no_voices"))]),
        blocks.context(words(PIECES, "more_voices", more=more)) if more > 0 else {},
        blocks.context(words(PIECES, "missed", people=missed)) if missed else {},
    ]


def _voice(words: Words, voice: Voice, shown: Shown) -> str:
    where = link(voice.permalink, words.plain(PIECES, "message")) if voice.permalink else ""
    return words(
        PIECES,
        "voice",
        kind=shown.item.kind,
        text=blocks.fit(voice.text or "", TEXT_SHOWN),
        is_above=voice.text == shown.item.text,
        verbatim=voice.verbatim,
        who=mention(voice.slack_user_id) if voice.slack_user_id else words.plain(PIECES, "somebody"),
        day=day(voice.said_at),
        place=words.plain(PIECES, "place", place=voice.place) if voice.place in PLACES else "",
        stage=shown.stages.get(voice.stage or "", ""),
        stance=words.plain(PIECES, "stance", stance=voice.stance) if voice.stance else "",
        number=voice.item_id if voice.item_id != shown.item.id else 0,
        permalink=where,
    )


def _merged(words: Words, shown: Shown) -> list[Block]:
    lines = [
        blocks.section(
            words(PIECES, "merged_line", number=one.id, text=_short(one.text)),
            _move(words, Move.UNMERGE, one),
        )
        for one in shown.merged[:MERGED_SHOWN]
    ]
    return _under(words, "merged", lines, len(shown.merged) - MERGED_SHOWN)


def _alike(words: Words, shown: Shown) -> list[Block]:
    lines = []
    for one in shown.alike:
        state = state_of(words, one.state)
        text = words(PIECES, "alike_line", number=one.id, text=_short(one.text), state=state)
        lines.append(blocks.section(text, _move(words, Move.MERGE, shown.item, into=one.id)))
    return _under(words, "alike", lines)


def _trail(words: Words, shown: Shown) -> list[Block]:
    lines = [_happened(words, entry, shown.item.kind) for entry in shown.trail[:TRAIL_SHOWN]]
    return _under(words, "trail", [blocks.section("\n".join(lines))] if lines else [])


def _happened(words: Words, entry: TrailEntry, kind: str) -> str:
    told = entry.details
    if entry.slack_user_id is None:
        who: str = words.plain(PIECES, "bot")
    else:
        who = mention(entry.slack_user_id) if entry.slack_user_id else words.plain(PIECES, "erased")
    return words(
        PIECES,
        "trail_line",
        moment=moment_for_reader(entry.happened_at),
        who=who,
        move=entry.move,
        again=told.get("from") == told.get("to"),
        kind=kind,
        to=mention(told["to"]) if entry.move == Move.ASSIGN and told.get("to") else "",
        reason=told.get("reason") or "",
        until=day(date.fromisoformat(told["until"])) if told.get("until") else "",
        number=told.get("into") or told.get("out_of") or told.get("item") or 0,
    )


def _under(words: Words, piece: str, lines: list[Block], more: int = 0) -> list[Block]:
    if not lines:
        return []
    rest = [blocks.context(words(PIECES, "more_voices", more=more))] if more > 0 else []
    return [blocks.divider(), blocks.header(words.plain(PIECES, piece)), *lines, *rest]


def _short(text: str) -> str:
    return blocks.fit(" ".join(text.split()), LINE_SHOWN)
