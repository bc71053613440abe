"""What is wrong with a pack, in words: which file, which place, what was expected."""

import difflib
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from persona_store.packs import fields
from persona_store.packs.format import PARTS, Pack, PackStatement, PackStep
from persona_store.packs.story_format import PackStory
from persona_store.packs.trivia_format import PackScenario

Severity = Literal["error", "warning", "notice"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
Step = str | int

MOST_KEPT = 1_000
MOST_HINTS = 200
MOST_CHOICES = 2_000
MOST_SHOWN = 200
LONGEST_SHOWN = 60
LISTED = 12

PATTERNS = {
    fields.ID: 'expected letters, digits, ".", "_", ":", "/" and "-", beginning with a letter or digit',
    fields.SLUG: 'expected only a-z, 0-9 and "-", beginning with a letter or digit',
    fields.HTTPS: 'expected an address that begins with https:// and has no spaces and none of < > | "',
    fields.ONE_LINE: "expected one line, found several",
    fields.LANGUAGE: "expected two small letters such as en or de (ISO 639-1)",
}
EXPECTED = {
    "string_type": "expected a string",
    "bool_type": "expected true or false",
    "int_type": "expected a whole number",
    "dict_type": "expected a table",
    "model_type": "expected a table",
    "model_attributes_type": "expected a table",
    "greater_than_equal": "expected {ge:,} or more",
    "less_than_equal": "expected {le:,} or less",
    "too_short": "expected at least {min_length:,} of them",
}
NOUNS = {
    "segments": "segment",
    "stages": "stage",
    "lenses": "lens",
    "evidence": "piece of evidence",
    "personas": "persona",
    "statements": "statement",
    "journey": "step of a journey",
    "stories": "story",
    "scenarios": "scenario",
}


@dataclass(frozen=True)
class Problem:
    """``place``: keys and numbers from the top of the file, or a line; empty for the whole file."""

    file: str
    place: str
    message: str
    severity: Severity = "error"

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.place, self.message) if part)


class Problems:
    """Collects problems; of each severity, beyond the first MOST_KEPT, it only counts."""

    def __init__(self) -> None:
        self._kept: dict[Severity, list[Problem]] = {severity: [] for severity in SEVERITIES}
        self._more: Counter[Severity] = Counter()
        self._hints = 0

    @property
    def has_errors(self) -> bool:
        return bool(self._kept["error"])

    def add(self, file: str, place: str, message: str, severity: Severity = "error") -> None:
        kept = self._kept[severity]
        if len(kept) < MOST_KEPT:
            kept.append(Problem(file, place, message, severity))
        else:
            self._more[severity] += 1

    def nearest(self, word: object, known: Iterable[str], *, all_of: bool = True) -> str:
        """As ``nearest``, but not so often that it takes long."""
        self._hints += 1
        return nearest(word, known, all_of=all_of) if self._hints <= MOST_HINTS else ""

    def listed(self) -> list[Problem]:
        """Errors, then warnings, then notices."""
        return [
            problem for severity in SEVERITIES for problem in (*self._kept[severity], *self._rest(severity))
        ]

    def _rest(self, severity: Severity) -> list[Problem]:
        more = self._more[severity]
        return [Problem("", "", f"and {more:,} more of the kind", severity)] if more else []


def problem_lines(problems: Sequence[Problem], most: int = MOST_SHOWN) -> list[str]:
    """What to print: errors first, then warnings, then notices; at most ``most``, and how many more."""
    ranked = sorted(problems, key=lambda problem: SEVERITIES.index(problem.severity))
    lines = [f"{problem.severity}: {problem}" for problem in ranked[:most]]
    if len(ranked) > most:
        lines.append(f"... and {len(ranked) - most:,} more")
    return lines


def place_of(root: object, path: Iterable[Step]) -> str:
    """``personas[0] (priya) > statements[3] (priya.sso) > kind``."""
    steps: list[str] = []
    here = root
    for step in path:
        here = _child(here, step)
        if isinstance(step, int) and steps:
            steps[-1] += f"[{step}]{_label(here)}"
        else:
            steps.append(shortened(str(step)))
    return " > ".join(steps)


def _child(here: object, step: Step) -> object:
    if isinstance(here, dict):
        return here.get(step)
    if isinstance(here, list) and isinstance(step, int) and step < len(here):
        return here[step]
    return None


def _label(here: object) -> str:
    for key in ("slug", "id", "stage"):
        if isinstance(here, dict) and isinstance(name := here.get(key), str):
            return f" ({shortened(name)})"
    return ""


def shortened(text: str) -> str:
    text = " ".join(text[: 4 * LONGEST_SHOWN].split())
    shown = "".join(character if character.isprintable() else "?" for character in text)
    return shown if len(shown) <= LONGEST_SHOWN else shown[: LONGEST_SHOWN - 3] + "..."


def found(value: object) -> str:
    """What stands there, in a few words, however large it is."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if (isinstance(value, int) and abs(value) >= fields.LONGEST_NUMBER) or value == math.inf:
        return "a very long number"
    for shape, words in ((dict, "a table"), (list, "a list"), (datetime, "a day with a time")):
        if isinstance(value, shape):
            return words
    return f'"{shortened(value)}"' if isinstance(value, str) else str(value)


def nearest(word: object, known: Iterable[str], *, all_of: bool = True) -> str:
    """``; did you mean "sso"?``, or else the known ones, where they are few."""
    choices = sorted(set(known))
    wanted = str(word)[:100] if isinstance(word, str) else ""
    likely = difflib.get_close_matches(wanted, choices, 1, 0.6) if len(choices) <= MOST_CHOICES else []
    if likely:
        return f'; did you mean "{shortened(likely[0])}"?'
    if not choices or not all_of:
        return ""
    listed = ", ".join(shortened(choice) for choice in choices[:LISTED])
    return f"; expected one of {listed}" + (" and others" if len(choices) > LISTED else "")


def problems_of(
    errors: Iterable[ErrorDetails], at: tuple[Step, ...]
) -> Iterator[tuple[tuple[Step, ...], str]]:
    """Place and words for each error that pydantic found in what stands at ``at``."""
    for error in errors:
        path = (*at, *(step for step in error["loc"] if step != "[key]"))
        yield path, _words(error, path)


def _words(error: ErrorDetails, path: tuple[Step, ...]) -> str:  # noqa: PLR0911 - one for each kind of error
    context, value = error.get("ctx", {}), error.get("input")
    match error["type"]:
        case "missing":
            return f"missing; every {_noun(path)} needs it"
        case "extra_forbidden":
            return "unknown key" + nearest(path[-1], _keys_at(path))
        case "literal_error":
            return f"{found(value)} is not known" + _choices(value, str(context["expected"]))
        case "list_type":
            return _list_words(path, value)
        case "string_too_long" | "too_long" if isinstance(value, str):
            return f"too long: {len(value):,} characters; expected at most {context['max_length']:,}"
        case "too_long":
            return f"too many entries; expected at most {context['max_length']:,}"
        case "string_pattern_mismatch":
            return f"{PATTERNS[context['pattern']]}; found {found(value)}"
        case kind:
            return f"{EXPECTED.get(kind, error['msg']).format(**context)}, found {found(value)}"


def _choices(value: object, expected: str) -> str:
    choices = [choice.strip("'") for choice in expected.replace(" or ", ", ").split(", ")]
    guess = nearest(value, choices, all_of=False)
    return f"; expected one of {', '.join(choices)}{guess}"


def _list_words(path: tuple[Step, ...], value: object) -> str:
    last = str(path[-1])
    if _holds_tables(path):
        whole = ".".join(str(step) for step in path if isinstance(step, str))
        return f"expected a list of tables, each headed [[{whole}]]; found {found(value)}"
    hint = f' (write {last} = ["{shortened(value)}"])' if isinstance(value, str) else ""
    return f"expected a list of strings, found {found(value)}{hint}"


def _holds_tables(path: tuple[Step, ...]) -> bool:
    return path[-1] in {"statements", "journey", "scenarios"} or (len(path) == 1 and path[0] in PARTS)


def _noun(path: tuple[Step, ...]) -> str:
    lists = [step for step in path[:-1] if isinstance(step, str)]
    return NOUNS[lists[-1]] if lists else "pack"


def _keys_at(path: tuple[Step, ...]) -> list[str]:
    """The keys that are known where ``path`` ends."""
    models: dict[str, type[BaseModel]] = {
        **PARTS,
        "statements": PackStatement,
        "journey": PackStep,
        "stories": PackStory,
        "scenarios": PackScenario,
    }
    lists = [step for step in path[:-1] if isinstance(step, str)]
    return list((models[lists[-1]] if lists else Pack).model_fields)
