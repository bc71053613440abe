"""Whether two statements say nearly the same, whoever they are about."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from persona_store.answering.matching import likeness
from persona_store.catalogue import Snapshot, StatementEntry

NEAR_IN_MEANING = 0.40
"""A cosine. Of 45,000 pairs about different personas (seven packs) some 150 were read, in bands of 0.05:
below 0.40 none says nearly the same, from 0.40 on some do ("Uses Google Search", "Searching large amounts
of time to find data"). Of ten paraphrases written on purpose nine are above, one is missed (0.28)."""
USUAL = 0.85
"""With another model, whose cosines are higher throughout: above those of this share of all pairs."""
NEAR_IN_WORDS = 0.5
"""Where there are no vectors. Words alone miss every second paraphrase, so a topic in common counts too."""
ALIKE = 1.5
"""From so many times that limit on two are the same wish or trouble, had by two."""
PAIRS = 2_000

Topic = Callable[[str], Sequence[str]]
Vectors = NDArray[np.float32]


class Nearness:
    """Of the statements of one snapshot.

    ``vectors``: a row for each, of length 1, or 0 where there is none yet; ``topic``: what a text is about.
    """

    def __init__(self, snapshot: Snapshot, vectors: Vectors | None, topic: Topic) -> None:
        self._place = {one.key: at for at, one in enumerate(snapshot.statements)}
        self._vectors = vectors if vectors is not None and vectors.size else None
        self._limit = _limit(self._vectors) if self._vectors is not None else NEAR_IN_MEANING
        self._topic = topic
        self._topics: dict[str, Sequence[str]] = {}

    def __call__(self, one: StatementEntry, other: StatementEntry) -> bool:
        """Tell whether they may say nearly the same: in doubt they do."""
        likeness_of_both, limit = self._compared(one, other)
        return likeness_of_both >= limit

    def share(self, one: StatementEntry, other: StatementEntry) -> float:
        """How near they come: from 1 on they may say nearly the same."""
        likeness_of_both, limit = self._compared(one, other)
        return likeness_of_both / limit

    def is_alike(self, one: StatementEntry, other: StatementEntry) -> bool:
        """Tell whether they are surely the same wish or trouble; a topic in common is not enough."""
        left, right = self._vector(one), self._vector(other)
        if left is not None and right is not None:
            return float(left @ right) >= ALIKE * self._limit
        return likeness(self._words(one), self._words(other)) >= ALIKE * NEAR_IN_WORDS

    def _compared(self, one: StatementEntry, other: StatementEntry) -> tuple[float, float]:
        """Their likeness, and from which one on they may say nearly the same."""
        left, right = self._vector(one), self._vector(other)
        if left is not None and right is not None:
            return float(left @ right), self._limit
        if one.topic and one.topic.casefold() == other.topic.casefold():
            return 1.0, NEAR_IN_WORDS
        return likeness(self._words(one), self._words(other)), NEAR_IN_WORDS

    def _vector(self, one: StatementEntry) -> Vectors | None:
        if self._vectors is None:
            return None
        vector: Vectors = self._vectors[self._place[one.key]]
        return vector if vector.any() else None

    def _words(self, one: StatementEntry) -> Sequence[str]:
        found = self._topics.get(one.text)
        if found is None:
            found = self._topics[one.text] = self._topic(one.text)
        return found


def _limit(vectors: Vectors) -> float:
    chance = np.random.default_rng(0)
    left, right = chance.integers(0, len(vectors), (2, PAIRS))
    cosines = (vectors[left] * vectors[right]).sum(axis=1)[left != right]
    return max(NEAR_IN_MEANING, float(np.quantile(cosines, USUAL))) if cosines.size else NEAR_IN_MEANING
