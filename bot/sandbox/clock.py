"""The sandbox's clock: it runs as the real one does, ahead of it by as much as somebody has moved it on."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock


class SandboxClock:
    """Seconds since 1970 when called; it never goes back. For any number of threads.

    ``real`` is what it runs by; ``at_least`` is where it starts, where that is ahead of ``real``.
    """

    def __init__(self, real: Callable[[], float] = time.time, *, at_least: float = 0.0) -> None:
        self._real = real
        self._lock = Lock()
        self._set_at = real()
        self._set_to = self._latest = max(self._set_at, at_least)

    def __call__(self) -> float:
        with self._lock:
            return self._run_on()

    def _run_on(self) -> float:
        self._latest = max(self._latest, self._set_to + self._real() - self._set_at)
        return self._latest

    def now(self) -> datetime:
        return datetime.fromtimestamp(self(), UTC)

    @property
    def ahead(self) -> float:
        """Seconds that it is ahead of the real time."""
        return max(0.0, self() - self._real())

    def go_to(self, moment: float) -> None:
        """Move it on; what is past already is passed over."""
        with self._lock:
            if moment > self._run_on():
                self._set_at = self._real()
                self._set_to = self._latest = moment
