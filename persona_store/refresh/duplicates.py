"""Which open items an insight, or a question, may repeat: a hint to whoever files it, never a merge.

Nearness is the answering engine's (``Index.sameness``), which takes milliseconds a pair. So that a long
backlog stays quick, only those are compared that come near by their vectors, or share the rarest words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from persona_store.answering import Answering, Index
from persona_store.language.sameness import ALIKE
from persona_store.language.words import words
from persona_store.models import RefreshItem
from persona_store.refresh.item_moves import OPEN_STATES
from persona_store.refresh.items import root_of
from persona_store.refresh.masking import without_placeholders

COMPARED = 6
"""So many of each sort: near by vectors, near by words."""
LOOKED_AT = 5_000
SENTENCES, FEWEST_WORDS = 5, 6
READ_AHEAD = 24
"""Texts that get vectors before a comparison, the newest first; others are found by words until then."""

_SENTENCE_END = re.compile(r"(?<=[.!?;:\n])\s+")


@dataclass(frozen=True)
class _Known:
    """What was reported before, without what was masked. ``item_id``: it, or what it was merged into."""

    item_id: int
    text: str


def suggest_duplicates(
    session: Session, answering: Answering, text: str, personas: Sequence[str], limit: int = 3
) -> list[tuple[RefreshItem, float]]:
    """Open items, insights and gaps, that may be the same, the likeliest first.

    Of the same ``personas``; those of nobody in particular may be the same as any.
    """
    index, text = answering.at(session), without_placeholders(text)
    found: dict[int, tuple[RefreshItem, float]] = {}
    for known in _nearest(session, answering, text, _list_known(session, personas)):
        item = root_of(session, session.get_one(RefreshItem, known.item_id))
        likeness = likeness_of(index, text, known.text)
        if item.state in OPEN_STATES and likeness >= max(ALIKE, found.get(item.id, (item, 0))[1]):
            found[item.id] = item, likeness
    return sorted(found.values(), key=lambda pair: (-pair[1], pair[0].id))[:limit]


def read_ahead(answering: Answering, text: str, personas: Sequence[str]) -> None:
    """Have vectors of ``text`` and of what it may repeat, so that those can be told apart by meaning.

    Opens transactions of its own: not within another one.
    """
    with answering.store.read() as session:
        known = [one.text for one in _list_known(session, personas)]
    answering.keep_vectors([without_placeholders(text), *known], READ_AHEAD)


def likeness_of(index: Index, text: str, known: str) -> float:
    """How near two reports come to saying the same: as wholes, or in the sentence of each that is nearest."""
    if text.casefold() == known.casefold():
        return 1.0
    pairs = product([text, *_sentences(text)], [known, *_sentences(known)])
    return max(index.sameness(one, other) for one, other in pairs)


def _sentences(text: str) -> list[str]:
    """Those of several that say something: greetings and telephone numbers make no two reports alike."""
    said = [one.strip() for one in _SENTENCE_END.split(without_placeholders(text))]
    telling = [one for one in said if len(words(one)) >= FEWEST_WORDS]
    return telling[:SENTENCES] if len(said) > 1 else []


def _list_known(session: Session, personas: Sequence[str]) -> list[_Known]:
    """Open items, and what was merged into one: another wording of the same. The newest first."""
    rows = session.execute(
        select(RefreshItem.id, RefreshItem.text, RefreshItem.personas)
        .where(RefreshItem.state.in_((*OPEN_STATES, "duplicate")))
        .order_by(RefreshItem.id.desc())
        .limit(LOOKED_AT)
    )
    about = set(personas)
    return [
        _Known(item_id, without_placeholders(known))
        for item_id, known, slugs in rows
        if known and (not about or not slugs or about & set(slugs))
    ]


def _nearest(session: Session, answering: Answering, text: str, known: Sequence[_Known]) -> list[_Known]:
    """Those worth comparing closely."""
    if len(known) <= COMPARED:
        return list(known)
    by_words = _by_words(text, known)
    vectors = answering.vectors(session, [text, *(one.text for one in known)])
    near = by_words if vectors is None else [*_best(vectors[1:] @ vectors[0]), *by_words]
    return [known[at] for at in dict.fromkeys(near)]


def _by_words(text: str, known: Sequence[_Known]) -> list[int]:
    """Places of those that share words with ``text``, of which few others have any."""
    wanted = set(words(text))
    said = [wanted & set(words(one.text)) for one in known]
    times = {word: sum(word in one for one in said) for word in wanted}
    return _best(np.array([sum(1 / times[word] for word in one) for one in said], np.float32))


def _best(scores: np.ndarray[tuple[int], np.dtype[np.float32]]) -> list[int]:
    return [int(at) for at in np.argsort(-scores, kind="stable")[:COMPARED] if scores[at] > 0]
