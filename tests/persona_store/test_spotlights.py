"""Whose turn it is, and what is told: fair over time, and never twice the same."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona_store.catalogue import StatementEntry
from persona_store.evidence import Strength
from persona_store.spotlights.turn import (
    WEIGHTS,
    Candidate,
    Misses,
    Reason,
    Told,
    Turn,
    Why,
    pick_facts,
    pick_step,
    read_told,
    whose_turn,
)

START = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
WEEK = timedelta(weeks=1)
SIX = {
    "priya": "primary",
    "marco": "primary",
    "berit": "primary",
    "yuki": "secondary",
    "delphine": "secondary",
    "tobias": "negative",
}
COMPANIES = st.lists(st.sampled_from(list(WEIGHTS)), min_size=1, max_size=12).map(
    lambda priorities: {f"p{number}": priority for number, priority in enumerate(priorities)}
)

News = Callable[[int, str], bool]


def no_news(_week: int, _slug: str) -> bool:
    return False


def turns(company: dict[str, str], weeks: int, news: News = no_news) -> list[Turn]:
    """What a channel sees, a spotlight a week. ``news``: whether there is a new revision."""
    shown: list[str] = []
    heard: dict[str, int] = {}
    found = []
    for week in range(weeks):
        now = START + week * WEEK
        candidates = [
            Candidate(
                slug,
                priority,
                posts_since=shown[::-1].index(slug) if slug in shown else len(shown),
                shown_at=START + (len(shown) - 1 - shown[::-1].index(slug)) * WEEK if slug in shown else None,
                revision=week if any(news(past, slug) for past in range(heard.get(slug, 0), week)) else None,
            )
            for slug, priority in company.items()
        ]
        turn = whose_turn(candidates, now)
        found.append(turn)
        shown.append(turn.slug)
        heard[turn.slug] = week
    return found


def slugs(found: Sequence[Turn]) -> list[str]:
    return [turn.slug for turn in found]


# Whose turn


def test_everybody_is_met_once_before_anybody_comes_again() -> None:
    first = slugs(turns(SIX, 6))

    assert sorted(first) == sorted(SIX)
    assert first == sorted(first, key=lambda slug: -WEIGHTS[SIX[slug]])


def test_nobody_comes_twice_in_a_row_where_there_is_enough_choice() -> None:
    found = slugs(turns(SIX, 200))

    assert all(one != following for one, following in pairwise(found))


@given(COMPANIES)
@settings(max_examples=60, deadline=None)
def test_each_comes_in_proportion_to_its_priority(company: dict[str, str]) -> None:
    total = sum(WEIGHTS[priority] for priority in company.values())
    weeks = 20 * total
    times = Counter(slugs(turns(company, weeks)))

    for slug, priority in company.items():
        share = weeks * WEIGHTS[priority] / total
        assert 0.75 * share - 2 <= times[slug] <= 1.25 * share + 2, (slug, times, share)


@given(COMPANIES, st.sets(st.integers(0, 11), max_size=4))
@settings(max_examples=60, deadline=None)
def test_nobody_is_passed_over_for_ever_whoever_has_news(company: dict[str, str], loud: set[int]) -> None:
    always = {f"p{number}" for number in loud}
    total = sum(WEIGHTS[priority] for priority in company.values())
    longest = 3 * total + len(company)
    found = slugs(turns(company, 3 * longest, lambda _, slug: slug in always))

    for slug in company:
        places = [-1, *(place for place, one in enumerate(found) if one == slug), len(found)]
        assert max(after - before for before, after in pairwise(places)) <= longest + 1


@given(COMPANIES, st.integers(0, 11), st.integers(0, 200))
@settings(max_examples=100, deadline=None)
def test_a_persona_with_a_new_revision_comes_soon(company: dict[str, str], which: int, extra: int) -> None:
    slug = f"p{which % len(company)}"
    week = 3 * sum(WEIGHTS[priority] for priority in company.values()) + extra % 50
    found = turns(company, week + 4, lambda past, one: (past, one) == (week, slug))
    after = [number for number, turn in enumerate(found) if turn.slug == slug and number > week]

    assert after
    assert after[0] <= week + 3


def test_news_are_the_first_reason_given() -> None:
    found = turns(SIX, 12, lambda week, slug: (week, slug) == (8, "tobias"))
    place = next(number for number, turn in enumerate(found) if turn.slug == "tobias" and number > 8)

    assert place == 9
    assert found[9].reasons[0].why is Why.CHANGED


def test_a_persona_that_was_just_shown_waits_a_turn_with_its_news() -> None:
    found = turns(SIX, 14, lambda week, slug: (week, slug) == (6, "priya"))

    assert found[6].slug == "priya"
    assert found[7].slug != "priya"
    assert found[8] == Turn("priya", (Reason(Why.CHANGED, 8),))


def test_a_negative_persona_comes_rarely_unless_it_is_asked_for() -> None:
    others = [Candidate(slug, "primary", posts_since=2, shown_at=START) for slug in ("a", "b")]
    negative = Candidate("n", "negative", posts_since=5, shown_at=START)
    asked_for = Candidate("n", "negative", posts_since=6, shown_at=START, asked_for=True)

    assert whose_turn([*others, negative], START).slug == "a"
    assert whose_turn([*others, asked_for], START).slug == "n"


def test_what_people_got_wrong_brings_a_persona_up_and_is_a_reason() -> None:
    seen = [Candidate(slug, "primary", posts_since=2, shown_at=START) for slug in ("a", "b")]
    missed = Candidate("c", "primary", posts_since=1, shown_at=START, missed=Misses(6, 10))

    assert whose_turn([*seen, missed], START) == Turn("c", (Reason(Why.MISSED, 6, 10),))


def test_of_equals_the_first_comes() -> None:
    assert whose_turn([Candidate("b", "primary"), Candidate("a", "primary")], START).slug == "b"


@pytest.mark.parametrize(
    ("candidates", "reasons"),
    [
        ([Candidate("a", "primary")], (Reason(Why.ALONE),)),
        (
            [Candidate("a", "primary", 0, START - WEEK, revision=7)],
            (Reason(Why.CHANGED, 7),),
        ),
        (
            [Candidate("a", "primary"), Candidate("b", "secondary")],
            (Reason(Why.NEVER_MET),),
        ),
        (
            [Candidate("a", "primary", 5, START - 5 * WEEK), Candidate("b", "primary", 2, START)],
            (Reason(Why.UNSEEN, 35),),
        ),
        (
            [Candidate("a", "primary", 3, START - 3 * WEEK), Candidate("b", "negative", 9, START)],
            (Reason(Why.UNSEEN, 21), Reason(Why.PRIORITY)),
        ),
    ],
)
def test_the_reasons_are_what_counted(candidates: list[Candidate], reasons: tuple[Reason, ...]) -> None:
    assert whose_turn(candidates, START).reasons == reasons


# What is told


def statement(
    number: int,
    kind: str = "need",
    *,
    lens: str = "",
    strength: Strength = Strength.VALIDATED,
    topic: str = "",
) -> StatementEntry:
    return StatementEntry(
        key=f"s{number}",
        persona="priya",
        kind=kind,
        text=f"Statement {number}",
        topic=topic,
        stages=(),
        lenses=(lens,) if lens else (),
        strength=strength,
    )


def told(*keys: str, step: str | None = None) -> Told:
    return Told("priya", 1, keys, None, None, step, 0, START)


def picked(
    statements: Sequence[StatementEntry],
    past: Sequence[Told] = (),
    *,
    lens: str | None = None,
    changed: Sequence[str] = (),
    quality: dict[str, int] | None = None,
    seed: str = "1",
) -> list[str]:
    found = pick_facts(statements, past, lens=lens, changed=changed, quality=quality or {}, seed=seed)
    return [one.key for one in found]


STATEMENTS = st.lists(
    st.tuples(
        st.sampled_from(["need", "goal", "objection"]),
        st.sampled_from(["", "sales", "product"]),
        st.sampled_from(list(Strength)),
    ),
    min_size=1,
    max_size=20,
).map(
    lambda rows: [
        statement(number, kind, lens=lens, strength=strength)
        for number, (kind, lens, strength) in enumerate(rows)
    ]
)


@given(STATEMENTS, st.sampled_from([None, "sales", "support"]), st.integers(2, 30))
def test_nothing_of_the_last_spotlight_is_told_again(
    statements: list[StatementEntry], lens: str | None, times: int
) -> None:
    past: list[Told] = []
    for number in range(times):
        keys = picked(statements, past, lens=lens, seed=str(number))
        if past and len(statements) > 1:
            assert not set(keys) & set(past[0].statements)
        assert 1 <= len(keys) <= 3
        assert len(set(keys)) == len(keys)
        past.insert(0, told(*keys))


@given(STATEMENTS)
def test_everything_researched_is_told_in_time(statements: list[StatementEntry]) -> None:
    past: list[Told] = []
    for number in range(2 * len(statements) + 2):
        past.insert(0, told(*picked(statements, past, seed=str(number))))
    researched = {one.key for one in statements if one.strength is not Strength.ASSUMPTION}

    assert researched <= {key for one in past for key in one.statements}


@given(STATEMENTS, st.integers())
def test_the_same_store_and_past_tell_the_same(statements: list[StatementEntry], seed: int) -> None:
    assert picked(statements, seed=str(seed)) == picked(statements[::-1], seed=str(seed))


def test_changed_statements_come_first_even_if_they_were_told_last_time() -> None:
    statements = [statement(number, lens="sales") for number in range(9)]

    assert picked(statements, [told("s3")], lens="sales", changed=["s3"])[0] == "s3"


def test_a_changed_statement_of_another_lens_is_told_too() -> None:
    statements = [*(statement(number, lens="sales") for number in range(8)), statement(8, lens="product")]

    assert picked(statements, lens="sales", changed=["s8"])[0] == "s8"


def test_those_of_the_lens_come_before_all_others() -> None:
    statements = [statement(number, lens="sales" if number < 6 else "product") for number in range(12)]

    assert set(picked(statements, lens="sales")) <= {f"s{number}" for number in range(6)}


def test_what_holds_everywhere_belongs_to_every_lens() -> None:
    statements = [statement(number) for number in range(6)]

    assert len(picked(statements, lens="sales")) == 3


def test_a_lens_with_little_to_say_is_filled_up_with_others() -> None:
    statements = [statement(number, lens="sales" if number < 2 else "product") for number in range(9)]
    first = picked(statements, lens="sales")
    second = picked(statements, [told(*first)], lens="sales")

    assert set(first) == {"s0", "s1"}
    assert len(second) == 2
    assert not set(second) & set(first)


def test_they_are_of_different_kinds_and_topics() -> None:
    statements = [
        *(statement(number, "need", topic="price") for number in range(4)),
        statement(4, "goal", topic="time"),
        statement(5, "goal", topic="price"),
        statement(6, "objection", topic="trust"),
    ]

    assert {one.kind for one in statements if one.key in picked(statements)} == {"need", "goal", "objection"}


def test_better_research_comes_first() -> None:
    statements = [statement(number) for number in range(9)]

    assert picked(statements, quality={f"s{number}": 9 - number for number in range(9)})[0] == "s8"


def test_an_assumption_is_told_only_where_nothing_else_is_left() -> None:
    guess = statement(0, strength=Strength.ASSUMPTION)
    known = [statement(number) for number in range(1, 9)]

    assert "s0" not in picked(
        [guess, *known], [told("s1"), told("s2", "s3"), told("s4", "s5", "s6", "s7", "s8")]
    )
    assert picked([guess, statement(1)], [told("s1")]) == ["s0"]


def test_what_was_told_longest_ago_comes_back_first() -> None:
    statements = [statement(number) for number in range(6)]
    past = [told("s0", "s1"), told("s2", "s3"), told("s4", "s5")]

    assert set(picked(statements, past)[:2]) == {"s4", "s5"}


def test_a_single_statement_is_all_there_is_to_tell() -> None:
    assert picked([statement(0)], [told("s0")]) == ["s0"]


# Where one feels one's way into


def test_every_step_of_the_journey_has_its_turn() -> None:
    stages = ["trial", "onboarding", "renewal"]
    past: list[Told] = []
    for number in range(9):
        step = pick_step(stages, past, [], str(number))
        assert not past or step != past[0].step
        past.insert(0, told(step=step))

    assert Counter(one.step for one in past) == dict.fromkeys(stages, 3)


def test_the_step_is_near_the_facts() -> None:
    fact = StatementEntry("s", "priya", "need", "x", "", ("renewal",), (), Strength.VALIDATED)

    assert pick_step(["trial", "renewal"], [], [fact], "1") == "renewal"


def test_without_a_journey_there_is_no_step() -> None:
    assert pick_step([], [], [], "1") is None


# What was told


def test_a_past_post_is_read_back() -> None:
    content = {
        "persona": "priya",
        "revision": 3,
        "statements": ["a", "b"],
        "question": {"persona": "priya", "options": ["x", "y", "z"], "right": 1},
        "story": 5,
        "step": "trial",
        "prompt": 2,
    }

    assert read_told(content, START) == Told(
        "priya", 3, ("a", "b"), "y", 5, "trial", 2, START, ("x", "y", "z")
    )


@pytest.mark.parametrize(
    "content", [{}, {"persona": "priya", "question": None}, {"question": {"options": []}}]
)
def test_a_past_post_that_says_little_is_read_too(content: dict[str, object]) -> None:
    assert read_told(content, None).statements == ()
