from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.config import Settings
from bot.doctor import Finding, examine
from bot.manifest import build_manifest
from bot.sandbox import SandboxServer
from bot.sandbox.start import sandbox_settings


@pytest.fixture
def settings(sandbox: SandboxServer, database_url: str) -> Settings:
    return sandbox_settings(sandbox.url, database_url)


def findings(settings: Settings, now: datetime | None = None) -> list[Finding]:
    return list(examine(settings, now or datetime.now(UTC)))


def wrong(settings: Settings, now: datetime | None = None) -> str:
    return "\n".join(str(finding) for finding in findings(settings, now) if not finding.is_well)


def test_all_is_well_with_a_bot_that_can_run(settings: Settings) -> None:
    assert wrong(settings) == ""


def test_a_wrong_bot_token_is_named_with_where_to_find_it(settings: Settings) -> None:
    said = wrong(replace(settings, slack_bot_token="xoxb-wrong"))

    assert "SLACK_BOT_TOKEN (invalid_auth)" in said
    assert "OAuth & Permissions" in said


def test_a_wrong_app_token_is_named(settings: Settings) -> None:
    assert "SLACK_APP_TOKEN" in wrong(replace(settings, slack_app_token="xapp-wrong"))


def test_a_missing_scope_is_named_with_what_to_do(database_url: str) -> None:
    manifest = build_manifest()
    manifest["oauth_config"]["scopes"]["bot"] = [
        scope for scope in manifest["oauth_config"]["scopes"]["bot"] if scope != "users:read"
    ]
    with SandboxServer(manifest) as server:
        said = wrong(sandbox_settings(server.url, database_url))

    assert "users:read" in said
    assert "persona manifest" in said


def test_a_clock_that_is_off_is_told(settings: Settings) -> None:
    assert "clock" in wrong(settings, datetime.now(UTC) + timedelta(minutes=10))


def test_no_way_for_slack_to_reach_the_bot_is_told(settings: Settings) -> None:
    said = wrong(replace(settings, slack_app_token="", slack_signing_secret=""))

    assert "SLACK_APP_TOKEN" in said
    assert "SLACK_SIGNING_SECRET" in said


def test_an_empty_store_is_told_to_import(settings: Settings, sqlite_url: str) -> None:
    assert "persona import" in wrong(replace(settings, database_url=sqlite_url))


def test_a_database_without_tables_is_told_to_migrate(settings: Settings, tmp_path: object) -> None:
    assert "persona migrate" in wrong(replace(settings, database_url=f"sqlite:///{tmp_path}/new.db"))


def test_slack_out_of_reach_is_told(settings: Settings) -> None:
    assert "Check the network" in wrong(replace(settings, slack_api_url="http://127.0.0.1:1/api/"))


def test_a_user_group_that_gives_a_role_is_read(settings: Settings) -> None:
    named = replace(settings, council_group="S0COUNCIL", ambassadors_group="S0NOBODYS")

    assert "The user group S0COUNCIL gives 2 people the role council" in "\n".join(map(str, findings(named)))
    assert "The user group S0NOBODYS, which gives the role ambassador, can be read (no_such" in wrong(named)
