"""What is acknowledged, what comes again, and what goes wrong on purpose."""

import contextlib
import json
import threading
import urllib.error
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox import Delays, SandboxServer
from bot.sandbox.errors import RefusedError
from tests.bot.sandbox.conftest import FAST, Clock, new_app
from tests.bot.sandbox.test_web_api import VIEW, refusal_of, trigger
from tests.bot.slack_driver import Slack

Json = dict[str, Any]
Connect = Callable[[App], SocketModeHandler]


@pytest.fixture
def delays() -> Delays:
    return replace(FAST, ack=0.6, socket_redelivery=0.4)


class Refusing:
    """A middleware that raises for the first requests: no acknowledgement."""

    def __init__(self, app: App, times: int) -> None:
        self.seen: list[tuple[str, str]] = []
        self._left = times
        app.use(self.take)
        app.event("app_mention")(lambda: None)
        app.event("message")(lambda: None)

    def take(self, req: BoltRequest, next: Callable[[], BoltResponse]) -> BoltResponse:  # noqa: A002
        marks = (
            req.headers.get("x-slack-retry-num", [""])[0],
            req.headers.get("x-slack-retry-reason", [""])[0],
        )
        if req.body["event"]["type"] == "app_mention":
            self.seen.append(marks)
            self._left -= 1
            if self._left >= 0:
                raise RuntimeError("the database is away")
        return next()


def settled(slack: Slack) -> None:
    slack.wait(lambda box: not any(one.is_open for one in box.log.deliveries), "acknowledgements")


def test_an_event_that_is_not_acknowledged_comes_again_over_a_socket(
    app: App, connect: Connect, slack: Slack
) -> None:
    refusing = Refusing(app, times=1)

    connect(app)
    slack.say("alice", "@Persona hello")
    settled(slack)

    assert refusing.seen == [("0", ""), ("1", "timeout")]


def test_an_event_is_given_up_after_four_times(app: App, connect: Connect, slack: Slack) -> None:
    refusing = Refusing(app, times=99)

    connect(app)
    slack.say("alice", "@Persona hello")
    settled(slack)

    assert [number for number, _ in refusing.seen] == ["0", "1", "2", "3"]
    assert [one.given_up for one in slack.server.deliveries if one.type == "app_mention"] == [True]


def test_an_event_that_is_not_acknowledged_comes_again_over_http(
    app: App, serve: Callable[[App], list[dict[str, str]]], slack: Slack
) -> None:
    refusing = Refusing(app, times=2)

    serve(app)
    slack.say("alice", "@Persona hello")
    settled(slack)

    assert refusing.seen == [("", ""), ("1", "http_error"), ("2", "http_error")]


def test_http_requests_are_signed(
    app: App, serve: Callable[[App], list[dict[str, str]]], slack: Slack
) -> None:
    app.event("message")(lambda: None)

    headers = serve(app)
    assert slack.server.verify_request_url()
    slack.say("alice", "hello")
    settled(slack)

    assert all(one["x-slack-signature"].startswith("v0=") for one in headers)
    assert slack.server.deliveries[0].acked


def test_an_event_waits_for_a_bot_that_is_not_there(app: App, connect: Connect, slack: Slack) -> None:
    heard: list[Json] = []
    app.event("message")(lambda event: heard.append(event))  # noqa: PLW0108

    ts = slack.say("alice", "hello")
    connect(app)
    settled(slack)

    assert [event["ts"] for event in heard] == [ts]


def test_what_was_not_acknowledged_when_the_socket_broke_comes_again(
    app: App, sandbox: SandboxServer, connect: Connect, slack: Slack
) -> None:
    arrived, go_on = threading.Event(), threading.Event()
    seen: list[str] = []

    def take(req: BoltRequest, next: Callable[[], BoltResponse]) -> BoltResponse:  # noqa: A002
        seen.append(req.body["event_id"])
        if len(seen) == 1:
            arrived.set()
            go_on.wait(5)
        return next()

    app.use(take)
    app.event("message")(lambda: None)
    connect(app)
    slack.say("alice", "hello")
    assert arrived.wait(5)
    sandbox.set_faults(drop_sockets=True)
    second = new_app(sandbox)
    second.use(take)
    second.event("message")(lambda: None)
    connect(second)
    slack.wait(lambda _: len(seen) >= 2, "the second delivery")
    go_on.set()
    settled(slack)

    assert len(set(seen)) == 1


def test_an_event_is_delivered_as_often_as_wanted(
    app: App, sandbox: SandboxServer, connect: Connect, slack: Slack
) -> None:
    heard: list[str] = []
    app.event("message")(lambda body: heard.append(body["event_id"]))

    connect(app)
    sandbox.set_faults(deliver=4)
    slack.say("alice", "hello")
    slack.wait(lambda _: len(heard) == 4, "four deliveries")

    assert len(set(heard)) == 1


def numbered(heard: list[tuple[int, str]], number: int) -> Callable[[Json], None]:
    def listener(event: Json) -> None:
        heard.append((number, event["ts"]))

    return listener


def test_each_payload_goes_to_one_of_several_sockets(
    sandbox: SandboxServer, connect: Connect, slack: Slack
) -> None:
    heard: list[tuple[int, str]] = []
    for number in (1, 2):
        app = new_app(sandbox)
        app.event("message")(numbered(heard, number))
        connect(app)

    sent = [slack.say("alice", "hello") for _ in range(4)]
    settled(slack)
    slack.wait(lambda _: len(heard) >= 4, "four deliveries")

    assert sorted(ts for _, ts in heard) == sent
    assert {number for number, _ in heard} == {1, 2}


def test_clients_reconnect_when_they_are_asked_to(
    app: App, sandbox: SandboxServer, connect: Connect, slack: Slack
) -> None:
    heard: list[str] = []
    app.event("message")(lambda event: heard.append(event["ts"]))

    connect(app)
    opened = sandbox.look(lambda box: box.log.counts["apps.connections.open"])
    sandbox.set_faults(refresh_sockets=True)
    slack.wait(lambda box: box.log.counts["apps.connections.open"] > opened, "a new connection")
    ts = slack.say("alice", "hello")
    settled(slack)
    slack.wait(lambda _: heard, "the event")

    assert set(heard) == {ts}


def test_a_command_that_is_not_acknowledged_fails_as_in_slack(
    app: App, sandbox: SandboxServer, connect: Connect
) -> None:
    go_on = threading.Event()

    @app.command("/persona")
    def late(ack: Ack) -> None:
        go_on.wait(5)
        ack()

    typed = {"as_": "U0ALICE", "do": "command", "channel": "C0PRODUCT", "text": "/persona list"}
    nobody = sandbox.act(**typed)
    connect(app)
    nothing = sandbox.act(**typed)
    refused = [call.error for call in sandbox.refusals]
    go_on.set()

    assert nobody["error"] == '/persona failed with the error "dispatch_failed"'
    assert nothing["error"] == "/persona failed because the app did not respond."
    assert refused == ["dispatch_failed", "operation_timeout"]


def test_a_command_that_is_not_in_the_manifest_does_not_exist(sandbox: SandboxServer) -> None:
    said = sandbox.act(as_="U0ALICE", do="command", channel="C0PRODUCT", text="/personas list")

    assert said == {"ok": False, "error": "/personas is not a valid command."}


def test_a_late_acknowledgement_is_noted(
    app: App, sandbox: SandboxServer, connect: Connect, slack: Slack
) -> None:
    go_on = threading.Event()

    @app.command("/persona")
    def late(ack: Ack) -> None:
        go_on.wait(5)
        ack("too late")

    connect(app)
    sandbox.act(as_="U0ALICE", do="command", channel="C0PRODUCT", text="/persona list")
    go_on.set()
    slack.wait(lambda box: any(call.error == "late_ack" for call in box.log.refused), "the late ack")

    assert not any(one.ephemeral for one in slack.messages("alice"))


def test_an_acknowledgement_that_makes_no_sense_is_noted(app: App, connect: Connect, slack: Slack) -> None:
    app.command("/persona")(lambda ack: ack(text="x", blocks=[{"type": "nope"}]))

    connect(app)
    with pytest.raises(AssertionError, match="invalid_command_response"):
        slack.run_command("alice", "/persona list")

    assert "unsupported block type: nope" in slack.refusals[0]


def test_errors_for_fields_that_the_form_does_not_have_are_noted(
    app: App, sandbox: SandboxServer, connect: Connect, slack: Slack
) -> None:
    app.view("form")(lambda ack: ack(response_action="errors", errors={"nowhere": "x"}))
    app.client.views_open(
        trigger_id=trigger(sandbox), view=VIEW | {"callback_id": "form", "submit": VIEW["title"]}
    )

    connect(app)
    with pytest.raises(AssertionError, match="We had some trouble connecting"):
        slack.submit("alice")

    assert "invalid_errors" in slack.refusals[0]


def test_so_many_calls_are_told_to_wait(sandbox: SandboxServer, client: WebClient) -> None:
    sandbox.set_faults(rate_limit={"times": 1, "retry_after": 7, "methods": ["chat.postMessage"]})

    assert client.users_info(user="U0ALICE")["ok"]
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel="C0PRODUCT", text="x")
    assert (refused.value.response.status_code, refused.value.response.headers["Retry-After"]) == (429, "7")
    assert client.chat_postMessage(channel="C0PRODUCT", text="x")["ok"]


def test_a_share_of_the_calls_is_told_to_wait(sandbox: SandboxServer, client: WebClient) -> None:
    sandbox.set_faults(rate_limit={"share": 0.3, "retry_after": 1})

    for _ in range(100):
        with contextlib.suppress(SlackApiError):
            client.auth_test()

    assert 15 <= len(sandbox.refusals) <= 45


def test_slacks_own_pace_is_kept_when_wanted(sandbox: SandboxServer, client: WebClient, clock: Clock) -> None:
    sandbox.set_faults(pace=True)

    client.chat_postMessage(channel="C0PRODUCT", text="1")
    client.chat_postMessage(channel="C0SUPPORT", text="1")
    assert refusal_of(client, "chat.postMessage", channel="C0PRODUCT", text="2") == "ratelimited"
    clock.now += 1
    client.chat_postMessage(channel="C0PRODUCT", text="2")
    for _ in range(20):
        client.users_list()
    assert refusal_of(client, "users.list") == "ratelimited"
    clock.now += 60
    assert client.users_list()["ok"]


def test_an_answer_can_be_lost_after_the_post_was_accepted(sandbox: SandboxServer, client: WebClient) -> None:
    sandbox.set_faults(lose_answer={"times": 1})

    with pytest.raises((OSError, urllib.error.URLError)):
        client.chat_postMessage(channel="C0PRODUCT", text="once")

    assert [post.channel for post in sandbox.posts] == ["C0PRODUCT"]
    assert client.chat_postMessage(channel="C0PRODUCT", text="twice")["ok"]


def test_slack_can_be_away(sandbox: SandboxServer, client: WebClient) -> None:
    sandbox.set_faults(outage=True)
    assert refusal_of(client, "auth.test") == "service_unavailable"

    sandbox.set_faults(outage="close")
    with pytest.raises((OSError, urllib.error.URLError)):
        client.auth_test()

    sandbox.set_faults(outage=False)
    assert client.auth_test()["ok"]


def test_a_fault_that_does_not_exist_is_refused(sandbox: SandboxServer) -> None:
    with pytest.raises(RefusedError, match="earthquake"):
        sandbox.set_faults(earthquake=True)


def test_silence_is_expected_soundly(app: App, connect: Connect, slack: Slack) -> None:
    @app.event("app_mention")
    def answer(event: Json, client: WebClient) -> None:
        if "speak" in event["text"]:
            client.chat_postEphemeral(channel=event["channel"], user=event["user"], text="I was not to")

    @app.event("message")
    def answer_directly(event: Json, client: WebClient) -> None:
        if event["channel_type"] == "im" and "bot_id" not in event:
            client.chat_postMessage(channel=event["channel"], thread_ts=event["ts"], text="help yourself")

    connect(app)
    slack.expect_silence("alice", "@Persona hush")
    with pytest.raises(AssertionError, match="an answer where none was wanted: I was not to"):
        slack.expect_silence("alice", "@Persona speak")


def test_a_wait_that_fails_says_what_slack_refused(
    app: App, connect: Connect, sandbox: SandboxServer
) -> None:
    @app.event("app_mention")
    def answer(event: Json, client: WebClient) -> None:
        with pytest.raises(SlackApiError):
            client.chat_postMessage(channel=event["channel"], text="x", blocks=[{"type": "nope"}])

    app.event("message")(lambda: None)
    connect(app)
    with pytest.raises(AssertionError, match=r"invalid_blocks: unsupported block type: nope"):
        Slack(sandbox, timeout=0.5).mention("alice", "hello")


def test_no_words_of_anybody_go_to_the_log(
    sandbox: SandboxServer, client: WebClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="bot")
    caplog.set_level("DEBUG", logger="aiohttp")
    sandbox.act(as_="U0ALICE", do="message", channel="C0PRODUCT", text="canary")
    client.chat_postMessage(channel="C0PRODUCT", text="canary")
    refusal_of(client, "chat.postMessage", channel="C0PRODUCT", text="canary <x>")

    assert "canary" not in "".join(record.getMessage() for record in caplog.records)
    assert "canary" not in json.dumps([call.public() for call in sandbox.calls if not call.error])
