"""Insights in the store, on both databases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from persona_store.answering import Answering
from persona_store.database import Store
from persona_store.errors import FieldError, NotFoundError, StoreError
from persona_store.language.embedding import find_embedder
from persona_store.models import RefreshItem, Verdict, Voice
from persona_store.people import set_role
from persona_store.refresh.backlog import make_move
from persona_store.refresh.duplicates import read_ahead, suggest_duplicates
from persona_store.refresh.insights import (
    LONGEST_INSIGHT,
    RATES,
    Said,
    add_voice,
    list_own_insights,
    set_follows,
    submit_insight,
    suggest_persona,
    withdraw_voice,
)
from persona_store.refresh.item_moves import Move, With
from persona_store.refresh.items import get_item, list_voices
from persona_store.refresh.trail import list_trail
from tests.persona_store.refresh.items import ALICE, BOB, CAROL

SAID = Said("Still copies the figures by hand.", ("priya",), stance="adds", stage="trial", place="call")


@pytest.fixture
def company(store: Store, bring: Callable[..., object], priya: dict[str, Any]) -> Store:
    bring(store, priya)
    with store.begin() as session:
        set_role(session, CAROL, "council")
    return store


def submitted(
    session: Session, now: datetime, who: str = ALICE, said: Said = SAID, request: str = "1"
) -> Voice:
    return submit_insight(session, said, who, request, now)


def test_an_insight_is_an_item_with_a_voice(company: Store, now: datetime) -> None:
    said = replace(SAID, stance="contradicts", statement="priya.sso", permalink="https://x.example/p1")
    with company.begin() as session:
        voice = submitted(session, now, said=said)

    with company.read() as session:
        item = get_item(session, voice.item_id)
        assert (item.kind, item.state, item.personas, item.statement) == (
            "insight",
            "new",
            ["priya"],
            "priya.sso",
        )
        assert (voice.text, voice.stance, voice.stage, voice.place) == (
            SAID.text,
            "contradicts",
            "trial",
            "call",
        )
        assert voice.permalink == "https://x.example/p1"
        assert voice.follows
        assert [line.move for line in list_trail(session, f"item {item.id}")] == ["submitted"]


def test_what_names_a_customer_is_never_stored(company: Store, now: datetime) -> None:
    with company.begin() as session:
        voice = submitted(session, now, said=replace(SAID, text="Call 0161 496 0123, or ana@example.com"))
        other = replace(SAID, text="4111 1111 1111 1111")
        add_voice(session, voice.item_id, BOB, other, "2", now)

    with company.read() as session:
        texts = [*session.scalars(select(Voice.text)), *session.scalars(select(RefreshItem.text))]
        assert sorted(set(texts), key=str) == ["Call [phone number], or [e-mail address]", "[card number]"]


def test_the_same_request_twice_is_one_insight(company: Store, now: datetime) -> None:
    with company.begin() as session:
        first = submitted(session, now)
        again = submitted(session, now)

    with company.read() as session:
        assert first.id == again.id
        assert len(session.scalars(select(RefreshItem)).all()) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": " \n"}, "text"),
        ({"text": "x" * (LONGEST_INSIGHT + 1)}, "text"),
        ({"personas": ("nobody",)}, "persona"),
        ({"stage": "nowhere"}, "stage"),
        ({"stance": "confirms"}, "statement"),
        ({"statement": "gone"}, "statement"),
        ({"statement": "priya.sso", "personas": ()}, "statement"),
        ({"stance": "doubts"}, "stance"),
        ({"place": "moon"}, "place"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    company: Store, now: datetime, changes: dict[str, object], field: str
) -> None:
    with company.begin() as session, pytest.raises(FieldError) as caught:
        submitted(session, now, said=replace(SAID, **changes))  # type: ignore[arg-type]

    assert caught.value.field == field


def test_a_person_files_so_many_an_hour(company: Store, now: datetime) -> None:
    _, most, _ = RATES[0]
    with company.begin() as session:
        for number in range(most):
            submitted(session, now, request=str(number))
        with pytest.raises(StoreError, match="within the last hour"):
            submitted(session, now, request="one more")

        assert submitted(session, now, who=BOB, request="of somebody else").id
        assert submitted(session, now + timedelta(hours=1), request="later").id


def test_whoever_saw_the_same_joins_it_once_with_their_own_words(company: Store, now: datetime) -> None:
    own = replace(SAID, text="She types it all again.", statement="priya.csv", stance="confirms")
    with company.begin() as session:
        item = submitted(session, now).item_id
        add_voice(session, item, BOB, own, "2", now)
        add_voice(session, item, BOB, replace(own, text="Every month."), "3", now)
        add_voice(session, item, ALICE, None, "4", now)

    with company.read() as session:
        voices = list_voices(session, get_item(session, item))
        assert [voice.slack_user_id for voice in voices] == [ALICE, BOB]
        assert voices[0].text == SAID.text
        assert voices[1].text == "She types it all again.\n\nEvery month."
        assert voices[1].stance == "confirms"


def test_who_joins_what_was_merged_joins_what_it_counts_for(company: Store, now: datetime) -> None:
    with company.begin() as session:
        root, merged = submitted(session, now).item_id, submitted(session, now, BOB, request="2").item_id
        make_move(session, merged, Move.MERGE, CAROL, now, With(into=get_item(session, root)))
        joined = add_voice(session, merged, CAROL, None, "3", now)
        again = add_voice(session, root, BOB, None, "4", now)

    assert joined.item_id == root
    assert again.item_id == merged


def test_nobody_joins_what_is_settled(company: Store, now: datetime) -> None:
    with company.begin() as session:
        item = submitted(session, now).item_id
        make_move(session, item, Move.DECLINE, CAROL, now, With(reason="Known."))
        with pytest.raises(StoreError, match="declined already"):
            add_voice(session, item, BOB, SAID, "2", now)


def test_an_insight_goes_with_the_last_who_said_it(company: Store, now: datetime) -> None:
    with company.begin() as session:
        first = submitted(session, now)
        second = add_voice(session, first.item_id, BOB, None, "2", now)
        withdraw_voice(session, first.id, ALICE, now)
        still = get_item(session, first.item_id).state
        withdraw_voice(session, second.id, BOB, now)
        withdraw_voice(session, second.id, BOB, now)

    with company.read() as session:
        item = get_item(session, first.item_id)
        assert (still, item.state, item.text) == ("new", "withdrawn", "")
        assert session.get_one(Voice, first.id).text is None
        assert list_own_insights(session, ALICE, 10) == []


def test_what_was_withdrawn_is_in_others_words_then_also_where_it_was_merged(
    company: Store, now: datetime
) -> None:
    own = replace(SAID, text="She types it all again.")
    with company.begin() as session:
        first = submitted(session, now)
        merged = submitted(session, now, request="2")
        add_voice(session, first.item_id, ALICE, replace(SAID, text="Every month."), "3", now)
        make_move(
            session, merged.item_id, Move.MERGE, CAROL, now, With(into=get_item(session, first.item_id))
        )
        add_voice(session, first.item_id, BOB, own, "4", now)
        withdraw_voice(session, first.id, ALICE, now)
        withdraw_voice(session, merged.id, ALICE, now)

    with company.read() as session:
        assert get_item(session, first.item_id).text == own.text
        assert get_item(session, merged.item_id).text == ""


def test_whoever_withdraws_or_unfollows_hears_no_more_of_it(company: Store, now: datetime) -> None:
    with company.begin() as session:
        voice = submitted(session, now)
        joined = add_voice(session, voice.item_id, BOB, None, "2", now)
        add_voice(session, voice.item_id, CAROL, None, "3", now)
        make_move(session, voice.item_id, Move.ACCEPT, CAROL, now)
        withdraw_voice(session, voice.id, ALICE, now)
        set_follows(session, joined.id, BOB, follows=False)

        assert session.scalars(select(Verdict.slack_user_id)).all() == [CAROL]


def test_what_one_person_says_of_an_item_has_an_end(company: Store, now: datetime) -> None:
    with company.begin() as session:
        item = submitted(session, now).item_id
        for number in range(4):
            add_voice(
                session, item, ALICE, replace(SAID, text=f"{number}" * LONGEST_INSIGHT), f"{number + 2}", now
            )
        with pytest.raises(StoreError, match="File the rest"):
            add_voice(session, item, ALICE, replace(SAID, text="4" * LONGEST_INSIGHT), "9", now)


def test_nobody_withdraws_anothers_insight_or_a_settled_one(company: Store, now: datetime) -> None:
    with company.begin() as session:
        voice = submitted(session, now)
        with pytest.raises(NotFoundError):
            withdraw_voice(session, voice.id, BOB, now)
        with pytest.raises(NotFoundError):
            set_follows(session, voice.id, BOB, follows=False)
        make_move(session, voice.item_id, Move.DECLINE, CAROL, now, With(reason="Known."))
        with pytest.raises(StoreError, match="cannot be withdrawn"):
            withdraw_voice(session, voice.id, ALICE, now)


def test_ones_own_insights_tell_what_they_count_for(company: Store, now: datetime) -> None:
    with company.begin() as session:
        root = submitted(session, now, BOB)
        mine = submitted(session, now, request="2")
        newer = submitted(session, now + timedelta(minutes=1), request="3")
        make_move(session, mine.item_id, Move.MERGE, CAROL, now, With(into=get_item(session, root.item_id)))
        set_follows(session, mine.id, ALICE, follows=False)

    with company.read() as session:
        own = list_own_insights(session, ALICE, 10)
        assert [(voice.id, item.id) for voice, item in own] == [
            (newer.id, newer.item_id),
            (mine.id, root.item_id),
        ]
        assert [voice.follows for voice, _ in own] == [True, False]


def test_of_ones_own_insights_the_one_that_was_decided_last_comes_first(
    company: Store, now: datetime
) -> None:
    with company.begin() as session:
        root = submitted(session, now, BOB)
        mine = submitted(session, now, request="2")
        newer = submitted(session, now + timedelta(minutes=1), request="3")
        into = get_item(session, root.item_id)
        make_move(session, mine.item_id, Move.MERGE, CAROL, now, With(into=into))
        later = now + timedelta(hours=1)
        make_move(session, into.id, Move.DECLINE, CAROL, later, With(reason="Too few."))

    with company.read() as session:
        own = list_own_insights(session, ALICE, 10)
        assert [voice.id for voice, _ in own] == [mine.id, newer.id]


def test_likely_duplicates_are_suggested_and_no_others(company: Store, now: datetime) -> None:
    answering = Answering(company)
    texts = (
        "Has to copy the figures by hand into a spreadsheet",
        "Wants a dark theme",
        "Copies figures by hand",
    )
    with company.begin() as session:
        items = [
            submitted(session, now, said=replace(SAID, text=text), request=text).item_id for text in texts
        ]
        make_move(session, items[2], Move.MERGE, CAROL, now, With(into=get_item(session, items[0])))
    read_ahead(answering, SAID.text, ["priya"])

    with company.read() as session:
        found = suggest_duplicates(session, answering, "She copies all figures by hand", ["priya"])
        of_another = suggest_duplicates(session, answering, "She copies all figures by hand", ["marco"])
        assert [item.id for item, _ in found] == [items[0]]
        assert of_another == []
        assert suggest_duplicates(session, answering, "Asked about the price", []) == []


def test_what_was_masked_makes_no_two_insights_alike(company: Store, now: datetime) -> None:
    masked = "[e-mail address], [phone number], [card number]"
    with company.begin() as session:
        submitted(session, now, said=replace(SAID, text=f"Wants a dark theme {masked}"))

    with company.read() as session:
        text = f"Asks for the receipts {masked}"
        assert suggest_duplicates(session, Answering(company), text, ["priya"]) == []


def test_a_long_backlog_is_looked_through_in_time(company: Store, now: datetime) -> None:
    answering = Answering(company)
    with company.begin() as session:
        rows = [
            RefreshItem(kind="insight", text=f"The oven {at} smokes", opened_at=now, changed_at=now)
            for at in range(600)
        ]
        session.add_all(
            [*rows, RefreshItem(kind="gap", text="Who copies figures?", opened_at=now, changed_at=now)]
        )

    with company.read() as session:
        found = suggest_duplicates(session, answering, "who copies the figures", [])
        assert [item.kind for item, _ in found] == ["gap"]


def test_the_persona_is_suggested_from_the_text(company: Store) -> None:
    answering = Answering(company)

    assert suggest_persona(answering, "Priya phoned, she is angry") == "priya"
    assert suggest_persona(answering, "xyzzy") is None


def test_what_says_the_same_in_other_words_is_found_by_its_vector(
    sqlite_store: Store, bring: Callable[..., object], priya: dict[str, Any], now: datetime
) -> None:
    model = find_embedder({})
    if model is None:
        pytest.skip("the language model is not installed: make test installs it")
    bring(sqlite_store, priya)
    answering = Answering(sqlite_store, model)
    answering.keep_up()
    with sqlite_store.begin() as session:
        rows = [
            RefreshItem(kind="insight", text=f"The oven in shop {at} smokes", opened_at=now, changed_at=now)
            for at in range(15)
        ]
        hidden = RefreshItem(
            kind="insight", text="Bills get corrected only after days", opened_at=now, changed_at=now
        )
        session.add_all([hidden, *rows])
    new = "It takes support days to fix an invoice"
    read_ahead(answering, new, [])

    with sqlite_store.read() as session:
        assert [item.id for item, _ in suggest_duplicates(session, answering, new, [])] == [hidden.id]
