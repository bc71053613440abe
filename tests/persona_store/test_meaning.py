"""Ranking by meaning: with the model where it is installed, and what happens without."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from persona_store.answering import Answering, Outcome
from persona_store.catalogue import record_change
from persona_store.database import Store
from persona_store.errors import EmbeddingError
from persona_store.language.embedding import Embedder, find_embedder
from persona_store.models import Catalogue, Statement
from persona_store.packs import check_pack, import_pack

EXAMPLE = Path(__file__).parents[2] / "content" / "personas"


class BrokenEmbedder:
    """A model that makes vectors of statements and is away when a question comes."""

    name = "broken"

    def __init__(self) -> None:
        self.is_away = False

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.is_away:
            raise EmbeddingError("away")
        return np.full((len(texts), 4), 0.5, np.float32)


@pytest.fixture
def company(sqlite_store: Store, now: datetime) -> Store:
    pack, _ = check_pack(EXAMPLE, today=now.date())
    assert pack is not None
    with sqlite_store.begin() as session:
        import_pack(session, pack, now=now, published_by="test")
    return sqlite_store


@pytest.fixture(scope="module")
def model() -> Embedder:
    found = find_embedder({})
    if found is None:
        pytest.skip("the language model is not installed: make test installs it")
    return found


@pytest.mark.parametrize(
    ("question", "persona"),
    [
        ("what would help Berit at 2am?", "berit"),
        ("what does Toby expect to pay?", "tobias"),
        ("how should we announce a price rise to Yuki?", "yuki"),
    ],
)
def test_a_question_in_other_words_is_answered(
    company: Store, model: Embedder, question: str, persona: str
) -> None:
    answering = Answering(company, model)
    answering.keep_up()
    answer = answering.answer(question)

    assert answer.outcome is Outcome.ANSWER
    assert answer.statements[0].persona == persona


def test_a_telling_word_that_no_statement_comes_near_is_no_research(company: Store, model: Embedder) -> None:
    answering = Answering(company, model)
    answering.keep_up()

    assert answering.answer("does Delphine listen to podcasts?").outcome is Outcome.NO_RESEARCH
    assert answering.answer("does Priya play the violin?").outcome is Outcome.NO_RESEARCH


def test_what_only_somebody_elses_research_answers_is_named(company: Store, model: Embedder) -> None:
    answering = Answering(company, model)
    answering.keep_up()
    answer = answering.answer("does Marco need closed periods frozen?")

    assert answer.outcome is Outcome.NO_RESEARCH
    assert answer.elsewhere[0].statement == "yuki.frozen-periods"


def test_until_it_has_vectors_it_answers_by_words(company: Store, model: Embedder) -> None:
    answering = Answering(company, model)
    before = answering.goes_by_meaning
    answering.keep_up()

    assert (before, answering.goes_by_meaning) == (False, True)


def test_a_new_statement_gets_its_vector_at_the_next_turn(company: Store) -> None:
    answering = Answering(company, BrokenEmbedder())
    answering.keep_up()
    with company.begin() as session:
        session.query(Statement).filter_by(key="priya.worst-shop-first").update(
            {"text": "Likes quiet Mondays"}
        )
        record_change(session)
    lacks = answering._current().lacks_vectors
    answering.keep_up()

    assert lacks
    assert not answering._current().lacks_vectors


def test_vectors_are_computed_once(company: Store) -> None:
    counted = BrokenEmbedder()
    Answering(company, counted).keep_up()
    counted.is_away = True
    Answering(company, counted).keep_up()

    assert Answering(company, counted).goes_by_meaning


def test_a_model_that_is_away_does_not_keep_anybody_from_an_answer(company: Store) -> None:
    embedder = BrokenEmbedder()
    answering = Answering(company, embedder)
    answering.keep_up()
    embedder.is_away = True
    answer = answering.answer("what would Prya need when she first logs in?")

    assert answer.outcome is Outcome.ANSWER
    assert answer.personas == ("priya",)


def test_a_pack_in_another_language_goes_by_words_with_the_english_model(
    company: Store, model: Embedder
) -> None:
    with company.begin() as session:
        session.query(Catalogue).update({"language": "de"})
        record_change(session)
    answering = Answering(company, model)
    answering.keep_up()

    assert not answering.goes_by_meaning
