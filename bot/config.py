"""Settings from the environment (or a file ``.env``)."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from dotenv import dotenv_values


class ConfigError(Exception):
    """Its text is shown to the operator: it names what is missing and where to find it."""


EMBEDDINGS = tuple(f"PERSONA_EMBEDDINGS{part}" for part in ("", "_URL", "_MODEL", "_KEY"))
KEEP_QUESTIONS_DAYS = 365
MOST_DAYS = 3650
USER_GROUP = re.compile(r"S[A-Z0-9]{2,}")
WHERE = {
    "SLACK_BOT_TOKEN": "xoxb-..., from your app's page: OAuth & Permissions",
    "SLACK_APP_TOKEN": "xapp-..., from your app's page: Basic Information, App-Level Tokens, "
    "with the scope connections:write",
    "SLACK_SIGNING_SECRET": "from your app's page: Basic Information, App Credentials",
}


@dataclass(frozen=True, repr=False)
class Settings:
    """Never printed: it holds tokens."""

    slack_bot_token: str
    slack_app_token: str
    slack_signing_secret: str
    slack_api_url: str
    database_url: str
    log_level: str
    port: int
    embeddings: Mapping[str, str] = field(default_factory=dict)
    keep_questions_days: int = KEEP_QUESTIONS_DAYS
    templates: str = ""
    trivia: str = ""
    ambassadors_group: str = ""
    council_group: str = ""

    @property
    def groups(self) -> dict[str, str]:
        """The Slack user groups that give a role, by role."""
        named = {"ambassador": self.ambassadors_group, "council": self.council_group}
        return {role: group for role, group in named.items() if group}

    def require(self, *names: str) -> None:
        """Raise ConfigError naming every one of ``names`` that is not set."""
        missing = [name for name in names if not getattr(self, name.lower())]
        if missing:
            lines = "\n".join(f"  {name}  ({WHERE[name]})" for name in missing)
            raise ConfigError(
                f"Set in the environment or in .env:\n{lines}\n`persona doctor` checks all of them."
            )


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read from ``environment`` (default: the process's, over those of ``.env``)."""
    values = environment if environment is not None else {**dotenv_values(".env"), **os.environ}

    def value(name: str, default: str = "") -> str:
        return (values.get(name) or default).strip()

    return Settings(
        slack_bot_token=value("SLACK_BOT_TOKEN"),
        slack_app_token=value("SLACK_APP_TOKEN"),
        slack_signing_secret=value("SLACK_SIGNING_SECRET"),
        slack_api_url=value("SLACK_API_URL", "https://slack.com/api/").rstrip("/") + "/",
        database_url=value("DATABASE_URL", "sqlite:///persona.db"),
        log_level=_log_level(value("LOG_LEVEL", "INFO")),
        port=_port(value("PORT", "3000")),
        embeddings={name: value(name) for name in EMBEDDINGS},
        keep_questions_days=_days("PERSONA_KEEP_QUESTIONS_DAYS", value("PERSONA_KEEP_QUESTIONS_DAYS")),
        templates=value("PERSONA_TEMPLATES"),
        ambassadors_group=_group("PERSONA_AMBASSADORS_GROUP", value("PERSONA_AMBASSADORS_GROUP")),
        council_group=_group("PERSONA_COUNCIL_GROUP", value("PERSONA_COUNCIL_GROUP")),
        trivia=value("PERSONA_TRIVIA"),
    )


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 2**16:
        raise ConfigError(f"PORT is {text!r}; expected a number from 1 to 65535.")
    return int(text)


def _days(name: str, text: str) -> int:
    """None means the default; 0, which could mean at once or never, is refused."""
    if not text:
        return KEEP_QUESTIONS_DAYS
    if not (text.isascii() and text.isdecimal()) or not 0 < int(text[:9]) <= MOST_DAYS:
        raise ConfigError(f"{name} is {text!r}; expected a number of days from 1 to {MOST_DAYS}.")
    return int(text)


def _group(name: str, text: str) -> str:
    if text and not USER_GROUP.fullmatch(text):
        raise ConfigError(
            f"{name} is {text!r}; expected the id of a Slack user group, such as S0614TZR7 "
            "(in Slack: the group's page, three dots, Copy group ID)."
        )
    return text


def _log_level(text: str) -> str:
    levels = ("DEBUG", "INFO", "WARNING", "ERROR")
    if text.upper() not in levels:
        raise ConfigError(f"LOG_LEVEL is {text!r}; expected one of {', '.join(levels)}.")
    return text.upper()
