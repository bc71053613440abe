"""A new persona is begun once, whoever does it, however often."""

from collections.abc import Callable
from datetime import datetime

import pytest

from persona_store.database import Store
from persona_store.errors import FieldError
from persona_store.models import Draft
from persona_store.refresh.drafts import discard_draft, get_draft, list_drafts, version_of
from persona_store.refresh.opening import open_new_draft
from tests.persona_store.refresh.drafting import CAROL, DAVE, at_once, name_council

Begin = Callable[..., int]


@pytest.fixture
def council(store: Store) -> Store:
    name_council(store)
    return store


@pytest.fixture
def begin(council: Store, now: datetime) -> Begin:
    def begin(name: str, by: str = CAROL, request: str | None = None) -> int:
        with council.begin() as session:
            return open_new_draft(session, {"name": name, "role": "Baker"}, by, now, request=request).id

    return begin


def drafts(store: Store) -> list[Draft]:
    with store.read() as session:
        return list(list_drafts(session))


def test_a_form_that_is_worked_on_again_opens_the_draft_that_it_began(council: Store, begin: Begin) -> None:
    first = begin("Leo Hart", request="T1:1.2")
    other = begin("Mia Hart", request="T1:3.4")

    assert begin("Leo Hart", request="T1:1.2") == first
    assert [one.id for one in drafts(council)] == [first, other]


def test_two_processes_that_work_on_one_form_begin_one_draft(council: Store, begin: Begin) -> None:
    outcomes = at_once([lambda: str(begin("Leo Hart", request="T1:1.2"))] * 3)

    assert len(set(outcomes)) == 1
    assert len(drafts(council)) == 1


def test_of_two_who_begin_the_same_persona_the_second_is_told_of_the_first(
    council: Store, begin: Begin
) -> None:
    outcomes = at_once([lambda: str(begin("Leo Hart", CAROL)), lambda: str(begin("leo HART", DAVE))])

    [draft] = drafts(council)
    assert str(draft.id) in outcomes
    assert any(f"Draft {draft.id} is of a new persona of this name already" in one for one in outcomes)


def test_the_name_of_a_draft_that_was_given_up_is_free_again(
    council: Store, begin: Begin, now: datetime
) -> None:
    first = begin("Leo Hart")
    with pytest.raises(FieldError) as caught:
        begin("Leo Hart")
    with council.begin() as session:
        discard_draft(session, first, CAROL, now, version_of(get_draft(session, first)))

    assert caught.value.field == "name"
    assert begin("Leo Hart") != first
