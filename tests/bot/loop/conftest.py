"""A bot whose clock tests set; it starts on a Monday morning."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.app import Bot
from bot.run import connected_bot
from bot.sandbox import SandboxServer
from bot.sandbox.start import sandbox_settings
from tests.bot.patience import Clock

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock(MONDAY)


@pytest.fixture
def bot(sandbox: SandboxServer, database_url: str, clock: Clock) -> Iterator[Bot]:
    with connected_bot(sandbox_settings(sandbox.url, database_url), clock) as bot:
        sandbox.wait_connected()
        yield bot
