from sqlalchemy import event

from bot.app import Bot
from persona_store.database import Store
from persona_store.models import Question
from persona_store.personas import get_statements
from tests.bot.slack_driver import Message, Slack

FIRST_LOGIN = "what would Prya need when she first logs in?"


def questions(store: Store) -> list[Question]:
    with store.read() as session:
        return list(session.query(Question).order_by(Question.id))


def test_a_misspelt_name_still_finds_the_persona(slack: Slack) -> None:
    reply = slack.mention("alice", FIRST_LOGIN)

    assert "Priya Raman" in reply.plain


def test_every_statement_shows_its_evidence_and_a_way_to_its_sources(slack: Slack) -> None:
    reply = slack.mention("alice", FIRST_LOGIN)

    assert "validated" in reply.plain
    assert "2026" in reply.plain
    assert "Sources" in reply.buttons


def test_an_answer_says_revision_verification_and_owner(slack: Slack) -> None:
    reply = slack.mention("alice", FIRST_LOGIN)

    assert "revision 1" in reply.plain
    assert "verified until 14 Dec 2026" in reply.plain
    assert "carol@traylight.example" in reply.plain


def test_the_message_text_stands_alone_for_notifications_and_screen_readers(slack: Slack) -> None:
    reply = slack.mention("alice", FIRST_LOGIN)

    assert reply.text.startswith("Priya Raman: ")
    assert len(reply.text) > 40


def test_a_follow_up_in_the_thread_carries_the_persona_over(slack: Slack, store: Store) -> None:
    first = slack.mention("alice", FIRST_LOGIN)
    follow_up = slack.mention("alice", "and when she renews?", thread=first)
    with store.read() as session:
        found = get_statements(session, questions(store)[-1].statements)
        stages = [{stage.slug for stage in statement.stages} for statement in found]

    assert "Priya Raman" in follow_up.plain
    assert all("renewal" in of_one for of_one in stages)


def test_a_follow_up_needs_no_mention(slack: Slack) -> None:
    first = slack.mention("alice", FIRST_LOGIN)
    ts = slack.say("alice", "and when she renews?", thread=first)
    follow_up = slack.reply("alice", "product", ts, thread=first.thread_ts)

    assert "Priya Raman" in follow_up.plain


def test_a_second_follow_up_still_knows_whom_it_is_about(slack: Slack) -> None:
    first = slack.mention("alice", FIRST_LOGIN)
    slack.mention("alice", "and when she renews?", thread=first)
    third = slack.mention("alice", "and what annoys her during support?", thread=first)

    assert "Priya Raman" in third.plain


def test_another_persona_in_the_thread_is_asked_the_same(slack: Slack) -> None:
    first = slack.mention("alice", "what annoys Priya about passwords?")
    other = slack.mention("alice", "and Marco?", thread=first)

    assert "Marco Duarte" in other.plain
    assert "password" in other.plain


def test_people_talking_in_the_thread_are_left_alone(slack: Slack, store: Store) -> None:
    first = slack.mention("alice", FIRST_LOGIN)
    slack.expect_silence("bob", "shall we ship that?", thread=first)
    slack.expect_silence("alice", "@Bob what do you think?", thread=first)
    slack.expect_silence("alice", "I like it.", thread=first)

    assert [one.text for one in questions(store) if one.slack_user_id != "U0DAVE"] == [FIRST_LOGIN]


def test_a_mention_is_answered_once_although_slack_sends_two_events(slack: Slack, store: Store) -> None:
    first = slack.mention("alice", FIRST_LOGIN)
    slack.mention("alice", "and Marco?", thread=first)

    assert len(questions(store)) == 2


def test_a_direct_message_is_answered_in_its_thread(slack: Slack) -> None:
    reply = slack.direct_message("alice", FIRST_LOGIN)

    assert "Priya Raman" in reply.plain
    assert reply.thread_ts


def test_a_command_is_answered_for_the_asker_alone(slack: Slack) -> None:
    reply = slack.command("alice", f"/persona {FIRST_LOGIN}")

    assert reply.ephemeral
    assert "Share in channel" in reply.buttons
    assert all(message.ts != reply.ts for message in slack.messages("bob"))


def test_two_personas_each_get_their_part(slack: Slack) -> None:
    reply = slack.mention("alice", "what do Priya and Marco need during onboarding?")

    assert "Priya Raman" in reply.plain
    assert "Marco Duarte" in reply.plain


def test_a_question_that_names_nobody_names_those_it_matters_to(slack: Slack) -> None:
    reply = slack.mention("alice", "who struggles with onboarding?")

    assert "It matters most to *Tobias Whitcombe*, " in reply.plain
    assert "Pain points" in reply.plain
    assert reply.plain.count("Sources") >= 1


def test_each_persona_is_named_with_what_makes_it_matter_to_them(slack: Slack) -> None:
    reply = slack.mention("alice", "who gets locked out by separate passwords on one tablet?")

    assert reply.text.startswith("Marco Duarte: Gets locked out")
    assert "It matters most to *Marco Duarte*." in reply.plain


def test_what_only_another_personas_research_answers_is_said_to_be_theirs(slack: Slack) -> None:
    reply = slack.mention("alice", "does Berit get locked out by separate passwords on one tablet?")

    assert "We have no research on that for *Berit Aune*" in reply.plain
    assert "What we know is about *Marco Duarte*, not about Berit Aune:" in reply.plain
    assert "Marco Duarte: Gets locked out" in reply.text
    assert {"Sources", "Ask the council"} <= set(reply.buttons)


def test_what_nobody_researched_is_said_plainly_with_the_nearest_we_know(slack: Slack) -> None:
    reply = slack.mention("alice", "what does Priya think of quantum physics?")

    assert "We have no research on that" in reply.plain
    assert "Not the same thing" in reply.plain
    assert "Ask the council" in reply.buttons


def test_a_name_we_do_not_have_is_not_guessed(slack: Slack) -> None:
    reply = slack.mention("alice", "what would Ingeborg expect on delivery?")

    assert "no persona called" in reply.plain
    assert "Priya Raman" in reply.plain


def test_small_talk_gets_one_friendly_line(slack: Slack) -> None:
    reply = slack.mention("alice", "what is the weather like today?")

    assert "outside what I know" in reply.text
    assert reply.buttons == []


def test_markup_in_a_question_stays_text(slack: Slack) -> None:
    reply = slack.mention("alice", "does Priya like <!channel> & <b>quantum</b> computing?")

    assert "<!channel>" not in str(reply.blocks)
    assert "&lt;b&gt;" in str(reply.blocks)


def test_the_kept_question_is_what_the_person_typed(slack: Slack, store: Store) -> None:
    slack.mention("alice", FIRST_LOGIN)

    assert [question.text for question in questions(store)] == [FIRST_LOGIN]


def test_no_customer_is_named_in_a_kept_question_and_the_answer_is_the_same(
    slack: Slack, bot: Bot, store: Store
) -> None:
    phone, mail, written = "0161 496 0123", "ana@example.com", list[str]()

    def keep(_one: object, _two: object, _statement: object, parameters: object, *_: object) -> None:
        written.append(str(parameters))

    event.listen(bot.store.engine, "before_cursor_execute", keep)
    plain = slack.mention("alice", FIRST_LOGIN)
    masked = slack.mention("alice", f"{FIRST_LOGIN} ({mail}, {phone})")
    slack.direct_message("alice", f"what does Priya need? {phone}")
    slack.command("alice", f"/persona what does Priya need? {mail}")
    slack.click(slack.home("alice"), "alice", "answers.open_question")
    form = slack.modal("alice")
    slack.submit("alice", question=f"what does Priya fear? {phone}")
    slack.modal("alice", after=form)

    assert [one for one in written if phone in one or mail in one] == []
    assert said(plain) == said(masked)
    assert questions(store)[1].text.endswith("([e-mail address], [phone number])")


def said(answer: Message) -> list[str]:
    """The statements of an answer."""
    return [line for line in answer.plain.splitlines() if line[:1] in "●◐○"]


def test_a_question_from_home_is_answered_in_the_window_it_was_asked_in(slack: Slack) -> None:
    slack.click(slack.home("alice"), "alice", "answers.open_question")
    form = slack.modal("alice")
    errors = slack.submit("alice", question=FIRST_LOGIN)

    assert form.title == "Ask Persona"
    assert errors is None
    assert "Priya Raman" in slack.modal("alice", after=form).plain


def test_an_empty_question_is_refused_with_an_example(slack: Slack) -> None:
    slack.shortcut("alice", "answers.open_question")
    slack.modal("alice")
    errors = slack.submit("alice", question="   ")

    assert errors
    assert "for example" in errors["question"]
