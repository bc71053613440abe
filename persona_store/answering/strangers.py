"""Names and roles that a question is built around and that no persona has."""

from collections.abc import Callable, Sequence

from persona_store.answering.matching import JOINING, names_an_occupation
from persona_store.answering.phrasing import STRANGER_SLOTS, STRANGERS_FIRST, VERBS_OF_PERSONAS
from persona_store.language.lexicon import (
    ABOUT_RESEARCH,
    COMMON_WORDS,
    FUNCTION_WORDS,
    GENERIC_PEOPLE,
    KIND_WORDS,
    PRONOUNS,
)
from persona_store.language.words import Token, words

GENDERED = frozenset("she he her him his".split())
NAME_BEFORE = frozenset("would does did do is has will can should could might about like for persona".split())


class Strangers:
    def __init__(self, is_role_word: Callable[[str], bool], is_research_word: Callable[[str], bool]) -> None:
        self._is_role_word = is_role_word
        self._is_research_word = is_research_word

    def find_name(self, question: Sequence[Token]) -> str | None:
        """As in "what would Gustavo need"."""
        return next((token.written for at, token in enumerate(question) if self._is_name(question, at)), None)

    def find_role(self, text: str) -> str | None:
        """As in "what do school teachers need", "CFO pain points"."""
        for slot in STRANGER_SLOTS:
            match = slot.search(text)
            said = [word for word in words(match[1]) if word not in FUNCTION_WORDS] if match else []
            if said and self._is_role(said):
                return " ".join(said)
        first = STRANGERS_FIRST.match(text)
        said = words(first[1]) if first else []
        return " ".join(said) if said and self._is_occupation(said) else None

    def _is_occupation(self, said: Sequence[str]) -> bool:
        known = self._is_role_word(said[0]) or self._is_research_word(said[0]) or said[-1] in GENERIC_PEOPLE
        ordinary = said[0] in COMMON_WORDS or said[0] in FUNCTION_WORDS
        return names_an_occupation(said[-1]) and not known and not ordinary

    def _is_name(self, question: Sequence[Token], at: int) -> bool:
        token = question[at]
        if token.word in COMMON_WORDS or not token.word.isalpha() or len(token.word) == 1:
            return False
        if self._is_role_word(token.word) or self._is_research_word(token.word):
            return False
        before = question[at - 1].word if at else ""
        placed = before in NAME_BEFORE or before in KIND_WORDS
        after = question[at + 1].word if at + 1 < len(question) else ""
        acts = VERBS_OF_PERSONAS.fullmatch(after) is not None
        if token.capital and token.written[1:].islower():
            speaks_of = acts or after in JOINING or any(other.word in GENDERED for other in question)
            return placed or token.possessive or (at == 0 and speaks_of)
        return before in NAME_BEFORE and acts and not token.word.endswith("s")

    def _is_role(self, said: Sequence[str]) -> bool:
        if said[-1] in GENERIC_PEOPLE or not {*said}.isdisjoint(PRONOUNS | ABOUT_RESEARCH):
            return False
        known = [self._is_role_word(word) or self._is_research_word(word) for word in said]
        is_occupation = names_an_occupation(said[-1])
        return (
            not any(known)
            or (is_occupation and not known[0])
            or (is_occupation and not self._is_role_word(said[-1]))
        )
