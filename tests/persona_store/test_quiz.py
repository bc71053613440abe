"""One question with a click: fair, answerable, and with wrong options that are wrong."""

import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.answers.sets import EXAMPLE, index_of
from persona_store.answering import Index
from persona_store.catalogue import PersonaEntry, Snapshot, StatementEntry
from persona_store.evidence import Strength
from persona_store.quiz import LONGER, PRONOUNS, Quiz, TellTale, make_quiz, read_quiz


def never(_one: StatementEntry, _other: StatementEntry) -> bool:
    return False


def statement(
    key: str, text: str = "", kind: str = "need", strength: Strength = Strength.VALIDATED
) -> StatementEntry:
    text = (
        text
        or f"Needs something that is called {key.replace('.', ' ').translate(str.maketrans('pabc', 'xyzw'))}"
    )
    return StatementEntry(key, key.partition(".")[0], kind, text, "", (), (), strength)


def persona(slug: str, name: str = "", aliases: tuple[str, ...] = ()) -> PersonaEntry:
    return PersonaEntry(
        slug, name or f"{slug.title()}ina Someone", "", "", "", "", "primary", "she/her", aliases
    )


def snapshot(*statements: StatementEntry, personas: tuple[PersonaEntry, ...] = ()) -> Snapshot:
    slugs = dict.fromkeys(one.persona for one in statements)
    return Snapshot(1, "en", personas or tuple(map(persona, slugs)), statements, (), ())


SMALL = snapshot(
    *(statement(f"{slug}.{number}") for slug in ("aa", "bb", "cc") for number in range(4)),
)


def test_one_option_is_the_personas_and_two_are_of_others() -> None:
    quiz = make_quiz(SMALL, "aa", "1", never)

    assert quiz is not None
    assert len(quiz.options) == 3
    assert [key.partition(".")[0] for key in quiz.options].count("aa") == 1
    assert quiz.options[quiz.right].startswith("aa.")


def test_the_same_seed_gives_the_same_question_in_the_same_order() -> None:
    assert make_quiz(SMALL, "aa", "7", never) == make_quiz(SMALL, "aa", "7", never)


def test_the_right_one_is_at_every_place_equally_often() -> None:
    places = Counter(quiz.right for seed in range(600) if (quiz := make_quiz(SMALL, "aa", str(seed), never)))

    assert set(places) == {0, 1, 2}
    assert min(places.values()) > 140


def test_what_was_just_shown_is_not_asked() -> None:
    shown = ["aa.0", "aa.1", "aa.2"]

    for seed in range(30):
        quiz = make_quiz(SMALL, "aa", str(seed), never, shown=shown)
        assert quiz is not None
        assert quiz.options[quiz.right] == "aa.3"


def test_what_was_asked_comes_again_only_after_all_others() -> None:
    asked: list[str] = []
    for number in range(8):
        quiz = make_quiz(SMALL, "aa", str(number), never, asked=asked)
        assert quiz is not None
        asked.insert(0, quiz.options[quiz.right])

    assert set(asked[:4]) == set(asked[4:]) == {"aa.0", "aa.1", "aa.2", "aa.3"}


def test_nothing_unresearched_is_asked_or_offered() -> None:
    guesses = [statement(f"{slug}.9", strength=Strength.ASSUMPTION) for slug in ("aa", "bb", "cc")]
    mixed = snapshot(*SMALL.statements, *guesses)

    for seed in range(100):
        quiz = make_quiz(mixed, "aa", str(seed), never)
        assert quiz is not None
        assert not any(key.endswith(".9") for key in quiz.options)


def test_an_option_that_may_be_true_of_the_persona_too_is_not_offered() -> None:
    def says_nearly(one: StatementEntry, other: StatementEntry) -> bool:
        return one.key.startswith("bb") and other.key == "aa.3"

    options = {
        key
        for seed in range(50)
        if (quiz := make_quiz(SMALL, "aa", str(seed), says_nearly))
        for key in quiz.options
    }

    assert not any(key.startswith("bb") for key in options)


def test_where_all_may_be_true_there_is_no_question() -> None:
    assert make_quiz(SMALL, "aa", "1", lambda _one, _other: True) is None


def test_a_wrong_option_is_on_another_topic_where_there_are_enough() -> None:
    topics = snapshot(
        *(
            replace(one, topic="price" if one.key.endswith((".0", ".1")) else "time")
            for one in SMALL.statements
        ),
        *(replace(statement(f"{slug}.9"), topic="trust") for slug in ("bb", "cc")),
    )
    one_topic = snapshot(*(replace(one, topic="price") for one in SMALL.statements))

    for seed in range(30):
        quiz = make_quiz(topics, "aa", str(seed), never)
        assert quiz is not None
        assert {key for key in quiz.options if not key.startswith("aa")} == {"bb.9", "cc.9"}
        assert make_quiz(one_topic, "aa", str(seed), never) is not None


def test_two_wrong_options_never_say_the_same() -> None:
    twins = snapshot(
        *(statement(f"aa.{number}") for number in range(3)),
        *(statement(key, "Needs the very same thing") for key in ("bb.0", "cc.0")),
        statement("cc.1"),
    )

    for seed in range(40):
        quiz = make_quiz(twins, "aa", str(seed), lambda one, other: one.text == other.text)
        assert quiz is None or not {"bb.0", "cc.0"} <= set(quiz.options)


def test_options_are_of_one_kind_and_of_different_people_where_it_can_be() -> None:
    kinds = snapshot(
        *(
            statement(f"{slug}.{kind}", kind=kind)
            for slug in ("aa", "bb", "cc", "dd")
            for kind in ("need", "goal")
        ),
    )
    by_key = {one.key: one for one in kinds.statements}

    for seed in range(40):
        quiz = make_quiz(kinds, "aa", str(seed), never)
        assert quiz is not None
        assert len({by_key[key].kind for key in quiz.options}) == 1
        assert len({by_key[key].persona for key in quiz.options}) == 3


def test_with_one_other_persona_both_wrong_options_are_theirs() -> None:
    two = snapshot(*(one for one in SMALL.statements if one.persona != "cc"))
    quiz = make_quiz(two, "aa", "1", never)

    assert quiz is not None
    assert sum(key.startswith("bb") for key in quiz.options) == 2


def test_options_are_of_much_the_same_length() -> None:
    lengths = snapshot(
        *(
            statement(f"{slug}.{size}", "x" * size)
            for slug in ("aa", "bb", "cc")
            for size in (20, 40, 80, 160)
        ),
    )

    for seed in range(40):
        quiz = make_quiz(lengths, "aa", str(seed), never)
        if quiz:
            sizes = [int(key.partition(".")[2]) for key in quiz.options]
            assert max(sizes) <= LONGER * min(sizes)


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("Needs single sign-on before she invites the team", True),
        ("Does it himself", True),
        ("Wants their own account", True),
        ("Likes what Priya does", True),
        ("Trusts raman's figures", True),
        ("Is the Pri of the house", True),
        ("Acts as head of ops in all but name", True),
        ("Heads the operations", False),
        ("Shelves the theory", False),
        ("Reprints the plan", False),
    ],
)
def test_a_text_that_tells_whose_it_is_is_noticed(text: str, tells: bool) -> None:  # noqa: FBT001
    assert TellTale([persona("priya", "Priya Raman", ("Pri", "head of ops"))])(text) is tells


def test_statements_with_names_and_pronouns_are_left_out() -> None:
    texts = snapshot(
        *(statement(f"{slug}.{number}") for slug in ("aa", "bb", "cc") for number in range(2)),
        *(statement(f"{slug}.she", "Needs what she asked for last week") for slug in ("aa", "bb", "cc")),
        *(statement(f"{slug}.name", "Needs what Aaina asked for last week") for slug in ("aa", "bb", "cc")),
    )

    for seed in range(60):
        quiz = make_quiz(texts, "aa", str(seed), never)
        assert quiz is not None
        assert not any(key.endswith(("she", "name")) for key in quiz.options)


@pytest.mark.parametrize("slug", ["aa", "nobody"])
def test_without_others_or_without_statements_there_is_no_question(slug: str) -> None:
    assert make_quiz(snapshot(statement("aa.1"), statement("aa.2")), slug, "1", never) is None


def test_a_question_is_kept_and_read_back() -> None:
    quiz = Quiz("aa", ("aa.1", "bb.1", "cc.1"), 0)

    assert read_quiz(quiz.as_json()) == quiz
    assert read_quiz(None) is None


TEXTS = st.text(min_size=1, max_size=60)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcd"), TEXTS), min_size=1, max_size=30), st.text(max_size=5))
def test_any_company_gets_a_sound_question_or_none(rows: list[tuple[str, str]], seed: str) -> None:
    made = snapshot(*(statement(f"{slug * 2}.{number}", text) for number, (slug, text) in enumerate(rows)))
    quiz = make_quiz(made, "aa", seed, lambda one, other: one.text == other.text)

    if quiz:
        texts = {one.key: one.text for one in made.statements}
        assert len({texts[key] for key in quiz.options}) == 3
        assert [key.startswith("aa.") for key in quiz.options].index(True) == quiz.right


# The example company


@pytest.fixture(scope="module")
def example() -> Index:
    return index_of([EXAMPLE], None)


def test_every_persona_of_the_example_company_has_many_questions(example: Index) -> None:
    for one in example.snapshot.personas:
        quizzes = [make_quiz(example.snapshot, one.slug, str(seed), example.nearness) for seed in range(40)]
        assert all(quizzes), one.slug
        assert len({quiz.options[quiz.right] for quiz in quizzes if quiz}) >= 12


def test_no_option_of_the_example_company_tells_by_itself_whose_it_is(example: Index) -> None:
    texts = {one.key: one.text for one in example.snapshot.statements}
    names = re.compile("|".join(one.name.split()[0] for one in example.snapshot.personas))

    for one in example.snapshot.personas:
        for seed in range(20):
            quiz = make_quiz(example.snapshot, one.slug, str(seed), example.nearness)
            for key in quiz.options if quiz else ():
                assert not PRONOUNS.search(texts[key])
                assert not names.search(texts[key])
