"""What is told without being asked for: news of one's insights to people, new revisions to channels."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.desk import Composed, Desk
from bot.loop import messages
from bot.loop_blocks import PIECES
from bot.outbox import Planner
from persona_store.answering import Outcome
from persona_store.errors import NothingToPostError
from persona_store.models import Delivery, Statement
from persona_store.personas import get_statements
from persona_store.refresh.announcing import Announced, get_announced, is_following
from persona_store.refresh.verdicts import (
    PUBLISHED,
    News,
    list_news,
    mark_told,
    next_news,
    plan_news,
    wants_news,
)

NEWS = Planner(plan_news, next_news)
MOST_ANSWERS = 3


def compose_news(session: Session, delivery: Delivery, desk: Desk) -> Composed:
    person = delivery.channel_id
    news = list_news(session, person, desk.now) if wants_news(session, person) else []
    if not news:
        raise NothingToPostError(desk.words.plain(PIECES, "nothing"))
    told = messages.grouped(news, _announced(session, news), _answers(session, news, desk))
    content = {"verdicts": [one.verdict.id for one in news]}
    return Composed(messages.news_message(desk.words, told), content)


def news_sent(session: Session, delivery: Delivery, _desk: Desk) -> None:
    """Record, together with the delivery, that the person was told."""
    sent = session.get_one(Delivery, delivery.id)
    mark_told(session, (delivery.content or {}).get("verdicts", ()), sent.sent_at or sent.due_at)


def compose_changed(session: Session, delivery: Delivery, desk: Desk) -> Composed:
    about = delivery.content or {}
    announced = None
    if is_following(session, delivery.channel_id, about["persona"]):
        announced = get_announced(session, about["persona"], about["revision"])
    if announced is None:
        raise NothingToPostError(desk.words.plain(messages.CHANGED, "gone"))
    return Composed(messages.changed_message(desk.words, announced), about)


def changed_out_of_date(session: Session, delivery: Delivery, desk: Desk) -> str | None:
    """Say why a post that was made earlier must not be sent any more: nobody there wants it now."""
    persona = (delivery.content or {}).get("persona", "")
    if is_following(session, delivery.channel_id, persona):
        return None
    return desk.words.plain(messages.CHANGED, "gone")


def _announced(session: Session, news: Sequence[News]) -> dict[int, Announced]:
    found: dict[int, Announced] = {}
    for one in news:
        if one.revision is not None and one.persona is not None and one.revision.id not in found:
            announced = get_announced(session, one.persona.slug, one.revision.number)
            found |= {one.revision.id: announced} if announced else {}
    return found


def _answers(session: Session, news: Sequence[News], desk: Desk) -> dict[int, list[Statement]]:
    """What is said now to questions that the council settled: as if they were asked again."""
    index = desk.answering.at(session)
    answers: dict[int, list[Statement]] = {}
    for one in news:
        if one.item.kind == messages.GAP and one.verdict.verdict == PUBLISHED:
            answer = index.answer(one.item.text, personas=one.item.personas or None)
            is_answered = answer.outcome == Outcome.ANSWER
            found = [said.statement for said in answer.statements[:MOST_ANSWERS]] if is_answered else []
            answers[one.item.id] = get_statements(session, found) or _new_statements(session, one)
    return answers


def _new_statements(session: Session, news: News) -> list[Statement]:
    """Where the question does not find its answer: what its revision says that was not said before."""
    if news.revision is None or news.persona is None:
        return []
    announced = get_announced(session, news.persona.slug, news.revision.number)
    changed = announced.statements if announced else []
    return [one.now for one in changed if one.now is not None][:MOST_ANSWERS]
