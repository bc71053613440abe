"""Who may move a refresh item from which state to which, with what. Pure.

new -> in_review -> accepted -> published; declined (with a reason), snoozed (until a day), duplicate (of
another item) and withdrawn (by all who said it) on the way. What was declined, snoozed or merged can be
taken back.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

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
    WITHDRAW = "withdraw"


FROM: dict[Move, tuple[str, ...]] = {
    Move.REVIEW: ("new", "snoozed"),
    Move.ASSIGN: OPEN_STATES,
    Move.ACCEPT: ("new", "in_review", "snoozed"),
    Move.DECLINE: OPEN_STATES,
    Move.SNOOZE: ("new", "in_review"),
    Move.WAKE: ("snoozed",),
    Move.MERGE: OPEN_STATES,
    Move.UNMERGE: ("duplicate",),
    Move.REOPEN: ("accepted", "declined"),
    Move.PUBLISH: ("accepted",),
    Move.WITHDRAW: OPEN_STATES,
}
TO: dict[Move, str] = {
    Move.REVIEW: "in_review",
    Move.ACCEPT: "accepted",
    Move.DECLINE: "declined",
    Move.SNOOZE: "snoozed",
    Move.MERGE: "duplicate",
    Move.REOPEN: "in_review",
    Move.PUBLISH: "published",
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


@dataclass(frozen=True)
class With:
    """What a move takes along: ``reason`` (decline), ``until`` (snooze), ``into`` (merge)."""

    reason: str | None = None
    until: date | None = None
    into: RefreshItem | None = None


NOTHING = With()


def check_move(item: RefreshItem, move: Move, *, is_council: bool, given: With, today: date) -> None:
    """Raise StoreError, with the reason, where this move cannot be made now.

    WAKE, PUBLISH and WITHDRAW are consequences of something else, and ask for no right of their own. What is
    wrong with something that was entered is a FieldError.
    """
    if move not in (Move.WAKE, Move.PUBLISH, Move.WITHDRAW) and not is_council:
        raise StoreError("Only the council can do that with the refresh backlog.")
    if item.state not in FROM[move]:
        raise StoreError(f"That cannot be done with #{item.id} now. {STANDING[item.state]}")
    match move:
        case Move.DECLINE:
            _check_reason(given.reason)
        case Move.SNOOZE:
            _check_day(given.until, today)
        case Move.MERGE:
            _check_target(item, given.into)


def moved(item: RefreshItem, move: Move) -> str:
    """The state after a move."""
    if move is Move.ASSIGN:
        return item.state
    if move in (Move.WAKE, Move.UNMERGE):
        return item.was or "new"
    return TO[move]


def _check_reason(reason: str | None) -> None:
    if not reason or not reason.strip():
        raise FieldError("reason", "Say why: whoever reported it is told.")
    if len(reason) > LONGEST_REASON:
        raise FieldError("reason", f"Use at most {LONGEST_REASON} characters.")


def _check_day(until: date | None, today: date) -> None:
    if until is None or until <= today:
        raise FieldError("until", "Choose a day after today.")
    if (until - today).days > LONGEST_SNOOZE:
        raise FieldError("until", "Choose a day within a year: what waits longer is better declined.")


def _check_target(item: RefreshItem, into: RefreshItem | None) -> None:
    if into is None or into.id == item.id:
        raise FieldError("into", "Choose another item to merge it into.")
    if into.state not in OPEN_STATES:
        raise FieldError("into", f"#{into.id} cannot take it in. {STANDING[into.state]}")
