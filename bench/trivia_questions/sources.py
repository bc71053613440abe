"""What questions are made from: the example company, and published packs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.answers.sets import EXAMPLE, ROOT
from persona_store.answering import Answering
from persona_store.database import Store, open_store
from persona_store.language.embedding import Embedder
from persona_store.language.vectors import text_of
from persona_store.packs import (
    Pack,
    check_all,
    check_pack,
    import_pack,
    import_stories,
    known_keys,
    problem_lines,
)
from persona_store.packs.format import PackEvidence
from persona_store.packs.trivia import read_words
from persona_store.trivia.loading import load_material
from persona_store.trivia.material import Material

TRIVIA = ROOT / "content" / "trivia"
STORIES = ROOT / "content" / "stories"
NOW = datetime.now(UTC)
REGISTER = PackEvidence(id="published", method="interview", date=NOW.date(), title="As published")
"""The packs name no research, and nothing is asked from assumptions: here all of it counts as researched."""


@dataclass(frozen=True)
class Source:
    """``likeness``: a cosine for each two statements; None without a model."""

    name: str
    material: Material
    likeness: NDArray[np.float32] | None

    @property
    def place(self) -> Mapping[str, int]:
        return {one.key: at for at, one in enumerate(self.material.snapshot.statements)}


def example_company(embedder: Embedder | None) -> Source:
    store = open_store("sqlite://")
    for path in (EXAMPLE, STORIES):
        with store.begin() as session:
            checked = check_all(path, today=NOW.date(), known=known_keys(session))
            if checked.pack:
                import_pack(session, checked.pack, now=NOW, published_by="bench")
            import_stories(session, checked.stories, now=NOW, approved_by="bench")
    return _source("example", store, embedder)


def published_packs(folder: Path, embedder: Embedder | None) -> Iterator[Source]:
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        pack, problems = check_pack(path, today=NOW.date())
        if pack is None:
            raise SystemExit("\n".join(problem_lines(problems)))
        store = open_store("sqlite://")
        with store.begin() as session:
            import_pack(session, _researched(pack), now=NOW, published_by="bench")
        yield _source(path.stem, store, embedder)


def _researched(pack: Pack) -> Pack:
    personas = [
        persona.model_copy(
            update={
                "statements": [
                    one.model_copy(update={"evidence": [REGISTER.id]}) for one in persona.statements
                ]
            }
        )
        for persona in pack.personas
    ]
    return pack.model_copy(update={"personas": personas, "evidence": [REGISTER]})


def _source(name: str, store: Store, embedder: Embedder | None) -> Source:
    answering = Answering(store, embedder)
    answering.keep_up()
    with store.read() as session:
        material = load_material(session, answering.at(session), read_words(TRIVIA), TRIVIA)
    store.close()
    if embedder is None:
        return Source(name, material, None)
    vectors = embedder.embed([text_of(one) for one in material.snapshot.statements])
    return Source(name, material, vectors @ vectors.T)
