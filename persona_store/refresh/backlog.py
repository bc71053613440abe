"""The refresh backlog: what the council does with an item, and its ranked list.

Every move is checked here, whoever calls: the role is read from ``Person``, where ``roles`` also writes what
a Slack user group gives. ``item_moves`` says what is allowed, ``items`` reads, ``ranking`` ranks.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import Session

from persona_store.errors import FieldError, StoreError
from persona_store.models import RefreshItem
from persona_store.people import is_council
from persona_store.refresh.item_moves import (
    NOTHING,
    OPEN_STATES,
    Move,
    With,
    changes_of,
    check_move,
    check_seen,
)
from persona_store.refresh.items import get_item, list_voices, root_of
from persona_store.refresh.ranking import Ranked, Standing, rank
from persona_store.refresh.standings import list_standings
from persona_store.refresh.trail import record_trail
from persona_store.refresh.verdicts import (
    ACCEPTED,
    DECLINED,
    PUBLISHED,
    REOPENED,
    record_parting,
    record_verdicts,
)

PAGE_SIZE = 8
LISTED_STATES = ("new", "in_review", "accepted")
"""What the council has to do something about."""
FILTERS = ("open", *OPEN_STATES, "declined", "duplicate", "published", "withdrawn")
VERDICTS = {
    Move.ACCEPT: ACCEPTED,
    Move.DECLINE: DECLINED,
    Move.PUBLISH: PUBLISHED,
    Move.REOPEN: REOPENED,
    Move.TAKE_BACK: REOPENED,
}
"""What those who spoke up are told after a move."""


@dataclass(frozen=True)
class BacklogFilter:
    """``state``: one of ``FILTERS``; "open" is all that the council has to do something about."""

    state: str = "open"
    persona: str | None = None
    kind: str | None = None
    assignee: str | None = None


@dataclass(frozen=True)
class Line:
    item: RefreshItem
    ranked: Ranked


@dataclass(frozen=True)
class BacklogPage:
    """``page`` counts from 0. ``counts``: how many items there are of each state, whatever the filter."""

    lines: tuple[Line, ...]
    page: int
    pages: int
    total: int
    counts: Mapping[str, int]


def make_move(
    session: Session,
    item_id: int,
    move: Move,
    by: str | None,
    now: datetime,
    given: With = NOTHING,
    *,
    seen: str | None = None,
) -> RefreshItem:
    """Move an item; whoever follows it will be told. ``seen``: the version that the person was looking at.

    Raises StoreError where that cannot be done now, FieldError where what was entered is wrong.
    """
    item = _taken(session, item_id, [given.into.id] if given.into else [])
    if given.into is not None:
        given = replace(given, into=get_item(session, given.into.id))
    if seen is not None:
        check_seen(item, seen)
    check_move(item, move, is_council=is_council(session, by), given=given, today=_today(now))
    before, into = item.state, item.merged_into
    for name, value in changes_of(item, move, given).items():
        setattr(item, name, value)
    item.changed_at = now
    details = {"from": before, "to": item.state} | _told(move, given, into)
    record_trail(session, f"item {item.id}", move, by=by, now=now, details=details)
    session.flush()
    if move in VERDICTS:
        record_verdicts(session, item, VERDICTS[move], now)
    if move is Move.MERGE and given.into:
        other = {"item": item.id}
        record_trail(session, f"item {given.into.id}", "took_in", by=by, now=now, details=other)
    if move is Move.UNMERGE and into is not None:
        _part(session, item, into, by, now)
    return item


def assign_item(
    session: Session, item_id: int, assignee: str | None, by: str, now: datetime, *, seen: str | None = None
) -> RefreshItem:
    """Give an item to somebody of the council, or to nobody."""
    item = _taken(session, item_id)
    if seen is not None:
        check_seen(item, seen)
    check_move(item, Move.ASSIGN, is_council=is_council(session, by), given=NOTHING, today=_today(now))
    if assignee is not None and not is_council(session, assignee):
        raise StoreError("Only somebody of the council can be given an item: `/persona roles` says who is.")
    if assignee != item.assignee:
        details = {"from": item.assignee, "to": assignee}
        record_trail(session, f"item {item.id}", Move.ASSIGN, by=by, now=now, details=details)
        item.assignee = assignee
    return item


def find_target(session: Session, number: str) -> RefreshItem:
    """The item that somebody named by its number, "#12" or "12"; its root, where it was merged."""
    digits = number.strip().removeprefix("#")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 10):
        raise FieldError("into", "Give the number of an item, such as 12.")
    item = session.get(RefreshItem, int(digits))
    if item is None:
        raise FieldError("into", f"There is no #{digits} in the refresh backlog.")
    return root_of(session, item)


def wake_snoozed(session: Session, now: datetime, limit: int) -> int:
    """Bring back up to ``limit`` items whose day has come; gives how many."""
    due = (
        select(RefreshItem.id)
        .where(RefreshItem.state == "snoozed", RefreshItem.snoozed_until <= _today(now))
        .order_by(RefreshItem.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    woken = session.scalars(due).all()
    for item_id in woken:
        make_move(session, item_id, Move.WAKE, None, now)
    return len(woken)


def next_waking(session: Session) -> datetime | None:
    """The moment at which the next snoozed item comes back."""
    until = session.scalar(select(func.min(RefreshItem.snoozed_until)).where(RefreshItem.state == "snoozed"))
    return datetime.combine(until, time(), UTC) if until else None


def record_missed(session: Session, missed: Mapping[int, int]) -> None:
    """Keep how many people asked the same as each open gap, without asking the council."""
    gaps = session.scalars(select(RefreshItem).where(RefreshItem.id.in_(missed)))
    for gap in gaps:
        gap.missed = missed[gap.id]


def list_backlog(session: Session, now: datetime, wanted: BacklogFilter, page: int) -> BacklogPage:
    """One page: what is open by rank, what is settled by when, the latest first.

    A page behind the last one is the last one.
    """
    ranked = _ranked(session, now, wanted)
    pages = max(1, -(-len(ranked) // PAGE_SIZE))
    page = max(0, min(page, pages - 1))
    shown = ranked[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    found = select(RefreshItem).where(RefreshItem.id.in_([one.item_id for one in shown]))
    rows = {row.id: row for row in session.scalars(found)}
    lines = tuple(Line(rows[one.item_id], one) for one in shown)
    return BacklogPage(lines, page, pages, len(ranked), count_states(session))


def count_states(session: Session) -> dict[str, int]:
    counted = select(RefreshItem.state, func.count()).group_by(RefreshItem.state)
    return {state: count for state, count in session.execute(counted)}  # noqa: C416 - rows are no tuples


def standing_of(session: Session, item: RefreshItem) -> Standing:
    """What the rank of one item rests on."""
    return list_standings(session, RefreshItem.id == item.id)[0][0]


def _ranked(session: Session, now: datetime, wanted: BacklogFilter) -> list[Ranked]:
    found = [
        standing
        for standing, personas in list_standings(session, _where(wanted))
        if wanted.persona is None or wanted.persona in personas
    ]
    ranked = rank(found, now)
    if wanted.state in ("open", *OPEN_STATES):
        return ranked
    settled = select(RefreshItem.id).where(_where(wanted))
    latest_first = session.scalars(settled.order_by(RefreshItem.changed_at.desc(), RefreshItem.id.desc()))
    by_id = {one.item_id: one for one in ranked}
    return [by_id[item_id] for item_id in latest_first if item_id in by_id]


def _where(wanted: BacklogFilter) -> ColumnElement[bool]:
    states = LISTED_STATES if wanted.state == "open" else (wanted.state,)
    return and_(
        RefreshItem.state.in_(states),
        RefreshItem.kind == wanted.kind if wanted.kind else true(),
        RefreshItem.assignee == wanted.assignee if wanted.assignee else true(),
    )


def _taken(session: Session, item_id: int, others: Collection[int] = ()) -> RefreshItem:
    """Hold items until the transaction ends: of two who move one at once, the second sees the move."""
    held = select(RefreshItem).where(RefreshItem.id.in_([item_id, *others])).order_by(RefreshItem.id)
    session.scalars(held.with_for_update().execution_options(populate_existing=True)).all()
    return get_item(session, item_id)


def _told(move: Move, given: With, merged_into: int | None) -> dict[str, object]:
    """What the trail needs to say of a move beside the states."""
    match move:
        case Move.DECLINE:
            return {"reason": (given.reason or "").strip()}
        case Move.SNOOZE:
            return {"until": str(given.until)}
        case Move.MERGE:
            return {"into": given.into.id if given.into else None}
        case Move.UNMERGE:
            return {"out_of": merged_into}
        case Move.PUBLISH | Move.TAKE_BACK:
            return {"revision": given.revision}
    return {}


def _part(session: Session, item: RefreshItem, was_into: int, by: str | None, now: datetime) -> None:
    """After a merge was undone, what became of the one item is no news to those of the other."""
    other = {"item": item.id}
    record_trail(session, f"item {was_into}", "gave_back", by=by, now=now, details=other)
    root = root_of(session, session.get_one(RefreshItem, was_into))
    own, theirs = ({one.slack_user_id for one in list_voices(session, each)} for each in (item, root))
    leaving = [one for one in own - theirs if one]
    record_parting(session, item, root, leaving, now)
    for each in (item, root):
        if each.state in OPEN_STATES and not list_voices(session, each):
            make_move(session, each.id, Move.WITHDRAW, None, now)


def _today(now: datetime) -> date:
    return now.astimezone(UTC).date()
