"""The bot as a process of its own, that can be killed at any moment; the next one starts in milliseconds."""

import logging
import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Self

from bot.config import Settings
from bot.logs import set_up_logging
from bot.run import run

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["bot.run", "bot.serve", __name__])


class BotProcess:
    """Runs ``main(settings)``, by default the bot over Socket Mode. Its log and prints go to ``log``."""

    def __init__(
        self, settings: Settings, *, log: Path | None = None, main: Callable[[Settings], object] = run
    ) -> None:
        self._process: BaseProcess = _processes.Process(target=_work, args=(settings, log, main), daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._process.close()

    @property
    def pid(self) -> int:
        assert self._process.pid
        return self._process.pid

    def kill(self) -> None:
        """End it as ``kill -9`` does, and wait until it is gone."""
        self._process.kill()
        self._process.join()

    def stop(self, patience: float = 20.0) -> int | None:
        """Ask it to end (SIGTERM); give its exit code, None where it went on."""
        self._process.terminate()
        self._process.join(patience)
        return self._process.exitcode


def _work(settings: Settings, log: Path | None, main: Callable[[Settings], object]) -> None:
    if log:
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
    set_up_logging(settings.log_level)
    main(settings)


def every_logger_at_debug(settings: Settings) -> None:
    """A ``main`` that runs the bot with every logger talking."""
    logging.getLogger().setLevel(logging.DEBUG)
    loggers: dict[str, Any] = logging.root.manager.loggerDict
    for name in list(loggers):
        logging.getLogger(name).setLevel(logging.DEBUG)
    run(settings)
