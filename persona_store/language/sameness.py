"""How much of a text another one says already, whoever they are about: insights and questions that repeat."""

from collections.abc import Sequence
from math import sqrt

from persona_store.answering.closeness import Reader, nearest_of, spoken
from persona_store.answering.ranking import LexicalRanker
from persona_store.answering.understanding import Understood
from persona_store.language.embedding import Embedder
from persona_store.language.words import Stems, words

SAME = 0.62
"""From here on a text mostly says nothing new. How it was chosen: bench/answers."""
WORD_BY_WORD = 2 / 3


class Sameness:
    """By meaning with a model that tells what each word means, else by words."""

    def __init__(self, lexical: LexicalRanker, stems: Stems, embedder: Embedder | None) -> None:
        self._lexical = lexical
        self._stems = stems
        self._embedder = embedder

    def __call__(self, new: Understood, known: Understood) -> float:
        if isinstance(self._embedder, Reader):
            return self._in_meaning(self._embedder, new.meaning, known.meaning)
        return self._in_words(self._telling(new.meaning), self._telling(known.meaning))

    def _in_meaning(self, model: Reader, new: str, known: str) -> float:
        """As wholes, and how near the known text comes to the words of the new one on average."""
        left, right = model.embed([new, known])
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
