"""What people ask, what they miss, which answers did not help: for the council, naming nobody who asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from persona_store.answering.index import Outcome
from persona_store.answering.matching import likeness
from persona_store.models import Question, Rating, Voice
from persona_store.questions import SAME_GAP, Topic, list_gaps, wording
from persona_store.refresh.items import roots_of_merged

COUNTED, GROUPED, RATED, GAPS = 20_000, 500, 200, 200
"""How many of the latest are counted; how many unanswered, not helpful and open ones are put together."""
MISSED = (Outcome.NO_RESEARCH, Outcome.UNKNOWN_PERSONA)


@dataclass(frozen=True)
class PersonaDemand:
    """How often, and by how many people, a persona (a slug) was asked about by name."""

    persona: str
    people: int
    times: int


@dataclass(frozen=True)
class OpenGap:
    """A research question. ``others``: people who asked the same, and did not ask the council."""

    text: str
    personas: tuple[str, ...]
    voices: int
    others: int


@dataclass(frozen=True)
class Theme:
    """What several people asked, in the words of the latest. ``remarks``: what was missing in the answer."""

    text: str
    personas: tuple[str, ...]
    people: int
    times: int
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Demand:
    """The most wanted first. People no longer known (``retention``) count as one: there was one at least."""

    questions: int
    people: int
    answered: int
    personas: list[PersonaDemand]
    gaps: list[OpenGap]
    unhelpful: list[Theme]
    missed: list[Theme]


def get_demand(session: Session, topic: Topic, since: datetime) -> Demand:
    """``missed``: what nobody could answer, and nobody asked the council for."""
    topic = cache(topic)
    asked = session.execute(
        select(Question.slack_user_id, Question.outcome, Question.personas)
        .where(Question.asked_at >= since, Question.outcome != Outcome.OFF_TOPIC)
        .order_by(Question.id.desc())
        .limit(COUNTED)
    ).all()
    gaps, missed = _missed(session, topic, since)
    return Demand(
        questions=len(asked),
        people=len({who for who, _, _ in asked}),
        answered=sum(outcome == Outcome.ANSWER for _, outcome, _ in asked),
        personas=_by_persona((who, slugs) for who, what, slugs in asked if what != Outcome.WHICH_PERSONA),
        gaps=gaps,
        unhelpful=_ranked(_unhelpful(session, topic, since)),
        missed=missed,
    )


@dataclass
class Group:
    """Questions about the same personas that say the same as ``text``."""

    text: str
    personas: tuple[str, ...]
    about: Sequence[str]
    gap_id: int | None = None
    voices: set[str | None] = field(default_factory=set)
    people: set[str | None] = field(default_factory=set)
    times: int = 0
    remarks: list[str] = field(default_factory=list)

    def add(self, who: str | None, remark: str | None = None) -> None:
        self.people.add(who)
        self.times += 1
        if remark and remark not in self.remarks:
            self.remarks.append(remark)


class Groups:
    """Puts together what says the same, beginning with what is there already."""

    def __init__(self, topic: Topic, groups: Iterable[Group] = ()) -> None:
        self._topic = topic
        self.all = list(groups)

    def of(self, text: str, personas: Iterable[str]) -> Group:
        """The group that asks the same as ``text`` of the same personas; a new one, if there is none."""
        whom, about = tuple(sorted(personas)), self._topic(text)
        same = [group for group in self.all if group.personas == whom]
        best = max(same, key=lambda group: likeness(group.about, about), default=None)
        if best is None or likeness(best.about, about) < SAME_GAP:
            best = Group(text, whom, about)
            self.all.append(best)
        return best


def _by_persona(asked: Iterable[tuple[str | None, list[str]]]) -> list[PersonaDemand]:
    people: dict[str, set[str | None]] = {}
    times: dict[str, int] = {}
    for who, slugs in asked:
        for slug in slugs:
            people.setdefault(slug, set()).add(who)
            times[slug] = times.get(slug, 0) + 1
    found = [PersonaDemand(slug, len(people[slug]), times[slug]) for slug in people]
    return sorted(found, key=lambda one: (-one.people, -one.times, one.persona))


def _missed(session: Session, topic: Topic, since: datetime) -> tuple[list[OpenGap], list[Theme]]:
    """Open gaps with all who miss the same, and what is missed without a gap."""
    groups, by_gap = _unanswered(session, topic, since)
    gaps = [
        OpenGap(group.text, group.personas, len(group.voices), len(group.people - group.voices))
        for group in by_gap.values()
    ]
    gaps.sort(key=lambda gap: (-gap.voices, -gap.others))
    return gaps, _ranked(group for group in groups.all if group.gap_id is None)


def count_missed(session: Session, topic: Topic, since: datetime) -> dict[int, int]:
    """How many people asked the same as each open gap (its number) without asking the council."""
    _, by_gap = _unanswered(session, cache(topic), since)
    return {gap_id: len(group.people - group.voices) for gap_id, group in by_gap.items()}


def _unanswered(session: Session, topic: Topic, since: datetime) -> tuple[Groups, dict[int, Group]]:
    """Put together what nobody could answer; the second are the groups of open gaps, by number."""
    roots = roots_of_merged(session)
    groups = Groups(topic, _open_gaps(session, topic, roots))
    by_gap = {group.gap_id: group for group in groups.all if group.gap_id is not None}
    for question in session.scalars(
        select(Question)
        .where(Question.asked_at >= since, Question.outcome.in_(MISSED))
        .order_by(Question.id.desc())
        .limit(GROUPED)
    ):
        if question.item_id is None:
            groups.of(wording(session, question, topic), question.personas).add(question.slack_user_id)
        elif (root := roots.get(question.item_id, question.item_id)) in by_gap:
            by_gap[root].add(question.slack_user_id)
    return groups, by_gap


def _open_gaps(session: Session, topic: Topic, roots: Mapping[int, int]) -> list[Group]:
    groups = {
        gap.id: Group(gap.text, tuple(sorted(gap.personas)), topic(gap.text), gap_id=gap.id)
        for gap, _ in list_gaps(session, GAPS)
    }
    counting = [*groups, *(merged for merged, root in roots.items() if root in groups)]
    said = select(Voice.item_id, Voice.slack_user_id).where(
        Voice.item_id.in_(counting), Voice.withdrawn_at.is_(None)
    )
    for item_id, who in session.execute(said):
        groups[roots.get(item_id, item_id)].voices.add(who)
    return list(groups.values())


def _unhelpful(session: Session, topic: Topic, since: datetime) -> list[Group]:
    groups = Groups(topic)
    for question, rating in session.execute(
        select(Question, Rating)
        .join(Rating, Rating.question_id == Question.id)
        .where(Question.asked_at >= since, Rating.rating == "not_helpful")
        .order_by(Question.id.desc())
        .limit(RATED)
    ):
        groups.of(wording(session, question, topic), question.personas).add(
            rating.slack_user_id, rating.missing
        )
    return groups.all


def _ranked(groups: Iterable[Group]) -> list[Theme]:
    themes = [
        Theme(group.text, group.personas, len(group.people), group.times, tuple(group.remarks))
        for group in groups
    ]
    return sorted(themes, key=lambda theme: (-theme.people, -theme.times))
