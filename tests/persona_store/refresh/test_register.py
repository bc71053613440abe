"""The register of research and the charter: who has what, what rests on it, and what the work is for."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from persona_store.database import Store
from persona_store.errors import FieldError, StoreError
from persona_store.evidence import Freshness
from persona_store.packs import ImportReport
from persona_store.refresh.charter import add_objective, close_objective, count_served, list_charter
from persona_store.refresh.drafts import get_draft, version_of
from persona_store.refresh.publishing import Reasons, submit_draft
from persona_store.refresh.register import (
    Research,
    list_mixes,
    list_register,
    offered_evidence,
    register_evidence,
)
from tests.persona_store.conftest import TODAY, exported
from tests.persona_store.refresh.drafting import (
    CAROL,
    drafted,
    enough,
    name_council,
    publish,
    published,
    reworded,
    trail,
)

Bring = Callable[..., ImportReport]
VISITS = Research(
    "observation",
    date(2026, 11, 2),
    "Visits at night",
    9,
    source_owner="research@traylight.example",
    access="Ask research, within a day.",
    link="https://research.example/night",
)


@pytest.fixture
def company(store: Store, bring: Bring, priya: dict[str, Any]) -> Store:
    bring(store, enough(priya))
    name_council(store)
    return store


def registered(store: Store, now: datetime, research: Research = VISITS) -> str:
    with store.begin() as session:
        return register_evidence(session, research, CAROL, now).key


def test_what_is_registered_can_carry_a_statement_at_once(company: Store, now: datetime) -> None:
    key = registered(company, now)
    published(company, now, reworded("Needs it.", evidence=(key,)))

    with company.read() as session:
        listed = {one.evidence.title: dict(one.resting) for one in list_register(session, TODAY)}
    (piece,) = (one for one in exported(company).evidence if one.id == key)
    assert listed == {"Visits at night": {"priya": 1}, "Interviews": {"priya": 2}, "First weeks": {}}
    assert (piece.access, piece.participants) == ("Ask research, within a day.", 9)
    assert trail(company, f"evidence {key}") == [(CAROL, "registered")]


def test_the_same_piece_sent_twice_is_one(company: Store, now: datetime) -> None:
    assert registered(company, now) == registered(company, now)


@pytest.mark.parametrize(
    ("research", "field"),
    [
        (Research("observation", None, "Visits"), "date"),
        (Research("observation", date(2027, 1, 1), "Visits"), "date"),
        (Research("guessing", date(2026, 1, 1), "Visits"), "method"),
        (Research("", date(2026, 1, 1), "Visits"), "method"),
        (Research("observation", date(2026, 1, 1), ""), "title"),
        (Research("observation", date(2026, 1, 1), "Visits", 0), "participants"),
        (Research("observation", date(2026, 1, 1), "Visits", link="http://x"), "link"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    sqlite_store: Store, now: datetime, research: Research, field: str
) -> None:
    name_council(sqlite_store)
    with pytest.raises(FieldError) as caught:
        registered(sqlite_store, now, research)

    assert caught.value.field == field


def test_only_the_council_registers_research(company: Store, now: datetime) -> None:
    with company.begin() as session, pytest.raises(StoreError, match="Only the council"):
        register_evidence(session, VISITS, "U0ALICE", now)


def test_the_mix_tells_what_a_persona_rests_on_and_what_is_lacking(company: Store) -> None:
    with company.read() as session:
        (mix,) = list_mixes(session, TODAY)

    assert (mix.total, mix.assumptions) == (5, 2)
    assert mix.statements == {"customer_voice": 3, "behaviour": 0, "analytics": 1}
    assert mix.pieces == {"customer_voice": 1, "behaviour": 0, "analytics": 1}
    assert mix.lacking == ["behaviour"]


def test_the_register_says_how_fresh_each_piece_is_and_can_be_searched(company: Store) -> None:
    with company.read() as session:
        later = list_register(session, date(2028, 6, 1))
        found = list_register(session, TODAY, query="first weeks")

    assert [one.freshness for one in later] == [Freshness.STALE, Freshness.STALE]
    assert [one.evidence.key for one in found] == ["e2"]


def test_what_is_chosen_and_what_is_new_is_offered_first(company: Store, now: datetime) -> None:
    key = registered(company, now)
    with company.read() as session:
        offered = [one.key for one in offered_evidence(session, "priya", ["e2"], 100)]

    assert offered[:2] == ["e2", key]
    assert sorted(offered) == sorted(["e1", "e2", key])


# The charter


def added(store: Store, now: datetime, text: str = "Know the nights.", kind: str = "objective") -> int:
    with store.begin() as session:
        return add_objective(session, kind, text, CAROL, now).id


def test_a_revision_names_the_line_of_the_charter_that_it_serves(company: Store, now: datetime) -> None:
    line = added(company, now)
    draft_id = drafted(company, now, reworded("Needs it at night."))
    with company.begin() as session:
        seen = version_of(get_draft(session, draft_id))
        submit_draft(session, draft_id, CAROL, now, seen, Reasons("Heard it.", objective_id=line))
    revision = publish(company, draft_id, now)

    assert revision.objective == "Know the nights."
    with company.read() as session:
        assert count_served(session) == {"Know the nights.": 1}


def test_a_line_that_is_closed_is_offered_no_more(company: Store, now: datetime) -> None:
    line = added(company, now)
    added(company, now, "Answers with research", "metric")
    added(company, now, "What do nights look like?", "question")
    with company.begin() as session:
        close_objective(session, line, CAROL, now)
        close_objective(session, line, CAROL, now)

    with company.read() as session:
        assert [one.kind for one in list_charter(session)] == ["question", "metric"]
    assert [move for _, move in trail(company, "charter")] == ["added", "added", "added", "closed"]


def test_the_same_line_twice_is_one(company: Store, now: datetime) -> None:
    assert added(company, now) == added(company, now, "know  the nights.")


@pytest.mark.parametrize(("kind", "text"), [("wish", "x"), ("metric", " "), ("metric", "x" * 301)])
def test_a_line_that_is_none_is_refused(sqlite_store: Store, now: datetime, kind: str, text: str) -> None:
    name_council(sqlite_store)
    with pytest.raises(FieldError):
        added(sqlite_store, now, text, kind)
