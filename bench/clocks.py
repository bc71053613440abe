"""Time for benches: set by hand, or running faster than the real one."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


class SetClock:
    """Stands still until it is told to go on."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass(frozen=True)
class FastClock:
    """Shows ``begin`` at the real moment ``real``, and runs ``speed`` times as fast in every process."""

    begin: float
    real: float
    speed: float

    @classmethod
    def starting(cls, begin: datetime, speed: float) -> "FastClock":
        return cls(begin.timestamp(), time.time(), speed)

    def __call__(self) -> float:
        return self.begin + (time.time() - self.real) * self.speed

    def now(self) -> datetime:
        return datetime.fromtimestamp(self(), UTC)
