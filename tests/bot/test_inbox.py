"""Every request of Slack's is stored before it is acknowledged, and worked on once (R6, S2)."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bench.bot_process import BotProcess
from bench.inbox import POINTS, answers_to, killed_at, open_requests, wait_until_done
from bench.questions import ask
from bench.slack_gate import SlackGate
from bot.app import Bot
from bot.inbox import LONGEST_WAIT, MOST_ATTEMPTS, WORKERS
from bot.manifest import build_manifest
from bot.run import connected_bot, running_bot
from bot.sandbox import Delays, SandboxServer
from bot.sandbox.start import prepare_store, sandbox_settings
from persona_store.database import Store, open_store
from persona_store.inbox import LEASE
from tests.bot.conftest import NOON
from tests.bot.front_door import PRODUCT, FrontDoor, kind_of
from tests.bot.patience import Clock, eventually, requests
from tests.bot.slack_driver import Slack
from tests.conftest import Postgres

QUESTION = "what would Priya need when she first logs in?"
SOON = Delays(socket_redelivery=0.2, socket_attempts=50)


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    """A Slack that brings again after 0.2 s what nobody acknowledged."""
    with SandboxServer(build_manifest(), delays=SOON) as server:
        yield server


@pytest.fixture
def bot(sandbox: SandboxServer, database_url: str, clock: Clock) -> Iterator[Bot]:
    with connected_bot(sandbox_settings(sandbox.url, database_url), clock) as bot:
        sandbox.wait_connected()
        yield bot


@pytest.fixture
def slack(sandbox: SandboxServer, bot: Bot) -> Slack:  # noqa: ARG001
    return Slack(sandbox)


@pytest.fixture
def door(sandbox: SandboxServer, database_url: str, clock: Clock) -> Iterator[FrontDoor]:
    with running_bot(sandbox_settings(sandbox.url, database_url), clock) as bot:
        yield FrontDoor(bot, sandbox)


def posts_in(sandbox: SandboxServer, thread_ts: str) -> int:
    return sum(post.thread_ts == thread_ts for post in sandbox.posts)


def run(store: Store, statement: str) -> None:
    with store.begin() as session:
        session.execute(text(statement))


# Stored before it is acknowledged


def test_an_event_that_cannot_be_stored_is_not_acknowledged_and_answered_when_it_comes_again(
    slack: Slack, sandbox: SandboxServer, store: Store
) -> None:
    run(store, "ALTER TABLE inbox_request RENAME TO gone")
    ts = slack.say("alice", f"@Persona {QUESTION}")
    sandbox.wait_for(lambda box: any(one.sent > 1 for one in box.log.deliveries))
    acknowledged = [one.acked for one in sandbox.deliveries if one.type == "app_mention"]
    run(store, "ALTER TABLE gone RENAME TO inbox_request")
    slack.reply("alice", "product", ts)
    slack.settle()

    assert acknowledged == [False]
    assert posts_in(sandbox, ts) == 1


def test_while_the_database_is_locked_nothing_is_acknowledged_and_then_everything_is_answered_once(
    slack: Slack, sandbox: SandboxServer, store: Store
) -> None:
    slack.direct_message("alice", "list")
    with store.begin():
        ts = slack.say("alice", f"@Persona {QUESTION}")
        sandbox.wait_for(lambda box: any(one.sent > 1 for one in box.log.deliveries))
        acknowledged = [one.acked for one in sandbox.deliveries if one.type == "app_mention"]
    slack.reply("alice", "product", ts)
    slack.settle()

    assert acknowledged == [False]
    assert posts_in(sandbox, ts) == 1


def test_over_http_a_request_that_cannot_be_stored_gets_no_ok(door: FrontDoor, store: Store) -> None:
    run(store, "ALTER TABLE inbox_request RENAME TO gone")
    bodies = [
        door.mention("U0ALICE", QUESTION),
        door.command("U0ALICE", QUESTION),
        door.click("U0ALICE", "answers.open_question", "1"),
        door.form("U0ALICE", "answers.ask", "question", QUESTION),
    ]

    assert [door.send(kind_of(body), body)[0] for body in bodies] == ["503"] * 4


# Worked on once


def test_an_event_that_is_delivered_four_times_is_answered_once(slack: Slack, sandbox: SandboxServer) -> None:
    sandbox.set_faults(deliver=4)
    reply = slack.mention("alice", QUESTION)
    sandbox.set_faults(deliver=1)
    slack.settle()

    assert posts_in(sandbox, reply.thread_ts or "") == 1
    assert max(one.sent for one in sandbox.deliveries) == 4


def send_often(door: FrontDoor, body: dict[str, object]) -> set[tuple[str, str]]:
    with ThreadPoolExecutor(8) as callers:
        return set(callers.map(lambda _: door.send(kind_of(body), body), range(100)))


def test_an_event_that_is_replayed_a_hundred_times_is_answered_once(
    door: FrontDoor, sandbox: SandboxServer, store: Store
) -> None:
    answers = send_often(door, door.mention("U0ALICE", QUESTION))
    eventually(lambda: all(one.done_at for one in requests(store)))

    assert answers == {("200", "")}
    assert len(sandbox.posts) == 1


def test_a_command_that_is_replayed_a_hundred_times_is_answered_once(
    door: FrontDoor, sandbox: SandboxServer, store: Store
) -> None:
    answers = send_often(door, door.command("U0ALICE", QUESTION))
    eventually(lambda: all(one.done_at for one in requests(store)))

    assert answers == {("200", "")}
    assert len(sandbox.look(lambda box: box.world.channels[PRODUCT].ephemerals)) == 1


def test_a_click_that_is_replayed_a_hundred_times_has_one_effect(
    door: FrontDoor, sandbox: SandboxServer, store: Store
) -> None:
    door.send("slash_commands", door.command("U0ALICE", QUESTION))
    eventually(lambda: all(one.done_at for one in requests(store)))
    answers = send_often(door, door.click("U0ALICE", "answers.share", "1"))
    eventually(lambda: all(one.done_at for one in requests(store)))

    assert answers == {("200", "")}
    assert len(sandbox.posts) == 1


def test_a_form_that_is_replayed_opens_nothing_anew(door: FrontDoor, store: Store) -> None:
    body = door.form("U0ALICE", "answers.ask", "question", QUESTION)
    first = door.send("interactive", body)
    again = door.send("interactive", body)

    assert "response_action" in first[1]
    assert again == ("200", "")
    assert len(requests(store)) == 1


def test_what_is_done_is_remembered_without_its_words(slack: Slack, store: Store) -> None:
    slack.mention("alice", QUESTION)
    slack.settle()
    done = eventually(lambda: [one for one in requests(store) if one.done_at])

    assert {one.body for one in done} == {None}


# Killed


@pytest.mark.parametrize(("method", "heard"), POINTS)
def test_killed_between_ack_and_answer_the_next_process_answers_once(
    sandbox: SandboxServer, database_url: str, method: str, *, heard: bool
) -> None:
    settings = sandbox_settings(sandbox.url, database_url)
    sent = killed_at(sandbox, settings, method, heard=heard)
    before = answers_to(sandbox, sent)
    wait_until_done(sandbox, settings, [sent])

    assert before == (1 if (method, heard) == ("chat.postMessage", True) else 0)
    assert answers_to(sandbox, sent) == 1
    assert open_requests(database_url) == 0


@pytest.mark.postgres
def test_two_processes_on_one_database_share_the_work_without_doubling_it(
    sandbox: SandboxServer, postgres: Postgres
) -> None:
    name = postgres.create()
    store = open_store(postgres.url(name), migrate=False)
    prepare_store(store, datetime.now(UTC))
    settings = sandbox_settings(sandbox.url, postgres.url(name))
    sandbox.set_faults(deliver=4)
    slack = Slack(sandbox)
    with BotProcess(settings), BotProcess(settings):
        eventually(lambda: sandbox.look(lambda box: box.courier.sockets.count) == 2)
        asked = [slack.say("alice", f"@Persona {QUESTION}") for _ in range(10)]
        sandbox.wait_for(lambda box: len(box.log.posts) >= 10)
        eventually(lambda: all(one.done_at for one in requests(store)))
    store.close()
    postgres.drop(name)

    assert sorted(post.thread_ts or "" for post in sandbox.posts) == asked


def test_what_waited_for_a_free_worker_too_long_is_left_to_the_process_that_has_taken_it_up(
    sandbox: SandboxServer, database_url: str, clock: Clock
) -> None:
    settings = sandbox_settings(sandbox.url, database_url)
    with SlackGate(sandbox.api_url) as gate, running_bot(settings, clock) as other:
        with connected_bot(replace(settings, slack_api_url=gate.api_url), clock):
            sandbox.wait_connected()
            gate.hold("users.info", heard=False)
            asked = [sandbox.run(ask(sandbox.box, QUESTION)).ts for _ in range(WORKERS + 5)]
            eventually(gate.reached.is_set)
            clock.pass_by(LEASE.total_seconds())
            taken_up = other.inbox.take_up_left()
            sandbox.wait_for(lambda box: len(box.log.posts) >= len(asked))
            eventually(lambda: open_requests(database_url) == 0)
            gate.let_go()
        clock.pass_by(86_400)
        taken_up_again = other.inbox.take_up_left()

    assert (taken_up, taken_up_again) == (len(asked), 0)
    assert sorted(post.thread_ts or "" for post in sandbox.posts) == asked


# Tried again


def test_a_rate_limited_answer_waits_until_slack_allows_it(
    slack: Slack, sandbox: SandboxServer, bot: Bot, clock: Clock, store: Store
) -> None:
    sandbox.set_faults(rate_limit={"times": 1, "retry_after": 120, "methods": ["chat.postMessage"]})
    ts = slack.say("alice", f"@Persona {QUESTION}")
    eventually(lambda: [one for one in requests(store) if one.not_before == clock.now.replace(minute=2)])
    calls = len(sandbox.calls)
    clock.pass_by(119)
    too_early = bot.inbox.take_up_left()
    calls_before_its_time = len(sandbox.calls) - calls
    clock.pass_by(1)
    in_time = bot.inbox.take_up_left()
    slack.reply("alice", "product", ts)

    assert (too_early, calls_before_its_time, in_time) == (0, 0, 1)
    assert posts_in(sandbox, ts) == 1


def test_what_never_succeeds_is_given_up_and_the_log_says_so(
    slack: Slack,
    sandbox: SandboxServer,
    bot: Bot,
    clock: Clock,
    store: Store,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.ERROR, logger="bot.inbox")
    sandbox.set_faults(rate_limit={"share": 1.0, "methods": ["chat.postMessage"]})
    slack.say("alice", f"@Persona {QUESTION}")
    for attempt in range(1, MOST_ATTEMPTS + 1):
        eventually(lambda: tried(sandbox) == attempt and is_settled(store, clock, attempt))  # noqa: B023
        clock.pass_by(min(2**attempt, LONGEST_WAIT))
        bot.inbox.take_up_left()
    clock.pass_by(86_400)

    assert bot.inbox.take_up_left() == 0
    assert f"given up after {MOST_ATTEMPTS} attempts" in caplog.text
    assert QUESTION not in caplog.text


def tried(sandbox: SandboxServer) -> int:
    return sum(call.method == "chat.postMessage" for call in sandbox.calls)


def is_settled(store: Store, clock: Clock, attempt: int) -> bool:
    """Whether the try is over: given up, or to be tried again when its time has passed."""
    (one,) = requests(store)
    waits = clock.now + timedelta(seconds=min(2**attempt, LONGEST_WAIT))
    return one.attempts == attempt and (one.done_at is not None or one.not_before == waits)
