"""The terminal of the sandbox: of each kind of trouble one line, however often it comes."""

import logging
import re
import time
from collections import Counter
from collections.abc import Callable

from bot.logs import where

QUIET_FOR = 60.0
"""Seconds until the same trouble is told again."""
VARYING = re.compile(r"\d+|(?<==)\S+")


class OncePerKind(logging.Filter):
    """Lets a kind through once in a while, with how often it came meanwhile; tracebacks become one line."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._told_at: dict[str, float] = {}
        self._untold: Counter[str] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage().partition("\n")[0]
        if record.exc_info and record.exc_info[1] is not None:
            text = f"{text} {where(record.exc_info[1])}"
        kind, now = f"{record.name} {VARYING.sub('', text)}", self._clock()
        if now - self._told_at.get(kind, -QUIET_FOR) < QUIET_FOR:
            self._untold[kind] += 1
            return False
        more = self._untold.pop(kind, 0)
        self._told_at[kind] = now
        record.msg, record.args = f"{text} (and {more} more like it)" if more else text, None
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def spare_the_terminal() -> None:
    for handler in logging.getLogger().handlers:
        handler.addFilter(OncePerKind())
