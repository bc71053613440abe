"""What a question asks for: personas, kinds of statement, stages, a lens, and what is left as its topic."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from persona_store.answering.matching import JOINING, Mention, Names
from persona_store.answering.phrasing import (
    ABOUT_CUSTOMERS,
    ASKING_ON,
    ELLIPSIS,
    PERSONAL,
    POINTING,
    POLITE,
    QUESTIONING,
)
from persona_store.answering.ranking import Query
from persona_store.answering.roles import Roles
from persona_store.answering.scopes import Scopes
from persona_store.answering.strangers import GENDERED, Strangers
from persona_store.catalogue import Snapshot
from persona_store.language.lexicon import (
    ABOUT_RESEARCH,
    COMMON_WORDS,
    KIND_WORDS,
    LIGHT_WORDS,
    PRONOUNS,
)
from persona_store.language.words import Stems, Token, plain, tokens, words

CARRYING = PRONOUNS | ABOUT_RESEARCH | LIGHT_WORDS
ORDINARY = 1_000  # the commonest words say little by themselves
TIED = 3  # so many personas of one role are all meant; more are only looked among


@dataclass(frozen=True, slots=True)
class Understood:
    """Personas are positions in the snapshot.

    ``candidates``: one of them is meant, but not said which. ``group``: a role of many, to look among.
    """

    personas: tuple[int, ...] = ()
    candidates: tuple[int, ...] = ()
    group: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    weak_kinds: tuple[str, ...] = ()  # named in passing, as in "what would she need when"
    stages: tuple[str, ...] = ()
    lens: str | None = None
    content: tuple[str, ...] = ()
    telling: tuple[str, ...] = ()  # those that an answer has to come near
    meaning: str = ""  # the question as written, without the names
    stage_words: tuple[str, ...] = ()
    carrier: tuple[str, ...] = ()
    unknown_name: str | None = None
    about_customers: bool = False  # "who ...", "which personas ...", "do we know ..."
    personal: bool = False  # about the asker, or about us
    follows_up: bool = False  # "and ...", "what about ...", "why?", or a pronoun
    points_at_somebody: bool = False  # "she"
    points_back: bool = False  # "it", "that": at what was asked before
    asks_on: bool = False  # "why?", "tell me more": about the same
    carried: bool = False

    @property
    def resolved(self) -> tuple[int, ...]:
        return self.personas or self.group

    @property
    def has_topic(self) -> bool:
        return bool(self.content or self.kinds or self.stages)

    @property
    def names_only(self) -> bool:
        """As in "and Marco?"."""
        return bool(self.personas) and not self.has_topic

    @property
    def says_enough(self) -> bool:
        """Whether words alone, with nobody named and no "who", can be a question about customers."""
        telling = any(COMMON_WORDS.get(word, ORDINARY) >= ORDINARY for word in self.content)
        return telling and not self.personal and (len(self.content) > 1 or not self.carrier)

    def query(self) -> Query:
        return Query(self.content, (*self.carrier, *self.stage_words), self.meaning, self.telling)


class Understanding:
    """Reads questions with the words of one snapshot."""

    def __init__(self, snapshot: Snapshot, stems: Stems, is_research_word: Callable[[str], bool]) -> None:
        self._stems = stems
        self._names = Names(snapshot.personas, stems, is_research_word)
        self._roles = Roles(snapshot.personas, stems)
        self._scopes = Scopes(snapshot, stems)
        self._strangers = Strangers(self._roles.has, is_research_word)

    def read(self, question: str) -> Understood:
        text = plain(question)
        found = tokens(text)
        names, roles = self._mentions(text, found)
        named = {at for mention in (*names, *roles) for at in range(mention.first, mention.last + 1)}
        kinds, weak_kinds, kind_places = self._scopes.kinds(found, named)
        lens, lens_places = self._scopes.lens(text, found)
        stages, stage_places = self._scopes.stages(found, named | lens_places)
        content, carrier = self._topic(found, named, kind_places | lens_places | stage_places)
        asked = POLITE.sub("", text.lower())
        personal = not PERSONAL.isdisjoint(words(asked))
        understood = _who(names, roles)
        said = {token.word for token in found}
        return replace(
            understood,
            kinds=kinds,
            weak_kinds=weak_kinds,
            stages=stages,
            lens=lens,
            content=content,
            telling=tuple(word for word in content if word not in KIND_WORDS) or content,
            meaning=" ".join(token.written for at, token in enumerate(found) if at not in named) or text,
            stage_words=tuple(found[at].word for at in sorted(stage_places)),
            carrier=carrier,
            unknown_name=None if personal else self._stranger(asked, found, understood),
            about_customers=not personal and (bool(kinds and stages) or bool(ABOUT_CUSTOMERS.search(asked))),
            personal=personal,
            follows_up=bool(ELLIPSIS.match(asked) or said & PRONOUNS or (said & POINTING and not personal)),
            points_at_somebody=not GENDERED.isdisjoint(said),
            points_back=bool(said & POINTING and QUESTIONING.match(asked)) and not personal,
            asks_on=bool(ASKING_ON.fullmatch(asked)),
        )

    def _mentions(self, text: str, found: Sequence[Token]) -> tuple[list[Mention], list[Mention]]:
        """Names and roles; a role beside another, or a name, only where joined ("Priya and the ops lead")."""
        names = self._names.find(text, found)
        taken = {at for name in names for at in range(name.first, name.last + 1)}
        roles = [one for one in self._roles.find(found) if taken.isdisjoint(range(one.first, one.last + 1))]
        others = names or roles[:1]
        kept = [
            one for one in roles if one in others or any(_are_joined(found, one, other) for other in others)
        ]
        return names, kept

    def _topic(
        self, found: Sequence[Token], named: set[int], spent: set[int]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        content: list[str] = []
        carrier: list[str] = []
        for at, token in enumerate(found):
            if at in named:
                continue
            carries = token.word in self._stems.stop_words or token.word in CARRYING
            (carrier if at in spent or carries else content).append(token.word)
        return tuple(content), tuple(carrier)

    def _stranger(self, asked: str, found: Sequence[Token], who: Understood) -> str | None:
        if who.personas or who.candidates:
            return None
        return self._strangers.find_name(found) or (None if who.group else self._strangers.find_role(asked))


def _are_joined(found: Sequence[Token], one: Mention, other: Mention) -> bool:
    first, last = sorted((one, other), key=lambda mention: mention.first)
    between = [token.word for token in found[max(0, first.last + 1) : last.first]]
    return len(between) <= 3 and not JOINING.isdisjoint(between)


def _who(names: Sequence[Mention], roles: Sequence[Mention]) -> Understood:
    personas: dict[int, None] = {}
    candidates: dict[int, None] = {}
    group: dict[int, None] = {}
    for mention in sorted((*names, *roles), key=lambda mention: mention.first):
        if mention.group or len(mention.personas) == 1:
            meant = personas
        elif mention in names:
            meant = candidates
        else:
            meant = personas if len(mention.personas) <= TIED else group
        meant.update(dict.fromkeys(mention.personas))
    if candidates.keys() & personas.keys():
        candidates = {}
    return Understood(tuple(personas), tuple(candidates), tuple(group))
