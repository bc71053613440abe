"""Reads the .toml files of trivia, and finds everything that is wrong with them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from persona_store.errors import PackError
from persona_store.packs.files import SUFFIXES, PackFile, list_folder, read_files, read_text
from persona_store.packs.problems import (
    Problem,
    Problems,
    place_of,
    problem_lines,
    problems_of,
    shortened,
)
from persona_store.packs.trivia_format import PackScenario, PackTrivia, PackWords

WORDS = "words.toml"
HAS_SCENARIOS = re.compile(r'^\s*\[\[\s*scenarios\s*\]\]|^\s*scenarios\s*=|"scenarios"\s*:', re.MULTILINE)
LOOKED_AT = 2_000_000
"""Bytes: larger files are packs."""
LONGER = 1.6
"""How many times longer one option may be than another."""


@dataclass(frozen=True)
class KnownStatements:
    """What scenarios may rest on. ``statements``: the persona of each current one, by its key."""

    personas: frozenset[str]
    stages: frozenset[str]
    statements: dict[str, str]
    assumptions: frozenset[str] = frozenset()


def is_trivia(path: Path) -> bool:
    """Tell whether there are scenarios, or words of questions, at ``path``."""
    if not path.is_dir():
        return _is_trivia_file(path)
    names = list_folder(path, SUFFIXES, Problems()) or []
    return any(_is_trivia_file(path / name) for name in names)


def _is_trivia_file(path: Path) -> bool:
    if path.name == WORDS:
        return True
    if path.suffix.lower() not in SUFFIXES:
        return False
    text = read_text(path, path.name, Problems(), LOOKED_AT)
    return text is not None and HAS_SCENARIOS.search(text) is not None


def check_trivia(path: Path, known: KnownStatements | None = None) -> tuple[int, list[Problem]]:
    """Give how many scenarios are right, and every problem with the others, and with the words."""
    problems = Problems()
    if path.is_dir() and (path / WORDS).exists():
        _words(path, problems)
    scenarios, found = check_scenarios(path, known)
    return len(scenarios), [*problems.listed(), *found]


def read_words(folder: Path) -> PackWords:
    """Give how questions are worded. Raises PackError, with every reason."""
    problems = Problems()
    words = _words(folder, problems)
    if words is None:
        raise PackError(problem_lines(problems.listed()))
    return words


def _words(folder: Path, problems: Problems) -> PackWords | None:
    for file in read_files(folder / WORDS, problems):
        try:
            if file.data is not None:
                return PackWords.model_validate(file.data)
        except ValidationError as error:
            for path, message in problems_of(error.errors(include_url=False), ()):
                problems.add(file.name, place_of(file.data, path), message)
    return None


def check_scenarios(
    folder: Path, known: KnownStatements | None = None
) -> tuple[dict[str, PackScenario], list[Problem]]:
    """Give the scenarios that are right, by id, and every problem with the others.

    ``known``: what they refer to; None where that cannot be told. Raises PackError only where there is
    nothing at ``folder``.
    """
    problems = Problems()
    found: dict[str, PackScenario] = {}
    for file in read_files(folder, problems):
        if file.data is not None and file.name != WORDS:
            for scenario in _scenarios(file, found, known, problems):
                found[scenario.id] = scenario
    return found, problems.listed()


def _scenarios(
    file: PackFile, found: dict[str, PackScenario], known: KnownStatements | None, problems: Problems
) -> Iterator[PackScenario]:
    data = file.data or {}
    entries = data.get("scenarios")
    listed = entries if isinstance(entries, list) else []
    whole = {**data, "scenarios": []} if isinstance(entries, list) else data
    _model(file, (), whole, PackTrivia, problems)
    for at, entry in enumerate(listed):
        scenario = _model(file, ("scenarios", at), entry, PackScenario, problems)
        if isinstance(scenario, PackScenario):
            faults = list(_faults(scenario, found, known, problems))
            for key, message in faults:
                problems.add(file.name, place_of(data, ("scenarios", at, key)), message)
            if not faults:
                yield scenario


def _model(
    file: PackFile,
    path: tuple[str | int, ...],
    value: Any,  # noqa: ANN401 - whatever the file holds
    model: type[PackScenario | PackTrivia],
    problems: Problems,
) -> PackScenario | PackTrivia | None:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        for place, message in problems_of(error.errors(include_url=False), path):
            problems.add(file.name, place_of(file.data, place), message)
        return None


def _faults(
    scenario: PackScenario,
    found: dict[str, PackScenario],
    known: KnownStatements | None,
    problems: Problems,
) -> Iterator[tuple[str, str]]:
    """Key and words for each thing that is wrong with it beyond its form."""
    if scenario.id in found:
        yield "id", f'there is a scenario "{shortened(scenario.id)}" already'
    lengths = sorted(len(option) for option in scenario.options)
    if lengths[-1] > LONGER * lengths[0]:
        found_lengths = f"of {lengths[0]} to {lengths[-1]} characters"
        yield "options", f"{found_lengths}; expected none more than {LONGER} times as long as another"
    if known is not None:
        yield from _strangers(scenario, known, problems)


def _strangers(
    scenario: PackScenario, known: KnownStatements, problems: Problems
) -> Iterator[tuple[str, str]]:
    for key, value, there in (
        ("persona", scenario.persona, known.personas),
        ("stage", scenario.stage, known.stages),
    ):
        if value is not None and value not in there:
            yield key, f'there is no {key} "{shortened(value)}"{problems.nearest(value, there)}'
    owner = known.statements.get(scenario.statement)
    if owner is None:
        own = [key for key, slug in known.statements.items() if slug == scenario.persona]
        hint = problems.nearest(scenario.statement, own, all_of=False)
        yield "statement", f'there is no current statement "{shortened(scenario.statement)}"{hint}'
    elif owner != scenario.persona and scenario.persona in known.personas:
        yield "statement", f"this is a statement about {owner}; expected one about {scenario.persona}"
    elif scenario.statement in known.assumptions:
        yield "statement", "this is an assumption; expected a statement with evidence"
