"""A clock that tests set, and waiting for what happens on other threads."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

T = TypeVar("T")


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def eventually(condition: Callable[[], T], timeout: float = 10.0) -> T:
    """Give the first true value of ``condition``; fail when none comes in time."""
    tick = threading.Event()
    for _ in range(int(timeout * 100)):
        found = condition()
        if found:
            return found
        tick.wait(0.01)
    raise AssertionError(f"not within {timeout} s")
