"""What the council looks at first, and why. Pure.

The score is a sum: of each doubling of the people, of how lately somebody spoke, of contradicting what is
well researched, and of the persona's priority. Of two with the same score the older one comes first.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from persona_store.evidence import Strength

VOICES, RECENCY = 3.0, 2.0
HALF_LIFE = timedelta(days=30)
"""After so long, half of what recency is worth is left."""
CONTRADICTION = {Strength.VALIDATED: 3.0, Strength.INDICATIVE: 1.5, Strength.ASSUMPTION: 0.5}
PRIORITY = {"primary": 2.0, "secondary": 1.0, "negative": 0.0}
RECENT = timedelta(days=7)
"""What is as recent is said to be."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rank of an item rests on.

    ``people``: who reported it, or asked for it; ``missed``: how many others asked the same without asking
    the council. ``latest_at``: the last voice. ``contradicting``: how many people contradict a statement, of
    this ``strength``. ``priority``: the highest of its personas.
    """

    item_id: int
    people: int
    latest_at: datetime
    missed: int = 0
    contradicting: int = 0
    strength: Strength | None = None
    priority: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """``kind``: people, missed, contradicts (``about``: a strength), recent, priority (``about``: which)."""

    kind: str
    number: int = 0
    about: str = ""


@dataclass(frozen=True, slots=True)
class Ranked:
    """``reasons``: worked out when somebody looks, as few of many are looked at."""

    item_id: int
    score: float
    standing: Standing
    now: datetime

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return reasons_of(self.standing, self.now)


def rank(items: Iterable[Standing], now: datetime) -> list[Ranked]:
    """The most pressing first."""
    ranked = [Ranked(one.item_id, score_of(one, now), one, now) for one in items]
    return sorted(ranked, key=lambda one: (-one.score, one.item_id))


def score_of(standing: Standing, now: datetime) -> float:
    half_lives = (now - standing.latest_at) / HALF_LIFE
    score = VOICES * math.log2(1 + standing.people + standing.missed)
    score += RECENCY * (math.exp2(-half_lives) if half_lives > 0 else 1)
    if standing.contradicting and standing.strength:
        score += CONTRADICTION[standing.strength]
    return score + PRIORITY.get(standing.priority or "", 0.0)


def reasons_of(standing: Standing, now: datetime) -> tuple[Reason, ...]:
    """Why it stands where it stands, the weightiest kind of reason first."""
    found = []
    if standing.contradicting and standing.strength:
        found.append(Reason("contradicts", standing.contradicting, standing.strength))
    if standing.people != standing.contradicting or not found:
        found.append(Reason("people", standing.people))
    if standing.missed:
        found.append(Reason("missed", standing.missed))
    if now - standing.latest_at <= RECENT:
        found.append(Reason("recent", max(0, (now - standing.latest_at).days)))
    if PRIORITY.get(standing.priority or ""):
        found.append(Reason("priority", about=standing.priority or ""))
    return tuple(found)
