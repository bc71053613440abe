"""Who may move a refresh item from which state to which, with what. Pure.

new -> in_review -> accepted -> published; declined (with a reason), snoozed (until a day, or another one),
duplicate (of another item) and withdrawn (by all who said it) on the way. What was declined, snoozed or
merged can be taken back; what was published comes back into review where an earlier revision is restored.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from persona_store.errors import FieldError, StoreError
from persona_store.models import RefreshItem

OPEN_STATES = ("new", "in_review", "accepted", "snoozed")
CLOSED_STATES = ("declined", "duplicate", "published", "withdrawn")
LONGEST_SNOOZE = 366
LONGEST_REASON = 1_000


class Move(StrEnum):
    REVIEW = "review"
    ASSIGN = "assign"
    ACCEPT = "accept"
    DECLINE = "decline"
    SNOOZE = "snooze"
    WAKE = "wake"
    MERGE = "merge"
    UNMERGE = "unmerge"
    REOPEN = "reopen"
    PUBLISH = "publish"
    TAKE_BACK = "take_back"
    WITHDRAW = "withdraw"


FROM: dict[Move, tuple[str, ...]] = {
    Move.REVIEW: ("new", "snoozed"),
    Move.ASSIGN: OPEN_STATES,
    Move.ACCEPT: ("new", "in_review", "snoozed"),
    Move.DECLINE: OPEN_STATES,
    Move.SNOOZE: ("new", "in_review", "snoozed"),
    Move.WAKE: ("snoozed",),
    Move.MERGE: OPEN_STATES,
    Move.UNMERGE: ("duplicate",),
    Move.REOPEN: ("accepted", "declined"),
    Move.PUBLISH: ("accepted",),
    Move.TAKE_BACK: ("published",),
    Move.WITHDRAW: OPEN_STATES,
}
OF_ITSELF = frozenset({Move.WAKE, Move.PUBLISH, Move.TAKE_BACK, Move.WITHDRAW})
"""Consequences of something else, which ask for no right of their own."""
TO: dict[Move, str] = {
    Move.REVIEW: "in_review",
    Move.ACCEPT: "accepted",
    Move.DECLINE: "declined",
    Move.SNOOZE: "snoozed",
    Move.MERGE: "duplicate",
    Move.REOPEN: "in_review",
    Move.PUBLISH: "published",
    Move.TAKE_BACK: "in_review",
    Move.WITHDRAW: "withdrawn",
}
"""Where a move leads; the others lead back."""
STANDING = {
    "new": "Nobody has looked at it yet.",
    "in_review": "It is in review already.",
    "accepted": "It has been accepted already.",
    "declined": "It has been declined already.",
    "duplicate": "It has been merged into another one already.",
    "snoozed": "It is snoozed.",
    "published": "It has been settled by a revision already.",
    "withdrawn": "Whoever reported it has withdrawn it.",
}


CHANGED = "#{} was changed while you had it open."


@dataclass(frozen=True)
class With:
    """What a move takes along: ``reason`` (decline), ``until`` (snooze), ``into`` (merge).

    ``revision_id``: the revision that settles it (publish). ``revision``: its number, or that of the one
    which takes back what it changed.
    """

    reason: str | None = None
    until: date | None = None
    into: RefreshItem | None = None
    revision_id: int | None = None
    revision: int | None = None


NOTHING = With()


def check_move(item: RefreshItem, move: Move, *, is_council: bool, given: With, today: date) -> None:
    """Raise StoreError, with the reason, where this move cannot be made now.

    What is wrong with something that was entered is a FieldError.
    """
    if move not in OF_ITSELF and not is_council:
        raise StoreError("Only the council can do that with the refresh backlog.")
    if item.state not in FROM[move]:
        raise StoreError(f"That cannot be done with #{item.id} now. {STANDING[item.state]}")
    match move:
        case Move.DECLINE:
            _check_reason(given.reason)
        case Move.SNOOZE:
            _check_day(item, given.until, today)
        case Move.MERGE:
            _check_target(item, given.into)


def moved(item: RefreshItem, move: Move) -> str:
    """The state after a move."""
    if move is Move.ASSIGN:
        return item.state
    if move is Move.UNMERGE and item.snoozed_until:
        return "snoozed"
    if move in (Move.WAKE, Move.UNMERGE):
        return item.was or "new"
    return TO[move]


def changes_of(item: RefreshItem, move: Move, given: With = NOTHING) -> dict[str, Any]:
    """What a move writes, by column. Undoing a merge gives back what was before, a snooze too."""
    state = moved(item, move)
    before = item.was if item.state == "snoozed" else item.state
    if move is Move.ASSIGN:
        return {}
    if move is Move.MERGE:
        return {"state": state, "was": before, "merged_into": given.into.id if given.into else None}
    if move is Move.UNMERGE:
        return {"state": state, "was": item.was if state == "snoozed" else None, "merged_into": None}
    return {
        "state": state,
        "was": before if move is Move.SNOOZE else None,
        "snoozed_until": given.until if move is Move.SNOOZE else None,
        "reason": (given.reason or "").strip() or None if move is Move.DECLINE else None,
        "revision_id": given.revision_id if move is Move.PUBLISH else None,
    }


def version_of(item: RefreshItem) -> str:
    """The same as long as nobody moves or assigns it."""
    said = json.dumps([item.merged_into, str(item.snoozed_until), item.assignee, item.reason, item.was])
    return f"{item.state}-{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def check_seen(item: RefreshItem, seen: str) -> None:
    """Raise StoreError where the item is not as the person saw it any more."""
    if seen != version_of(item):
        has_moved = seen.partition("-")[0] != item.state
        raise StoreError(f"{CHANGED.format(item.id)}{' ' + STANDING[item.state] if has_moved else ''}")


def _check_reason(reason: str | None) -> None:
    if not reason or not reason.strip():
        raise FieldError("reason", "Say why: whoever reported it is told.")
    if len(reason) > LONGEST_REASON:
        raise FieldError("reason", f"Use at most {LONGEST_REASON} characters.")


def _check_day(item: RefreshItem, until: date | None, today: date) -> None:
    if until is None or until <= today:
        raise FieldError("until", "Choose a day after today.")
    if (until - today).days > LONGEST_SNOOZE:
        raise FieldError("until", "Choose a day within a year: what waits longer is better declined.")
    if item.state == "snoozed" and until == item.snoozed_until:
        raise FieldError("until", "It is snoozed until that day already.")


def _check_target(item: RefreshItem, into: RefreshItem | None) -> None:
    if into is None or into.id == item.id:
        raise FieldError("into", "Choose another item to merge it into.")
    if into.state not in OPEN_STATES:
        raise FieldError("into", f"#{into.id} cannot take it in. {STANDING[into.state]}")
