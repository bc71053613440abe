"""Logging without what people wrote: ids and static texts only."""

import logging
import traceback

QUIET = logging.getLogger("slack")
"""For Slack's libraries, which write message bodies and tokens at DEBUG and INFO."""


class _AtLeastWarning(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING


def set_up_logging(level: str) -> None:
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    hush()


def hush() -> None:
    """Keep other people's loggers from writing what we do not want written, whatever their level."""
    only_warnings = _AtLeastWarning("")
    for name in (
        "slack",
        "sqlalchemy.engine.Engine",
        "sqlalchemy.pool",
        "urllib3",
        "asyncio",
        "aiohttp.access",
    ):
        logger = logging.getLogger(name)
        if not any(isinstance(known, _AtLeastWarning) for known in logger.filters):
            logger.addFilter(only_warnings)


def where(error: BaseException) -> str:
    """Type and place of an error without its text, which may quote what a person wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    path = " < ".join(
        f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in reversed(frames[-4:])
    )
    return f"{type(error).__name__} at {path}"
