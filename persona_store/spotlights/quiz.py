"""The question of a spotlight, answered with a click: which of these is theirs? Pure.

Trivia's maker of questions makes it; what is decided here is what to ask, so that the rest of the post does
not give the answer away, and that people do not see the same options again too soon.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, product
from random import Random
from typing import Any

from persona_store.catalogue import StatementEntry
from persona_store.trivia.distractors import may_be_enough
from persona_store.trivia.material import Material
from persona_store.trivia.questions import make_question_about

KIND = "hers"
LATELY = (26, 13, 8, 5, 3, 2, 1, 0)
"""No option of so many past spotlights is one again; of fewer where there is not enough else."""
ASKED_LATELY = 3
"""As far as can be, none of the last so many questions about a persona comes again."""


@dataclass(frozen=True)
class Quiz:
    """``options``: keys of statements, in the order shown; ``right``: the place of the true one.

    ``texts``: of the options, where it has just been made.
    """

    persona: str
    options: tuple[str, ...]
    right: int
    texts: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {"persona": self.persona, "options": list(self.options), "right": self.right}


def read_quiz(kept: dict[str, Any] | None) -> Quiz | None:
    """Give back what ``as_json`` wrote."""
    return Quiz(kept["persona"], tuple(kept["options"]), kept["right"]) if kept else None


@dataclass(frozen=True)
class Post:
    """What a question stands in. ``shown``: keys of its statements; ``texts``: all that it says.

    ``stage``: the one that people are to put themselves into.
    """

    shown: Collection[str] = ()
    texts: Sequence[str] = ()
    stage: str | None = None


def make_quiz(
    material: Material,
    persona: str,
    seed: str,
    post: Post,
    *,
    asked: Sequence[str] = (),
    offered: Sequence[Sequence[str]] = (),
) -> Quiz | None:
    """Make the question of this ``seed``; None where no fair one can be made.

    ``asked``: what was asked about the persona; ``offered``: the options of the channel's past spotlights;
    the latest first.
    """
    for alike in _in_turn(material, persona, seed, post, asked):
        for past, right in product(LATELY, alike):
            lately = {key for options in offered[:past] for key in options} - {right.key}
            seen = lately.union(post.shown)
            if not may_be_enough(material, right, seen):
                continue
            made = make_question_about(material, seed, right.key, KIND, seen)
            if made is not None:
                keys = tuple(option.statement or "" for option in made.options)
                return Quiz(persona, keys, made.right, tuple(option.text for option in made.options))
    return None


def _in_turn(
    material: Material, persona: str, seed: str, post: Post, asked: Sequence[str]
) -> Iterator[list[StatementEntry]]:
    """What may be asked, the best first, those together that are told by as much else in the post.

    Of those the ones of another stage come first, then what was asked longest ago.
    """
    own = [one for one in material.askable.get(persona, ()) if one.key not in post.shown]
    Random(seed).shuffle(own)  # noqa: S311 - no secret
    ago = {key: number for number, key in reversed(list(enumerate(asked)))}
    recent = min(ASKED_LATELY, len(own) - 1)
    tells = _Telling(material, post.texts)
    told = {one.key: (ago.get(one.key, recent) < recent, tells(one.text)) for one in own}
    own.sort(key=lambda one: (told[one.key], post.stage in one.stages, -ago.get(one.key, len(asked))))
    for _, alike in groupby(own, key=lambda one: told[one.key]):
        yield list(alike)


class _Telling:
    """How many words of a text give it away: they stand in the post too, and are said of few personas."""

    def __init__(self, material: Material, texts: Sequence[str]) -> None:
        self._material = material
        rare = len(material.personas) / 2
        in_post = {stem for text in texts for stem in material.stems_of(text)}
        self._telling = {stem for stem in in_post if len(material.said_with.get(stem, ())) <= rare}

    def __call__(self, text: str) -> int:
        return len(self._telling.intersection(self._material.stems_of(text)))
