"""What an editor changes in a draft. Pure: a snapshot and a change give a snapshot."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from persona_store.errors import FieldError, StoreError
from persona_store.packs.entering import entered_snapshot
from persona_store.packs.format import PackPersona, PackStatement
from persona_store.packs.problems import shortened
from persona_store.refresh.journey_changes import StepChange, told_of_step, with_step
from persona_store.refresh.merging import free_key

Snapshot = Mapping[str, Any]

KEY_WORDS, KEY_LENGTH, SLUG_LENGTH = 4, 90, 60
WORD = re.compile(r"[a-z0-9]+")
FACTS = (
    "name",
    "role",
    "archetype",
    "priority",
    "summary",
    "quote",
    "owner",
    "review_interval_days",
    "aliases",
    "segment",
    "pronouns",
    "voice",
    "demographics",
    "portrait",
)
"""What of a persona is written as facts; statements and the journey have changes of their own."""
GONE = "That statement is not in this draft any more."


@dataclass(frozen=True)
class StatementText:
    """All that a statement says; names are those of packs. Its topic is kept as it is."""

    kind: str
    text: str
    stages: tuple[str, ...] = ()
    lenses: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    verbatim: str | None = None


@dataclass(frozen=True)
class WriteStatement:
    """Change the statement of this ``key``, or add one (None)."""

    said: StatementText
    key: str | None = None


@dataclass(frozen=True)
class RetireStatement:
    key: str


@dataclass(frozen=True)
class RestoreStatement:
    """Have the statement as it is published: bring it back, or undo what was changed in it."""

    key: str


@dataclass(frozen=True)
class WriteFacts:
    """``facts``: by name, of ``FACTS``; None takes one out. Demographics are lines, "Age: 34"."""

    facts: Mapping[str, Any]


Change = WriteStatement | RetireStatement | RestoreStatement | WriteFacts | StepChange


def changed(
    snapshot: Snapshot, base: Snapshot, change: Change, taken: Collection[str], today: date
) -> dict[str, Any]:
    """The snapshot after a change. ``base``: what is published; ``taken``: ids of all statements there are.

    Raises FieldError where what was entered is wrong.
    """
    statements = list(snapshot.get("statements") or ())
    match change:
        case WriteStatement(said, None):
            key = new_key(snapshot["slug"], said.text, {*taken, *(one["id"] for one in statements)})
            statements.append(_written(said, {"id": key}, today))
        case WriteStatement(said, key):
            at = _place(statements, key or "")
            statements[at] = _written(said, statements[at], today)
        case RetireStatement(key):
            del statements[_place(statements, key)]
        case RestoreStatement(key):
            statements = _restored(statements, base, key)
        case WriteFacts(facts):
            return _with_facts(snapshot, facts, today)
        case _:
            steps = with_step(snapshot.get("journey") or (), base.get("journey") or (), change, today)
            rest = {name: value for name, value in snapshot.items() if name != "journey"}
            return rest | ({"journey": steps} if steps else {})
    return {**snapshot, "statements": statements}


def told_of(change: Change) -> dict[str, Any]:
    """What the trail keeps of a change."""
    match change:
        case WriteStatement(_, key):
            return {"change": "statement reworded" if key else "statement added", "statement": key}
        case RetireStatement(key):
            return {"change": "statement retired", "statement": key}
        case RestoreStatement(key):
            return {"change": "statement as published", "statement": key}
        case WriteFacts(facts):
            return {"change": "facts", "fields": sorted(facts)}
        case _:
            return told_of_step(change)


def new_key(slug: str, text: str, taken: set[str]) -> str:
    """An id for a new statement: the persona's, and its first words."""
    key = f"{slug}.{'-'.join(_plain_words(text)[:KEY_WORDS]) or 'statement'}"[:KEY_LENGTH]
    return free_key(key, taken) if key in taken else key


def new_slug(name: str, taken: set[str]) -> str:
    """A slug for a new persona: the first name, or the whole one."""
    words = _plain_words(name) or ["persona"]
    whole = "-".join(words)[:SLUG_LENGTH].rstrip("-")
    return next((one for one in (words[0][:SLUG_LENGTH], whole) if one not in taken), free_key(whole, taken))


def demographics_lines(demographics: Mapping[str, Any]) -> str:
    """As an editor writes them: "Working hours: 9 to 5", a line each."""
    return "\n".join(f"{_spoken(label)}: {fact}" for label, fact in demographics.items())


def demographics_in(lines: str, known: Mapping[str, Any]) -> dict[str, str]:
    """What an editor wrote. A label that was there before keeps its spelling in packs ("working_hours")."""
    labels = {_spoken(label).casefold(): label for label in known}
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, lines.split("\n"))):
        typed, colon, fact = (part.strip() for part in line.partition(":"))
        if not (typed and colon and fact):
            raise FieldError("demographics", f"“{shortened(line)}”: write it as “Age: 34”, one a line.")
        label = labels.setdefault(typed.casefold(), typed)
        if label in found:
            raise FieldError("demographics", f"“{shortened(typed)}” is there twice.")
        found[label] = fact
    return found


def _spoken(label: str) -> str:
    """A label as people read it."""
    return f"{label[:1].upper()}{label[1:].replace('_', ' ')}"


def _plain_words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return WORD.findall(plain)


def _written(said: StatementText, before: Snapshot, today: date) -> dict[str, Any]:
    kept = {name: before[name] for name in ("id", "topic") if name in before}
    typed = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(said).items()}
    return entered_snapshot(PackStatement, kept | typed, today)


def _with_facts(snapshot: Snapshot, facts: Mapping[str, Any], today: date) -> dict[str, Any]:
    if unknown := sorted(set(facts) - set(FACTS)):
        raise StoreError(f"That cannot be edited here: {', '.join(unknown)}.")
    for name in ("name", "role"):
        if name in facts and not facts[name]:
            raise FieldError(name, "Every persona needs it.")
    if facts.get("demographics"):
        known = snapshot.get("demographics") or {}
        facts = {**facts, "demographics": demographics_in(str(facts["demographics"]), known)}
    rest = {name: value for name, value in snapshot.items() if name != "statements"}
    made = entered_snapshot(PackPersona, rest | dict(facts), today)
    return made | {"statements": list(snapshot.get("statements") or ())}


def _restored(statements: list[dict[str, Any]], base: Snapshot, key: str) -> list[dict[str, Any]]:
    """With the statement as it is published, at its old place; one that is new goes."""
    published = list(base.get("statements") or ())
    before = next((one for one in published if one["id"] == key), None)
    there = [one["id"] for one in statements]
    if before is None:
        if key not in there:
            raise StoreError(GONE)
        return [one for one in statements if one["id"] != key]
    if key in there:
        return [before if one["id"] == key else one for one in statements]
    earlier = [one["id"] for one in published[: published.index(before)]]
    at = max((there.index(one) + 1 for one in earlier if one in there), default=0)
    return [*statements[:at], before, *statements[at:]]


def _place(statements: list[dict[str, Any]], key: str) -> int:
    for at, one in enumerate(statements):
        if one["id"] == key:
            return at
    raise StoreError(GONE)
