"""The bot with a clock that runs: a person who hears of two things gets the second a second later."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.app import Bot
from bot.run import connected_bot
from bot.sandbox import SandboxServer
from bot.sandbox.start import sandbox_settings
from tests.bot.conftest import NOON


@pytest.fixture
def bot(sandbox: SandboxServer, database_url: str) -> Iterator[Bot]:
    start = time.monotonic()
    settings = sandbox_settings(sandbox.url, database_url)
    with connected_bot(settings, lambda: NOON + timedelta(seconds=time.monotonic() - start)) as bot:
        sandbox.wait_connected()
        yield bot
