"""Finds everything that is wrong with a pack, across all its files, before anything is imported."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from persona_store.packs.fields import Entry
from persona_store.packs.files import PackFile, read_files
from persona_store.packs.format import HEAD, LENSES, MOST, PARTS, Pack
from persona_store.packs.likeness import Sketch, alike, plain
from persona_store.packs.minimum import lacks
from persona_store.packs.problems import (
    Problem,
    Problems,
    Severity,
    Step,
    place_of,
    problems_of,
    shortened,
)

REFERENCES = {"stages": "stages", "lenses": "lenses", "evidence": "evidence"}


@dataclass(frozen=True)
class KnownKeys:
    """What the store has already, so that a pack can refer to it.

    ``statements``: id to persona; ``methods``: of the evidence, by id.
    """

    stages: frozenset[str] = frozenset()
    lenses: frozenset[str] = frozenset(LENSES)
    evidence: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    personas: frozenset[str] = frozenset()
    statements: dict[str, str] = field(default_factory=dict)
    methods: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Spot:
    """A value and where it stands."""

    file: PackFile
    path: tuple[Step, ...]
    value: Any

    @property
    def place(self) -> str:
        return place_of(self.file.data, self.path)

    def of(self, key: str) -> "_Spot":
        return _Spot(self.file, (*self.path, key), self.value.get(key))

    def tables(self, key: str) -> Iterator["_Spot"]:
        return (spot for spot in self.of(key).items() if isinstance(spot.value, dict))

    def items(self) -> Iterator["_Spot"]:
        values = self.value if isinstance(self.value, list) else []
        return (_Spot(self.file, (*self.path, index), value) for index, value in enumerate(values))

    def text(self, key: str) -> str:
        value = self.value.get(key)
        return value if isinstance(value, str) else ""


def check_pack(
    path: Path, *, today: date, known: KnownKeys | None = None
) -> tuple[Pack | None, list[Problem]]:
    """The pack, unless it has errors, and every problem there is.

    Raises PackError only where there is nothing at ``path``.
    """
    problems = Problems()
    files = read_files(path, problems)
    _cut(files, problems)
    _Check(files, known or KnownKeys(), problems).check()
    parts = [_validated(file, today, problems) for file in files if file.data is not None]
    return None if problems.has_errors else _joined(parts), problems.listed()


def _cut(files: list[PackFile], problems: Problems) -> None:
    """Look no further than a pack may be long, so that a check never takes long."""
    for file in files:
        for part, most in MOST.items():
            entries = file.data.get(part) if file.data else None
            if isinstance(entries, list) and len(entries) > most:
                problems.add(
                    file.name, part, f"{len(entries):,} entries are too many; expected at most {most:,}"
                )
                del entries[most:]


def _validated(file: PackFile, today: date, problems: Problems) -> dict[str, Any]:
    """The file's entries as models; those with problems are left out."""
    data = file.data or {}
    lists = {key: data[key] for key in PARTS if isinstance(data.get(key), list)}
    head = _model(
        file, (), {key: value for key, value in data.items() if key not in lists}, Pack, today, problems
    )
    part: dict[str, Any] = {key: getattr(head, key) for key in HEAD if head and key in head.model_fields_set}
    for key, values in lists.items():
        made = (
            _model(file, (key, index), value, PARTS[key], today, problems)
            for index, value in enumerate(values)
        )
        part[key] = [model for model in made if model is not None]
    return part


def _model(
    file: PackFile, path: tuple[Step, ...], value: object, model: type[Entry], today: date, problems: Problems
) -> Entry | None:
    try:
        return model.model_validate(value, context={"today": today})
    except ValidationError as error:
        for place, message in problems_of(error.errors(include_url=False), path):
            problems.add(file.name, place_of(file.data, place), message)
        return None


def _joined(parts: list[dict[str, Any]]) -> Pack:
    whole: dict[str, Any] = {}
    for part in parts:
        for key, value in part.items():
            whole[key] = [*whole.get(key, []), *value] if isinstance(value, list) else value
    return Pack.model_construct(**whole)


class _Check:
    """What no single entry shows. Works on the raw tables, so that one error does not hide another."""

    def __init__(self, files: list[PackFile], known: KnownKeys, problems: Problems) -> None:
        self._known, self._problems = known, problems
        self._complete = all(file.data is not None for file in files)
        self._tops = [_Spot(file, (), file.data) for file in files if file.data is not None]
        self._personas = self._all("personas")
        self._declared = {
            part: {spot.text("id") for spot in self._all(part)} | getattr(known, part)
            for part in ("segments", "stages", "lenses", "evidence")
        }
        self._methods = known.methods | {
            spot.text("id"): spot.text("method") for spot in self._all("evidence")
        }

    def check(self) -> None:
        self._check_size()
        self._check_head()
        for part in ("segments", "stages", "lenses", "evidence"):
            self._check_ids(self._all(part), "id")
        self._check_ids(self._personas, "slug")
        self._check_ids([spot for persona in self._personas for spot in persona.tables("statements")], "id")
        for persona in self._personas:
            self._check_persona(persona)
        self._check_likeness()

    def _all(self, part: str) -> list[_Spot]:
        return [spot for top in self._tops for spot in top.tables(part)]

    def _add(self, spot: _Spot, message: str, severity: Severity = "error") -> None:
        self._problems.add(spot.file.name, spot.place, message, severity)

    def _check_size(self) -> None:
        for part, most in MOST.items():
            if len(spots := self._all(part)) > most:
                self._add(spots[most], f"more than {most:,} {part}; expected at most that many in a pack")
        if (
            self._complete
            and self._tops
            and not any(top.value.get(part) for top in self._tops for part in PARTS)
        ):
            self._add(self._tops[0], f"the pack is empty; expected one or more of {', '.join(PARTS)}")

    def _check_head(self) -> None:
        first: dict[str, _Spot] = {}
        for top in self._tops:
            for key in HEAD:
                here = top.of(key)
                there = first.setdefault(key, here) if here.value is not None else here
                if here.value != there.value:
                    self._add(
                        here,
                        f'not the same as in {there.file.name}, which says "{shortened(str(there.value))}"',
                    )

    def _check_ids(self, spots: list[_Spot], key: str) -> None:
        first: dict[str, _Spot] = {}
        for spot in spots:
            if not (name := spot.text(key)):
                continue
            there = first.setdefault(name, spot)
            if there is not spot:
                place = f"{there.file.name}: {there.place}"
                self._add(
                    spot.of(key), f'"{shortened(name)}" is already taken by {place}; expected another {key}'
                )

    def _check_persona(self, persona: _Spot) -> None:
        self._check_segment(persona)
        texts: dict[str, _Spot] = {}
        assumptions = 0
        for statement in persona.tables("statements"):
            self._check_owner(statement, persona.text("slug"))
            for key in REFERENCES:
                for spot in statement.of(key).items():
                    self._check_reference(spot, key)
            assumptions += not statement.value.get("evidence")
            text = plain(statement.text("text"))
            there = texts.setdefault(text, statement)
            if text and there is not statement:
                self._add(statement, f"says the same as {there.text('id') or there.place}", "warning")
        self._check_journey(persona)
        if assumptions:
            self._add(persona, _assumptions(assumptions), "notice")
        if not persona.value.get("statements"):
            self._add(persona, "no statements yet, so no question about this persona has an answer", "notice")
        if persona.value.get("priority", "primary") == "primary":
            self._check_minimum(persona)

    def _check_minimum(self, persona: _Spot) -> None:
        statements = list(persona.tables("statements"))
        used = {spot.value for one in statements for spot in one.of("evidence").items()}
        found = lacks(
            archetype=bool(persona.text("archetype")),
            statements=len(statements),
            methods={method for key, method in self._methods.items() if key in used},
        )
        if found:
            self._add(persona, f"too little for a primary persona; it lacks {'; '.join(found)}", "warning")

    def _check_segment(self, persona: _Spot) -> None:
        text, declared = persona.text("segment"), self._declared["segments"]
        if text and text not in declared and (guess := self._problems.nearest(text, declared, all_of=False)):
            self._add(persona.of("segment"), f'"{shortened(text)}" becomes a new segment{guess}', "warning")

    def _check_owner(self, statement: _Spot, slug: str) -> None:
        owner = self._known.statements.get(statement.text("id"), slug)
        if slug and owner != slug:
            name = shortened(statement.text("id"))
            self._add(
                statement.of("id"), f'"{name}" is a statement of {owner} in the store; expected a new id'
            )

    def _check_reference(self, spot: _Spot, part: str) -> None:
        declared = self._declared[part]
        if isinstance(spot.value, str) and spot.value not in declared and self._complete:
            hint = self._problems.nearest(spot.value, declared) or f"; declare it with [[{part}]]"
            self._add(spot, f'"{shortened(spot.value)}" is not declared{hint}')

    def _check_journey(self, persona: _Spot) -> None:
        steps = list(persona.tables("journey"))
        self._check_ids(steps, "stage")
        for step in steps:
            self._check_reference(step.of("stage"), "stages")

    def _check_likeness(self) -> None:
        for first, second, why in alike([_sketch(persona) for persona in self._personas]):
            there, here = self._personas[first], self._personas[second]
            where = "" if there.file is here.file else f" in {there.file.name}"
            self._add(here, f"{why}{where}: people will mix them up", "warning")


def _sketch(persona: _Spot) -> Sketch:
    return Sketch(
        slug=shortened(persona.text("slug")),
        name=persona.text("name"),
        aliases=[spot.value for spot in persona.of("aliases").items() if isinstance(spot.value, str)],
        statements=[spot.text("text") for spot in persona.tables("statements")],
    )


def _assumptions(count: int) -> str:
    if count == 1:
        return "1 statement has no evidence: it is shown as an assumption"
    return f"{count:,} statements have no evidence: they are shown as assumptions"
