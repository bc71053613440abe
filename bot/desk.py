"""What every listener works with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.blocks import Message
from bot.wording import Words
from persona_store.answering import Answering
from persona_store.database import Store
from persona_store.models import Delivery


@dataclass(frozen=True)
class Composed:
    """A post that is ready. ``content``: what it tells, as JSON, kept for choosing the next ones."""

    message: Message
    content: dict[str, Any]


@dataclass(frozen=True)
class Desk:
    """Laid out anew for each request: ``now`` is its moment."""

    store: Store
    answering: Answering
    words: Words
    bot_user_id: str
    now: datetime
    composers: Mapping[str, "Composer"] = field(default_factory=dict)


Composer = Callable[[Session, Delivery, Desk], Composed]
"""Makes the post of a delivery; changes nothing, so that it serves previews too.

Raises ``persona_store.errors.NothingToPostError``, with the reason, where there is nothing to tell.
"""
