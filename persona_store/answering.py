"""From a question to the statements that answer it, or to an honest "we have no research on that"."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from persona_store.catalogue import Snapshot, catalogue_version, load_snapshot
from persona_store.database import Store
from persona_store.embedding import Embedder
from persona_store.errors import EmbeddingError
from persona_store.lexicon import NEAR_KINDS
from persona_store.matching import likeness
from persona_store.ranking import Gates, LexicalRanker, Ranker, Scores, SemanticRanker
from persona_store.shelf import Shelf
from persona_store.understanding import Understanding, Understood, follow_up
from persona_store.vectors import ensure_vectors, load_vectors, text_of
from persona_store.words import Stems

log = logging.getLogger(__name__)

Mask = NDArray[np.bool_]

KIND_BOOST, WEAK_KIND_BOOST = 0.15, 0.04
STAGE_BOOST, LENS_BOOST = 0.4, 0.08
NO_GATE = 9.0
ENGLISH_ONLY = "all-MiniLM-L6-v2"
LISTED_FIT = 0.5
FULL_SCORE = 1.5
SHOWN_SHARE = 0.7
THREAD_LIMIT = 20
SHOWN, NEAREST = 5, 3


class Outcome(StrEnum):
    ANSWER = "answer"
    NO_RESEARCH = "no_research"
    UNKNOWN_PERSONA = "unknown_persona"
    OFF_TOPIC = "off_topic"
    WHICH_PERSONA = "which_persona"


@dataclass(frozen=True)
class Found:
    statement: str
    persona: str
    score: float


@dataclass(frozen=True)
class Answer:
    """``personas``: slugs understood, or the candidates where it is not clear which is meant."""

    question: str
    outcome: Outcome
    personas: tuple[str, ...] = ()
    statements: tuple[Found, ...] = ()
    nearest: tuple[Found, ...] = ()
    kinds: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    lens: str | None = None
    carried: bool = False
    unknown_name: str | None = None


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

    def likeness(self, one: str, other: str) -> float:
        """How much two texts say the same, whoever they are about, 0 to 1; from about 0.7 they mostly do."""
        return self._current().likeness(one, other)

    def snapshot(self) -> Snapshot:
        return self._current().snapshot

    def _current(self) -> "Index":
        with self._store.read() as session:
            version = catalogue_version(session)
        index = self._index
        if index is not None and index.snapshot.version == version:
            return index
        with self._lock:
            if self._index is None or self._index.snapshot.version != version:
                with self._store.read() as session:
                    self._index = self._new_index(session)
            return self._index

    def _new_index(self, session: Session) -> "Index":
        snapshot = load_snapshot(session)
        if self._embedder is None or not _suits(self._embedder, snapshot):
            return Index(snapshot)
        texts = [text_of(statement) for statement in snapshot.statements]
        return Index(snapshot, self._embedder, load_vectors(session, self._embedder.name, texts))


def _suits(embedder: Embedder, snapshot: Snapshot) -> bool:
    return snapshot.language == "en" or ENGLISH_ONLY not in embedder.name


class Index:
    """Everything that answering one question takes, for one snapshot. Not changed once made."""

    def __init__(
        self, snapshot: Snapshot, embedder: Embedder | None = None, vectors: Scores | None = None
    ) -> None:
        self.snapshot = snapshot
        self._stems = Stems(snapshot.language)
        texts = [f"{statement.text} {statement.topic}" for statement in snapshot.statements]
        self._lexical = LexicalRanker(texts, self._stems)
        self._ranker: Ranker = self._lexical
        self.lacks_vectors = vectors is not None and (not vectors.size or not vectors.any(axis=1).all())
        if embedder is not None and vectors is not None and vectors.size:
            self._ranker = SemanticRanker(self._lexical, vectors, embedder)
        self._understanding = Understanding(snapshot, self._stems, self._lexical.knows)
        self._position = {persona.slug: at for at, persona in enumerate(snapshot.personas)}
        self._owner = np.array([self._position[one.persona] for one in snapshot.statements], np.int32)
        self._kind = np.array([one.kind for one in snapshot.statements], "U16")
        self._stages = _holders(snapshot, "stages")
        self._lenses = _holders(snapshot, "lenses")

    @property
    def goes_by_meaning(self) -> bool:
        return self._ranker is not self._lexical

    def likeness(self, one: str, other: str) -> float:
        return likeness(self._topic(one), self._topic(other))

    def _topic(self, text: str) -> list[str]:
        """What a text is about, whoever it is about."""
        read = self._understanding.read(text)
        return self._stems.of((*read.content, *read.stage_words, *read.kinds))

    def answer(
        self,
        question: str,
        *,
        previous: str | None = None,
        lens: str | None = None,
        personas: Sequence[str] | None = None,
    ) -> Answer:
        alone = self._read(question, personas)
        asked = self._in_thread(alone, previous)
        answer = self._decided(question, asked, asked.lens or lens)
        if asked.carried and not alone.follows_up and answer.outcome != Outcome.ANSWER:
            return self._decided(question, alone, alone.lens or lens)
        return answer

    def _read(self, question: str, personas: Sequence[str] | None) -> Understood:
        asked = self._understanding.read(question)
        if not personas:
            return asked
        chosen = tuple(self._position[slug] for slug in personas if slug in self._position)
        return replace(asked, personas=chosen, candidates=(), group=(), unknown_name=None)

    def _in_thread(self, asked: Understood, previous: str | None) -> Understood:
        for earlier in (previous or "").splitlines()[: -THREAD_LIMIT - 1 : -1]:
            before = self._understanding.read(earlier)
            if before.resolved or before.candidates:
                return follow_up(asked, before)
        return asked

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
        asked = self._in_thread(self._read(question, personas), previous)
        among, _, score = self._scored(asked, asked.lens or lens)
        return self._found(_best(score, among, count), score)

    def _decided(self, question: str, asked: Understood, lens: str | None) -> Answer:
        of = asked.candidates or asked.personas
        answer = Answer(
            question,
            Outcome.NO_RESEARCH,
            tuple(self.snapshot.personas[at].slug for at in of),
            kinds=asked.kinds or asked.weak_kinds,
            stages=asked.stages,
            lens=lens,
            carried=asked.carried,
            unknown_name=asked.unknown_name,
        )
        if asked.candidates:
            return replace(answer, outcome=Outcome.WHICH_PERSONA)
        if asked.unknown_name:
            return replace(answer, outcome=Outcome.UNKNOWN_PERSONA)
        if not asked.resolved and not asked.content and not (asked.has_topic and asked.about_customers):
            return replace(answer, outcome=Outcome.OFF_TOPIC)
        return self._ranked(answer, asked, lens)

    def _ranked(self, answer: Answer, asked: Understood, lens: str | None) -> Answer:
        among, fits, score = self._scored(asked, lens)
        if fits.any():
            shown = self._shown(score, fits, asked.personas)
            return replace(answer, outcome=Outcome.ANSWER, statements=shown)
        if asked.resolved or asked.about_customers:
            return replace(answer, nearest=self._found(_best(score, among, NEAREST), score))
        return replace(answer, outcome=Outcome.OFF_TOPIC)

    def _scored(self, asked: Understood, lens: str | None) -> tuple[Mask, Mask, Scores]:
        """The statements of those asked about, which of them answer, and the score of each."""
        among = np.isin(self._owner, asked.resolved) if asked.resolved else np.ones(len(self._owner), bool)
        staged = self._holding(self._stages, asked.stages)
        if asked.stages and not (staged & among).any():
            asked = replace(asked, content=(*asked.content, *asked.stage_words), stage_words=())
        fit, gates = self._rated(asked)
        if asked.content:
            at_gate = fit + gates.stage * staged
            if asked.resolved and not among.all():
                at_gate = at_gate - gates.rival * fit[~among].max()
            fits = among & (at_gate >= _gate(asked, gates))
        else:
            fits = among & self._listed(asked, among, staged)
            fit = LISTED_FIT * fits + (fit if asked.stages else 0)
        return among, fits, fit + gates.boost * self._boosts(asked, staged, lens)

    def _rated(self, asked: Understood) -> tuple[Scores, Gates]:
        """By meaning; by words where the question's meaning cannot be had (an endpoint that is away)."""
        try:
            return self._ranker.scores(asked.query()), self._ranker.gates
        except EmbeddingError as error:
            log.warning("answered by words alone: %s", type(error).__name__)
            return self._lexical.scores(asked.query()), self._lexical.gates

    def _listed(self, asked: Understood, among: Mask, staged: Mask) -> Mask:
        """What a question that only names a kind or a stage asks for."""
        listed = staged if asked.stages and (staged & among).any() else np.ones(len(among), bool)
        for kinds in (asked.kinds, tuple(near for kind in asked.kinds for near in NEAR_KINDS[kind])):
            of_kind = np.isin(self._kind, kinds)
            if (of_kind & listed & among).any():
                return listed & of_kind
        return listed if not asked.kinds or asked.stages else np.zeros(len(among), bool)

    def _boosts(self, asked: Understood, staged: Mask, lens: str | None) -> Scores:
        boost = STAGE_BOOST * staged + LENS_BOOST * self._holding(self._lenses, (lens,) if lens else ())
        for kinds, size in ((asked.kinds, KIND_BOOST), (asked.weak_kinds, WEAK_KIND_BOOST)):
            if kinds:
                boost = boost + size * np.isin(self._kind, kinds)
        return boost.astype(np.float32)

    def _holding(self, scopes: dict[str, Mask], wanted: tuple[str, ...]) -> Mask:
        held = np.zeros(len(self._owner), bool)
        for slug in wanted:
            if slug in scopes:
                held |= scopes[slug]
        return held

    def _shown(self, score: Scores, fits: Mask, personas: tuple[int, ...]) -> tuple[Found, ...]:
        """The best, of several personas the best of each; those near enough to the best."""
        groups = [fits & (self._owner == persona) for persona in personas] if len(personas) > 1 else [fits]
        most = max(
            SHOWN, sum(bool(group.any()) for group in groups)
        )  # of everybody who has one at least that
        share = max(1, SHOWN // max(1, sum(bool(group.any()) for group in groups)))
        chosen: list[int] = []
        spare: list[int] = []
        for group in groups:
            best = _best(score, group, SHOWN)
            near = [at for at in best if score[at] >= SHOWN_SHARE * score[best[0]]]
            chosen += near[:share]
            spare += near[share:]
        chosen = sorted(chosen, key=lambda at: -score[at])[:most]
        spare = sorted(spare, key=lambda at: -score[at])[: max(0, SHOWN - len(chosen))]
        return self._found(sorted([*chosen, *spare], key=lambda at: -score[at]), score)

    def _found(self, places: list[int], score: Scores) -> tuple[Found, ...]:
        return tuple(
            Found(one.key, one.persona, round(min(1.0, float(score[at]) / FULL_SCORE), 4))
            for at in places
            for one in (self.snapshot.statements[at],)
        )


def _gate(asked: Understood, gates: Gates) -> float:
    if asked.resolved:
        return gates.persona
    if asked.about_customers:
        return gates.research
    return gates.open if asked.says_enough else NO_GATE


def _best(score: Scores, among: Mask, count: int) -> list[int]:
    """Positions of the best scores, equal ones in their order."""
    places = np.flatnonzero(among)
    return [int(at) for at in places[np.argsort(-score[places], kind="stable")[:count]]]


def _holders(snapshot: Snapshot, scope: str) -> dict[str, Mask]:
    held: dict[str, Mask] = {}
    for at, statement in enumerate(snapshot.statements):
        for slug in getattr(statement, scope):
            held.setdefault(slug, np.zeros(len(snapshot.statements), bool))[at] = True
    return held
