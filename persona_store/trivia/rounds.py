"""Rounds: started, opened, answered, closed and revealed, or cancelled; each step once, whoever dies.

A round begins as a delivery of programme "trivia". Once its message is posted the round is open: the rows are
made in the transaction that records the post, or by the first click, where the process died before that. What
comes later (the reveal, one reminder) is deliveries too, so each is posted once.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from persona_store.database import insert_into
from persona_store.errors import FieldError, NotFoundError, StoreError
from persona_store.models import Delivery, Person, TriviaQuestion, TriviaRound
from persona_store.posts.deliveries import is_open, planned
from persona_store.trivia.made import Made
from persona_store.trivia.reminders import reminder_at

MOST_QUESTIONS = 10
MOST_HOURS = 7 * 24
USUAL_QUESTIONS, USUAL_HOURS = 5, 24
MOST_OPEN = 3
"""Rounds in one channel at the same time."""
START_USEFUL = timedelta(hours=1)
REVEAL_USEFUL = timedelta(days=7)
REMINDER_USEFUL = timedelta(hours=1)
POSTED_AT_ONCE = timedelta(minutes=10)
"""A round that is posted later than this after it was made has its whole time from then on."""
OPENING, REVEAL, REMINDER = "trivia", "trivia_reveal", "trivia_reminder"
MAY_CANCEL = ("council", "admin")
NOBODY_PLAYED = "Nobody answered it."
CANCELLED = "The round was cancelled."


@dataclass(frozen=True)
class RoundWanted:
    """``personas``: slugs, none for all. ``zone``: whose nights are left in peace."""

    channel_id: str
    started_by: str
    count: int = USUAL_QUESTIONS
    hours: int = USUAL_HOURS
    personas: tuple[str, ...] = ()
    zone: str | None = None


def start_round(session: Session, key: str, wanted: RoundWanted, now: datetime) -> None:
    """Plan a round, to be posted at once; once for each ``key``."""
    check_round(session, wanted, now)
    told = asdict(wanted) | {"personas": list(wanted.personas)}
    del told["channel_id"]
    _plan(session, f"{OPENING} {key}", OPENING, wanted.channel_id, now, now + START_USEFUL, told)


def check_round(session: Session, wanted: RoundWanted, now: datetime) -> None:
    """Raise FieldError, or StoreError, with what to do about it, where it cannot be had."""
    if not 1 <= wanted.count <= MOST_QUESTIONS:
        raise FieldError("count", f"A round has 1 to {MOST_QUESTIONS} questions.")
    if not 1 <= wanted.hours <= MOST_HOURS:
        raise FieldError("hours", "A round is open for 1 hour to 7 days (168 hours).")
    waiting = select(func.count()).where(
        Delivery.channel_id == wanted.channel_id, Delivery.programme == OPENING, is_open()
    )
    if len(list_open(session, now, [wanted.channel_id])) + (session.scalar(waiting) or 0) >= MOST_OPEN:
        raise StoreError(
            f"{MOST_OPEN} rounds are open in this channel: that is enough at a time. "
            "Start another one when one of them has closed."
        )


def wanted_for(delivery: Delivery) -> RoundWanted:
    """What is wanted of a planned round: of its subscription, or as somebody started it."""
    subscription, told = delivery.subscription, delivery.content or {}
    if subscription is None:
        names = ("started_by", "count", "hours", "zone")
        given = {name: told[name] for name in names if told.get(name) is not None}
        return RoundWanted(delivery.channel_id, personas=tuple(told.get("personas") or ()), **given)
    return RoundWanted(
        delivery.channel_id,
        subscription.slack_user_id,
        subscription.questions or USUAL_QUESTIONS,
        subscription.hours or USUAL_HOURS,
        tuple(subscription.personas or ()),
        subscription.zone,
    )


def content_of(wanted: RoundWanted, made: Sequence[Made], now: datetime) -> dict[str, Any]:
    """What a delivery keeps of the round it opens: all that opening it needs."""
    closes_at = now + timedelta(hours=wanted.hours)
    told = asdict(wanted) | {"personas": list(wanted.personas)}
    moments = {"made_at": now.isoformat(), "closes_at": closes_at.isoformat()}
    return told | moments | {"questions": [one.as_json() for one in made]}


def open_round(session: Session, delivery: Delivery, posted_at: datetime) -> TriviaRound:
    """Make the round that was posted; the same one however often it is called."""
    found = session.get(TriviaRound, delivery.id)
    if found is not None:
        return found
    told = delivery.content or {}
    made_at, closes_at = (datetime.fromisoformat(told[name]) for name in ("made_at", "closes_at"))
    if posted_at - made_at > POSTED_AT_ONCE:
        closes_at += posted_at - made_at
    made = [Made.from_json(one) for one in told["questions"]]
    about = {"round": delivery.id}
    channel_id = delivery.channel_id
    reveal_id = _plan(
        session,
        f"reveal {delivery.id}",
        REVEAL,
        channel_id,
        closes_at,
        closes_at + REVEAL_USEFUL,
        about,
    )
    row = {
        "id": delivery.id,
        "channel_id": channel_id,
        "started_by": told.get("started_by"),
        "questions": keep_questions(session, made, posted_at),
        "opened_at": posted_at,
        "closes_at": closes_at,
        "state": "open",
        "reveal_id": reveal_id,
        "tally": 0,
    }
    session.execute(insert_into(session, TriviaRound).values(row).on_conflict_do_nothing())
    remind_at = reminder_at(posted_at, closes_at, told.get("zone"))
    if remind_at is not None:
        useful_until = min(remind_at + REMINDER_USEFUL, closes_at)
        _plan(session, f"reminder {delivery.id}", REMINDER, channel_id, remind_at, useful_until, about)
    return session.get_one(TriviaRound, delivery.id)


def keep_questions(session: Session, made: Sequence[Made], now: datetime) -> list[int]:
    """Give the ids of questions, in their order; those that were asked before keep their row."""
    rows = [
        one.as_json() | {"options": list(map(asdict, one.options)), "state": "open", "made_at": now}
        for one in made
    ]
    if rows:
        session.execute(insert_into(session, TriviaQuestion).on_conflict_do_nothing(), rows)
    kept = select(TriviaQuestion.key, TriviaQuestion.id).where(
        TriviaQuestion.key.in_([one.key for one in made])
    )
    ids = dict(session.execute(kept).all())
    return [ids[one.key] for one in made]


def find_round(session: Session, round_id: int) -> TriviaRound | None:
    """Give a round; open it first, where its post can be seen although we do not know that yet."""
    found = session.get(TriviaRound, round_id)
    if found is not None:
        return found
    delivery = session.get(Delivery, round_id)
    if delivery is None or delivery.programme != OPENING or "questions" not in (delivery.content or {}):
        return None
    posted_at = delivery.sent_at or delivery.in_doubt_since
    return open_round(session, delivery, posted_at) if posted_at else None


def get_round(session: Session, round_id: int) -> TriviaRound:
    found = find_round(session, round_id)
    if found is None:
        raise NotFoundError("This round is no longer kept.")
    return found


def cancel_round(session: Session, round_id: int, by: str, now: datetime) -> TriviaRound:
    """End a round without a reveal; whoever started it may, and the council.

    What is planned for it will find that there is nothing to post.
    """
    found = get_round(session, round_id)
    person = session.get(Person, by)
    if by != found.started_by and not (person and person.highest_role in MAY_CANCEL):
        raise StoreError("Only whoever started a round may cancel it, or the council.")
    if found.state == "cancelled":
        return found
    if found.state == "revealed" or found.closes_at <= now:
        raise StoreError("This round has closed already: it cannot be cancelled any more.")
    found.state = "cancelled"
    waiting = (Delivery.programme.in_((REVEAL, REMINDER)), Delivery.state == "planned")
    keys = [f"reveal {round_id}", f"reminder {round_id}"]
    session.execute(
        update(Delivery)
        .where(Delivery.key.in_(keys), *waiting)
        .values(state="skipped", not_before=None, reason=CANCELLED)
    )
    return found


def mark_revealed(session: Session, round_id: int) -> None:
    """Record, together with the delivery, that the answers were shown."""
    session.execute(
        update(TriviaRound)
        .where(TriviaRound.id == round_id, TriviaRound.state == "open")
        .values(state="revealed")
    )


def list_open(
    session: Session, now: datetime, channel_ids: Collection[str] | None = None
) -> list[TriviaRound]:
    """Rounds that can be answered, the first to close first."""
    query = select(TriviaRound).where(TriviaRound.state == "open", TriviaRound.closes_at > now)
    if channel_ids is not None:
        query = query.where(TriviaRound.channel_id.in_(channel_ids))
    return list(session.scalars(query.order_by(TriviaRound.closes_at, TriviaRound.id)))


def _plan(
    session: Session,
    key: str,
    programme: str,
    channel_id: str,
    due_at: datetime,
    useful_until: datetime,
    content: dict[str, Any],
) -> int:
    """Plan a delivery, once for each key; gives its id."""
    row = planned(key, programme, channel_id, due_at, useful_until, content=content)
    session.execute(insert_into(session, Delivery).values(row).on_conflict_do_nothing())
    return session.scalars(select(Delivery.id).where(Delivery.key == key)).one()
