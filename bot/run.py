"""One running process: over Socket Mode here, over HTTP in ``serve.py``."""

import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import SQLAlchemyError

from bot.app import Bot, Own, build_bot, slack_client
from bot.config import ConfigError, Settings
from bot.health import BEAT_SECONDS, GIVE_UP_SECONDS
from bot.logs import QUIET
from bot.memory import give_back, share_heaps
from bot.retention import Retention
from bot.schedule import start_ticking
from bot.wording import open_words
from persona_store.answering import Answering
from persona_store.database import open_store
from persona_store.language.embedding import find_embedder

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
PROMPTNESS = 0.0005
"""Seconds that a thread computes before another one has its turn. Python's own 5 ms let the thread that
Slack waits for queue behind every worker whenever it comes back from the database."""


def utc_now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def running_bot(settings: Settings, clock: Clock = utc_now, way: str = "serve") -> Iterator[Bot]:
    """Everything but the way in: store, app, and the ticks that do what is due."""
    share_heaps()
    sys.setswitchinterval(PROMPTNESS)
    store = open_store(settings.database_url)
    try:
        answering = Answering(store, find_embedder(settings.embeddings))
        answering.snapshot()  # made before the first question comes; what lacks vectors gets them meanwhile
        give_back()
        client = slack_client(settings.slack_bot_token, settings.slack_api_url)
        try:
            own = Own(Path(settings.trivia) if settings.trivia else None, settings.groups)
            bot = build_bot(client, store, answering, open_words(settings.templates), clock, way, own)
        except SlackApiError as error:
            raise ConfigError(
                f"Slack refuses SLACK_BOT_TOKEN ({error.response['error']}). Run `persona doctor`."
            ) from None
        except OSError as error:
            raise ConfigError(
                f"No answer from {settings.slack_api_url} ({type(error).__name__}): check the network."
            ) from None
        is_alone = store.engine.dialect.name == "sqlite"
        bot.inbox.take_up_left(leased_too=is_alone)
        bot.health.begin(is_alone=is_alone)
        retention = Retention(store, settings.keep_questions_days, clock)
        scheduler = start_ticking(
            (1, [bot.outbox.work]),
            (BEAT_SECONDS, [bot.health.beat]),
            (5, [bot.inbox.take_up_left]),
            (10, [bot.bulletin.keep_up]),
            (60, [bot.profiles.read]),
            (300, [bot.counting.keep_up]),
            (60, [retention.forget, answering.keep_up]),
        )
        try:
            yield bot
        finally:
            scheduler.shutdown(wait=False)
            bot.inbox.close()
            bot.outbox.close()
            with suppress(SQLAlchemyError):
                bot.health.close()
    finally:
        store.close()


@contextmanager
def connected_bot(settings: Settings, clock: Clock = utc_now) -> Iterator[Bot]:
    """A running bot that hears Slack over Socket Mode."""
    with running_bot(settings, clock, "run") as bot:
        handler = SocketModeHandler(bot.app, settings.slack_app_token, logger=QUIET, web_client=bot.client)
        try:
            handler.connect()
        except SlackApiError as error:
            raise ConfigError(
                f"Slack refuses SLACK_APP_TOKEN ({error.response['error']}). Run `persona doctor`."
            ) from None
        bot.health.listen_to(handler.client)
        try:
            yield bot
        finally:
            _hang_up(handler)


def _hang_up(handler: SocketModeHandler) -> None:
    """Close the connection; waking its threads first saves the four seconds that they would wait."""
    session = handler.client.current_session
    handler.client.closed = True
    handler.client.enqueue_message("")
    if session is not None and session.sock is not None:
        with suppress(OSError):
            session.sock.shutdown(socket.SHUT_RDWR)
    handler.close()


def run(settings: Settings) -> int:
    """Run over Socket Mode until the process is told to stop; 1 where Slack is heard no more.

    Whoever keeps the process running (systemd, a platform) then starts a new one.
    """
    settings.require("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
    stop = stop_signal()
    with connected_bot(settings) as bot:
        log.info("connected team=%s", bot.identity.team_id)
        while not stop.wait(BEAT_SECONDS):
            if bot.health.socket_silence() > GIVE_UP_SECONDS:
                log.error("Slack was not heard for %s s: ending", GIVE_UP_SECONDS)
                return 1
        log.info("stopping")
    return 0


def stop_signal() -> Event:
    """Give an event that is set when the process is asked to end (Ctrl-C, or SIGTERM)."""
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop
