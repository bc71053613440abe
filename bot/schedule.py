"""The clock to us: APScheduler, in memory, ticks; the database says what is due."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import OperationalError

from bot.logs import where
from persona_store.errors import StoreError

log = logging.getLogger(__name__)

TICK_SECONDS = 5
SELDOM_SECONDS = 60


def start_ticking(often: Callable[[], object], seldom: Callable[[], object]) -> BackgroundScheduler:
    """Run ``often`` every five seconds, and ``seldom`` now and every minute; neither waits for the other."""
    scheduler = BackgroundScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1})
    scheduler.add_job(_run, "interval", args=[often], seconds=TICK_SECONDS)
    scheduler.add_job(
        _run, "interval", args=[seldom], seconds=SELDOM_SECONDS, next_run_time=datetime.now(UTC)
    )
    scheduler.start()
    return scheduler


def _run(task: Callable[[], object]) -> None:
    try:
        task()
    except (OperationalError, StoreError) as error:
        log.warning("tick skipped: %s", where(error))
