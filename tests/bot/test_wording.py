from pathlib import Path

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks import fit
from bot.wording import MESSAGES, Words, escaped, link, mention

HOSTILE = st.text() | st.sampled_from(
    ["<!channel>", "<@U1>", "</a>&amp;<b>", "<https://x|y>", "a|b>c", "&lt;"]
)


@given(HOSTILE)
def test_what_people_write_is_never_markup(text: str) -> None:
    shown = Words()("people/errors", "store_error", text=text)

    assert "<" not in shown
    assert ">" not in shown


def test_the_same_text_as_markup_and_as_written_are_two_pieces() -> None:
    words, markup = Words(), mention("U0ALICE")

    shown = [words("people/errors", "store_error", text=text) for text in (markup, str(markup), markup)]

    assert [markup in one for one in shown] == [True, False, True]


@given(HOSTILE)
def test_escaping_loses_nothing(text: str) -> None:
    back = escaped(text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

    assert back == text


@given(HOSTILE, HOSTILE)
def test_a_link_stays_one_link_whatever_is_in_it(url: str, text: str) -> None:
    made = link("https://e.example/" + url, text)

    assert made.startswith("<https://e.example/")
    assert made.endswith(">")
    assert made.count("<") == made.count(">") == made.count("|") == 1


@given(HOSTILE, st.integers(1, 60))
def test_shortening_never_leaves_half_an_entity(text: str, limit: int) -> None:
    shown = fit(escaped(text), limit)

    assert len(shown) <= limit
    assert shown.count("&") == sum(shown.count(entity) for entity in ("&amp;", "&lt;", "&gt;"))


def test_our_own_markup_is_not_escaped_again() -> None:
    shown = Words()("answers/buttons", "shared_by", mention=mention("U0ALICE"), question="1 < 2?")

    assert "<@U0ALICE>" in shown
    assert "1 &lt; 2?" in shown


def test_plain_text_is_not_escaped_because_slack_reads_no_markup_there() -> None:
    assert "R&D" in Words().plain("answers/buttons", "card_of", name="R&D")


def test_a_missing_value_is_an_error_and_not_a_gap_in_the_text() -> None:
    with pytest.raises(jinja2.UndefinedError):
        Words()("answers/outcomes", "no_research", names="Priya")


@pytest.mark.parametrize("template", sorted(MESSAGES.rglob("*.j2")), ids=lambda path: path.stem)
def test_templates_use_nothing_that_escapes_twice(template: Path) -> None:
    source = template.read_text("utf8")

    assert "{% macro" not in source
    assert "super()" not in source
    assert "{% set" not in source
    assert "|safe" not in source.replace(" ", "")
