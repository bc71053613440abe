"""What every listener works with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.blocks import Message
from bot.rights import Role
from bot.wording import Words
from persona_store.answering import Answering
from persona_store.database import Store
from persona_store.models import Delivery
from persona_store.trivia.loading import Materials
from persona_store.trivia.material import Material


@dataclass(frozen=True)
class Composed:
    """A post that is ready. ``content``: what it tells, as JSON, kept for choosing the next ones."""

    message: Message
    content: dict[str, Any]


def _show_nothing(_client: WebClient, _slack_user_id: str, _role: Role, _desk: "Desk") -> None:
    return None


def _external(_client: WebClient, _slack_user_id: str) -> Role:
    return Role.EXTERNAL


@dataclass(frozen=True)
class Desk:
    """Laid out anew for each request: ``now`` is its moment."""

    store: Store
    answering: Answering
    words: Words
    bot_user_id: str
    now: datetime
    composers: Mapping[str, "Composer"] = field(default_factory=dict)
    show_home: "ShowHome" = _show_nothing
    materials: Materials | None = None
    workspace_url: str = ""
    role_of: "RoleOf" = _external

    def material(self, session: Session) -> Material:
        """What trivia questions are made from."""
        if self.materials is None:
            raise LookupError("this desk was laid out without trivia")
        return self.materials.at(session)


Composer = Callable[[Session, Delivery, Desk], Composed]
"""Makes the post of a delivery; changes nothing, so that it serves previews too.

Raises ``persona_store.errors.NothingToPostError``, with the reason, where there is nothing to tell.
"""

ShowHome = Callable[[WebClient, str, Role, Desk], None]
"""Publishes somebody's Home anew, for features whose buttons are there too."""

RoleOf = Callable[[WebClient, str], Role]
"""Tells the role of anybody: Slack's word first."""
