"""Packs stay in step with what the council publishes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from persona_store.database import Store
from persona_store.errors import PackError
from persona_store.packs import ImportReport
from persona_store.packs.format import as_written
from tests.persona_store.conftest import Check, another_persona, exported
from tests.persona_store.refresh.drafting import (
    added,
    enough,
    name_council,
    published,
    reworded,
)

Bring = Callable[..., ImportReport]
Table = dict[str, Any]
TEXT = "Needs single sign-on on the first day."


@pytest.fixture
def company(store: Store, bring: Bring, priya: Table, now: datetime) -> Store:
    """Priya, whose revision 2 the council published."""
    bring(store, enough(priya))
    name_council(store)
    published(store, now, reworded(TEXT), added("Needs a picture of every loaf.", evidence=("e1",)))
    return store


def written(store: Store) -> Table:
    """An export, as JSON writes it."""
    table = as_written(exported(store))
    for entry in (*table["evidence"], *table["personas"]):
        entry.update({key: str(value) for key, value in entry.items() if key in ("date", "verified_on")})
    return table


def test_an_older_pack_does_not_undo_what_the_council_published(
    company: Store, bring: Bring, priya: Table
) -> None:
    with pytest.raises(PackError) as caught:
        bring(company, priya)

    told = str(caught.value)
    assert "priya: the council published revision 2, and this pack was made before it." in told
    assert f"~ priya.sso: {TEXT} -> Needs single sign-on before she invites her team." in told
    assert "- priya.needs-a-picture-of: Needs a picture of every loaf." in told
    assert "Export first" in told
    assert exported(company).personas[0].revision == 2


def test_all_or_nothing_holds_for_the_other_personas_of_the_pack(
    company: Store, bring: Bring, priya: Table
) -> None:
    priya["personas"].append(another_persona("marco"))
    with pytest.raises(PackError):
        bring(company, priya)

    assert [one.slug for one in exported(company).personas] == ["priya"]


def test_an_export_says_at_which_revision_it_was_and_may_be_changed_and_imported(
    company: Store, bring: Bring, now: datetime
) -> None:
    table = written(company)
    table["personas"][0]["summary"] = "Runs twelve shops."
    report = bring(company, table, at=now + timedelta(days=1))

    assert table["personas"][0]["revision"] == 2
    assert report.changed == ["priya"]
    assert exported(company).personas[0].revision == 3


def test_an_export_from_before_is_refused_once_the_council_published_again(
    company: Store, bring: Bring, now: datetime
) -> None:
    table = written(company)
    published(company, now, reworded("Needs it."))
    table["personas"][0]["summary"] = "Runs twelve shops."

    with pytest.raises(PackError, match="published revision 3, and this pack was exported at revision 2"):
        bring(company, table)


def test_what_the_import_has_caught_up_with_is_free_again(company: Store, bring: Bring, priya: Table) -> None:
    table = written(company)
    table["personas"][0]["summary"] = "Runs twelve shops."
    bring(company, table)
    report = bring(company, priya)

    assert report.changed == ["priya"]


def test_a_pack_that_differs_in_nothing_is_no_matter(company: Store, bring: Bring) -> None:
    table = written(company)
    table["personas"][0].pop("revision")

    assert bring(company, table).left == ["priya"]


def test_an_imported_persona_is_replaced_by_imports_as_ever(store: Store, bring: Bring, priya: Table) -> None:
    bring(store, priya)
    priya["personas"][0]["summary"] = "Another one."

    assert bring(store, priya).changed == ["priya"]


def test_the_number_of_a_revision_is_no_change_by_itself(
    company: Store, bring: Bring, new_store: Callable[[], Store]
) -> None:
    other, table = new_store(), written(company)
    bring(other, table)
    table["personas"][0]["revision"] = 7

    assert bring(other, table).left == ["priya"]


def test_a_primary_persona_with_too_little_is_a_warning(check: Check, priya: Table) -> None:
    priya["personas"][0]["priority"] = "primary"
    told = check(priya).told("warning")
    priya["personas"][0]["priority"] = "secondary"

    assert len(told) == 1
    assert "too little for a primary persona; it lacks an archetype" in told[0]
    assert "5 statements (it has 3)" in told[0]
    assert check(priya).told("warning") == []


def test_a_primary_persona_without_the_customers_voice_is_a_warning(check: Check, priya: Table) -> None:
    enough(priya)
    assert check(priya).told("warning") == []
    priya["evidence"][0]["method"] = "survey"
    assert check(priya).told("warning") == []
    priya["evidence"][0]["method"] = "crm"

    assert "rests on the customer’s voice" in check(priya).told("warning")[0]
