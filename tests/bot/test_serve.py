"""The HTTP door: what is not Slack's gets 401, 403 or 413, and nothing of it into the log."""

import io
import json
import logging
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_bolt import App, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier

from bot.serve import EVENTS_PATH, HEALTH_PATH, MOST_BYTES, Door

SECRET = "a secret for this test"
CANARY = "canary-7f3a"


class Caller:
    """Calls the door as a web server would."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        app = App(
            authorize=lambda: AuthorizeResult(enterprise_id=None, team_id="T0", bot_token="xoxb-1"),
            request_verification_enabled=False,
        )

        @app.use
        def take(body: dict[str, Any]) -> BoltResponse:
            self.taken.append(body)
            return BoltResponse(status=200)

        self.problems: list[str] = []
        self.door = Door(app, SECRET, lambda: self.problems)

    def __call__(
        self, method: str = "POST", path: str = EVENTS_PATH, body: bytes = b"", **environ: str
    ) -> str:
        told: list[str] = []
        request: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "CONTENT_LENGTH": str(len(body)),
        }
        request |= {"CONTENT_TYPE": "application/json", "wsgi.input": io.BytesIO(body)} | environ
        self.body = b"".join(self.door(request, lambda status, _headers, _error=None: told.append(status)))  # type: ignore[arg-type]
        return told[0][:3]

    def signed(self, body: bytes, age: int = 0, content_type: str = "application/json") -> str:
        timestamp = str(int(time.time()) - age)
        signature = SignatureVerifier(SECRET).generate_signature(timestamp=timestamp, body=body) or ""
        headers = {"HTTP_X_SLACK_REQUEST_TIMESTAMP": timestamp, "HTTP_X_SLACK_SIGNATURE": signature}
        return self(body=body, CONTENT_TYPE=content_type, **headers)


@pytest.fixture
def call() -> Caller:
    return Caller()


def test_what_slack_signed_comes_in(call: Caller) -> None:
    status = call.signed(json.dumps({"type": "event_callback", "event_id": "Ev1"}).encode())

    assert status == "200"
    assert call.taken == [{"type": "event_callback", "event_id": "Ev1"}]


def test_a_command_comes_in_as_a_form_and_a_click_as_json_in_a_form(call: Caller) -> None:
    form = "application/x-www-form-urlencoded"
    call.signed(b"command=%2Fpersona&text=list&user_id=U1", content_type=form)
    call.signed(f"payload={quote(json.dumps({'type': 'block_actions'}))}".encode(), content_type=form)

    assert [body.get("command", body.get("type")) for body in call.taken] == ["/persona", "block_actions"]


def test_slacks_challenge_is_answered(call: Caller) -> None:
    status = call.signed(json.dumps({"type": "url_verification", "challenge": "abc"}).encode())

    assert (status, call.body) == ("200", b"abc")


def test_an_old_signature_is_refused(call: Caller) -> None:
    assert call.signed(b"{}", age=600) == "401"


def test_a_body_that_was_changed_after_signing_is_refused(call: Caller) -> None:
    timestamp = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=timestamp, body=b"{}") or ""
    headers = {"HTTP_X_SLACK_REQUEST_TIMESTAMP": timestamp, "HTTP_X_SLACK_SIGNATURE": signature}

    assert call(body=b'{"type":"event_callback"}', **headers) == "401"


@pytest.mark.parametrize("timestamp", ["", "abc", "1e9", "٣٣٣", "9" * 40, "-1", "1.5"])
@pytest.mark.parametrize("signature", ["", "v0=", "v0=ff", "é", "v0=" + "0" * 64])
def test_malformed_headers_are_refused_and_break_nothing(
    call: Caller, timestamp: str, signature: str
) -> None:
    headers = {"HTTP_X_SLACK_REQUEST_TIMESTAMP": timestamp, "HTTP_X_SLACK_SIGNATURE": signature}

    assert call(body=b"{}", **headers) == "401"


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"null", b"[" * 100_000, b"1" * 10_000])
def test_a_signed_body_that_is_no_request_is_refused(call: Caller, body: bytes) -> None:
    assert call.signed(body) == "403"


def test_a_body_that_is_no_text_is_refused(call: Caller) -> None:
    headers = {"HTTP_X_SLACK_REQUEST_TIMESTAMP": str(int(time.time())), "HTTP_X_SLACK_SIGNATURE": "v0=00"}

    assert call(body=b"\xff\xfe", **headers) == "401"


@pytest.mark.parametrize("length", [str(MOST_BYTES + 1), "9" * 50, "abc", "-5"])
def test_a_body_that_is_too_long_or_does_not_say_how_long_is_not_read(call: Caller, length: str) -> None:
    assert call(body=b"", CONTENT_LENGTH=length) == "413"


@pytest.mark.parametrize(("method", "path"), [("GET", EVENTS_PATH), ("POST", "/"), ("PUT", HEALTH_PATH)])
def test_other_doors_are_closed(call: Caller, method: str, path: str) -> None:
    assert call(method, path) == "403"


def test_health_tells_the_truth(call: Caller) -> None:
    well = call("GET", HEALTH_PATH)
    call.problems = ["the clock stopped"]

    assert (well, call("GET", HEALTH_PATH)) == ("200", "503")


def test_a_request_that_could_not_be_stored_is_not_acknowledged(call: Caller) -> None:
    def fail() -> None:
        raise OSError("disk full")

    call.door._app.middleware(fail)
    call.door._app._middleware_list.reverse()

    assert call.signed(b'{"type": "event_callback"}') == "503"


TEXT = st.text(st.characters(codec="latin-1"), max_size=60)


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["POST", "GET", "PUT", "BREW", ""]),
    path=st.sampled_from([EVENTS_PATH, "/", "/slack/events/", ""]) | TEXT,
    body=st.binary(max_size=300),
    timestamp=TEXT | st.integers().map(str) | st.just(str(int(time.time()))),
    signature=TEXT | st.just("v0=" + "a" * 64),
    length=TEXT | st.integers().map(str) | st.none(),
    content_type=st.sampled_from(["application/json", "application/x-www-form-urlencoded", ""]) | TEXT,
)
def test_odd_requests_get_401_403_or_413_and_never_a_500(  # noqa: PLR0917
    call: Caller,
    method: str,
    path: str,
    body: bytes,
    timestamp: str,
    signature: str,
    length: str | None,
    content_type: str,
) -> None:
    headers = {"HTTP_X_SLACK_REQUEST_TIMESTAMP": timestamp, "HTTP_X_SLACK_SIGNATURE": signature}
    extra = {} if length is None else {"CONTENT_LENGTH": length}

    assert call(method, path, body, CONTENT_TYPE=content_type, **headers, **extra) in {"401", "403", "413"}


def test_nothing_of_a_refused_request_is_logged(
    call: Caller, caplog: pytest.LogCaptureFixture, all_loggers_at_debug: Callable[[], None]
) -> None:
    all_loggers_at_debug()
    call(body=f'{{"text": "{CANARY}"}}'.encode(), HTTP_X_SLACK_SIGNATURE=CANARY)
    call.signed(f'{CANARY}{{"text"'.encode())

    assert CANARY not in caplog.text


@pytest.fixture
def all_loggers_at_debug(caplog: pytest.LogCaptureFixture) -> Callable[[], None]:
    def turn_up() -> None:
        caplog.set_level(logging.DEBUG)
        for name in list(logging.root.manager.loggerDict):
            logging.getLogger(name).setLevel(logging.DEBUG)

    return turn_up
