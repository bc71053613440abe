"""Which model makes vectors; and an endpoint of one's own, over real HTTP."""

import json
import logging
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest

from persona_store.errors import EmbeddingError
from persona_store.language.embedding import (
    HOW_TO_INSTALL,
    TEXTS_A_REQUEST,
    Endpoint,
    find_embedder,
    find_model,
)
from persona_store.language.minilm import MiniLM

KEY = "sk-very-secret"


@dataclass
class EmbeddingsServer:
    """Speaks OpenAI's embeddings API; a test may change what it says."""

    port: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    says: Callable[[list[str]], object] = lambda texts: entries([[len(text), 1.0] for text in texts])
    write: Callable[[Any, bytes], object] = lambda stream, body: stream.write(body)
    stop: Event = field(default_factory=Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        body = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        self.asked.append(body)
        self.keys.append(request.headers["Authorization"])
        self.paths.append(request.path)
        said = self.says(body["input"])
        answer = said if isinstance(said, bytes) else json.dumps(said).encode()
        request.send_response(self.status)
        for name, value in {"Content-Length": str(len(answer)), **self.headers}.items():
            request.send_header(name, value)
        request.end_headers()
        self.write(request.wfile, answer)


def entries(vectors: list[list[float]]) -> dict[str, Any]:
    return {"data": [{"index": at, "embedding": vector} for at, vector in enumerate(vectors)]}


@pytest.fixture
def server() -> Iterator[EmbeddingsServer]:
    said = EmbeddingsServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said.answer(self)

        def log_message(self, *_: Any) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that hung up
    said.port = listening.server_port
    thread = Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield said
    said.stop.set()
    listening.shutdown()
    listening.server_close()
    thread.join()


@pytest.fixture
def endpoint(server: EmbeddingsServer) -> Endpoint:
    return Endpoint(server.url, "some-model", KEY)


@pytest.fixture
def impatient(server: EmbeddingsServer) -> Endpoint:
    return Endpoint(server.url, "some-model", KEY, timeout_s=0.5)


@pytest.mark.skipif(find_model() is None, reason=f"not installed: {HOW_TO_INSTALL}")
@pytest.mark.parametrize("environment", [{}, {"PERSONA_EMBEDDINGS": " Local "}])
def test_the_model_on_this_machine_is_the_default(environment: dict[str, str]) -> None:
    assert isinstance(find_embedder(environment), MiniLM)


def test_a_model_that_is_not_installed_is_not_found() -> None:
    assert find_model("no_such_package") is None


def test_off_means_no_embedder() -> None:
    assert find_embedder({"PERSONA_EMBEDDINGS": "off"}) is None


def test_an_endpoint_is_used_only_where_it_is_asked_for(server: EmbeddingsServer) -> None:
    settings = {"PERSONA_EMBEDDINGS_URL": server.url, "PERSONA_EMBEDDINGS_MODEL": "m"}

    assert not isinstance(find_embedder(settings), Endpoint)
    assert isinstance(find_embedder({**settings, "PERSONA_EMBEDDINGS": "endpoint"}), Endpoint)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"PERSONA_EMBEDDINGS": "yes"}, "expected local, endpoint or off"),
        ({"PERSONA_EMBEDDINGS": "endpoint"}, "PERSONA_EMBEDDINGS_URL is not an address"),
        ({"PERSONA_EMBEDDINGS": "endpoint", "PERSONA_EMBEDDINGS_URL": "https://h/v1"}, "_MODEL is not set"),
    ],
)
def test_a_wrong_setting_is_named(settings: dict[str, str], told: str) -> None:
    with pytest.raises(EmbeddingError, match=told):
        find_embedder(settings)


@pytest.mark.parametrize(
    "url", ["h/v1", "ftp://h/v1", "file:///etc/passwd", "https://", "http://h:port", "http://[1", "\x00"]
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(EmbeddingError, match="PERSONA_EMBEDDINGS_URL is not an address"):
        Endpoint(url, "m")


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(EmbeddingError, match="holds a password") as raised:
        Endpoint(f"https://me:{KEY}@host/v1", "m")

    assert KEY not in str(raised.value)


@pytest.mark.parametrize("key", [f"{KEY}\r\nX-Other: 1", f"{KEY}\u2013", f"{KEY}\x00"])
def test_a_key_that_cannot_be_sent_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(EmbeddingError, match="set it again") as raised:
        Endpoint("https://host/v1", "m", key)

    assert KEY not in str(raised.value)


def test_vectors_of_two_endpoints_are_not_mixed_up() -> None:
    names = {Endpoint(f"https://{host}/v1", "m").name for host in ("one", "two")}

    assert names == {"m at one", "m at two"}


def test_an_endpoint_gives_a_row_of_length_one_for_each_text(
    server: EmbeddingsServer, endpoint: Endpoint
) -> None:
    vectors = endpoint.embed(["aaa", "b"])

    assert np.allclose(vectors, np.array([[3, 1], [1, 1]]) / [[10**0.5], [2**0.5]])
    assert vectors.dtype == np.float32
    assert server.asked == [{"model": "some-model", "input": ["aaa", "b"]}]


@pytest.mark.parametrize("end", ["", "/", "/embeddings", "/embeddings/"])
def test_the_address_may_be_the_base_or_the_whole(server: EmbeddingsServer, end: str) -> None:
    Endpoint(f"{server.url}{end}?version=2", "m").embed(["a"])

    assert server.paths == ["/v1/embeddings?version=2"]


def test_rows_follow_the_index_and_not_the_order_of_the_answer(
    server: EmbeddingsServer, endpoint: Endpoint
) -> None:
    server.says = lambda _: {"data": [{"index": 1, "embedding": [0, 1]}, {"index": 0, "embedding": [1, 0]}]}

    assert endpoint.embed(["first", "second"]).tolist() == [[1, 0], [0, 1]]


def test_many_texts_are_sent_in_portions(server: EmbeddingsServer, endpoint: Endpoint) -> None:
    texts = ["x" * (1 + at % 9) for at in range(2 * TEXTS_A_REQUEST + 1)]

    vectors = endpoint.embed(texts)

    assert vectors.shape == (len(texts), 2)
    assert [len(body["input"]) for body in server.asked] == [TEXTS_A_REQUEST, TEXTS_A_REQUEST, 1]


def test_no_texts_are_no_request(server: EmbeddingsServer, endpoint: Endpoint) -> None:
    assert len(endpoint.embed([])) == 0
    assert server.asked == []


def test_texts_that_endpoints_refuse_are_made_sendable(server: EmbeddingsServer, endpoint: Endpoint) -> None:
    endpoint.embed(["", " \n", "half \ud83d", "x" * 1_000_000])

    sent = server.asked[0]["input"]
    assert sent[:3] == [".", ".", "half ?"]
    assert len(sent[3]) == 2_000


def test_the_key_is_sent_and_only_where_there_is_one(server: EmbeddingsServer, endpoint: Endpoint) -> None:
    endpoint.embed(["a"])
    Endpoint(server.url, "m").embed(["a"])

    assert server.keys == [f"Bearer {KEY}", None]


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (400, "check PERSONA_EMBEDDINGS_MODEL"),
        (401, "check PERSONA_EMBEDDINGS_KEY"),
        (403, "check PERSONA_EMBEDDINGS_KEY"),
        (404, "check PERSONA_EMBEDDINGS_URL"),
        (429, "try again later"),
        (500, "out of order"),
    ],
)
def test_a_refusal_says_what_to_do_and_never_the_key(
    server: EmbeddingsServer, endpoint: Endpoint, caplog: pytest.LogCaptureFixture, status: int, told: str
) -> None:
    caplog.set_level(logging.DEBUG)
    server.status = status
    server.says = lambda _: {"error": f"your key {KEY} is wrong"}

    with pytest.raises(EmbeddingError, match=told) as raised:
        endpoint.embed(["a"])

    assert f"127.0.0.1:{server.port}" in str(raised.value)
    assert KEY not in f"{raised.value!r} {raised.value.__cause__} {caplog.text} {endpoint!r}"


def test_the_key_does_not_follow_a_redirect(server: EmbeddingsServer, endpoint: Endpoint) -> None:
    server.status = 302
    server.headers = {"Location": "/elsewhere"}

    with pytest.raises(EmbeddingError, match="302"):
        endpoint.embed(["a"])

    assert server.paths == ["/v1/embeddings"]


@pytest.mark.parametrize(
    "said",
    [
        {},
        [],
        None,
        "words",
        {"data": None},
        {"data": {"a": 1}},
        {"data": [1, 2]},
        entries([[1, 2]]),
        entries([[1, 2]] * 3),
        entries([[1, 2], [1]]),
        entries([[], []]),
        entries([[0, 0], [1, 1]]),
        entries([[float("nan"), 0], [1, 1]]),
        entries([[1e300, 1], [1, 1]]),
        entries([[10**400, 1], [1, 1]]),
        {"data": [{"index": [], "embedding": [1]}, {"embedding": [1]}]},
        {"data": [{"index": 0, "embedding": "AAAA"}, {"index": 1, "embedding": "AAAA"}]},
        {"data": [{"index": 0, "embedding": [1]}, {"index": 0, "embedding": [1]}]},
        {"data": [{"embedding": [[1]]}, {"embedding": [[1]]}]},
    ],
    ids=lambda said: str(said)[:40],
)
def test_an_answer_that_is_not_one_vector_for_each_text_is_refused(
    server: EmbeddingsServer, endpoint: Endpoint, said: object
) -> None:
    server.says = lambda _: said

    with pytest.raises(EmbeddingError, match="something else than one vector for each text"):
        endpoint.embed(["a", "b"])


@pytest.mark.parametrize("said", [b"", b"<html>", b"\xff\xfe", b"[" * 200_000])
def test_an_answer_that_is_no_json_is_refused(
    server: EmbeddingsServer, endpoint: Endpoint, said: bytes
) -> None:
    server.says = lambda _: said

    with pytest.raises(EmbeddingError, match="does not answer in JSON"):
        endpoint.embed(["a"])


def test_vectors_of_several_lengths_are_refused(server: EmbeddingsServer, endpoint: Endpoint) -> None:
    server.says = lambda texts: entries([[1.0] * len(texts) for _ in texts])

    with pytest.raises(EmbeddingError, match="several lengths"):
        endpoint.embed(["a"] * (TEXTS_A_REQUEST + 1))


def test_an_endpoint_that_says_nothing_is_given_up(server: EmbeddingsServer, impatient: Endpoint) -> None:
    server.write = lambda _stream, _body: server.stop.wait(10)

    with pytest.raises(EmbeddingError, match=r"cannot be reached \(TimeoutError\)"):
        impatient.embed(["a"])


def test_an_endpoint_that_answers_drop_by_drop_is_given_up(
    server: EmbeddingsServer, impatient: Endpoint
) -> None:
    def drip(stream: Any, _body: bytes) -> None:
        for _ in range(100):
            stream.write(b" ")
            stream.flush()
            server.stop.wait(0.1)

    server.headers = {"Content-Length": "100"}
    server.write = drip

    with pytest.raises(EmbeddingError, match=r"cannot be reached \(TimeoutError\)"):
        impatient.embed(["a"])


def test_half_an_answer_is_refused(server: EmbeddingsServer, endpoint: Endpoint) -> None:
    server.write = lambda stream, body: stream.write(body[:20])

    with pytest.raises(EmbeddingError, match="does not answer in JSON"):
        endpoint.embed(["a"])


def test_an_endpoint_that_is_not_there_is_told_of() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and not listening
        endpoint = Endpoint(f"http://127.0.0.1:{taken.getsockname()[1]}/v1", "m", KEY)

        with pytest.raises(EmbeddingError, match=r"cannot be reached.*or set PERSONA_EMBEDDINGS=local"):
            endpoint.embed(["a"])
