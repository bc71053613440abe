"""Vectors in the database: computed once, kept for each model, forgotten with their statements."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import func, select

from persona_store.catalogue import load_snapshot
from persona_store.database import Store, open_store
from persona_store.errors import EmbeddingError
from persona_store.language.embedding import HOW_TO_INSTALL, find_embedder, find_model
from persona_store.language.vectors import (
    AT_ONCE,
    IN_ONE_QUERY,
    current_texts,
    ensure_vectors,
    forget_vectors,
    load_vectors,
    missing_texts,
    text_of,
)
from persona_store.models import Vector


@dataclass
class LetterCounts:
    """An embedder whose vectors anybody can check: how often each of the first letters is in a text."""

    name: str = "letters"
    size: int = 8
    asked: list[str] = field(default_factory=list)
    gives_up_after: int = 1_000_000

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if len(self.asked) + len(texts) > self.gives_up_after:
            raise EmbeddingError("The endpoint has had enough.")
        self.asked += texts
        counts = np.array([[1 + text.count(chr(97 + at)) for at in range(self.size)] for text in texts])
        rows: NDArray[np.float32] = (counts / np.linalg.norm(counts, axis=1, keepdims=True)).astype(
            np.float32
        )
        return rows


def kept(store: Store) -> int:
    with store.read() as session:
        return session.scalar(select(func.count(Vector.text_hash))) or 0


def loaded(store: Store, texts: Sequence[str], model: str = "letters") -> NDArray[np.float32]:
    with store.read() as session:
        return load_vectors(session, model, texts)


def numbered(count: int) -> list[str]:
    return [f"text {number}" for number in range(count)]


def test_vectors_come_back_in_the_order_of_the_texts(store: Store) -> None:
    ensure_vectors(store, LetterCounts(), ["a bad cab", "egg", "face"])

    found = loaded(store, ["face", "a bad cab", "face"])

    assert found.dtype == np.float32
    assert np.abs(found - LetterCounts().embed(["face", "a bad cab", "face"])).max() < 5e-4


def test_only_new_texts_are_computed_and_each_once(store: Store) -> None:
    embedder = LetterCounts()

    counts = [ensure_vectors(store, embedder, texts) for texts in (["a", "b", "a"], ["b", "a"], ["c", "a"])]

    assert counts == [2, 0, 1]
    assert sorted(embedder.asked) == ["a", "b", "c"]


def test_a_text_without_a_vector_is_like_nothing(store: Store) -> None:
    ensure_vectors(store, LetterCounts(), ["known"])

    known, new = loaded(store, ["known", "new"])

    assert known.any()
    assert not new.any()


@pytest.mark.parametrize("texts", [[], ["a", "b"]])
def test_where_no_text_has_a_vector_there_are_no_columns(store: Store, texts: list[str]) -> None:
    assert loaded(store, texts).shape == (len(texts), 0)


def test_the_vectors_of_one_model_are_not_those_of_another(store: Store) -> None:
    ensure_vectors(store, LetterCounts("one", size=8), ["a"])
    ensure_vectors(store, LetterCounts("other", size=3), ["a"])

    assert loaded(store, ["a"], "one").shape == (1, 8)
    assert loaded(store, ["a"], "other").shape == (1, 3)
    assert kept(store) == 2


def test_a_model_that_changed_behind_its_name_replaces_its_old_vectors(store: Store) -> None:
    ensure_vectors(store, LetterCounts(size=8), ["a", "b"])

    ensure_vectors(store, LetterCounts(size=3), ["c"])

    with store.read() as session:
        assert missing_texts(session, "letters", ["a", "b", "c"]) == ["a", "b"]
    assert loaded(store, ["a", "c"]).shape == (2, 3)


def test_an_interrupted_run_goes_on_where_it_stopped(store: Store) -> None:
    texts = numbered(3 * AT_ONCE)
    with pytest.raises(EmbeddingError):
        ensure_vectors(store, LetterCounts(gives_up_after=2 * AT_ONCE), texts)

    embedder = LetterCounts()
    count = ensure_vectors(store, embedder, texts)

    assert count == len(embedder.asked) == AT_ONCE
    assert kept(store) == len(texts)


def test_progress_is_told_of_what_is_missing(sqlite_store: Store) -> None:
    ensure_vectors(sqlite_store, LetterCounts(), numbered(5))
    told: list[tuple[int, int]] = []

    ensure_vectors(
        sqlite_store, LetterCounts(), numbered(AT_ONCE + 6), lambda done, total: told.append((done, total))
    )

    assert told == [(AT_ONCE, AT_ONCE + 1), (AT_ONCE + 1, AT_ONCE + 1)]


def test_more_texts_than_one_query_takes_are_found(store: Store) -> None:
    texts = numbered(2 * IN_ONE_QUERY + 1)
    ensure_vectors(store, LetterCounts(), texts)

    with store.read() as session:
        assert missing_texts(session, "letters", ["new", *texts]) == ["new"]
    assert loaded(store, texts).any(axis=1).all()


def test_several_processes_may_compute_the_same_texts_at_once(store: Store, database_url: str) -> None:
    texts, ready = numbered(2 * AT_ONCE), Barrier(4)

    def compute(order: int) -> int:
        another = open_store(database_url, migrate=False)
        ready.wait(10)
        count = ensure_vectors(another, LetterCounts(), texts[::order])
        another.close()
        return count

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(compute, (1, -1, 1, -1)))

    assert max(counts) == len(texts)
    assert kept(store) == len(texts)


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "\U0001f600" * 1_000, "a" * 100_000])
def test_any_text_may_have_a_vector(store: Store, text: str) -> None:
    ensure_vectors(store, LetterCounts(), [text])

    assert loaded(store, [text]).any()


def test_the_current_texts_are_those_that_answers_are_made_from(
    store: Store, bring: Callable[..., Any], priya: dict[str, Any]
) -> None:
    priya["personas"][0]["statements"][0]["topic"] = "sign-in"
    bring(store, priya)
    with store.read() as session:
        texts = current_texts(session)
        snapshot = load_snapshot(session)

    assert sorted(texts) == sorted(text_of(statement) for statement in snapshot.statements)
    assert "sign-in: Needs single sign-on before she invites her team." in texts


def test_vectors_of_statements_that_are_gone_are_forgotten(
    store: Store, bring: Callable[..., Any], priya: dict[str, Any]
) -> None:
    bring(store, priya)
    with store.read() as session:
        before = current_texts(session)
    for model in ("one", "other"):
        ensure_vectors(store, LetterCounts(model), [*before, "never a statement"])
    del priya["personas"][0]["statements"][2]
    bring(store, priya)

    with store.begin() as session:
        forgotten = forget_vectors(session)

    assert forgotten == 2
    assert loaded(store, before, "one").any(axis=1).sum() == len(before) - 1
    assert kept(store) == 2 * (len(before) - 1)


def test_keeping_vectors_leaves_the_version_of_the_catalogue_alone(store: Store) -> None:
    with store.read() as session:
        before = load_snapshot(session).version
    ensure_vectors(store, LetterCounts(), ["a"])

    with store.read() as session:
        assert load_snapshot(session).version == before


@pytest.mark.skipif(find_model() is None, reason=f"not installed: {HOW_TO_INSTALL}")
def test_keeping_a_vector_in_half_the_room_changes_no_ranking(sqlite_store: Store) -> None:
    model = find_embedder({})
    assert model
    texts = [
        "Needs single sign-on before she invites her team.",
        "Copies figures by hand.",
        "Leaves at five.",
    ]
    ensure_vectors(sqlite_store, model, texts)

    exact, question = model.embed(texts), model.embed(["who types numbers over from paper?"])[0]

    assert np.abs(loaded(sqlite_store, texts, model.name) @ question - exact @ question).max() < 2e-4
