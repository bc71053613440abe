"""The whole bot against the sandbox, over a real WebSocket, on a real SQLite file."""

import gc
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bench.clocks import SetClock
from bench.post_office import Office
from bot.app import Bot
from bot.manifest import build_manifest
from bot.run import connected_bot
from bot.sandbox import SandboxServer
from bot.sandbox.start import prepare_store, sandbox_settings
from persona_store.database import Store, open_store
from tests.bot.browser import open_browser
from tests.bot.slack_driver import Slack

os.environ.setdefault("PERSONA_EMBEDDINGS", "off")  # by words: quick, and the same on every machine
os.environ.setdefault("SSL_CERT_FILE", os.devnull)  # nothing is encrypted here: saves 0.1 s for each bot
SUNDAY = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def bots_forgotten() -> Iterator[None]:
    """A bot that starts takes all that is there for lasting (``bot.memory``); here many come and go."""
    yield
    gc.unfreeze()


@pytest.fixture(scope="session")
def example_company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the example company, to be copied."""
    file = tmp_path_factory.mktemp("example") / "example.db"
    store = open_store(f"sqlite:///{file}")
    prepare_store(store, NOON)
    store.close()
    return file


@pytest.fixture
def database_url(example_company: Path, tmp_path: Path) -> str:
    file = tmp_path / "bot.db"
    shutil.copyfile(example_company, file)
    return f"sqlite:///{file}"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """The bot's own database, seen from beside it."""
    store = open_store(database_url, migrate=False)
    yield store
    store.close()


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(build_manifest()) as server:
        yield server


@pytest.fixture
def bot(sandbox: SandboxServer, database_url: str) -> Iterator[Bot]:
    with connected_bot(sandbox_settings(sandbox.url, database_url), lambda: NOON) as bot:
        sandbox.wait_connected()
        yield bot


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture
def slack(sandbox: SandboxServer, bot: Bot) -> Iterator[Slack]:  # noqa: ARG001
    """People at work; whatever the bot sent that Slack would refuse fails the test."""
    slack = Slack(sandbox)
    yield slack
    assert slack.refusals == []


@pytest.fixture
def example_now() -> datetime:
    """The moment of the bot's fixed clock."""
    return NOON


@pytest.fixture
def office(sqlite_store: Store) -> Iterator[Office]:
    """An outbox of its own on a Sunday at nine, whose sandbox has the same clock."""
    clock = SetClock(SUNDAY)
    with SandboxServer(build_manifest(), clock=clock.seconds) as sandbox:
        office = Office(sqlite_store, sandbox, clock)
        yield office
        office.close()
