"""What people write never reaches a log, whatever goes wrong and whatever the loggers' levels (S8)."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bench.bot_process import BotProcess, every_logger_at_debug
from bot.app import Bot
from bot.logs import set_up_logging, where
from bot.run import connected_bot
from bot.sandbox import SandboxServer
from bot.sandbox.start import sandbox_settings
from persona_store.database import Store
from tests.bot.conftest import NOON
from tests.bot.front_door import FrontDoor, kind_of
from tests.bot.patience import Clock, eventually, requests, work_off
from tests.bot.slack_driver import Slack

TOKEN = "xoxb-1234567890-" + "canarytoken"
PHONE = "+44 7700 900123"
QUOTE = "my boss Gerald wept over the croissants"
CANARY = f"{QUOTE}, call {PHONE}, use {TOKEN}"
CANARIES = (TOKEN, PHONE, "Gerald", "xoxb-sandbox", "xapp-sandbox", "sandbox-signing-secret")
ASKED = f"what would Priya say when {CANARY}?"


class Everything(logging.Handler):
    """Keeps all that is logged, with tracebacks, as a file would."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    @property
    def found(self) -> list[str]:
        return [line for line in self.lines if any(canary in line for canary in CANARIES)]


def at_debug(kept: Everything) -> None:
    for name in ["", *logging.root.manager.loggerDict]:
        logger = logging.getLogger(name or None)
        logger.setLevel(logging.DEBUG)
        if not logger.propagate and kept not in logger.handlers:
            logger.addHandler(kept)


@pytest.fixture
def log() -> Iterator[Everything]:
    """All loggers at DEBUG, as an operator may set them."""
    kept, before = (
        Everything(),
        {name: logging.getLogger(name).level for name in logging.root.manager.loggerDict},
    )
    root = logging.root.level
    set_up_logging("DEBUG")
    logging.root.addHandler(kept)
    at_debug(kept)
    yield kept
    logging.root.removeHandler(kept)
    logging.root.setLevel(root)
    for name in logging.root.manager.loggerDict:
        logging.getLogger(name).setLevel(before.get(name, logging.NOTSET))


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@pytest.fixture
def bot(sandbox: SandboxServer, database_url: str, clock: Clock, log: Everything) -> Iterator[Bot]:
    with connected_bot(sandbox_settings(sandbox.url, database_url), clock) as bot:
        sandbox.wait_connected()
        at_debug(log)
        yield bot


@pytest.fixture
def slack(sandbox: SandboxServer, bot: Bot) -> Slack:  # noqa: ARG001
    return Slack(sandbox)


def every_input(door: FrontDoor) -> list[dict[str, object]]:
    """The canary through every way in."""
    return [
        door.mention("U0ALICE", ASKED),
        door.event(door.message("U0ALICE", ASKED, "D0ALICE")),
        *(
            door.command("U0ALICE", f"{word}{CANARY}")
            for word in ("", "card ", "journey ", "lens ", "list ", "help ", "compare Priya and ", "crad ")
        ),
        door.command("U0ALICE", ASKED),
        door.command("U0ALICE", f"compare Priya and Marco on {CANARY}"),
        *(
            door.click("U0ALICE", action, CANARY)
            for action in (
                "answers.rate", "answers.share", "answers.show_sources", "answers.ask_council",
                "answers.choose_persona", "personas.show_card", "personas.show_journey", CANARY,
            )
        ),
        door.form("U0ALICE", "answers.ask", "question", ASKED),
        door.form("U0ALICE", "answers.missing", "missing", CANARY, metadata="1"),
        door.form("U0ALICE", "answers.missing", "missing", CANARY, metadata=CANARY),
        door.command("U0ALICE", f"insight {CANARY}"),
        door.form("U0ALICE", "insights.submit", "text", CANARY, metadata="{}"),
        door.form("U0ALICE", "insights.file", "text", CANARY, metadata="{}"),
        door.form("U0ALICE", "insights.submit", "text", CANARY, metadata=CANARY),
        door.click("U0ALICE", "insights.flag", CANARY),
        door.click("U0ALICE", "insights.follow", CANARY),
        *(door.command("U0CAROL", f"{word} {CANARY}") for word in ("draft", "draft new", "history", "evidence")),
        door.form("U0CAROL", "backlog.decline", "reason", CANARY, metadata="1 seen -"),
        door.form("U0CAROL", "revisions.statement", "text", CANARY, metadata=CANARY),
        door.form("U0CAROL", "revisions.new", "name", CANARY),
        door.form("U0CAROL", "roles.give", "department", CANARY),
        door.form("U0ALICE", CANARY, CANARY, CANARY),
        door.shortcut("U0ALICE", CANARY),
        door.mention("U0EVE", ASKED, "C0ACMEPARTNERS"),
        door.command("U0GINA", ASKED, "C0WELCOME"),
        {"type": CANARY, "event": {"text": CANARY}},
        {"command": CANARY, "text": CANARY},
    ]  # fmt: skip


FAULTS: dict[str, Callable[[SandboxServer, Store], None]] = {
    "nothing": lambda _sandbox, _store: None,
    "rate limit": lambda sandbox, _: sandbox.set_faults(rate_limit={"share": 0.5}),
    "outage": lambda sandbox, _: sandbox.set_faults(outage=True),
    "hang-up": lambda sandbox, _: sandbox.set_faults(outage="close"),
    "lost answers": lambda sandbox, _: sandbox.set_faults(lose_answer={"share": 1.0}),
    "not in the channel": lambda sandbox, _: sandbox.change_channel("C0PRODUCT", has_bot=False),
    "a table gone": lambda _, store: run(store, "ALTER TABLE question RENAME TO gone"),
    "the inbox gone": lambda _, store: run(store, "ALTER TABLE inbox_request RENAME TO gone"),
    "a broken row": lambda _, store: run(store, "UPDATE persona SET priority = 'none', demographics = '{'"),
}


def run(store: Store, statement: str) -> None:
    with store.begin() as session:
        session.execute(text(statement))


@pytest.mark.parametrize("fault", FAULTS)
def test_no_word_that_a_person_wrote_is_logged(
    log: Everything, slack: Slack, bot: Bot, store: Store, clock: Clock, fault: str
) -> None:
    door = FrontDoor(bot, slack.server)
    bodies = every_input(door)
    FAULTS[fault](slack.server, store)
    for body in bodies:
        door.send(kind_of(body), body)
    if fault != "the inbox gone":
        eventually(lambda: len(requests(store)) > 10)
    slack.server.set_faults(outage=False, rate_limit={}, lose_answer={})
    if fault not in ("the inbox gone", "a table gone"):
        slack.say("alice", f"@Persona {ASKED}")
        work_off(bot.inbox, store, clock)

    assert log.found == []
    assert log.lines


def test_nothing_that_comes_over_the_websocket_is_logged(
    sandbox: SandboxServer, database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "bot.log"
    slack = Slack(sandbox)
    with BotProcess(sandbox_settings(sandbox.url, database_url), log=file, main=every_logger_at_debug) as bot:
        sandbox.wait_connected()
        slack.mention("alice", ASKED)
        slack.command("alice", f"/persona {ASKED}")
        sandbox.set_faults(lose_answer={"times": 1})
        slack.mention("alice", ASKED)
        bot.stop()
    logged = file.read_text()

    assert [canary for canary in CANARIES if canary in logged] == []
    assert "connected team=T0SANDBOX" in logged


def test_an_error_is_logged_by_type_and_place_without_its_text() -> None:
    try:
        int(CANARY)
    except ValueError as error:
        logged = where(error)

    assert logged.startswith("ValueError at test_logs.py:")
    assert QUOTE not in logged
