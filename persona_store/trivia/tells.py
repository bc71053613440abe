"""What gives an answer away: a name, a pronoun, a length, a number, a manner of writing. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from persona_store.answering.matching import names_an_occupation, singular
from persona_store.catalogue import PersonaEntry
from persona_store.language.lexicon import COMMON_WORDS, FUNCTION_WORDS
from persona_store.language.words import UNSPACED

STEM = 6
LONGER = 1.6
"""How many times longer one option may be than another."""
FAR = 1.15
"""How many times longer or shorter than all others the right one may be."""
SHORTEST, FEWEST_WORDS, FEWEST_OF_STATEMENT = 20, 5, 7
"""Of a text that is worth asking about, in characters and in words. Shorter statements ("Has a decent
reputation", "Long wait times") hold of anybody; what somebody said is their own."""
SHORTEST_UNSPACED = 8
LONGEST = 240

GENDERED = re.compile(r"\b(?:s?he|hers?|herself|him|his|himself)\b", re.IGNORECASE)
PLURAL = re.compile(r"\b(?:they|them|theirs?|themsel(?:f|ves))\b", re.IGNORECASE)
FIRST_PERSON = re.compile(r"\b(?:I|my|me|mine|myself|we|our|us)\b")
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
LANGUAGE = re.compile(
    r"\b(?:Arabic|Chinese|Danish|Dutch|English|Finnish|French|German|Greek|Hindi|Italian|Japanese|Korean|Norwegian|"
    r"Polish|Portuguese|Russian|Spanish|Swedish|Turkish|Ukrainian)\b"
)
"""What somebody speaks, next to what they are called."""
NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|"
    r"sixty|seventy|eighty|ninety|hundred|thousand|half|first|second|twice)\b",
    re.IGNORECASE,
)
TRAIT = re.compile(
    r"(?:able|capable|comfortable|confident|curious|experienced|feels?|good|great|passionate|patient|skilled|"
    r"strong|very|well)\b",
    re.IGNORECASE,
)
"""Begins what is no behaviour but a trait ("Good at thinking on my feet"): it is true of anybody."""
SENTENCES = re.compile(r"[.!?]\s+\w")
BRACKET = re.compile(r"[(\[\"“]")
REMARK = re.compile(r"\([^)]*\)")
HEADING = re.compile(r"^[^.:]{3,80}:\s")


class Tells:
    """Whether a text says by itself whom it is about."""

    def __init__(self, personas: Sequence[PersonaEntry]) -> None:
        self._plural = {one.slug for one in personas if one.pronouns.startswith("they")}
        self._names = {name for one in personas for word in _proper_names(one) for name in _spellings(word)}
        self._phrases = {one.slug: _phrases(one) for one in personas}
        self._words = _words_of_descriptions(personas)

    def __call__(self, text: str, persona: str, *, told: bool = False) -> bool:
        """``persona``: the slug of whom it is about; ``told``: somebody else tells it."""
        written = WORD.findall(text)
        return (
            not self._names.isdisjoint(name for word in written for name in (word, _bare(word)))
            or LANGUAGE.search(text) is not None
            or self._has_pronoun(text, persona, told=told)
            or self._has_phrase(written, persona)
            or self._has_word(written, persona)
        )

    def _has_pronoun(self, text: str, persona: str, *, told: bool) -> bool:
        """In the first person the others of whom somebody speaks are somebody else."""
        if not told and FIRST_PERSON.search(text):
            return False
        return GENDERED.search(text) is not None or (
            persona in self._plural and PLURAL.search(text) is not None
        )

    def _has_word(self, written: Sequence[str], persona: str) -> bool:
        """Tell whether a word of the description is there, or one of its family (journalist, journalism)."""
        words = {singular(word.lower()) for word in written}
        return any(
            word in words or any(len(word) > STEM and other.startswith(word[:STEM]) for other in words)
            for word in self._words.get(persona, ())
        )

    def _has_phrase(self, words: Sequence[str], persona: str) -> bool:
        return has_phrase(words, self._phrases.get(persona, ()))


def _spellings(name: str) -> set[str]:
    """As it may be written: a name that is a word as well ("Will") only with a capital."""
    return {name} if name.lower() in COMMON_WORDS else {name, name.lower()}


def phrase_of(text: str) -> str:
    return " ".join(singular(word.lower()) for word in WORD.findall(text))


def has_phrase(words: Sequence[str], phrases: Iterable[str]) -> bool:
    """Tell whether one of the phrases stands in the words, in the singular or the plural."""
    said = f" {' '.join(singular(word.lower()) for word in words)} "
    return any(f" {phrase} " in said for phrase in phrases)


def _bare(word: str) -> str:
    """Without the ending of a possessive."""
    return re.sub(r"['’]s$", "", word)


def _is_description(persona: PersonaEntry) -> bool:
    """A name such as "Think Tank Researcher" or "Community developer"."""
    words = WORD.findall(persona.name)
    return (
        persona.name.casefold() == persona.role.casefold()
        or any(word.islower() for word in words)
        or all(word.lower() in COMMON_WORDS or names_an_occupation(word.lower()) for word in words)
    )


def _proper_names(persona: PersonaEntry) -> Iterable[str]:
    if not _is_description(persona):
        yield from (word for word in WORD.findall(persona.name) if len(word) > 1)
    for alias in persona.aliases:
        word = alias.lower()
        if (
            WORD.fullmatch(alias)
            and alias[0].isupper()
            and not (word in COMMON_WORDS or names_an_occupation(singular(word)))
        ):
            yield alias


def _phrases(persona: PersonaEntry) -> set[str]:
    """The persona's name, other names and role, as they stand in a text."""
    head = re.split(r"\s(?:of|at|in|for|with)\s|,", persona.role)[0]
    told = (persona.name, persona.role, head, *persona.aliases)
    return {phrase_of(text) for text in told} - {""}


def _words_of_descriptions(personas: Sequence[PersonaEntry]) -> dict[str, frozenset[str]]:
    """Of names that are descriptions, the words that tell one from the other."""
    words = {
        one.slug: {singular(word.lower()) for word in WORD.findall(one.name)} - FUNCTION_WORDS
        for one in personas
        if _is_description(one)
    }
    counts = Counter(word for told in words.values() for word in told)
    return {
        slug: frozenset(word for word in told if 2 * counts[word] <= len(personas))
        for slug, told in words.items()
    }


def is_worth_asking(text: str, fewest: int = FEWEST_WORDS) -> bool:
    """Tell whether it says enough to be asked about, and not too much; ``fewest``: words outside brackets."""
    if UNSPACED.search(text):
        return SHORTEST_UNSPACED <= len(text) <= LONGEST
    return SHORTEST <= len(text) <= LONGEST and len(WORD.findall(REMARK.sub("", text))) >= fewest


def is_note(text: str, kind: str) -> bool:
    """Tell whether it is no statement but a note: a trait ("Adaptable: ..."), a list ("Chat: Slack, Zoom").

    The like of it holds of others too, though nobody wrote it down.
    """
    is_trait = HEADING.match(text) is not None or TRAIT.match(text) is not None
    return (kind == "behaviour" and is_trait) or not is_worth_asking(text, FEWEST_OF_STATEMENT)


def of_one_length(texts: Sequence[str]) -> bool:
    lengths = sorted(map(len, texts))
    return lengths[-1] <= LONGER * lengths[0]


@lru_cache(10_000)
def manner(text: str) -> tuple[bool, ...]:
    """How a text is written: all options of a question are written alike."""
    return (
        FIRST_PERSON.search(text) is not None,
        HEADING.match(text) is not None,
        text.rstrip().endswith((".", "!", "?")),
        text[:1].islower(),
    )


def stands_alone(right: str, wrong: Sequence[str]) -> bool:
    """Tell whether the right option is alone with a mark or without it, or the longest or shortest by far.

    A mark is a number, a second sentence, a bracket or quotation mark. Nor may it alone not begin as all do.
    """
    lengths = sorted(len(text) for text in wrong)
    marks = [_marks(text) for text in wrong]
    return (
        any(mark not in others for mark, *others in zip(_marks(right), *marks, strict=True))
        or _begins_alone(right, wrong)
        or len(right) > FAR * lengths[-1]
        or FAR * len(right) < lengths[0]
    )


def _marks(text: str) -> list[bool]:
    return [mark.search(text) is not None for mark in (NUMBER, SENTENCES, BRACKET)]


def _begins_alone(right: str, wrong: Sequence[str]) -> bool:
    """Tell whether all others begin with one word, and the right one does not."""
    own, *others = (re.split(r"[\s'’]", text, maxsplit=1)[0] for text in (right, *wrong))
    return len({*others}) == 1 and own not in others
