"""A question as it was made."""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any


@dataclass(frozen=True)
class Option:
    """``persona``, ``statement``: what it stands for, where it stands for one."""

    text: str
    persona: str | None = None
    statement: str | None = None


@dataclass(frozen=True)
class Made:
    """``key``: a digest of what it says. ``kind``: one of ``KINDS``.

    ``prompt``: its first line asks, the rest is what is asked about. ``persona``, ``statement``: what a right
    answer shows to be known; the statement is one of that persona.
    """

    key: str
    kind: str
    prompt: str
    options: tuple[Option, ...]
    right: int
    why: str
    persona: str
    statement: str | None

    @property
    def touches(self) -> frozenset[str]:
        """Keys of all statements that it shows."""
        shown = {option.statement for option in self.options} | {self.statement}
        return frozenset(key for key in shown if key is not None)

    @property
    def told(self) -> list[str]:
        """The key of the question, and those of the statements of which its answer tells whose they are."""
        tells = (self.key, self.statement, self.options[self.right].statement)
        return list(dict.fromkeys(key for key in tells if key is not None))

    @property
    def is_clear(self) -> bool:
        """Whether no two options read the same."""
        return len({" ".join(option.text.casefold().split()) for option in self.options}) == len(self.options)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Made":
        """Give back what ``as_json`` wrote."""
        return cls(**{**kept, "options": tuple(Option(**option) for option in kept["options"])})


@dataclass(frozen=True)
class Draft:
    """A question whose first option is the right one.

    ``in_order``: its options have an order of their own, such as that of the journey. Any others get one that
    hangs on what the question says, so that the same question always has the same.
    """

    kind: str
    prompt: str
    options: tuple[Option, ...]
    why: str
    persona: str
    statement: str | None = None
    in_order: tuple[Option, ...] = ()

    def made(self) -> Made:
        texts = sorted(option.text for option in self.options)
        key = _digest(self.kind, self.prompt, self.options[0].text, *texts)[:20]
        options = self.in_order or sorted(self.options, key=lambda option: _digest(key, option.text))
        right = options.index(self.options[0])
        return Made(
            key, self.kind, self.prompt, tuple(options), right, self.why, self.persona, self.statement
        )


def _digest(*told: str) -> str:
    return sha256(json.dumps(told).encode()).hexdigest()
