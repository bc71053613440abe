"""How well each statement fits a question as understood, and which of them are near enough to answer it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from persona_store.answering.closeness import LOOKED_AT
from persona_store.answering.ranking import LexicalRanker, Ranker, Scores, SemanticRanker
from persona_store.answering.understanding import Understood
from persona_store.catalogue import Snapshot
from persona_store.errors import EmbeddingError
from persona_store.language.embedding import Embedder
from persona_store.language.lexicon import NEAR_KINDS
from persona_store.language.vectors import text_of

log = logging.getLogger(__name__)

Mask = NDArray[np.bool_]

KIND_BOOST, WEAK_KIND_BOOST = 0.15, 0.04
STAGE_BOOST, LENS_BOOST = 0.4, 0.08
NO_GATE = 9.0
LISTED_FIT = 0.5


@dataclass(frozen=True, slots=True)
class Scored:
    """Those of whom the question is about, those of them that answer it, those of others that do."""

    among: Mask
    fits: Mask
    elsewhere: Mask
    score: Scores


class Scoring:
    """``vectors``: of all statements, where there is a model."""

    def __init__(
        self,
        snapshot: Snapshot,
        lexical: LexicalRanker,
        embedder: Embedder | None,
        vectors: Scores | None,
    ) -> None:
        self._lexical = lexical
        self._ranker: Ranker = lexical
        if embedder is not None and vectors is not None and vectors.size:
            texts = [text_of(statement) for statement in snapshot.statements]
            self._ranker = SemanticRanker(lexical, vectors, embedder, texts)
        position = {persona.slug: at for at, persona in enumerate(snapshot.personas)}
        self.owner = np.array([position[one.persona] for one in snapshot.statements], np.int32)
        self._kind = np.array([one.kind for one in snapshot.statements], "U16")
        self._stages = _holders(snapshot, "stages")
        self._lenses = _holders(snapshot, "lenses")

    @property
    def goes_by_meaning(self) -> bool:
        return self._ranker is not self._lexical

    def scored(self, asked: Understood, lens: str | None) -> Scored:
        among = np.isin(self.owner, asked.resolved) if asked.resolved else np.ones(len(self.owner), bool)
        staged = _holding(self._stages, asked.stages, len(among))
        if asked.stages and not (staged & among).any():
            asked = replace(asked, content=(*asked.content, *asked.stage_words), stage_words=())
        ranker, fit = self._rated(asked)
        elsewhere = np.zeros(len(among), bool)
        if asked.content:
            near = fit + ranker.gates.stage * staged
            fits = self._near_enough(ranker, asked, near, among, _gate(asked, ranker))
            if asked.resolved and not fits.any() and near.max() > near[among].max(initial=0):
                elsewhere = self._near_enough(ranker, asked, near, ~among, ranker.gates.elsewhere)
        else:
            fits = among & self._listed(asked, among, staged)
            fit = LISTED_FIT * fits + (fit if asked.stages else 0)
        return Scored(among, fits, elsewhere, fit + ranker.gates.boost * self._boosts(asked, staged, lens))

    def _rated(self, asked: Understood) -> tuple[Ranker, Scores]:
        """By meaning; by words where the question's meaning cannot be had (an endpoint that is away)."""
        try:
            return self._ranker, self._ranker.scores(asked.query())
        except EmbeddingError as error:
            log.warning("answered by words alone: %s", type(error).__name__)
            return self._lexical, self._lexical.scores(asked.query())

    @staticmethod
    def _near_enough(ranker: Ranker, asked: Understood, near: Scores, among: Mask, gate: float) -> Mask:
        """Those that pass, of the statements ``among``: harder where one of the others comes nearer."""
        best = places_of_best(near, among, LOOKED_AT)
        if not best:
            return among
        gates, nearest = ranker.gates, near[best[0]]
        gate += ranker.noise(among)
        gate += gates.rival * max(0, near.max() - nearest)
        if nearest + gates.closeness >= gate:
            gate -= gates.closeness * ranker.closeness(asked.query(), best)
        found: Mask = among & (near >= gate)
        return found

    def _listed(self, asked: Understood, among: Mask, staged: Mask) -> Mask:
        """What a question that only names a kind or a stage asks for."""
        listed = staged if asked.stages and (staged & among).any() else np.ones(len(among), bool)
        for kinds in (asked.kinds, tuple(near for kind in asked.kinds for near in NEAR_KINDS[kind])):
            of_kind = np.isin(self._kind, kinds)
            if (of_kind & listed & among).any():
                return listed & of_kind
        return listed if not asked.kinds or asked.stages else np.zeros(len(among), bool)

    def _boosts(self, asked: Understood, staged: Mask, lens: str | None) -> Scores:
        boost = STAGE_BOOST * staged + LENS_BOOST * _holding(
            self._lenses, (lens,) if lens else (), len(staged)
        )
        for kinds, size in ((asked.kinds, KIND_BOOST), (asked.weak_kinds, WEAK_KIND_BOOST)):
            if kinds:
                boost = boost + size * np.isin(self._kind, kinds)
        return boost.astype(np.float32)


def places_of_best(score: Scores, among: Mask, count: int) -> list[int]:
    """Positions of the best scores, equal ones in their order."""
    places = np.flatnonzero(among)
    return [int(at) for at in places[np.argsort(-score[places], kind="stable")[:count]]]


def _gate(asked: Understood, ranker: Ranker) -> float:
    gates = ranker.gates
    if asked.resolved:
        return gates.persona
    if asked.about_customers:
        return gates.research
    return gates.open if asked.says_enough else NO_GATE


def _holders(snapshot: Snapshot, scope: str) -> dict[str, Mask]:
    held: dict[str, Mask] = {}
    for at, statement in enumerate(snapshot.statements):
        for slug in getattr(statement, scope):
            held.setdefault(slug, np.zeros(len(snapshot.statements), bool))[at] = True
    return held


def _holding(scopes: dict[str, Mask], wanted: Sequence[str], count: int) -> Mask:
    held = np.zeros(count, bool)
    for slug in wanted:
        if slug in scopes:
            held |= scopes[slug]
    return held
