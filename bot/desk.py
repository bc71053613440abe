"""What every listener works with."""

from dataclasses import dataclass
from datetime import datetime

from bot.wording import Words
from persona_store.answering import Answering
from persona_store.database import Store


@dataclass(frozen=True)
class Desk:
    """Laid out anew for each request: ``now`` is its moment."""

    store: Store
    answering: Answering
    words: Words
    bot_user_id: str
    now: datetime
