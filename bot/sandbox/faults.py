"""What goes wrong on purpose: tests and the page switch it on."""

import random
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.errors import RefusedError

MINUTE = 60
PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}


@dataclass
class Faults:
    """Every fault at rest.

    ``rate_limit``: {times | share, retry_after, methods}; ``lose_answer``: {times | share, methods}: the call
    is accepted, then the connection drops; ``outage``: True answers 503, "close" drops every connection;
    ``deliver``: how often each event is delivered; ``pace``: Slack's own limits, on the sandbox's clock.
    """

    rate_limit: dict[str, Any] = field(default_factory=dict)
    lose_answer: dict[str, Any] = field(default_factory=dict)
    outage: bool | str = False
    deliver: int = 1
    slow_ms: int = 0
    no_retry: bool = False
    pace: bool = False
    _random: random.Random = field(default_factory=lambda: random.Random(20260101))  # noqa: S311
    _said: dict[str, float] = field(default_factory=dict)
    _minutes: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def set(self, wanted: dict[str, Any]) -> None:
        """Switch; what is not named stays. Raise RefusedError for a fault that does not exist."""
        known = {"rate_limit", "lose_answer", "outage", "deliver", "slow_ms", "no_retry", "pace"}
        wanted = dict(wanted)
        if "deliver_twice" in wanted:
            wanted["deliver"] = 2 if wanted.pop("deliver_twice") else 1
        unknown = sorted(wanted.keys() - known)
        if unknown:
            raise RefusedError(f"There is no fault named {', '.join(unknown)}.")
        for name, value in wanted.items():
            kept = dict(value or {}) if name in ("rate_limit", "lose_answer") else value
            setattr(self, name, kept)

    def switched_on(self) -> dict[str, Any]:
        """Give the faults that are not at rest, by name."""
        chances = {"rate_limit": self.rate_limit, "lose_answer": self.lose_answer}
        plain = {"outage": self.outage, "slow_ms": self.slow_ms, "pace": self.pace, "no_retry": self.no_retry}
        doubled = {"deliver": self.deliver} if self.deliver and self.deliver > 1 else {}
        likely = {name: fault for name, fault in chances.items() if fault.get("share") or fault.get("times")}
        return likely | {name: value for name, value in plain.items() if value} | doubled

    def retry_after(self, method: str) -> int | None:
        """Give the seconds of a 429 that this call is to get."""
        taken = _takes(self.rate_limit, method, self._random)
        return int(self.rate_limit.get("retry_after", 1)) if taken else None

    def loses_answer(self, method: str) -> bool:
        self.lose_answer.setdefault("methods", ["chat.postMessage"])
        return _takes(self.lose_answer, method, self._random)

    def too_fast(self, method: str, tier: int, channel: str, now: float) -> int | None:
        """Give the seconds to wait where Slack's pace is kept: 1 message a second a channel, the tiers."""
        if not self.pace:
            return None
        if method == "chat.postMessage" and channel:
            before, self._said[channel] = self._said.get(channel, 0.0), now
            if now - before < 1:
                self._said[channel] = before
                return 1
            return None
        recent = self._minutes[method]
        while recent and recent[0] <= now - MINUTE:
            recent.popleft()
        if len(recent) >= PER_MINUTE.get(tier, 10**9):
            return max(1, int(recent[0] + 60 - now + 0.999))
        recent.append(now)
        return None


def _takes(fault: dict[str, Any], method: str, chance: random.Random) -> bool:
    if method not in fault.get("methods", [method]):
        return False
    if fault.get("times", 0) > 0:
        fault["times"] -= 1
        return True
    return chance.random() < float(fault.get("share", 0.0))
