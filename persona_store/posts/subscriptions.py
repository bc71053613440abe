"""What channels get, and when: their programmes, each kept by somebody who works there."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from hashlib import sha256

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from persona_store.database import insert_into
from persona_store.errors import FieldError, NotFoundError, StoreError
from persona_store.models import Channel, Delivery, Lens, Person, Persona, Subscription
from persona_store.posts.local_times import Occurrence, Schedule, get_zone, next_occurrence

PROGRAMMES = ("spotlight", "story", "trivia", "digest")
FOR_COUNCIL, COUNCIL_ROLES = ("digest",), ("council", "admin")
"""What only somebody of the council may subscribe a channel to."""
QUESTIONS, HOURS = range(1, 11), range(1, 7 * 24 + 1)
"""What a trivia round may have: how many questions, and how long it may be open."""
MOST_IN_A_CHANNEL = 20
MOST_PERSONAS = 100
TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
A_MOMENT = timedelta(microseconds=1)
BEGIN_ANEW = "Use `/persona subscribe` in the channel to begin anew."


@dataclass(frozen=True)
class Wanted:
    """What somebody wants for a channel. ``local_time``: "09:30". No lens, no personas (slugs): all.

    ``questions``, ``hours``: of a trivia round, how many and how long it is open; None as usual.
    """

    channel_id: str
    slack_user_id: str
    programme: str
    weekdays: tuple[int, ...]
    local_time: str
    zone: str
    lens: str | None = None
    personas: tuple[str, ...] = ()
    questions: int | None = None
    hours: int | None = None


def wanted_of(subscription: Subscription) -> Wanted:
    """Give what was wanted when it was last changed."""
    return Wanted(
        subscription.channel_id,
        subscription.slack_user_id,
        subscription.programme,
        tuple(subscription.weekdays),
        subscription.local_time,
        subscription.zone,
        subscription.lens,
        tuple(subscription.personas),
        subscription.questions,
        subscription.hours,
    )


def subscribe(session: Session, wanted: Wanted, now: datetime) -> Subscription:
    """Subscribe a channel.

    Raises FieldError where something of it cannot be had, StoreError where the channel has it already, or has
    too much.
    """
    _queue_for(session, wanted.channel_id)
    check_wanted(session, wanted)
    others = list_subscriptions(session, channel_id=wanted.channel_id)
    if len(others) >= MOST_IN_A_CHANNEL:
        raise StoreError(
            f"A channel has at most {MOST_IN_A_CHANNEL} subscriptions, and this one has them. "
            "End one first: `/persona subscriptions`."
        )
    subscription = Subscription(
        channel_id=wanted.channel_id, slack_user_id=wanted.slack_user_id, state="active", created_at=now
    )
    _set(subscription, wanted)
    _refuse_twin(subscription, others)
    session.add(subscription)
    session.flush()
    subscription.next_at = _first_unplanned(session, subscription, now)
    return subscription


def change_subscription(session: Session, subscription: Subscription, wanted: Wanted, now: datetime) -> None:
    """Make the subscription what is wanted; channel, owner and state stay.

    A new time counts from ``now``; with the old one nothing of what is due or skipped changes.
    """
    _queue_for(session, subscription.channel_id)
    check_wanted(session, wanted)
    before = schedule_of(subscription)
    others = list_subscriptions(session, channel_id=subscription.channel_id)
    _set(subscription, wanted)
    _refuse_twin(subscription, [other for other in others if other is not subscription])
    if schedule_of(subscription) != before:
        subscription.skip = None
        if subscription.state == "active":
            subscription.next_at = _first_unplanned(session, subscription, now)


def pause(subscription: Subscription) -> None:
    """Post nothing until it is resumed; nothing of the pause is caught up."""
    if subscription.state == "active":
        subscription.state, subscription.next_at, subscription.skip = "paused", None, None


def resume(session: Session, subscription: Subscription, now: datetime) -> None:
    if subscription.state == "paused":
        subscription.state = "active"
        subscription.next_at = _first_unplanned(session, subscription, now)


def skip_next(subscription: Subscription, local_time: str) -> None:
    """Leave out the post of ``local_time``, which is to be the next one."""
    planned = next_post(subscription)
    if planned is None:
        raise StoreError("Nothing is planned here: the subscription is paused. Resume it first.")
    if planned.local_time != local_time:
        raise StoreError("That post is no longer the next one. `/persona subscriptions` shows which is.")
    subscription.skip = local_time


def keep_next(subscription: Subscription, local_time: str) -> None:
    """Have the post of ``local_time`` after all, if it was to be skipped."""
    if subscription.skip == local_time:
        subscription.skip = None


def end_subscription(subscription: Subscription, reason: str, now: datetime) -> None:
    subscription.state, subscription.reason, subscription.ended_at = "ended", reason, now
    subscription.next_at = subscription.skip = None


def end_channel(session: Session, channel_id: str, reason: str, now: datetime) -> list[Subscription]:
    """End all subscriptions of a channel; gives those."""
    ended = list(list_subscriptions(session, channel_id=channel_id))
    for subscription in ended:
        end_subscription(subscription, reason, now)
    return ended


def upcoming(subscription: Subscription, after: datetime) -> Occurrence:
    return next_occurrence(schedule_of(subscription), after)


def next_post(subscription: Subscription) -> Occurrence | None:
    """Give what is planned next, although it may be skipped; None while it is paused."""
    if subscription.next_at is None:
        return None
    return upcoming(subscription, subscription.next_at - A_MOMENT)


def following_post(subscription: Subscription) -> Occurrence | None:
    """Give what will be posted next; None while it is paused."""
    found = next_post(subscription)
    return upcoming(subscription, found.at) if found and found.local_time == subscription.skip else found


def schedule_of(subscription: Subscription) -> Schedule:
    at = time.fromisoformat(subscription.local_time)
    return Schedule(tuple(sorted(subscription.weekdays)), at, subscription.zone)


def list_subscriptions(
    session: Session, channel_id: str | None = None, slack_user_id: str | None = None
) -> Sequence[Subscription]:
    """Give those that have not ended, the oldest first; of a channel, of a person, or all."""
    query = select(Subscription).where(Subscription.state != "ended").order_by(Subscription.id)
    if channel_id is not None:
        query = query.where(Subscription.channel_id == channel_id)
    if slack_user_id is not None:
        query = query.where(Subscription.slack_user_id == slack_user_id)
    return session.scalars(query).all()


def get_subscription(session: Session, subscription_id: int, *, to_change: bool = False) -> Subscription:
    """Give one that has not ended; ``to_change``: nobody else changes it before the transaction ends."""
    query = select(Subscription).where(Subscription.id == subscription_id)
    found = session.scalar(query.with_for_update() if to_change else query)
    if found is None or found.state == "ended":
        raise NotFoundError(f"This subscription has ended. {BEGIN_ANEW}")
    return found


def check_wanted(session: Session, wanted: Wanted) -> None:
    """Raise FieldError, with what to do about it, where something wanted cannot be had."""
    if wanted.programme not in PROGRAMMES:
        raise FieldError("programme", f"There is no programme {wanted.programme!r}. Choose one of the list.")
    if wanted.programme not in programmes_for(session, wanted.slack_user_id):
        raise FieldError("programme", "Only somebody of the council can subscribe a channel to that.")
    if not wanted.weekdays or not set(wanted.weekdays) <= set(range(7)):
        raise FieldError("weekdays", "Choose at least one weekday.")
    _check_time(wanted)
    _check_round(wanted)
    lenses = session.scalars(select(Lens.slug).order_by(Lens.position)).all()
    if wanted.lens is not None and wanted.lens not in lenses:
        raise FieldError(
            "lens", f"There is no lens {wanted.lens!r} (any more). There are {', '.join(lenses)}."
        )
    if len(wanted.personas) > MOST_PERSONAS:
        raise FieldError("personas", f"Choose at most {MOST_PERSONAS} personas, or none of them for all.")
    known = session.scalars(select(Persona.slug).where(Persona.slug.in_(wanted.personas))).all()
    unknown = [slug for slug in wanted.personas if slug not in known]
    if unknown:
        raise FieldError(
            "personas", f"There is no persona {', '.join(unknown)} (any more). Take it out of the choice."
        )


def programmes_for(session: Session, slack_user_id: str) -> tuple[str, ...]:
    """What this person may subscribe a channel to."""
    person = session.get(Person, slack_user_id)
    may_all = person is not None and person.highest_role in COUNCIL_ROLES
    return tuple(one for one in PROGRAMMES if may_all or one not in FOR_COUNCIL)


def _check_round(wanted: Wanted) -> None:
    if wanted.questions is not None and wanted.questions not in QUESTIONS:
        raise FieldError("questions", f"A round has 1 to {QUESTIONS[-1]} questions.")
    if wanted.hours is not None and wanted.hours not in HOURS:
        raise FieldError("hours", "A round is open for 1 hour to 7 days.")


def _check_time(wanted: Wanted) -> None:
    if not TIME_OF_DAY.fullmatch(wanted.local_time):
        raise FieldError("local_time", "Choose a time of day, such as 09:30.")
    try:
        get_zone(wanted.zone)
    except StoreError as error:
        raise FieldError("zone", str(error)) from None


def _set(subscription: Subscription, wanted: Wanted) -> None:
    subscription.programme = wanted.programme
    subscription.weekdays = sorted(set(wanted.weekdays))
    subscription.local_time = wanted.local_time
    subscription.zone = wanted.zone
    is_about_all = wanted.programme in FOR_COUNCIL
    subscription.lens = None if is_about_all else wanted.lens
    subscription.personas = [] if is_about_all else sorted(set(wanted.personas))
    is_trivia = wanted.programme == "trivia"
    subscription.questions = wanted.questions if is_trivia else None
    subscription.hours = wanted.hours if is_trivia else None


def fingerprint(subscription: Subscription) -> str:
    """A short text that is another one once somebody changed what is posted, or when."""
    return sha256(repr(_what(subscription)).encode()).hexdigest()[:16]


def _what(subscription: Subscription) -> tuple[object, ...]:
    """Everything that somebody can want: two with the same are twins."""
    return (
        subscription.programme,
        *subscription.weekdays,
        subscription.local_time,
        subscription.zone,
        subscription.lens,
        *subscription.personas,
        subscription.questions,
        subscription.hours,
    )


def _refuse_twin(subscription: Subscription, others: Sequence[Subscription]) -> None:
    twin = next((other for other in others if _what(other) == _what(subscription)), None)
    if twin is not None:
        hint = "It is paused: resume it." if twin.state == "paused" else "Change something of it."
        raise StoreError(
            f"This channel is subscribed to exactly that already. {hint} `/persona subscriptions` shows it."
        )


def _first_unplanned(session: Session, subscription: Subscription, now: datetime) -> datetime:
    """Find the first moment after ``now`` whose local time was not planned before.

    Another zone can bring the same local time round again: each is posted once.
    """
    found = upcoming(subscription, now)
    while session.scalar(
        select(
            exists().where(
                Delivery.subscription_id == subscription.id, Delivery.local_time == found.local_time
            )
        )
    ):
        found = upcoming(subscription, found.at)
    return found.at


def _queue_for(session: Session, channel_id: str) -> None:
    """Let nobody else subscribe this channel before the transaction ends."""
    session.execute(insert_into(session, Channel).values(channel_id=channel_id).on_conflict_do_nothing())
    session.scalar(select(Channel).where(Channel.channel_id == channel_id).with_for_update())
