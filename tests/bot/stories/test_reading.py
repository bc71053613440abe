"""Everybody reads stories: in lists, with answers, on cards, as posts."""

from datetime import datetime, timedelta

import pytest

from bot.app import ON_SENT, Bot
from bot.desk import Desk
from bot.stories.scheduled import out_of_date, settled
from bot.wording import Words
from persona_store.answering import Answering
from persona_store.database import Store
from persona_store.models import Delivery, Pace, Story, Subscription
from persona_store.stories import withdraw_story
from tests.bot.patience import eventually
from tests.bot.slack_driver import Message, Slack
from tests.bot.stories.acts import VAN, approve, own_story, write

BANK_HOLIDAY = "The bank holiday that matched"
ECLAIR = "Everybody reads an éclair"


def test_stories_are_listed_with_a_way_to_read_them(slack: Slack) -> None:
    shown = slack.command("alice", "/persona stories")
    slack.click(shown, "alice", "stories.show", button_of(shown, ECLAIR))
    window = slack.modal("alice")

    assert shown.ephemeral
    assert "What he needed" in window.plain
    assert "Told by Onboarding, Benelux" in window.plain
    assert "Mar 2026" in window.plain
    assert not {"Edit", "Withdraw", "Review"} & set(window.buttons)


def button_of(shown: Message, title: str) -> str:
    return str(
        next(block["accessory"]["value"] for block in shown.blocks if title in str(block.get("text", "")))
    )


@pytest.mark.parametrize("who", ["marco", "Marco Duarte", "about Marco?"])
def test_stories_of_one_persona_are_asked_for_by_name(slack: Slack, who: str) -> None:
    shown = slack.command("alice", f"/persona stories {who}")

    assert shown.blocks[0]["text"]["text"] == "Customer stories: Marco Duarte"
    assert ECLAIR in shown.plain
    assert BANK_HOLIDAY not in shown.plain


def test_stories_of_a_journey_stage_are_asked_for_by_its_name(slack: Slack) -> None:
    shown = slack.command("alice", "/persona stories renewal").plain

    assert "One page for two founders" in shown
    assert ECLAIR not in shown


def test_stories_of_nobody_point_to_the_list_of_personas(slack: Slack) -> None:
    assert "/persona list" in slack.command("alice", "/persona stories Ingeborg").text


def test_the_readers_own_stories_come_first(slack: Slack) -> None:
    write(slack, "bob")
    shown = slack.command("bob", "/persona stories").plain

    assert shown.index("My stories") < shown.index(VAN["title"]) < shown.index("Customer stories")


def test_a_draft_from_a_file_is_not_listed(slack: Slack) -> None:
    assert "The van at two" not in slack.command("alice", "/persona stories Delphine").plain


def test_an_author_who_does_not_wish_it_is_not_named(slack: Slack) -> None:
    write(slack, "bob", credit=[])
    approve(slack)
    shown = slack.command("alice", "/persona stories priya")
    slack.click(shown, "alice", "stories.show", button_of(shown, VAN["title"]))

    assert "U0BOB" not in shown.plain
    assert "U0BOB" not in slack.modal("alice").plain


def test_an_answer_offers_one_story_of_its_persona_and_stage(slack: Slack) -> None:
    reply = slack.mention("alice", "what would Priya need when she first logs in?")
    slack.click(reply, "alice", "Read the story")

    assert reply.buttons.count("Read the story") == 1
    assert f"A customer story about Priya Raman: *{BANK_HOLIDAY}*" in reply.plain
    assert "voucher" in slack.modal("alice").plain


def test_an_answer_about_a_stage_without_a_story_offers_none(slack: Slack) -> None:
    reply = slack.mention("alice", "what annoys Marco at renewal?")

    assert "Read the story" not in reply.buttons


def test_a_card_shows_up_to_three_stories(slack: Slack) -> None:
    for number in range(2):
        title = f"Lorry {number}"
        write(slack, "bob", title=title)
        approve(slack, title=title)
    card = slack.command("alice", "/persona card Priya")
    slack.click(card, "alice", "stories.show")

    assert card.buttons.count("Read") == 3
    assert "Lorry 1" in card.plain
    assert "Lorry" in slack.modal("alice").plain


def test_a_story_opens_on_top_of_a_card_on_top_of_an_answer(slack: Slack) -> None:
    slack.click(slack.home("alice"), "alice", "Ask")
    form = slack.modal("alice")
    slack.submit("alice", question="what would Priya need when she first logs in?")
    answer = slack.modal("alice", after=form)
    slack.click(answer, "alice", "personas.show_card")
    card = slack.modal("alice", after=answer)
    slack.click(card, "alice", "stories.show")

    assert "What happened" in slack.modal("alice", after=card).plain
    assert slack.open_modals("alice") == 3


# Posts


def subscribed(
    store: Store, now: datetime, channel_id: str = "C0STORIES", personas: tuple[str, ...] = ()
) -> int:
    with store.begin() as session:
        subscription = Subscription(
            channel_id=channel_id, programme="story", weekdays=[0], local_time="09:30", zone="UTC",
            personas=list(personas), slack_user_id="U0ALICE", state="active", created_at=now,
        )  # fmt: skip
        session.add(subscription)
        session.flush()
        return subscription.id


def add_delivery(
    store: Store, now: datetime, subscription_id: int, number: int = 1, programme: str = "story"
) -> None:
    with store.begin() as session:
        subscription = session.get_one(Subscription, subscription_id)
        session.add(
            Delivery(
                key=f"test {subscription_id} {number}", subscription_id=subscription_id, programme=programme,
                channel_id=subscription.channel_id, due_at=now, not_before=now, state="planned",
                useful_until=now + timedelta(hours=9), local_time=f"2026-11-22T12:0{number}",
            )
        )  # fmt: skip


def tell(
    slack: Slack,
    bot: Bot,
    store: Store,
    now: datetime,
    subscription_id: int,
    number: int = 1,
    programme: str = "story",
) -> Message:
    """Let a delivery of the subscription come due; gives the post."""
    add_delivery(store, now, subscription_id, number, programme)
    before = slack.now()
    bot.outbox.work()
    return slack.reply("bob", "C0STORIES", before)


def test_a_story_is_posted_whole_with_its_author_and_a_way_to_the_card(
    slack: Slack, bot: Bot, store: Store, example_now: datetime
) -> None:
    write(slack, "bob", personas=["priya"])
    approve(slack)
    number = subscribed(store, example_now, personas=("priya",))
    with store.begin() as session:  # the two of the files have been told
        session.query(Story).filter(Story.author != "U0BOB").update({"state": "withdrawn"})
    post = tell(slack, bot, store, example_now, number)
    slack.click(post, "alice", "personas.show_card")

    for name in ("title", "happened", "needed", "did", "outcome", "quote"):
        assert VAN[name] in post.plain
    assert "Told by <@U0BOB>" in post.plain
    assert "What she needed" in post.plain
    assert post.text == "A customer story about Priya Raman: The lorry at five"
    assert "Pain points" in slack.modal("alice").plain


def test_a_posted_story_is_published_and_not_posted_again_there(
    slack: Slack, bot: Bot, store: Store, example_now: datetime
) -> None:
    number = subscribed(store, example_now, personas=("marco",))
    post = tell(slack, bot, store, example_now, number)
    with store.begin() as session:
        session.add(
            Delivery(
                key="again", subscription_id=number, programme="story", channel_id="C0STORIES", due_at=example_now,
                not_before=example_now, state="planned",
            )
        )  # fmt: skip
        session.query(Pace).delete()
    bot.outbox.work()
    with store.read() as session:
        again = session.query(Delivery).filter_by(key="again").one()
        story = session.query(Story).filter_by(title=ECLAIR).one()

    assert ECLAIR in post.plain
    assert story.state == "published"
    assert story.published_at
    assert story.published_at >= example_now
    assert (again.state, again.reason) == (
        "skipped", "Every approved story about these personas has been told in this channel.",
    )  # fmt: skip


def test_where_every_story_is_told_the_subscription_waits_and_two_sorts_of_people_hear_of_it_once(
    slack: Slack, bot: Bot, store: Store, example_now: datetime
) -> None:
    with store.begin() as session:
        session.query(Story).update({"state": "withdrawn"})
    number = subscribed(store, example_now)
    for week in range(3):
        add_delivery(store, example_now, number, week)
        bot.outbox.work()
    shown = slack.command("alice", "/persona subscriptions", "customer-stories")

    assert "⌛ waits for a new story" in shown.plain
    assert "Skip next" not in shown.buttons
    assert [len(told(slack, who, "<#C0STORIES>")) for who in ("alice", "carol", "dave")] == [1, 1, 1]
    assert "Write a story" in told(slack, "carol", "run out")[0].buttons
    assert "Your subscription waits for a new story" in told(slack, "alice", "<#C0STORIES>")[0].plain


def told(slack: Slack, account: str, text: str) -> list[Message]:
    return [one for one in slack.messages(account, "dm") if text in one.everything]


def test_a_new_story_ends_the_waiting(slack: Slack, store: Store, example_now: datetime) -> None:
    with store.begin() as session:
        session.query(Story).update({"state": "withdrawn"})
        story = session.query(Story).filter_by(title=ECLAIR).one()
        story.state = "approved"
    subscribed(store, example_now)

    assert (
        "waits for a new story"
        not in slack.command("alice", "/persona subscriptions", "customer-stories").plain
    )


def test_a_withdrawn_story_is_taken_out_of_the_spotlight_that_quoted_it(
    slack: Slack, bot: Bot, store: Store, example_now: datetime
) -> None:
    write(slack, "bob", personas=["marco"])
    approve(slack)
    number = subscribed(store, example_now, personas=("marco",))
    with store.begin() as session:
        session.get_one(Subscription, number).programme = "spotlight"
    post = tell(slack, bot, store, example_now, number, programme="spotlight")
    window = own_story(slack, "bob", VAN["title"])
    slack.click(window, "bob", "Withdraw")
    said = slack.modal("bob", after=window).plain
    left = slack.again(post)

    assert VAN["title"] in post.plain
    assert "I have taken it out of the spotlight that quoted it." in said
    assert left is not None
    assert VAN["title"] not in left.plain
    assert len(left.blocks) == len(post.blocks) - 1


def told_bobs(slack: Slack, bot: Bot, store: Store, now: datetime) -> Message:
    """The post of a story of Bob's, the only one that there is."""
    write(slack, "bob", personas=["marco"])
    approve(slack)
    with store.begin() as session:
        session.query(Story).filter(Story.author != "U0BOB").update({"state": "withdrawn"})
    return tell(slack, bot, store, now, subscribed(store, now))


def test_a_withdrawn_story_is_taken_down_where_it_was_posted(
    slack: Slack, bot: Bot, store: Store, example_now: datetime
) -> None:
    post = told_bobs(slack, bot, store, example_now)
    window = own_story(slack, "bob", VAN["title"])
    slack.click(window, "bob", "Withdraw")
    said = slack.modal("bob", after=window).plain

    assert "I have deleted the post that told it." in said
    assert slack.again(post) is None


def test_a_post_that_came_through_while_its_story_was_withdrawn_is_deleted_with_a_click(
    slack: Slack, bot: Bot, store: Store, example_now: datetime
) -> None:
    post = told_bobs(slack, bot, store, example_now)
    desk = Desk(store, Answering(store, None), Words(), bot.identity.bot_user_id, example_now)
    with store.begin() as session:
        withdraw_story(session, session.query(Story).filter_by(author="U0BOB").one().id, "U0BOB")
        settled(session, session.query(Delivery).filter_by(programme="story").one(), desk)
    notice = eventually(lambda: told(slack, "bob", "all the same"))[0]
    slack.click(notice, "bob", "Take it out of there")

    assert "has come through to <#C0STORIES>" in notice.text
    assert eventually(lambda: slack.again(post) is None)


def test_the_council_hears_of_a_spotlight_that_came_through_with_a_withdrawn_story(
    store: Store, example_now: datetime
) -> None:
    desk = Desk(store, Answering(store, None), Words(), "U0PERSONA", example_now)
    with store.begin() as session:
        story = session.query(Story).filter_by(title=ECLAIR).one()
        story.state = "withdrawn"
        sent = Delivery(
            key="1", programme="spotlight", channel_id="C0STORIES", due_at=example_now, state="sent", content={"story": story.id}
        )  # fmt: skip
        session.add(sent)
        ON_SENT["spotlight"](session, sent, desk)
        notices = session.query(Delivery).filter_by(programme="notice").all()

    assert {one.channel_id for one in notices} == {"U0CAROL", "U0DAVE"}
    assert ECLAIR in str(notices[0].message)


def test_a_post_made_of_a_story_that_was_withdrawn_since_is_out_of_date(
    bot: Bot, store: Store, example_now: datetime
) -> None:
    desk = Desk(store, Answering(store, None), Words(), bot.identity.bot_user_id, example_now)
    with store.begin() as session:
        story = session.query(Story).filter_by(title=ECLAIR).one()
        made = Delivery(programme="story", channel_id="C0STORIES", content={"story": story.id})
        before = out_of_date(session, made, desk)
        withdraw_story(session, story.id, "U0CAROL")
        after = out_of_date(session, made, desk)

    assert (before, after) == (None, "The story is no longer approved.")
