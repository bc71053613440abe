"""What Slack saw: every Web API call, accepted or refused, and every delivery to the bot."""

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Call:
    """``error`` is None when it was accepted; ``arguments`` hold what people wrote: never log them."""

    at: float
    method: str
    arguments: dict[str, Any] = field(repr=False)
    error: str | None = None
    messages: tuple[str, ...] = ()
    needed: str | None = None
    ts: str | None = None

    @property
    def reason(self) -> str:
        return ": ".join(
            [f"{self.method} {self.error}", *([self.needed] if self.needed else []), *self.messages]
        )

    def public(self) -> dict[str, Any]:
        """Give what the page may show: no words that anybody wrote."""
        said = {"at": self.at, "method": self.method, "ok": self.error is None}
        places = {key: self.arguments[key] for key in ("channel", "user", "ts") if key in self.arguments}
        refused = (
            {"error": self.error, "needed": self.needed, "messages": list(self.messages)}
            if self.error
            else {}
        )
        return said | places | refused


@dataclass(frozen=True, slots=True)
class Post:
    """One message that Slack accepted: the witness of what was posted."""

    channel: str
    ts: str
    text: str = field(repr=False)
    thread_ts: str | None = None
    metadata: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class EarlyCall:
    """A call that came before its Retry-After was over; ``limited_at`` is when the bot was told to wait.

    ``limited_channel``: the one channel that was to be left alone; None where it was the whole method.
    """

    at: float
    method: str
    channel: str
    limited_at: float
    until: float
    limited_channel: str | None = None


class Limits:
    """Remembers every 429, and who does not wait. Moments are those of the sandbox's clock."""

    def __init__(self) -> None:
        self.early: list[EarlyCall] = []
        self._limits: dict[tuple[str, str | None], tuple[float, float]] = {}

    def give(self, method: str, channel: str | None, now: float, wait_s: float) -> None:
        """Note a 429, for the whole method where ``channel`` is None."""
        self._limits[method, channel] = now, now + wait_s

    def witness(self, method: str, channel: str, now: float) -> None:
        """Note a call that comes while a 429 holds."""
        for limited in (None, channel):
            since, until = self._limits.get((method, limited), (0.0, 0.0))
            if now < until:
                self.early.append(EarlyCall(now, method, channel, since, until, limited))
                return


@dataclass(slots=True)
class Delivery:
    """One event on its way to the bot."""

    id: str
    type: str
    copies: int = 1
    sent: int = 0
    acked: bool = False
    given_up: bool = False

    @property
    def is_open(self) -> bool:
        """Tell whether any copy is still on its way."""
        return self.copies > 0


class CallLog:
    """``calls``, ``refused`` and ``deliveries`` are the latest; the others are complete.

    ``counts`` is by method, ``outcomes`` by method and error ("ok" for none).
    """

    def __init__(self) -> None:
        self.calls: deque[Call] = deque(maxlen=KEPT)
        self.refused: deque[Call] = deque(maxlen=KEPT)
        self.deliveries: deque[Delivery] = deque(maxlen=KEPT)
        self.posts: list[Post] = []
        self.counts: Counter[str] = Counter()
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.limits = Limits()

    def record(self, call: Call) -> None:
        self.calls.append(call)
        self.counts[call.method] += 1
        self.outcomes[call.method, call.error or "ok"] += 1
        if call.error:
            self.refused.append(call)
