"""What the page may ask, what each account sees, and who is not let in at all."""

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from slack_sdk import WebClient

from bot.sandbox import SandboxServer
from tests.bot.sandbox.conftest import FAST, new_manifest
from tests.bot.sandbox.test_web_api import HOME, VIEW, trigger

Json = dict[str, Any]
BUTTONS = {
    "type": "actions",
    "block_id": "b",
    "elements": [
        {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}},
        {
            "type": "static_select",
            "action_id": "one",
            "options": [{"text": {"type": "plain_text", "text": "A"}, "value": "a"}],
        },
    ],
}


class Page:
    """A browser without a page."""

    def __init__(self, server: SandboxServer) -> None:
        self.host = urlsplit(server.url).netloc

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        connection = http.client.HTTPConnection(self.host, timeout=5)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = None if body is None else json.dumps(body)
        connection.request(method, path, sent, {"Content-Type": "application/json", **named})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, json.loads(
            text
        ) if answer.headers.get_content_type() == "application/json" else text


@pytest.fixture
def page(sandbox: SandboxServer) -> Page:
    return Page(sandbox)


def test_an_account_sees_its_channels_and_no_others(page: Page) -> None:
    seen = {}
    for user in ("U0ALICE", "U0GINA", "U0EVE"):
        _, state = page.ask("GET", f"/sandbox/state?as={user}")
        seen[user] = ({one["name"] for one in state["channels"]}, set(state["messages"]))

    assert {"product", "general", "acme-partners"} <= seen["U0ALICE"][0]
    assert seen["U0GINA"] == ({"welcome-guests"}, {"C0WELCOME", "D0GINA"})
    assert seen["U0EVE"] == ({"acme-partners"}, {"C0ACMEPARTNERS", "D0EVE"})


def test_the_state_has_what_the_page_shows(page: Page) -> None:
    status, state = page.ask("GET", "/sandbox/state?as=U0ALICE")

    assert status == 200
    assert state["team"]["id"] == "T0SANDBOX"
    assert state["me"]["label"] == "Alice - employee, product"
    assert [one["kind"] for one in state["users"]][:7] == ["employee"] * 4 + ["guest", "external", "bot"]
    assert state["dms"] == [{"id": "D0ALICE", "with": "U0PERSONA"}]
    assert state["commands"] == [{"command": "/persona", "description": "Ask", "usage_hint": "list"}]
    assert {one["callback_id"] for one in state["shortcuts"]} == {"ask", "send"}
    assert (state["modal"], state["home"], state["status"]) == (None, None, {})
    assert all(one["avatar"].startswith("data:image/svg+xml,") for one in state["users"])
    assert len(state["messages"]["C0PRODUCT"]) >= 2


def test_an_ephemeral_message_is_seen_by_one_person(page: Page, client: WebClient) -> None:
    client.chat_postEphemeral(channel="C0PRODUCT", user="U0ALICE", text="for you")

    alice = page.ask("GET", "/sandbox/state?as=U0ALICE")[1]["messages"]["C0PRODUCT"][-1]
    bob = page.ask("GET", "/sandbox/state?as=U0BOB")[1]["messages"]["C0PRODUCT"][-1]

    assert (alice["text"], alice["ephemeral"]) == ("for you", True)
    assert bob["text"] != "for you"


def test_forms_and_homes_are_their_owners(page: Page, client: WebClient, sandbox: SandboxServer) -> None:
    client.views_open(trigger_id=trigger(sandbox), view=VIEW)
    client.views_publish(user_id="U0ALICE", view=HOME)

    mine = page.ask("GET", "/sandbox/state?as=U0ALICE")[1]
    theirs = page.ask("GET", "/sandbox/state?as=U0BOB")[1]

    assert (mine["modal"]["depth"], mine["modal"]["errors"]) == (1, {})
    assert mine["home"]["blocks"][0]["text"]["text"] == "x"
    assert (theirs["modal"], theirs["home"]) == (None, None)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"as": "U0GINA", "do": "message", "channel": "C0PRODUCT", "text": "x"}, "You are not in that channel."),
        ({"as": "U0EVE", "do": "command", "channel": "C0SUPPORT", "text": "/persona"}, "You are not in that channel."),
        ({"as": "U0ALICE", "do": "message", "channel": "D0BOB", "text": "x"}, "You are not in that channel."),
        ({"as": "U0ALICE", "do": "message", "channel": "C0PRODUCT", "text": "  "}, "Type a message first."),
        ({"as": "U0ALICE", "do": "message", "channel": "C0PRODUCT", "text": "x", "thread_ts": "1.2"}, "gone"),
        ({"as": "U0PERSONA", "do": "message", "channel": "C0PRODUCT", "text": "x"}, "There is no such account."),
        ({"as": "U0NOBODY", "do": "open_home"}, "There is no such account."),
        ({"as": "U0ALICE", "do": "dance"}, "something the sandbox does not know"),
        ({"as": "U0ALICE", "do": "shortcut", "callback_id": "none"}, "There is no such shortcut."),
        ({"as": "U0ALICE", "do": "submit", "view_id": "V0"}, "That form is no longer open."),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_in_words(
    body: Json, words: str, page: Page, sandbox: SandboxServer
) -> None:
    status, said = page.ask("POST", "/sandbox/act", body)

    assert status == 200
    assert said["ok"] is False
    assert words in said["error"]
    assert sandbox.deliveries == []


def test_people_press_only_what_they_see(page: Page, client: WebClient) -> None:
    public = client.chat_postMessage(channel="C0PRODUCT", text="x", blocks=[BUTTONS])["ts"]
    private = client.chat_postEphemeral(channel="C0PRODUCT", user="U0BOB", text="x", blocks=[BUTTONS])[
        "message_ts"
    ]
    tries = [
        ("U0GINA", public, "go", {}),
        ("U0ALICE", private, "go", {}),
        ("U0ALICE", public, "stop", {}),
        ("U0ALICE", public, "one", {"selected_option": {"value": "b"}}),
    ]

    answers = []
    for user, ts, action_id, action in tries:
        container = {"type": "message", "channel": "C0PRODUCT", "ts": ts}
        body = {"as": user, "do": "action", "container": container, "block_id": "b", "action_id": action_id}
        answers.append(page.ask("POST", "/sandbox/act", {**body, "action": action})[1]["error"])

    assert answers == ["That is no longer there."] * 3 + ["That is not one of the choices."]


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
    ],
)
@pytest.mark.parametrize(
    "path", ["/", "/sandbox/state?as=U0ALICE", "/api/auth.test", "/sandbox/act", "/respond/x"]
)
def test_other_sites_are_kept_out(headers: dict[str, str], path: str, page: Page) -> None:
    method = "GET" if path == "/" or "state" in path else "POST"

    assert page.ask(method, path, {} if method == "POST" else None, **headers)[0] == 403


def test_the_page_itself_is_let_in_by_every_name_of_this_machine(page: Page) -> None:
    port = page.host.rpartition(":")[2]
    body = {"as": "U0ALICE", "do": "message", "channel": "C0PRODUCT", "text": "x"}

    for host in (f"127.0.0.1:{port}", f"localhost:{port}"):
        status, said = page.ask("POST", "/sandbox/act", body, Host=host, Origin=f"http://{host}")
        assert (status, said["ok"]) == (200, True)


def test_a_form_of_another_site_cannot_act(page: Page) -> None:
    assert page.ask("POST", "/sandbox/act", {}, Content_Type="text/plain")[0] == 415
    assert page.ask("POST", "/sandbox/faults", {}, Content_Type="application/x-www-form-urlencoded")[0] == 415
    assert page.ask("POST", "/sandbox/act", [])[0] == 400


def test_answers_may_not_be_framed_or_sniffed(page: Page) -> None:
    connection = http.client.HTTPConnection(page.host, timeout=5)
    connection.request("GET", "/")
    headers = connection.getresponse().headers
    connection.close()

    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in headers["Content-Security-Policy"]


def test_a_change_is_told_to_those_who_see_it(sandbox: SandboxServer, page: Page) -> None:
    connection = http.client.HTTPConnection(page.host, timeout=5)
    connection.request("GET", "/sandbox/stream?as=U0GINA")
    stream = connection.getresponse()
    first = read_version(stream)

    sandbox.act(as_="U0ALICE", do="message", channel="C0PRODUCT", text="not for gina")
    sandbox.act(as_="U0ALICE", do="message", channel="C0WELCOME", text="for gina")
    told = read_version(stream)
    connection.close()

    assert first < told == sandbox.state("U0GINA")["version"]


def read_version(stream: http.client.HTTPResponse) -> int:
    line = b""
    while not line.startswith(b"data: "):
        line = stream.readline()
    return int(json.loads(line[6:])["version"])


def test_faults_are_switched_by_the_page(page: Page, sandbox: SandboxServer) -> None:
    assert page.ask("POST", "/sandbox/faults", {"outage": True, "deliver_twice": True}) == (200, {"ok": True})
    assert page.ask("POST", "/sandbox/faults", {"earthquake": 9})[0] == 400
    assert page.ask("POST", "/api/auth.test", {})[0] == 503

    assert sandbox.look(lambda box: box.faults.deliver) == 2


def test_the_log_says_what_was_refused_and_why_but_not_what_was_written(
    page: Page, client: WebClient
) -> None:
    client.chat_postMessage(channel="C0PRODUCT", text="secret")
    page.ask("POST", "/api/users.info", {}, Authorization="Bearer xoxb-sandbox")

    calls = page.ask("GET", "/sandbox/log")[1]["calls"]

    assert calls[0]["ok"] is True
    assert calls[0]["channel"] == "C0PRODUCT"
    assert calls[1]["error"] == "invalid_arguments"
    assert "secret" not in json.dumps(calls)


def test_the_next_free_port_is_taken(sandbox: SandboxServer) -> None:
    taken = int(page_port(sandbox))

    with SandboxServer(new_manifest(), port=taken, delays=FAST) as second:
        assert taken < int(page_port(second)) < taken + 50


def page_port(server: SandboxServer) -> str:
    return server.url.rpartition(":")[2]


def test_two_runs_never_give_the_same_event_id() -> None:
    ids = []
    for _ in range(2):
        with SandboxServer(new_manifest(), delays=FAST) as server:
            ids += server.act(as_="U0ALICE", do="message", channel="C0PRODUCT", text="@Persona x")["events"]

    assert len(set(ids)) == 4
