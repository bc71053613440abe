"""A question, from the words to the rows that answer it, kept with its outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from persona_store.answering import Answer, Answering, Found, Outcome
from persona_store.database import Store
from persona_store.models import Persona, Question, Statement, Story
from persona_store.people import lens_for
from persona_store.personas import get_personas, get_statements, list_personas
from persona_store.questions import find_question_of, get_question, list_thread
from persona_store.refresh.conflicts import count_conflicts
from persona_store.refresh.masking import mask, without_placeholders
from persona_store.shelf import Kept
from persona_store.stories import fitting_story

THREAD_LOOKED_AT = 5
EXPLAINED = 8


@dataclass(frozen=True)
class Asking:
    """Who asks what, where.

    ``is_public``: everybody in the conversation sees the answer. ``request``: the key that stays the same
    when the request is worked on again.
    """

    text: str
    slack_user_id: str
    channel_id: str | None = None
    thread_ts: str | None = None
    is_public: bool = False
    request: str | None = None


@dataclass(frozen=True)
class Asked:
    """An answer with everything that a message of it shows.

    ``personas``: whom it is about, those it matters to most first; for *which persona* the candidates, for
    *unknown persona* all there are. ``elsewhere``: what would answer it, but is about somebody else.
    ``names_nobody``: the question did not say whom it is about. ``story``: one to read about them.
    ``conflicts``: how many people report something else, by the key of the statement.
    """

    question_id: int
    question: str
    outcome: Outcome
    personas: list[Persona]
    statements: list[Statement]
    nearest: list[Statement]
    lens: str | None
    elsewhere: list[Statement] = field(default_factory=list)
    names_nobody: bool = False
    story: Story | None = None
    unknown_name: str | None = None
    conflicts: Mapping[str, int] = field(default_factory=dict)


def ask(store: Store, answering: Answering, asking: Asking, now: datetime) -> Asked:
    """Answer, and keep the question, without personal data. In a thread it follows the one before it."""
    text = mask(asking.text).text
    with store.read() as session:
        lens = lens_for(session, asking.slack_user_id, asking.channel_id, public=asking.is_public)
        previous = _previous(session, asking)
    answer = answering.answer(without_placeholders(text), previous=previous, lens=lens)
    answer = replace(answer, question=text)
    with store.read() as session:
        asked = _asked(session, answering, answer)
    with store.begin() as session:
        question = _record(session, asking, answer, now)
    return replace(asked, question_id=question.id)


def ask_of(store: Store, answering: Answering, question_id: int, slug: str) -> Asked:
    """Answer a question again for the persona that the asker chose."""
    with store.read() as session:
        question = get_question(session, question_id)
    answer = answering.answer(without_placeholders(question.text), lens=question.lens, personas=(slug,))
    answer = replace(answer, question=question.text)
    with store.read() as session:
        asked = _asked(session, answering, answer)
    with store.begin() as session:
        question = get_question(session, question_id)
        question.outcome, question.personas = answer.outcome, list(answer.personas)
        question.statements = [found.statement for found in answer.statements]
    return replace(asked, question_id=question_id)


@dataclass(frozen=True)
class Explained:
    """Why an answer is as it is. ``ranking``: the best statements with their scores, shown or not."""

    answer: Answer
    personas: list[Persona]
    stages: list[str]
    ranking: list[tuple[Statement, float]]
    goes_by_meaning: bool

    def is_shown(self, statement: Statement) -> bool:
        return any(found.statement == statement.key for found in self.answer.statements)


def explain(
    store: Store,
    answering: Answering,
    text: str,
    previous: str | None,
    lens: str | None,
    chosen: Sequence[str] = (),
) -> Explained:
    """Answer again, with what was understood and what was left out.

    ``chosen``: whom the kept answer is about, where that is not what the question alone says.
    """
    answer = answering.answer(text, previous=previous, lens=lens)
    others = tuple(chosen) if chosen and set(chosen) != set(answer.personas) else None
    if others:
        answer = answering.answer(text, previous=previous, lens=lens, personas=others)
    ranked = answering.ranking(text, EXPLAINED, previous=previous, lens=lens, personas=others)
    scores = {found.statement: found.score for found in (*answer.statements, *ranked)}
    with store.read() as session:
        statements = get_statements(session, scores)
        personas = get_personas(session, answer.personas)
    ranking = [(statement, scores[statement.key]) for statement in statements]
    stages = [stage.name for stage in answering.snapshot().stages if stage.slug in answer.stages]
    return Explained(answer, personas, stages, ranking, answering.goes_by_meaning)


def explain_question(store: Store, answering: Answering, question_id: int) -> Explained:
    """Explain the answer of a kept question; raise NotFoundError where it is gone."""
    with store.read() as session:
        question = get_question(session, question_id)
        earlier = list_thread(
            session, question.channel_id or "", question.thread_ts or "", THREAD_LOOKED_AT, before=question_id
        )
        previous = "\n".join(_with_names(session, one) for one in earlier) or None
    text = without_placeholders(question.text)
    return explain(store, answering, text, previous, question.lens, question.personas)


def record_look_up(
    session: Session,
    asking: Asking,
    slugs: Sequence[str],
    now: datetime,
    said: Sequence[Statement] | None = None,
) -> None:
    """Keep who was looked up, so that the next question in the thread is about them.

    ``said``: what a comparison found; None where the personas themselves were asked for.
    """
    outcome = Outcome.NO_RESEARCH if said is not None and not said else Outcome.ANSWER
    found = tuple(Found(statement.key, statement.persona.slug, 0) for statement in said or ())
    _record(session, asking, Answer(mask(asking.text).text, outcome, tuple(slugs), found), now)


def asked_before(session: Session, question: Question) -> Asked:
    """The answer of a kept question, as its statements are now."""
    statements = get_statements(session, question.statements)
    owners = [statement.persona.slug for statement in statements]
    return Asked(
        question_id=question.id,
        question=question.text,
        outcome=Outcome(question.outcome),
        personas=get_personas(session, dict.fromkeys([*question.personas, *owners])),
        statements=statements,
        nearest=[],
        lens=question.lens,
        names_nobody=not question.personas,
        conflicts=count_conflicts(session, question.statements),
    )


def _previous(session: Session, asking: Asking) -> str | None:
    """The questions before this one in the thread, a line each, with whom they turned out to be about."""
    if asking.channel_id is None or asking.thread_ts is None:
        return None
    earlier = list_thread(session, asking.channel_id, asking.thread_ts, THREAD_LOOKED_AT)
    return "\n".join(_with_names(session, question) for question in earlier) or None


def _with_names(session: Session, question: Question) -> str:
    """The question with whom it turned out to be about; who may have been meant is not who was meant."""
    text = " ".join(without_placeholders(question.text).split())
    if question.outcome == Outcome.WHICH_PERSONA:
        return text
    slugs = question.personas or [one.persona.slug for one in get_statements(session, question.statements)]
    names = [persona.name for persona in get_personas(session, dict.fromkeys(slugs))]
    unnamed = [name for name in names if name.lower() not in text.lower()]
    return f"{text} ({', '.join(unnamed)})" if unnamed else text


def _record(session: Session, asking: Asking, answer: Answer, now: datetime) -> Question:
    question = (asking.request and find_question_of(session, asking.request)) or Question(asked_at=now)
    question.request = asking.request
    question.slack_user_id = asking.slack_user_id
    question.channel_id = asking.channel_id
    question.thread_ts = asking.thread_ts
    question.text = answer.question
    question.lens = answer.lens
    question.outcome = answer.outcome
    question.personas = list(answer.personas)
    question.statements = [found.statement for found in answer.statements]
    session.add(question)
    session.flush()
    return question


def _asked(session: Session, answering: Answering, answer: Answer) -> Asked:
    """Give the answer with its rows; its question has no number yet."""
    kept = answering.shelf.at(session)
    return Asked(
        question_id=0,
        question=answer.question,
        outcome=answer.outcome,
        personas=_personas(session, kept, answer),
        statements=kept.statements(session, [found.statement for found in answer.statements]),
        nearest=kept.statements(session, [found.statement for found in answer.nearest]),
        lens=answer.lens,
        elsewhere=kept.statements(session, [found.statement for found in answer.elsewhere]),
        names_nobody=not answer.personas,
        story=_story(session, answer),
        unknown_name=answer.unknown_name,
        conflicts=count_conflicts(session, [found.statement for found in answer.statements]),
    )


def _story(session: Session, answer: Answer) -> Story | None:
    is_answer = answer.outcome is Outcome.ANSWER
    return fitting_story(session, answer.personas, answer.stages) if is_answer else None


def _personas(session: Session, kept: Kept, answer: Answer) -> list[Persona]:
    """Those it is about, or whose statements answer it; where nobody is called that, those there are."""
    if answer.outcome is Outcome.UNKNOWN_PERSONA:
        return list(list_personas(session))
    owners = (found.persona for found in answer.statements)
    return kept.personas(session, dict.fromkeys([*answer.personas, *owners]))
