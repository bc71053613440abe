"""A question read as one that follows others in its thread: whom and what it takes over. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from persona_store.answering.understanding import Understood

FEW = 1  # telling words: a question that says more stands by itself


def in_thread(now: Understood, earlier: Iterable[Understood]) -> Understood:
    """``earlier``: the questions before, newest first; the newest that says enough counts."""
    before = next((one for one in earlier if _says_enough(one, now)), None)
    return now if before is None else _following(now, before)


def _says_enough(before: Understood, now: Understood) -> bool:
    """Whether there is somebody to take over, or a topic for the one who is now named."""
    if before.resolved or before.candidates or before.about_customers:
        return True
    return now.names_only and before.unknown_name is not None


def _following(now: Understood, before: Understood) -> Understood:
    known = tuple(one for one in now.candidates if one in before.personas)
    if known:
        return replace(now, personas=known, candidates=(), carried=True)
    if now.names_only:  # "and Marco?"
        return replace(
            _topic_of(before, now), personas=now.personas, candidates=(), group=(), about_customers=False
        )
    if now.about_customers and not now.has_topic:  # "who else?"
        return replace(before, personas=(), group=(), candidates=(), about_customers=True)
    if _stands_alone(now) or (now.personal and not now.follows_up):
        return now
    if now.asks_on or (not now.has_topic and now.points_back and before.has_topic):  # "why?"
        return replace(_topic_of(before, now), carried=True)
    return _about_the_same(now, before) if now.has_topic else now


def _stands_alone(now: Understood) -> bool:
    if now.resolved or now.candidates or now.unknown_name:
        return True
    return now.about_customers and not now.points_at_somebody


def _topic_of(before: Understood, now: Understood) -> Understood:
    return replace(before, lens=now.lens or before.lens, unknown_name=None, carried=False)


def _about_the_same(now: Understood, before: Understood) -> Understood:
    """About the same personas; "it" takes the topic along, but an answer has to come near the rest."""
    taken = replace(
        now,
        personas=before.personas,
        candidates=before.candidates,
        group=before.group,
        kinds=now.kinds or (() if now.content else before.kinds),
        weak_kinds=now.weak_kinds or before.weak_kinds,
        lens=now.lens or before.lens,
        about_customers=before.about_customers and not before.resolved,
        carried=True,
    )
    if not (now.points_back and 0 < len(now.telling) <= FEW):
        return taken
    return replace(
        taken,
        content=(*now.content, *before.content),
        meaning=f"{before.meaning} {now.meaning}",
    )
