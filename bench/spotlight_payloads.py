"""Spotlights and the answers to their questions, with hostile words in every field (S4, S5)."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.blocks import Message
from bot.spotlights import messages
from bot.wording import Words
from persona_store.catalogue import Scope
from persona_store.models import Persona, Statement, Story
from persona_store.news import TOLD_FIELDS, Change, News
from persona_store.personas import KINDS
from persona_store.spotlights.quiz import Quiz
from persona_store.spotlights.showing import PROMPTS, Spotlight
from persona_store.spotlights.turn import Reason, Turn, Why

if TYPE_CHECKING:
    from bench.payloads import Company

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def _statements(company: "Company", persona: Persona, count: int) -> list[Statement]:
    return [company.statement(persona) for _ in range(count)]


def _news(company: "Company", statements: list[Statement]) -> News:
    counts = [
        (change, kind, company.chance.choice((1, 10**6)))
        for change in Change
        for kind in company.chance.sample(KINDS, company.count(4))
    ]
    return News(
        10**6,
        1,
        {one.key: company.chance.choice(list(Change)) for one in statements},
        tuple(counts),
        {one.key: company.text(1000) for one in statements},
        tuple(company.chance.sample(TOLD_FIELDS, company.count(9))),
    )


def _story(company: "Company") -> Story:
    return Story(id=10**12, title=company.line(150), personas=["p"], happened=company.text(3000))


def _shown(company: "Company") -> Spotlight:
    persona = company.persona(1)
    statements = _statements(company, persona, 1 + company.count(2))
    has = company.chance.random
    lens = company.chance.choice(("marketing", "product", "sales", "support", "cx", "l" * 100))
    reasons = tuple(Reason(why, 10**6) for why in company.chance.sample(list(Why), 2))
    return Spotlight(
        persona,
        Turn(persona.slug, reasons),
        company.chance.choice((None, Scope(lens, company.line(80), ()))),
        statements,
        met_at=company.chance.choice((None, NOW)),
        prompt=company.chance.randrange(PROMPTS),
        news=_news(company, statements) if has() < 0.5 else None,
        story=_story(company) if has() < 0.5 else None,
        step=company.step(1),
        quiz=Quiz("p" * 80, ("k" * 100, "l", "m"), 1, tuple(company.text(1000) for _ in range(3))),
    )


def _spotlight(words: Words, company: "Company") -> Message:
    return messages.spotlight_message(words, _shown(company), NOW, company.chance.choice((None, 10**12)))


def _why(words: Words, company: "Company") -> Message:
    return Message(words("people/errors", "store_error", text=messages.why(words, _shown(company))))


def _answer(words: Words, company: "Company") -> Message:
    statements = _statements(company, company.persona(1), 3)
    chosen = company.chance.randrange(3)
    gone = [None, None, None]
    options = [*gone[:1], *statements[1:2], *gone[2:]] if company.chance.random() < 0.2 else statements
    return messages.answer_message(words, options, 1, chosen, NOW)


def _retired(words: Words, company: "Company") -> Message:
    return messages.retired_message(words, company.chance.choice((None, company.persona(1))))


MESSAGES: dict[str, Callable[[Words, "Company"], Message]] = {
    "spotlight": _spotlight,
    "why a spotlight": _why,
    "answer to a spotlight": _answer,
    "retired question": _retired,
}
