"""What programmes have to say to their deliveries, besides making the posts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from bot.desk import Desk
from persona_store.models import Delivery

OnSent = Callable[[Session, Delivery, Desk], None]
"""Called in the transaction that records a delivery as sent."""
OnSkipped = Callable[[Session, Delivery, Desk], None]
"""Called in the transaction that records that nothing was posted, as there was nothing to post."""
OutOfDate = Callable[[Session, Delivery, Desk], str | None]
"""Why a post must not be sent any more, although it was made, if so."""


@dataclass(frozen=True)
class Rules:
    """Each by programme."""

    on_sent: Mapping[str, OnSent] = field(default_factory=dict)
    on_skipped: Mapping[str, OnSkipped] = field(default_factory=dict)
    out_of_date: Mapping[str, OutOfDate] = field(default_factory=dict)
