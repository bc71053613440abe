"""What became of an item, for those who spoke up for it: told once, in one message a day at most.

A verdict is a row until its person was told. What happens to an item before they were told takes the place
of what they had not heard yet; so of each item a person has one verdict to hear, the last.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from persona_store.database import insert_into
from persona_store.models import Delivery, Person, Persona, RefreshItem, Revision, Verdict
from persona_store.posts.deliveries import planned
from persona_store.refresh.items import count_people, list_voices

ACCEPTED, DECLINED, PUBLISHED, REOPENED = "accepted", "declined", "published", "reopened"
NEWS = "news"
GRACE = timedelta(minutes=15)
"""So long the council may change its mind before anybody hears of it."""
A_DAY = timedelta(days=1)
USEFUL = timedelta(days=7)


@dataclass(frozen=True)
class News:
    """What one person is to hear of an item.

    ``numbers``: of what they reported, which counts for ``item``. ``said``: how they put it. ``revision``,
    ``persona``: what settled it, where it was published. ``others``: how many more people are in that
    revision.
    """

    verdict: Verdict
    item: RefreshItem
    numbers: tuple[int, ...]
    said: str
    revision: Revision | None = None
    persona: Persona | None = None
    others: int = 0


def record_verdicts(session: Session, item: RefreshItem, verdict: str, now: datetime) -> int:
    """Note what each follower of ``item``, and of what was merged into it, is to be told; gives how many.

    That it is open again is news only to those who have heard otherwise.
    """
    people = _followers(session, item)
    untold = (Verdict.item_id == item.id) & Verdict.told_at.is_(None)
    session.execute(delete(Verdict).where(untold))
    if verdict == REOPENED:
        heard = select(Verdict.slack_user_id).where(Verdict.item_id == item.id)
        people &= set(session.scalars(heard))
    _add(session, item, people, verdict, now)
    return len(people)


def record_parting(
    session: Session, item: RefreshItem, root: RefreshItem, people: Collection[str], now: datetime
) -> None:
    """What was told of ``root`` is no longer so for ``people``, whose ``item`` counts by itself again."""
    of_root = (Verdict.item_id == root.id) & Verdict.slack_user_id.in_(people)
    session.execute(delete(Verdict).where(of_root, Verdict.told_at.is_(None)))
    heard = set(session.scalars(select(Verdict.slack_user_id).where(of_root)))
    _add(session, item, heard, REOPENED, now)


def plan_news(session: Session, now: datetime, limit: int) -> int:
    """Plan a message for up to ``limit`` people who have something to hear; gives for how many."""
    due = sorted(person for person, at in _turns(session).items() if at <= now)[:limit]
    rows = [planned(f"{NEWS} {person} {now:%Y-%m-%d}", NEWS, person, now, now + USEFUL) for person in due]
    if rows:
        session.execute(insert_into(session, Delivery).on_conflict_do_nothing(), rows)
    return len(rows)


def next_news(session: Session) -> datetime | None:
    """The moment at which somebody's next message is due."""
    return min(_turns(session).values(), default=None)


def list_news(session: Session, slack_user_id: str, now: datetime) -> list[News]:
    """What a person is to hear now, the oldest first."""
    rows = session.execute(
        select(Verdict, RefreshItem)
        .join(RefreshItem, RefreshItem.id == Verdict.item_id)
        .where(Verdict.slack_user_id == slack_user_id, Verdict.told_at.is_(None))
        .where(Verdict.happened_at <= now - GRACE)
        .order_by(Verdict.happened_at, Verdict.id)
    )
    return [_news(session, verdict, item) for verdict, item in rows.all()]


def mark_told(session: Session, verdicts: Sequence[int], now: datetime) -> None:
    told = update(Verdict).where(Verdict.id.in_(verdicts), Verdict.told_at.is_(None))
    session.execute(told.values(told_at=now))


def set_wants_news(session: Session, slack_user_id: str, *, wants: bool) -> None:
    """Whoever wants no news hears nothing of what happened until they want it again."""
    person = session.get(Person, slack_user_id) or Person(slack_user_id=slack_user_id)
    person.wants_news = wants
    session.add(person)
    if not wants:
        drop_news(session, slack_user_id)


def wants_news(session: Session, slack_user_id: str) -> bool:
    person = session.get(Person, slack_user_id)
    return person is None or person.wants_news


def drop_news(session: Session, slack_user_id: str, item_id: int | None = None) -> None:
    """Forget what somebody has not heard, of one item or of all: they do not want it, or cannot be told."""
    untold = delete(Verdict).where(Verdict.slack_user_id == slack_user_id, Verdict.told_at.is_(None))
    session.execute(untold if item_id is None else untold.where(Verdict.item_id == item_id))


def count_behind(session: Session, items: Iterable[RefreshItem]) -> int:
    """How many people spoke up for these items, and for what was merged into them."""
    return count_people([voice for item in items for voice in list_voices(session, item)])


def settled_by(session: Session, revision_id: int) -> Sequence[RefreshItem]:
    """The items that a revision settled."""
    settled = select(RefreshItem).where(RefreshItem.revision_id == revision_id)
    return session.scalars(settled.order_by(RefreshItem.id)).all()


def _add(session: Session, item: RefreshItem, people: set[str], verdict: str, now: datetime) -> None:
    for person in sorted(people):
        row = {"item_id": item.id, "slack_user_id": person, "verdict": verdict, "happened_at": now}
        session.execute(insert_into(session, Verdict).values(row).on_conflict_do_nothing())


def _followers(session: Session, item: RefreshItem) -> set[str]:
    people = {one.slack_user_id for one in list_voices(session, item) if one.slack_user_id and one.follows}
    deaf = select(Person.slack_user_id).where(Person.slack_user_id.in_(people), Person.wants_news.is_(False))
    return people - set(session.scalars(deaf))


def _turns(session: Session) -> dict[str, datetime]:
    """When each person who has something to hear hears it: the grace is over, and a day since the last."""
    waiting = select(Verdict.slack_user_id, func.min(Verdict.happened_at)).where(Verdict.told_at.is_(None))
    turns = {person: at + GRACE for person, at in session.execute(waiting.group_by(Verdict.slack_user_id))}
    last = select(Delivery.channel_id, func.max(Delivery.due_at)).where(
        Delivery.programme == NEWS, Delivery.channel_id.in_(turns)
    )
    for person, at in session.execute(last.group_by(Delivery.channel_id)) if turns else ():
        turns[person] = max(turns[person], at + A_DAY)
    return turns


def _news(session: Session, verdict: Verdict, item: RefreshItem) -> News:
    own = [one for one in list_voices(session, item) if one.slack_user_id == verdict.slack_user_id]
    numbers = tuple(sorted(one.item_id for one in own)) or (item.id,)
    said = next((one.text for one in own if one.text), session.get_one(RefreshItem, numbers[0]).text)
    if verdict.verdict != PUBLISHED or item.revision_id is None:
        return News(verdict, item, numbers, said)
    revision = session.get_one(Revision, item.revision_id)
    persona = session.get_one(Persona, revision.persona_id)
    people = count_behind(session, settled_by(session, revision.id))
    return News(verdict, item, numbers, said, revision, persona, people - 1)
