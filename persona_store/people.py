"""Roles and lenses that people were given or chose."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from persona_store.errors import StoreError
from persona_store.models import (
    Channel,
    Delivery,
    Lens,
    Person,
    Question,
    Rating,
    Story,
    Subscription,
)
from persona_store.models.questions import ROLES
from persona_store.posts.succession import pass_on
from persona_store.refresh.forgetting import erase_name, forget_reporter
from persona_store.trivia.forgetting import forget_player

GIVEN_ROLES = ROLES
"""The least first."""
APPROVING_ROLES = ("council", "admin")


def find_person(session: Session, slack_user_id: str) -> Person | None:
    return session.get(Person, slack_user_id)


def list_people(session: Session) -> Sequence[Person]:
    """Those with a role."""
    has_role = Person.role.is_not(None) | Person.group_role.is_not(None)
    people = session.scalars(select(Person).where(has_role).order_by(Person.slack_user_id)).all()
    return sorted(people, key=lambda person: person.highest_role or "")


def list_council(session: Session) -> list[str]:
    """Slack ids of those who approve: council members and admins."""
    return [person.slack_user_id for person in list_people(session) if person.highest_role in APPROVING_ROLES]


def is_council(session: Session, slack_user_id: str | None) -> bool:
    person = find_person(session, slack_user_id) if slack_user_id else None
    return person is not None and person.highest_role in APPROVING_ROLES


def set_role(session: Session, slack_user_id: str, role: str | None) -> None:
    """Give ``role``, or make the person an employee like everybody (None).

    Without a word in the trail: ``roles.give_role`` is how people do it.
    """
    if role is not None and role not in GIVEN_ROLES:
        raise StoreError(f"There is no role {role!r}. Roles are {', '.join(GIVEN_ROLES)}, or employee.")
    session.merge(_person(session, slack_user_id)).role = role


def set_own_lens(session: Session, slack_user_id: str, lens: str | None) -> None:
    session.merge(_person(session, slack_user_id)).lens = _known_lens(session, lens)


def set_channel_lens(session: Session, channel_id: str, lens: str | None) -> None:
    channel = session.get(Channel, channel_id) or Channel(channel_id=channel_id)
    channel.lens = _known_lens(session, lens)
    session.add(channel)


def lens_for(session: Session, slack_user_id: str, channel_id: str | None, *, public: bool) -> str | None:
    """Choose the lens of an answer: the channel's where all can see it, else the person's own."""
    person = session.get(Person, slack_user_id)
    channel = session.get(Channel, channel_id) if channel_id else None
    own = person.lens if person else None
    shared = channel.lens if channel else None
    return (shared or own) if public else (own or shared)


def list_lenses(session: Session) -> Sequence[Lens]:
    return session.scalars(select(Lens).order_by(Lens.position)).all()


def forget_person(session: Session, slack_user_id: str, now: datetime) -> int:
    """Erase all that names the person, and all that only they wrote; gives how many rows.

    What others have seen or asked too stays with them. The subscriptions of channels go on, in other hands.
    """
    rows = _forget_stories(session, slack_user_id) + _forget_subscriptions(session, slack_user_id)
    rows += forget_player(session, slack_user_id)
    rows += forget_reporter(session, slack_user_id, now)
    for table in (Rating, Question, Person):
        gone = session.execute(
            delete(table).where(table.slack_user_id == slack_user_id).returning(table.slack_user_id)
        )
        rows += len(gone.all())
    return rows + erase_name(session, slack_user_id)


def _forget_stories(session: Session, slack_user_id: str) -> int:
    """Drafts go; what was submitted stays with the council, and names nobody."""
    own = Story.author == slack_user_id
    gone = session.execute(
        delete(Story).where(own, Story.state.in_(("draft", "withdrawn"))).returning(Story.id)
    ).all()
    kept = session.execute(
        update(Story).where(own).values(author="", credited=False, note=None).returning(Story.id)
    ).all()
    session.execute(update(Story).where(Story.approved_by == slack_user_id).values(approved_by=None))
    return len(gone) + len(kept)


def _forget_subscriptions(session: Session, slack_user_id: str) -> int:
    """Leave nobody's name on those that ended, and nothing of what the person was told."""
    pass_on(session, slack_user_id)
    owned = update(Subscription).where(Subscription.slack_user_id == slack_user_id)
    anonymous = session.execute(owned.values(slack_user_id="").returning(Subscription.id)).all()
    names_them = Delivery.key.contains(slack_user_id, autoescape=True)
    notices = delete(Delivery).where(Delivery.programme == "notice", names_them)
    return len(anonymous) + len(session.execute(notices.returning(Delivery.id)).all())


def _person(session: Session, slack_user_id: str) -> Person:
    return session.get(Person, slack_user_id) or Person(slack_user_id=slack_user_id)


def _known_lens(session: Session, lens: str | None) -> str | None:
    """The lens as the store writes it, whatever the case it was typed in."""
    if lens is None:
        return None
    known = [row.slug for row in list_lenses(session)]
    for slug in known:
        if slug.casefold() == lens.casefold():
            return slug
    raise StoreError(f"There is no lens {lens!r}. Lenses are {', '.join(known)}, or off.")
