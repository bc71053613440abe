"""The clock to us: APScheduler, in memory, ticks; the database says what is due."""

import logging
from collections.abc import Callable

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import OperationalError

from bot.logs import where

log = logging.getLogger(__name__)

TICK_SECONDS = 5


def start_ticking(*tasks: Callable[[], object]) -> BackgroundScheduler:
    """Run each of ``tasks`` every five seconds, one after the other."""
    scheduler = BackgroundScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1})
    scheduler.add_job(lambda: [_run(task) for task in tasks], "interval", seconds=TICK_SECONDS)
    scheduler.start()
    return scheduler


def _run(task: Callable[[], object]) -> None:
    try:
        task()
    except OperationalError as error:
        log.warning("database away, tick skipped: %s", where(error))
