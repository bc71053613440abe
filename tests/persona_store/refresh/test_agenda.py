"""What the council has to talk about."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from persona_store.database import Store
from persona_store.models import Objective
from persona_store.packs import ImportReport
from persona_store.refresh.agenda import Agenda, get_agenda
from tests.persona_store.refresh.items import ALICE, BOB, add, reported

Bring = Callable[..., ImportReport]
JANUARY = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)


@pytest.fixture
def company(store: Store, bring: Bring, priya: dict[str, Any]) -> Store:
    """Priya, due since December; her only fresh research gets old in the summer of 2027."""
    bring(store, priya)
    return store


def agenda_of(store: Store, at: datetime = JANUARY) -> Agenda:
    with store.read() as session:
        return get_agenda(session, at)


def test_it_has_what_is_due_and_what_rests_on_old_research(company: Store) -> None:
    now, a_year_later = agenda_of(company), agenda_of(company, JANUARY.replace(year=2028))

    assert [one.slug for one in now.due] == ["priya"]
    assert now.stale == []
    assert [one.statement.key for one in a_year_later.stale] == ["priya.csv", "priya.sso"]


def test_what_colleagues_saw_against_a_statement_is_a_contradiction_until_it_is_settled(
    company: Store, now: datetime
) -> None:
    against = {"stance": "contradicts", "statement": "priya.sso"}
    with company.begin() as session:
        root = reported(session, now)
        for person in (ALICE, BOB):
            add(session, root, person, now, **against)
        merged = reported(session, now, merged_into=root.id, state="duplicate")
        add(session, merged, ALICE, now, **against)
        add(
            session,
            reported(session, now, state="declined"),
            ALICE,
            now,
            stance="contradicts",
            statement="priya.csv",
        )
        add(session, reported(session, now), ALICE, now, stance="confirms", statement="priya.csv")

    (found,) = agenda_of(company).contradicted
    assert (found.statement.key, found.people, found.items) == ("priya.sso", 2, (root.id,))


def test_it_has_the_open_questions_of_the_charter_and_of_colleagues(company: Store, now: datetime) -> None:
    with company.begin() as session:
        reported(session, now, ALICE, kind="gap", text="How does she pay?")
        session.add(Objective(kind="question", text="What makes her renew?", added_at=now))
        session.add(Objective(kind="question", text="Known by now.", added_at=now, closed_at=now))
        session.add(Objective(kind="metric", text="Literacy above 70 %", added_at=now))
    agenda = agenda_of(company)

    assert [(gap.text, people) for gap, people in agenda.gaps] == [("How does she pay?", 1)]
    assert [one.text for one in agenda.questions] == ["What makes her renew?"]


def test_personas_that_people_would_mix_up_are_on_it(
    company: Store, bring: Bring, priya: dict[str, Any]
) -> None:
    (persona,) = priya["personas"]
    said = [{**one, "id": f"{one['id']}-2"} for one in persona["statements"]]
    twin = {**persona, "slug": "priyanka", "name": "Priyanka", "aliases": [], "statements": said}
    bring(company, {**priya, "personas": [persona, twin]})

    (found,) = agenda_of(company).alike
    assert (found.first, found.second) == ("Priya Raman", "Priyanka")
    assert "3 statements" in found.why


def test_an_empty_store_has_nothing_to_talk_about(store: Store) -> None:
    assert agenda_of(store).is_empty
