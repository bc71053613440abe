"""The clock to us: APScheduler, in memory, ticks; the database says what is due."""

import logging
from collections.abc import Callable, Sequence

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import OperationalError

from bot.logs import where

log = logging.getLogger(__name__)

TICK_SECONDS = 5


def start_ticking(*tasks: Callable[[], object]) -> BackgroundScheduler:
    """Run each of ``tasks`` every five seconds, one after the other."""
    scheduler = BackgroundScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1})
    scheduler.add_job(_run_all, "interval", args=[tasks], seconds=TICK_SECONDS)
    scheduler.start()
    return scheduler


def _run_all(tasks: Sequence[Callable[[], object]]) -> None:
    for task in tasks:
        try:
            task()
        except OperationalError as error:
            log.warning("database away, tick skipped: %s", where(error))
