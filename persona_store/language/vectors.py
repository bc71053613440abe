"""Vectors of statements, kept in the database: each text is computed once for each model."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, load_only

from persona_store.database import Store, insert_into
from persona_store.language.embedding import Embedder
from persona_store.models import Statement, Vector

KEPT_AS = np.dtype("<f2")  # half the room; changes a cosine by less than 0.0005
AT_ONCE = 256  # computed and committed together: what an interruption costs
IN_ONE_QUERY = 1_000


class Worded(Protocol):
    """A statement, as a row or in a snapshot."""

    @property
    def text(self) -> str: ...

    @property
    def topic(self) -> str | None: ...


def text_of(statement: Worded) -> str:
    """What is turned into the vector of a statement.

    With its topic, which often has the word that people ask by: hit@3 .90 instead of .86 on 266 questions.
    """
    return f"{statement.topic}: {statement.text}" if statement.topic else statement.text


def current_texts(session: Session) -> list[str]:
    """The texts of all statements that are not retired."""
    query = select(Statement).options(load_only(Statement.text, Statement.topic))
    return [text_of(one) for one in session.scalars(query.where(Statement.retired_at.is_(None)))]


def missing_texts(session: Session, model: str, texts: Iterable[str]) -> list[str]:
    """Those without a vector of this model, each once, in order."""
    by_hash = {hash_of(text): text for text in texts}
    held = {held for held, _ in _rows(session, model, list(by_hash))}
    return [text for text_hash, text in by_hash.items() if text_hash not in held]


def load_vectors(session: Session, model: str, texts: Sequence[str]) -> NDArray[np.float32]:
    """A row for each text; zeros, which are like nothing, for a text that has no vector yet.

    No columns where none of them has one.
    """
    hashes = [hash_of(text) for text in texts]
    held = dict(_rows(session, model, sorted(set(hashes))))
    size = max(map(len, held.values()), default=0)
    found = np.zeros((len(texts), size // KEPT_AS.itemsize), np.float32)
    for row, text_hash in zip(found, hashes, strict=True):
        if len(held.get(text_hash, b"")) == size > 0:
            row[:] = np.frombuffer(held[text_hash], KEPT_AS)
    return found


def ensure_vectors(
    store: Store,
    embedder: Embedder,
    texts: Iterable[str],
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Compute and keep what is missing; say how many texts that were.

    Committed in portions, with no transaction open while computing: an interrupted run goes on where it
    stopped, and several processes may do this at once. ``progress`` gets texts done, and of how many.
    Raises EmbeddingError as the embedder does; what was computed before is kept.
    """
    with store.read() as session:
        missing = missing_texts(session, embedder.name, texts)
    missing.sort(key=len, reverse=True)  # texts of one length are computed together
    for at in range(0, len(missing), AT_ONCE):
        portion = missing[at : at + AT_ONCE]
        vectors = embedder.embed(portion)
        with store.begin() as session:
            _keep(session, embedder.name, portion, vectors)
        if progress:
            progress(at + len(portion), len(missing))
    return len(missing)


def forget_vectors(session: Session) -> int:
    """Remove, of every model, the vectors of texts that no current statement has; say of how many texts.

    They do no harm but take room: call it after an import. One that comes back is computed again.
    """
    current = {hash_of(text) for text in current_texts(session)}
    gone = [held for held in session.scalars(select(Vector.text_hash).distinct()) if held not in current]
    for portion in _portions(gone):
        session.execute(delete(Vector).where(Vector.text_hash.in_(portion)))
    return len(gone)


def hash_of(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()


def _rows(session: Session, model: str, hashes: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    for portion in _portions(hashes):
        query = select(Vector.text_hash, Vector.data).where(Vector.model == model)
        for row in session.execute(query.where(Vector.text_hash.in_(portion))):
            yield row.text_hash, row.data


def _portions(hashes: Sequence[str]) -> Iterator[Sequence[str]]:
    for at in range(0, len(hashes), IN_ONE_QUERY):
        yield hashes[at : at + IN_ONE_QUERY]


def _keep(session: Session, model: str, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
    kept = vectors.astype(KEPT_AS)
    other_size = func.length(Vector.data) != kept.shape[1] * KEPT_AS.itemsize
    session.execute(delete(Vector).where(Vector.model == model, other_size))  # another model of that name
    rows = [
        {"text_hash": hash_of(text), "model": model, "data": row.tobytes()}
        for text, row in zip(texts, kept, strict=True)
    ]
    rows.sort(key=lambda row: str(row["text_hash"]))  # in one order everywhere, so that none waits in a ring
    session.execute(insert_into(session, Vector).on_conflict_do_nothing(), rows)
