"""Every message and view is within Slack's limits, however long the names and texts are (S5)."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.payloads import MESSAGES, VIEWS, Company, limits_broken, made
from bot import blocks
from bot.sandbox.blocks import check_message
from bot.wording import Words
from tests.bot.hostile import COMPANIES

WORDS = Words()


@pytest.mark.parametrize("name", [*MESSAGES, *VIEWS])
@settings(max_examples=10, deadline=None)
@given(company=COMPANIES)
def test_slack_takes_every_message_and_view(name: str, company: Company) -> None:
    assert limits_broken(made(name, WORDS, company)) == []


class Longest(Company):
    """Everything as long and as many as the pack format allows."""

    def text(self, longest: int) -> str:
        return (self.texts[0] * longest)[:longest]

    def maybe(self, longest: int) -> str:
        return self.line(longest)

    def count(self, most: int) -> int:
        return most


@pytest.mark.parametrize("text", ["<", "&", "👩🏽‍🚀", "\u05e9", "x" * 40 + " "])
@pytest.mark.parametrize("name", [*MESSAGES, *VIEWS])
def test_slack_takes_the_longest_that_a_pack_may_hold(name: str, text: str) -> None:
    assert limits_broken(made(name, WORDS, Longest([text], random.Random(1)))) == []


@given(st.lists(st.text(min_size=1, max_size=400), min_size=1, max_size=30), st.integers(100, 4_000))
def test_only_the_longest_texts_are_shortened_and_only_where_it_must_be(
    texts: list[str], budget: int
) -> None:
    before = [blocks.section(text) for text in texts]
    after = blocks.shortened(before, budget)
    lengths = [len(block["text"]["text"]) for block in after]
    untouched = [len(text) for text, length in zip(texts, lengths, strict=True) if length == len(text)]

    assert sum(lengths) <= budget or sum(len(text) for text in texts) <= budget
    assert (after == before) == (sum(map(len, texts)) <= budget)
    assert max(untouched, default=0) <= max(lengths)


def test_a_row_of_buttons_of_one_action_has_an_id_for_each() -> None:
    row = blocks.actions(*(blocks.button("Card", "personas.show_card", str(number)) for number in range(30)))

    assert check_message([row]).problems == []
    assert len({element["action_id"] for element in row["elements"]}) == 25


def test_an_empty_text_is_a_space_because_slack_takes_no_empty_one() -> None:
    assert check_message([blocks.section(""), blocks.header("")]).problems == []
