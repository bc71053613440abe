"""A clock that tests set, and waiting for what happens on other threads."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from bot.inbox import Inbox
from persona_store.database import Store
from persona_store.inbox import LEASE
from persona_store.models import InboxRequest

T = TypeVar("T")


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def eventually(condition: Callable[[], T | None], timeout: float = 10.0) -> T:
    """Give the first true value of ``condition``; fail when none comes in time."""
    tick = threading.Event()
    for _ in range(int(timeout * 100)):
        found = condition()
        if found:
            return found
        tick.wait(0.01)
    raise AssertionError(f"not within {timeout} s")


def requests(store: Store) -> list[InboxRequest]:
    with store.read() as session:
        return list(session.query(InboxRequest).order_by(InboxRequest.id))


def work_off(inbox: Inbox, store: Store, clock: Clock, *, rounds: int = 24) -> int:
    """Let ten minutes pass, again and again, until nothing is left to do; give how often that was."""
    for passed in range(rounds):
        eventually(lambda: not any(_is_worked_on(one, clock) for one in requests(store)))
        if all(one.done_at for one in requests(store)):
            return passed
        clock.pass_by(600)
        inbox.take_up_left()
    raise AssertionError(f"{sum(one.done_at is None for one in requests(store))} requests are never done")


def _is_worked_on(request: InboxRequest, clock: Clock) -> bool:
    return request.done_at is None and request.not_before == clock.now + LEASE
