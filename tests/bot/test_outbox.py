"""Each planned post is there once, in order, whatever Slack does and whoever dies."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bench.post_office import Office, compose_line
from bot.desk import Composed, Desk
from bot.outbox import Outbox
from bot.programmes import Rules
from persona_store.errors import NothingToPostError
from persona_store.models import Delivery
from persona_store.posts.deliveries import LEASE, QUARANTINE

HALF_PAST_NINE = timedelta(minutes=30)
PRODUCT, MARKETING = "C0PRODUCT", "C0MARKETING"


def test_a_subscription_is_posted_at_its_local_time_and_not_before(office: Office) -> None:
    number = office.subscribe()
    office.pass_by(HALF_PAST_NINE.total_seconds() - 1)
    before = office.posted()
    office.pass_by(1)

    assert before == []
    assert office.posted() == [f"{number} at 2026-11-22T09:30"]
    assert office.states() == {"sent": 1}


def test_a_post_carries_its_key_and_is_recorded_with_slacks_ts(office: Office) -> None:
    number = office.subscribe()
    office.pass_by(HALF_PAST_NINE.total_seconds())
    (post,), (delivery,) = office.sandbox.posts, office.deliveries()

    assert post.metadata == {
        "event_type": "persona_delivery",
        "event_payload": {"key": f"{number} 2026-11-22T09:30"},
    }
    assert delivery.ts == post.ts
    assert delivery.message is None
    assert delivery.content == {"line": True}


def test_a_week_has_a_post_a_day_each_once(office: Office) -> None:
    office.subscribe()
    office.work_until_settled(hours=7 * 24)

    assert [text[-16:-6] for text in office.posted()] == [f"2026-11-{day}" for day in range(22, 29)]


def test_a_channel_gets_one_post_a_second_in_order(office: Office) -> None:
    office.sandbox.set_faults(pace=True)
    numbers = [office.subscribe(local_time=f"09:{20 + place}") for place in range(5)]
    office.pass_by(HALF_PAST_NINE.total_seconds())
    first = office.posted()
    office.work_until_settled()

    assert first == [f"{numbers[0]} at 2026-11-22T09:20"]
    assert [text.split()[0] for text in office.posted()] == [str(number) for number in numbers]
    assert [call.reason for call in office.sandbox.refusals] == []
    moments = [float(post.ts) for post in office.sandbox.posts]
    assert all(later - earlier >= 1 for earlier, later in pairwise(moments))


def test_channels_do_not_wait_for_each_other(office: Office) -> None:
    office.subscribe(PRODUCT)
    office.subscribe(MARKETING)
    office.pass_by(HALF_PAST_NINE.total_seconds())

    assert len(office.posted(PRODUCT)) == len(office.posted(MARKETING)) == 1


# Down, and up again


@pytest.mark.parametrize("seconds", [1, 60, 3_600, 6 * 3_600])
def test_what_was_due_while_nobody_ran_is_caught_up_the_same_day(office: Office, seconds: int) -> None:
    office.subscribe()
    office.pass_by(HALF_PAST_NINE.total_seconds() + seconds)

    assert len(office.posted()) == 1


@pytest.mark.parametrize("days", [1, 2, 7])
def test_what_is_too_old_is_recorded_as_missed_and_never_silent(office: Office, days: int) -> None:
    office.subscribe()
    office.pass_by(HALF_PAST_NINE.total_seconds() + days * 86_400)

    assert office.states() == {"missed": days, "sent": 1}
    assert {one.reason for one in office.deliveries() if one.state == "missed"} == {
        "The bot was not running when it was due."
    }


# Slack limits, fails, hangs up


def test_a_rate_limit_is_waited_out_to_the_second(office: Office) -> None:
    office.sandbox.set_faults(rate_limit={"times": 1, "retry_after": 30, "methods": ["chat.postMessage"]})
    office.subscribe()
    office.subscribe(MARKETING)
    office.pass_by(HALF_PAST_NINE.total_seconds())
    calls = office.sandbox.look(lambda box: box.log.counts["chat.postMessage"])
    office.pass_by(29.9)
    meanwhile = office.sandbox.look(lambda box: box.log.counts["chat.postMessage"])
    office.pass_by(1)

    assert calls <= 2  # the other channel's was on its way
    assert meanwhile == calls
    assert len(office.posted()) == len(office.posted(MARKETING)) == 1


def test_an_answer_lost_after_the_post_does_not_make_a_second_post(office: Office) -> None:
    office.sandbox.set_faults(lose_answer={"times": 1})
    office.subscribe()
    office.pass_by(HALF_PAST_NINE.total_seconds())
    in_doubt = office.states()
    office.pass_by(QUARANTINE.total_seconds() - 1)
    still = office.states()
    office.pass_by(1)

    assert in_doubt == still == {"sending": 1}
    assert office.states() == {"sent": 1}
    assert len(office.posted()) == 1
    assert office.deliveries()[0].ts == office.sandbox.posts[0].ts


def test_a_connection_lost_before_the_post_is_posted_after_looking(office: Office) -> None:
    office.sandbox.set_faults(outage="close")
    office.outbox.work()
    office.subscribe()
    office.pass_by(HALF_PAST_NINE.total_seconds())
    office.sandbox.set_faults(outage=False)
    office.work_until_settled()

    assert office.states() == {"sent": 1}
    assert len(office.posted()) == 1


def test_hours_without_slack_are_made_up_for_in_order(office: Office) -> None:
    office.sandbox.set_faults(outage=True, pace=True)
    numbers = [office.subscribe(local_time=f"{10 + place // 4}:{place % 4}5") for place in range(6)]
    office.subscribe(MARKETING)
    office.work_until_settled(hours=2.5)
    calls = len(office.sandbox.calls)
    office.sandbox.set_faults(outage=False)
    office.work_until_settled()

    assert calls < 2.5 * 3_600 / 30  # Slack is not stormed meanwhile
    assert [text.split()[0] for text in office.posted()] == [str(number) for number in numbers]
    assert office.states() == {"sent": 7}


def test_what_slack_kept_from_being_posted_all_day_is_missed_and_says_why(office: Office) -> None:
    office.sandbox.set_faults(outage=True)
    number = office.subscribe(local_time="23:30")
    office.work_until_settled(hours=15)
    office.sandbox.set_faults(outage=False)
    office.change(number, next_at=None)
    office.work_until_settled()

    assert [(one.state, one.reason) for one in office.deliveries()] == [("missed", "Slack was away.")]
    assert office.posted() == []


def test_where_there_is_nothing_to_post_nothing_is_missed_though_slack_is_away(office: Office) -> None:
    def compose(session: Session, delivery: Delivery, desk: Desk) -> Composed:
        if delivery.channel_id == MARKETING:
            raise NothingToPostError("All is told.")
        return compose_line(session, delivery, desk)

    office.outbox.close()
    office.outbox = office.open_outbox(composers={"spotlight": compose})
    office.outbox._rules = Rules(on_skipped={"spotlight": lambda *_: None})
    office.sandbox.set_faults(outage=True)
    office.subscribe(MARKETING, local_time="22:30")
    office.subscribe(local_time="23:30")
    office.subscribe(MARKETING, local_time="23:45")  # Slack is left alone then
    office.work_until_settled(hours=15.1)

    assert [(one.state, one.reason) for one in office.deliveries()] == [
        ("skipped", "All is told."),
        ("missed", "Slack was away."),
        ("skipped", "All is told."),
    ]


# Where nothing may be posted any more


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"is_archived": True}, "The channel was archived."),
        ({"is_ext_shared": True}, "People from another company can now read the channel."),
        ({"has_bot": False}, "I am no longer in the channel."),
    ],
)
def test_where_nothing_can_be_posted_the_subscription_ends_and_its_owner_is_told_once(
    office: Office, change: dict[str, Any], reason: str
) -> None:
    number, other = office.subscribe(), office.subscribe(local_time="10:30")
    office.sandbox.change_channel(PRODUCT, **change)
    office.work_until_settled(hours=3 * 24)

    assert office.posted() == []
    assert [office.subscription(one).state for one in (number, other)] == ["ended", "ended"]
    assert [(one.state, one.reason) for one in office.deliveries()] == [("failed", reason)]
    (told,) = office.posted("D0ALICE")
    assert reason in told
    assert "<#C0PRODUCT>" in told


def test_what_was_paused_after_it_came_due_is_not_posted(office: Office) -> None:
    number = office.subscribe()
    office.sandbox.set_faults(rate_limit={"times": 1, "retry_after": 60})
    office.pass_by(HALF_PAST_NINE.total_seconds())
    office.change(number, state="paused", next_at=None)
    office.pass_by(61)

    assert office.states() == {"skipped": 1}
    assert office.posted() == []


# Whoever dies


class Killed(BaseException):
    pass


@pytest.mark.parametrize("point", ["planned", "claimed", "composed", "begun", "posted", "recorded"])
def test_a_process_that_dies_at_any_step_leaves_a_post_that_comes_once(office: Office, point: str) -> None:
    office.subscribe()
    _die_at(office.outbox, point)
    office.clock.pass_by(HALF_PAST_NINE.total_seconds())
    with pytest.raises(Killed):
        office.outbox.work()
    office.outbox = office.open_outbox()
    office.clock.pass_by(max(LEASE, QUARANTINE).total_seconds())
    office.work_until_settled()

    assert len(office.posted()) == 1
    assert office.states() == {"sent": 1}


def _die_at(outbox: Outbox, point: str) -> None:
    """Make this outbox stop for good once it has come so far."""
    step = {
        "planned": "_plan",
        "claimed": "_claim",
        "composed": "_compose",
        "begun": "_begin",
        "posted": "_deliver",
        "recorded": "_record",
    }[point]
    does = getattr(outbox, step)

    def die(*arguments: object) -> None:
        does(*arguments)
        if step != "_record" or arguments[0]:
            raise Killed

    setattr(outbox, step, die)


def test_two_processes_share_the_work_and_post_each_once(office: Office) -> None:
    for minute in range(20, 30):
        office.subscribe(local_time=f"09:{minute}")
        office.subscribe(MARKETING, local_time=f"09:{minute}")
    other = office.open_outbox()
    office.clock.pass_by(HALF_PAST_NINE.total_seconds())
    for _ in range(12):
        other.work()
        office.pass_by(0.5)
        other.work()
        office.pass_by(0.5)

    assert Counter(office.posted()).most_common(1)[0][1] == 1
    assert office.states() == {"sent": 20}
