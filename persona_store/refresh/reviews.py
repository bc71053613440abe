"""Personas that have to be looked at again: whom that is announced to, and who says *Still true*.

A due persona is announced to its owner, where that is somebody of the council, else to all of the council;
and to all of it where a week later nobody has looked. Each of them hears it once, in working hours; what
comes due together is one message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from persona_store.catalogue import record_change
from persona_store.database import insert_into
from persona_store.errors import NotFoundError, StoreError
from persona_store.models import Delivery, Persona, Verification
from persona_store.people import is_council, list_council
from persona_store.personas import due_at, is_due
from persona_store.posts.deliveries import planned
from persona_store.refresh.trail import record_trail
from persona_store.trivia.scores import is_working_day

REVIEW = "review"
THEN_THE_COUNCIL = timedelta(days=7)
USEFUL = timedelta(days=7)
MORNING, EVENING = time(9), time(17)
"""Planned in these hours (UTC), so that what came due since is one message; each gets it in their own day."""
OWNER, COUNCIL = "owner", "council"


@dataclass(frozen=True)
class Reminder:
    """``told``: "owner" or "council". ``at``: from when on they ought to know."""

    slug: str
    verified_on: date
    told: str
    people: tuple[str, ...]
    at: datetime

    @property
    def token(self) -> str:
        """What the same person is told once: of this persona, since it was verified last, as this one."""
        return f"{self.slug} {self.verified_on} {self.told}"


def list_due(session: Session, now: datetime) -> list[Persona]:
    """Those whose review is due, the longest first."""
    personas = session.scalars(select(Persona).order_by(Persona.slug))
    return sorted((one for one in personas if is_due(one, now)), key=due_at)


def verify_persona(session: Session, slug: str, by: str, now: datetime, seen: str | None = None) -> Persona:
    """*Still true*: the persona counts as verified from now on.

    ``seen``: the day of the verification that the person was looking at; where there has been another one
    since (or a new revision), they are told.
    """
    if not is_council(session, by):
        raise StoreError("Only the council can say that a persona is still true.")
    record_change(session)  # first, as whoever publishes does: none of the two waits for the other in vain
    persona = session.scalar(select(Persona).where(Persona.slug == slug).with_for_update())
    if persona is None:
        raise NotFoundError("That persona is no longer in the store. `/persona list` shows those that are.")
    if seen is not None and seen != f"{persona.verified_at.date()}":
        raise StoreError(
            f"{persona.name} has been looked at already: verified on {persona.verified_at:%d %b %Y},"
            f" revision {persona.revision}."
        )
    details = {"revision": persona.revision, "was_due_on": f"{due_at(persona).date()}"}
    persona.verified_at = now
    verified = {"persona_id": persona.id, "revision": persona.revision, "verified_at": now}
    session.add(Verification(**verified, slack_user_id=by))
    record_trail(session, f"persona {slug}", "verified", by=by, now=now, details=details)
    session.flush()
    return persona


def find_verification(session: Session, persona: Persona) -> Verification | None:
    """Who said last that it is still true; None where it is verified because it was published."""
    last = select(Verification).where(Verification.persona_id == persona.id)
    found = session.scalar(last.order_by(Verification.id.desc()).limit(1))
    return found if found is not None and found.verified_at == persona.verified_at else None


def plan_reminders(session: Session, now: datetime) -> int:
    """Plan a message for everybody who has to hear of something that came due; gives for how many."""
    if working_moment(now) > now:
        return 0
    wanted: dict[str, list[str]] = {}
    for reminder in _reminders(session):
        if reminder.at <= now:
            for person in reminder.people:
                wanted.setdefault(person, []).append(reminder.token)
    rows = []
    for person, tokens in sorted(wanted.items()):
        if new := sorted(set(tokens) - _told(session, person)):
            key = f"{REVIEW} {person} {new[0]} {now:%Y-%m-%d}"
            rows.append(planned(key, REVIEW, person, now, now + USEFUL, content={"tokens": new}))
    if rows:
        session.execute(insert_into(session, Delivery).on_conflict_do_nothing(), rows)
    return len(rows)


def next_reminder(session: Session, after: datetime) -> datetime | None:
    """The next moment after ``after`` at which somebody has to hear of something."""
    moments = [working_moment(max(one.at, after)) for one in _reminders(session) if one.people]
    return min((moment for moment in moments if moment > after), default=None)


def working_moment(moment: datetime) -> datetime:
    """The first moment from ``moment`` on that is in working hours."""
    there = moment.astimezone(UTC)
    if is_working_day(there.date()) and MORNING <= there.time() < EVENING:
        return moment
    on = there.date() if there.time() < MORNING else there.date() + timedelta(days=1)
    while not is_working_day(on):
        on += timedelta(days=1)
    return datetime.combine(on, MORNING, UTC)


def still_due(session: Session, tokens: Sequence[str], now: datetime) -> list[Persona]:
    """Those of a reminder that nobody has looked at since."""
    about = {token.rpartition(" ")[0] for token in tokens}
    return [one for one in list_due(session, now) if f"{one.slug} {one.verified_at.date()}" in about]


def is_theirs(persona: Persona, slack_user_id: str) -> bool:
    return persona.owner == slack_user_id


def _reminders(session: Session) -> list[Reminder]:
    council = list_council(session)
    rows = session.execute(
        select(Persona.slug, Persona.owner, Persona.verified_at, Persona.review_interval_days)
    )
    return [one for row in rows for one in _reminders_of(row, council)]


def _reminders_of(row: Row[str, str | None, datetime, int], council: Sequence[str]) -> list[Reminder]:
    slug, owner, verified_at, days = row
    due = verified_at + timedelta(days=days)
    if owner is None or owner not in council:
        return [Reminder(slug, verified_at.date(), COUNCIL, tuple(council), due)]
    others = tuple(one for one in council if one != owner)
    return [
        Reminder(slug, verified_at.date(), OWNER, (owner,), due),
        Reminder(slug, verified_at.date(), COUNCIL, others, due + THEN_THE_COUNCIL),
    ]


def _told(session: Session, person: str) -> set[str]:
    past = select(Delivery.content).where(
        Delivery.channel_id == person,
        Delivery.programme == REVIEW,
        Delivery.state.not_in(("missed", "failed")),
    )
    return {token for content in session.scalars(past) for token in (content or {}).get("tokens", ())}
