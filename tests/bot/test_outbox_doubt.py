"""Answers that leave open whether Slack posted (R5): nothing is posted twice, and nothing is lost."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bench.deliveries_doubt import CASES, CHANNEL, CHATTER, PERSON, Case, Trouble, troubled_office, try_case
from bench.deliveries_gate import WAYS
from bench.post_office import Office
from persona_store.posts.deliveries import QUARANTINE

QUICK = [Case(way, heard) for way in WAYS for heard in (True, False)] + [
    Case("hangs up", True, PERSON),
    Case("hangs up", False, PERSON),
    Case("hangs up", True, CHANNEL, CHATTER),
    Case("hangs up", True, CHANNEL, 0, -120),
    Case("hangs up", True, PERSON, CHATTER, 120),
]


@pytest.fixture(scope="module")
def trouble() -> Iterator[Trouble]:
    with troubled_office() as trouble:
        yield trouble


@pytest.mark.parametrize("case", QUICK, ids=str)
def test_an_ambiguous_answer_is_settled_within_ten_minutes(trouble: Trouble, case: Case) -> None:
    outcome = try_case(trouble, case, str(case))

    assert case in CASES
    assert outcome.is_right, outcome


@pytest.mark.parametrize("method", ["conversations.history", "conversations.info"])
@pytest.mark.parametrize("way", ["hangs up", "bad gateway", "a page of somebody else", "no JSON object"])
def test_a_doubt_stays_while_slack_cannot_be_asked(trouble: Trouble, way: str, method: str) -> None:
    trouble.gate.strike(method, way, heard=True, times=2)
    outcome = try_case(trouble, Case("hangs up", heard=True), f"{way} {method}")

    assert outcome.is_right, outcome


@pytest.mark.parametrize("method", ["conversations.history", "conversations.info", "users.conversations"])
def test_a_doubt_stays_while_slack_limits(office: Office, method: str) -> None:
    _lose_the_answer(office)
    office.sandbox.set_faults(rate_limit={"times": 1, "retry_after": 7, "methods": [method]})
    office.work_until_settled()

    assert office.states() == {"sent": 1}
    assert len(office.posted()) == 1


def test_a_doubt_stays_through_an_outage(office: Office) -> None:
    _lose_the_answer(office)
    office.sandbox.set_faults(outage=True)
    office.work_until_settled(hours=2)
    in_doubt = office.states()
    office.sandbox.set_faults(outage=False)
    office.work_until_settled()

    assert in_doubt == {"sending": 1}
    assert office.states() == {"sent": 1}
    assert len(office.posted()) == 1


def test_a_doubt_that_ends_after_the_day_does_not_bring_a_late_post(office: Office) -> None:
    office.sandbox.set_faults(outage="close")
    office.outbox.work()
    office.plan("today")
    office.outbox.work()
    office.clock.pass_by(86_400)
    office.sandbox.set_faults(outage=False)
    office.work_until_settled()

    assert [(one.state, one.reason) for one in office.deliveries()] == [("missed", "Slack was away.")]
    assert office.posted() == []


def test_what_is_in_doubt_keeps_its_channels_next_post_waiting_and_no_other(office: Office) -> None:
    _lose_the_answer(office)
    office.plan("next")
    office.plan("elsewhere", "C0MARKETING")
    office.outbox.work()
    meanwhile = office.accepted()
    office.work_until_settled()

    assert meanwhile == {"lost": 1, "elsewhere": 1}
    assert office.accepted() == {"lost": 1, "elsewhere": 1, "next": 1}


def test_a_clock_that_was_ahead_when_it_posted_and_is_set_right_does_not_post_again(office: Office) -> None:
    ahead = office.clock.now + timedelta(minutes=30)
    wrong = office.open_outbox(clock=lambda: ahead)
    office.sandbox.set_faults(lose_answer={"times": 1})
    office.plan("key")
    wrong.work()
    office.work_until_settled()

    assert office.states() == {"sent": 1}
    assert office.accepted() == {"key": 1}


def test_a_clock_that_jumps_back_brings_nothing_twice(office: Office) -> None:
    for number in range(4):
        office.plan(f"key {number}")
    office.outbox.work()
    _lose_the_answer(office, "lost")
    office.clock.pass_by(-3_600)
    office.work_until_settled(hours=3)

    assert office.states() == {"sent": 5}
    assert set(office.accepted().values()) == {1}


def test_a_notice_in_doubt_is_found_by_the_process_that_comes_after(office: Office) -> None:
    office.sandbox.set_faults(lose_answer={"times": 1})
    office.notify("U0ALICE", "lost")
    office.outbox.work()
    office.outbox = office.open_outbox()
    office.clock.pass_by(QUARANTINE.total_seconds())
    office.outbox.work()
    (notice,) = office.deliveries(notices=True)

    assert office.posted("D0ALICE") == ["Notice lost"]
    assert (notice.state, notice.ts) == ("sent", office.sandbox.posts[0].ts)


def _lose_the_answer(office: Office, key: str = "lost") -> None:
    """Post what is in doubt afterwards, until its quarantine is over."""
    office.sandbox.set_faults(lose_answer={"times": 1})
    office.plan(key)
    office.outbox.work()
    office.clock.pass_by(QUARANTINE.total_seconds())
