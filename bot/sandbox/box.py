"""What every part of the sandbox works with."""

from dataclasses import dataclass

from bot.sandbox.app import App
from bot.sandbox.calls import Call, CallLog
from bot.sandbox.courier import Courier
from bot.sandbox.faults import Faults
from bot.sandbox.passage import Passage
from bot.sandbox.world import World


@dataclass
class Box:
    """``passage`` is None where the clock is not the sandbox's own."""

    app: App
    world: World
    log: CallLog
    faults: Faults
    courier: Courier
    url: str = ""
    passage: Passage | None = None

    def refuse(self, what: str, error: str, *messages: str) -> None:
        """Note something the bot did that Slack would not take, where no Web API answer can say so."""
        self.log.record(Call(self.world.clock(), what, {}, error, messages))
        self.world.changed(())
