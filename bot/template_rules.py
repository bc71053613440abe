"""What a piece of a company's own templates may do: what the built-in piece does. It reads syntax trees."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from jinja2 import nodes

DEEPEST = 40
LARGEST_NUMBER = 10**9
LOOPS_WITHIN = 2
JOINED_BY = 20
FILTERS = frozenset({"capitalize", "length", "lower", "title", "trim", "upper"})
OF_LISTS = frozenset({"join", "length"})
LOOP = frozenset({"first", "index", "last", "length"})
LINK = re.compile(r"<https://[^<>|\s]+\|[^<>|\n]+>")
ALLOWED = (
    "Allowed are text, links (<https://...|text>), {{ values }} of the built-in piece, {% if %}, {% for %} "
    "over its lists, {% include %} of what it includes, comparisons, ~, + - // % of numbers, and the filters "
    f"{', '.join(sorted(FILTERS | OF_LISTS))}."
)
PLAIN = (
    nodes.Output,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Concat,
    nodes.Dict,
    nodes.Pair,
    nodes.List,
    nodes.Tuple,
)
"""What needs no further look, besides at its parts."""
COUNTING = (nodes.Add, nodes.Sub, nodes.FloorDiv, nodes.Mod)
COUNTED = (nodes.Name, nodes.Getattr, nodes.Filter, *COUNTING)
NAMES = {
    nodes.Call: "a call",
    nodes.CallBlock: "{% call %}",
    nodes.Macro: "{% macro %}",
    nodes.Assign: "{% set %}",
    nodes.AssignBlock: "{% set %}",
    nodes.Import: "{% import %}",
    nodes.FromImport: "{% import %}",
    nodes.Extends: "{% extends %}",
    nodes.Block: "a block in a block",
    nodes.FilterBlock: "{% filter %}",
    nodes.With: "{% with %}",
    nodes.Slice: "a slice",
    nodes.Test: "a test (is ...)",
    nodes.BinExpr: "arithmetic",
    nodes.UnaryExpr: "arithmetic",
}

Scope = Mapping[str, str]


class RefusedError(Exception):
    """``line`` is 0 where it is the whole file."""

    def __init__(self, line: int, reason: str) -> None:
        self.line, self.reason = line, reason
        super().__init__(reason)


@dataclass
class Uses:
    """What a piece takes from outside, each with the line where it first is.

    ``values``, ``lists``: paths, such as "persona.name" and "lines[].text".
    """

    values: dict[str, int] = field(default_factory=dict)
    lists: dict[str, int] = field(default_factory=dict)
    includes: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, body: Iterable[nodes.Node]) -> "Uses":
        uses = cls()
        for node in body:
            uses.read(node, {})
        return uses

    def add(self, other: "Uses") -> None:
        for name in ("values", "lists", "includes"):
            setattr(self, name, getattr(other, name) | getattr(self, name))

    def read(self, node: nodes.Node, scope: Scope) -> None:
        match node:
            case nodes.For():
                self._read_loop(node, scope)
            case nodes.Name() | nodes.Getattr() | nodes.Getitem() if path := _path(node, scope):
                self.values.setdefault(path, node.lineno)
            case nodes.Include(template=nodes.Const(value=str() as name)):
                self.includes.setdefault(name, node.lineno)
            case nodes.Filter(name=name, node=nodes.Expr() as subject) if name in OF_LISTS:
                if path := _path(subject, scope):
                    self.lists.setdefault(path, node.lineno)
                self._read_children(node, scope)
            case _:
                self._read_children(node, scope)

    def _read_children(self, node: nodes.Node, scope: Scope) -> None:
        for child in node.iter_child_nodes():
            self.read(child, scope)

    def _read_loop(self, node: nodes.For, scope: Scope) -> None:
        self.read(node.iter, scope)
        path = _path(node.iter, scope)
        if path is None:
            raise RefusedError(
                node.lineno, f"a loop over something else than a list that is given. {ALLOWED}"
            )
        self.lists.setdefault(path, node.lineno)
        inner = {**scope, "loop": "loop", **_targets(node.target, f"{path}[]")}
        for child in node.body:
            self.read(child, inner)
        for child in node.else_:
            self.read(child, scope)


def check_uses(own: Uses, built_in: Uses) -> None:
    """Raise RefusedError where ``own`` uses what the built-in piece does not."""
    for path, line in own.values.items():
        of_loop = path.startswith("loop.") and path.removeprefix("loop.") in LOOP
        if path not in built_in.values and not of_loop:
            known = sorted(one for one in built_in.values if not one.startswith("loop"))
            raise RefusedError(line, f"{path!r} is none of its values: {', '.join(known) or 'it has none'}.")
    for path, line in own.lists.items():
        if path not in built_in.lists:
            raise RefusedError(line, f"{path!r} is none of its lists: {_or_none(built_in.lists)}.")
    for name, line in own.includes.items():
        if name not in built_in.includes:
            raise RefusedError(line, f"{name!r} is none of its includes: {_or_none(built_in.includes)}.")


def check_shape(node: nodes.Node, depth: int = 0, loops: int = 0) -> None:
    """Raise RefusedError where there is something in the tree that no piece needs."""
    if depth > DEEPEST:
        raise RefusedError(node.lineno, "it is nested too deeply.")
    if isinstance(node, nodes.For):
        loops += 1
        if loops > LOOPS_WITHIN or node.recursive or node.test is not None:
            raise RefusedError(node.lineno, f"a loop is plain, and at most one more stands in it. {ALLOWED}")
    elif isinstance(node, nodes.Name | nodes.Getattr):
        _check_name(node)
    elif not isinstance(node, PLAIN):
        _check_special(node)
    for child in node.iter_child_nodes():
        check_shape(child, depth + 1, loops)


def _check_special(node: nodes.Node) -> None:
    match node:
        case nodes.TemplateData(data=data):
            _check_text(data, node.lineno)
        case nodes.Const(value=value):
            _check_constant(value, node.lineno)
        case nodes.Filter():
            _check_filter(node)
        case nodes.Include(template=nodes.Const(), with_context=True, ignore_missing=False):
            pass
        case nodes.Getitem(node=nodes.Dict() | nodes.List() | nodes.Tuple() | nodes.Getitem()):
            pass
        case nodes.Getitem(arg=nodes.Const()):
            pass
        case nodes.BinExpr(left=left, right=right) if isinstance(node, COUNTING):
            _check_counted(left)
            _check_counted(right)
        case _:
            raise RefusedError(node.lineno, f"{_name(node)} is not allowed. {ALLOWED}")


def _check_text(data: str, line: int) -> None:
    """Text is shown as it stands, so it must not be markup that calls people or hides where a link goes."""
    at = LINK.sub(lambda link: " " * len(link[0]), data).find("<")
    if at >= 0:
        raise RefusedError(line + data.count("\n", 0, at), f"< begins markup of Slack's. {ALLOWED}")


def _check_constant(value: object, line: int) -> None:
    if isinstance(value, int | float) and not abs(value) < LARGEST_NUMBER:
        raise RefusedError(line, f"a number this large is not allowed. {ALLOWED}")


def _check_counted(node: nodes.Expr) -> None:
    is_number = isinstance(node, nodes.Const) and isinstance(node.value, int)
    if not is_number and not isinstance(node, COUNTED):
        raise RefusedError(node.lineno, f"only numbers are counted with. {ALLOWED}")


def _check_filter(node: nodes.Filter) -> None:
    arguments = [*node.args, *node.kwargs, node.dyn_args, node.dyn_kwargs]
    match node.name, [one for one in arguments if one is not None]:
        case "join", [nodes.Const(value=str() as by)] if len(by) <= JOINED_BY:
            if isinstance(node.node, nodes.Name | nodes.Getattr):
                return
        case name, [] if name in FILTERS:
            return
    raise RefusedError(node.lineno, f"the filter {node.name!r} is not allowed like this. {ALLOWED}")


def _check_name(node: nodes.Name | nodes.Getattr) -> None:
    name = node.name if isinstance(node, nodes.Name) else node.attr
    if name.startswith("_"):
        raise RefusedError(node.lineno, f"{name!r} begins with _. {ALLOWED}")


def _path(node: nodes.Node, scope: Scope) -> str | None:
    match node:
        case nodes.Name(name=name):
            return scope.get(name, name)
        case (
            nodes.Getattr(node=inner, attr=name)
            | nodes.Getitem(node=inner, arg=nodes.Const(value=str() as name))
        ):
            path = _path(inner, scope)
            return f"{path}.{name}" if path else None
    return None


def _targets(target: nodes.Node, path: str) -> dict[str, str]:
    if isinstance(target, nodes.Name):
        return {target.name: path}
    parts: Sequence[nodes.Node] = target.items if isinstance(target, nodes.Tuple) else ()
    return {
        part.name: f"{path}.{number}" for number, part in enumerate(parts) if isinstance(part, nodes.Name)
    }


def _name(node: nodes.Node) -> str:
    return next((name for kind, name in NAMES.items() if isinstance(node, kind)), type(node).__name__.lower())


def _or_none(known: Iterable[str]) -> str:
    return ", ".join(sorted(known)) or "it has none"
