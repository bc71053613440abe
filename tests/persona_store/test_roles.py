"""Who is given a role, by whom, and what the trail says of it; on both databases."""

import threading
from datetime import datetime

import pytest

from persona_store.database import Store
from persona_store.errors import FieldError, StoreError
from persona_store.models import Person
from persona_store.people import list_council, list_people, set_role
from persona_store.posts.subscriptions import programmes_for
from persona_store.refresh.trail import list_trail
from persona_store.roles import give_role, set_group_roles

ALICE, BOB, CAROL, DAVE = "U0ALICE", "U0BOB", "U0CAROL", "U0DAVE"


@pytest.fixture
def council(store: Store) -> Store:
    with store.begin() as session:
        set_role(session, CAROL, "council")
        set_role(session, DAVE, "council")
    return store


def test_an_ambassador_is_named_for_a_department_and_personas(council: Store, now: datetime) -> None:
    with council.begin() as session:
        give_role(
            session, BOB, "ambassador", by=CAROL, now=now, department=" Support ", personas=["priya", "marco"]
        )

    with council.read() as session:
        bob = session.get_one(Person, BOB)
        trail = list_trail(session, f"person {BOB}")
        named = {"role": "ambassador", "department": "Support", "personas": ["marco", "priya"]}
        assert (bob.role, bob.department, bob.personas) == ("ambassador", "Support", ["marco", "priya"])
        assert [(one.slack_user_id, one.move, one.details) for one in trail] == [
            (CAROL, "role", {"from": {"role": None}, "to": named, "where": "Slack"})
        ]


def test_a_change_from_the_command_line_is_in_the_trail_too(council: Store, now: datetime) -> None:
    with council.begin() as session:
        give_role(session, ALICE, "admin", by=None, now=now)
        trail = list_trail(session, f"person {ALICE}")

        assert [(one.slack_user_id, one.details["where"]) for one in trail] == [(None, "command line")]


def test_what_changes_nothing_is_not_in_the_trail(council: Store, now: datetime) -> None:
    with council.begin() as session:
        assert give_role(session, CAROL, "council", by=DAVE, now=now) is False
        assert list_trail(session, f"person {CAROL}") == []


def test_a_role_by_hand_can_be_taken_from_somebody_who_has_another_by_a_group(
    council: Store, now: datetime
) -> None:
    with council.begin() as session:
        set_group_roles(session, {"ambassador": [DAVE]}, now)
        give_role(session, DAVE, None, by=CAROL, now=now)

        assert session.get_one(Person, DAVE).highest_role == "ambassador"


def test_whoever_is_no_ambassador_any_more_is_named_for_nothing(council: Store, now: datetime) -> None:
    with council.begin() as session:
        give_role(session, BOB, "ambassador", by=CAROL, now=now, department="Support")
        give_role(session, BOB, "council", by=CAROL, now=now)

        assert session.get_one(Person, BOB).department is None


@pytest.mark.parametrize("by", [ALICE, BOB])
def test_only_the_council_gives_roles_in_slack(council: Store, now: datetime, by: str) -> None:
    with council.begin() as session:
        set_role(session, BOB, "ambassador")
        with pytest.raises(StoreError, match="Only the council"):
            give_role(session, ALICE, "ambassador", by=by, now=now)


def test_admins_are_made_and_unmade_on_the_command_line_alone(council: Store, now: datetime) -> None:
    with council.begin() as session:
        set_role(session, ALICE, "admin")
        for person, role in ((BOB, "admin"), (ALICE, None), (ALICE, "ambassador")):
            with pytest.raises(StoreError, match="on the command line"):
                give_role(session, person, role, by=CAROL, now=now)


@pytest.mark.parametrize("role", [None, "ambassador"])
def test_the_last_council_member_stays_until_there_is_another(
    council: Store, now: datetime, role: str | None
) -> None:
    with council.begin() as session:
        give_role(session, DAVE, None, by=CAROL, now=now)
        with pytest.raises(StoreError, match="Nobody else is on the council"):
            give_role(session, CAROL, role, by=CAROL, now=now)

        assert list_council(session) == [CAROL]


def test_two_who_take_each_others_role_away_at_once_leave_one(council: Store, now: datetime) -> None:
    start, told = threading.Barrier(2), []

    def take(by: str, whose: str) -> None:
        start.wait()
        try:
            with council.begin() as session:
                give_role(session, whose, None, by=by, now=now)
        except StoreError as error:
            told.append(str(error))

    threads = [threading.Thread(target=take, args=args) for args in ((CAROL, DAVE), (DAVE, CAROL))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with council.read() as session:
        assert len(list_council(session)) == 1
    assert told == ["Only the council gives roles in Slack."]


def test_a_department_of_endless_length_is_told_at_its_field(council: Store, now: datetime) -> None:
    with council.begin() as session, pytest.raises(FieldError) as error:
        give_role(session, BOB, "ambassador", by=CAROL, now=now, department="x" * 101)

    assert error.value.field == "department"


# User groups


def test_a_user_group_gives_a_role_and_takes_it_away_again(council: Store, now: datetime) -> None:
    with council.begin() as session:
        set_group_roles(session, {"council": [ALICE], "ambassador": [ALICE, BOB]}, now)
        given = {one.slack_user_id: one.highest_role for one in list_people(session)}
        set_group_roles(session, {"council": [], "ambassador": [ALICE]}, now)
        taken = {one.slack_user_id: one.highest_role for one in list_people(session)}
        trail = list_trail(session, f"person {ALICE}")

        assert given == {ALICE: "council", BOB: "ambassador", CAROL: "council", DAVE: "council"}
        assert taken == {ALICE: "ambassador", CAROL: "council", DAVE: "council"}
        assert [one.details["to"]["role"] for one in trail] == ["ambassador", "council"]
        assert {one.details["where"] for one in trail} == {"user group"}


def test_reading_the_groups_again_changes_nothing(council: Store, now: datetime) -> None:
    with council.begin() as session:
        members = {"council": [ALICE], "ambassador": [BOB]}

        assert set_group_roles(session, members, now) == [ALICE, BOB]
        assert set_group_roles(session, members, now) == []


def test_of_two_roles_the_higher_one_counts(council: Store, now: datetime) -> None:
    with council.begin() as session:
        set_group_roles(session, {"ambassador": [CAROL], "council": [BOB]}, now)
        set_role(session, BOB, "ambassador")

        assert list_council(session) == [BOB, CAROL, DAVE]


def test_a_role_by_a_group_is_taken_away_in_the_group(council: Store, now: datetime) -> None:
    with council.begin() as session:
        set_group_roles(session, {"ambassador": [BOB]}, now)
        with pytest.raises(StoreError, match="out of the group"):
            give_role(session, BOB, None, by=CAROL, now=now)


def test_the_weeks_digest_is_for_the_council_alone_to_subscribe_to(council: Store) -> None:
    with council.read() as session:
        assert "digest" in programmes_for(session, CAROL)
        assert "digest" not in programmes_for(session, ALICE)
