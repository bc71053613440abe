"""Brings two sets of changes of one persona together: a draft's, and those of a newer revision. Pure.

A snapshot falls apart into units: each field of the persona, of each statement and of each step of the
journey, and each stage, lens or piece of evidence that a statement names. What one side changed is taken;
what both changed differently is a conflict, and somebody decides.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from persona_store.packs.order import merged_order

Snapshot = Mapping[str, Any]
Path = tuple[str, ...]
Units = dict[Path, Any]

NOT_MERGED = frozenset({"slug", "verified_on", "revision"})
"""Taken from the newer revision as they are."""
PARTS = {"statements": "id", "journey": "stage"}
"""Lists of tables, and the key that tells those apart."""
TABLES = frozenset({"demographics"})
ORDER = "order"
IS_THERE = True


class Side(StrEnum):
    OURS = "ours"
    THEIRS = "theirs"


@dataclass(frozen=True)
class Conflict:
    """``path``: where; of a statement as a whole ("statements", its id): one side retired it.

    ``ours``, ``theirs``: what each side makes of it, None for nothing any more.
    """

    path: Path
    ours: str | None
    theirs: str | None


@dataclass(frozen=True)
class Merged:
    """``snapshot``: None while there are conflicts that nobody decided.

    ``renamed``: new statements of ours whose id theirs took for another one, old id to new one.
    """

    snapshot: dict[str, Any] | None
    conflicts: tuple[Conflict, ...]
    renamed: Mapping[str, str]


def merge(
    base: Snapshot, ours: Snapshot, theirs: Snapshot, chosen: Mapping[Path, Side] | None = None
) -> Merged:
    """Bring ``ours`` and ``theirs``, both made from ``base``, together. ``chosen``: how conflicts end."""
    renamed = _renamed(base, ours, theirs)
    ours = _with_names(ours, renamed)
    merging = _Merging(_units(base), _units(ours), _units(theirs), chosen or {})
    units = merging.merged()
    orders = {
        name: _order(name, [_listed(side, name) for side in (base, ours, theirs)], merging.decide)
        for name in ("aliases", *PARTS)
    }
    if merging.conflicts:
        return Merged(None, tuple(merging.conflicts), renamed)
    kept = {name: value for name, value in theirs.items() if name in NOT_MERGED}
    return Merged(kept | _snapshot(units, orders), (), renamed)


class _Merging:
    def __init__(self, base: Units, ours: Units, theirs: Units, chosen: Mapping[Path, Side]) -> None:
        self._base, self._ours, self._theirs, self._chosen = base, ours, theirs, chosen
        self.conflicts: list[Conflict] = []

    def merged(self) -> Units:
        units: Units = {}
        settled: set[Path] = set()
        for path in self._half_retired():
            side = self._kept(path)
            settled.add(path)
            if side is not None:
                units |= {one: value for one, value in side.items() if one[:2] == path}
        for path in dict.fromkeys([*self._ours, *self._theirs, *self._base]):
            if path[:2] not in settled:
                value = self._value(path)
                if value is not None:
                    units[path] = value
        return units

    def decide(self, path: Path, ours: Any, theirs: Any) -> Side:  # noqa: ANN401
        """What somebody chose; a conflict where nobody did."""
        if path not in self._chosen:
            self.conflicts.append(Conflict(path, _text(ours), _text(theirs)))
        return self._chosen.get(path, Side.OURS)

    def _half_retired(self) -> list[Path]:
        """Statements and steps that one side took out."""
        return [
            path
            for path in self._base
            if path[0] in PARTS and len(path) == 2 and (path in self._ours) != (path in self._theirs)
        ]

    def _kept(self, path: Path) -> Units | None:
        """The side that has it, if it stays."""
        is_ours = path in self._ours
        side = self._ours if is_ours else self._theirs
        if _beneath(side, path) == _beneath(self._base, path):
            return None
        told = side.get((*path, "text")) or path[1]
        decision = self.decide(path, told if is_ours else None, None if is_ours else told)
        return side if (decision is Side.OURS) == is_ours else None

    def _value(self, path: Path) -> Any:  # noqa: ANN401
        base, ours, theirs = (units.get(path) for units in (self._base, self._ours, self._theirs))
        if theirs in (base, ours):
            return ours
        if ours == base:
            return theirs
        return ours if self.decide(path, ours, theirs) is Side.OURS else theirs


def _units(snapshot: Snapshot) -> Units:
    units: Units = {}
    for name, value in snapshot.items():
        if name in NOT_MERGED:
            continue
        if name not in PARTS:
            units |= _fields((), {name: value})
            continue
        for one in value:
            path = (name, one[PARTS[name]])
            units[path] = IS_THERE
            units |= _fields(path, {key: part for key, part in one.items() if key != PARTS[name]})
    return units


def _fields(path: Path, fields: Snapshot) -> Units:
    units: Units = {}
    for name, value in fields.items():
        if isinstance(value, list):
            units |= {(*path, name, str(member)): IS_THERE for member in value}
        elif isinstance(value, Mapping):
            units |= {(*path, name, str(label)): fact for label, fact in value.items()}
        else:
            units[(*path, name)] = value
    return units


def _beneath(units: Units, path: Path) -> Units:
    return {one: value for one, value in units.items() if one[:2] == path}


def _renamed(base: Snapshot, ours: Snapshot, theirs: Snapshot) -> dict[str, str]:
    """New ids for new statements of ours where theirs has another new one of the same id."""
    before, mine, other = (
        {one["id"]: one for one in side.get("statements") or ()} for side in (base, ours, theirs)
    )
    taken = {*before, *mine, *other}
    renamed: dict[str, str] = {}
    for key, one in mine.items():
        if key not in before and key in other and one["text"] != other[key]["text"]:
            renamed[key] = free_key(key, taken)
            taken.add(renamed[key])
    return renamed


def free_key(key: str, taken: set[str]) -> str:
    """``key`` with the first number behind it that is free."""
    number = 2
    while f"{key}-{number}" in taken:
        number += 1
    return f"{key}-{number}"


def _with_names(snapshot: Snapshot, renamed: Mapping[str, str]) -> Snapshot:
    if not renamed:
        return snapshot
    said = [one | {"id": renamed.get(one["id"], one["id"])} for one in snapshot["statements"]]
    return {**snapshot, "statements": said}


def _listed(snapshot: Snapshot, name: str) -> list[str]:
    values = snapshot.get(name) or []
    return [one[PARTS[name]] for one in values] if name in PARTS else list(values)


def _order(name: str, sides: Sequence[list[str]], decide: Callable[[Path, Any, Any], Side]) -> list[str]:
    """Everything that either side has, in the order of the side that changed it."""
    base, ours, theirs = sides
    ours_moved, theirs_moved = _is_moved(base, ours), _is_moved(base, theirs)
    common = [name for name in ours if name in set(theirs)]
    is_clash = ours_moved and theirs_moved and common != [name for name in theirs if name in set(ours)]
    takes_ours = ours_moved
    if is_clash and name in PARTS:
        takes_ours = decide((ORDER, name), ", ".join(ours), ", ".join(theirs)) is Side.OURS
    first, second = (theirs, ours) if takes_ours else (ours, theirs)
    return merged_order(first, second)


def _is_moved(base: Sequence[str], side: Sequence[str]) -> bool:
    return [name for name in base if name in set(side)] != [name for name in side if name in set(base)]


def _snapshot(units: Units, orders: Mapping[str, list[str]]) -> dict[str, Any]:
    """Put the units together again."""
    made: dict[str, Any] = {}
    for path, value in units.items():
        if path[0] not in PARTS:
            _put(made, path, value)
    if "aliases" in made:
        made["aliases"] = [name for name in orders["aliases"] if name in made["aliases"]]
    for name, key in PARTS.items():
        there: dict[str, dict[str, Any]] = {one: {key: one} for one in orders[name] if (name, one) in units}
        for path, value in units.items():
            if path[0] == name and len(path) > 2:
                _put(there[path[1]], path[2:], value)
        if there:
            made[name] = list(there.values())
    return made


def _put(made: dict[str, Any], path: Path, value: Any) -> None:  # noqa: ANN401
    if len(path) == 1:
        made[path[0]] = value
    elif path[0] in TABLES:
        made.setdefault(path[0], {})[path[1]] = value
    else:
        made.setdefault(path[0], []).append(path[1])


def _text(value: Any) -> str | None:  # noqa: ANN401
    return None if value is None else str(value)
