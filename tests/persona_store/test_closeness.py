"""What a second look at the best statements says, with a reader whose words are near only themselves."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from persona_store.answering.closeness import Closeness

VOCABULARY = ["tablet", "brand", "standing", "uses", "the", ","]


class Reader:
    """Counts what it reads; each word of the vocabulary is at right angles to the others."""

    def __init__(self) -> None:
        self.has_read: list[str] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.ones((len(texts), len(VOCABULARY)), np.float32)

    def read(self, text: str) -> tuple[list[str], NDArray[np.float32]]:
        self.has_read.append(text)
        words = [word for word in text.split() if word.lower() in VOCABULARY]
        rows = [VOCABULARY.index(word.lower()) for word in words]
        return words, np.eye(len(VOCABULARY), dtype=np.float32)[rows]


TEXTS = ["uses the tablet standing", "uses the brand", ", ,", ""]


@pytest.mark.parametrize(
    ("question", "telling", "places", "nearness"),
    [
        ("which Tablet", {"tablet"}, [0], 1),
        ("which brand of tablet", {"brand", "tablet"}, [0], 0),
        ("which brand of tablet", {"brand", "tablet"}, [0, 1], 1),
        ("the tablet", set(), [0], 1),
        ("the tablet", {"unread"}, [0], 1),
        (", tablet", {"tablet"}, [2], 1),
        ("tablet", {"tablet"}, [3], 1),
    ],
)
def test_the_word_that_nothing_comes_near_decides(
    question: str, telling: set[str], places: list[int], nearness: float
) -> None:
    assert Closeness(TEXTS, Reader()).weakest(question, telling, places) == nearness


def test_a_statement_is_read_once() -> None:
    reader = Reader()
    closeness = Closeness(TEXTS, reader)
    closeness.weakest("tablet", {"tablet"}, [0])
    closeness.weakest("brand", {"brand"}, [0])

    assert reader.has_read.count(TEXTS[0]) == 1
