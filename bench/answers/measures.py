"""What is measured of one question, and means with their intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

import numpy as np

from bench.answers.sets import Asked
from persona_store.answering import Answer, Index, Outcome
from persona_store.language.words import Stems, words

SAMPLES = 2_000


@dataclass(frozen=True)
class Result:
    asked: Asked
    answer: Answer
    ranking: tuple[str, ...]  # as far as needed, whether or not it was shown
    chance: tuple[str, ...]  # a random order of the same personas' statements
    shares_stem: bool

    @property
    def has_personas_right(self) -> bool:
        return frozenset(self.answer.personas) == self.asked.personas

    @property
    def is_answered(self) -> bool:
        return self.answer.outcome is Outcome.ANSWER

    @property
    def is_right(self) -> bool:
        """Answered with a hit among the first three shown, or rightly abstained."""
        if not self.asked.answerable:
            return not self.is_answered
        return hit([found.statement for found in self.answer.statements], self.asked.gold) > 0


def hit(ranking: Sequence[str], gold: frozenset[str]) -> float:
    return float(not gold.isdisjoint(ranking[:3]))


def recall(ranking: Sequence[str], gold: frozenset[str]) -> float:
    return len(gold & set(ranking[:3])) / len(gold)


def ndcg(ranking: Sequence[str], gold: frozenset[str]) -> float:
    gained = sum(1 / log2(place + 2) for place, key in enumerate(ranking[:5]) if key in gold)
    return gained / sum(1 / log2(place + 2) for place in range(min(5, len(gold))))


def result_of(asked: Asked, index: Index, chance: np.random.Generator) -> Result:
    answer = index.answer(asked.question, previous=asked.previous)
    ranking = tuple(found.statement for found in index.ranking(asked.question, 5, previous=asked.previous))
    among = [
        one.key for one in index.snapshot.statements if not asked.personas or one.persona in asked.personas
    ]
    shuffled = tuple(str(key) for key in chance.permutation(among)[:5])
    return Result(asked, answer, ranking, shuffled, _shares_stem(asked, index))


def _shares_stem(asked: Asked, index: Index) -> bool:
    """Whether the question, without names of personas, shares a telling word with an answer."""
    stems = Stems(index.snapshot.language)
    names = {word for one in index.snapshot.personas for word in words(" ".join((one.name, *one.aliases)))}
    said = {stems(word) for word in words(asked.question) if word not in names | stems.stop_words}
    texts = [one.text for one in index.snapshot.statements if one.key in asked.gold]
    return not said.isdisjoint(stems(word) for text in texts for word in words(text))


def interval(values: Sequence[float]) -> str:
    """The mean, and between which means 95 % of bootstrap samples lie."""
    if not values:
        return "-"
    drawn = np.random.default_rng(0).choice(np.array(values, float), (SAMPLES, len(values))).mean(axis=1)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return f"{np.mean(values):.2f} ({low:.2f}-{high:.2f})"
