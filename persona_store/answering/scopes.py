"""Kinds of statement, journey stages and lenses that a question speaks of."""

import re
from collections.abc import Iterable, Sequence

from persona_store.answering.phrasing import LENS_FRAME
from persona_store.catalogue import Scope, Snapshot
from persona_store.language.lexicon import (
    FUNCTION_WORDS,
    KIND_PHRASES,
    KIND_WORDS,
    STAGE_SAYINGS,
    WEAK_KIND_WORDS,
)
from persona_store.language.words import Stems, Token, words

PARTICLES = frozenset({"in", "out", "up", "off", "on"})
LIKENED = frozenset(
    "look looks feel feels sound sounds seem seems be is are something anything somebody".split()
)
BETWEEN = 2  # words that may stand between two words of a phrase, or of one enumeration
Places = set[int]


class Scopes:
    """Each method gives what was meant, and the places of the words that said so."""

    def __init__(self, snapshot: Snapshot, stems: Stems) -> None:
        self._stems = stems
        self._kinds = [
            (kind, stems.of(phrase.split())) for kind, said in KIND_PHRASES.items() for phrase in said
        ]
        self._stages = [(stage.slug, saying) for stage in snapshot.stages for saying in self._sayings(stage)]
        self._lenses = [(lens.slug, _lens_pattern(lens)) for lens in snapshot.lenses]

    def _sayings(self, stage: Scope) -> Iterable[list[str]]:
        name = set(self._stems.of(words(stage.name)))
        usual = (said for keys, said in STAGE_SAYINGS.items() if name & set(self._stems.of(keys.split())))
        for saying in (stage.name, *stage.words, *(phrase for said in usual for phrase in said)):
            if words(saying):
                yield self._stems.of(self._telling(words(saying)))

    def _telling(self, saying: list[str]) -> list[str]:
        """The words that have to be there; "in" of "logs in" is one of them."""
        kept = [word for word in saying if word not in FUNCTION_WORDS or word in PARTICLES]
        strong = [word for word in kept if word not in PARTICLES and word not in self._stems.stop_words]
        return kept if strong and len(kept) > 1 else saying

    def kinds(
        self, question: Sequence[Token], taken: Places
    ) -> tuple[tuple[str, ...], tuple[str, ...], Places]:
        """Kinds meant, and kinds only hinted at."""
        free = [at for at in range(len(question)) if at not in taken]
        stems = [self._stems(question[at].word) for at in free]
        kinds: dict[str, None] = {}
        weak: dict[str, None] = {}
        places: Places = set()
        for kind, phrase in self._kinds:
            where = in_order(stems, phrase)
            if where:
                kinds[kind] = None
                places |= {free[at] for at in where}
        for at in (at for at in free if at not in places):
            kind = KIND_WORDS.get(question[at].word, "")
            if question[at].word == "like" and at and question[at - 1].word in LIKENED:
                continue
            asked_for = 0 < at == len(question) - 1  # "Priya's needs", "what does Priya need?"
            if question[at].word in WEAK_KIND_WORDS and not asked_for:
                weak[kind] = None
            elif kind and (not kinds or min(abs(at - place) for place in places) <= BETWEEN):
                kinds[kind] = None
                places.add(at)
        return tuple(kinds), tuple(weak), places

    def stages(self, question: Sequence[Token], taken: Places) -> tuple[tuple[str, ...], Places]:
        stems = ["" if at in taken else self._stems(token.word) for at, token in enumerate(question)]
        found: dict[str, Places] = {}
        for slug, saying in self._stages:
            where = in_order(stems, saying)
            if where:
                found.setdefault(slug, set()).update(where)
        # "first contact" is not "contact"
        kept = {slug: at for slug, at in found.items() if not any(at < other for other in found.values())}
        return tuple(kept), {at for places in kept.values() for at in places}

    def lens(self, text: str, question: Sequence[Token]) -> tuple[str | None, Places]:
        for slug, pattern in self._lenses:
            match = pattern.search(text.lower())
            if match:
                said = set(words(match[0]))
                return slug, {at for at, token in enumerate(question) if token.word in said}
        return None, set()


def _lens_pattern(lens: Scope) -> re.Pattern[str]:
    sayings = [rf"\b{re.escape(saying.lower())}\b" for saying in lens.words if " " in saying]
    return re.compile("|".join([LENS_FRAME.replace("{name}", re.escape(lens.name.lower())), *sayings]))


def in_order(spoken: Sequence[str], phrase: Sequence[str]) -> list[int]:
    """Places of a phrase's words, nearly side by side; none where they are not all there."""
    for start in (at for at, word in enumerate(spoken) if word == phrase[0]):
        places = [start]
        for word in phrase[1:]:
            reach = range(places[-1] + 1, min(places[-1] + 2 + BETWEEN, len(spoken)))
            nearby = [at for at in reach if spoken[at] == word]
            if not nearby:
                break
            places.append(nearby[0])
        else:
            return places
    return []
