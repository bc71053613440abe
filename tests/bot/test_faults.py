"""Slack limits, fails, hangs up, forgets to say that it heard: nothing is lost, nothing is said twice."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bench.slack_gate import SlackGate
from bot.actions import OPEN_INSIGHT_FORM
from bot.app import Bot
from bot.run import connected_bot, running_bot
from bot.sandbox import SandboxServer
from bot.sandbox.box import Box
from bot.sandbox.start import sandbox_settings
from bot.sandbox.world import JsonValue
from persona_store.database import Store
from persona_store.inbox import LEASE
from persona_store.models import Voice
from tests.bot.conftest import NOON
from tests.bot.front_door import PRODUCT, FrontDoor
from tests.bot.patience import Clock, eventually, requests, work_off
from tests.bot.slack_driver import Slack

QUESTION = "what would Priya need when she first logs in?"
GAP = "what does Priya think of quantum computing?"


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@pytest.fixture
def bot(sandbox: SandboxServer, database_url: str, clock: Clock) -> Iterator[Bot]:
    with connected_bot(sandbox_settings(sandbox.url, database_url), clock) as bot:
        sandbox.wait_connected()
        yield bot


@pytest.fixture
def slack(sandbox: SandboxServer, bot: Bot) -> Slack:  # noqa: ARG001
    return Slack(sandbox)


@contextmanager
def trouble(sandbox: SandboxServer, **faults: JsonValue) -> Iterator[None]:
    sandbox.set_faults(**faults)
    yield
    sandbox.set_faults(**dict.fromkeys(faults))


def heard(sandbox: SandboxServer, threads: list[str]) -> Counter[str]:
    """How many answers each thread got."""
    return Counter({ts: sum(post.thread_ts == ts for post in sandbox.posts) for ts in threads})


# Limits and outages


def test_with_every_third_call_limited_every_question_is_answered_once(
    slack: Slack, bot: Bot, clock: Clock, store: Store
) -> None:
    with trouble(slack.server, rate_limit={"share": 0.3, "retry_after": 30}):
        asked = [slack.say("alice", f"@Persona {QUESTION}") for _ in range(20)]
        eventually(lambda: len(requests(store)) == len(asked))
        work_off(bot.inbox, store, clock)

    assert heard(slack.server, asked) == Counter(asked)
    assert any(call.error == "ratelimited" for call in slack.server.calls)


@pytest.mark.parametrize("outage", [True, "close"])
def test_what_was_asked_while_slack_was_away_is_answered_once_when_it_is_back(
    slack: Slack, bot: Bot, clock: Clock, store: Store, outage: JsonValue
) -> None:
    with trouble(slack.server, outage=outage):
        asked = [slack.say("alice", f"@Persona {QUESTION}") for _ in range(3)]
        eventually(lambda: sum(one.not_before is not None for one in requests(store)) == 3)
        eventually(lambda: any(call.error == "service_unavailable" for call in slack.server.calls))
    rounds = work_off(bot.inbox, store, clock)

    assert heard(slack.server, asked) == Counter(asked)
    assert rounds >= 1


def test_an_outage_of_a_quarter_of_an_hour_loses_nothing(
    slack: Slack, bot: Bot, clock: Clock, store: Store
) -> None:
    back_at = clock.now + timedelta(minutes=15)
    with trouble(slack.server, outage=True):
        asked = slack.say("alice", f"@Persona {QUESTION}")
        eventually(lambda: requests(store))
        while (next_try := next_try_at(store, clock)) < back_at:
            clock.now = next_try
            bot.inbox.take_up_left()
    clock.now = back_at
    work_off(bot.inbox, store, clock)

    assert heard(slack.server, [asked]) == Counter([asked])


def next_try_at(store: Store, clock: Clock) -> datetime:
    """The moment of the next try, once the last one is over."""

    def waits() -> datetime | None:
        (one,) = requests(store)
        return None if one.not_before == clock.now + LEASE else one.not_before

    return eventually(waits) or clock.now


def test_a_proxy_that_answers_with_a_page_of_its_own_is_an_outage_too(
    sandbox: SandboxServer, database_url: str, clock: Clock, store: Store
) -> None:
    with Answering(sandbox.api_url) as gate, through(gate, sandbox, database_url, clock) as (bot, door):
        gate.status, gate.method, gate.body = 502, "chat.postMessage", b"<html>Bad gateway</html>"
        door.send("events_api", door.mention("U0ALICE", QUESTION))
        eventually(lambda: gate.said)
        gate.method = ""
        rounds = work_off(bot.inbox, store, clock)

    assert len(sandbox.posts) == 1
    assert rounds == 1


# Heard, but the answer was lost


def test_a_post_whose_answer_was_lost_is_not_posted_again(
    slack: Slack, bot: Bot, clock: Clock, store: Store
) -> None:
    with trouble(slack.server, lose_answer={"share": 1.0}):
        asked = [slack.say("alice", f"@Persona {QUESTION}") for _ in range(5)]
        slack.wait(lambda box: len(box.log.posts) == 5, "posts")
        rounds = work_off(bot.inbox, store, clock)

    assert heard(slack.server, asked) == Counter(asked)
    assert rounds >= 1


def test_an_answer_in_a_direct_message_whose_answer_was_lost_is_not_said_again(
    slack: Slack, bot: Bot, clock: Clock, store: Store
) -> None:
    with trouble(slack.server, lose_answer={"share": 1.0}):
        asked = slack.say("alice", QUESTION, "dm")
        slack.wait(lambda box: len(box.log.posts) == 1, "a post")
        work_off(bot.inbox, store, clock)

    assert heard(slack.server, [asked]) == Counter([asked])


def test_a_shared_answer_whose_answer_was_lost_is_not_shared_again(
    slack: Slack, bot: Bot, clock: Clock, store: Store
) -> None:
    reply = slack.command("alice", f"/persona {QUESTION}")
    with trouble(slack.server, lose_answer={"times": 1}):
        slack.click(reply, "alice", "answers.share")
        slack.wait(lambda box: len(box.log.posts) == 1, "a post")
        work_off(bot.inbox, store, clock)

    assert len(slack.server.posts) == 1
    assert slack.messages("alice")[-1].text == "Shared with the channel."


def test_in_a_busy_thread_the_post_is_found_however_far_down_it_is(
    slack: Slack, bot: Bot, clock: Clock, store: Store
) -> None:
    first = slack.say("bob", "a long thread")
    for number in range(220):
        slack.say("bob", f"reply {number}", thread=first)
    with trouble(slack.server, lose_answer={"times": 1}):
        slack.say("alice", f"@Persona {QUESTION}", thread=first)
        slack.wait(lambda box: len(box.log.posts) == 1, "a post")
        work_off(bot.inbox, store, clock)

    assert heard(slack.server, [first]) == Counter([first])


# response_url


def test_where_the_response_url_has_expired_the_answer_comes_another_way(
    slack: Slack, bot: Bot, clock: Clock, store: Store
) -> None:
    with trouble(slack.server, slow_ms=100):
        before = slack.run_command("alice", f"/persona {QUESTION}")
        slack.server.look(lambda box: box.world.response_urls.clear())
    reply = slack.reply("alice", "product", before)
    work_off(bot.inbox, store, clock)

    assert "Priya Raman" in reply.plain
    assert reply.ephemeral
    assert len([one for one in slack.messages("alice") if one.ephemeral]) == 1


@pytest.mark.parametrize(("status", "rounds"), [(500, 1), (429, 1), (400, 0), (403, 0)])
def test_where_the_response_url_fails_the_answer_comes_once(
    sandbox: SandboxServer, database_url: str, clock: Clock, store: Store, status: int, rounds: int
) -> None:
    with Answering(sandbox.api_url) as gate, through(gate, sandbox, database_url, clock) as (bot, door):
        command = door.command("U0ALICE", QUESTION)
        gate.status, gate.method = status, command["response_url"].rsplit("/", 1)[-1]
        command["response_url"] = command["response_url"].replace(sandbox.url, gate.url)
        door.send("slash_commands", command)
        eventually(lambda: gate.said)
        gate.method = gate.method if status < 429 else ""
        passed = work_off(bot.inbox, store, clock)

    assert len(sandbox.look(lambda box: box.world.channels[PRODUCT].ephemerals)) == 1
    assert passed == rounds


# Forms: the person is waiting


@pytest.mark.parametrize("fault", [{"outage": True}, {"outage": "close"}, {"rate_limit": {"share": 1.0}}])
def test_a_form_that_cannot_be_answered_stays_open_and_says_so(
    slack: Slack, bot: Bot, clock: Clock, store: Store, fault: dict[str, JsonValue]
) -> None:
    slack.shortcut("alice", "answers.open_question")
    form = slack.modal("alice")
    clock.pass_by(600)  # who alice is must be asked again
    with trouble(slack.server, **fault):
        errors = slack.submit("alice", question=QUESTION)
    again = slack.submit("alice", question=QUESTION)
    work_off(bot.inbox, store, clock)

    assert errors
    assert "Please send it again" in errors["question"]
    assert again is None
    assert "Priya Raman" in slack.modal("alice", after=form).plain


def test_what_a_form_has_done_is_not_denied_where_only_the_home_does_not_follow(
    slack: Slack, store: Store
) -> None:
    slack.click(slack.home("alice"), "alice", OPEN_INSIGHT_FORM)
    form = slack.modal("alice")
    with trouble(slack.server, rate_limit={"share": 1.0}):
        errors = slack.submit("alice", text="They skip the list.")

    assert errors is None
    assert "Your insight is" in slack.modal("alice", after=form).plain
    with store.read() as session:
        assert session.scalars(select(Voice.text)).all() == ["They skip the list."]


def test_a_window_that_comes_too_late_says_so(slack: Slack, bot: Bot, clock: Clock, store: Store) -> None:
    reply = slack.mention("alice", QUESTION)
    with trouble(slack.server, outage=True):
        slack.click(reply, "alice", "answers.show_sources")
        eventually(lambda: any(call.error == "service_unavailable" for call in slack.server.calls))
    slack.server.look(expire_triggers)
    work_off(bot.inbox, store, clock)

    assert "Please click again" in slack.messages("alice")[-1].text


def expire_triggers(box: Box) -> None:
    for trigger in box.world.triggers.values():
        trigger.expires_at = 0.0


class Answering(SlackGate):
    """Answers one method itself, without asking Slack."""

    method, status, body = "", 200, b"{}"

    def __init__(self, api_url: str) -> None:
        super().__init__(api_url)
        self.said = 0

    def ask(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        if self.method and path.endswith(self.method):
            self.said += 1
            return self.status, {"Content-Type": "text/html"}, self.body
        return super().ask(path, body, headers)


@contextmanager
def through(
    gate: SlackGate, sandbox: SandboxServer, database_url: str, clock: Clock
) -> Iterator[tuple[Bot, FrontDoor]]:
    settings = replace(sandbox_settings(sandbox.url, database_url), slack_api_url=gate.api_url)
    with running_bot(settings, clock) as bot:
        yield bot, FrontDoor(bot, sandbox)
