"""How much of a text another one says already, whoever they are about: insights and questions that repeat.

Calling it tells how much of a new text a known one says; ``of_both`` whether two say the same.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import sqrt

import numpy as np

from persona_store.answering.closeness import Reader, Vectors, nearest_of, spoken
from persona_store.answering.ranking import LexicalRanker
from persona_store.answering.understanding import Understood
from persona_store.language.embedding import Embedder
from persona_store.language.words import Stems, words

SAME = 0.62
"""From here on a text mostly says nothing new. How it was chosen: bench/answers."""
WORD_BY_WORD = 2 / 3
NOTHING: Vectors = np.zeros((0, 0), np.float32)
REMEMBERED = 64  # texts, some 20 KB each: one is compared with several
ALIKE = 0.435
"""From here on two texts say the same. How it was chosen: ``python -m bench.duplicates``."""
BESIDE_WORDS, AS_IN_MEANING = 4, 2.62
"""Two words in common are more of short texts than of long ones, but not four times as much; one threshold
serves with the model and without."""


class Sameness:
    """By meaning with a model that tells what each word means, else by words."""

    def __init__(self, lexical: LexicalRanker, stems: Stems, embedder: Embedder | None) -> None:
        self._lexical = lexical
        self._stems = stems
        self._embedder = embedder
        self._read = lru_cache(REMEMBERED)(self._read_anew)
        self._whole = lru_cache(REMEMBERED)(self._embed_anew)

    def __call__(self, new: Understood, known: Understood) -> float:
        if isinstance(self._embedder, Reader):
            return self._in_meaning(self._embedder, new.meaning, known.meaning)
        return self._in_words(self._telling(new.meaning), self._telling(known.meaning))

    def of_both(self, one: Understood, other: Understood) -> float:
        """How near two texts come to saying the same, 0 to 1, whichever of them is the new one."""
        left, right = self._telling(one.meaning), self._telling(other.meaning)
        if not isinstance(self._embedder, Reader):
            if not left or not right:
                return float(left == right)
            shared = len({*left} & {*right})
            return min(1.0, AS_IN_MEANING * shared / (BESIDE_WORDS + max(len({*left}), len({*right}))))
        as_wholes = float(self._whole(one.meaning) @ self._whole(other.meaning))
        there = self._furthest(one.meaning, other.meaning)
        back = self._furthest(other.meaning, one.meaning)
        return max(0.0, min(1.0, (as_wholes + there + back) / 3))

    def _furthest(self, text: str, other: str) -> float:
        """How near ``other`` comes to those of the telling words of ``text`` that are furthest from it.

        The half of them: what a text adds to another one is mostly said in a few of its words.
        """
        telling = {word for word in words(text) if word not in self._stems.stop_words}
        nearest = sorted(nearest_of(self._read(text), telling, spoken(self._read(other))))
        furthest = nearest[: max(1, len(nearest) // 2)]
        if not furthest:
            return float(text == other)
        return float(sum(furthest)) / len(furthest)

    def _read_anew(self, text: str) -> tuple[list[str], Vectors]:
        return self._embedder.read(text) if isinstance(self._embedder, Reader) else ([], NOTHING)

    def _embed_anew(self, text: str) -> Vectors:
        return self._embedder.embed([text])[0] if self._embedder else NOTHING

    def _in_meaning(self, model: Reader, new: str, known: str) -> float:
        """As wholes, and how near the known text comes to the words of the new one on average."""
        (left,), (right,) = model.embed([new]), model.embed([known])  # one by one: their words are read next
        telling = {word for word in words(new) if word not in self._stems.stop_words}
        nearest = nearest_of(model.read(new), telling, spoken(model.read(known)))
        as_wholes = max(0.0, float(left @ right))
        if not nearest.size:
            return as_wholes
        return min(1.0, (1 - WORD_BY_WORD) * as_wholes + WORD_BY_WORD * max(0.0, float(nearest.mean())))

    def _telling(self, text: str) -> list[str]:
        return self._stems.of(word for word in words(text) if word not in self._stems.stop_words)

    def _in_words(self, new: Sequence[str], known: Sequence[str]) -> float:
        """The share of the new text's words that the known one has, and their cosine: rare ones are heavy."""
        weights = {stem: self._lexical.rarity(stem) for stem in {*new, *known}}
        shared = {*new} & {*known}
        sizes = [sum(weights[stem] ** 2 for stem in {*stems}) for stems in (new, known)]
        if not all(sizes):
            return float(new == known)
        covered = sum(weights[stem] for stem in shared) / sum(weights[stem] for stem in {*new})
        return min(1.0, covered + sum(weights[stem] ** 2 for stem in shared) / sqrt(sizes[0] * sizes[1]))
