"""One question about a persona, to be answered with a click: which of these is theirs? Pure.

A wrong option must be wrong: it is a statement of somebody else, nearly nothing that is said of the persona,
and on another topic where there are enough. No option tells by itself whose it is: no names, no pronouns,
much the same length.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from random import Random
from typing import Any

from persona_store.catalogue import PersonaEntry, Snapshot, StatementEntry
from persona_store.evidence import Strength

SaysNearly = Callable[[StatementEntry, StatementEntry], bool]
"""Whether two statements may say nearly the same (``nearness.Nearness``)."""

OPTIONS = 3
LONGER = 1.6
"""How many times longer one option may be than another."""
LOOKED_AT = 400
"""Statements of others looked at, drawn by chance: enough to find two, quick in a store of thousands."""
TRIED = 10
PRONOUNS = re.compile(
    r"\b(?:s?he|hers?|herself|him|his|himself|they|them|theirs?|themsel(?:f|ves))\b", re.IGNORECASE
)
WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Quiz:
    """``options``: keys of statements, in the order shown; ``right``: the place of the true one."""

    persona: str
    options: tuple[str, ...]
    right: int

    def as_json(self) -> dict[str, Any]:
        return {"persona": self.persona, "options": list(self.options), "right": self.right}


def read_quiz(kept: dict[str, Any] | None) -> Quiz | None:
    """Give back what ``as_json`` wrote."""
    return Quiz(kept["persona"], tuple(kept["options"]), kept["right"]) if kept else None


def make_quiz(
    snapshot: Snapshot,
    persona: str,
    seed: str,
    says_nearly: SaysNearly,
    *,
    shown: Collection[str] = (),
    asked: Sequence[str] = (),
) -> Quiz | None:
    """Make the question of this ``seed``; None where no fair one can be made.

    The true option is a current, researched statement; none of ``shown``, and as far as possible none of
    ``asked`` (the latest first).
    """
    chance = Random(seed)  # noqa: S311 - no secret
    own = [one for one in snapshot.statements if one.persona == persona]
    tell_tale = TellTale(snapshot.personas)
    fair = [one for one in own if one.key not in shown and is_askable(one) and not tell_tale(one.text)]
    drawn = chance.sample(snapshot.statements, min(LOOKED_AT, len(snapshot.statements)))
    others = [one for one in drawn if one.persona != persona and is_askable(one)]
    chance.shuffle(fair)
    lately = {key: number for number, key in reversed(list(enumerate(asked)))}
    fair.sort(key=lambda one: -lately.get(one.key, len(asked)))
    elsewhere = [one for one in others if not any(_of_one_topic(one, other) for other in own)]
    for right, among in product(fair[:TRIED], (elsewhere, others)):
        wrong = list(islice(_wrong(right, own, among, says_nearly, tell_tale), OPTIONS - 1))
        if len(wrong) == OPTIONS - 1:
            options = [right, *wrong]
            chance.shuffle(options)
            return Quiz(persona, tuple(one.key for one in options), options.index(right))
    return None


def is_askable(statement: StatementEntry) -> bool:
    return statement.strength is not Strength.ASSUMPTION


class TellTale:
    """Whether a text says by itself whom it is about."""

    def __init__(self, personas: Iterable[PersonaEntry]) -> None:
        self._words: set[str] = set()
        self._phrases: list[str] = []
        for persona in personas:
            self._words.update(word.lower() for word in WORD.findall(persona.name) if len(word) > 1)
            for alias in persona.aliases:
                if WORD.fullmatch(alias):
                    self._words.add(alias.lower())
                else:
                    self._phrases.append(alias.lower())

    def __call__(self, text: str) -> bool:
        lower = text.lower()
        return (
            PRONOUNS.search(text) is not None
            or not self._words.isdisjoint(WORD.findall(lower))
            or any(phrase in lower for phrase in self._phrases)
        )


def _wrong(
    right: StatementEntry,
    own: Sequence[StatementEntry],
    others: Sequence[StatementEntry],
    says_nearly: SaysNearly,
    tell_tale: TellTale,
) -> Iterator[StatementEntry]:
    """Statements of others that are wrong beside ``right``.

    Where it can be they are of its kind, and each is of somebody else.
    """
    chosen: list[StatementEntry] = []
    for wish in (_of_kind_and_new, _new, _any):
        for one in others:
            if (
                one not in chosen
                and wish(one, right, chosen)
                and all(_of_one_length(one, other) for other in (right, *chosen))
                and not tell_tale(one.text)
                and not any(says_nearly(one, other) for other in (*own, *chosen))
            ):
                chosen.append(one)
                yield one


def _new(one: StatementEntry, _right: StatementEntry, chosen: Sequence[StatementEntry]) -> bool:
    return all(one.persona != other.persona for other in chosen)


def _of_kind_and_new(one: StatementEntry, right: StatementEntry, chosen: Sequence[StatementEntry]) -> bool:
    return one.kind == right.kind and _new(one, right, chosen)


def _any(_one: StatementEntry, _right: StatementEntry, _chosen: Sequence[StatementEntry]) -> bool:
    return True


def _of_one_topic(one: StatementEntry, other: StatementEntry) -> bool:
    """Where both say something of it, whether they say the same takes a reader."""
    return bool(one.topic) and one.topic.casefold() == other.topic.casefold()


def _of_one_length(one: StatementEntry, other: StatementEntry) -> bool:
    short, long = sorted((len(one.text), len(other.text)))
    return long <= LONGER * short
