"""What changed in a persona from one revision to another. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

TOLD_FIELDS = (
    "name",
    "role",
    "archetype",
    "priority",
    "segment",
    "summary",
    "quote",
    "voice",
    "demographics",
    "journey",
)
"""Parts of a persona, besides its statements, whose change is worth telling."""


class Change(StrEnum):
    """``researched``: the same claim, on other evidence or with other words of a participant."""

    ADDED = "added"
    REWORDED = "reworded"
    RESEARCHED = "researched"
    RETIRED = "retired"


@dataclass(frozen=True)
class News:
    """``statements``: by key; ``counts``: of which kinds.

    ``before``: what was said before, by key, of what is reworded or no longer holds.
    """

    revision: int
    since: int
    statements: Mapping[str, Change] = field(default_factory=dict)
    counts: tuple[tuple[Change, str, int], ...] = ()
    before: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[str, ...] = ()

    @property
    def retired(self) -> tuple[str, ...]:
        """The texts of what no longer holds."""
        gone = (key for key, change in self.statements.items() if change is Change.RETIRED)
        return tuple(self.before[key] for key in gone if key in self.before)

    @property
    def current(self) -> dict[str, Change]:
        """Statements that hold now, and are new or different."""
        return {key: change for key, change in self.statements.items() if change is not Change.RETIRED}


def news_between(revision: int, now: Mapping[str, Any], since: int, before: Mapping[str, Any]) -> News:
    """Compare two snapshots of a persona, as revisions keep them."""
    old, new = _by_id(before), _by_id(now)
    changes: dict[str, Change] = {}
    for key, statement in new.items():
        change = _change(old.get(key), statement)
        if change:
            changes[key] = change
    retired = [key for key in old if key not in new]
    changes.update(dict.fromkeys(retired, Change.RETIRED))
    counted = Counter((change, (new.get(key) or old[key])["kind"]) for key, change in changes.items())
    order = list(Change)
    return News(
        revision,
        since,
        changes,
        tuple(
            (change, kind, number)
            for (change, kind), number in sorted(
                counted.items(), key=lambda one: (order.index(one[0][0]), -one[1], one[0][1])
            )
        ),
        _said_before(old, new),
        tuple(name for name in TOLD_FIELDS if before.get(name) != now.get(name)),
    )


def _change(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> Change | None:
    if before is None:
        return Change.ADDED
    if any(before.get(name) != now.get(name) for name in ("text", "kind")):
        return Change.REWORDED
    new_evidence = set(before.get("evidence") or ()) != set(now.get("evidence") or ())
    return Change.RESEARCHED if new_evidence or before.get("verbatim") != now.get("verbatim") else None


def _said_before(
    old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]
) -> dict[str, str]:
    return {key: one["text"] for key, one in old.items() if key not in new or new[key]["text"] != one["text"]}


def _by_id(snapshot: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {statement["id"]: statement for statement in snapshot.get("statements") or ()}
