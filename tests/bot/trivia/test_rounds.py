"""A round as people play it: started, answered, changed, closed, revealed."""

import pytest

from tests.bot.slack_driver import Slack
from tests.bot.trivia.conftest import Game

LETTERS = "ABCDEFGH"


def test_three_people_answer_and_one_message_reveals(game: Game, slack: Slack) -> None:
    opening = game.start("3 4")
    for who, option in (("alice", game.right), ("bob", game.wrong)):
        game.answer(opening, who, 0, option(0))
        game.answer_quietly(opening, who, 1, option(1))
        game.answer(opening, who, 2, option(2))
    game.answer(opening, "dave", 0, game.right(0))
    revealed = game.close(opening)

    assert "3 people took part" in revealed.text or "3 people took part" in revealed.everything
    assert "All right*: <@U0ALICE>" in revealed.everything
    for question in game.questions():
        right = question.options[question.right]["text"]
        assert f"✓ *{LETTERS[question.right]}*  {right}" in revealed.everything.replace("&amp;", "&")
    assert "_2 of 3 right_" in revealed.everything  # of the first question
    assert slack.refusals == []


def test_options_keep_their_letters_from_question_to_reveal(game: Game) -> None:
    opening = game.start("5 4")
    game.answer(opening, "alice", 0, 0)
    revealed = game.close(opening)

    for question in game.questions():
        for letter, option in zip(LETTERS, question.options, strict=False):
            assert f"*{letter}*  {option['text']}" in opening.everything
        assert f"*{LETTERS[question.right]}*  " in revealed.everything


def test_an_answer_is_confirmed_to_its_person_alone_without_a_word_on_whether_it_is_right(
    game: Game, slack: Slack
) -> None:
    opening = game.start("2 4")
    right = game.answer(opening, "alice", 0, game.right(0))
    wrong = game.answer(opening, "bob", 0, game.wrong(0))

    assert right.ephemeral
    assert "Noted: question 1" in right.text
    assert "all 2" in right.text
    assert right.text.split("(")[0].replace(LETTERS[game.right(0)], "") == wrong.text.split("(")[0].replace(
        LETTERS[game.wrong(0)], ""
    )
    assert right.ts not in [one.ts for one in slack.messages("bob")]
    assert wrong.ts not in [one.ts for one in slack.messages("alice")]


def test_the_first_and_the_last_answer_and_every_change_are_confirmed_and_no_others(
    game: Game, slack: Slack
) -> None:
    opening = game.start("4 4")
    game.answer(opening, "alice", 2, 0)
    game.answer_quietly(opening, "alice", 0, 1)
    game.answer_quietly(opening, "alice", 1, 0)
    game.answer(opening, "alice", 0, 0)
    game.answer(opening, "alice", 3, 1)
    told = [one.text for one in slack.messages("alice") if one.ephemeral]

    assert len(told) == 3
    assert "Noted: question 3" in told[0]
    assert "Changed: question 1, *A*" in told[1]
    assert "Still open: 4." in told[1]
    assert "answered all 4: *1 A · 2 A · 3 A · 4 B*" in told[2]


def test_an_answer_can_be_changed_until_the_close_and_the_last_one_counts(game: Game) -> None:
    opening = game.start("1 4")
    game.answer(opening, "alice", 0, game.wrong(0))
    changed = game.answer(opening, "alice", 0, game.right(0))
    revealed = game.close(opening)

    assert "Changed" in changed.text
    assert [(one.slack_user_id, one.is_right) for one in game.answers()] == [("U0ALICE", True)]
    assert "All right*: <@U0ALICE>" in revealed.everything


def test_the_opening_message_counts_people_in_edits_and_loses_its_buttons_at_the_end(
    game: Game, slack: Slack
) -> None:
    opening = game.start("2 4")
    posts = len(slack.messages("alice"))
    game.answer(opening, "bob", 0, 0)
    game.answer(opening, "bob", 1, 0)
    game.answer(opening, "dave", 0, 0)
    game.bot.bulletin.keep_up()
    counted = slack.again(opening)
    game.close(opening)
    game.bot.bulletin.keep_up()
    over = slack.again(opening)

    assert counted is not None
    assert "2 people have answered" in counted.everything
    assert over is not None
    assert "This round is over" in over.everything
    assert not [one for one in over.elements if one.get("action_id", "").startswith("trivia.answer")]
    assert len(slack.messages("alice")) == posts + 1  # the reveal


def test_a_message_is_not_edited_again_within_half_a_minute(game: Game, slack: Slack) -> None:
    opening = game.start("1 4")
    for who in ("alice", "bob", "dave"):
        game.answer(opening, who, 0, 0)
        game.bot.bulletin.keep_up()
    at_once = slack.again(opening)
    game.clock.pass_by(31)
    game.bot.bulletin.keep_up()
    later = slack.again(opening)

    assert at_once is not None
    assert later is not None
    assert "One person has answered" in at_once.everything
    assert "3 people have answered" in later.everything


def test_a_late_answer_is_refused_kindly_with_the_way_to_the_answers(game: Game, slack: Slack) -> None:
    opening = game.start("1 4")
    game.answer(opening, "bob", 0, game.right(0))
    game.clock.pass_by(4 * 3600)
    late = game.answer(opening, "alice", 0, 0)
    slack.click(late, "alice", "trivia.show_result")

    assert "so your answer no longer counts" in late.text
    assert [one.slack_user_id for one in game.answers()] == ["U0BOB"]
    assert "You did not take part" in slack.modal("alice").plain


def test_a_round_that_nobody_answers_is_not_revealed_to_all_but_its_answers_can_be_seen(
    game: Game, slack: Slack
) -> None:
    opening = game.start("1 4")
    posts = len(slack.messages("alice"))
    game.pass_by(5)
    over = slack.again(opening)
    assert over is not None
    slack.click(over, "alice", "trivia.show_result")

    assert len(slack.messages("alice")) == posts
    assert "Nobody answered it" in over.everything
    assert f"✓ *{LETTERS[game.right(0)]}*" in slack.modal("alice").plain


def test_results_stay_reachable_with_ones_own_answers(game: Game, slack: Slack) -> None:
    opening = game.start("2 4")
    game.answer(opening, "alice", 0, game.right(0))
    game.answer(opening, "alice", 1, game.wrong(1))
    revealed = game.close(opening)
    slack.click(revealed, "alice", "trivia.show_result")
    shown = slack.modal("alice")

    assert "You got *1 of 2*" in shown.plain
    assert "right." in shown.plain
    assert "Your answer" not in revealed.everything


def test_while_it_is_open_ones_own_answers_are_shown_without_the_right_ones(game: Game, slack: Slack) -> None:
    opening = game.start("2 4")
    game.answer(opening, "alice", 0, game.right(0))
    game.choose(opening, "alice", "mine")
    shown = slack.modal("alice").plain

    assert "Your answer: *" in shown
    assert "You did not answer this one" in shown
    assert "right" not in shown.replace("right one", "")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("11", "A round has 1 to 10 questions."),
        ("0", "A round has 1 to 10 questions."),
        ("3 8d", "A round is open for 1 hour to 7 days"),
        ("three", "Write `/persona trivia start 5 24`"),
        ("3 soon", "Write `/persona trivia start 5 24`"),
    ],
)
def test_what_cannot_be_started_says_why(game: Game, slack: Slack, typed: str, told: str) -> None:
    answer = slack.command("carol", f"/persona trivia start {typed}")

    assert told in answer.text
    assert game.deliveries() == []


def test_a_round_is_started_from_a_form(game: Game, slack: Slack) -> None:
    slack.run_command("alice", "/persona trivia start")
    form = slack.modal("alice")
    errors = slack.submit("alice", count="2", hours="48", personas=["priya"])
    after = slack.modal("alice", after=form)
    game.bot.outbox.work()

    assert errors is None
    assert "comes to <#C0PRODUCT> in a moment" in after.plain
    assert {one.persona for one in game.questions()} == {"priya"}
    assert (game.round().closes_at - game.round().opened_at).total_seconds() == 48 * 3600


@pytest.mark.parametrize(
    ("channel", "told"),
    [
        ("acme-partners", "People from another company can read this channel"),
        ("general", "Invite me with `/invite @Persona`"),
        ("dm", "A round belongs to a channel"),
    ],
)
def test_where_there_can_be_no_round_the_person_is_told_what_to_do(
    game: Game, slack: Slack, channel: str, told: str
) -> None:
    answer = slack.command("carol", "/persona trivia start 3", channel)

    assert told in answer.text
    assert game.deliveries() == []


def test_three_rounds_at_a_time_are_enough(game: Game, slack: Slack) -> None:
    for _ in range(3):
        game.start("1 4")
    told = slack.command("carol", "/persona trivia start 1 4")

    assert "3 rounds are open in this channel" in told.text


@pytest.mark.parametrize(("who", "channel"), [("gina", "welcome-guests"), ("eve", "acme-partners")])
@pytest.mark.parametrize("typed", ["start", "start 3", "boards"])
def test_outsiders_neither_start_nor_look(
    game: Game, slack: Slack, who: str, channel: str, typed: str
) -> None:
    told = slack.command(who, f"/persona trivia {typed}", channel)

    assert "for employees of this company only" in told.text
    assert game.deliveries() == []


def test_a_guest_in_the_channel_cannot_play(game: Game, slack: Slack) -> None:
    opening = game.start("1 4", channel="welcome-guests")
    told = slack.click_for_reply(opening, "gina", "trivia.answer", f"{game.round().id}:0:0")

    assert "for employees of this company only" in told.text
    assert game.answers() == []


def test_a_click_in_a_channel_that_came_to_be_shared_is_refused(game: Game, slack: Slack) -> None:
    opening = game.start("1 4")
    slack.server.change_channel("C0PRODUCT", is_ext_shared=True)
    game.clock.pass_by(61)
    told = game.answer(opening, "alice", 0, 0)

    assert "People from another company can read this channel" in told.text
    assert game.answers() == []


def test_a_round_in_a_channel_that_came_to_be_shared_is_not_revealed_there(game: Game, slack: Slack) -> None:
    opening = game.start("1 4")
    game.answer(opening, "alice", 0, 0)
    slack.server.change_channel("C0PRODUCT", is_ext_shared=True)
    posts = len(game.posts())
    for _ in range(3):
        game.pass_by(5)
    notices = game.posts()[posts:]

    assert [one.channel for one in notices] == [slack.channel_id("dm", "carol")]  # who started it, once
    assert "answers of your trivia round" in notices[0].text
    assert "another company" in notices[0].text
    assert slack.again(opening) is not None
    assert (slack.again(opening) or opening).everything == opening.everything


# Who may end it


def test_whoever_started_a_round_cancels_it_and_nothing_counts(game: Game, slack: Slack) -> None:
    opening = game.start("1 4", who="alice")
    game.answer(opening, "bob", 0, game.right(0))
    game.choose(opening, "alice", "cancel")
    form = slack.modal("alice")
    slack.submit("alice")
    said = slack.modal("alice", after=form)
    late = game.answer(opening, "dave", 0, 0)
    posts = len(game.posts())
    game.pass_by(5)
    after = slack.again(opening)

    assert "The round is cancelled" in said.plain
    assert "This round was cancelled" in late.text
    assert len(game.posts()) == posts
    assert after is not None
    assert "This round was cancelled" in after.plain
    assert not [one for one in after.elements if one["type"] == "button"]


def test_the_council_may_cancel_anybodys_round_and_others_may_not(game: Game, slack: Slack) -> None:
    opening = game.start("1 4", who="alice")
    game.choose(opening, "bob", "cancel")
    form = slack.modal("bob")
    slack.submit("bob")
    refused = slack.modal("bob", after=form).plain
    still = game.round().state
    game.choose(opening, "carol", "cancel")
    slack.modal("carol")
    slack.submit("carol")

    assert "Only whoever started a round may cancel it" in refused
    assert still == "open"
    assert game.round().state == "cancelled"


# Flags


def test_a_flagged_question_is_paused_and_the_council_told_once(game: Game, slack: Slack) -> None:
    opening = game.start("1 4")
    for who in ("alice", "bob", "alice"):
        game.choose(opening, who, "flag")
        form = slack.modal(who)
        slack.submit(who, reason="Two of these are right.")
        slack.modal(who, after=form)
        slack.close(who)
    for _ in range(6):  # a conversation gets one post a second
        game.bot.outbox.work()
        game.clock.pass_by(2)
    told = [one for one in slack.messages("dave", "dm") if "flagged a trivia question" in one.text]

    assert game.questions()[0].state == "paused"
    assert len(told) == 2  # of alice and of bob
    assert "Two of these are right." in told[0].text


# Subscriptions


def test_the_reminder_comes_once_in_working_hours(game: Game, slack: Slack) -> None:
    opening = game.start("1 24", who="bob")  # until Tuesday 10:00 in London: 09:00 is an hour before
    game.answer(opening, "alice", 0, 0)
    posts = len(game.posts())
    for _ in range(22):
        game.pass_by(1)
    before = len(game.posts())
    game.pass_by(1)
    reminder = slack.messages("alice")[-1]
    game.pass_by(0.5)

    assert before == posts
    assert len(game.posts()) == posts + 1
    assert "The trivia round closes at" in reminder.text
    assert "One person has answered" in reminder.text
    assert "answer it here" in reminder.text


def test_nobody_is_reminded_where_as_many_as_the_last_time_have_answered(game: Game) -> None:
    first = game.start("1 4", who="bob")
    game.answer(first, "alice", 0, 0)
    game.close(first)
    second = game.start("1 24", who="bob")
    game.answer(second, "dave", 0, 0)
    posts = len(game.posts())
    for _ in range(23):
        game.pass_by(1)
    (reminder,) = [one for one in game.deliveries() if one.key == f"reminder {game.round().id}"]

    assert len(game.posts()) == posts
    assert reminder.state == "skipped"
    assert "without a reminder" in (reminder.reason or "")
