"""What Slack sent."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from persona_store.models.base import Base


class InboxRequest(Base):
    """A request of Slack's, stored before it is acknowledged. ``body`` is emptied once it is done."""

    __tablename__ = "inbox_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    body: Mapped[dict[str, Any] | None]
    received_at: Mapped[datetime]
    not_before: Mapped[datetime | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(index=True)
