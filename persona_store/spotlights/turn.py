"""Which persona a channel meets next, and what it is told of it. Pure.

Turns are counted in spotlights of the channel, not in days: a channel with one a month is as fair as one with
one a day, and a pause changes nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from zlib import crc32

from persona_store.catalogue import StatementEntry
from persona_store.evidence import Strength

WEIGHTS = {"primary": 4, "secondary": 2, "negative": 1}
"""How often, in proportion. Negative personas come too, but rarely: people meet such customers, and should
know them for what they are. A subscription that names one gets it as often as a secondary one."""
FACTS, FEWER_FACTS = 3, 2
ENOUGH = 2 * FACTS
"""So many statements give three facts each time without repeating the last three."""


class Why(StrEnum):
    CHANGED = "changed"
    NEVER_MET = "never_met"
    UNSEEN = "unseen"
    MISSED = "missed"
    PRIORITY = "priority"
    ALONE = "alone"


@dataclass(frozen=True)
class Reason:
    """``number``: of a revision; of days unseen; of wrong answers (``of`` so many, ``here`` or anywhere)."""

    why: Why
    number: int = 0
    of: int = 0
    here: bool = True


@dataclass(frozen=True)
class Turn:
    slug: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Misses:
    """First answers in trivia about a persona; ``here``: of people who play in this channel."""

    wrong: int
    answers: int
    here: bool = True

    @property
    def share(self) -> float:
        return self.wrong / self.answers


@dataclass(frozen=True)
class Candidate:
    """A persona that a channel may meet.

    ``posts_since``: the channel's spotlights since its last one (all of them, if there was none);
    ``shown_at``: when that was. ``revision``: the newest one, if the channel has not heard of it yet.
    ``missed``: what people got wrong in trivia, where that says something. ``asked_for``: it is named in the
    subscription.
    """

    slug: str
    priority: str
    posts_since: int = 0
    shown_at: datetime | None = None
    revision: int | None = None
    missed: Misses | None = None
    asked_for: bool = False

    @property
    def weight(self) -> int:
        least = WEIGHTS["secondary"] if self.asked_for else 0
        return max(WEIGHTS[self.priority], least)

    @property
    def was_last(self) -> bool:
        return self.posts_since == 0 and self.shown_at is not None


def whose_turn(candidates: Sequence[Candidate], now: datetime) -> Turn:
    """Choose who has waited longest for its weight; of equals the heaviest, then the first.

    In the long run each comes once in (all weights / its weight) turns. News, never having been met, and
    trivia misses each count as much as that wait, so they bring a persona up soon; but not twice in a row,
    and the others' waiting outgrows them, so nobody is passed over for ever.
    """
    usual_wait = sum(candidate.weight for candidate in candidates)

    def urgency(candidate: Candidate) -> tuple[float, int]:
        waited = candidate.weight * (candidate.posts_since + 1)
        if candidate.was_last:
            return waited, candidate.weight
        missed = candidate.missed.share if candidate.missed else 0.0
        extra = (candidate.revision is not None) + (candidate.shown_at is None) + missed
        return waited + usual_wait * extra, candidate.weight

    chosen = max(candidates, key=urgency)
    return Turn(chosen.slug, tuple(_reasons(chosen, candidates, now)))


def _reasons(chosen: Candidate, candidates: Sequence[Candidate], now: datetime) -> list[Reason]:
    """Say what counted, the most telling first."""
    if len(candidates) == 1:
        return [Reason(Why.CHANGED, chosen.revision) if chosen.revision else Reason(Why.ALONE)]
    reasons = []
    if chosen.revision is not None:
        reasons.append(Reason(Why.CHANGED, chosen.revision))
    if chosen.missed and not chosen.was_last:
        reasons.append(Reason(Why.MISSED, chosen.missed.wrong, chosen.missed.answers, chosen.missed.here))
    waited_longest = all(one.posts_since <= chosen.posts_since for one in candidates)
    if chosen.shown_at is None:
        reasons.append(Reason(Why.NEVER_MET))
    elif waited_longest or not reasons:
        reasons.append(Reason(Why.UNSEEN, (now - chosen.shown_at).days))
        if not waited_longest and len(reasons) == 1:
            reasons.append(Reason(Why.PRIORITY))
    return reasons


@dataclass(frozen=True)
class Told:
    """What a past spotlight told.

    ``asked``: the statement that its question was about, and ``options``, all that it offered; ``step``: the
    slug of the stage to feel one's way into; ``prompt``: the number of the wording that asked to.
    """

    persona: str
    revision: int | None
    statements: tuple[str, ...]
    asked: str | None
    story: int | None
    step: str | None
    prompt: int
    at: datetime | None
    options: tuple[str, ...] = ()


def read_told(content: Mapping[str, Any], at: datetime | None) -> Told:
    question = content.get("question") or {}
    options, right = question.get("options") or [], question.get("right", 0)
    return Told(
        persona=content.get("persona", ""),
        revision=content.get("revision"),
        statements=tuple(content.get("statements") or ()),
        asked=options[right] if right < len(options) else None,
        story=content.get("story"),
        step=content.get("step"),
        prompt=content.get("prompt", 0),
        at=at,
        options=tuple(options),
    )


def pick_facts(
    statements: Sequence[StatementEntry],
    told: Sequence[Told],
    *,
    lens: str | None,
    changed: Collection[str],
    quality: Mapping[str, int],
    seed: str,
    missed: Collection[str] = (),
) -> list[StatementEntry]:
    """Choose two or three of a persona's statements; fewer where there are too few to vary.

    Changed ones first, then what people got wrong in trivia (``missed``), then those of the lens; what was
    told least often and longest ago; of different kinds and topics; the better researched (``quality``: by
    key, 0 is best). Assumptions only where nothing else is left: what is repeated often enough is taken for
    true. ``told``: the persona's past spotlights, newest first: nothing of the last one comes again, unless
    it has changed.
    """
    last = set(told[0].statements) if told else set()
    of_lens = [one for one in statements if holds_under(one, lens)]
    base = len(of_lens if len(of_lens) >= FEWER_FACTS else statements)
    count = FACTS if base >= ENOUGH else FEWER_FACTS
    left = [one for one in statements if one.key in changed or one.key not in last]
    if not left:
        left = list(statements)
    elif not last:
        count = min(count, max(1, len(left) // 2))  # leave some for the next time
    before = {
        one.key: (
            one.key not in changed,
            one.key not in missed,
            not holds_under(one, lens),
            one.strength is Strength.ASSUMPTION,
            *_repetition(one.key in past.statements for past in told),
        )
        for one in left
    }
    after = {one.key: (quality.get(one.key, 0), crc32(f"{seed} {one.key}".encode())) for one in left}
    chosen: list[StatementEntry] = []
    while left and len(chosen) < count:
        kinds, topics = {one.kind for one in chosen}, {one.topic for one in chosen if one.topic}

        def rank(one: StatementEntry) -> tuple[object, ...]:
            is_like = one.kind in kinds, one.topic in topics  # noqa: B023 - called within the turn of the loop
            return *before[one.key], *is_like, *after[one.key]

        best = min(left, key=rank)
        chosen.append(best)
        left.remove(best)
    return chosen


def _repetition(told: Iterable[bool]) -> tuple[int, int]:
    """How often it was told, then how lately; (0, 0) where it never was. ``told``: newest first."""
    at = [number for number, was_told in enumerate(told) if was_told]
    return len(at), -min(at, default=0)


def holds_under(statement: StatementEntry, lens: str | None) -> bool:
    return lens is None or not statement.lenses or lens in statement.lenses


def pick_step(
    stages: Sequence[str], told: Sequence[Told], facts: Sequence[StatementEntry], seed: str
) -> str | None:
    """Choose the journey stage to feel one's way into: told least often, then near the facts."""
    near = [stage for fact in facts for stage in fact.stages]

    def rank(stage: str) -> tuple[object, ...]:
        often, lately = _repetition(past.step == stage for past in told)
        was_last = bool(told) and told[0].step == stage
        return often, was_last, -near.count(stage), lately, crc32(f"{seed} {stage}".encode())

    return min(stages, key=rank, default=None)
