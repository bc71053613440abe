"""A bot that only posts what is planned: what the passage of time meets behind the stage."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from slack_sdk import WebClient

from bot.sandbox import SandboxServer
from bot.sandbox.backstage import Backstage, OutboxRow
from bot.sandbox.clock import SandboxClock


@dataclass
class Plan:
    key: str
    due_at: datetime
    every: timedelta = timedelta(days=1)
    channel: str = "C0MARKETING"


@dataclass
class PlannedBot:
    """``seen`` are the moments at which it was woken."""

    server: SandboxServer
    clock: SandboxClock
    plans: list[Plan]
    sent: list[OutboxRow] = field(default_factory=list)
    seen: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._client = WebClient("xoxb-sandbox", base_url=self.server.api_url, retry_handlers=[])
        self.server.backstage = Backstage(self.next_due, self.tick, self.rows)

    def next_due(self) -> datetime | None:
        return min((plan.due_at for plan in self.plans), default=None)

    def tick(self) -> None:
        self.seen.append(self.clock.now())
        for plan in self.plans:
            if plan.due_at <= self.clock.now():
                self._post(plan)

    def _post(self, plan: Plan) -> None:
        due, plan.due_at = plan.due_at, plan.due_at + plan.every
        said = self._client.chat_postMessage(channel=plan.channel, text=f"Spotlight of {due:%A}")
        row = OutboxRow(
            f"{plan.key} {due}", due, plan.channel, "Spotlight", "sent", ts=said["ts"], sent_at=due
        )
        self.sent.append(row)

    def rows(self) -> list[OutboxRow]:
        planned = [
            OutboxRow(f"{plan.key} {plan.due_at}", plan.due_at, plan.channel, "Spotlight", "planned")
            for plan in self.plans
        ]
        return [*planned, *self.sent]
