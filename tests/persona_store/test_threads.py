"""What a question takes over from the ones before it."""

import pytest

from persona_store.answering import Outcome
from tests.persona_store.bakery import bakery, keys

INDEX = bakery()
FIRST = "what would Priya need when she first logs in?"


@pytest.mark.parametrize(
    "question", ["why?", "and why is that?", "tell me more", "how so", "what else?", "any examples?"]
)
def test_a_question_that_only_asks_on_is_about_the_same(question: str) -> None:
    answer = INDEX.answer(question, previous=FIRST)

    assert answer.carried
    assert keys(answer) == keys(INDEX.answer(FIRST))


@pytest.mark.parametrize("question", ["ok", "thanks, that helps!", "great", "so what time is it in Tokyo"])
def test_what_asks_nothing_takes_nothing_over(question: str) -> None:
    assert INDEX.answer(question, previous=FIRST).outcome is not Outcome.ANSWER


def test_a_question_without_a_name_after_who_is_still_about_that_topic() -> None:
    answer = INDEX.answer("and Marco?", previous="who fears that logged waste is held against them?")

    assert answer.personas == ("marco",)
    assert keys(answer) == ["marco.waste"]


def test_what_it_says_goes_to_the_topic_of_before() -> None:
    answer = INDEX.answer("what does Marco say to that?", previous="who has logged waste held against them?")

    assert keys(answer) == ["marco.waste"]


def test_she_is_the_one_spoken_of_even_in_a_question_about_customers() -> None:
    answer = INDEX.answer("does she want to know who pays charges without notice?", previous=FIRST)

    assert answer.personas == ("priya",)
    assert answer.carried


def test_look_like_names_no_preference() -> None:
    answer = INDEX.answer("what should alerts look like for Priya", previous=None)

    assert answer.kinds == ()
    assert keys(answer) == ["priya.alerts"]


def test_somebody_unknown_ends_the_carrying() -> None:
    answer = INDEX.answer("what would Gustavo need?", previous=FIRST)

    assert answer.outcome is Outcome.UNKNOWN_PERSONA
