"""Channels that follow a persona hear what the council changed in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from persona_store.database import insert_into
from persona_store.models import Delivery, Persona, Revision, Statement, Subscription
from persona_store.news import TOLD_FIELDS, Change, news_between
from persona_store.personas import get_statements
from persona_store.posts.deliveries import planned
from persona_store.refresh.verdicts import count_behind, settled_by

CHANGED = "changed"
USEFUL = timedelta(days=3)


@dataclass(frozen=True)
class StatementChanged:
    """``now``: None where it is retired since. ``before``, ``after``: its text, None where there is none."""

    change: Change
    key: str
    kind: str
    before: str | None
    after: str | None
    now: Statement | None


@dataclass(frozen=True)
class Announced:
    """A revision, as those hear of it who follow the persona. ``fields``: of the persona's own parts."""

    persona: Persona
    revision: Revision
    statements: list[StatementChanged] = field(default_factory=list)
    fields: tuple[str, ...] = ()
    colleagues: int = 0


def plan_changed(session: Session, slug: str, revision: int, now: datetime) -> int:
    """Plan a post for every channel whose spotlights follow the persona; gives for how many."""
    rows = [
        planned(
            f"{CHANGED} {slug} {revision} {channel_id}",
            CHANGED,
            channel_id,
            now,
            now + USEFUL,
            content={"persona": slug, "revision": revision},
        )
        for channel_id in sorted(_following(session, slug))
    ]
    if rows:
        session.execute(insert_into(session, Delivery).on_conflict_do_nothing(), rows)
    return len(rows)


def is_following(session: Session, channel_id: str, slug: str) -> bool:
    return channel_id in _following(session, slug)


def get_announced(session: Session, slug: str, number: int) -> Announced | None:
    """What a revision changed; None where the persona, or the revision, is no longer in the store."""
    persona = session.scalar(select(Persona).where(Persona.slug == slug))
    both = select(Revision).where(
        Revision.persona_id == (persona.id if persona else None), Revision.number.in_((number - 1, number))
    )
    revisions = {one.number: one for one in session.scalars(both)}
    if persona is None or number not in revisions:
        return None
    revision = revisions[number]
    before: Mapping[str, Any] = revisions[number - 1].snapshot if number - 1 in revisions else {}
    return Announced(
        persona,
        revision,
        statements_changed(session, before, revision.snapshot),
        tuple(name for name in TOLD_FIELDS if before.get(name) != revision.snapshot.get(name)),
        count_behind(session, settled_by(session, revision.id)),
    )


def statements_changed(
    session: Session, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[StatementChanged]:
    """Compare two snapshots: what was added first, then reworded, researched, retired."""
    changes = news_between(0, after, 0, before).statements
    old, new = ({one["id"]: one for one in each.get("statements") or ()} for each in (before, after))
    rows = {row.key: row for row in get_statements(session, changes)}
    order = list(Change)
    return [
        StatementChanged(
            change,
            key,
            (new.get(key) or old[key])["kind"],
            old[key]["text"] if key in old else None,
            new[key]["text"] if key in new else None,
            rows.get(key),
        )
        for key, change in sorted(changes.items(), key=lambda one: order.index(one[1]))
    ]


def _following(session: Session, slug: str) -> set[str]:
    active = select(Subscription.channel_id, Subscription.personas).where(
        Subscription.programme == "spotlight", Subscription.state == "active"
    )
    rows = session.execute(active)
    return {channel_id for channel_id, personas in rows if not personas or slug in personas}
