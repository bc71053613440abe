"""How somebody looked at the backlog the last time."""

import pytest

from persona_store.database import Store
from persona_store.refresh.backlog import BacklogFilter
from persona_store.refresh.backlog_view import BacklogView, change_view, view_of
from tests.persona_store.refresh.items import CAROL


def test_what_was_chosen_is_still_so_the_next_time(sqlite_store: Store) -> None:
    for what, value in (
        ("state", "snoozed"),
        ("persona", "priya"),
        ("kind", "gap"),
        ("mine", "yes"),
        ("page", "2"),
    ):
        with sqlite_store.begin() as session:
            change_view(session, CAROL, what, value)

    with sqlite_store.read() as session:
        view = view_of(session, CAROL)
        assert view == BacklogView("snoozed", "priya", "gap", mine=True, page=2)
        assert view.filter_of(CAROL) == BacklogFilter("snoozed", "priya", "gap", CAROL)


def test_another_choice_begins_at_the_first_page(sqlite_store: Store) -> None:
    with sqlite_store.begin() as session:
        change_view(session, CAROL, "page", "2")

        assert change_view(session, CAROL, "kind", "gap").page == 0


@pytest.mark.parametrize(
    ("what", "value"),
    [("state", "nonsense"), ("kind", "x"), ("page", "-1"), ("page", "²" * 9), ("colour", "red")],
)
def test_what_cannot_be_chosen_changes_nothing(sqlite_store: Store, what: str, value: str) -> None:
    with sqlite_store.begin() as session:
        assert change_view(session, CAROL, what, value) == BacklogView()
