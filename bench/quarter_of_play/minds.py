"""What somebody knows: some of it from their work, the rest by being taught, and then fading."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import exp

from bench.quarter_of_play.cast import Player
from persona_store.models import TriviaQuestion

FIRST_DAYS, MOST_DAYS = 12.0, 400.0
"""How long the first lesson lasts; each further one lasts three times as long."""
STRONGER = 3.0
SLIP = 0.04


@dataclass
class Mind:
    player: Player
    taught: dict[str, tuple[float, datetime]] = field(default_factory=dict)

    def knows_by_itself(self, thing: str, persona: str) -> bool:
        draw = random.Random(f"{self.player.id} {thing}").random()
        return draw < self.player.knows.get(persona, 0.05)

    def likelihood(self, thing: str, persona: str, now: datetime) -> float:
        if self.knows_by_itself(thing, persona):
            return 1.0
        if thing not in self.taught:
            return 0.0
        lasts, at = self.taught[thing]
        return exp(-((now - at).total_seconds() / 86_400) / lasts)

    def choose(self, question: TriviaQuestion, now: datetime, chance: random.Random) -> int:
        """Answer as well as they know; else guess."""
        is_known = chance.random() < self.likelihood(thing_of(question), question.persona, now)
        if is_known and chance.random() >= SLIP:
            return question.right
        return chance.randrange(len(question.options))

    def learn(self, things: Sequence[str], now: datetime) -> None:
        for thing in things:
            lasts, _ = self.taught.get(thing, (FIRST_DAYS / STRONGER, now))
            self.taught[thing] = (min(MOST_DAYS, lasts * STRONGER), now)


def thing_of(question: TriviaQuestion) -> str:
    return question.statement or question.key
