"""A channel gets its spotlight, and people answer its question."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from bench.spotlights import FIRST, spotlights, wrong
from bot.blocks import fit
from bot.sandbox.blocks import check_message
from bot.templates import read_own_words
from bot.wording import MESSAGES, Words
from persona_store.database import Store
from persona_store.models import Delivery, Persona, Statement, TriviaAnswer, TriviaQuestion
from tests.bot.conftest import NOON
from tests.bot.slack_driver import Message, Slack
from tests.bot.spotlights.conftest import Compose, Post, content_of, text_of

LENSES = ("product", "marketing", "sales", "support", "cx", None)
PERSONAS = ("priya", "marco", "berit", "yuki", "delphine", "tobias")


def answer(slack: Slack, post: Message, number: int, account: str = "bob") -> Message:
    values = [one["value"] for one in post.elements if one["action_id"].startswith("spotlights.answer")]
    return slack.click_for_reply(post, account, "spotlights.answer", values[number])


# The post


def test_a_spotlight_shows_a_persona_to_the_channel(slack: Slack, store: Store, posted: Post) -> None:
    post = posted("priya")
    told = content_of(store)

    assert "Persona spotlight · Marketing lens" in post.plain
    assert "PR · Priya Raman" in post.plain
    assert "Operations lead of a bakery café group" in post.plain
    assert "Three things we know about her" in post.plain
    for key in told["statements"]:
        assert f"{text_of(store, key)}\n● _validated · " in post.plain
    assert "Which of these is Priya Raman’s?" in post.plain
    assert "Put yourself in her shoes" in post.plain
    assert "Priya Raman: revision 1 · ✓ verified until" in post.plain
    assert post.buttons.count("Sources") == 3
    assert [one for one in post.buttons if len(one) == 1] == ["A", "B", "C", "D"]
    assert post.buttons[0] == "Full card"
    assert not post.ephemeral
    assert slack.messages("bob", "marketing")[-1].ts == post.ts


def test_its_text_stands_alone(store: Store, posted: Post) -> None:
    post = posted("priya")
    first = text_of(store, content_of(store)["statements"][0])

    assert post.text == f"Persona spotlight: Priya Raman, Operations lead of a bakery café group. {first}"


def test_a_story_is_offered_in_two_lines_and_read_with_a_click(slack: Slack, posted: Post) -> None:
    post = posted("yuki")
    slack.click(post, "bob", "Read the story")

    assert "*A story*: March stays March\nA controller in charge of three companies" in post.plain
    assert "March stays March" in slack.modal("bob").title + slack.modal("bob").plain


def test_the_sources_of_a_fact_are_a_click_away(slack: Slack, posted: Post) -> None:
    slack.click(posted("priya"), "bob", "Sources")

    assert "participants" in slack.modal("bob").plain


@pytest.mark.parametrize(
    ("slug", "shoes", "about"),
    [("priya", "her", "her"), ("marco", "his", "him"), ("yuki", "their", "them")],
)
def test_pronouns_are_right(composed: Compose, slug: str, shoes: str, about: str) -> None:
    shown = str(composed(slug).message.blocks)

    assert f"Put yourself in {shoes} shoes" in shown
    assert f"Three things we know about {about}" in shown
    assert f"One is from our research on {about}," in shown


def test_a_persona_without_pronouns_is_called_by_name(store: Store, composed: Compose) -> None:
    with store.begin() as session:
        session.execute(update(Persona).where(Persona.slug == "priya").values(pronouns=None))
    shown = str(composed("priya").message.blocks)

    assert "Put yourself in Priya Raman’s shoes" in shown
    assert "Three things we know about Priya Raman*" in shown


def test_a_portrait_takes_the_place_of_the_initials(store: Store, composed: Compose) -> None:
    with store.begin() as session:
        session.execute(
            update(Persona).where(Persona.slug == "priya").values(portrait="https://e.example/p.png")
        )
    shown = composed("priya").message.blocks

    assert shown[0]["text"]["text"] == "Priya Raman"
    assert shown[1]["accessory"]["alt_text"] == "Portrait of Priya Raman"
    assert shown[-1]["elements"][0]["text"]["text"] == "Full card"


def test_a_negative_persona_is_said_to_be_one(composed: Compose) -> None:
    shown = str(composed("tobias", lens="marketing").message.blocks)

    assert "A *negative* persona: we meet customers like him, but do not build for them." in shown
    assert "honest, friendly no" in shown


def test_an_assumption_is_never_called_known(store: Store, composed: Compose) -> None:
    with store.begin() as session:
        owner = session.query(Persona).filter_by(slug="tobias").one()
        kept = session.query(Statement).filter_by(persona_id=owner.id).order_by(Statement.position).all()
        for number, one in enumerate(kept):
            one.evidence = one.evidence if number < 1 else []
            one.retired_at = None if number < 4 else NOON
    shown = str(composed("tobias").message.blocks)

    assert "One thing we know about him, and what we only assume" in shown
    assert "○ _assumption, no research yet" in shown


def test_every_button_says_to_a_screen_reader_what_it_stands_for(composed: Compose) -> None:
    row = next(block for block in composed("priya").message.blocks if block["type"] == "actions")

    assert [one["accessibility_label"][:3] for one in row["elements"]] == ["A: ", "B: ", "C: ", "D: "]


@pytest.mark.parametrize("slug", PERSONAS)
def test_each_persona_fits_on_one_screen_through_every_lens(composed: Compose, slug: str) -> None:
    for lens in LENSES:
        message = composed(slug, lens=lens).message
        check = check_message(message.blocks)
        assert check.problems == []
        assert check.counts["characters"] < 2_300
        assert len(message.blocks) <= 14
        assert len(message.text) < 300


# Why


def test_a_preview_says_why_it_is_this_persona(composed: Compose) -> None:
    told = composed("priya", "marco").content

    assert told["why"] in (
        "Priya Raman, because nobody here has met her yet.",
        "Marco Duarte, because nobody here has met him yet.",
    )
    assert told["reasons"] == [told["why"].split("because ")[1].rstrip(".")]


def test_the_reasons_are_words_for_people(composed: Compose) -> None:
    said = [composed(at=NOON + timedelta(weeks=week), keep=True).content["why"] for week in range(13)]

    assert "nobody here has seen" in said[6]
    assert said[6].endswith("for 6 weeks.")
    assert any("and primary personas come more often." in one for one in said)
    assert composed("priya", at=NOON).content["why"] == "Priya Raman, because this is the only persona here."


# The question


def test_who_answers_right_is_told_so_alone_with_what_stands_behind_it(
    slack: Slack, store: Store, posted: Post
) -> None:
    post = posted("priya")
    question = content_of(store)["question"]
    letter = "ABC"[question["right"]]
    said = answer(slack, post, question["right"])

    assert said.ephemeral
    assert (
        f"✓ *Right, it is {letter}*: {text_of(store, question['options'][question['right']])}" in said.plain
    )
    assert "● _validated" in said.plain or "◐ _indicative" in said.plain
    assert "It rests on _" in said.plain
    assert said.buttons == ["Sources", "Full card"]
    assert [one for one in slack.messages("alice", "marketing") if one.ephemeral] == []


def test_who_answers_wrong_is_told_which_is_right_and_whose_theirs_is(
    slack: Slack, store: Store, posted: Post
) -> None:
    post = posted("priya")
    question = content_of(store)["question"]
    chosen = (question["right"] + 1) % 3
    said = answer(slack, post, chosen)
    with store.read() as session:
        owner = session.query(Statement).filter_by(key=question["options"][chosen]).one().persona.name

    assert f"✗ *Not {'ABC'[chosen]}: it is {'ABC'[question['right']]}*" in said.plain
    assert f"*{'ABC'[chosen]}* is what we know of {owner}" in said.plain


def test_the_answer_leads_to_the_sources_and_to_the_card(slack: Slack, store: Store, posted: Post) -> None:
    said = answer(slack, posted("priya"), content_of(store)["question"]["right"])
    slack.click(said, "bob", "Sources")
    assert "participants" in slack.modal("bob").plain
    slack.close("bob")
    slack.click(said, "bob", "Full card")

    assert "Priya Raman" in slack.modal("bob").plain


def test_a_question_whose_statement_was_retired_says_so_kindly(
    slack: Slack, store: Store, posted: Post
) -> None:
    post = posted("priya")
    question = content_of(store)["question"]
    with store.begin() as session:
        right = question["options"][question["right"]]
        session.execute(update(Statement).where(Statement.key == right).values(retired_at=NOON))
    said = answer(slack, post, 0)

    assert "This has been retired since it was posted, so the question no longer counts." in said.text
    assert said.buttons == ["Full card"]


def test_a_wrong_option_that_was_retired_is_still_wrong(slack: Slack, store: Store, posted: Post) -> None:
    post = posted("priya")
    question = content_of(store)["question"]
    chosen = (question["right"] + 1) % 3
    with store.begin() as session:
        wrong_one = question["options"][chosen]
        session.execute(update(Statement).where(Statement.key == wrong_one).values(retired_at=NOON))
    said = answer(slack, post, chosen)

    assert "✗ *Not" in said.plain
    assert "is what we know of" not in said.plain


def test_a_persona_that_is_gone_is_said_to_be_gone(slack: Slack, store: Store, posted: Post) -> None:
    post = posted("priya")
    with store.begin() as session:
        session.execute(delete(Persona).where(Persona.slug == "priya"))

    assert "no longer in the store" in answer(slack, post, 0).text


def test_a_question_that_is_no_longer_kept_is_said_so(slack: Slack, store: Store, posted: Post) -> None:
    post = posted("priya")
    with store.begin() as session:
        session.execute(update(Delivery).values(content={}))

    assert "no longer kept" in answer(slack, post, 0).text


# Half a year


def test_half_a_year_of_the_example_company_repeats_nothing_in_a_row() -> None:
    shown = list(spotlights(26, "marketing"))

    assert list(wrong(shown)) == []
    assert {one.content["persona"] for one in shown} == set(PERSONAS)
    assert (
        shown[8]
        .content["why"]
        .startswith("Priya Raman, because revision 2 added one habit; changed two needs")
    )
    assert "*New since" in shown[8].text
    assert "*Changed* · " in shown[8].text
    assert "Before: “" in shown[8].text
    assert "No longer holds: “" in shown[8].text
    assert shown[0].content["persona"] != shown[1].content["persona"]
    assert FIRST.weekday() == 0


def test_a_company_says_it_in_its_own_words(composed: Compose, tmp_path: Path) -> None:
    folder = tmp_path / "own" / "spotlights"
    folder.mkdir(parents=True)
    (folder / "spotlight.j2").write_text(
        '{% block shoes %}*In {% include "spotlights/whose.j2" %} Schuhen*: {{ doing }}{% endblock %}',
        "utf-8",
    )
    (folder / "whose.j2").write_text(
        '{% if pronouns == "she/her" %}ihren{% else %}seinen{% endif %}', "utf-8"
    )
    own = read_own_words(tmp_path / "own", MESSAGES)
    shown = str(composed("priya", words=Words(own=own)).message.blocks)

    assert own.refusals == ()
    assert "*In ihren Schuhen*: " in shown
    assert "Which of these is Priya Raman’s?" in shown


def test_a_long_beginning_ends_with_a_sentence(composed: Compose) -> None:
    told = composed("delphine").message.blocks
    story = next(block["text"]["text"] for block in told if "*A story*" in str(block))

    assert story.endswith(".")
    assert len(story) < len(fit(story, 400)) + 1


def test_a_spotlight_says_so_where_people_got_her_wrong_in_trivia(store: Store, composed: Compose) -> None:
    with store.begin() as session:
        question = TriviaQuestion(
            key="k",
            kind="whose",
            prompt="Who?",
            options=[],
            right=0,
            why="",
            persona="priya",
            statement=None,
            made_at=NOON,
        )
        session.add(question)
        session.flush()
        for number in range(12):
            session.add(
                TriviaAnswer(
                    question_id=question.id,
                    slack_user_id=f"U{number}",
                    option=0,
                    is_right=number >= 7,
                    is_first=True,
                    answered_at=NOON,
                )
            )
    composing = composed("priya", "marco")
    shown = str(composing.message.blocks)

    assert "7 of 12 first answers about her in trivia, in all channels, were wrong" in shown
    assert "7 of 12 first answers about her in trivia" in composing.content["why"]
