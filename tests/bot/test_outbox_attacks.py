"""What could keep posts from coming once: stopped processes, clocks that disagree, mistakes of our own."""

from collections.abc import Callable
from datetime import datetime, timedelta
from http.client import HTTPConnection
from itertools import pairwise
from threading import Thread
from typing import Any

import pytest
from slack_sdk.models.blocks import SectionBlock
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bench.post_office import Office, compose_line
from bot.app import slack_client
from bot.blocks import Message
from bot.desk import Composed, Desk
from bot.outbox import BATCH, Outbox, Planner
from bot.programmes import Rules
from bot.sandbox.accounts import BOT_TOKEN, BOT_USER, ChannelSeed
from persona_store.errors import StoreError
from persona_store.models import Delivery
from persona_store.people import set_role
from persona_store.posts.deliveries import LEASE

MARKETING = "C0MARKETING"
STOPPED = timedelta(minutes=5)

# Processes that were stopped, and clocks that disagree


@pytest.mark.parametrize("step", ["_claim", "_compose", "_begin"])
def test_a_process_that_was_stopped_for_five_minutes_posts_nothing_that_another_has_taken_up(
    office: Office, step: str
) -> None:
    other = office.open_outbox()
    office.plan("key")
    _after(office.outbox, step, lambda: _work_later(other, office, STOPPED))
    office.outbox.work()
    office.work_until_settled()

    assert office.accepted() == {"key": 1}
    assert office.states() == {"sent": 1}


def test_a_process_that_was_stopped_between_begin_and_call_does_not_call(office: Office) -> None:
    office.plan("key")
    _after(office.outbox, "_begin", lambda: office.clock.pass_by(STOPPED.total_seconds()))
    _die_after(office.outbox, "_deliver")
    with pytest.raises(Killed):
        office.outbox.work()

    assert office.posted() == []


@pytest.mark.parametrize("moment", ["connect", "putrequest", "endheaders"])
def test_a_process_that_was_stopped_in_the_middle_of_its_call_does_not_tell_slack(
    office: Office, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    other = office.open_outbox()
    office.plan("key")
    goes_on = getattr(HTTPConnection, moment)

    def stop(*arguments: Any, **named: Any) -> Any:
        if office.states() == {"sending": 1} and office.deliveries()[0].in_doubt_since:
            monkeypatch.setattr(HTTPConnection, moment, goes_on)
            _work_later(other, office, STOPPED)
        return goes_on(*arguments, **named)

    monkeypatch.setattr(HTTPConnection, moment, stop)
    office.outbox.work()

    assert office.accepted() == {"key": 1}
    assert office.states() == {"sent": 1}


def test_what_was_posted_before_the_process_was_stopped_is_not_recorded_twice(office: Office) -> None:
    other = office.open_outbox()
    office.plan("key")
    _after(office.outbox, "_deliver", lambda: _work_later(other, office, STOPPED))
    office.outbox.work()

    assert office.accepted() == {"key": 1}
    assert [(one.state, one.ts) for one in office.deliveries()] == [("sent", office.sandbox.posts[0].ts)]


@pytest.mark.parametrize("ahead", [-50, 50])
def test_processes_whose_clocks_differ_by_less_than_a_minute_post_each_once(
    office: Office, ahead: int
) -> None:
    other = office.open_outbox(clock=lambda: office.clock.now + timedelta(seconds=ahead))
    office.sandbox.set_faults(lose_answer={"share": 0.5})
    for number in range(20):
        office.plan(f"key {number}", late=timedelta(seconds=number))
        office.plan(f"there {number}", MARKETING, late=timedelta(seconds=number))
    _after(office.outbox, "_begin", other.work)
    _after(other, "_begin", lambda: None)
    for _ in range(20):
        office.pass_by(30)
        other.work()
    office.sandbox.set_faults(lose_answer={})
    office.work_until_settled(hours=2)

    assert set(office.accepted().values()) == {1}
    assert office.states() == {"sent": 40}


def test_a_process_without_a_way_to_slack_does_not_keep_the_others_from_posting(office: Office) -> None:
    cut_off = office.open_outbox()
    cut_off._poster._client = slack_client(BOT_TOKEN, "http://127.0.0.1:9/api/")
    for number in range(30):
        office.plan(f"key {number}")
        office.plan(f"there {number}", MARKETING)
    for _ in range(60):
        cut_off.work()
        office.pass_by(1.5)

    assert set(office.accepted().values()) == {1}
    assert office.states() == {"sent": 60}


def test_a_process_that_is_asked_to_end_leaves_nothing_in_doubt(office: Office) -> None:
    for number in range(BATCH * 2):
        _new_channel(office, number)
        office.plan(f"key {number}", f"C1{number:03}")
    office.sandbox.set_faults(slow_ms=30)
    work = Thread(target=office.outbox.work)
    work.start()
    office.sandbox.wait_for(lambda box: box.log.posts)
    office.outbox.close()
    work.join()

    assert office.states() == {"sent": BATCH, "planned": BATCH}
    assert len(office.accepted()) == BATCH


# Mistakes of our own, and what Slack will not take


def test_a_message_that_slack_refuses_is_failed_and_keeps_nobody_waiting(office: Office) -> None:
    office.outbox = _composing(office, {"bad": _refused_message})
    office.plan("bad", late=timedelta(seconds=1))
    office.plan("good")
    office.work_until_settled()

    assert [(one.key, one.state, one.reason) for one in office.deliveries()] == [
        ("bad", "failed", "Slack refused it (invalid_blocks)."),
        ("good", "sent", None),
    ]


@pytest.mark.parametrize("mistake", ["raise", "unkept", "sql"])
def test_a_mistake_in_composing_fails_that_post_alone(office: Office, mistake: str) -> None:
    office.outbox = _composing(office, {"bad": _MISTAKES[mistake]})
    office.plan("bad")
    office.plan("good", MARKETING)
    office.outbox.work()

    assert {one.key: one.state for one in office.deliveries()} == {"bad": "failed", "good": "sent"}
    assert "incident" in str(office.deliveries()[0].reason)


def test_a_database_that_goes_away_while_composing_fails_nothing(office: Office) -> None:
    office.outbox = _composing(office, {"key": _database_goes_away})
    office.plan("key")
    with pytest.raises(OperationalError):
        office.outbox.work()
    office.outbox = office.open_outbox()
    office.clock.pass_by(LEASE.total_seconds())
    office.work_until_settled()

    assert office.states() == {"sent": 1}
    assert office.accepted() == {"key": 1}


def test_what_the_database_cannot_take_is_recorded_when_it_is_back(office: Office) -> None:
    store = office.outbox._store
    office.plan("key")
    _after(office.outbox, "_deliver", lambda: setattr(office.outbox, "_store", _Away()))
    with pytest.raises(OperationalError):
        office.outbox.work()
    in_doubt = office.states()
    office.outbox._store = store
    office.outbox.work()

    assert in_doubt == {"sending": 1}
    assert office.states() == {"sent": 1}
    assert office.accepted() == {"key": 1}


def test_a_mistake_in_what_follows_a_post_does_not_undo_that_it_was_sent(office: Office) -> None:
    def fail(session: Session, _delivery: Delivery, _desk: Desk) -> None:
        session.execute(text("DELETE FROM delivery"))
        raise RuntimeError

    office.outbox._rules = Rules({"spotlight": fail})
    office.plan("key")
    office.plan("there", MARKETING)
    office.outbox.work()
    office.work_until_settled()

    assert office.states() == {"sent": 2}
    assert set(office.accepted().values()) == {1}


def test_words_that_cannot_be_said_do_not_keep_a_closed_channel_open(office: Office) -> None:
    number = office.subscribe()
    office.sandbox.change_channel("C0PRODUCT", is_archived=True)
    lay_out = office.outbox._lay_out
    office.outbox._lay_out = lambda: _without_words(lay_out())
    office.plan("there", MARKETING)
    office.clock.pass_by(1_800)
    office.work_until_settled()

    assert {one.channel_id: one.state for one in office.deliveries()} == {
        MARKETING: "sent",
        "C0PRODUCT": "failed",
    }
    assert office.subscription(number).state == "active"


def test_a_planner_that_fails_does_not_keep_the_others_from_planning(office: Office) -> None:
    def fail(_session: Session, _now: datetime, _limit: int) -> int:
        raise RuntimeError

    office.outbox._planners = [Planner(fail, lambda _: None), *office.outbox._planners]
    office.subscribe()
    office.pass_by(1_800)

    assert office.states() == {"sent": 1}


def test_an_answer_that_nobody_thought_of_is_in_doubt_and_given_up_after_some_tries(office: Office) -> None:
    def fail(**_: Any) -> None:
        raise LookupError

    office.outbox._poster._client.chat_postMessage = fail  # type: ignore[method-assign, assignment]
    office.plan("bad")
    office.plan("next")
    begun = office.clock.now
    office.work_until_settled(hours=0.5)
    bad, _ = office.deliveries()

    assert bad.state == "failed"
    assert office.clock.now - begun <= timedelta(minutes=30)
    assert office.sandbox.posts == []


# Where to, and to whom


def test_notices_to_a_person_come_in_order_one_a_second(office: Office) -> None:
    office.sandbox.set_faults(pace=True)
    for number in range(4):
        office.notify("U0ALICE", str(number))
        office.clock.pass_by(0.01)
    office.work_until_settled()
    moments = [float(post.ts) for post in office.sandbox.posts]

    assert office.posted("D0ALICE") == [f"Notice {number}" for number in range(4)]
    assert all(later - earlier >= 1 for earlier, later in pairwise(moments))
    assert office.sandbox.refusals == []


def test_a_notice_that_nobody_can_be_given_is_given_up_after_a_week(office: Office) -> None:
    office.notify("U0ALICE", "key")
    office.sandbox.set_faults(outage=True)
    office.outbox.work()
    office.clock.pass_by(7 * 86_400)
    office.outbox.work()

    assert [one.state for one in office.deliveries(notices=True)] == ["missed"]


def test_many_channels_are_asked_for_at_once(office: Office) -> None:
    for number in range(40):
        _new_channel(office, number)
        office.plan(f"key {number}", f"C1{number:03}")
    office.outbox.work()
    counts = office.sandbox.look(lambda box: dict(box.log.counts))

    assert office.states() == {"sent": 40}
    assert counts["users.conversations"] == 1
    assert "conversations.info" not in counts


def test_a_channel_that_is_shared_archived_or_left_is_refused_among_many_too(office: Office) -> None:
    for number in range(20):
        _new_channel(office, number)
        office.plan(f"key {number}", f"C1{number:03}")
    office.sandbox.change_channel("C1003", is_ext_shared=True)
    office.sandbox.change_channel("C1004", is_archived=True)
    office.sandbox.change_channel("C1005", has_bot=False)
    office.outbox.work()

    assert {one.key: one.reason for one in office.deliveries() if one.state != "sent"} == {
        "key 3": "People from another company can now read the channel.",
        "key 4": "The channel was archived.",
        "key 5": "I am no longer in the channel.",
    }


def test_a_channel_that_is_shared_a_little_later_gets_no_post_any_more(office: Office) -> None:
    for number in range(20):
        _new_channel(office, number)
        for place in range(2):
            office.plan(f"key {number} {place}", f"C1{number:03}")
    office.outbox.work()
    office.sandbox.change_channel("C1003", is_ext_shared=True)
    office.pass_by(6)

    assert [one.key for one in office.deliveries() if one.state == "failed"] == ["key 3 1"]


def test_a_paused_subscription_does_not_keep_an_owner_who_has_left(office: Office) -> None:
    number = office.subscribe(owner="U0GONE")
    office.subscribe(MARKETING, owner="U0BOB")
    office.change(number, state="paused", next_at=None)
    with office.store.begin() as session:
        set_role(session, "U0CAROL", "council")
    office.work_until_settled(hours=0.2)
    office.work_until_settled(hours=0.2)

    assert office.subscription(number).slack_user_id == "U0CAROL"
    assert ["is now yours" in text for text in office.posted("D0CAROL")] == [True]


def test_somebody_who_left_is_found_though_slack_limits_the_question(office: Office) -> None:
    number = office.subscribe(owner="U0GONE")
    office.subscribe(owner="U0BOB", local_time="10:30")
    office.sandbox.set_faults(rate_limit={"times": 3, "retry_after": 20, "methods": ["users.info"]})
    office.work_until_settled(hours=3)

    assert office.subscription(number).slack_user_id == "U0BOB"
    assert len(office.posted()) == 2
    assert office.sandbox.early_calls == []
    assert len(office.posted("D0BOB")) == 1


def test_a_crowd_is_posted_in_batches_without_repeating_a_thing(office: Office) -> None:
    for number in range(BATCH + 10):
        _new_channel(office, number)
        office.plan(f"key {number}", f"C1{number:03}")
    office.outbox.work()

    assert set(office.accepted().values()) == {1}
    assert office.states() == {"sent": BATCH + 10}


# Helpers


class Killed(BaseException):
    """The process is gone."""


class _Away:
    """A database that is away."""

    def begin(self) -> None:
        raise OperationalError("the database is away", None, Exception())


def _work_later(outbox: Outbox, office: Office, later: timedelta) -> None:
    """Somebody else works meanwhile, until everything is settled."""
    end = office.clock.now + later
    while office.clock.now < end:
        office.clock.pass_by(10)
        outbox.work()


def _after(outbox: Outbox, step: str, does: Callable[[], object]) -> None:
    """Do something the first time after a step."""
    takes = getattr(outbox, step)

    def take(*arguments: object) -> object:
        delattr(outbox, step)
        result = takes(*arguments)
        does()
        return result

    setattr(outbox, step, take)


def _die_after(outbox: Outbox, step: str) -> None:
    def die() -> None:
        raise Killed

    _after(outbox, step, die)


def _composing(office: Office, by_key: dict[str, Callable[..., Composed]]) -> Outbox:
    def compose(session: Session, delivery: Delivery, desk: Desk) -> Composed:
        return by_key.get(delivery.key, compose_line)(session, delivery, desk)

    return office.open_outbox(composers={"spotlight": compose})


def _refused_message(*_: object) -> Composed:
    return Composed(
        Message("text", [SectionBlock(text="x", block_id="b" * 255).to_dict() | {"type": "?"}]), {}
    )


def _raise(*_: object) -> Composed:
    raise RuntimeError


def _unkept(*_: object) -> Composed:
    return Composed(Message("text"), {"at": datetime.now()})  # noqa: DTZ005 - no JSON


def _bad_sql(session: Session, *_: object) -> Composed:
    with session.begin_nested():
        session.execute(text("INSERT INTO pace (place) VALUES (NULL)"))
    return Composed(Message("text"), {})


def _database_goes_away(*_: object) -> Composed:
    raise OperationalError("the database is away", None, Exception())


_MISTAKES: dict[str, Callable[..., Composed]] = {"raise": _raise, "unkept": _unkept, "sql": _bad_sql}


def _without_words(desk: Desk) -> Desk:
    class Speechless:
        def plain(self, *_: object, **__: object) -> str:
            raise StoreError

    return Desk(desk.store, desk.answering, Speechless(), desk.bot_user_id, desk.now, desk.composers)  # type: ignore[arg-type]


def _new_channel(office: Office, number: int) -> None:
    seed = ChannelSeed(f"C1{number:03}", f"team-{number}", ("U0ALICE", BOT_USER))
    office.sandbox.add_channel(seed)
