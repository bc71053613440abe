"""A Slack client whose calls can be called off until the very moment at which Slack is told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from io import BytesIO
from typing import Any
from urllib.request import Request

from slack_sdk import WebClient

MayStill = Callable[[], bool]
_may_still: ContextVar[MayStill | None] = ContextVar("may_still", default=None)


class CalledOffError(Exception):
    """The call was not made: Slack was told nothing of it."""


@contextmanager
def only_while(may_still: MayStill) -> Iterator[None]:
    """Make calls only while ``may_still()``, which is asked when the connection stands.

    To look up the address, to connect and to agree on keys takes time, and so does a process that is stopped.
    Raises CalledOffError.
    """
    token = _may_still.set(may_still)
    try:
        yield
    finally:
        _may_still.reset(token)


class SlackClient(WebClient):
    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        may_still, data = _may_still.get(), req.data
        if may_still is not None and isinstance(data, bytes):
            req.data = _Body(data, may_still)
            req.add_header("Content-Length", str(len(data)))
        said: dict[str, Any] = super()._perform_urllib_http_request_internal(url, req)
        return said


class _Body(BytesIO):
    """What is sent after the headers; without all of it there is no request."""

    def __init__(self, data: bytes, may_still: MayStill) -> None:
        super().__init__(data)
        self._may_still = may_still

    def read(self, size: int | None = -1, /) -> bytes:
        if not self._may_still():
            raise CalledOffError
        return super().read(size)
