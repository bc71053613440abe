"""The clock to us: APScheduler, in memory, ticks; the database says what is due."""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import OperationalError

from bot.logs import where
from persona_store.errors import StoreError

log = logging.getLogger(__name__)


def start_ticking(*ticks: tuple[int, Sequence[Callable[[], object]]]) -> BackgroundScheduler:
    """Run tasks now, and again every so many seconds; no tick waits for another one."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # that a tick takes its time is no news
    scheduler = BackgroundScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1})
    for seconds, tasks in ticks:
        scheduler.add_job(_run, "interval", args=[tasks], seconds=seconds, next_run_time=datetime.now(UTC))
    scheduler.start()
    return scheduler


def _run(tasks: Sequence[Callable[[], object]]) -> None:
    for task in tasks:
        try:
            task()
        except (OperationalError, StoreError, SlackApiError, OSError) as error:
            log.warning("tick skipped: %s", where(error))
