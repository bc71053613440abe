"""The language model on this machine, against its targets: python -m bench.embedding."""

import random
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import psutil

from bench.answers.sets import EXAMPLE, snapshot_of
from persona_store.database import open_store
from persona_store.language.embedding import HOW_TO_INSTALL, find_model
from persona_store.language.minilm import MiniLM
from persona_store.language.vectors import ensure_vectors, load_vectors, text_of
from persona_store.language.wordpiece import WordPieces

STATEMENTS, QUESTIONS, WARM_UP = 10_000, 500, 20
PEOPLE = ("the buyer", "an engineer on call", "the owner", "a nurse on nights", "their accountant")

Made = TypeVar("Made")


def main() -> None:
    folder = find_model()
    if folder is None:
        raise SystemExit(f"The language model is not installed: {HOW_TO_INSTALL}")
    process = psutil.Process()
    before = process.memory_info().rss
    load_s, model = timed(lambda: MiniLM(folder))
    rows = [("load, s", f"{load_s:.2f}", "0.5")]
    texts = statements(random.Random(7))
    rows += question_rows(model)
    rows += statement_rows(folder, model, texts)
    rows.append(("resident, MB, of the process", f"{process.memory_info().rss >> 20}", "300"))
    rows.append(("before the model was loaded, MB", f"{before >> 20}", "-"))
    print("| | measured | at most |\n|---|---|---|")
    print("\n".join(f"| {name} | {measured} | {target} |" for name, measured, target in rows))


def timed(make: Callable[[], Made]) -> tuple[float, Made]:
    started = time.perf_counter()
    made = make()
    return time.perf_counter() - started, made


def statements(chance: random.Random) -> list[str]:
    """As many different texts as an import may bring, made of the example company's."""
    own = [text_of(one) for one in snapshot_of([EXAMPLE]).statements]
    return [
        f"{chance.choice(own)} More so for {chance.choice(PEOPLE)}, number {number}."
        for number in range(STATEMENTS)
    ]


def question_rows(model: MiniLM) -> Iterable[tuple[str, str, str]]:
    for name, words, target in (
        ("a question, ms", 12, "10 / 40"),
        ("a question of 500 characters, ms", 100, "- / 100"),
    ):
        times = [timed(partial(model.embed, [text]))[0] for text in questions(words)][WARM_UP:]
        middle, high = np.quantile(times, (0.5, 0.99)) * 1000
        yield f"{name} (p50 / p99)", f"{middle:.1f} / {high:.1f}", target


def questions(words: int) -> list[str]:
    chance = random.Random(words)
    said = "what would she need when her first order comes in late and nobody answers the phone".split()
    return [" ".join(chance.choices(said, k=words)) + "?" for _ in range(QUESTIONS + WARM_UP)]


def statement_rows(folder: Path, model: MiniLM, texts: Sequence[str]) -> Iterable[tuple[str, str, str]]:
    pieces = WordPieces(folder / "vocab.txt")
    yield "word pieces a statement", f"{np.mean([len(pieces.ids(text, 128)) for text in texts]):.0f}", "-"
    with tempfile.TemporaryDirectory() as place:
        store = open_store(f"sqlite:///{place}/bench.db")
        seconds, _ = timed(lambda: ensure_vectors(store, model, texts))
        again_s, _ = timed(lambda: ensure_vectors(store, model, texts))
        with store.read() as session:
            read_s, _ = timed(lambda: load_vectors(session, model.name, texts))
        store.close()
    yield f"{len(texts):,} statements computed and kept, s", f"{seconds:.0f}", "180"
    yield "statements a second", f"{len(texts) / seconds:.0f}", "-"
    yield "the same again (nothing is missing), s", f"{again_s:.2f}", "-"
    yield f"{len(texts):,} vectors read, s", f"{read_s:.2f}", "-"


if __name__ == "__main__":
    main()
