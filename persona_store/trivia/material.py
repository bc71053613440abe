"""What questions are made from, as plain values in memory. Never changed once made."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from persona_store.catalogue import PersonaEntry, Snapshot, StatementEntry
from persona_store.evidence import Strength
from persona_store.language.words import Stems, stems_of, words
from persona_store.packs.trivia_format import PackScenario, PackWords
from persona_store.trivia.tells import WORD, Tells, has_phrase, is_note, is_worth_asking, phrase_of

SaysNearly = Callable[[StatementEntry, StatementEntry], bool]
"""Whether two statements may say nearly the same (``nearness.Nearness``)."""
Share = Callable[[StatementEntry, StatementEntry], float]
"""How near two come to that: from 1 on they may say nearly the same (``nearness.Nearness.share``)."""
KEPT, KEPT_TEXTS = 100_000, 10_000
NEGATIVE = "negative"
FAR = 0.7
"""What is not as near as this has little in common. Between this and 1 some ten of 100 questions whether
something is true of a persona were arguable (bench/trivia_questions)."""
STRANGE, WELL_KNOWN = 0.75, 30
"""What is not as near as this does not hold of somebody of whom next to nothing is known; of whom so many
statements are known, what is not nearly the same as one of them: what nobody wrote down says more there."""
DOUBTFUL = 0.9


def is_askable(statement: StatementEntry) -> bool:
    return statement.strength is not Strength.ASSUMPTION


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """``facts``: by the name of the column: size, order_value, region."""

    name: str
    description: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StoryEntry:
    """One that may be told: approved or published, with consent, anonymised."""

    slug: str
    title: str
    persona: str
    happened: str


@dataclass(frozen=True)
class Material:
    """``verbatims``: by the key of the statement; ``quotes``: by the slug of the persona."""

    snapshot: Snapshot
    says_nearly: SaysNearly
    words: PackWords
    verbatims: Mapping[str, str] = field(default_factory=dict)
    quotes: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    segments: Sequence[SegmentEntry] = ()
    stories: Sequence[StoryEntry] = ()
    scenarios: Sequence[PackScenario] = ()
    share: Share | None = None
    """Without it, two are as near as can be or have nothing in common."""
    says_alike: SaysNearly | None = None
    """Whether two are the same wish or trouble, had by two; without it, none are."""
    _nearest: Callable[[str, str], float] = field(init=False, repr=False, compare=False)
    _common: Callable[[str], bool] = field(init=False, repr=False, compare=False)
    _said: Callable[[str], frozenset[str]] = field(init=False, repr=False, compare=False)
    rivals: dict[str, Sequence[StatementEntry]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """By the key of a statement, what could be a wrong option beside it: kept here by ``distractors``."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_nearest", lru_cache(KEPT)(self._share_of_nearest))
        object.__setattr__(self, "_common", lru_cache(KEPT)(self._is_common))
        object.__setattr__(self, "_said", lru_cache(KEPT_TEXTS)(self._stems_of))

    @cached_property
    def personas(self) -> Mapping[str, PersonaEntry]:
        return {one.slug: one for one in self.snapshot.personas}

    @cached_property
    def statements(self) -> Mapping[str, StatementEntry]:
        return {one.key: one for one in self.snapshot.statements}

    @cached_property
    def said_of(self) -> Mapping[str, Sequence[StatementEntry]]:
        """Everything that is said of each persona, assumptions too."""
        said: dict[str, list[StatementEntry]] = {slug: [] for slug in self.personas}
        for one in self.snapshot.statements:
            said[one.persona].append(one)
        return said

    @cached_property
    def said_with(self) -> Mapping[str, set[str]]:
        """Of whom something is said with each word, by its stem."""
        said: dict[str, set[str]] = {}
        for one in self.snapshot.statements:
            for stem in self.stems_of(one.text):
                said.setdefault(stem, set()).add(one.persona)
        return said

    def stems_of(self, text: str) -> frozenset[str]:
        """The words of a text that say something."""
        return self._said(text)

    def _stems_of(self, text: str) -> frozenset[str]:
        return frozenset(self._stems.of(word for word in words(text) if word not in self._stems.stop_words))

    @cached_property
    def _described(self) -> Mapping[str, frozenset[str]]:
        """Of each persona, the words that tell what it is or does: hardly anybody else has them."""
        described = {
            slug: {*self.stems_of(" ".join((one.role, one.archetype, one.summary, *one.aliases)))}
            for slug, one in self.personas.items()
        }
        counts = Counter(stem for stems in described.values() for stem in stems)
        few = max(1, len(described) / 3)
        return {
            slug: frozenset(
                stem for stem in stems if counts[stem] <= few and len(self.said_with.get(stem, ())) <= few
            )
            for slug, stems in described.items()
        }

    @cached_property
    def _stems(self) -> Stems:
        return stems_of(self.snapshot.language)

    @cached_property
    def askable(self) -> Mapping[str, Sequence[StatementEntry]]:
        """What may stand in a question: what rests on research and does not say by itself whose it is."""
        return {slug: [one for one in said if self._is_askable(one)] for slug, said in self.said_of.items()}

    @cached_property
    def tells(self) -> Tells:
        return Tells(self.snapshot.personas)

    @cached_property
    def stage_names(self) -> Mapping[str, str]:
        return {stage.slug: stage.name for stage in self.snapshot.stages}

    @cached_property
    def _stage_phrases(self) -> frozenset[str]:
        said = (text for stage in self.snapshot.stages for text in (stage.name, *stage.words))
        return frozenset(phrase_of(text) for text in said) - {""}

    @cached_property
    def subjects(self) -> Sequence[str]:
        """Whom questions are about unless somebody else is asked for: nobody whom we do not build for."""
        return [slug for slug in self.personas if self.askable[slug] and not self.is_negative(slug)]

    def is_negative(self, persona: str) -> bool:
        return self.personas[persona].priority == NEGATIVE

    def names_stage(self, statement: StatementEntry) -> bool:
        """Tell whether its text says by itself at which stage it holds."""
        return has_phrase(WORD.findall(statement.text), self._stage_phrases)

    def is_fair(self, text: str, persona: str) -> bool:
        """Tell whether one can ask whose words these are."""
        return is_worth_asking(text) and not self.tells(text, persona)

    def is_near(self, statement: StatementEntry, persona: str) -> bool:
        """Tell whether something nearly the same is said of the persona."""
        return self._nearest(statement.key, persona) >= 1

    def is_common(self, statement: StatementEntry) -> bool:
        """Tell whether the same is said of somebody else too.

        What several have, others may have of whom nobody wrote it down: it is no wrong option.
        """
        return self._common(statement.key)

    def is_far(self, statement: StatementEntry, persona: str) -> bool:
        """Tell whether it has little in common with anything that is said of the persona."""
        return self._nearest(statement.key, persona) < FAR and not self._is_described(statement, persona)

    def is_foreign(self, statement: StatementEntry, persona: str) -> bool:
        """Tell whether one may say that it does not hold of the persona.

        Where little is known of the persona it must be further away, and have no word that tells what the
        persona is or does. What several have must be far away.
        """
        if self.is_common(statement):
            return self.is_far(statement, persona)
        known = min(1, len(self.said_of[persona]) / WELL_KNOWN)
        is_apart = self._nearest(statement.key, persona) < STRANGE + (1 - STRANGE) * known
        return is_apart and (known == 1 or not self._is_described(statement, persona))

    def is_doubtful(self, statement: StatementEntry, persona: str) -> bool:
        """Tell whether it is so near the limit that anything else makes a better wrong option."""
        return self._nearest(statement.key, persona) >= DOUBTFUL

    def _is_described(self, statement: StatementEntry, persona: str) -> bool:
        return not self._described[persona].isdisjoint(self.stems_of(statement.text))

    def _is_common(self, key: str) -> bool:
        if self.says_alike is None:
            return False
        one = self.statements[key]
        others = (other for other in self.snapshot.statements if other.persona != one.persona)
        return any(self.says_alike(one, other) for other in others)

    def _share_of_nearest(self, key: str, persona: str) -> float:
        one, share = self.statements[key], self.share or self.says_nearly
        return max((float(share(one, other)) for other in self.said_of[persona]), default=0.0)

    def _is_askable(self, one: StatementEntry) -> bool:
        return is_askable(one) and not is_note(one.text, one.kind) and not self.tells(one.text, one.persona)
