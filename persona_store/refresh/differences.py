"""What is different between two snapshots of a persona, down to the words. Pure.

A snapshot is the persona as a pack writes it (``packs.format.as_snapshot``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest
from typing import Any

Snapshot = Mapping[str, Any]

NOT_TOLD = frozenset({"slug", "verified_on", "revision"})
SCOPES = ("stages", "lenses", "evidence")
ALIKE = 0.3
"""Below this share of common words the whole old and the whole new text are clearer than what they share."""


class Did(StrEnum):
    """``changed``: the same words, with other research, stages or the like."""

    ADDED = "added"
    REWORDED = "reworded"
    CHANGED = "changed"
    RETIRED = "retired"


@dataclass(frozen=True)
class Run:
    """Words in a row that stayed ("same"), went ("gone") or came ("new")."""

    what: str
    text: str


@dataclass(frozen=True)
class FieldDifference:
    """``name``: as the pack calls it; of tables with what it is in, "demographics, age". "" is nothing."""

    name: str
    before: str
    after: str

    @property
    def runs(self) -> tuple[Run, ...]:
        return compare_words(self.before, self.after)


@dataclass(frozen=True)
class StatementDifference:
    """``before``, ``after``: the statement as snapshots have it; None where it is not there."""

    key: str
    did: Did
    before: Snapshot | None
    after: Snapshot | None

    @property
    def shown(self) -> Snapshot:
        return self.after or self.before or {}

    @property
    def runs(self) -> tuple[Run, ...]:
        texts = [(side or {}).get("text", "") for side in (self.before, self.after)]
        return compare_words(texts[0], texts[1])

    @property
    def fields(self) -> tuple[FieldDifference, ...]:
        """What is different besides the text and the scopes."""
        names = ("kind", "topic", "verbatim")
        return tuple(_fields(_some(self.before, names), _some(self.after, names)))

    def came(self, scope: str) -> tuple[str, ...]:
        """Ids of ``scope`` (stages, lenses, evidence) that it has now and had not before."""
        return _lacking(self.after, self.before, scope)

    def went(self, scope: str) -> tuple[str, ...]:
        return _lacking(self.before, self.after, scope)

    @property
    def was_assumption(self) -> bool:
        return self.before is not None and not self.before.get("evidence")

    @property
    def is_assumption(self) -> bool:
        return self.after is not None and not self.after.get("evidence")


@dataclass(frozen=True)
class Difference:
    """``statements``: in their order, retired ones last.

    ``is_reordered``: of those that stayed; ``is_journey_reordered``: of its steps.
    """

    statements: tuple[StatementDifference, ...]
    fields: tuple[FieldDifference, ...]
    is_reordered: bool
    is_journey_reordered: bool

    def __bool__(self) -> bool:
        return bool(self.statements or self.fields or self.is_reordered or self.is_journey_reordered)

    def count(self, did: Did) -> int:
        return sum(one.did is did for one in self.statements)

    def lines(self) -> Iterator[str]:
        """For the command line: one line for each thing that is different."""
        for one in self.statements:
            match one.did:
                case Did.ADDED:
                    yield f"+ {one.key}: {one.shown['text']}"
                case Did.RETIRED:
                    yield f"- {one.key}: {one.shown['text']}"
                case _:
                    yield f"~ {one.key}: {'; '.join(_told(one))}"
        for field in self.fields:
            yield f"~ {field.name}: {field.before or 'nothing'} -> {field.after or 'nothing'}"
        if self.is_reordered:
            yield "~ order of the statements"
        if self.is_journey_reordered:
            yield "~ order of the journey"


def difference_of(before: Snapshot, after: Snapshot) -> Difference:
    """What ``after`` says and ``before`` did not, and the other way round. ``before``: {} of a new one."""
    old, new = _by_id(before), _by_id(after)
    statements = []
    for key, statement in new.items():
        did = _did(old.get(key), statement)
        if did:
            statements.append(StatementDifference(key, did, old.get(key), statement))
    statements += [
        StatementDifference(key, Did.RETIRED, one, None) for key, one in old.items() if key not in new
    ]
    return Difference(
        tuple(statements),
        tuple(_fields(before, after)),
        _is_reordered(list(old), list(new)),
        _is_reordered(*([one["stage"] for one in side.get("journey") or ()] for side in (before, after))),
    )


def compare_words(before: str, after: str) -> tuple[Run, ...]:
    """Words that stayed, went and came, in the order in which one reads them."""
    if before == after:
        return (Run("same", after),) if after else ()
    old, new = before.split(), after.split()
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < ALIKE:
        return tuple(run for run in (Run("gone", before), Run("new", after)) if run.text)
    runs = []
    for what, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if what == "equal":
            runs.append(Run("same", " ".join(new[new_start:new_end])))
            continue
        gone, came = " ".join(old[old_start:old_end]), " ".join(new[new_start:new_end])
        runs += [run for run in (Run("gone", gone), Run("new", came)) if run.text]
    return tuple(runs)


def texts_of(snapshot: Snapshot) -> dict[str, str]:
    """Every field of a persona besides its statements, as text, by name."""
    texts: dict[str, str] = {}
    for name, value in snapshot.items():
        if name in NOT_TOLD or name == "statements":
            continue
        if name == "journey":
            for step in value:
                texts |= {f"journey, {step['stage']}, {key}": _text(one) for key, one in step.items()}
                texts.pop(f"journey, {step['stage']}, stage")
        elif isinstance(value, Mapping):
            texts |= {f"{name}, {label}": _text(one) for label, one in value.items()}
        else:
            texts[name] = _text(value)
    return texts


def _fields(before: Snapshot, after: Snapshot) -> Iterator[FieldDifference]:
    old, new = texts_of(before), texts_of(after)
    for name in dict.fromkeys([*new, *old]):
        if old.get(name, "") != new.get(name, ""):
            yield FieldDifference(name, old.get(name, ""), new.get(name, ""))


def _did(before: Snapshot | None, now: Snapshot) -> Did | None:
    if before is None:
        return Did.ADDED
    if before["text"] != now["text"]:
        return Did.REWORDED
    same = all(before.get(name) == now.get(name) for name in ("kind", "topic", "verbatim")) and all(
        set(before.get(scope) or ()) == set(now.get(scope) or ()) for scope in SCOPES
    )
    return None if same else Did.CHANGED


def _told(one: StatementDifference) -> Iterator[str]:
    if one.did is Did.REWORDED and one.before and one.after:
        yield f"{one.before['text']} -> {one.after['text']}"
    for field in one.fields:
        yield f"{field.name} {field.before or 'nothing'} -> {field.after or 'nothing'}"
    for scope in SCOPES:
        parts = [*(f"+{key}" for key in one.came(scope)), *(f"-{key}" for key in one.went(scope))]
        if parts:
            yield f"{scope} {' '.join(parts)}"


def _is_reordered(old: Sequence[str], new: Sequence[str]) -> bool:
    return [key for key in old if key in set(new)] != [key for key in new if key in set(old)]


def _by_id(snapshot: Snapshot) -> dict[str, Snapshot]:
    return {statement["id"]: statement for statement in snapshot.get("statements") or ()}


def _some(side: Snapshot | None, names: Sequence[str]) -> Snapshot:
    return {name: (side or {})[name] for name in names if (side or {}).get(name) is not None}


def _lacking(side: Snapshot | None, other: Snapshot | None, scope: str) -> tuple[str, ...]:
    there = set((other or {}).get(scope) or ())
    return tuple(one for one in (side or {}).get(scope) or () if one not in there)


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@dataclass(frozen=True)
class Event:
    """What a revision did to a statement. ``number``: of the revision; ``text``: what it says since then."""

    number: int
    did: Did
    text: str


@dataclass(frozen=True)
class StatementHistory:
    """``events``: oldest first."""

    key: str
    kind: str
    text: str
    events: tuple[Event, ...]

    @property
    def is_retired(self) -> bool:
        return self.events[-1].did is Did.RETIRED


def histories_of(snapshots: Sequence[tuple[int, Snapshot]]) -> list[StatementHistory]:
    """What became of each statement, current ones first. ``snapshots``: with their numbers, oldest first."""
    events: dict[str, list[Event]] = {}
    latest: dict[str, Snapshot] = {}
    befores: list[Snapshot] = [{}, *(snapshot for _, snapshot in snapshots[:-1])]
    for before, (number, snapshot) in zip_longest(befores[: len(snapshots)], snapshots):
        for one in difference_of(before, snapshot).statements:
            latest[one.key] = one.shown
            events.setdefault(one.key, []).append(Event(number, one.did, one.shown["text"]))
    found = [
        StatementHistory(key, latest[key]["kind"], latest[key]["text"], tuple(own))
        for key, own in events.items()
    ]
    current = list(_by_id(snapshots[-1][1])) if snapshots else []
    place = {key: at for at, key in enumerate(current)}
    return sorted(found, key=lambda one: (one.is_retired, place.get(one.key, 0)))
