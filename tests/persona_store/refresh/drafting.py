"""What council members do with drafts in tests."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

from sqlalchemy import select

from persona_store.database import Store
from persona_store.errors import StoreError
from persona_store.models import Draft, Revision, TrailEntry
from persona_store.people import set_role
from persona_store.refresh.draft_changes import Change, StatementText, WriteStatement
from persona_store.refresh.drafts import change_draft, get_draft, version_of
from persona_store.refresh.opening import open_draft
from persona_store.refresh.publishing import Reasons, publish_draft, submit_draft

CAROL, DAVE, FRED = "U0CAROL", "U0DAVE", "U0FRED"
ENOUGH = [
    {"id": "priya.shops", "kind": "goal", "text": "Wants three more shops.", "evidence": ["e1"]},
    {"id": "priya.calls", "kind": "behaviour", "text": "Calls before she writes."},
]
SSO = "priya.sso"


def enough(priya: dict[str, Any]) -> dict[str, Any]:
    """The pack, with as much of Priya as a primary persona needs."""
    (persona,) = priya["personas"]
    persona |= {"archetype": "Answers for eleven shops", "priority": "primary"}
    persona["statements"] = [*persona["statements"], *ENOUGH]
    return priya


def name_council(store: Store, *people: str) -> None:
    with store.begin() as session:
        for one in people or (CAROL, DAVE):
            set_role(session, one, "council")


def reworded(text: str, key: str = SSO, **fields: Any) -> WriteStatement:
    said = {
        "kind": "need",
        "text": text,
        "stages": ("trial",),
        "lenses": ("product",),
        "evidence": ("e1", "e2"),
    }
    return WriteStatement(StatementText(**said | fields), key)


def added(text: str, **fields: Any) -> WriteStatement:
    return WriteStatement(StatementText(**{"kind": "need", "text": text} | fields))


def drafted(store: Store, now: datetime, *changes: Change, by: str = CAROL, **options: Any) -> int:
    """Open a draft of Priya and change it; gives its id."""
    with store.begin() as session:
        draft = open_draft(session, "priya", by, now, **options)
        for change in changes:
            draft = change_draft(session, draft.id, by, now, change, version_of(draft))
        return draft.id


def submitted(
    store: Store, now: datetime, *changes: Change, by: str = CAROL, why: str = "Heard it.", **options: Any
) -> int:
    draft_id = drafted(store, now, *changes, by=by, **options)
    submit(store, draft_id, now, by, why)
    return draft_id


def submit(store: Store, draft_id: int, now: datetime, by: str = CAROL, why: str = "Heard it.") -> None:
    with store.begin() as session:
        submit_draft(session, draft_id, by, now, version_of(get_draft(session, draft_id)), Reasons(why))


def publish(store: Store, draft_id: int, now: datetime, by: str = DAVE) -> Revision:
    with store.begin() as session:
        return publish_draft(session, draft_id, by, now)


def published(store: Store, now: datetime, *changes: Change, **options: Any) -> Revision:
    return publish(store, submitted(store, now, *changes, **options), now + timedelta(minutes=5))


def draft_of(store: Store, draft_id: int) -> Draft:
    with store.read() as session:
        return get_draft(session, draft_id)


def trail(store: Store, subject: str) -> list[tuple[str | None, str]]:
    with store.read() as session:
        rows = session.scalars(
            select(TrailEntry).where(TrailEntry.subject == subject).order_by(TrailEntry.id)
        )
        return [(row.slack_user_id, row.move) for row in rows]


def count_revisions(store: Store) -> int:
    with store.read() as session:
        return len(session.scalars(select(Revision)).all())


def at_once(acts: Sequence[Callable[[], str]]) -> list[str]:
    """Do all of it at the same moment; gives what each came to, in words."""
    start, outcomes = Barrier(len(acts)), []

    def run(act: Callable[[], str]) -> None:
        start.wait()
        try:
            outcomes.append(act())
        except StoreError as error:
            outcomes.append(str(error))

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
