"""How well each statement fits the words of a question."""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from persona_store.answering.closeness import Closeness, Reader
from persona_store.answering.noise import QUESTIONS
from persona_store.language.embedding import Embedder
from persona_store.language.words import Stems, words

Scores = NDArray[np.float32]

SATURATION, LENGTH_SHARE = 1.2, 0.4
FULL_FIT = 1.2
GRAMS = (3, 4)
BUCKETS = 1 << 18
OWNER_BITS = 32
OWNER = (1 << OWNER_BITS) - 1
GRAM_CHUNK = 2_000  # texts hashed at a time: bounds the memory while the index is built
STEM_SHARE, GRAM_SHARE, CARRIER_SHARE = 0.7, 0.3, 0.1
LEXICAL_SHARE = 0.5
USUAL_CLOSENESS = 0.45


@dataclass(frozen=True, slots=True)
class Query:
    """``content``: what the question is about, without names; ``carrier``: the words that carry it.

    ``meaning``: the question as written, without the names. ``telling``: the words of ``content`` that are
    not there to name a kind.
    """

    content: tuple[str, ...]
    carrier: tuple[str, ...] = ()
    meaning: str = ""
    telling: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gates:
    """From which score above the noise a statement answers, for each ranker. How chosen: bench/answers.

    ``persona``: of somebody named; ``research``: of a question about customers that names nobody ("who
    ..."); ``open``: of any other; ``elsewhere``: of somebody else than the question names.
    ``stage``: what a stage that fits adds at the gate; ``closeness``: the weight of how near the question's
    most distant telling word is; ``rival``: how much of its lead a better statement about somebody else
    takes off; ``boost``: the weight of stage, kind and lens in the order.
    """

    persona: float
    research: float
    open: float
    elsewhere: float
    stage: float
    rival: float = 0.0
    closeness: float = 0.0
    boost: float = 1.0


class Ranker(Protocol):
    """Made of all statements' texts, in order; scores all of them, 0 to about 1."""

    gates: Gates

    def scores(self, query: Query) -> Scores: ...

    def noise(self, among: NDArray[np.bool_]) -> float:
        """What the best of these statements scores for a question that none of them answers."""
        ...

    def closeness(self, query: Query, places: Sequence[int]) -> float:
        """How near the statements at these places come to every telling word, 0 to 1."""
        ...


class LexicalRanker:
    """The share of the question's words that a text covers, by stems and by characters."""

    gates = Gates(persona=0.16, research=0.38, open=0.62, elsewhere=0.38, stage=0.15)

    def __init__(self, texts: Sequence[str], stems: Stems) -> None:
        self._stems = stems
        self._words = StemIndex(stems.of(words(text)) for text in texts)
        self._grams = GramIndex([_spaced(words(text), stems) for text in texts])

    def knows(self, word: str) -> bool:
        return any(self._words.holds(stem) for stem in self._stems.of([word]))

    def rarity(self, stem: str) -> float:
        return self._words.rarity(stem)

    def scores(self, query: Query) -> Scores:
        content = self._stems.of(query.content)
        carried = self._words.scores(content + self._stems.of(query.carrier))
        by_gram = self._grams.scores(_spaced(query.content, self._stems))
        scores: Scores = (
            STEM_SHARE * self._words.scores(content) + GRAM_SHARE * by_gram + CARRIER_SHARE * carried
        )
        return scores

    def noise(self, among: NDArray[np.bool_]) -> float:  # noqa: ARG002
        return 0.0  # a text that shares no word scores nothing

    def closeness(self, query: Query, places: Sequence[int]) -> float:  # noqa: ARG002
        return 0.0  # the scores hold it


class SemanticRanker:
    """Likeness in meaning, and half of that in words. ``vectors``: a row of length 1 for each statement."""

    gates = Gates(
        persona=0.52,
        research=0.7,
        open=0.95,
        elsewhere=0.75,
        stage=0.05,
        rival=0.3,
        closeness=1.0,
        boost=0.5,
    )

    def __init__(
        self, lexical: LexicalRanker, vectors: Scores, embedder: Embedder, texts: Sequence[str]
    ) -> None:
        self._lexical = lexical
        self._vectors = vectors
        self._embedder = embedder
        self._background: Scores | None = None
        self._closeness = Closeness(texts, embedder) if isinstance(embedder, Reader) else None

    def scores(self, query: Query) -> Scores:
        """Raise EmbeddingError where the question's vector cannot be had."""
        words_alone = LEXICAL_SHARE * self._lexical.scores(query)
        if not query.meaning.strip():
            return words_alone
        scores: Scores = self._vectors @ self._embedder.embed([query.meaning])[0] + words_alone
        return scores

    def noise(self, among: NDArray[np.bool_]) -> float:
        if self._background is None:
            self._background = self._vectors @ self._embedder.embed(QUESTIONS).T
        return float(self._background[among].max(axis=0, initial=0).mean())

    def closeness(self, query: Query, places: Sequence[int]) -> float:
        """Of an endpoint, which gives no vectors of words, what is usual."""
        if self._closeness is None:
            return USUAL_CLOSENESS
        return self._closeness.weakest(query.meaning, query.telling, places)


def _spaced(text_words: Iterable[str], stems: Stems) -> str:
    return " " + " ".join(word for word in text_words if word not in stems.stop_words) + " "


class StemIndex:
    """BM25 over stems, divided by what a text with all the question's stems would reach."""

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        stems, owners, times, lengths = array("i"), array("i"), array("f"), array("f")
        self._ids: dict[str, int] = {}
        for at, text in enumerate(texts):
            lengths.append(len(text))
            for stem, count in Counter(text).items():
                stems.append(self._ids.setdefault(stem, len(self._ids)))
                owners.append(at)
                times.append(count)
        self._count = len(lengths)
        order = np.argsort(np.asarray(stems), kind="stable")
        self._texts = np.asarray(owners)[order]
        self._starts = np.searchsorted(np.asarray(stems)[order], np.arange(len(self._ids) + 1))
        often, long = (
            np.asarray(times)[order],
            np.asarray(lengths) / max(1.0, sum(lengths) / max(1, self._count)),
        )
        slowed = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * long[self._texts])
        self._fits = np.minimum(often * (SATURATION + 1) / (often + slowed), FULL_FIT).astype(np.float32)
        held = np.diff(self._starts)
        self._rarity = np.log1p((self._count - held + 0.5) / (held + 0.5))
        self._unknown = float(np.log1p((self._count + 0.5) / 0.5))

    def holds(self, stem: str) -> bool:
        return stem in self._ids

    def rarity(self, stem: str) -> float:
        known = self._ids.get(stem)
        return self._unknown if known is None else float(self._rarity[known])

    def scores(self, stems: Iterable[str]) -> Scores:
        found = np.zeros(self._count, np.float32)
        reachable = 0.0
        for stem in dict.fromkeys(stems):
            known = self._ids.get(stem)
            weight = self.rarity(stem)
            reachable += weight
            if known is not None:
                here = slice(self._starts[known], self._starts[known + 1])
                found[self._texts[here]] += weight * self._fits[here]
        return found / np.float32(reachable or 1)


class GramIndex:
    """Short runs of characters, weighted by rarity: cosine of question and text."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._count = len(texts)
        parts = [_counted(texts[at : at + GRAM_CHUNK], at) for at in range(0, len(texts), GRAM_CHUNK)]
        keys = np.concatenate([key for key, _ in parts]) if parts else np.zeros(0, np.int64)
        often = np.concatenate([times for _, times in parts]) if parts else np.zeros(0, np.float32)
        order = np.argsort(keys, kind="stable")
        keys, often = keys[order], often[order]
        self._texts = (keys & OWNER).astype(np.int32)
        self._starts = np.searchsorted(keys >> OWNER_BITS, np.arange(BUCKETS + 1)).astype(np.int32)
        held = np.diff(self._starts)
        self._rarity = np.log1p(self._count / (held + 0.5)).astype(np.float32)
        self._weights = (1 + np.log(often)) * np.repeat(self._rarity, held)
        norms = np.sqrt(np.bincount(self._texts, self._weights**2, self._count))
        self._weights /= norms.astype(np.float32)[self._texts]

    def scores(self, text: str) -> Scores:
        keys, often = _counted([text], 0)
        if not len(keys) or not self._count:
            return np.zeros(self._count, np.float32)
        buckets = keys >> OWNER_BITS
        weights = (1 + np.log(often)) * self._rarity[buckets]
        sizes = self._starts[buckets + 1] - self._starts[buckets]
        ends = np.cumsum(sizes)
        at = np.arange(ends[-1]) + np.repeat(self._starts[buckets] - (ends - sizes), sizes)
        found = np.bincount(self._texts[at], self._weights[at] * np.repeat(weights, sizes), self._count)
        cosine: Scores = (found / np.sqrt((weights**2).sum())).astype(np.float32)
        return cosine


def _counted(texts: Sequence[str], first: int) -> tuple[NDArray[np.int64], Scores]:
    """Each n-gram of each text once (its bucket, then the text's number), and how often it is there."""
    keys, times = np.unique(_hashed(texts, first), return_counts=True)
    return keys, times.astype(np.float32)


def _hashed(texts: Sequence[str], first: int) -> NDArray[np.int64]:
    """One number for each n-gram of each text: its bucket in the upper half, its text in the lower."""
    joined = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    owner = np.repeat(np.arange(first, first + len(texts), dtype=np.int64), [len(text) for text in texts])
    found = []
    for size in GRAMS:
        count = max(0, len(joined) - size + 1)
        code = np.zeros(count, np.uint64)
        for offset in range(size):
            code = code * np.uint64(0x100000001B3) + joined[offset : offset + count]
        code ^= code >> np.uint64(29)
        bucket = ((code * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(46)).astype(np.int64)
        within = owner[:count] == owner[size - 1 : size - 1 + count]
        found.append(((bucket << OWNER_BITS) | owner[:count])[within])
    return np.concatenate(found)
