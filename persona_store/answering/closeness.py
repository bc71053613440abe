"""A second look at the best statements: does something in them come near each telling word of the question.

Asked what nobody researched, people mostly use one word that no statement comes near ("which *brand* of
tablet ..."), in a question that is near enough as a whole. What this gained: bench/answers.
"""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from persona_store.language.words import folded

LOOKED_AT = 3  # statements
KEPT = 2_000  # statements whose words are kept, some 20 KB each

Vectors = NDArray[np.float32]


@runtime_checkable
class Reader(Protocol):
    """A model that also tells what each word of a text means where it stands."""

    def embed(self, texts: Sequence[str]) -> Vectors: ...

    def read(self, text: str) -> tuple[list[str], Vectors]:
        """The words, and for each a row of length 1."""
        ...


class Closeness:
    """``texts``: all statements, in order."""

    def __init__(self, texts: Sequence[str], reader: Reader) -> None:
        self._reader = reader
        self._words_at = lru_cache(KEPT)(lambda at: reader.read(texts[at]))

    def weakest(self, question: str, telling: Collection[str], places: Sequence[int]) -> float:
        """How near the statements at ``places`` come to the telling word that is furthest from them, 0 to 1.

        1 where the question has no telling word.
        """
        there = [spoken(self._words_at(at)) for at in places]
        nearest = nearest_of(self._reader.read(question), telling, np.concatenate(there))
        return float(nearest.min(initial=1))


def nearest_of(
    read: tuple[list[str], Vectors], telling: Collection[str], others: Vectors
) -> NDArray[np.float32]:
    """For each telling word of a text that was read, how near the nearest of the other words is."""
    words, vectors = read
    looked_for = vectors[[at for at, word in enumerate(words) if folded(word) in telling]]
    if not len(looked_for) or not len(others):
        return np.zeros(0, np.float32)
    found: Vectors = (looked_for @ others.T).max(axis=1)
    return found


def spoken(read: tuple[list[str], Vectors]) -> Vectors:
    """The words without marks such as commas, which come near anything."""
    words, vectors = read
    return vectors[[at for at, word in enumerate(words) if word[0].isalnum()]]
