"""Once a day, what was kept long enough is forgotten: a batch a tick, until nothing is left."""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta

from persona_store.database import Store
from persona_store.retention import forget_old_questions

log = logging.getLogger(__name__)

BATCH = 1_000


class Retention:
    """One per process; ``days``: how long questions are kept."""

    def __init__(self, store: Store, days: int, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._kept = timedelta(days=days)
        self._clock = clock
        self._done_on: date | None = None

    def forget(self) -> None:
        now = self._clock()
        if self._done_on == now.date():
            return
        with self._store.begin() as session:
            forgotten = forget_old_questions(session, now, self._kept, BATCH)
        if forgotten:
            log.info("forgot rows=%s", forgotten)
        else:
            self._done_on = now.date()
