"""Who a question is about, where it describes them: occupations, archetypes, segments. Pure."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from persona_store.answering.matching import Mention, is_subject, names_an_occupation, singular
from persona_store.catalogue import PersonaEntry
from persona_store.language.lexicon import COMMON_WORDS, FUNCTION_WORDS, GENERIC_PEOPLE, ROLE_SHORT
from persona_store.language.words import Stems, Token, words

HEAD_BEFORE = frozenset("a an the our this any every would does do did should could can will".split())
HEAD_PART = re.compile(r"[^(,;]*")
ROLE_ENDS = frozenset("of in at for with to from who that".split())
ROLE_COVERAGE = 0.6
ARCHETYPE_COVERAGE = 0.75
PEOPLE_WORDS = frozenset("person people guy folk colleague lady gal team".split())
FEW = 2
ABBREVIATED = 3.0
LEAST_WEIGHT = 0.3
GAP = 2  # words that may stand between two words of a role


@dataclass(frozen=True, slots=True)
class Phrase:
    persona: int
    words: tuple[str, ...]
    head: str
    share: float
    coverage: float


class Roles:
    """Occupations, archetypes and segments, by the share of their words that a question has."""

    def __init__(self, personas: Sequence[PersonaEntry], stems: Stems) -> None:
        # a stem would take an account for the accountant, and managing for the manager
        self._same = singular if stems.language == "en" else stems
        self._phrases: list[Phrase] = []
        segments: dict[str, list[int]] = defaultdict(list)
        for at, persona in enumerate(personas):
            for text in (persona.role, persona.name, *persona.aliases):
                self._add(at, text, 1.0 if text == persona.role else 0.98, ROLE_COVERAGE)
            self._add(at, persona.archetype, 0.9, ARCHETYPE_COVERAGE)
            segments[persona.segment].append(at)
        self._weights = self._rarities(len(personas))
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._initials: dict[str, list[Phrase]] = defaultdict(list)
        self._heads: dict[str, set[int]] = defaultdict(set)
        for at, phrase in enumerate(self._phrases):
            for word in phrase.words:
                self._by_word[word].append(at)
            if phrase.coverage == ROLE_COVERAGE:
                self._heads[phrase.head].add(phrase.persona)
                if len(phrase.words) > 1:
                    self._initials["".join(word[0] for word in phrase.words)].append(phrase)
        self._sorted = sorted(self._by_word)
        self._segments = [
            (frozenset(self._content(name)), tuple(who))
            for name, who in segments.items()
            if len(who) < len(personas)
        ]

    def _content(self, text: str) -> tuple[str, ...]:
        kept = [word for word in words(text) if word not in FUNCTION_WORDS]
        return tuple(dict.fromkeys(self._same(word) for word in kept))

    def _head(self, text: str) -> str:
        """The word that says what they are: "engineer" of "software engineer in test"."""
        found = words(HEAD_PART.match(text)[0]) or words(text)  # type: ignore[index]
        end = next((at for at, word in enumerate(found) if word in ROLE_ENDS and at), len(found))
        return self._same(found[end - 1])

    def _add(self, at: int, text: str, share: float, coverage: float) -> None:
        content = self._content(text)
        if content:
            self._phrases.append(Phrase(at, content, self._head(text), share, coverage))

    def _rarities(self, count: int) -> dict[str, float]:
        held: dict[str, set[int]] = defaultdict(set)
        for phrase in self._phrases:
            for word in phrase.words:
                held[word].add(phrase.persona)
        generic = {self._same(word) for word in GENERIC_PEOPLE}
        return {
            word: 0.2 if word in generic else float(np.log1p(count / len(who))) for word, who in held.items()
        }

    def has(self, word: str) -> bool:
        return bool(self._role_words(word))

    def _role_words(self, word: str) -> set[str]:
        """The words of roles that a word of a question can stand for ("devs": developer, development)."""
        found = {self._same(word)} & self._by_word.keys()
        for meaning in ROLE_SHORT.get(word, ()) + ROLE_SHORT.get(singular(word), ()):
            found |= {self._same(part) for part in meaning.split()} & self._by_word.keys()
        if found:
            return found
        start = singular(word)
        if 3 <= len(start) <= 6 and start not in FUNCTION_WORDS:
            found |= {
                role
                for role in self._starting(start)
                if len(role) > len(start) + 1 and word not in COMMON_WORDS
            }
        return found

    def _starting(self, start: str) -> Iterable[str]:
        at = bisect_left(self._sorted, start)
        while at < len(self._sorted) and self._sorted[at].startswith(start):
            yield self._sorted[at]
            at += 1

    def find(self, question: Sequence[Token]) -> list[Mention]:
        """Best first; mentions do not overlap."""
        rated = [
            *self._segment_mentions(question),
            *self._abbreviated(question),
            *self._described(question),
            *self._department(question),
        ]
        rated.sort(key=lambda mention: -mention.strength)
        found: list[Mention] = []
        for mention in rated:
            same = next(
                (one for one in found if one.first <= mention.last and mention.first <= one.last), None
            )
            if same is None:
                found.append(mention)
            elif not same.group and mention.strength >= same.strength - 1e-6:
                at = found.index(same)
                found[at] = Mention(
                    tuple(sorted({*same.personas, *mention.personas})),
                    min(same.first, mention.first),
                    max(same.last, mention.last),
                    same.strength,
                )
        return found

    def _described(self, question: Sequence[Token]) -> Iterable[Mention]:
        places: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for at, token in enumerate(question):
            for role_word in self._parts(token):
                for phrase in self._by_word[role_word]:
                    places[phrase].append((at, role_word))
        for phrase_at, found in places.items():
            rated = (self._rated(self._phrases[phrase_at], run, question) for run in _runs(found))
            yield from (mention for mention in rated if mention)

    def _parts(self, token: Token) -> set[str]:
        """Also of compounds: AppSec, SecOps, sysadmin."""
        if token.word in FUNCTION_WORDS:
            return set()
        found = self._role_words(token.word)
        if found or len(token.word) < 5 or token.word in COMMON_WORDS:
            return found
        for cut in range(3, len(token.word) - 2):
            start, end = self._compounded(token.word[:cut]), self._compounded(token.word[cut:])
            if start and end:
                return start | end
        return set()

    def _compounded(self, part: str) -> set[str]:
        return set(self._starting(part)) | self._role_words(part)

    def _rated(self, phrase: Phrase, run: list[tuple[int, str]], question: Sequence[Token]) -> Mention | None:
        matched = {word for _, word in run}
        weight = sum(self._weights[word] for word in matched)
        share = weight / sum(self._weights[word] for word in phrase.words)
        first, last = run[0][0], run[-1][0]
        part = share < phrase.coverage or len(matched) == 1 < len(phrase.words)
        if part and not self._is_head_alone(phrase, question, first):
            return None
        if not part and weight < LEAST_WEIGHT:
            return None
        return Mention((phrase.persona,), first, last, weight * share * phrase.share)

    def _is_head_alone(self, phrase: Phrase, question: Sequence[Token], at: int) -> bool:
        """As "our designer", where the roles of only one or two personas end so."""
        word = question[at].word
        if phrase.share < 1 or self._same(word) != phrase.head or len(self._heads[phrase.head]) > FEW:
            return False
        says_who = word not in COMMON_WORDS or names_an_occupation(word)
        return says_who and (at == 0 or question[at - 1].word in HEAD_BEFORE)

    def _department(self, question: Sequence[Token]) -> Iterable[Mention]:
        """As "the finance person"."""
        for at, (token, after) in enumerate(pairwise(question)):
            if singular(after.word) not in PEOPLE_WORDS or token.word in FUNCTION_WORDS:
                continue
            held = {phrase for word in self._role_words(token.word) for phrase in self._by_word[word]}
            who = {self._phrases[at].persona for at in held if self._phrases[at].coverage == ROLE_COVERAGE}
            if 0 < len(who) <= FEW:
                yield Mention(tuple(sorted(who)), at, at + 1, LEAST_WEIGHT)

    def _abbreviated(self, question: Sequence[Token]) -> Iterable[Mention]:
        for at, token in enumerate(question):
            if at and question[at - 1].word.isdigit():  # "6 pm"
                continue
            if token.written.isupper() or (token.word not in COMMON_WORDS and is_subject(question, at)):
                for phrase in self._initials.get(token.word, ()):
                    yield Mention((phrase.persona,), at, at, ABBREVIATED * phrase.share)

    def _segment_mentions(self, question: Sequence[Token]) -> Iterable[Mention]:
        places = {self._same(token.word): at for at, token in reversed(list(enumerate(question)))}
        generic = {self._same(word) for word in GENERIC_PEOPLE}
        for content, who in self._segments:
            needed = content - generic
            where = sorted(places[word] for word in needed if word in places)
            if needed and len(where) == len(needed) and where[-1] - where[0] < len(content) + GAP:
                last = where[-1]
                if last + 1 < len(question) and self._same(question[last + 1].word) in generic:
                    last += 1
                yield Mention(who, where[0], last, 1.5 * len(needed), group=len(who) > 1)


def _runs(found: list[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    runs: list[list[tuple[int, str]]] = []
    for place in found:
        if runs and place[0] - runs[-1][-1][0] <= GAP:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs
