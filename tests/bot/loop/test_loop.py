"""People hear what became of what they reported, and channels what changed."""

import pytest

from bot.app import Bot
from bot.sandbox import SandboxServer
from persona_store.database import Store
from persona_store.models import Delivery, RefreshItem, Verdict
from persona_store.personas import get_persona
from persona_store.posts.subscriptions import Wanted, end_subscription, list_subscriptions, subscribe
from persona_store.refresh.backlog import make_move
from persona_store.refresh.draft_changes import RetireStatement
from persona_store.refresh.item_moves import Move, With
from tests.bot.patience import Clock, eventually, requests
from tests.bot.slack_driver import Message, Slack
from tests.persona_store.refresh.drafting import added, published, reworded
from tests.persona_store.refresh.items import ALICE, BOB, CAROL, reported

WAIT = 16 * 60
WORST = "priya.worst-shop-first"


def heard(bot: Bot, slack: Slack, who: str) -> Message:
    """The latest that this person got in direct messages, once the bot has worked."""
    bot.outbox.work()
    return slack.messages(who, "dm")[-1]


def declined(store: Store, clock: Clock, *people: str, reason: str = "It was <one> customer.") -> RefreshItem:
    with store.begin() as session:
        item = reported(session, clock.now, *people, text="They skip the import & leave.")
        make_move(session, item.id, Move.DECLINE, CAROL, clock.now, With(reason=reason))
    return item


def retired_key(store: Store) -> str:
    with store.read() as session:
        return get_persona(session, "priya").statements[-1].key


def test_whoever_reported_hears_the_reason_once(slack: Slack, bot: Bot, store: Store, clock: Clock) -> None:
    item = declined(store, clock, ALICE, BOB)
    clock.pass_by(WAIT)
    message = heard(bot, slack, "alice")
    heard(bot, slack, "bob")
    clock.pass_by(3 * 24 * 3600)
    again = heard(bot, slack, "alice")

    assert f"The council decided against it* (#{item.id})" in message.plain
    assert "“They skip the import &amp; leave.”" in message.plain
    assert "Why: It was &lt;one&gt; customer." in message.plain
    assert "Thank you" in message.plain
    assert again.ts == message.ts
    with store.read() as session:
        assert all(verdict.told_at for verdict in session.query(Verdict))


def test_whose_insight_is_in_a_revision_hears_which_and_what_it_changed(
    slack: Slack, bot: Bot, store: Store, clock: Clock
) -> None:
    with store.begin() as session:
        item = reported(session, clock.now, ALICE, BOB, "U0DAVE", text="She asks for a summary at six.")
    change = reworded("Needs the worst shop first, at six.", WORST, lenses=(), stages=(), evidence=())
    published(
        store,
        clock.now,
        change,
        added("Needs a summary at six."),
        RetireStatement(retired_key(store)),
        items=[item.id],
        why="Three colleagues heard it.",
    )
    clock.pass_by(WAIT + 300)
    said = heard(bot, slack, "alice").plain

    assert "*You and 2 others made Priya Raman revision 2.*" in said
    assert f"You reported (#{item.id}): “She asks for a summary at six.”" in said
    assert "Three colleagues heard it." in said
    assert "*New* · Needs a summary at six." in said
    assert "○ _assumption" in said
    assert "*Reworded* · Needs the worst shop first, at six." in said
    assert "_Before: " in said
    assert "*No longer said* · ~" in said


def test_who_asked_gets_the_new_answer(slack: Slack, bot: Bot, store: Store, clock: Clock) -> None:
    with store.begin() as session:
        question = "What does Priya think of quantum computers?"
        item = reported(session, clock.now, ALICE, kind="gap", text=question)
        item.personas = ["priya"]
    change = added("Wants nothing of quantum computers before the ovens are planned.")
    published(store, clock.now, change, items=[item.id])
    clock.pass_by(WAIT + 300)
    said = heard(bot, slack, "alice").plain

    assert "*Your question has an answer now*" in said
    assert "○ Wants nothing of quantum computers before the ovens are planned." in said
    assert "_From Priya Raman’s revision 2._" in said


def test_a_person_turns_it_off_and_on_again(slack: Slack, bot: Bot, store: Store, clock: Clock) -> None:
    declined(store, clock, ALICE)
    clock.pass_by(WAIT)
    note = slack.click_for_reply(heard(bot, slack, "alice"), "alice", "Stop telling me", channel="dm")
    declined(store, clock, ALICE)
    clock.pass_by(2 * 24 * 3600)
    silent = heard(bot, slack, "alice")
    eventually(lambda: all(one.done_at for one in requests(store)))  # the Home is published once more
    home = slack.home("alice")
    slack.click(home, "alice", "Tell me again")
    eventually(lambda: "Stop telling me" in slack.home("alice").buttons)
    declined(store, clock, ALICE, reason="Too few.")
    clock.pass_by(WAIT)
    told = heard(bot, slack, "alice")

    assert "You hear no more" in note.text
    assert silent.ts == note.ts
    assert "You are *not* told" in home.plain
    assert "Too few." in told.plain
    assert told.plain.count("decided against") == 1


@pytest.mark.parametrize("step", ["_begin", "_deliver", "_record"])
def test_after_a_kill_they_are_told_once(
    slack: Slack, bot: Bot, sandbox: SandboxServer, store: Store, clock: Clock, step: str
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    declined(store, clock, ALICE)
    died: list[BaseException] = []
    with bot.outbox._turn:  # nobody else works meanwhile
        clock.pass_by(WAIT)
        setattr(bot.outbox, step, die)
        try:
            bot.outbox._work()
        except Killed as killed:
            died.append(killed)
        delattr(bot.outbox, step)
        bot.outbox._unrecorded.clear()
    for _ in range(4):
        clock.pass_by(130)
        bot.outbox.work()
    posts = [post for post in sandbox.posts if "decided against" in post.text]

    assert died
    assert len(posts) == 1
    with store.read() as session:
        assert [verdict.told_at is not None for verdict in session.query(Verdict)] == [True]
    assert "decided against" in slack.messages("alice", "dm")[-1].plain


def follow(store: Store, channel_id: str, clock: Clock) -> int:
    with store.begin() as session:
        wanted = Wanted(channel_id, ALICE, "spotlight", (2,), "09:30", "Europe/Madrid")
        return subscribe(session, wanted, clock.now).id


def test_a_channel_that_follows_her_hears_that_she_changed_and_names_nobody(
    slack: Slack, bot: Bot, store: Store, clock: Clock
) -> None:
    follow(store, "C0PRODUCT", clock)
    with store.begin() as session:
        item = reported(session, clock.now, ALICE, BOB)
    published(store, clock.now, added("Needs <a> summary."), items=[item.id], why="Two heard it.")
    clock.pass_by(300)
    bot.outbox.work()
    post = eventually(lambda: [one for one in slack.messages("alice") if "revision 2" in one.text])[0]

    assert post.text == "Priya Raman changed: revision 2. Two heard it."
    assert "*New* · Needs &lt;a&gt; summary." in post.plain
    assert "From insights of 2 colleagues." in post.plain
    assert "<@" not in post.plain
    assert "http" not in post.plain
    assert post.buttons == ["Full card"]
    assert len([one for one in slack.messages("alice", "support") if "revision 2" in one.text]) == 0


def test_nothing_is_posted_where_the_channel_is_shared_or_has_stopped_following(
    bot: Bot, sandbox: SandboxServer, store: Store, clock: Clock
) -> None:
    with bot.outbox._turn:
        follow(store, "C0PRODUCT", clock)
        follow(store, "C0SUPPORT", clock)
        published(store, clock.now, added("Needs a summary."))
        sandbox.change_channel("C0PRODUCT", is_ext_shared=True)
        with store.begin() as session:
            (support,) = list_subscriptions(session, channel_id="C0SUPPORT")
            end_subscription(support, "unsubscribed", clock.now)
    clock.pass_by(3700)
    bot.outbox.work()

    with store.read() as session:
        ended = {one.channel_id: one.state for one in session.query(Delivery) if one.programme == "changed"}
    assert ended == {"C0PRODUCT": "failed", "C0SUPPORT": "skipped"}
    assert not [post for post in sandbox.posts if "revision 2" in post.text]
