"""What is missing for the bot to run, in words that say what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.app import slack_client
from bot.config import WHERE, Settings
from bot.manifest import SCOPES
from bot.templates import read_own_words
from bot.wording import MESSAGES
from persona_store.catalogue import load_snapshot
from persona_store.database import current_migration, newest_migration, open_store
from persona_store.errors import EmbeddingError, StoreError
from persona_store.language.embedding import HOW_TO_INSTALL, find_embedder
from persona_store.models import Persona
from persona_store.packs.trivia import check_trivia
from persona_store.posts.delivery_log import count_deliveries, count_late
from persona_store.posts.heartbeats import ALIVE, list_heartbeats
from persona_store.trivia.loading import known_statements

MOST_CLOCK_SECONDS = 60
REFUSALS_SHOWN = 20


@dataclass(frozen=True)
class Finding:
    """``advice``: what to do where it is not well."""

    what: str
    is_well: bool
    advice: str = ""

    def __str__(self) -> str:
        return f"✓ {self.what}" if self.is_well else f"✗ {self.what}\n    {self.advice}"


def examine(settings: Settings, now: datetime) -> Iterator[Finding]:
    yield from _examine_database(settings, now)
    yield _examine_model(settings)
    yield from _examine_words(settings)
    yield from _examine_slack(settings, now)
    yield from _examine_ways_in(settings)


def _examine_database(settings: Settings, now: datetime) -> Iterator[Finding]:
    try:
        store = open_store(settings.database_url, migrate=False)
        with store.engine.connect() as connection:
            migration = current_migration(connection)
            if store.engine.dialect.name == "sqlite":
                sound = connection.scalar(text("PRAGMA quick_check")) == "ok"
                yield Finding("The database file is sound", sound, "Restore the last backup.")
    except (StoreError, SQLAlchemyError) as error:
        reason = str(error) if isinstance(error, StoreError) else type(error).__name__
        yield Finding(f"The database answers ({reason})", False, "Check DATABASE_URL, and that it runs.")
        return
    yield Finding("The database answers", True)
    is_current = migration == newest_migration()
    yield Finding("Its tables are up to date", is_current, "Run `persona migrate` (every start does it too).")
    if is_current:
        with store.read() as session:
            count = session.scalar(select(func.count(Persona.id))) or 0
            yield Finding(f"It holds {count} personas", count > 0, "Run `persona import PACK`.")
            yield from _examine_trivia(session, settings)
            yield from _examine_deliveries(session, now)
            yield from _examine_processes(session, now)
    store.close()


def _examine_trivia(session: Session, settings: Settings) -> Iterator[Finding]:
    if not settings.trivia:
        return
    folder = Path(settings.trivia)
    if not folder.is_dir():
        advice = "The bot does not start: set PERSONA_TRIVIA to a folder of scenarios, or leave it out."
        yield Finding(f"PERSONA_TRIVIA is a folder ({folder})", False, advice)
        return
    count, problems = check_trivia(folder, known_statements(load_snapshot(session)))
    look = f"`persona check {folder}` says what is wrong with them."
    told = (
        f"{count} trivia scenarios of your own are asked (PERSONA_TRIVIA), {len(problems) or 'none'} left out"
    )
    yield Finding(told, not problems, look)


def _examine_processes(session: Session, now: datetime) -> Iterator[Finding]:
    """Tell which processes run; one that ended as it should leaves nothing behind."""
    for beat in list_heartbeats(session):
        what = f"`persona {beat.way}` runs since {beat.started_at:%Y-%m-%d %H:%M} UTC"
        if now - beat.beat_at > ALIVE:
            advice = "It hangs, or was killed. If nothing restarts it by itself, start it again."
            yield Finding(f"{what}, and was last heard at {beat.beat_at:%Y-%m-%d %H:%M} UTC", False, advice)
        elif beat.heard_at is None or now - beat.heard_at > ALIVE:
            yield Finding(f"{what}, but does not hear Slack", False, "Check the network; then restart it.")
        else:
            yield Finding(what, True)


def _examine_deliveries(session: Session, now: datetime) -> Iterator[Finding]:
    lost = count_deliveries(session, ("missed", "failed"), since=now - timedelta(days=7))
    late = count_late(session, now)
    look = "`persona deliveries --state missed --state failed` says which, and why."
    yield Finding(f"{lost or 'No'} posts were missed or failed in the last seven days", not lost, look)
    advice = "`persona deliveries` says which. Is the bot running, and does Slack answer?"
    yield Finding(f"{late or 'No'} posts are late by more than ten minutes", not late, advice)


def _examine_model(settings: Settings) -> Finding:
    try:
        embedder = find_embedder(settings.embeddings)
        if embedder is not None:
            embedder.embed(["persona"])
            return Finding(f"Answers are ranked by meaning ({embedder.name})", True)
    except EmbeddingError as error:
        return Finding("The model for ranking by meaning answers", False, str(error))
    is_wanted = settings.embeddings.get("PERSONA_EMBEDDINGS", "").lower() != "off"
    return Finding("Answers are ranked by words alone", not is_wanted, f"For better ones: {HOW_TO_INSTALL}")


def _examine_words(settings: Settings) -> Iterator[Finding]:
    if not settings.templates:
        return
    own = read_own_words(Path(settings.templates), MESSAGES)
    yield Finding(f"{own.count} texts of your own are used (PERSONA_TEMPLATES)", True)
    for refusal in own.refusals[:REFUSALS_SHOWN]:
        yield Finding(str(refusal), False, "The built-in words are used instead. See the README, Own words.")
    if len(own.refusals) > REFUSALS_SHOWN:
        yield Finding(f"{len(own.refusals) - REFUSALS_SHOWN} more of your texts are not used", False)


def _examine_slack(settings: Settings, now: datetime) -> Iterator[Finding]:
    if not settings.slack_bot_token:
        yield Finding("SLACK_BOT_TOKEN is set", False, f"Set it: {WHERE['SLACK_BOT_TOKEN']}.")
        return
    client = slack_client(settings.slack_bot_token, settings.slack_api_url)
    try:
        said = client.auth_test()
    except SlackApiError as error:
        advice = f"Set it again: {WHERE['SLACK_BOT_TOKEN']}."
        yield Finding(f"Slack accepts SLACK_BOT_TOKEN ({error.response['error']})", False, advice)
        return
    except OSError as error:
        advice = "Check the network, a proxy, and SLACK_API_URL."
        yield Finding(f"Slack answers at {settings.slack_api_url} ({type(error).__name__})", False, advice)
        return
    yield Finding(f"Slack accepts SLACK_BOT_TOKEN (workspace {said['team']}, bot {said['user']})", True)
    yield _examine_scopes(said)
    yield _examine_clock(said, now)
    yield from _examine_groups(client, settings)
    if settings.slack_app_token:
        yield _examine_app_token(client, settings)


def _examine_groups(client: WebClient, settings: Settings) -> Iterator[Finding]:
    for role, group in settings.groups.items():
        try:
            people = len(client.usergroups_users_list(usergroup=group)["users"])
            yield Finding(f"The user group {group} gives {people} people the role {role}", True)
        except SlackApiError as error:
            what = f"The user group {group}, which gives the role {role}, can be read"
            advice = "Check its id (in Slack: the group's page, three dots, Copy group ID) and the scopes."
            yield Finding(f"{what} ({error.response['error']})", False, advice)


def _examine_scopes(said: SlackResponse) -> Finding:
    granted = {scope.strip() for scope in str(_header(said, "x-oauth-scopes") or "").split(",")}
    missing = sorted(set(SCOPES) - granted)
    advice = "Update the app's manifest (`persona manifest`) and install it to the workspace again."
    return Finding(
        f"The bot has its scopes{': missing ' + ', '.join(missing) if missing else ''}", not missing, advice
    )


def _examine_clock(said: SlackResponse, now: datetime) -> Finding:
    date = _header(said, "date")
    seconds = abs((parsedate_to_datetime(date) - now).total_seconds()) if date else 0.0
    advice = "Set this machine's clock (NTP): signatures and delivery times depend on it."
    return Finding(f"The clock agrees with Slack's ({seconds:.0f} s)", seconds <= MOST_CLOCK_SECONDS, advice)


def _examine_app_token(client: WebClient, settings: Settings) -> Finding:
    try:
        client.apps_connections_open(app_token=settings.slack_app_token)
    except SlackApiError as error:
        code = error.response["error"]
        return Finding(
            f"Slack accepts SLACK_APP_TOKEN ({code})", False, f"Set it again: {WHERE['SLACK_APP_TOKEN']}."
        )
    return Finding("Slack accepts SLACK_APP_TOKEN (Socket Mode works)", True)


def _examine_ways_in(settings: Settings) -> Iterator[Finding]:
    if not settings.slack_app_token and not settings.slack_signing_secret:
        advice = (
            f"For `persona run`, set SLACK_APP_TOKEN: {WHERE['SLACK_APP_TOKEN']}. "
            f"For `persona serve`, set SLACK_SIGNING_SECRET: {WHERE['SLACK_SIGNING_SECRET']}."
        )
        yield Finding("There is a way for Slack to reach the bot", False, advice)
    elif not settings.slack_app_token:
        yield Finding("SLACK_SIGNING_SECRET is set: `persona serve` can run", True)


def _header(said: SlackResponse, name: str) -> str | None:
    value = next((value for key, value in said.headers.items() if key.lower() == name), None)
    return value[0] if isinstance(value, list) else value
