"""``persona sandbox``: the bot and a Slack for it, on this machine alone."""

import os
from datetime import datetime
from pathlib import Path

from bot.config import EMBEDDINGS, Settings
from bot.logs import set_up_logging
from bot.manifest import build_manifest
from bot.run import connected_bot, stop_signal, utc_now
from bot.sandbox.server import SandboxServer
from persona_store.answering import Answering
from persona_store.database import Store, open_store
from persona_store.embedding import find_embedder
from persona_store.errors import PackError
from persona_store.people import set_role
from persona_store.personas import list_personas

EXAMPLE_COMPANY = Path(__file__).parents[2] / "content" / "personas"
ROLES = {"U0BOB": "ambassador", "U0CAROL": "council", "U0DAVE": "council"}


def start_sandbox(port: int, database: Path) -> None:
    """Run until Ctrl-C. The database stays; what was said in the workspace does not."""
    set_up_logging(os.environ.get("LOG_LEVEL", "WARNING"))
    database_url = f"sqlite:///{database.absolute()}"
    store = open_store(database_url)
    prepare_store(store, utc_now())
    Answering(store, find_embedder(_embeddings())).keep_up()
    store.close()
    stop = stop_signal()
    server = SandboxServer(build_manifest(), port=port)
    server.start()
    try:
        with connected_bot(sandbox_settings(server.url, database_url)):
            print(f"Persona is ready: {server.url}\nCtrl-C ends it.", flush=True)
            stop.wait()
    finally:
        server.stop()


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
        from persona_store.packs import check_pack, import_pack  # noqa: PLC0415 - only once: a quick start

        pack, problems = check_pack(EXAMPLE_COMPANY, today=now.date())
        if pack is None:
            raise PackError([str(problem) for problem in problems])
        import_pack(session, pack, now=now, published_by="example company")
