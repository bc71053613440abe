"""The question of a spotlight: nothing around it gives it away, and it does not come again too soon."""

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from bench.answers.sets import EXAMPLE, index_of
from persona_store.catalogue import PersonaEntry, Snapshot, StatementEntry
from persona_store.evidence import Strength
from persona_store.packs.trivia import read_words
from persona_store.spotlights.quiz import KIND, Post, Quiz, make_quiz, read_quiz
from persona_store.trivia.distractors import may_be_enough
from persona_store.trivia.material import Material
from persona_store.trivia.questions import make_question_about

WORDS = read_words(Path(__file__).parents[2] / "content" / "trivia")
SLUGS = ("aa", "bb", "cc", "dd")
ALONE = Post()
THINGS = ("ovens", "ledger", "drivers", "invoices")


def never(_one: StatementEntry, _other: StatementEntry) -> bool:
    return False


def statement(slug: str, number: int) -> StatementEntry:
    text = f"Needs the {THINGS[number]} of {slug * 3}ton to be ready early"
    stages = ("trial",) if number == 0 else ()
    return StatementEntry(f"{slug}.{number}", slug, "need", text, "", stages, (), Strength.VALIDATED)


def persona(slug: str) -> PersonaEntry:
    return PersonaEntry(slug, f"{slug.title()}ina Someone", "", "", "", "", "primary", "she/her", ())


def material() -> Material:
    statements = tuple(statement(slug, number) for slug in SLUGS for number in range(4))
    return Material(Snapshot(1, "en", tuple(map(persona, SLUGS)), statements, (), ()), never, WORDS)


def quiz_of(seed: int = 1, post: Post = ALONE, **past: list[str] | list[tuple[str, ...]]) -> Quiz:
    quiz = make_quiz(material(), "aa", str(seed), post, **past)  # type: ignore[arg-type]
    assert quiz is not None
    return quiz


def right_of(quiz: Quiz) -> str:
    return quiz.options[quiz.right]


def test_one_option_is_the_personas_and_the_others_are_not() -> None:
    quiz = quiz_of()

    assert [key.partition(".")[0] for key in quiz.options].count("aa") == 1
    assert right_of(quiz).startswith("aa.")
    assert quiz.texts[quiz.right] == statement("aa", int(right_of(quiz)[-1])).text


def test_what_stands_in_the_post_is_neither_asked_nor_offered() -> None:
    shown = [f"aa.{number}" for number in range(3)] + ["bb.3"]

    for seed in range(30):
        quiz = quiz_of(seed, Post(shown))
        assert right_of(quiz) == "aa.3"
        assert "bb.3" not in quiz.options


def test_a_rare_word_that_the_post_has_too_does_not_give_the_answer_away() -> None:
    by_few = make_material_of("aa.1", "Needs the samovar of the house to be ready early")

    for seed in range(30):
        quiz = make_quiz(by_few, "aa", str(seed), Post(texts=["Two samovars stand in the shop."]))
        assert quiz is not None
        assert right_of(quiz) != "aa.1"


def make_material_of(key: str, text: str) -> Material:
    """The same, with one statement that says something else."""
    made = material()
    statements = tuple(
        StatementEntry(one.key, one.persona, one.kind, text, "", (), (), one.strength)
        if one.key == key
        else one
        for one in made.snapshot.statements
    )
    return Material(Snapshot(1, "en", made.snapshot.personas, statements, (), ()), never, WORDS)


def test_a_word_that_is_said_of_most_gives_nothing_away() -> None:
    post = Post(texts=["Everybody talks about invoices, ledgers, drivers and ovens."])

    assert {right_of(quiz_of(seed, post)) for seed in range(60)} == {f"aa.{number}" for number in range(4)}


def test_another_stage_is_asked_about_than_the_one_that_people_put_themselves_into() -> None:
    assert "aa.0" not in {right_of(quiz_of(seed, Post(stage="trial"))) for seed in range(30)}


def test_what_was_asked_comes_again_only_after_the_others() -> None:
    asked: list[str] = []
    for seed in range(8):
        asked.insert(0, right_of(quiz_of(seed, asked=asked)))

    assert set(asked[:4]) == set(asked[4:]) == {f"aa.{number}" for number in range(4)}


def test_wrong_options_come_again_only_after_the_others() -> None:
    past: list[tuple[str, ...]] = []
    for seed in range(4):
        past.insert(0, quiz_of(seed, offered=past).options)
    wrong = Counter(key for options in past for key in options if not key.startswith("aa."))

    assert set(wrong.values()) == {1}


def test_where_there_is_nothing_else_to_ask_what_was_asked_is() -> None:
    past = [tuple(f"{slug}.{number}" for slug in SLUGS) for number in range(4)]

    assert quiz_of(asked=[f"aa.{number}" for number in range(4)], offered=past)


@pytest.mark.parametrize("slug", ["aa", "nobody"])
def test_without_others_or_without_statements_there_is_no_question(slug: str) -> None:
    alone = Material(Snapshot(1, "en", (persona("aa"),), (statement("aa", 1),), (), ()), never, WORDS)

    assert make_quiz(alone, slug, "1", Post()) is None


def test_a_question_is_kept_and_read_back() -> None:
    quiz = Quiz("aa", ("aa.1", "bb.1", "cc.1"), 0)

    assert read_quiz(quiz.as_json()) == quiz
    assert read_quiz(None) is None


def test_every_persona_of_the_example_company_has_many_questions() -> None:
    index = index_of([EXAMPLE], None)
    nearness = index.nearness
    example = Material(index.snapshot, nearness, WORDS, share=nearness.share)

    for one in example.snapshot.personas:
        quizzes = [make_quiz(example, one.slug, str(seed), Post()) for seed in range(20)]
        assert all(quizzes), one.slug
        assert len({right_of(quiz) for quiz in quizzes if quiz}) >= 8


def test_what_is_given_up_before_drawing_could_not_have_been_drawn() -> None:
    index, chance = index_of([EXAMPLE], None), Random(1)
    made = Material(index.snapshot, index.nearness, WORDS)
    statements = [one for own in made.askable.values() for one in own]
    seen = [(one, {other.key for other in statements if chance.random() < 0.8}) for one in statements]
    given_up = [(one, but - {one.key}) for one, but in seen if not may_be_enough(made, one, but - {one.key})]
    drawn = [
        make_question_about(made, str(seed), one.key, KIND, but) for one, but in given_up for seed in range(5)
    ]

    assert len(given_up) > 10
    assert len(given_up) < len(statements)
    assert drawn == [None] * len(drawn)
