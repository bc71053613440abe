"""One question in the making: about whom, and from what."""

from collections.abc import Collection
from dataclasses import dataclass, field
from random import Random

from persona_store.catalogue import StatementEntry
from persona_store.trivia.distractors import WRONG
from persona_store.trivia.made import Option
from persona_store.trivia.material import Material


@dataclass(frozen=True)
class Turn:
    """What to ask about.

    ``avoid``: keys of statements that are not to be asked about; ``shown``: of those that are not to be seen.
    """

    material: Material
    chance: Random
    persona: str
    statement: str | None = None
    avoid: Collection[str] = field(default=())
    shown: Collection[str] = field(default=())

    @property
    def name(self) -> str:
        return self.material.personas[self.persona].name

    @property
    def who(self) -> str:
        """The name, with the role where it does not say it."""
        role = self.material.personas[self.persona].role
        return self.name if self.name.casefold() == role.casefold() else f"{self.name} ({role})"

    def statements(self) -> list[StatementEntry]:
        """What may be asked about, in an order of chance."""
        if self.statement is not None:
            return [one for one in self.material.askable[self.persona] if one.key == self.statement]
        own = [one for one in self.material.askable[self.persona] if one.key not in self.avoid]
        self.chance.shuffle(own)
        return own

    def prompt(self, name: str, **told: str) -> str:
        return self.material.words.prompts[name].format(**told)

    def why(self, name: str, **told: str) -> str:
        return self.material.words.whys[name].format(**{"persona": self.name, "who": self.who, **told})

    def why_of(self, name: str, statement: StatementEntry) -> str:
        """With the words of a customer where there are any."""
        verbatim = self.material.verbatims.get(statement.key)
        if verbatim is None:
            return self.why(name, statement=sentence(statement.text))
        return self.why(f"{name}_verbatim", statement=sentence(statement.text), verbatim=verbatim)

    def others(self, text: str) -> list[str] | None:
        """Slugs of wrong personas, always the same for the same text: the same question comes again."""
        known = self.material.said_of
        slugs = [slug for slug in self.material.personas if slug != self.persona and known[slug]]
        chance = Random(f"{self.persona} {text}")  # noqa: S311 - no secret
        found = chance.sample(slugs, min(WRONG, len(slugs)))
        return found or None

    def named(self, slug: str, statement: str | None = None) -> Option:
        return Option(self.material.personas[slug].name, slug, statement)


def sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…", "”", '"')) else f"{text}."
