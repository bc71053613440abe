"""A company's own words: a folder of templates that take the place of the built-in ones, piece by piece.

What a piece may do is said in ``template_rules``. What may not be used is refused with file and line, and the
built-in piece is used instead. Nothing of a template is run before it is checked.
"""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.template_rules import ALLOWED, RefusedError, Uses, check_shape, check_uses

SUFFIX = ".j2"
MOST_BYTES = 64 * 1024
MOST_ENTRIES = 1_000
WHOLE = ""
"""The one piece of a file that has no blocks."""
SYNTAX: dict[str, Any] = {"trim_blocks": True, "lstrip_blocks": True, "autoescape": False}


class Sandbox(ImmutableSandboxedEnvironment):
    """Counts with numbers only: a text times something, or formatted by it, can become as long as memory."""

    intercepted_binops = frozenset({"+", "-", "//", "%"})

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        if not isinstance(left, int | float) or not isinstance(right, int | float):
            raise SecurityError("only numbers are counted with")
        return super().call_binop(context, operator, left, right)


@dataclass(frozen=True)
class Refusal:
    """Something in a company's folder that is not used, and why. ``line`` is 0 where it is the file."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}{f', line {self.line}' if self.line else ''}: {self.reason}"


@dataclass(frozen=True)
class OwnWords:
    """What is used of a company's folder: the sources by file, and which pieces of each."""

    sources: Mapping[str, str] = field(default_factory=dict)
    pieces: Mapping[str, frozenset[str]] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()

    @property
    def count(self) -> int:
        return sum(len(pieces) for pieces in self.pieces.values())


@dataclass(frozen=True)
class Part:
    """A piece of a file. ``problem``: why it cannot be one."""

    name: str
    body: list[nodes.Node]
    line: int
    problem: str = ""


def read_own_words(folder: Path, built_in: Path) -> OwnWords:
    """Read and check every template of ``folder`` that is called like a built-in one. Never raises."""
    if not folder.is_dir():
        return OwnWords(refusals=(Refusal(str(folder), 0, "there is no such folder."),))
    names = sorted(path.relative_to(built_in).as_posix() for path in built_in.rglob(f"*{SUFFIX}"))
    refusals = [Refusal(name, 0, _unknown("message", name, names)) for name in _strays(folder, names)]
    sources: dict[str, str] = {}
    pieces: dict[str, frozenset[str]] = {}
    library = _Library(built_in)
    for name in names:
        try:
            source = _source(folder, name)
            accepted, refused = library.check(name, source) if source is not None else (frozenset(), [])
        except RefusedError as error:
            refusals.append(Refusal(name, error.line, error.reason))
            continue
        refusals += refused
        if source is not None and accepted:
            sources[name], pieces[name] = source, accepted
    return OwnWords(sources, pieces, tuple(refusals))


def used_tree(environment: jinja2.Environment, source: str, pieces: frozenset[str]) -> nodes.Template:
    """The template with nothing in it but the pieces that are used."""
    tree = environment.parse(source)
    if WHOLE not in pieces:
        tree.body = [node for node in tree.body if isinstance(node, nodes.Block) and node.name in pieces]
    return tree


def _source(folder: Path, name: str) -> str | None:
    path = folder / name
    if not os.path.lexists(path):
        return None
    try:
        if not path.resolve(strict=True).is_relative_to(folder.resolve()):
            raise RefusedError(0, "it leads out of the folder.")
        if not path.is_file():
            raise RefusedError(0, "it is no file.")
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
        raise RefusedError(0, f"it cannot be read ({type(error).__name__}).") from None
    if len(content) > MOST_BYTES:
        raise RefusedError(0, f"it is larger than {MOST_BYTES // 1024} KB.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RefusedError(0, "it is not written in UTF-8.") from None


def _strays(folder: Path, names: list[str]) -> Iterator[str]:
    """Templates that no message has, in the folder and in those below that messages have."""
    places = [
        folder,
        *(folder / place for place in sorted({str(Path(name).parent) for name in names} - {"."})),
    ]
    for place in places:
        try:
            found = sorted(entry.name for entry in islice(os.scandir(place), MOST_ENTRIES))
        except OSError:
            continue
        for entry in found:
            name = (place / entry).relative_to(folder).as_posix()
            if entry.endswith(SUFFIX) and not entry.startswith(".") and name not in names:
                yield name


def _unknown(what: str, name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"there is no {what} {name!r}{f': did you mean {near[0]!r}?' if near else '.'}"


class _Library:
    """The built-in templates, and what each of their pieces uses."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._syntax = Sandbox(**SYNTAX)
        self._uses: dict[str, dict[str, Uses]] = {}

    def check(self, name: str, source: str) -> tuple[frozenset[str], list[Refusal]]:
        """Tell which pieces may be used, and what is wrong with the others."""
        known = self._pieces(name)
        parts = list(_parts(self._parsed(source), is_whole=WHOLE in known))
        times = Counter(part.name for part in parts)
        accepted: set[str] = set()
        refusals = []
        for part in parts:
            try:
                self._check(part, known, times[part.name])
                accepted.add(part.name)
            except RefusedError as error:
                refusals.append(Refusal(name, error.line, error.reason))
        return frozenset(accepted), refusals

    def _check(self, part: Part, known: Mapping[str, Uses], times: int) -> None:
        if part.problem:
            raise RefusedError(part.line, f"{part.problem} {ALLOWED}")
        if times > 1:
            raise RefusedError(part.line, f"the block {part.name!r} is there {times} times.")
        if part.name not in known:
            raise RefusedError(part.line, _unknown("block", part.name, sorted(known)))
        for node in part.body:
            check_shape(node)
        check_uses(Uses.of(part.body), known[part.name])
        tree = nodes.Template(part.body, lineno=1)
        tree.set_environment(self._syntax)
        try:
            self._syntax.compile(tree)
        except (
            jinja2.TemplateSyntaxError,
            SyntaxError,
            ArithmeticError,
            RecursionError,
            ValueError,
        ) as error:
            raise RefusedError(part.line, f"it does not compile: {error}. {ALLOWED}") from None

    def _parsed(self, source: str) -> nodes.Template:
        try:
            return self._syntax.parse(source)
        except jinja2.TemplateSyntaxError as error:
            raise RefusedError(error.lineno, f"{error.message} {ALLOWED}") from None
        except (RecursionError, ValueError, OverflowError):
            raise RefusedError(0, f"it is nested too deeply, or a number is too large. {ALLOWED}") from None

    def _pieces(self, name: str) -> dict[str, Uses]:
        """What each piece of a built-in file uses, with what the files use that it includes."""
        if name not in self._uses:
            tree = self._syntax.parse((self._folder / name).read_text("utf-8"))
            found = {
                part.name: Uses.of(part.body) for part in _parts(tree, is_whole=not tree.find(nodes.Block))
            }
            for uses in found.values():
                for included in list(uses.includes):
                    for inner in self._pieces(included).values():
                        uses.add(inner)
            self._uses[name] = found
        return self._uses[name]


def _parts(tree: nodes.Template, *, is_whole: bool) -> Iterator[Part]:
    if is_whole:
        yield Part(WHOLE, tree.body, 1)
        return
    for node in tree.body:
        if isinstance(node, nodes.Block):
            is_plain = not node.scoped and not node.required
            yield Part(node.name, node.body, node.lineno, "" if is_plain else "a block has no options.")
        elif not _is_blank(node):
            yield Part(WHOLE, [], node.lineno, "this stands outside of the blocks, so it is never shown.")


def _is_blank(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Output) and all(
        isinstance(part, nodes.TemplateData) and not part.data.strip() for part in node.nodes
    )
