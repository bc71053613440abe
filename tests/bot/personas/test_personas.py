from tests.bot.slack_driver import Slack


def test_the_list_shows_every_persona_with_its_state(slack: Slack) -> None:
    shown = slack.command("alice", "/persona list").plain

    for name in ("Priya Raman", "Marco Duarte", "Berit Aune", "Yuki Brandt", "Delphine Mbaye", "Tobias"):
        assert name in shown
    assert "verified until" in shown
    assert "due for review since" in shown


def test_a_persona_in_the_list_leads_to_its_card(slack: Slack) -> None:
    shown = slack.command("alice", "/persona list")
    slack.click(shown, "alice", "personas.show_card", "marco")

    assert "Marco Duarte" in slack.modal("alice").plain


def test_a_card_is_found_by_name_first_name_nickname_role_or_typo(slack: Slack) -> None:
    for name in ("Priya Raman", "priya", "Pri", "the ops lead", "Prya"):
        assert slack.command("alice", f"/persona card {name}").text.startswith("Priya Raman"), name


def test_a_card_without_a_name_says_what_to_write(slack: Slack) -> None:
    assert "/persona card NAME" in slack.command("alice", "/persona card").text


def test_a_card_of_nobody_points_to_the_list(slack: Slack) -> None:
    assert "/persona list" in slack.command("alice", "/persona card Ingeborg").text


def test_a_journey_has_every_stage_in_order(slack: Slack) -> None:
    shown = slack.command("alice", "/persona journey Priya").plain
    stages = [shown.index(f"{number}. ") for number in range(1, 6)]

    assert stages == sorted(stages)
    assert "feels" in shown


def test_two_personas_stand_side_by_side_on_a_topic(slack: Slack) -> None:
    reply = slack.command("alice", "/persona compare Priya and Marco on training")

    assert "Priya Raman and Marco Duarte" in reply.plain
    assert any(block["type"] == "table" for block in reply.blocks)


def test_without_a_topic_they_are_compared_kind_by_kind(slack: Slack) -> None:
    shown = slack.command("alice", "/persona compare Priya, Marco").plain

    assert "Goals" in shown
    assert "Objections" in shown


def test_a_name_with_on_in_it_is_not_cut_in_two(slack: Slack) -> None:
    reply = slack.command("alice", "/persona compare Yuki Brandt and Berit on notifications")

    assert "Yuki Brandt and Berit Aune" in reply.text


def test_comparing_one_says_how_to_name_two(slack: Slack) -> None:
    assert "Name two personas" in slack.command("alice", "/persona compare Priya").text


def test_a_mistyped_command_gets_the_nearest_one(slack: Slack) -> None:
    assert "`/persona list`" in slack.command("alice", "/persona lsit").text
    assert "`/persona journey`" in slack.command("alice", "/persona jorney Priya").text


def test_a_question_that_begins_like_a_command_is_still_a_question(slack: Slack) -> None:
    assert "Priya Raman" in slack.command("alice", "/persona cards or cash: what does Priya take?").plain


def test_help_names_every_command(slack: Slack) -> None:
    shown = slack.command("alice", "/persona help").plain

    for word in ("list", "card", "journey", "compare", "lens"):
        assert f"/persona {word}" in shown


def test_an_own_lens_is_named_in_private_answers_and_can_be_turned_off(slack: Slack) -> None:
    slack.command("alice", "/persona lens marketing")
    private = slack.command("alice", "/persona what does Priya need?")
    slack.command("alice", "/persona lens off")
    without = slack.command("alice", "/persona what does Priya need?")

    assert "*marketing* lens" in private.plain
    assert "lens" not in without.plain


def test_a_channels_lens_is_named_in_the_answers_there(slack: Slack) -> None:
    before = slack.run_command("alice", "/persona lens sales here", channel="marketing")
    slack.reply("alice", "marketing", before)
    here = slack.mention("bob", "what does Priya need?", channel="marketing")
    there = slack.mention("bob", "what does Priya need?", channel="product")

    assert "*sales* lens" in here.plain
    assert "lens" not in there.plain


def test_a_channel_without_the_bot_keeps_its_lens(slack: Slack) -> None:
    said = slack.command("alice", "/persona lens sales here", channel="general")

    assert "I am not in this channel" in said.text


def test_an_unknown_lens_names_those_there_are(slack: Slack) -> None:
    assert "product, marketing, sales, support, cx" in slack.command("alice", "/persona lens legal").text
