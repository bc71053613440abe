"""Roles and lenses that people were given or chose."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from persona_store.errors import StoreError
from persona_store.models import Channel, GapVoice, Lens, Person, Question

GIVEN_ROLES = ("ambassador", "council", "admin")


def find_person(session: Session, slack_user_id: str) -> Person | None:
    return session.get(Person, slack_user_id)


def list_people(session: Session) -> Sequence[Person]:
    """Those with a given role."""
    return session.scalars(
        select(Person).where(Person.role.is_not(None)).order_by(Person.role, Person.slack_user_id)
    ).all()


def set_role(session: Session, slack_user_id: str, role: str | None) -> None:
    """Give ``role``, or make the person an employee like everybody (None)."""
    if role is not None and role not in GIVEN_ROLES:
        raise StoreError(f"There is no role {role!r}. Roles are {', '.join(GIVEN_ROLES)}, or employee.")
    session.merge(_person(session, slack_user_id)).role = role


def set_own_lens(session: Session, slack_user_id: str, lens: str | None) -> None:
    _require_lens(session, lens)
    session.merge(_person(session, slack_user_id)).lens = lens


def set_channel_lens(session: Session, channel_id: str, lens: str | None) -> None:
    _require_lens(session, lens)
    channel = session.get(Channel, channel_id) or Channel(channel_id=channel_id)
    channel.lens = lens
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


def forget_person(session: Session, slack_user_id: str) -> int:
    """Erase all that names the person; gives how many rows. Gaps stay, without their voice."""
    own = (
        delete(Question).where(Question.slack_user_id == slack_user_id).returning(Question.id),
        delete(GapVoice).where(GapVoice.slack_user_id == slack_user_id).returning(GapVoice.gap_id),
        delete(Person).where(Person.slack_user_id == slack_user_id).returning(Person.slack_user_id),
    )
    return sum(len(session.execute(statement).all()) for statement in own)


def _person(session: Session, slack_user_id: str) -> Person:
    return session.get(Person, slack_user_id) or Person(slack_user_id=slack_user_id)


def _require_lens(session: Session, lens: str | None) -> None:
    known = [row.slug for row in list_lenses(session)]
    if lens is not None and lens not in known:
        raise StoreError(f"There is no lens {lens!r}. Lenses are {', '.join(known)}, or off.")
