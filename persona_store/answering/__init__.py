"""From a question to the statements that answer it, or to an honest "we have no research on that".

The path of a question: ``understanding`` reads it (``words``; who is meant, in ``matching`` and ``roles``;
kinds and stages, in ``scopes``; somebody unknown, in ``strangers``). ``scoring`` rates every statement
(``ranking``: by words and by meaning) and keeps what is near enough (``closeness``). ``index`` answers.
This module keeps the index in step with the catalogue.
"""

from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from persona_store.answering.closeness import Reader
from persona_store.answering.index import Answer, Found, Index, Outcome
from persona_store.catalogue import Snapshot, catalogue_version, load_snapshot
from persona_store.database import Store
from persona_store.language.embedding import Embedder
from persona_store.language.vectors import ensure_vectors, load_vectors, missing_texts, text_of
from persona_store.shelf import Shelf

__all__ = ["Answer", "Answering", "Found", "Index", "Outcome"]

Vectors = NDArray[np.float32]
ENGLISH_ONLY = "all-MiniLM-L6-v2"


class Answering:
    """Answers from one index in memory, made anew when the catalogue has changed. One per process."""

    def __init__(self, store: Store, embedder: Embedder | None = None) -> None:
        self.shelf = Shelf()
        self._store = store
        self._embedder = embedder
        self._lock = Lock()
        self._index: Index | None = None

    @property
    def goes_by_meaning(self) -> bool:
        """Whether the current index ranks by meaning, or by words alone."""
        return self._current().goes_by_meaning

    def keep_up(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Compute the vectors that statements still lack; until then those are found by their words alone.

        Not while answering: that would keep people waiting. Raises EmbeddingError.
        """
        index = self._current()
        if self._embedder is None or not index.lacks_vectors or not _suits(self._embedder, index.snapshot):
            return
        texts = [text_of(statement) for statement in index.snapshot.statements]
        ensure_vectors(self._store, self._embedder, texts, progress)
        with self._lock:
            self._index = None

    def answer(
        self,
        question: str,
        *,
        previous: str | None = None,
        lens: str | None = None,
        personas: Sequence[str] | None = None,
    ) -> Answer:
        """``previous``: the question before in the same thread; or all of them, one a line, newest last.

        ``personas``: whom the asker chose (slugs), whatever the question says.
        """
        return self._current().answer(question, previous=previous, lens=lens, personas=personas)

    def ranking(
        self,
        question: str,
        count: int,
        *,
        previous: str | None = None,
        lens: str | None = None,
        personas: Sequence[str] | None = None,
    ) -> tuple[Found, ...]:
        """The best statements of the personas meant, whether or not they answer the question."""
        return self._current().ranking(question, count, previous=previous, lens=lens, personas=personas)

    def likeness(self, new: str, known: str) -> float:
        """How much of a new text a known one says already, 0 to 1; from ``SAME`` on nothing is new."""
        return self._current().likeness(new, known)

    @property
    def store(self) -> Store:
        return self._store

    def keep_vectors(self, texts: Sequence[str], most: int) -> None:
        """Compute and keep the vectors of the first ``most`` of these texts that have none.

        Nothing where texts are not compared by meaning (``Index.sameness``).
        """
        if not isinstance(self._embedder, Reader) or not _suits(self._embedder, self._current().snapshot):
            return
        with self._store.read() as session:
            missing = missing_texts(session, self._embedder.name, texts)
        ensure_vectors(self._store, self._embedder, missing[:most])

    def vectors(self, session: Session, texts: Sequence[str]) -> Vectors | None:
        """A row for each text, zeros where it has none; None where answers go by words."""
        if not isinstance(self._embedder, Reader) or not self.at(session).goes_by_meaning:
            return None
        found = load_vectors(session, self._embedder.name, texts)
        return found if found.size else None

    def snapshot(self) -> Snapshot:
        return self._current().snapshot

    def at(self, session: Session) -> Index:
        """The index of the catalogue that ``session`` sees."""
        version, index = catalogue_version(session), self._index
        if index is not None and index.snapshot.version == version:
            return index
        with self._lock:
            if self._index is None or self._index.snapshot.version != version:
                self._index = self._new_index(session)
            return self._index

    def _current(self) -> Index:
        with self._store.read() as session:
            return self.at(session)

    def _new_index(self, session: Session) -> Index:
        snapshot = load_snapshot(session)
        if self._embedder is None or not _suits(self._embedder, snapshot):
            return Index(snapshot)
        texts = [text_of(statement) for statement in snapshot.statements]
        return Index(snapshot, self._embedder, load_vectors(session, self._embedder.name, texts))


def _suits(embedder: Embedder, snapshot: Snapshot) -> bool:
    return snapshot.language == "en" or ENGLISH_ONLY not in embedder.name
