"""Time passes in the sandbox: from one moment at which the bot has something to do to the next."""

import asyncio
import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as time_of_day
from typing import Any
from zoneinfo import ZoneInfo

from bot.logs import where
from bot.sandbox.backstage import Backstage
from bot.sandbox.clock import SandboxClock
from bot.sandbox.errors import RefusedError
from persona_store.posts.local_times import Schedule, next_occurrence

log = logging.getLogger(__name__)

STEP = 5.0
"""Seconds of the sandbox between two stops at least: as often as the bot's own clock ticks."""
STEP_AWAY = 1_800.0
"""The same while Slack is away: the bot tries again and again, and nothing comes of it."""
LONGEST = 366 * 86_400.0
PATIENCE = 60.0
"""Seconds that a person waits at most; then the clock stays where it is."""
TELL_EVERY = 0.2
SPANS = {"minutes": 60.0, "hours": 3_600.0, "days": 0.0, "weeks": 0.0}


@dataclass
class Journey:
    """From ``since`` to ``to``; ``words`` say how it ended, ``posts`` how much was posted before."""

    since: float
    to: float
    posts: int
    stops: int = 0
    stopped: bool = False
    words: str = ""


class Passage:
    """Moves the clock on, one journey at a time.

    ``on_change`` is called in the loop now and then on the way; ``count_posts`` gives all posts until now;
    ``is_away`` tells whether Slack is.
    """

    def __init__(
        self,
        clock: SandboxClock,
        on_change: Callable[[], None],
        count_posts: Callable[[], int],
        is_away: Callable[[], bool],
    ) -> None:
        self.clock = clock
        self.backstage: Backstage | None = None
        self.journey: Journey | None = None
        self._on_change = on_change
        self._count_posts = count_posts
        self._is_away = is_away
        self._task: asyncio.Task[None] | None = None
        self._told_at = 0.0

    @property
    def is_going(self) -> bool:
        return self._task is not None and not self._task.done()

    def begin(self, to: float) -> Journey:
        """Set out for ``to``; raise RefusedError for what cannot be."""
        if self.is_going:
            raise RefusedError("The clock is already on its way.")
        now = self.clock()
        if to < now:
            raise RefusedError("The clock only goes on, never back: the bot remembers what it has done.")
        if to > now + LONGEST:
            raise RefusedError("That is more than a year away.")
        self.journey = Journey(now, to, self._count_posts())
        loop = asyncio.get_running_loop()
        self._task = loop.create_task(asyncio.to_thread(self._walk, self.journey, loop))
        self._task.add_done_callback(self._arrived)
        return self.journey

    def stop(self) -> None:
        """Stay at the next stop."""
        if self.journey:
            self.journey.stopped = True

    async def arrival(self) -> str:
        """Wait for the end of the journey; give what is said of it, or raise what the bot raised."""
        if self._task:
            await asyncio.shield(self._task)
        return self.journey.words if self.journey else ""

    def _arrived(self, task: asyncio.Task[None]) -> None:
        journey = self.journey
        if journey is None or task.cancelled():
            return
        error = task.exception()
        if error:
            log.error("the bot failed while time passed: %s", where(error))
            journey.words = f"Stopped on the way: the bot failed ({type(error).__name__})."
        elif self.clock() < journey.to:
            journey.words = "Stopped on the way. Go on when you like."
        else:
            journey.words = _said(self._count_posts() - journey.posts)
        self._on_change()

    def _walk(self, journey: Journey, loop: asyncio.AbstractEventLoop) -> None:
        """Go from stop to stop. Where the bot stays due whatever it does, the steps grow."""
        started, step = time.monotonic(), STEP
        stop = self.clock()
        while True:
            moment = self._work(stop)
            if stop >= journey.to or journey.stopped or time.monotonic() - started > PATIENCE:
                return
            step = STEP if moment is None or moment > stop else step * 2
            least = max(step, STEP_AWAY) if self._is_away() else step
            wanted = journey.to if moment is None else max(moment, stop + least)
            stop = min(journey.to, wanted)
            self.clock.go_to(stop)
            journey.stops += 1
            self._tell(loop)

    def _work(self, stop: float) -> float | None:
        """Let the bot do what is due; give the moment at which it has something to do next."""
        if self.backstage is None:
            return None
        self.backstage.tick()
        due = self.backstage.next_due()
        return None if due is None else max(due.timestamp(), stop)

    def _tell(self, loop: asyncio.AbstractEventLoop) -> None:
        if time.monotonic() - self._told_at >= TELL_EVERY:
            self._told_at = time.monotonic()
            loop.call_soon_threadsafe(self._on_change)


def _said(posts: int) -> str:
    many = {0: "Nothing was posted", 1: "One message was posted"}.get(posts, f"{posts} messages were posted")
    return f"{many} on the way."


def destination(now: datetime, zone: str, wanted: dict[str, Any]) -> float:
    """Read where the clock is to go: {"weeks": 1}, or the next such moment, {"weekday": 0, "at": "09:29"}.

    Both in ``zone``; days and weeks are those of the calendar: it is as late as it was. Raise RefusedError.
    """
    if wanted.keys() == {"weekday", "at"}:
        return _next_moment(now, zone, wanted["weekday"], wanted["at"])
    if len(wanted) != 1 or not wanted.keys() <= SPANS.keys():
        raise RefusedError("The clock can go on by minutes, hours, days or weeks, or to a weekday and time.")
    ((span, count),) = wanted.items()
    if not isinstance(count, int) or isinstance(count, bool) or not 0 < count <= 1_000:
        raise RefusedError("The clock can go on by 1 to 1000 of them.")
    if SPANS[span]:
        return now.timestamp() + count * SPANS[span]
    there = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None) + timedelta(**{span: count})
    return max(there.replace(tzinfo=ZoneInfo(zone)).timestamp(), now.timestamp())


def _next_moment(now: datetime, zone: str, weekday: object, at: object) -> float:
    if weekday in range(7) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", str(at)):
        wanted = Schedule((int(str(weekday)),), time_of_day.fromisoformat(str(at)), zone)
        return next_occurrence(wanted, now).at.timestamp()
    raise RefusedError("Expected a weekday from 0 (Monday) to 6 and a time like 09:29.")
