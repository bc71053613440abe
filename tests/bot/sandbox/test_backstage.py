"""Behind the stage: what is planned, what is limited, what happens to channels and people meanwhile."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.sandbox import SEED, ChannelSeed, SandboxServer
from bot.sandbox.apart import SandboxApart
from bot.sandbox.backstage import Backstage, OutboxRow
from bot.sandbox.calls import EarlyCall
from bot.sandbox.clock import SandboxClock
from tests.bot.sandbox.conftest import EVENTS, FAST, SCOPES, Clock, new_app, new_client, new_manifest
from tests.bot.sandbox.test_page_api import Page
from tests.bot.sandbox.test_web_api import refusal_of

Json = dict[str, Any]
FRIDAY = datetime(2027, 1, 15, 8, 0, tzinfo=UTC)
HEARD = ["channel_archive", "channel_unarchive", "channel_shared", "channel_unshared", "channel_left", "user_change", "member_joined_channel"]  # fmt: skip


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[SandboxServer]:
    manifest = new_manifest(events=[*EVENTS, *HEARD], scopes=[*SCOPES, "groups:read"])
    with SandboxServer(manifest, clock=SandboxClock(clock), delays=FAST) as server:
        yield server


@pytest.fixture
def page(sandbox: SandboxServer) -> Page:
    return Page(sandbox)


@pytest.fixture
def answering() -> Iterator[Callable[[str], str]]:
    """Serves a request URL that gives a challenge back in one of Slack's three ways, or not at all."""
    servers = []

    def serve(content_type: str) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["challenge"]
                forms = {"text/plain": said, "application/json": json.dumps({"challenge": said})}
                forms["application/x-www-form-urlencoded"] = f"challenge={said}"
                self.send_response(200)
                self.send_header("Content-Type", content_type)
                self.end_headers()
                self.wfile.write(forms.get(content_type, "Welcome").encode())

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}/"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def row(key: str, **more: Any) -> OutboxRow:
    return OutboxRow(
        key, more.pop("due_at", FRIDAY), more.pop("channel_id", "C0MARKETING"), "Spotlight", **more
    )


# The outbox


def test_the_outbox_is_listed_by_due_time_with_places_by_name(page: Page, sandbox: SandboxServer) -> None:
    rows = [
        row("later", due_at=FRIDAY + timedelta(days=3), state="planned"),
        row("notice", channel_id="D0BOB", state="failed", reason="The person left."),
        row("person", channel_id="U0CAROL", state="sent", sent_at=FRIDAY, ts="1.2"),
        row("gone", channel_id="C0ELSEWHERE", state="sending", again_at=FRIDAY + timedelta(minutes=2)),
    ]
    sandbox.backstage = Backstage(lambda: None, lambda: None, lambda: rows)

    status, said = page.ask("GET", "/sandbox/outbox")

    assert (status, said["ok"]) == (200, True)
    assert [(one["key"], one["place"]) for one in said["rows"]] == [
        ("gone", "C0ELSEWHERE"), ("notice", "Bob Okafor"), ("person", "Carol Jensen"), ("later", "#marketing"),
    ]  # fmt: skip
    assert said["rows"][1] == {
        "key": "notice", "due": FRIDAY.timestamp(), "channel": "D0BOB", "place": "Bob Okafor", "what": "Spotlight",
        "state": "failed", "reason": "The person left.", "sent": None, "again": None, "ts": None,
    }  # fmt: skip
    assert said["rows"][0]["again"] - said["rows"][0]["due"] == 120


def test_without_a_bot_there_is_no_outbox(page: Page) -> None:
    assert page.ask("GET", "/sandbox/outbox") == (200, {"ok": False, "rows": []})


def test_the_page_moves_the_clock(page: Page, sandbox: SandboxServer) -> None:
    moved = page.ask("POST", "/sandbox/clock", {"as": "U0ALICE", "by": {"weekday": 0, "at": "09:29"}})
    refused = page.ask("POST", "/sandbox/clock", {"as": "U0ALICE", "by": {"weeks": 999}})
    nobody = page.ask("POST", "/sandbox/clock", {"as": "U0NOBODY", "by": {"weeks": 1}})
    stopped = page.ask("POST", "/sandbox/clock", {"stop": True})

    assert moved[1]["clock"]["journey"]["to"] == datetime(2027, 1, 18, 8, 29, tzinfo=UTC).timestamp()
    assert (refused[0], refused[1]["error"]) in (
        (400, "The clock is already on its way."),
        (400, "That is more than a year away."),
    )
    assert nobody == (400, {"ok": False, "error": "There is no such account."})
    assert stopped[0] == 200
    assert sandbox.state("U0ALICE")["clock"]["can_move"]


@pytest.mark.parametrize("path", ["/sandbox/clock", "/sandbox/channel", "/sandbox/account"])
def test_no_other_web_page_gets_behind_the_stage(page: Page, path: str) -> None:
    assert page.ask("POST", path, {}, Origin="https://evil.example")[0] == 403
    assert page.ask("POST", path, {}, Content_Type="text/plain")[0] == 415
    assert page.ask("POST", path, [])[0] == 400


# Channels and people


def hear(app: App) -> list[Json]:
    heard: list[Json] = []

    def listen(event: Json) -> None:
        heard.append(event)

    for kind in HEARD:
        app.event(kind)(listen)
    return heard


def switch(page: Page, **wanted: Any) -> Json:
    status, said = page.ask("POST", "/sandbox/channel", {"channel": "C0MARKETING", **wanted})
    assert status == (200 if said["ok"] else 400)
    return dict(said)


def test_a_channel_is_shared_archived_and_left_and_the_bot_hears_of_it(
    page: Page, sandbox: SandboxServer, connect: Callable[[App], SocketModeHandler]
) -> None:
    app = new_app(sandbox)
    heard = hear(app)
    connect(app)

    for name, values in (
        ("is_ext_shared", (True, False)),
        ("is_archived", (True, False)),
        ("has_bot", (False, True)),
    ):
        for on in (*values, values[-1]):
            assert switch(page, **{name: on})["ok"]
    sandbox.wait_for(lambda box: not any(one.is_open for one in box.log.deliveries))

    assert sorted(event["type"] for event in heard) == sorted(
        ["channel_shared", "channel_unshared", "channel_archive", "channel_unarchive", "channel_left", "member_joined_channel"]
    )  # fmt: skip
    assert {event["channel"] for event in heard} == {"C0MARKETING"}


def test_what_happened_to_a_channel_is_what_slack_says_of_it(
    page: Page, sandbox: SandboxServer, client: WebClient
) -> None:
    switch(page, is_ext_shared=True)
    shared = client.conversations_info(channel="C0MARKETING")["channel"]
    eve = sandbox.state("U0EVE")
    switch(page, is_ext_shared=False, is_archived=True)
    archived = refusal_of(client, "chat.postMessage", channel="C0MARKETING", text="x")
    command = sandbox.act(as_="U0ALICE", do="command", channel="C0MARKETING", text="/persona list")
    switch(page, is_archived=False, has_bot=False)
    left = client.conversations_info(channel="C0MARKETING")["channel"]

    assert (shared["is_ext_shared"], "C0MARKETING" in eve["messages"]) == (True, True)
    assert archived == "is_archived"
    assert command == {"ok": False, "error": "This channel is archived."}
    assert (left["is_ext_shared"], left["is_archived"], left["is_member"]) == (False, False, False)
    assert refusal_of(client, "chat.postMessage", channel="C0MARKETING", text="x") == "not_in_channel"


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"is_ext_shared": "yes"},
        {"members": ["U0EVE"]},
        {"channel": "C0NOWHERE", "is_archived": True},
        {"channel": "D0ALICE", "is_archived": True},
    ],
)
def test_what_cannot_happen_to_a_channel_is_refused(page: Page, wanted: Json) -> None:
    assert not switch(page, **wanted)["ok"]


def test_a_person_who_left_is_gone_for_the_bot_and_cannot_act(
    page: Page, sandbox: SandboxServer, client: WebClient
) -> None:
    left = {"account": "U0BOB", "deactivated": True}
    assert page.ask("POST", "/sandbox/account", left) == (200, {"ok": True})

    user = client.users_info(user="U0BOB")["user"]
    said = sandbox.act(as_="U0BOB", do="message", channel="C0PRODUCT", text="x")

    assert user["deleted"]
    assert not user.keys() & {"tz", "is_restricted", "real_name"}
    assert "U0BOB" not in client.conversations_members(channel="C0PRODUCT")["members"]
    assert refusal_of(client, "conversations.open", users="U0BOB") == "user_disabled"
    assert client.chat_postMessage(channel="U0BOB", text="as in Slack, this is taken")["ok"]
    assert said == {"ok": False, "error": "Bob Okafor's account is deactivated."}
    assert sandbox.state("U0BOB")["me"]["deactivated"]


def test_a_person_can_come_back(page: Page, sandbox: SandboxServer, client: WebClient) -> None:
    for off in (True, False):
        page.ask("POST", "/sandbox/account", {"account": "U0BOB", "deactivated": off})

    assert not client.users_info(user="U0BOB")["user"]["deleted"]
    assert sandbox.act(as_="U0BOB", do="message", channel="C0PRODUCT", text="back")["ok"]
    assert page.ask("POST", "/sandbox/account", {"account": "U0PERSONA", "deactivated": True})[0] == 400
    assert page.ask("POST", "/sandbox/account", {"account": "U0BOB", "deactivated": "yes"})[0] == 400


def test_the_bot_learns_in_which_zone_somebody_is(client: WebClient) -> None:
    user = client.users_info(user="U0ALICE")["user"]

    assert (user["tz"], user["tz_label"], user["tz_offset"]) == ("Europe/Madrid", "CET", 3_600)


# Faults and limits


def test_the_state_says_which_faults_are_on(sandbox: SandboxServer, client: WebClient) -> None:
    assert sandbox.state("U0ALICE")["faults"] == {}

    sandbox.set_faults(
        rate_limit={"share": 0.3}, lose_answer={"share": 1}, outage="close", slow_ms=2_000, pace=True
    )
    on = sandbox.state("U0ALICE")["faults"]
    sandbox.set_faults(rate_limit=None, lose_answer=None, outage=False, slow_ms=0, pace=False)
    client.chat_postMessage(channel="C0PRODUCT", text="x")

    assert on == {
        "rate_limit": {"share": 0.3}, "lose_answer": {"share": 1}, "outage": "close", "slow_ms": 2_000, "pace": True,
    }  # fmt: skip
    assert sandbox.state("U0ALICE")["faults"] == {}


def test_an_outage_takes_the_response_urls_along(sandbox: SandboxServer, page: Page) -> None:
    from bot.sandbox.response_urls import new_response_url  # noqa: PLC0415

    url = sandbox.look(lambda box: new_response_url(box, "C0PRODUCT", "U0ALICE"))
    sandbox.set_faults(outage=True)

    assert page.ask("POST", url.removeprefix(sandbox.url), {"text": "x"})[0] == 503


def test_who_does_not_wait_after_a_429_is_seen(
    sandbox: SandboxServer, client: WebClient, clock: Clock
) -> None:
    sandbox.set_faults(rate_limit={"times": 1, "retry_after": 30})
    refusal_of(client, "chat.postMessage", channel="C0PRODUCT", text="x")
    limited_at = clock.now

    clock.now += 29
    client.chat_postMessage(channel="C0SUPPORT", text="too early, though elsewhere")
    client.users_info(user="U0ALICE")
    clock.now += 1
    client.chat_postMessage(channel="C0PRODUCT", text="in time")

    assert sandbox.early_calls == [
        EarlyCall(limited_at + 29, "chat.postMessage", "C0SUPPORT", limited_at, limited_at + 30)
    ]


def test_the_pace_of_one_channel_says_nothing_of_another(
    sandbox: SandboxServer, client: WebClient, clock: Clock
) -> None:
    sandbox.set_faults(pace=True)
    client.chat_postMessage(channel="D0ALICE", text="1")
    refusal_of(client, "chat.postMessage", channel="U0ALICE", text="2")

    clock.now += 0.5
    client.chat_postMessage(channel="C0PRODUCT", text="another channel")
    refusal_of(client, "chat.postMessage", channel="U0ALICE", text="3")

    assert [(call.channel, call.limited_channel) for call in sandbox.early_calls] == [("U0ALICE", "U0ALICE")]


def test_all_calls_are_counted_though_only_the_latest_are_kept(
    sandbox: SandboxServer, client: WebClient
) -> None:
    sandbox.look(lambda box: setattr(box.log, "calls", type(box.log.calls)(maxlen=3)))

    for number in range(5):
        client.chat_postMessage(channel="C0PRODUCT", text=str(number))
    refusal_of(client, "chat.postMessage", channel="C0GENERAL", text="x")
    outcomes = sandbox.look(lambda box: dict(box.log.outcomes))

    assert len(sandbox.calls) == 3
    assert outcomes == {("chat.postMessage", "ok"): 5, ("chat.postMessage", "not_in_channel"): 1}


# History


def test_history_is_read_back_by_time_and_page(client: WebClient, clock: Clock) -> None:
    said = []
    for number in range(25):
        clock.now += 10
        payload = {"event_type": "persona_delivery", "event_payload": {"key": str(number)}}
        said.append(client.chat_postMessage(channel="C0STORIES", text=str(number), metadata=payload)["ts"])
    span = {"channel": "C0STORIES", "oldest": said[3], "latest": said[20], "include_all_metadata": True}

    keys = [
        [one["metadata"]["event_payload"]["key"] for one in page["messages"]]
        for page in client.conversations_history(**span, limit=6)
    ]
    inclusive = client.conversations_history(**span, inclusive=True)["messages"]
    since = client.conversations_history(channel="C0STORIES", oldest=str(float(said[20]) - 0.5))["messages"]

    assert keys == [
        [str(n) for n in range(19, 13, -1)],
        [str(n) for n in range(13, 7, -1)],
        ["7", "6", "5", "4"],
    ]
    assert (inclusive[0]["ts"], inclusive[-1]["ts"], len(inclusive)) == (said[20], said[3], 18)
    assert [one["text"] for one in since] == ["24", "23", "22", "21", "20"]
    assert all("metadata" not in one for one in since)


def test_what_is_said_between_two_pages_shifts_nothing(client: WebClient) -> None:
    for number in range(6):
        client.chat_postMessage(channel="C0STORIES", text=str(number))

    first = client.conversations_history(channel="C0STORIES", limit=3)
    client.chat_postMessage(channel="C0STORIES", text="meanwhile")
    cursor = first["response_metadata"]["next_cursor"]
    second = client.conversations_history(channel="C0STORIES", limit=3, cursor=cursor)

    assert [one["text"] for one in first["messages"]] == ["5", "4", "3"]
    assert [one["text"] for one in second["messages"]] == ["2", "1", "0"]


def test_a_thread_is_read_back_page_by_page(client: WebClient) -> None:
    first = client.chat_postMessage(channel="C0STORIES", text="first")["ts"]
    for number in range(5):
        client.chat_postMessage(channel="C0STORIES", thread_ts=first, text=str(number))

    pages = [
        [one["text"] for one in page["messages"]]
        for page in client.conversations_replies(channel="C0STORIES", ts=first, limit=4)
    ]

    assert pages == [["first", "0", "1", "2"], ["3", "4"]]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"oldest": "yesterday"}, "invalid_ts_oldest"),
        ({"latest": "-1"}, "invalid_ts_latest"),
        ({"limit": 0}, "invalid_limit"),
        ({"cursor": "nonsense"}, "invalid_cursor"),
        ({"cursor": "bmV4dDoz"}, "invalid_cursor"),  # of another method
    ],
)
def test_a_span_that_is_none_is_refused(client: WebClient, arguments: Json, error: str) -> None:
    assert refusal_of(client, "conversations.history", channel="C0STORIES", **arguments) == error


# A process of its own


def test_the_sandbox_runs_in_a_process_of_its_own() -> None:
    channels = (*SEED.channels, ChannelSeed("C0MANY", "many", ("U0ALICE", "U0PERSONA")))
    seed = type(SEED)(SEED.accounts, channels)

    with SandboxApart(new_manifest(), seed=seed) as apart:
        client = WebClient("xoxb-sandbox", base_url=apart.api_url, retry_handlers=[])
        client.chat_postMessage(channel="C0MANY", text="x")
        apart.ask("set_faults", rate_limit={"times": 1, "retry_after": 60})
        refusal_of(client, "chat.postMessage", channel="C0MANY", text="x")
        refusal_of(new_client_of(apart, "wrong"), "chat.postMessage", channel="C0MANY", text="x")
        posts, early = apart.ask("posts"), apart.ask("early_calls")
        with pytest.raises(RuntimeError, match="no attribute"):
            apart.ask("nothing")

    assert [post.channel for post in posts] == ["C0MANY"]
    assert [call.method for call in early] == ["chat.postMessage"]


def new_client_of(apart: SandboxApart, token: str) -> WebClient:
    return WebClient(token, base_url=apart.api_url, retry_handlers=[])


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/json"]
)
def test_a_challenge_may_be_answered_in_each_way_that_slack_takes(
    sandbox: SandboxServer, answering: Callable[[str], str], content_type: str
) -> None:
    sandbox.request_url = answering(content_type)

    assert sandbox.verify_request_url()


def test_a_wrong_challenge_is_not_taken(sandbox: SandboxServer, answering: Callable[[str], str]) -> None:
    sandbox.request_url = answering("text/html")

    assert not sandbox.verify_request_url()
    assert new_client(sandbox).auth_test()["ok"]
