"""What questions are made from, as plain values in memory. Never changed once made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from persona_store.catalogue import PersonaEntry, Snapshot, StatementEntry
from persona_store.evidence import Strength
from persona_store.language.words import Stems, words
from persona_store.packs.trivia_format import PackScenario, PackWords
from persona_store.trivia.tells import WORD, Tells, has_phrase, is_note, is_worth_asking, phrase_of

SaysNearly = Callable[[StatementEntry, StatementEntry], bool]
"""Whether two statements may say nearly the same (``nearness.Nearness``)."""
KEPT = 100_000
NEGATIVE = "negative"


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
    says_far: SaysNearly | None = None
    """Whether two have little in common; without it, whatever is not nearly the same."""
    says_alike: SaysNearly | None = None
    """Whether two are the same wish or trouble, had by two; without it, none are."""
    _near: Callable[[str, str], bool] = field(init=False, repr=False, compare=False)
    _far: Callable[[str, str], bool] = field(init=False, repr=False, compare=False)
    _common: Callable[[str], bool] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_near", lru_cache(KEPT)(self._is_near))
        object.__setattr__(self, "_far", lru_cache(KEPT)(self._is_far))
        object.__setattr__(self, "_common", lru_cache(KEPT)(self._is_common))

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

    def stems_of(self, text: str) -> list[str]:
        """The words of a text that say something."""
        return self._stems.of(word for word in words(text) if word not in self._stems.stop_words)

    @cached_property
    def _stems(self) -> Stems:
        return Stems(self.snapshot.language)

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
        return self._near(statement.key, persona)

    def is_common(self, statement: StatementEntry) -> bool:
        """Tell whether the same is said of somebody else too.

        What several have, others may have of whom nobody wrote it down: it is no wrong option.
        """
        return self._common(statement.key)

    def is_far(self, statement: StatementEntry, persona: str) -> bool:
        """Tell whether it has little in common with anything that is said of the persona."""
        return self._far(statement.key, persona)

    def _is_common(self, key: str) -> bool:
        if self.says_alike is None:
            return False
        one = self.statements[key]
        others = (other for other in self.snapshot.statements if other.persona != one.persona)
        return any(self.says_alike(one, other) for other in others)

    def _is_far(self, key: str, persona: str) -> bool:
        if self.says_far is None:
            return not self._near(key, persona)
        one = self.statements[key]
        return all(self.says_far(one, other) for other in self.said_of[persona])

    def _is_near(self, key: str, persona: str) -> bool:
        one = self.statements[key]
        return any(self.says_nearly(one, other) for other in self.said_of[persona])

    def _is_askable(self, one: StatementEntry) -> bool:
        return is_askable(one) and not is_note(one.text, one.kind) and not self.tells(one.text, one.persona)
