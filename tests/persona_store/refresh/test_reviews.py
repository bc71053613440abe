"""A persona that is due is announced to whoever owns it, then to the council, each once; they say Still true."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from persona_store.catalogue import catalogue_version
from persona_store.database import Store
from persona_store.errors import StoreError
from persona_store.models import Delivery, Persona, Verification
from persona_store.packs import ImportReport
from persona_store.refresh.reviews import (
    find_verification,
    list_due,
    next_reminder,
    plan_reminders,
    still_due,
    verify_persona,
    working_moment,
)
from tests.persona_store.refresh.drafting import CAROL, DAVE, FRED, name_council, trail

Bring = Callable[..., ImportReport]
NOON = datetime(2026, 12, 30, 12, 0, tzinfo=UTC)
"""When she is due: verified on 1 October, for 90 days. A Wednesday."""


@pytest.fixture
def company(store: Store, bring: Bring, priya: dict[str, Any]) -> Store:
    """Priya, whose owner is on the council of three."""
    priya["personas"][0]["owner"] = CAROL
    bring(store, priya)
    name_council(store, CAROL, DAVE, FRED)
    return store


def asked(store: Store, at: datetime) -> list[str]:
    """Who has been asked by then, in order."""
    with store.begin() as session:
        plan_reminders(session, at)
    with store.read() as session:
        return list(session.scalars(select(Delivery.channel_id).order_by(Delivery.id)))


def test_the_owner_is_asked_when_it_is_due_and_all_others_a_week_later_each_once(company: Store) -> None:
    days = [asked(company, NOON + timedelta(days=number)) for number in (-1, 0, 1, 6, 7, 8, 90)]

    assert days == [[], [CAROL], [CAROL], [CAROL], *[[CAROL, DAVE, FRED]] * 3]


def test_without_an_owner_on_the_council_all_of_it_is_asked_at_once(company: Store) -> None:
    with company.begin() as session:
        session.execute(update(Persona).values(owner="carol@traylight.example"))

    assert asked(company, NOON) == [CAROL, DAVE, FRED]
    assert asked(company, NOON + timedelta(days=30)) == [CAROL, DAVE, FRED]


def test_nobody_is_asked_who_looked_in_time(company: Store) -> None:
    asked(company, NOON)
    with company.begin() as session:
        verify_persona(session, "priya", CAROL, NOON)

    assert asked(company, NOON + timedelta(days=30)) == [CAROL]
    assert asked(company, NOON + timedelta(days=91)) == [CAROL, CAROL]


def test_what_comes_due_together_is_one_message(company: Store, bring: Bring, priya: dict[str, Any]) -> None:
    marco = {**priya["personas"][0], "slug": "marco", "name": "Marco", "aliases": [], "statements": []}
    bring(company, {"personas": [marco], "stages": priya["stages"], "segments": priya["segments"]})
    asked(company, NOON)

    with company.read() as session:
        (delivery,) = session.scalars(select(Delivery))
        tokens = (delivery.content or {})["tokens"]
        assert [one.slug for one in still_due(session, tokens, NOON)] == ["marco", "priya"]


def test_a_reminder_that_was_missed_comes_again(company: Store) -> None:
    asked(company, NOON)
    with company.begin() as session:
        session.execute(update(Delivery).values(state="missed"))

    assert asked(company, NOON + timedelta(days=1)) == [CAROL, CAROL]


@pytest.mark.parametrize(
    ("moment", "working"),
    [
        ("2026-12-30T08:59", "2026-12-30T09:00"),
        ("2026-12-30T09:00", "2026-12-30T09:00"),
        ("2026-12-30T16:59", "2026-12-30T16:59"),
        ("2026-12-31T17:00", "2027-01-01T09:00"),
        ("2027-01-01T20:00", "2027-01-04T09:00"),
    ],
)
def test_reminders_come_in_working_hours(moment: str, working: str) -> None:
    there = datetime.fromisoformat(moment).replace(tzinfo=UTC)

    assert working_moment(there).isoformat()[:16] == working


def test_at_night_nothing_is_planned_and_the_next_moment_is_the_morning(company: Store) -> None:
    night = NOON + timedelta(hours=8)
    with company.begin() as session:
        session.execute(update(Persona).values(verified_at=night - timedelta(days=90)))

    assert asked(company, night) == []
    with company.read() as session:
        morning = night + timedelta(hours=13)
        assert next_reminder(session, night) == morning
        assert next_reminder(session, morning) == morning + timedelta(days=7)


def test_still_true_verifies_it_from_now_on_and_is_in_the_trail(company: Store) -> None:
    with company.begin() as session:
        before = catalogue_version(session)
        assert [one.slug for one in list_due(session, NOON)] == ["priya"]
        persona = verify_persona(session, "priya", DAVE, NOON, "2026-10-01")
    with company.read() as session:
        assert list_due(session, NOON) == []
        assert catalogue_version(session) > before
        found = find_verification(session, persona)
        assert found
        assert (found.slack_user_id, found.revision) == (DAVE, 1)
    assert trail(company, "persona priya") == [(DAVE, "verified")]


def test_the_second_of_two_is_told_that_somebody_was_quicker(company: Store) -> None:
    with company.begin() as session:
        verify_persona(session, "priya", DAVE, NOON, "2026-10-01")
    with company.begin() as session, pytest.raises(StoreError, match="looked at already"):
        verify_persona(session, "priya", CAROL, NOON, "2026-10-01")

    with company.read() as session:
        assert len(session.scalars(select(Verification)).all()) == 1


def test_only_the_council_says_that_it_is_still_true(company: Store) -> None:
    with company.begin() as session, pytest.raises(StoreError, match="Only the council"):
        verify_persona(session, "priya", "U0ALICE", NOON)
