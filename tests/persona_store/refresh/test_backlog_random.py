"""Whatever two council members do to the backlog, no voice is lost and none counts twice."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from persona_store.database import Store
from persona_store.errors import StoreError
from persona_store.models import RefreshItem, TrailEntry, Voice
from persona_store.people import set_role
from persona_store.refresh.backlog import make_move
from persona_store.refresh.item_moves import FROM, Move, With
from persona_store.refresh.items import list_voices, root_of
from tests.persona_store.refresh.items import ALICE, BOB, CAROL, DAVE, reported

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
REPORTS = ((ALICE,), (BOB,), (ALICE, BOB), (DAVE,), ())
MOVES = [move for move in Move if move is not Move.ASSIGN]


@dataclass(frozen=True)
class Step:
    item: int
    move: Move
    into: int
    by: str


STEPS = st.lists(
    st.builds(
        Step,
        st.integers(0, len(REPORTS) - 1),
        st.sampled_from([*MOVES, *[Move.MERGE] * 6, *[Move.UNMERGE] * 4]),
        st.integers(0, len(REPORTS) - 1),
        st.sampled_from([CAROL, DAVE]),
    ),
    max_size=30,
)


def made(session: Session, items: list[RefreshItem], step: Step) -> bool:
    item, into = items[step.item], items[step.into]
    what = With("Known.", date(2026, 12, 1), into if step.move is Move.MERGE else None)
    try:
        make_move(session, item.id, step.move, step.by, NOW, what)
    except StoreError:
        return False
    return True


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_every_voice_counts_once_under_one_root_whatever_is_merged_and_undone(
    sqlite_store: Store, steps: list[Step]
) -> None:
    with sqlite_store.begin() as session:
        set_role(session, CAROL, "council")
        set_role(session, DAVE, "council")
        items = [reported(session, NOW - timedelta(days=1), *people) for people in REPORTS]
        voices = set(session.scalars(select(Voice.id)))
        for step in steps:
            before = {item.id: item.state for item in items}
            trail = session.scalar(select(func.count(TrailEntry.id))) or 0
            was_made = made(session, items, step)

            moved = items[step.item]
            assert not was_made or before[moved.id] in FROM[step.move]
            written = (session.scalar(select(func.count(TrailEntry.id))) or 0) - trail
            assert bool(written) == was_made
            roots = {root_of(session, item).id: root_of(session, item) for item in items}  # ends: no cycles
            heard = Counter(voice.id for root in roots.values() for voice in list_voices(session, root))
            assert heard == Counter(voices)
            assert all((item.state == "duplicate") == (item.merged_into is not None) for item in items)
            assert all(
                (item.state == "snoozed") == (item.snoozed_until is not None) or item.merged_into
                for item in items
            )
            assert _told_by_trail(session, items) == {item.id: item.state for item in items}
        session.rollback()


def _told_by_trail(session: Session, items: list[RefreshItem]) -> dict[int, str]:
    """The states that an auditor works out from the trail alone: each line begins where the last one ended."""
    states = {item.id: "new" for item in items}
    for entry in session.scalars(select(TrailEntry).order_by(TrailEntry.id)):
        number = int(entry.subject.removeprefix("item "))
        if "to" in entry.details:
            assert states[number] == entry.details["from"]
            states[number] = entry.details["to"]
    return states


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS, st.integers(0, len(REPORTS) - 1), st.integers(0, len(REPORTS) - 1))
def test_undoing_a_merge_gives_back_what_was_before(
    sqlite_store: Store, steps: list[Step], one: int, other: int
) -> None:
    with sqlite_store.begin() as session:
        set_role(session, CAROL, "council")
        set_role(session, DAVE, "council")
        items = [reported(session, NOW - timedelta(days=1), *(people or (CAROL,))) for people in REPORTS]
        for step in steps:
            made(session, items, step)
        before = _all_of(session, items)
        if made(session, items, Step(one, Move.MERGE, other, CAROL)):
            assert made(session, items, Step(one, Move.UNMERGE, other, DAVE))

        assert _all_of(session, items) == before
        session.rollback()


def _all_of(session: Session, items: list[RefreshItem]) -> list[object]:
    return [
        (
            item.state,
            item.was,
            item.snoozed_until,
            item.merged_into,
            item.reason,
            [v.id for v in list_voices(session, item)],
        )
        for item in items
    ]
