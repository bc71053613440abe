"""Boards, Home, and the way out."""

from datetime import timedelta

import pytest

from bot.actions import SUBSCRIPTION_PROGRAMME
from persona_store.database import Store
from persona_store.models import Delivery, Player, TriviaAnswer, TriviaRound
from persona_store.people import forget_person
from tests.bot.slack_driver import Slack, View
from tests.bot.trivia.conftest import Game


def boards(slack: Slack, who: str, channel: str = "product") -> str:
    slack.run_command(who, "/persona trivia boards", channel)
    shown = slack.modal(who).plain
    slack.close(who)
    return shown


def play(game: Game, right: dict[str, int], of: int = 2) -> None:
    """A round in which each gets so many right; it is revealed."""
    opening = game.start(f"{of} 4")
    for who, count in right.items():
        for place in range(of):
            is_told = place in (0, of - 1)
            option = game.right(place) if place < count else game.wrong(place)
            (game.answer if is_told else game.answer_quietly)(opening, who, place, option)
    game.close(opening)
    game.clock.pass_by(31)
    game.bot.bulletin.keep_up()


def test_points_come_when_a_round_closes_and_equals_share_a_rank(game: Game, slack: Slack) -> None:
    opening = game.start("1 4")
    game.answer(opening, "alice", 0, game.right(0))
    before = boards(slack, "alice")
    game.close(opening)
    play(game, {"alice": 1, "bob": 2, "dave": 1})
    after = boards(slack, "alice")

    assert "Nobody has points yet" in before
    assert "1.  <@U0ALICE>  ·  *2*  of 3" in after
    assert "1.  <@U0BOB>  ·  *2*  of 2" in after
    assert "3.  <@U0DAVE>  ·  *1*  of 2" in after


def test_over_all_channels_rounds_count_in_which_three_played(game: Game, slack: Slack) -> None:
    play(game, {"alice": 2})
    shown = boards(slack, "alice")
    here, everywhere = shown.split("*All channels*")

    assert "*2*  of 2" in here
    assert "Nobody has points yet" in everywhere


def test_whoever_leaves_the_boards_plays_on_and_is_not_shown(game: Game, slack: Slack) -> None:
    play(game, {"alice": 2, "bob": 1, "dave": 1})
    slack.run_command("alice", "/persona trivia boards")
    window = slack.modal("alice")
    slack.click(window, "alice", "trivia.change_boards")
    own = slack.modal("alice", after=window).plain
    slack.close("alice")
    play(game, {"alice": 2, "bob": 1, "dave": 1})
    seen = boards(slack, "bob")
    revealed = [one for one in slack.messages("bob") if "the answers" in one.text and not one.ephemeral][-1]

    assert "You are not on the boards" in own
    assert "You: *2* of 2 right" in own
    assert "U0ALICE" not in seen
    assert "3 people took part" in revealed.everything
    assert "U0ALICE" not in revealed.everything


def test_whoever_has_left_the_company_is_hidden_and_their_answers_stay(
    game: Game, slack: Slack, store: Store
) -> None:
    play(game, {"alice": 2, "bob": 1, "dave": 1})
    with store.begin() as session:
        session.get_one(Player, "U0BOB").left_at = game.clock.now
    seen = boards(slack, "alice")
    with store.read() as session:
        kept = session.query(TriviaAnswer).filter(TriviaAnswer.slack_user_id == "U0BOB").count()

    assert "U0BOB" not in seen
    assert kept == 2


def test_earlier_seasons_stay(game: Game, slack: Slack) -> None:
    play(game, {"alice": 2, "bob": 1, "dave": 1})
    game.clock.now += timedelta(days=60)
    slack.run_command("alice", "/persona trivia boards")
    now = slack.modal("alice")
    slack.click(now, "alice", "Q4 2026")
    before = slack.modal("alice", after=now)

    assert "Q1 2027" in now.plain
    assert "Nobody has points yet" in now.plain
    assert "<@U0ALICE>  ·  *2*  of 2" in before.plain


def test_home_tells_points_streak_and_open_rounds_where_the_person_is(game: Game, slack: Slack) -> None:
    play(game, {"alice": 2, "bob": 1, "dave": 1})
    game.start("1 4")
    home = slack.home("alice").plain

    assert "*2* points in Q4 2026" in home
    assert "Your streak: *1* working day in a row" in home
    assert "<#C0PRODUCT> · until" in home
    assert "|answer>" in home


def choose_trivia(slack: Slack) -> View:
    """Open the form; what belongs to rounds alone comes once trivia is chosen."""
    slack.run_command("alice", "/persona subscribe")
    form = slack.modal("alice")
    slack.choose(form, "alice", SUBSCRIPTION_PROGRAMME, "trivia")
    return slack.modal("alice", after=form)


def test_a_round_of_a_subscription_comes_with_its_questions_and_hours(
    game: Game, slack: Slack, store: Store
) -> None:
    choose_trivia(slack)
    errors = slack.submit(
        "alice",
        programme="trivia",
        weekdays=["1"],
        local_time="09:30",
        zone="Europe/Madrid",
        questions="3",
        hours="48",
    )
    game.clock.now += timedelta(days=1)
    game.bot.outbox.work()
    game.clock.pass_by(2)
    game.bot.outbox.work()
    with store.read() as session:
        found = session.query(TriviaRound).one()

    assert errors is None
    assert len(found.questions) == 3
    assert found.closes_at - found.opened_at >= timedelta(hours=47, minutes=59)


@pytest.mark.usefixtures("game")
def test_a_preview_of_a_round_can_be_seen_and_nothing_of_it_is_kept(slack: Slack, store: Store) -> None:
    form = choose_trivia(slack)
    slack.submit("alice", programme="trivia", weekdays=["1"], questions="2")
    slack.modal("alice", after=form)
    slack.close("alice")
    shown = slack.command("alice", "/persona subscriptions")
    slack.click(shown, "alice", "subscriptions.preview")
    preview = slack.modal("alice").plain

    assert "2 questions open for a day" in shown.everything
    assert "This is a preview: every round has questions of its own" in preview
    with store.read() as session:
        assert session.query(TriviaRound).count() == 0


def test_forgetting_a_person_removes_all_that_they_played(game: Game, store: Store) -> None:
    play(game, {"alice": 2, "carol": 1})
    with store.begin() as session:
        forget_person(session, "U0CAROL", game.clock.now)
    with store.read() as session:
        who = {one.slack_user_id for one in session.query(TriviaAnswer)}
        started = {one.started_by for one in session.query(TriviaRound)}
        told = [one.content for one in session.query(Delivery) if "U0CAROL" in str(one.content)]

        assert who == {"U0ALICE"}
        assert started == {""}
        assert told == []
        assert session.get(Player, "U0CAROL") is None
