"""One question, answered from one snapshot of the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from persona_store.answering.ranking import LexicalRanker, Scores
from persona_store.answering.scoring import Mask, Scored, Scoring, places_of_best
from persona_store.answering.threads import in_thread
from persona_store.answering.understanding import Understanding, Understood
from persona_store.catalogue import Snapshot
from persona_store.language.embedding import Embedder
from persona_store.language.nearness import Nearness
from persona_store.language.sameness import Sameness
from persona_store.language.words import stems_of
from persona_store.refresh.masking import without_placeholders

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
    """``personas``: slugs understood, or the candidates where it is not clear which is meant.

    ``nearest``: what comes nearest without being an answer. ``elsewhere``: what answers the question, but is
    about somebody else. ``carried``: the persona was taken over from the thread.
    """

    question: str
    outcome: Outcome
    personas: tuple[str, ...] = ()
    statements: tuple[Found, ...] = ()
    nearest: tuple[Found, ...] = ()
    elsewhere: tuple[Found, ...] = ()
    kinds: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    lens: str | None = None
    carried: bool = False
    unknown_name: str | None = None

    @property
    def matters_to(self) -> tuple[str, ...]:
        """Slugs of those whose statements answer it, first for whom it matters most."""
        return tuple(dict.fromkeys(found.persona for found in self.statements))


class Index:
    """Everything that answering one question takes. Not changed once made."""

    def __init__(
        self, snapshot: Snapshot, embedder: Embedder | None = None, vectors: Scores | None = None
    ) -> None:
        self.snapshot = snapshot
        self.lacks_vectors = vectors is not None and (not vectors.size or not vectors.any(axis=1).all())
        self._stems = stems_of(snapshot.language)
        lexical = LexicalRanker([f"{one.text} {one.topic}" for one in snapshot.statements], self._stems)
        self._scoring = Scoring(snapshot, lexical, embedder, vectors)
        self._sameness = Sameness(lexical, self._stems, embedder)
        self._understanding = Understanding(snapshot, self._stems, lexical.knows)
        self._position = {persona.slug: at for at, persona in enumerate(snapshot.personas)}
        self.nearness = Nearness(snapshot, vectors, self.topic)

    @property
    def goes_by_meaning(self) -> bool:
        return self._scoring.goes_by_meaning

    def likeness(self, new: str, known: str) -> float:
        """How much of a new text a known one says already, 0 to 1; from ``SAME`` on nothing is new."""
        return self._sameness(self._understanding.read(new), self._understanding.read(known))

    def sameness(self, one: str, other: str) -> float:
        """How near two texts come to saying the same, 0 to 1; from ``ALIKE`` on they do."""
        return self._sameness.of_both(self._understanding.read(one), self._understanding.read(other))

    def topic(self, text: str) -> list[str]:
        """What a text is about, whoever it is about; what was masked in it says nothing."""
        read = self._understanding.read(without_placeholders(text))
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
        scored = self._scoring.scored(asked, asked.lens or lens)
        return self._best(scored, scored.among, count)

    def _read(self, question: str, personas: Sequence[str] | None) -> Understood:
        asked = self._understanding.read(question)
        if not personas:
            return asked
        chosen = tuple(self._position[slug] for slug in personas if slug in self._position)
        return replace(asked, personas=chosen, candidates=(), group=(), unknown_name=None)

    def _in_thread(self, asked: Understood, previous: str | None) -> Understood:
        earlier = (previous or "").splitlines()[: -THREAD_LIMIT - 1 : -1]
        return in_thread(asked, map(self._understanding.read, earlier))

    def _decided(self, question: str, asked: Understood, lens: str | None) -> Answer:
        answer = Answer(
            question,
            Outcome.NO_RESEARCH,
            tuple(self.snapshot.personas[at].slug for at in asked.candidates or asked.personas),
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
        scored = self._scoring.scored(asked, lens)
        if scored.fits.any():
            shown = self._shown(scored, asked.personas)
            return replace(answer, outcome=Outcome.ANSWER, statements=shown)
        if asked.resolved or asked.about_customers:
            nearest = self._best(scored, scored.among, NEAREST)
            return replace(answer, nearest=nearest, elsewhere=self._of_others(scored))
        return replace(answer, outcome=Outcome.OFF_TOPIC)

    def _shown(self, scored: Scored, personas: tuple[int, ...]) -> tuple[Found, ...]:
        """The best, of several personas the best of each; those near enough to the best."""
        owner = self._scoring.owner
        split = [scored.fits & (owner == persona) for persona in personas] if len(personas) > 1 else []
        groups = [self._near_the_best(scored.score, group) for group in split or [scored.fits] if group.any()]
        share = max(1, SHOWN // len(groups))
        chosen = [at for group in groups for at in group[:share]]
        spare = sorted((at for group in groups for at in group[share:]), key=lambda at: -scored.score[at])
        most = max(SHOWN, len(groups))  # of everybody who has one at least that
        shown = sorted((*chosen, *spare[: max(0, most - len(chosen))]), key=lambda at: -scored.score[at])
        return self._found(shown, scored.score)

    @staticmethod
    def _near_the_best(score: Scores, group: Mask) -> list[int]:
        best = places_of_best(score, group, SHOWN)
        return [at for at in best if score[at] >= SHOWN_SHARE * score[best[0]]]

    def _of_others(self, scored: Scored) -> tuple[Found, ...]:
        return self._found(self._near_the_best(scored.score, scored.elsewhere)[:NEAREST], scored.score)

    def _best(self, scored: Scored, among: Mask, count: int) -> tuple[Found, ...]:
        return self._found(places_of_best(scored.score, among, count), scored.score)

    def _found(self, places: Sequence[int], score: Scores) -> tuple[Found, ...]:
        statements = [(self.snapshot.statements[at], float(score[at])) for at in places]
        return tuple(
            Found(one.key, one.persona, round(min(1.0, fit / FULL_SCORE), 4)) for one, fit in statements
        )
