"""What the sandbox's page may see and do behind the stage: in the bot, not in Slack."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class OutboxRow:
    """One post as the page lists it.

    ``channel_id`` is a channel, or a person; ``state`` is planned, sending, sent, failed, missed or skipped;
    ``again_at`` is when it is tried again, where it was tried before.
    """

    key: str
    due_at: datetime
    channel_id: str
    what: str
    state: str
    reason: str = ""
    sent_at: datetime | None = None
    again_at: datetime | None = None
    ts: str | None = None


@dataclass(frozen=True)
class Backstage:
    """The way to the bot; each is called on a thread of its own.

    ``next_due``: the next moment at which the bot has something to do by itself; ``tick``: do all that is due
    now; ``outbox_rows``: what is planned and what became of the rest, in any order.
    """

    next_due: Callable[[], datetime | None]
    tick: Callable[[], object]
    outbox_rows: Callable[[], Sequence[OutboxRow]]
