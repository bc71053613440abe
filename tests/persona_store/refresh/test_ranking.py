"""What the council looks at first, and why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_store.evidence import Strength
from persona_store.refresh.ranking import Reason, Standing, rank, reasons_of, score_of

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
PLAIN = Standing(1, people=1, latest_at=NOW - timedelta(days=60))

STANDINGS = st.builds(
    Standing,
    item_id=st.integers(1, 50),
    people=st.integers(0, 500),
    latest_at=st.integers(-1, 2_000).map(lambda days: NOW - timedelta(days=days)),
    missed=st.integers(0, 500),
    contradicting=st.integers(0, 5),
    strength=st.sampled_from([None, *Strength]),
    priority=st.sampled_from([None, "primary", "secondary", "negative"]),
)


@pytest.mark.parametrize(
    "better",
    [
        replace(PLAIN, people=2),
        replace(PLAIN, missed=1),
        replace(PLAIN, latest_at=NOW),
        replace(PLAIN, contradicting=1, strength=Strength.ASSUMPTION),
        replace(PLAIN, priority="secondary"),
    ],
)
def test_each_reason_counts_by_itself(better: Standing) -> None:
    other = replace(better, item_id=2)

    assert [one.item_id for one in rank([PLAIN, other], NOW)] == [2, 1]


def test_contradicting_what_is_validated_weighs_more_than_what_is_assumed() -> None:
    by_strength = [replace(PLAIN, contradicting=1, strength=strength) for strength in Strength]

    assert [score_of(one, NOW) for one in by_strength] == sorted(score_of(one, NOW) for one in by_strength)


def test_one_voice_against_validated_research_comes_before_two_that_say_nothing_new() -> None:
    against = replace(PLAIN, contradicting=1, strength=Strength.VALIDATED)

    assert score_of(against, NOW) > score_of(replace(PLAIN, people=2), NOW)


def test_of_two_alike_the_older_one_comes_first() -> None:
    ranked = rank([replace(PLAIN, item_id=7), replace(PLAIN, item_id=3)], NOW)

    assert [one.item_id for one in ranked] == [3, 7]


@given(st.lists(STANDINGS, unique_by=lambda one: one.item_id, max_size=30))
def test_everything_is_ranked_once_whatever_the_order_it_comes_in(items: list[Standing]) -> None:
    ranked = rank(items, NOW)

    assert sorted(one.item_id for one in ranked) == sorted(one.item_id for one in items)
    assert ranked == rank(reversed(items), NOW)
    assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)


@given(STANDINGS, st.integers(1, 50))
def test_another_voice_never_lowers_a_rank(standing: Standing, more: int) -> None:
    assert score_of(replace(standing, people=standing.people + more), NOW) > score_of(standing, NOW)


def test_the_reasons_say_what_the_score_is_made_of() -> None:
    standing = Standing(1, 3, NOW - timedelta(days=2), 4, 2, Strength.VALIDATED, "primary")

    assert reasons_of(standing, NOW) == (
        Reason("contradicts", 2, "validated"),
        Reason("people", 3),
        Reason("missed", 4),
        Reason("recent", 2),
        Reason("priority", about="primary"),
    )


def test_what_is_no_reason_is_not_named() -> None:
    assert reasons_of(replace(PLAIN, priority="negative"), NOW) == (Reason("people", 1),)
