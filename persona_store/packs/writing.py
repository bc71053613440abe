"""Writes a pack to a folder of TOML files, or to one TOML or JSON file."""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import tomli_w

from persona_store.errors import PackError
from persona_store.packs.files import SUFFIXES
from persona_store.packs.format import Pack, as_written
from persona_store.packs.stories import SUFFIX as STORY_SUFFIX

WIDEST = 100


def write_pack(
    pack: Pack, path: Path, *, stories: Mapping[str, str] | None = None, replace: bool = False
) -> list[Path]:
    """Write the pack to ``path``: one file where that ends in .toml or .json, else a folder.

    The folder gets company.toml, evidence.toml, one file for each persona, and the files of the stories. What
    is there already is left alone where it is the same to the letter; a file that differs is overwritten only
    with ``replace``. Files are never deleted. Returns the files that were written; raises PackError where it
    may not or cannot.
    """
    if path.suffix.lower() in SUFFIXES:
        files = {path: _content(pack, path)}
    else:
        files = _folder_files(pack, path) | {path / name: text for name, text in (stories or {}).items()}
    if path.is_dir() and path not in files:
        _check_strangers(path, files)
    try:
        differing = {file: text for file, text in files.items() if not _holds(file, text)}
        if not replace and (there := [file for file in differing if os.path.lexists(file)]):
            raise PackError(
                [f"{there[0]} is there already, and differs. Replace it, or choose another place."]
            )
        for file, text in differing.items():
            _write(file, text)
    except OSError as error:
        raise PackError([f"{path} cannot be written: {error.strerror or error}."]) from None
    return list(differing)


def _content(pack: Pack, path: Path) -> str:
    return json_text(pack) if path.suffix.lower() == ".json" else toml_text(pack)


def json_text(pack: Pack) -> str:
    return json.dumps(as_written(pack), ensure_ascii=False, indent=2, default=date.isoformat) + "\n"


def toml_text(pack: Pack) -> str:
    return "\n".join(_lines(as_written(pack), ())).strip() + "\n"


def _folder_files(pack: Pack, folder: Path) -> dict[Path, str]:
    company = Pack.model_construct(**{**dict(pack), "evidence": [], "personas": []})
    files = {folder / "company.toml": toml_text(company)}
    if pack.evidence:
        evidence = as_written(Pack.model_construct(evidence=pack.evidence))["evidence"]
        files[folder / "evidence.toml"] = _toml({"evidence": evidence})
    for persona in pack.personas:
        file = folder / f"{persona.slug}.toml"
        while file in files:  # a persona called company or evidence
            file = file.with_stem(f"{file.stem}-persona")
        files[file] = _toml({"personas": [as_written(persona)]})
    return files


def _toml(table: dict[str, Any]) -> str:
    return "\n".join(_lines(table, ())).strip() + "\n"


def _lines(table: dict[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """TOML as people write it: values first, then tables, every list of tables with its own headings."""
    later = []
    for key, value in table.items():
        if isinstance(value, dict) or (isinstance(value, list) and isinstance(value[0], dict)):
            later.append((key, value))
        else:
            yield _line(key, value)
    for key, value in later:
        heading = ".".join((*path, key))
        for entry in value if isinstance(value, list) else [value]:
            yield f"\n[[{heading}]]" if isinstance(value, list) else f"\n[{heading}]"
            yield from _lines(entry, (*path, key))


def _line(key: str, value: Any) -> str:  # noqa: ANN401
    if isinstance(value, list):
        short = ", ".join(_line("k", item).removeprefix("k = ") for item in value)
        if len(short) <= WIDEST and "\n" not in short:
            return f"{key} = [{short}]"
    return tomli_w.dumps({key: value}, multiline_strings=True).rstrip("\n")


def _check_strangers(folder: Path, files: dict[Path, str]) -> None:
    names = {file.name for file in files}
    others = sorted(
        entry.name
        for entry in folder.iterdir()
        if not entry.name.startswith(".")
        and entry.name not in names
        and (entry.suffix.lower() in SUFFIXES or _is_a_story(entry))
    )
    if others:
        problem = (
            f"{folder} has other files of a pack, such as {others[0]}, which would become part of this one."
        )
        raise PackError([f"{problem} Move them away first."])


def _is_a_story(file: Path) -> bool:
    if file.suffix.lower() != STORY_SUFFIX or not file.is_file():
        return False
    with file.open("rb") as stream:
        return stream.read(3) == b"+++"


def _holds(file: Path, text: str) -> bool:
    return file.is_file() and file.read_bytes() == text.encode()


def _write(file: Path, text: str) -> None:
    """All of the file or nothing of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".part")
    try:
        with open(handle, "w", encoding="utf-8", newline="\n") as stream:  # noqa: PTH123
            stream.write(text)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
