"""Whose a subscription is when its owner has left."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from persona_store.models import Person, Subscription
from persona_store.posts.subscriptions import list_subscriptions

HEIRS = ("council", "admin")


def pass_on(session: Session, slack_user_id: str) -> list[Subscription]:
    """Put what belongs to somebody who left into other hands; gives what somebody could take over.

    That is another subscriber of the same channel, else a council member or an admin. The rest belongs to
    nobody, and runs on. A role that they had ends: nothing comes into their hands again.
    """
    person = session.get(Person, slack_user_id)
    if person is not None:
        person.role = person.group_role = None
    left = list_subscriptions(session, slack_user_id=slack_user_id)
    for subscription in left:
        subscription.slack_user_id = _heir(session, subscription) or ""
    return [subscription for subscription in left if subscription.slack_user_id]


def list_owners_of_paused(session: Session) -> Sequence[str]:
    is_paused = (Subscription.state == "paused") & (Subscription.slack_user_id != "")
    return session.scalars(select(Subscription.slack_user_id).where(is_paused).distinct()).all()


def _heir(session: Session, subscription: Subscription) -> str | None:
    leaver = subscription.slack_user_id
    neighbours = list_subscriptions(session, channel_id=subscription.channel_id)
    owners = [one.slack_user_id for one in neighbours if one.slack_user_id not in ("", leaver)]
    if owners:
        return owners[0]
    is_one = Person.role.in_(HEIRS) | Person.group_role.in_(HEIRS)
    people = session.scalars(
        select(Person).where(is_one, Person.slack_user_id != leaver).order_by(Person.slack_user_id)
    ).all()
    by_role = sorted(people, key=lambda person: HEIRS.index(person.highest_role or ""))
    return by_role[0].slack_user_id if by_role else None
