"""Roles that people are given: by hand, or by a Slack user group. Every change is in the trail."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from persona_store.errors import FieldError, StoreError
from persona_store.models import Person
from persona_store.models.questions import ROLES
from persona_store.people import APPROVING_ROLES, GIVEN_ROLES, is_council, list_council
from persona_store.refresh.trail import record_trail

GIVEN_IN_SLACK = ("ambassador", "council")
LONGEST_DEPARTMENT = 100


def give_role(
    session: Session,
    slack_user_id: str,
    role: str | None,
    *,
    by: str | None,
    now: datetime,
    department: str | None = None,
    personas: Collection[str] = (),
) -> bool:
    """Give a role by hand, or take it away (None); tells whether that changes anything.

    ``by``: the council member who does it in Slack; None for the command line, which may do more: admins are
    made there alone, and only there can the council be left empty. ``department``, ``personas`` (slugs): what
    an ambassador is named for.
    """
    person = _taken(session, slack_user_id)
    if role is not None and role not in GIVEN_ROLES:
        raise StoreError(f"There is no role {role!r}. Roles are {', '.join(GIVEN_ROLES)}, or employee.")
    if by is not None:
        _check_by(session, person, role, by)
    if role is None and person.group_role and not person.role:
        raise StoreError("A Slack user group gives them their role: take them out of the group.")
    _check_department(department)
    before = _told(person)
    is_ambassador = role == "ambassador"
    person.role = role
    person.department = (department or "").strip() or None if is_ambassador else None
    person.personas = sorted(set(personas)) if is_ambassador else []
    if _told(person) == before:
        return False
    details = {"from": before, "to": _told(person), "where": "Slack" if by else "command line"}
    record_trail(session, f"person {slack_user_id}", "role", by=by, now=now, details=details)
    session.flush()
    return True


def set_group_roles(session: Session, members: Mapping[str, Collection[str]], now: datetime) -> list[str]:
    """Make the roles that user groups give those of ``members`` (Slack ids by role); gives who changed."""
    wanted: dict[str, str] = {}
    for role in ROLES:
        wanted |= dict.fromkeys(members.get(role, ()), role)
    had = {
        one.slack_user_id: one
        for one in session.scalars(select(Person).where(Person.group_role.is_not(None)))
    }
    changed = sorted(
        one for one in {*wanted, *had} if wanted.get(one) != (had[one].group_role if one in had else None)
    )
    for slack_user_id in changed:
        person = _taken(session, slack_user_id)
        before, person.group_role = _told(person), wanted.get(slack_user_id)
        details = {"from": before, "to": _told(person), "where": "user group"}
        record_trail(session, f"person {slack_user_id}", "role", by=None, now=now, details=details)
    return changed


def _check_by(session: Session, person: Person, role: str | None, by: str) -> None:
    if not is_council(session, by):
        raise StoreError("Only the council gives roles in Slack.")
    if role not in (None, *GIVEN_IN_SLACK) or person.role == "admin":
        raise StoreError("Admins are made, and unmade, on the command line: `persona role`.")
    stays = role in APPROVING_ROLES or person.group_role in APPROVING_ROLES
    if not stays and list_council(session) == [person.slack_user_id]:
        raise StoreError(
            "Nobody else is on the council: name somebody first, or nobody could decide anything any more."
        )


def _check_department(department: str | None) -> None:
    if department and len(department) > LONGEST_DEPARTMENT:
        raise FieldError("department", f"Use at most {LONGEST_DEPARTMENT} characters.")


def _told(person: Person) -> dict[str, object]:
    """What the trail says of a role."""
    named = {"department": person.department, "personas": list(person.personas or ())}
    return {"role": person.highest_role} | {name: what for name, what in named.items() if what}


def _taken(session: Session, slack_user_id: str) -> Person:
    """Hold everybody with a role: of two who take each other's away, the second sees what the first did."""
    has_role = Person.role.is_not(None) | (Person.slack_user_id == slack_user_id)
    held = select(Person).where(has_role).order_by(Person.slack_user_id).with_for_update()
    people = session.scalars(held.execution_options(populate_existing=True)).all()
    found = next((one for one in people if one.slack_user_id == slack_user_id), None)
    if found is None:
        found = Person(slack_user_id=slack_user_id, personas=[])
        session.add(found)
        session.flush()
    return found
