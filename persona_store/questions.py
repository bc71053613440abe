"""Questions asked, what came of them, and the gaps they show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from persona_store.answering.matching import likeness
from persona_store.errors import NotFoundError
from persona_store.models import Question, Rating, RefreshItem, Voice
from persona_store.refresh.item_moves import OPEN_STATES
from persona_store.refresh.items import count_people, get_item, list_voices, root_of
from persona_store.refresh.masking import mask
from persona_store.refresh.standings import count_asking
from persona_store.refresh.trail import record_trail

SAME_GAP = 0.75
"""Likeness from which two questions ask for the same research."""
FOLLOWED, LOOKED_BACK = 3, 10
GAP = "gap"
IS_OPEN_GAP = (RefreshItem.kind == GAP) & RefreshItem.state.in_(OPEN_STATES)

Topic = Callable[[str], Sequence[str]]
"""What a text is about, whoever it is about (``Index.topic``)."""


@dataclass(frozen=True)
class GapState:
    text: str
    voices: int
    is_new: bool


def get_question(session: Session, question_id: int) -> Question:
    question = session.get(Question, question_id)
    if question is None:
        raise NotFoundError("I no longer have that question. Please ask it again.")
    return question


def find_question_of(session: Session, request: str) -> Question | None:
    """The question that this request of Slack's has been before, if it is worked on again."""
    return session.scalar(select(Question).where(Question.request == request))


def find_last_question(session: Session, channel_id: str, thread_ts: str) -> Question | None:
    """The question that a follow-up in this thread follows."""
    return next(iter(list_thread(session, channel_id, thread_ts, 1)), None)


def find_last_answered(session: Session, channel_id: str, thread_ts: str) -> Question | None:
    """The last question of a thread that statements answered."""
    thread = list_thread(session, channel_id, thread_ts, LOOKED_BACK)
    return next((question for question in reversed(thread) if question.statements), None)


def list_thread(
    session: Session, channel_id: str, thread_ts: str, limit: int, before: int | None = None
) -> Sequence[Question]:
    """The last questions of a thread (``before`` the one of this number), in the order they were asked."""
    query = select(Question).where(Question.channel_id == channel_id, Question.thread_ts == thread_ts)
    if before is not None:
        query = query.where(Question.id < before)
    return session.scalars(query.order_by(Question.id.desc()).limit(limit)).all()[::-1]


def wording(session: Session, question: Question, topic: Topic) -> str:
    """What is asked, read on its own: "and Marco?" goes with what it follows in its thread."""
    said = [question.text]
    if question.thread_ts is None or topic(question.text):
        return question.text
    thread = list_thread(session, question.channel_id or "", question.thread_ts, FOLLOWED, before=question.id)
    for earlier in reversed(thread):
        said.append(earlier.text)
        if topic(earlier.text):
            break
    return " ".join(reversed(said))


def list_questions_of(session: Session, slack_user_id: str, limit: int) -> Sequence[Question]:
    return session.scalars(
        select(Question)
        .where(Question.slack_user_id == slack_user_id)
        .order_by(Question.id.desc())
        .limit(limit)
    ).all()


def record_rating(
    session: Session, question_id: int, slack_user_id: str, rating: str, missing: str | None = None
) -> None:
    """Keep what somebody says of an answer: their last word counts, and what was missing with it.

    Personal data in that is masked.
    """
    get_question(session, question_id)
    said = session.get(Rating, (question_id, slack_user_id)) or Rating(
        question_id=question_id, slack_user_id=slack_user_id
    )
    said.missing = (missing and mask(missing).text) or (said.missing if rating == said.rating else None)
    said.rating = rating
    session.add(said)


def open_gap(
    session: Session, question: Question, slack_user_id: str, topic: Topic, now: datetime
) -> GapState:
    """Ask the council: join the open gap that asks the same, or open one. A person counts once.

    What of the question names a customer stays out of the backlog.
    """
    session.refresh(question, with_for_update=True)  # of two clicks at once, the second joins
    text = mask(wording(session, question, topic)).text
    gap = _find_same_gap(session, question, topic(text), topic)
    is_new = gap is None
    if gap is not None:
        session.refresh(gap, with_for_update=True)
    else:
        gap = RefreshItem(kind=GAP, text=text, personas=question.personas, opened_at=now, changed_at=now)
        session.add(gap)
        session.flush()
    _speak_up(session, gap, slack_user_id, now, is_new=is_new)
    question.item_id = gap.id
    session.flush()
    return GapState(gap.text, count_people(list_voices(session, gap)), is_new)


def _speak_up(session: Session, gap: RefreshItem, slack_user_id: str, now: datetime, *, is_new: bool) -> None:
    """Whoever asks for it already is counted once, also where they did so for what was merged into it."""
    asking = {voice.slack_user_id for voice in list_voices(session, gap)}
    own = select(Voice).where(Voice.item_id == gap.id, Voice.slack_user_id == slack_user_id)
    if slack_user_id in asking:
        return
    voice = session.scalar(own) or Voice(item_id=gap.id, slack_user_id=slack_user_id)
    voice.said_at, voice.withdrawn_at = now, None
    session.add(voice)
    record_trail(session, f"item {gap.id}", "submitted" if is_new else "joined", by=slack_user_id, now=now)


def list_gaps(session: Session, limit: int) -> list[tuple[RefreshItem, int]]:
    """Open gaps with the number of people who ask for them, most asked first."""
    asked = count_asking(session, IS_OPEN_GAP)
    first = sorted(asked, key=lambda gap_id: (-asked[gap_id], gap_id))[:limit]
    gaps = {gap.id: gap for gap in session.scalars(select(RefreshItem).where(RefreshItem.id.in_(first)))}
    return [(gaps[gap_id], asked[gap_id]) for gap_id in first]


def _find_same_gap(
    session: Session, question: Question, asked: Sequence[str], topic: Topic
) -> RefreshItem | None:
    """The open item that asks the same; that of a question that was merged is its root."""
    if question.item_id is not None:
        root = root_of(session, get_item(session, question.item_id))
        if root.state in OPEN_STATES:
            return root
    asks = (RefreshItem.kind == GAP) & RefreshItem.state.in_((*OPEN_STATES, "duplicate"))
    alike = [
        (likeness(topic(gap.text), asked), gap)
        for gap in session.scalars(select(RefreshItem).where(asks).order_by(RefreshItem.id))
        if sorted(gap.personas) == sorted(question.personas)
    ]
    for most, gap in sorted(alike, key=lambda pair: -pair[0]):
        root = root_of(session, gap)
        if most >= SAME_GAP and root.state in OPEN_STATES:
            return root
    return None
