"""``persona sandbox``: the bot and a Slack for it, on this machine alone."""

import os
from datetime import datetime
from pathlib import Path

from bot.app import Bot
from bot.config import EMBEDDINGS, Settings
from bot.logs import set_up_logging
from bot.manifest import build_manifest
from bot.run import Clock, connected_bot, stop_signal
from bot.sandbox.backstage import Backstage
from bot.sandbox.clock import SandboxClock
from bot.sandbox.outbox_rows import latest_moment, outbox_rows
from bot.sandbox.server import SandboxServer
from bot.sandbox.terminal import spare_the_terminal
from persona_store.answering import Answering
from persona_store.database import Store, open_store
from persona_store.errors import PackError
from persona_store.language.embedding import find_embedder
from persona_store.people import set_role
from persona_store.personas import list_personas

EXAMPLE_COMPANY = Path(__file__).parents[2] / "content" / "personas"
EXAMPLE_STORIES = EXAMPLE_COMPANY.parent / "stories"
A_MINUTE = 60
ROLES = {"U0BOB": "ambassador", "U0CAROL": "council", "U0DAVE": "council"}


def start_sandbox(port: int, database: Path) -> None:
    """Run until Ctrl-C. The database stays; what was said in the workspace does not."""
    set_up_logging(os.environ.get("LOG_LEVEL", "WARNING"))
    spare_the_terminal()
    database_url = f"sqlite:///{database.absolute()}"
    store = open_store(database_url)
    clock = SandboxClock(at_least=latest_moment(store))
    prepare_store(store, clock.now())
    Answering(store, find_embedder(_embeddings())).keep_up()
    store.close()
    stop = stop_signal()
    server = SandboxServer(build_manifest(), port=port, clock=clock)
    server.start()
    try:
        with connected_bot(sandbox_settings(server.url, database_url), clock.now) as bot:
            server.backstage = backstage_of(bot, clock.now)
            print(f"Persona is ready: {server.url}{_told_of(clock)}\nCtrl-C ends it.", flush=True)
            stop.wait()
            server.backstage = None
    finally:
        server.stop()


def backstage_of(bot: Bot, clock: Clock) -> Backstage:
    return Backstage(bot.outbox.next_due, bot.outbox.work, lambda: outbox_rows(bot.store, clock()))


def _told_of(clock: SandboxClock) -> str:
    if clock.ahead < A_MINUTE:
        return ""
    return f"\nIt goes on from {clock.now():%A %d %B %Y, %H:%M} UTC, where its clock was left."


def sandbox_settings(server_url: str, database_url: str) -> Settings:
    return Settings(
        slack_bot_token="xoxb-sandbox",  # noqa: S106 - the sandbox's own, worth nothing elsewhere
        slack_app_token="xapp-sandbox",  # noqa: S106
        slack_signing_secret="sandbox-signing-secret",  # noqa: S106
        slack_api_url=f"{server_url}/api/",
        database_url=database_url,
        log_level="WARNING",
        port=3000,
        embeddings=_embeddings(),
        templates=os.environ.get("PERSONA_TEMPLATES", ""),
        ambassadors_group=os.environ.get("PERSONA_AMBASSADORS_GROUP", ""),
        council_group=os.environ.get("PERSONA_COUNCIL_GROUP", ""),
        trivia=os.environ.get("PERSONA_TRIVIA", ""),
    )


def _embeddings() -> dict[str, str]:
    return {name: os.environ.get(name, "") for name in EMBEDDINGS}


def prepare_store(store: Store, now: datetime) -> None:
    """Give the seeded accounts their roles, and an empty store the example company."""
    with store.begin() as session:
        for slack_user_id, role in ROLES.items():
            set_role(session, slack_user_id, role)
        if list_personas(session):
            return
        # only once: a quick start
        from persona_store.packs import check_all, import_pack, import_stories, known_keys  # noqa: PLC0415

        company = check_all(EXAMPLE_COMPANY, today=now.date())
        if company.pack is None:
            raise PackError([str(problem) for problem in company.problems])
        import_pack(session, company.pack, now=now, published_by="example company")
        told = check_all(EXAMPLE_STORIES, today=now.date(), known=known_keys(session))
        import_stories(session, told.stories, now=now, approved_by="example company")
