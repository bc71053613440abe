"""Whether this process is well, as ``/healthz`` and ``persona doctor`` tell it.

A beat is a write to the database from the clock's own thread: where none came for a while, the clock has
stopped, or the database is locked, full or away. Ages are measured on a clock that nobody sets.
"""

import os
import platform
import time
from collections.abc import Callable
from datetime import datetime

from slack_sdk.socket_mode.builtin.client import SocketModeClient

from persona_store.database import Store
from persona_store.posts.heartbeats import record_beat, remove_beats

BEAT_SECONDS = 5
MOST_SILENT_SECONDS = 12
SOCKET_SILENT_SECONDS = 60
"""Slack's socket has something to say every few seconds."""
GIVE_UP_SECONDS = 180
"""By then the socket client should have connected anew; a new process is the way out."""


class Health:
    """One per process; ``way`` is "run" or "serve"."""

    def __init__(
        self,
        store: Store,
        way: str,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._way = way
        self._clock = clock
        self._monotonic = monotonic
        self._process = f"{platform.node()} {os.getpid()} {time.time_ns()}"
        self._beat_at = self._heard_at = monotonic()
        self._socket: SocketModeClient | None = None
        self._last_ping: tuple[object, float | None] | None = None

    def listen_to(self, socket: SocketModeClient) -> None:
        """Watch the socket that Slack is heard over."""
        self._socket, self._heard_at = socket, self._monotonic()

    def begin(self, *, is_alone: bool) -> None:
        """Write the first sign of life; ``is_alone``: whoever left signs before us is gone."""
        if is_alone:
            with self._store.begin() as session:
                remove_beats(session)
        self.beat()

    def beat(self) -> None:
        """Write a sign of life."""
        self._listen()
        now, is_heard = self._clock(), self.socket_silence() < SOCKET_SILENT_SECONDS
        with self._store.begin() as session:
            record_beat(session, self._process, self._way, now, is_heard=is_heard)
        self._beat_at = self._monotonic()

    def close(self) -> None:
        """This process ends as it should."""
        with self._store.begin() as session:
            remove_beats(session, self._process)

    def socket_silence(self) -> float:
        """Seconds since Slack was last heard over the socket; 0 without one."""
        return 0.0 if self._socket is None else self._monotonic() - self._heard_at

    def problems(self) -> list[str]:
        """What is wrong, in words; empty while all is well."""
        found = []
        silent = self._monotonic() - self._beat_at
        if silent > MOST_SILENT_SECONDS:
            found.append(f"no beat for {silent:.0f} s: the clock stopped, or the database takes no writes")
        if self.socket_silence() > SOCKET_SILENT_SECONDS:
            found.append(f"Slack was not heard for {self.socket_silence():.0f} s")
        return found

    def _listen(self) -> None:
        """Take note of a ping that was answered since the last beat, by the same session or a new one."""
        session = self._socket.current_session if self._socket else None
        ping = (session, session.last_ping_pong_time) if session is not None else None
        if ping is not None and ping[1] is not None and ping != self._last_ping:
            self._last_ping, self._heard_at = ping, self._monotonic()
