"""The field's words for what the store knows, as messages show them."""

from datetime import date, datetime

from bot.wording import Words
from persona_store.evidence import METHODS
from persona_store.models import Evidence, Persona, Statement
from persona_store.personas import due_at, freshness, is_due, strength


class Terms:
    """Reads like the terms: ``terms.kind("pain_point")`` is "Pain points"."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def kind(self, kind: str) -> str:
        return self._words.plain("terms", "kind", kind=kind)

    def counted(self, kind: str, number: int) -> str:
        """Say "two needs"; of any kind: ``kind`` is "statement"."""
        return self._words.plain("terms", "counted", kind=kind, number=number)

    def priority(self, priority: str) -> str:
        return self._words.plain("terms", "priority", priority=priority)

    def symbol(self, statement: Statement) -> str:
        return self._words.plain("terms", "symbol", strength=strength(statement))

    def strength(self, statement: Statement) -> str:
        return self._words.plain("terms", "strength", strength=strength(statement))

    def freshness(self, statement: Statement, today: date) -> str:
        found = freshness(statement, today)
        return self._words.plain("terms", "freshness", freshness=found) if found else ""

    def research(self, statement: Statement, today: date) -> str:
        """Say "fresh, Sep 2026, 3 studies"; nothing where there is no evidence."""
        if not statement.evidence:
            return ""
        newest = max(evidence.held_on for evidence in statement.evidence)
        count = len(statement.evidence)
        studies = "1 study" if count == 1 else f"{count} studies"
        return f"{self.freshness(statement, today)}, {newest:%b %Y}, {studies}"

    def method(self, evidence: Evidence) -> str:
        return self._words.plain("terms", "method", method=evidence.method)

    def bucket(self, evidence: Evidence) -> str:
        return self._words.plain("terms", "bucket", bucket=METHODS[evidence.method])


def day(moment: date | datetime) -> str:
    return f"{moment.day} {moment:%b %Y}"


def initials(name: str) -> str:
    return "".join(word[0] for word in name.split()[:2]).upper()


def standing(persona: Persona, now: datetime) -> dict[str, object]:
    """Whether the persona is verified, as templates want it."""
    return {"is_due": is_due(persona, now), "day": day(due_at(persona))}
