"""The onboarding course: ten working days, every primary persona, from the store alone.

Nine days introduce the personas, each a few times from different sides; each day asks one question, from the
second day on about something that an earlier day told. The tenth says how the person stands, to them alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zlib import crc32

from sqlalchemy import select
from sqlalchemy.orm import Session

from persona_store.catalogue import StatementEntry
from persona_store.evidence import Strength
from persona_store.models import TriviaAnswer, TriviaQuestion
from persona_store.trivia.learning import list_cards, was_missed
from persona_store.trivia.material import Material

DAYS = 10
TEACHING = DAYS - 1
SIDES: Sequence[tuple[str, tuple[str, ...]]] = (
    ("wants", ("goal", "need", "job", "expectation")),
    ("hurts", ("pain_point", "objection", "trigger")),
    ("works", ("behaviour", "preference", "expectation", "need")),
)
"""What a visit tells of a persona, and the kinds of statements it draws on; then from the start again."""
TOLD, TOLD_BRIEFLY = 3, 2


@dataclass(frozen=True)
class Visit:
    """A persona on a day of the course. ``side``: of ``SIDES``; ``is_first``: they have not met before."""

    persona: str
    side: str
    statements: tuple[StatementEntry, ...]
    is_first: bool


@dataclass(frozen=True)
class Lesson:
    """``told``: keys of what earlier days told, the longest ago first: what to ask about."""

    day: int
    visits: tuple[Visit, ...]
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """How somebody knows a persona: of so many statements that can be asked about.

    ``known``: right the last time; ``missed``: wrong the last time (keys). ``right`` of ``first``: at first.
    """

    persona: str
    askable: int
    known: int
    missed: tuple[str, ...] = field(default=())
    right: int = 0
    first: int = 0

    @property
    def met(self) -> int:
        return self.known + len(self.missed)

    @property
    def share(self) -> float:
        return self.known / self.askable if self.askable else 1.0


def subjects(material: Material) -> list[str]:
    """Whom the course is about: primary personas; where there are none, whoever we build for."""
    told = [slug for slug in material.personas if material.said_of[slug] and not material.is_negative(slug)]
    return [slug for slug in told if material.personas[slug].priority == "primary"] or told


def lesson(material: Material, day: int, seed: str) -> Lesson | None:
    """Give what a day tells; the same for the same store, day and seed. None where there is nobody."""
    personas = subjects(material)
    if not personas or not 1 <= day <= TEACHING:
        return None
    told: dict[str, list[str]] = {slug: [] for slug in personas}
    order: list[str] = []
    visits: list[Visit] = []
    for number in range(1, day + 1):
        order += [one.key for visit in visits for one in visit.statements]
        visits = [
            _visit(material, slug, told[slug], number, len(personas), seed)
            for slug in _of_day(personas, number)
        ]
        for visit in visits:
            told[visit.persona] += [one.key for one in visit.statements]
    shown = {one.key for visit in visits for one in visit.statements}
    return Lesson(day, tuple(visits), tuple(dict.fromkeys(key for key in order if key not in shown)))


def _of_day(personas: Sequence[str], day: int) -> list[str]:
    """One a day, in turn; several where there are more personas than days."""
    if len(personas) <= TEACHING:
        return [personas[(day - 1) % len(personas)]]
    return list(personas[day - 1 :: TEACHING])


def _visit(material: Material, slug: str, told: Sequence[str], day: int, personas: int, seed: str) -> Visit:
    """Tell what was not told before, researched first; a bit of each kind."""
    number = (day - 1) // personas if personas <= TEACHING else 0
    side, kinds = SIDES[number % len(SIDES)]
    count = TOLD if personas <= TEACHING else TOLD_BRIEFLY
    left = [one for one in material.said_of[slug] if one.key not in told]
    chosen: list[StatementEntry] = []
    while left and len(chosen) < count:
        used = [one.kind for one in chosen]

        def rank(one: StatementEntry) -> tuple[object, ...]:
            return (
                one.strength is Strength.ASSUMPTION,
                one.kind not in kinds,
                used.count(one.kind),  # noqa: B023 - called within the turn of the loop
                crc32(f"{seed} {one.key}".encode()),
            )

        best = min(left, key=rank)
        chosen.append(best)
        left.remove(best)
    if not chosen:  # all of it was told: the first again
        chosen = [material.statements[key] for key in told[:count]]
    return Visit(slug, side, tuple(chosen), is_first=not told)


def to_ask(session: Session, lesson: Lesson, slack_user_id: str) -> list[str]:
    """What of earlier days to ask about: what was not asked yet, then what was missed."""
    cards = {one.statement: one for one in list_cards(session, slack_user_id)}
    new = [key for key in lesson.told if key not in cards]
    return new + [key for key in lesson.told if key in cards and was_missed(cards[key])]


def known_by(session: Session, material: Material, slug: str, slack_user_id: str) -> Known:
    """How somebody stands with one persona."""
    askable = {one.key for one in material.askable[slug]}
    cards = [one for one in list_cards(session, slack_user_id) if one.statement in askable]
    firsts = session.scalars(
        select(TriviaAnswer.is_right)
        .join(TriviaQuestion, TriviaQuestion.id == TriviaAnswer.question_id)
        .where(
            TriviaAnswer.slack_user_id == slack_user_id,
            TriviaAnswer.is_first,
            TriviaQuestion.persona == slug,
        )
    ).all()
    missed = tuple(one.statement for one in cards if was_missed(one))
    return Known(slug, len(askable), len(cards) - len(missed), missed, sum(firsts), len(firsts))


def summary(session: Session, material: Material, slack_user_id: str) -> list[Known]:
    """Everybody of the course, in its order."""
    return [known_by(session, material, slug, slack_user_id) for slug in subjects(material)]


def whom_next(
    session: Session, material: Material, slack_user_id: str, stands: Sequence[Known]
) -> str | None:
    """Whom to get to know next: who was missed most, else who was not part of the course, the least known."""
    weak: Mapping[str, Known] = {one.persona: one for one in stands if 2 * one.right < one.first}
    if weak:
        return max(weak, key=lambda slug: weak[slug].first - weak[slug].right)
    others = [slug for slug in material.subjects if slug not in {one.persona for one in stands}]
    if others:
        return min(others, key=lambda slug: known_by(session, material, slug, slack_user_id).share)
    return min(stands, key=lambda one: one.share).persona if stands else None
