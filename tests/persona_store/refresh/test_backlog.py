"""The refresh backlog in the store, on both databases."""

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from persona_store.database import Store
from persona_store.errors import FieldError, NotFoundError, StoreError
from persona_store.models import Person, RefreshItem, Verdict
from persona_store.people import set_role
from persona_store.refresh.auditing import list_unexplained
from persona_store.refresh.backlog import (
    BacklogFilter,
    assign_item,
    find_target,
    list_backlog,
    make_move,
    next_waking,
    standing_of,
    wake_snoozed,
)
from persona_store.refresh.item_moves import Move, With, version_of
from persona_store.refresh.items import count_people, get_item, list_voices, root_of
from persona_store.refresh.trail import list_trail
from tests.persona_store.refresh.items import ALICE, BOB, CAROL, DAVE, add, reported

OPEN = BacklogFilter()


@pytest.fixture
def council(store: Store) -> Store:
    with store.begin() as session:
        for person, role in ((BOB, "ambassador"), (CAROL, "council"), (DAVE, "admin")):
            set_role(session, person, role)
    return store


def merge(session: Any, item: RefreshItem, into: RefreshItem, now: datetime, by: str = CAROL) -> None:
    make_move(session, item.id, Move.MERGE, by, now, With(into=into))


def ids(session: Any, now: datetime, wanted: BacklogFilter = OPEN, page: int = 0) -> list[int]:
    return [line.item.id for line in list_backlog(session, now, wanted, page).lines]


# Moves


def test_a_declined_item_keeps_why_and_tells_whoever_follows_it(council: Store, now: datetime) -> None:
    with council.begin() as session:
        item = reported(session, now, ALICE, BOB)
        make_move(session, item.id, Move.DECLINE, CAROL, now, With(reason=" We know that. "))

    with council.read() as session:
        found = get_item(session, item.id)
        told = session.scalars(select(Verdict.slack_user_id).order_by(Verdict.slack_user_id)).all()
        assert (found.state, found.reason, found.changed_at) == ("declined", "We know that.", now)
        assert told == [ALICE, BOB]


def test_the_trail_says_who_did_what_from_where_to_where(council: Store, now: datetime) -> None:
    with council.begin() as session:
        item = reported(session, now, ALICE)
        make_move(session, item.id, Move.REVIEW, CAROL, now)
        make_move(session, item.id, Move.DECLINE, DAVE, now, With(reason="Known."))

    with council.read() as session:
        trail = list_trail(session, f"item {item.id}")
        assert [(one.slack_user_id, one.move, one.details) for one in trail] == [
            (DAVE, "decline", {"from": "in_review", "to": "declined", "reason": "Known."}),
            (CAROL, "review", {"from": "new", "to": "in_review"}),
        ]


@pytest.mark.parametrize("by", [ALICE, BOB, None])
def test_nobody_but_the_council_moves_an_item_whatever_door_they_came_by(
    council: Store, now: datetime, by: str | None
) -> None:
    with council.begin() as session:
        item = reported(session, now, ALICE)
        with pytest.raises(StoreError, match="Only the council"):
            make_move(session, item.id, Move.ACCEPT, by, now)


def test_a_role_that_a_user_group_gives_counts_in_the_store(council: Store, now: datetime) -> None:
    with council.begin() as session:
        session.add(Person(slack_user_id="U0ERIN", group_role="council"))
        item = reported(session, now, ALICE)
        make_move(session, item.id, Move.ACCEPT, "U0ERIN", now)

        assert item.state == "accepted"


def test_what_somebody_else_did_meanwhile_is_told_and_nothing_is_done(council: Store, now: datetime) -> None:
    with council.begin() as session:
        item = reported(session, now, ALICE)
        seen = version_of(item)
        make_move(session, item.id, Move.DECLINE, DAVE, now, With(reason="Known."), seen=seen)
        with pytest.raises(StoreError, match=f"#{item.id} was changed .* declined already"):
            make_move(session, item.id, Move.ACCEPT, CAROL, now, seen=seen)

        assert item.state == "declined"


def test_of_two_council_members_at_the_same_moment_one_is_told(council: Store, now: datetime) -> None:
    with council.begin() as session:
        item = reported(session, now, ALICE)
        seen = version_of(item)
    start, told = threading.Barrier(2), []

    def decide(by: str, move: Move) -> None:
        start.wait()
        try:
            with council.begin() as session:
                make_move(session, item.id, move, by, now, With(reason="Known."), seen=seen)
        except StoreError as error:
            told.append(str(error))

    threads = [
        threading.Thread(target=decide, args=args) for args in ((CAROL, Move.ACCEPT), (DAVE, Move.DECLINE))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(told) == 1
    assert "was changed while you had it open" in told[0]


def test_there_is_no_item_of_that_number(council: Store, now: datetime) -> None:
    with council.begin() as session, pytest.raises(NotFoundError, match="no #99"):
        make_move(session, 99, Move.ACCEPT, CAROL, now)


# Assigning


def test_an_item_is_given_to_somebody_of_the_council(council: Store, now: datetime) -> None:
    with council.begin() as session:
        item = reported(session, now, ALICE)
        assign_item(session, item.id, DAVE, CAROL, now)
        trail = list_trail(session, f"item {item.id}")

        assert item.assignee == DAVE
        assert [(one.slack_user_id, one.move, one.details["to"]) for one in trail] == [
            (CAROL, "assign", DAVE)
        ]


def test_it_is_given_to_nobody_else(council: Store, now: datetime) -> None:
    with council.begin() as session:
        item = reported(session, now, ALICE)
        with pytest.raises(StoreError, match="somebody of the council"):
            assign_item(session, item.id, BOB, CAROL, now)
        with pytest.raises(StoreError, match="Only the council"):
            assign_item(session, item.id, DAVE, BOB, now)


# Snoozing


def test_what_is_snoozed_is_out_of_the_list_and_comes_back_by_itself(council: Store, now: datetime) -> None:
    until = date(2026, 11, 25)
    with council.begin() as session:
        item = reported(session, now, ALICE)
        make_move(session, item.id, Move.REVIEW, CAROL, now)
        make_move(session, item.id, Move.SNOOZE, CAROL, now, With(until=until))
        asleep, wakes_at = ids(session, now), next_waking(session)
        early = wake_snoozed(session, now + timedelta(days=2), 10)
        woken = wake_snoozed(session, now + timedelta(days=3), 10)

        assert (asleep, early, woken) == ([], 0, 1)
        assert wakes_at == datetime.fromisoformat("2026-11-25T00:00+00:00")
        assert (item.state, item.snoozed_until, ids(session, now)) == ("in_review", None, [item.id])
        assert list_trail(session, f"item {item.id}")[0].slack_user_id is None


def test_the_day_of_what_is_snoozed_can_be_another_one(council: Store, now: datetime) -> None:
    with council.begin() as session:
        item = reported(session, now, ALICE)
        make_move(session, item.id, Move.REVIEW, CAROL, now)
        for day in (25, 27):
            make_move(session, item.id, Move.SNOOZE, CAROL, now, With(until=date(2026, 11, day)))
        early = wake_snoozed(session, now + timedelta(days=3), 10)
        woken = wake_snoozed(session, now + timedelta(days=5), 10)

        assert (early, woken, item.state) == (0, 1, "in_review")
        assert list_unexplained(session) == []
        moves = [(line.move, line.details.get("until")) for line in list_trail(session, f"item {item.id}")]
        assert moves[1:3] == [("snooze", "2026-11-27"), ("snooze", "2026-11-25")]


# Merging


def test_voices_of_what_was_merged_count_for_the_root_and_a_person_once(
    council: Store, now: datetime
) -> None:
    with council.begin() as session:
        root, part, deeper = (reported(session, now, *people) for people in ((ALICE,), (ALICE, BOB), (DAVE,)))
        merge(session, deeper, part, now)
        merge(session, part, root, now)
        voices = list_voices(session, root)

        assert (len(voices), count_people(voices), standing_of(session, root).people) == (4, 3, 3)
        assert root_of(session, deeper) is root
        assert ids(session, now) == [root.id]


def test_undoing_a_merge_gives_everybody_back_their_own(council: Store, now: datetime) -> None:
    with council.begin() as session:
        root, part = reported(session, now, ALICE), reported(session, now, BOB)
        make_move(session, part.id, Move.REVIEW, CAROL, now)
        merge(session, part, root, now)
        make_move(session, part.id, Move.UNMERGE, DAVE, now)

        assert (part.state, part.merged_into) == ("in_review", None)
        assert [[voice.slack_user_id for voice in list_voices(session, one)] for one in (root, part)] == [
            [ALICE],
            [BOB],
        ]
        assert [one.move for one in list_trail(session, f"item {root.id}")] == ["gave_back", "took_in"]


def test_those_of_what_was_merged_hear_of_the_decision(council: Store, now: datetime) -> None:
    with council.begin() as session:
        root, part = reported(session, now, ALICE), reported(session, now, BOB)
        merge(session, part, root, now)
        make_move(session, root.id, Move.ACCEPT, CAROL, now)

        assert set(session.scalars(select(Verdict.slack_user_id))) == {ALICE, BOB}


def test_after_a_merge_was_undone_they_do_not_hear_of_what_is_not_theirs(
    council: Store, now: datetime
) -> None:
    with council.begin() as session:
        root, part = reported(session, now, ALICE), reported(session, now, BOB)
        merge(session, part, root, now)
        make_move(session, root.id, Move.ACCEPT, CAROL, now)
        make_move(session, part.id, Move.UNMERGE, CAROL, now)

        assert set(session.scalars(select(Verdict.slack_user_id))) == {ALICE}


def test_what_has_no_voice_left_after_an_undo_is_withdrawn(council: Store, now: datetime) -> None:
    with council.begin() as session:
        root, part = reported(session, now), reported(session, now, BOB)
        add(session, root, ALICE, now, withdrawn_at=now)
        merge(session, part, root, now)
        make_move(session, part.id, Move.UNMERGE, CAROL, now)

        assert (root.state, part.state) == ("withdrawn", "new")


def test_two_merges_against_each_other_end_in_one_root(council: Store, now: datetime) -> None:
    with council.begin() as session:
        one, other = reported(session, now, ALICE), reported(session, now, BOB)
        merge(session, one, other, now)
        with pytest.raises(FieldError, match="cannot take it in"):
            merge(session, other, one, now)


@pytest.mark.parametrize("typed", ["{}", "#{}", " {} "])
def test_an_item_is_named_by_its_number_and_stands_for_its_root(
    council: Store, now: datetime, typed: str
) -> None:
    with council.begin() as session:
        root, part = reported(session, now, ALICE), reported(session, now, BOB)
        merge(session, part, root, now)

        assert find_target(session, typed.format(part.id)) is root


@pytest.mark.parametrize("typed", ["", "twelve", "²", "999", "-1", "9" * 40])
def test_a_number_that_is_none_is_told_at_its_field(council: Store, typed: str) -> None:
    with council.read() as session, pytest.raises(FieldError):
        find_target(session, typed)


# The list


def test_what_contradicts_validated_research_comes_first_and_says_so(
    council: Store, bring: Callable[..., Any], priya: dict[str, Any], now: datetime
) -> None:
    priya["personas"][0]["priority"] = "secondary"
    bring(council, priya)
    with council.begin() as session:
        often = reported(session, now, ALICE, BOB)
        against = reported(session, now)
        add(session, against, BOB, now, stance="contradicts", statement="priya.sso")
        lines = list_backlog(session, now, OPEN, 0).lines

        assert [line.item.id for line in lines] == [against.id, often.id]
        assert [(one.kind, one.number, one.about) for one in lines[0].ranked.reasons] == [
            ("contradicts", 1, "validated"),
            ("recent", 0, ""),
            ("priority", 0, "secondary"),
        ]


def test_gaps_are_in_the_same_list_with_those_who_missed_the_same(council: Store, now: datetime) -> None:
    with council.begin() as session:
        insight = reported(session, now, ALICE)
        gap = reported(session, now, ALICE, kind="gap", text="What does she read?", missed=4)
        lines = list_backlog(session, now, OPEN, 0).lines

        assert [line.item.id for line in lines] == [gap.id, insight.id]
        assert ("missed", 4) in [(one.kind, one.number) for one in lines[0].ranked.reasons]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (OPEN, {"mine", "gap", "marco"}),
        (BacklogFilter(state="declined"), {"declined"}),
        (BacklogFilter(kind="gap"), {"gap"}),
        (BacklogFilter(persona="marco"), {"marco"}),
        (BacklogFilter(assignee=CAROL), {"mine"}),
        (BacklogFilter(state="in_review"), set()),
    ],
)
def test_the_list_is_filtered(council: Store, now: datetime, wanted: BacklogFilter, found: set[str]) -> None:
    with council.begin() as session:
        reported(session, now, text="mine", assignee=CAROL)
        reported(session, now, text="gap", kind="gap")
        reported(session, now, text="marco", personas=["marco"])
        reported(session, now, text="declined", state="declined", personas=["priya"])
        page = list_backlog(session, now, wanted, 0)

        assert {line.item.text for line in page.lines} == found
        assert page.counts == {"new": 3, "declined": 1}


def test_what_is_settled_comes_by_its_day_the_latest_first(council: Store, now: datetime) -> None:
    with council.begin() as session:
        for days in (3, 1, 2):
            at = now - timedelta(days=days)
            reported(session, at, *[ALICE] * (days == 3), text=f"{days}", state="published")
        page = list_backlog(session, now, BacklogFilter(state="published"), 0)

        assert [line.item.text for line in page.lines] == ["1", "2", "3"]


def test_pages_hold_everything_once_and_a_page_behind_the_last_is_the_last(
    council: Store, now: datetime
) -> None:
    with council.begin() as session:
        every = {reported(session, now, ALICE).id for _ in range(19)}
        pages = [ids(session, now, page=page) for page in range(3)]

        assert [len(page) for page in pages] == [8, 8, 3]
        assert set().union(*pages) == every
        assert list_backlog(session, now, OPEN, 99).page == 2
        assert list_backlog(session, now, OPEN, 99).total == 19
