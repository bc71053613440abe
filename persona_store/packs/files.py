"""Reads the files of a pack, whatever is in them.

What comes out is plain: tables, lists, strings without control characters, numbers, days. Everything else
becomes a problem with its file and place; nothing here raises for what a file holds, and nothing takes long.
"""

import json
import os
import re
import stat
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from persona_store.errors import PackError
from persona_store.packs.problems import Problems, Step, place_of

SUFFIXES = (".toml", ".json")
MOST_FILES = 5_000
MOST_BYTES = 32_000_000
"""Of one file, and of all files of a pack together twice as much. 50,000 statements take some 20 MB."""
MOST_SMALL = 100_000
"""Of a file that has a single story."""
MOST_VALUES = 3_000_000
DEEPEST = 12
MOST_KEYS = 200
KEY_PARTS = 32
MOST_DIGITS = 18

UNREADABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# tomllib takes quadratic time for a key of many parts (a.a.a.a.a...), so we look before it does
KEY = r'(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|\'[^\'\n]*+\')'
LONG_KEY = re.compile(rf"(?<![\w.-])(?:{KEY}[ \t]*+\.[ \t]*+){{{KEY_PARTS}}}")
NESTED = re.compile(rf'(?:[\[{{]\s*+(?:(?:"[^"\n]*+"|[\w-]++)\s*+[:=]\s*+)?){{{DEEPEST}}}')
LONG_NUMBER = re.compile(r"[0-9_]{4000}")
TOML_PLACE = re.compile(r"(.*) \(at (line \d+, column \d+|end of document)\)", re.DOTALL)


@dataclass
class PackFile:
    """``name``: relative to the pack's folder. ``data``: None where the file could not be read."""

    name: str
    data: dict[str, Any] | None


class _Doubled(dict[str, Any]):
    """A JSON object that had a key twice."""

    keys_doubled: tuple[str, ...] = ()


def read_files(path: Path, problems: Problems) -> list[PackFile]:
    """The files of the pack, by name. Raises PackError where there is nothing at ``path``."""
    if not os.path.lexists(path):
        raise PackError([f"There is no file or folder {path}."])
    if not path.is_dir():
        return [_read(path, path.name, problems, MOST_BYTES)[0]]
    return _read_folder(path, problems)


def _read_folder(folder: Path, problems: Problems) -> list[PackFile]:
    names = list_folder(folder, SUFFIXES, problems)
    if names == []:
        problems.add(folder.name or str(folder), "", "no .toml or .json file in this folder")
    files, room = [], 2 * MOST_BYTES
    for name in names or []:
        if leads_out(folder, name, problems):
            files.append(PackFile(name, None))
            continue
        file, size = _read(folder / name, name, problems, min(MOST_BYTES, room))
        room -= size
        files.append(file)
    return files


def list_folder(folder: Path, suffixes: tuple[str, ...], problems: Problems) -> list[str] | None:
    """Name the files with these endings, but not hidden ones; None where the folder cannot be used."""
    try:
        names = sorted(
            entry.name
            for entry in os.scandir(folder)
            if entry.name.lower().endswith(suffixes) and not entry.name.startswith(".")
        )
    except OSError as error:
        problems.add(folder.name, "", f"this folder cannot be read: {error.strerror}")
        return None
    if len(names) > MOST_FILES:
        problems.add(folder.name, "", f"{len(names):,} files are too many; expected at most {MOST_FILES:,}")
        return None
    return names


def leads_out(folder: Path, name: str, problems: Problems) -> bool:
    """Tell whether the file is a link to somewhere else, which is a problem."""
    if Path(os.path.realpath(folder / name)).is_relative_to(os.path.realpath(folder)):
        return False
    problems.add(name, "", "a link that leads out of the folder; expected a file")
    return True


def read_text(path: Path, name: str, problems: Problems, most: int) -> str | None:
    """Read a file of at most so many bytes; None where it is no such text."""
    content = _content(path, name, problems, most)
    return None if content is None else _decoded(content, name, problems)


def parsed_toml(text: str, name: str, problems: Problems) -> dict[str, Any] | None:
    """Give the table without what no text may hold; None where it is not valid TOML."""
    parsed = _parsed_toml(text, name, problems)
    return None if parsed is None else cleaned_table(parsed, name, problems)


def cleaned_table(table: dict[str, Any], name: str, problems: Problems) -> dict[str, Any]:
    """Give it without what is absent (null, ""), its texts trimmed and free of control characters."""
    return _Cleaner(name, table, problems).clean()


def _read(path: Path, name: str, problems: Problems, most: int) -> tuple[PackFile, int]:
    name = name.encode(errors="replace").decode()
    if not name.lower().endswith(SUFFIXES):
        problems.add(name, "", "expected a .toml or .json file, or a folder of them")
        return PackFile(name, None), 0
    content = _content(path, name, problems, most)
    text = None if content is None else _decoded(content, name, problems)
    parse = _parsed_json if name.lower().endswith(".json") else _parsed_toml
    parsed = None if text is None else parse(text, name, problems)
    cleaned = None if parsed is None else cleaned_table(parsed, name, problems)
    return PackFile(name, cleaned), len(content or b"")


def _content(path: Path, name: str, problems: Problems, most: int) -> bytes | None:
    # a pipe without a writer would hold us for ever: hence O_NONBLOCK, and looking at what was opened
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        with open(os.open(path, flags), "rb") as file:  # noqa: PTH123
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                problems.add(name, "", "not a regular file")
                return None
            content = file.read(most + 1)
    except OSError as error:
        problems.add(name, "", f"cannot be read: {error.strerror or error}")
        return None
    if len(content) > most:
        limit = f"{MOST_SMALL // 1_000} KB" if most == MOST_SMALL else f"{MOST_BYTES // 1_000_000} MB"
        problems.add(name, "", f"too large; expected at most {limit} a file")
        return None
    if sum(content.count(mark) for mark in (b"[", b"{", b",", b"=")) > MOST_VALUES:
        problems.add(name, "", f"too many values; expected at most {MOST_VALUES:,}")
        return None
    return content


def _decoded(content: bytes, name: str, problems: Problems) -> str | None:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problems.add(name, f"line {line}", "not UTF-8 text; save the file as UTF-8")
        return None


def _parsed_toml(text: str, name: str, problems: Problems) -> dict[str, Any] | None:
    if long_key := LONG_KEY.search(text):
        problems.add(name, _line(text, long_key), f"a key of more than {KEY_PARTS} parts")
        return None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        told = TOML_PLACE.fullmatch(str(error))
        message, place = told.groups() if told else (str(error), "")
        if place == "end of document":
            place = f"line {len(text.splitlines())}"
        problems.add(name, place, f"not valid TOML: {message[:1].lower()}{message[1:200]}")
    except RecursionError:
        _add_nested(text, name, problems)
    except ValueError:
        problems.add(name, _line(text, LONG_NUMBER.search(text)), "a number of too many digits")
    return None


def _parsed_json(text: str, name: str, problems: Problems) -> dict[str, Any] | None:
    try:
        parsed = json.loads(text, object_pairs_hook=_object, parse_int=_whole_number)
        if isinstance(parsed, dict):
            return parsed
        problems.add(name, "line 1", "expected an object { ... } with the keys of a pack")
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        problems.add(name, place, f"not valid JSON: {error.msg[:1].lower()}{error.msg[1:]}")
    except RecursionError:
        _add_nested(text, name, problems)
    return None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) == len(pairs):
        return table
    doubled, seen = _Doubled(table), set[str]()
    doubled.keys_doubled = tuple({key: 0 for key, _ in pairs if key in seen or seen.add(key)})  # type: ignore[func-returns-value]
    return doubled


def _whole_number(digits: str) -> int | float:
    return int(digits) if len(digits) <= MOST_DIGITS else float(digits[:400])


def _add_nested(text: str, name: str, problems: Problems) -> None:
    problems.add(
        name, _line(text, NESTED.search(text)), f"nested too deeply; expected at most {DEEPEST} levels"
    )


def _line(text: str, match: re.Match[str] | None) -> str:
    return f"line {text.count(chr(10), 0, match.start()) + 1}" if match else ""


class _Cleaner:
    """Drops what is absent (null, ""), trims strings, and reports what no text may hold."""

    def __init__(self, name: str, root: dict[str, Any], problems: Problems) -> None:
        self._name, self._root, self._problems = name, root, problems

    def clean(self) -> dict[str, Any]:
        return self._table(self._root, ())

    def _value(self, value: object, path: tuple[Step, ...]) -> object:
        if isinstance(value, str):
            return self._text(value, path)
        if isinstance(value, dict | list) and len(path) > DEEPEST:
            self._add(path, f"nested too deeply; expected at most {DEEPEST} levels")
            return None
        if isinstance(value, dict):
            return self._table(value, path)
        return self._list(value, path) if isinstance(value, list) else value

    def _table(self, table: dict[str, Any], path: tuple[Step, ...]) -> dict[str, Any]:
        for key in table.keys_doubled if isinstance(table, _Doubled) else ():
            self._add((*path, key), "this key stands here twice")
        if len(table) > MOST_KEYS:
            self._add(path, f"{len(table):,} keys are too many; expected at most {MOST_KEYS}")
            table = dict(list(table.items())[:MOST_KEYS])
        cleaned = {}
        for key, value in table.items():
            here = (*path, key)
            name = self._text(key, here)
            kept = self._value(value, here)
            if kept is not None:
                cleaned[name or ""] = kept
        return cleaned

    def _list(self, values: list[Any], path: tuple[Step, ...]) -> list[Any]:
        cleaned = [self._value(value, (*path, index)) for index, value in enumerate(values)]
        if any(isinstance(value, dict) for value in cleaned):
            return cleaned  # null stays, so that the others keep their numbers
        return [value for value in cleaned if value is not None]

    def _text(self, text: str, path: tuple[Step, ...]) -> str | None:
        text = text.replace("\r\n", "\n")
        if odd := UNREADABLE.search(text):
            self._add(path, f"a control character (U+{ord(odd[0]):04X}); expected text")
            text = UNREADABLE.sub("", text)
        return text.strip() or None

    def _add(self, path: tuple[Step, ...], message: str) -> None:
        self._problems.add(self._name, place_of(self._root, path), message)
