"""Who a question is about: personas found by name, misspelt name, nickname or role. Pure.

A name is guarded: an ordinary word, or a word of the research itself, is never taken for a typo of one.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import jellyfish
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from persona_store.catalogue import PersonaEntry
from persona_store.language.lexicon import (
    COMMON_WORDS,
    FUNCTION_WORDS,
)
from persona_store.language.words import UNSPACED, Stems, Token, folded, tokens, words

AGENT_ENDINGS = (
    "er",
    "ers",
    "or",
    "ors",
    "ist",
    "ists",
    "ista",
    "istas",
    "eer",
    "ant",
    "ian",
    "ians",
    "ess",
    "man",
    "men",
)
JOINING = frozenset({"and", "or", "vs", "versus", "with", "compare", "between", "to", "than"})
SUBJECT_BEFORE = frozenset(
    """
    a an the our this that any every would does do did is are should could can will about like how has
    """.split()
)
NAME_PLACES = frozenset({"would", "does", "did", "about", "like", "vs"})
SHORT = 3
SAME_SOUND = [set(pair) for pair in "ck fp gj cs iy sz jy ei".split()]


@dataclass(frozen=True, slots=True)
class Mention:
    """Words ``first`` to ``last`` of a question stand for one of ``personas`` (positions)."""

    personas: tuple[int, ...]
    first: int
    last: int
    strength: float
    group: bool = False  # all of the personas are meant, not one of them


class Names:
    """The names of personas, and the words of a question that stand for them."""

    def __init__(
        self, personas: Sequence[PersonaEntry], stems: Stems, is_research_word: Callable[[str], bool]
    ) -> None:
        self._stems = stems
        self._common_stems = {stems(word) for word in COMMON_WORDS}
        self._is_research_word = is_research_word
        self._exact: dict[str, set[int]] = defaultdict(set)
        self._careful: dict[str, set[int]] = defaultdict(set)
        self._phrases: dict[tuple[str, ...], set[int]] = defaultdict(set)
        self._anywhere: dict[str, set[int]] = defaultdict(set)
        for at, persona in enumerate(personas):
            self._add(at, persona.name, persona, main=True)
            for alias in persona.aliases:
                self._add(at, alias, persona, main=False)
        self._longest = max((len(phrase) for phrase in self._phrases), default=0)
        self._sounds = {name: jellyfish.metaphone(name) for name in self._exact if name.isalpha()}
        self._by_initial: dict[str, list[str]] = defaultdict(list)
        for name in self._exact:
            for initial in set(name[:2]):
                self._by_initial[initial].append(name)
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        for name, sound in self._sounds.items():
            self._by_sound[sound].append(name)

    def _add(self, at: int, name: str, persona: PersonaEntry, *, main: bool) -> None:
        found = tokens(name)
        if not found or UNSPACED.search(name):
            self._anywhere[folded(name).strip()].add(at)
            return
        parts = tuple(token.word for token in found)
        if len(parts) == 1:
            self._add_single(at, found[0], main=main)
            return
        is_persons = _is_persons_name(found, persona.role, main=main)
        if main or is_persons or set(parts) & set(words(persona.name)):
            self._phrases[parts].add(at)
        if not is_persons:
            return
        rare = [part for part in parts if part not in COMMON_WORDS and not self._is_research_word(part)]
        for part in rare:
            if len(part) > 1:
                self._exact[part].add(at)
        if main and parts[0] not in rare:
            self._careful[parts[0]].add(at)

    def _add_single(self, at: int, token: Token, *, main: bool) -> None:
        if token.word in FUNCTION_WORDS:
            self._careful[token.word].add(at)
        elif main or (token.capital and token.word not in COMMON_WORDS):
            self._exact[token.word].add(at)
        elif token.capital and not names_an_occupation(token.word):
            self._careful[token.word].add(at)

    def find(self, text: str, question: Sequence[Token]) -> list[Mention]:
        found = [
            Mention(tuple(sorted(who)), -1, -1, 1.0)
            for name, who in self._anywhere.items()
            if name in folded(text)
        ]
        at = 0
        while at < len(question):
            mention = self._phrase_at(question, at) or self._word_at(question, at)
            if mention:
                found.append(mention)
                at = mention.last
            at += 1
        return _joined(found)

    def _phrase_at(self, question: Sequence[Token], at: int) -> Mention | None:
        for size in range(min(self._longest, len(question) - at), 1, -1):
            parts = tuple(token.word for token in question[at : at + size])
            who = self._phrases.get(parts) or self._phrases.get((*parts[:-1], singular(parts[-1])))
            if who:
                return Mention(tuple(sorted(who)), at, at + size - 1, 1.0 + size)
        return None

    def _word_at(self, question: Sequence[Token], at: int) -> Mention | None:
        token = question[at]
        for word in (token.word, singular(token.word)):
            if word in self._exact:
                return Mention(tuple(sorted(self._exact[word])), at, at, 1.0)
        if token.word in self._careful and (token.possessive or _written_as_name(question, at)):
            return Mention(tuple(sorted(self._careful[token.word])), at, at, 1.0)
        nickname = self._nickname(question, at)
        if nickname:
            return Mention(tuple(sorted(nickname)), at, at, 0.8)
        misspelt = self._misspelt(token.word)
        return Mention(tuple(sorted(misspelt)), at, at, 0.7) if misspelt else None

    def _misspelt(self, word: str) -> set[int]:
        if not 3 <= len(word) <= 40 or not word.isalpha():
            return set()
        if word in COMMON_WORDS or self._stems(word) in self._common_stems or self._is_research_word(word):
            return set()
        near: dict[float, set[int]] = defaultdict(set)
        for name in {*self._by_initial.get(word[0], ()), *self._by_sound.get(_sound(word), ())}:
            distance = self._distance(word, name)
            if distance is not None:
                near[distance] |= self._exact[name]
        return near[min(near)] if near else set()

    def _distance(self, word: str, name: str) -> float | None:
        """How far a misspelling is from a name; None where it is not one."""
        limit = 2 if len(name) >= 6 else 1
        alike = self._sounds.get(name) == _sound(word) != ""
        distance = OSA.distance(word, name, score_cutoff=3)
        same_start = word[0] == name[0] or sorted(word[:2]) == sorted(name[:2])
        if alike and distance <= 2 and len(word) >= 4 and (same_start or {word[0], name[0]} in SAME_SOUND):
            return distance - 0.5
        if len(name) <= 3:
            return distance if distance == 1 and sorted(word) == sorted(name) else None
        return distance if same_start and distance <= limit and (distance < 2 or len(word) > 4) else None

    def _nickname(self, question: Sequence[Token], at: int) -> set[int]:
        token = question[at]
        word = token.word
        if len(word) < 3 or word in FUNCTION_WORDS or not word.isalpha():
            return set()
        written = token.capital and token.written[1:].islower() and not (token.opens and word in COMMON_WORDS)
        lower = not any(other.capital for other in question) and word not in COMMON_WORDS
        if not written and not (lower and not self._is_research_word(word) and is_subject(question, at)):
            return set()
        stem = word[:-2] if word.endswith("ie") else word[:-1] if word[-1] in "iy" else word
        starts = tuple({_spelt(word), _spelt(stem)} if len(stem) >= 3 else {_spelt(word)})
        names = (name for initial in {word[0], starts[0][0]} for name in self._by_initial.get(initial, ()))
        return {
            who
            for name in names
            if name[0] == word[0] and len(name) > len(stem) and _spelt(name).startswith(starts)
            for who in self._exact[name]
        }


def _is_persons_name(name: Sequence[Token], role: str, *, main: bool) -> bool:
    """Whether the words of a longer name may stand for it one by one."""
    if words(role) == [token.word for token in name]:
        return False
    if not all(token.capital or len(token.word) < 4 or not token.word.isascii() for token in name):
        return False
    return main or not any(token.word in COMMON_WORDS or names_an_occupation(token.word) for token in name)


def names_an_occupation(word: str) -> bool:
    return word.endswith(AGENT_ENDINGS)


def _sound(word: str) -> str:
    return jellyfish.metaphone(word) if word.isascii() else ""


def _spelt(word: str) -> str:
    return word.replace("y", "i")


def singular(word: str) -> str:
    if len(word) <= SHORT or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("ches", "shes", "sses", "xes")) else word[:-1]


def _written_as_name(question: Sequence[Token], at: int) -> bool:
    """Whether an ordinary word is meant as a name: capitals, or its place ("what does mark want")."""
    token = question[at]
    if token.word not in FUNCTION_WORDS and at and question[at - 1].word in NAME_PLACES:
        return True
    after = question[at + 1].word if at + 1 < len(question) else ""
    return token.capital and (not token.opens or after in JOINING or after in {"", "needs", "wants", "when"})


def is_subject(question: Sequence[Token], at: int) -> bool:
    return at == 0 or question[at].possessive or question[at - 1].word in SUBJECT_BEFORE | JOINING


def _joined(mentions: list[Mention]) -> list[Mention]:
    """Neighbours that can be the same persona are one mention ("Priya Raman")."""
    found: list[Mention] = []
    for mention in mentions:
        last = found[-1] if found else None
        both = tuple(sorted(set(last.personas) & set(mention.personas))) if last else ()
        if last and both and 0 <= mention.first == last.last + 1:
            found[-1] = Mention(both, last.first, mention.last, last.strength + mention.strength)
        else:
            found.append(mention)
    return found


def likeness(one: Iterable[str], other: Iterable[str]) -> float:
    """How much two sets of stems say the same, 0 to 1."""
    left, right = " ".join(one), " ".join(other)
    return fuzz.token_set_ratio(left, right) / 100 if left and right else float(left == right)
