"""Reads stories from .md files, and finds everything that is wrong with them before anything is imported."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from persona_store.packs.checking import KnownKeys
from persona_store.packs.files import (
    MOST_SMALL,
    cleaned_table,
    leads_out,
    list_folder,
    parsed_toml,
    read_text,
)
from persona_store.packs.problems import Problem, Problems, place_of, problems_of, shortened
from persona_store.packs.story_format import HEADING, HEADINGS, NAME, PackStory

SUFFIX = ".md"
FENCE = re.compile(r"\+\+\+[ \t]*")
TITLE = re.compile(r"##[ \t]+(.*?)[ \t#]*")
NO_STORIES = frozenset({"readme.md", "changelog.md", "contributing.md", "license.md"})
EXPECTED = ", ".join(f"## {heading}" for heading in HEADINGS.values())


@dataclass
class StoryFile:
    """``header``: the front matter; ``sections``: text and line of each, by its key."""

    name: str
    header: dict[str, Any]
    sections: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def place(self, path: tuple[str | int, ...]) -> str:
        """Say where in the file something stands."""
        key = str(path[0])
        if key not in HEADINGS:
            return place_of(self.header, path)
        line = f"line {self.lines[key]}, " if key in self.lines else ""
        return f"{line}## {HEADINGS[key]}"


def has_stories(path: Path) -> bool:
    """Tell whether there are .md files at ``path`` that may be stories."""
    if not path.is_dir():
        return path.suffix.lower() == SUFFIX
    return bool(_story_names(path, Problems()))


def check_stories(
    path: Path, *, today: date, known: KnownKeys | None = None
) -> tuple[dict[str, PackStory] | None, list[Problem]]:
    """Give the stories by slug, unless there are errors, and every problem there is.

    ``known``: the personas and stages that they may refer to; None where those cannot be told.
    """
    problems = Problems()
    stories: dict[str, PackStory] = {}
    for file in _read(path, problems):
        _check_references(file, known, problems)
        story = _validated(file, today, problems)
        named = NAME.fullmatch(file.name)
        if named is None:
            problems.add(file.name, "", 'expected a file name of a-z, 0-9 and "-", such as the-van.md')
        elif story is not None:
            stories[named["slug"]] = story
    return None if problems.has_errors else stories, problems.listed()


def _read(path: Path, problems: Problems) -> Iterator[StoryFile]:
    if not path.is_dir():
        text = read_text(path, path.name, problems, MOST_SMALL)
        if text is not None:
            yield from _parsed(text, path.name, problems, "error")
        return
    for name in _story_names(path, problems):
        if not leads_out(path, name, problems):
            text = read_text(path / name, name, problems, MOST_SMALL)
            if text is not None:
                yield from _parsed(text, name, problems, "warning")


def _story_names(folder: Path, problems: Problems) -> list[str]:
    names = list_folder(folder, (SUFFIX,), problems) or []
    return [name for name in names if name.lower() not in NO_STORIES]


def _parsed(text: str, name: str, problems: Problems, severity: Any) -> Iterator[StoryFile]:  # noqa: ANN401
    """Give the story; nothing where it is none. A text without front matter among others is left out."""
    lines = re.split(r"\r?\n", text)
    if not FENCE.fullmatch(lines[0]):
        message = "no story: expected +++ in the first line, and front matter up to the next +++"
        problems.add(name, "line 1", message, severity)
        return
    end = next((at for at, line in enumerate(lines[1:], 1) if FENCE.fullmatch(line)), None)
    if end is None:
        problems.add(name, "line 1", "the front matter does not end; expected a line of +++ after it")
        return
    header = parsed_toml("\n" + "\n".join(lines[1:end]), name, problems)  # its lines keep their numbers
    if header is not None:
        file = StoryFile(name, header)
        _read_sections(file, lines, end + 1, problems)
        yield file


def _read_sections(file: StoryFile, lines: list[str], start: int, problems: Problems) -> None:
    key: str | None = None
    has_begun = False
    body: dict[str, list[str]] = {}
    for number, line in enumerate(lines[start:], start + 1):
        if title := TITLE.fullmatch(line):
            has_begun, key = True, _section(title[1], number, file, problems)
        elif key is not None:
            body.setdefault(f"## {HEADINGS[key]}", []).append(line)
        elif line.strip() and not has_begun:
            has_begun = True
            problems.add(file.name, f"line {number}", f"text before the first section; expected {EXPECTED}")
    whole = {heading: "\n".join(said) for heading, said in body.items()}
    table = cleaned_table(whole, file.name, problems)
    file.sections = {key: table[f"## {name}"] for key, name in HEADINGS.items() if f"## {name}" in table}


def _section(title: str, number: int, file: StoryFile, problems: Problems) -> str | None:
    key = next((key for key, pattern in HEADING.items() if pattern.fullmatch(title)), None)
    if key is None:
        message = f'unknown section "{shortened(title)}"; expected {EXPECTED}'
        problems.add(file.name, f"line {number}", message)
    elif key in file.lines:
        message = f"this section stands here twice; the first is in line {file.lines[key]}"
        problems.add(file.name, f"line {number}", message)
        return None
    else:
        file.lines[key] = number
    return key


def _check_references(file: StoryFile, known: KnownKeys | None, problems: Problems) -> None:
    header = file.header
    for key in HEADINGS:
        if header.pop(key, None) is not None:
            problems.add(file.name, key, f"unknown key; write it as text under ## {HEADINGS[key]}")
    if header.get("status") == "approved":
        for key in ("consent", "anonymised"):
            if header.get(key) is False:
                problems.add(
                    file.name, "status", f'"approved" needs {key} = true; expected that, or "submitted"'
                )
    if known is None:
        return
    personas = header.get("persona")
    for slug in personas if isinstance(personas, list) else [personas]:
        _check_known(file, "persona", slug, known.personas, problems)
    _check_known(file, "stage", header.get("stage"), known.stages, problems)


def _check_known(file: StoryFile, key: str, value: object, known: frozenset[str], problems: Problems) -> None:
    if isinstance(value, str) and value not in known:
        hint = problems.nearest(value, known)
        problems.add(file.name, key, f'there is no {key} "{shortened(value)}"{hint}')


def _validated(file: StoryFile, today: date, problems: Problems) -> PackStory | None:
    try:
        return PackStory.model_validate({**file.header, **file.sections}, context={"today": today})
    except ValidationError as error:
        for path, message in problems_of(error.errors(include_url=False), ("stories", 0)):
            problems.add(file.name, file.place(path[2:]), message)
        return None
