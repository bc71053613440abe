"""Hostile words in news, changes, reviews and the agenda (see ``bench.payloads``)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from bot.agenda_blocks import agenda_message
from bot.blocks import Block, Message
from bot.loop import messages as loop
from bot.review_blocks import Due, HomeReviews
from bot.reviews import messages as reviews
from bot.wording import Words
from persona_store.models import Objective, Persona, RefreshItem, Revision, Verdict
from persona_store.news import TOLD_FIELDS, Change
from persona_store.refresh.agenda import Agenda, Alike, Contradicted, GoingStale
from persona_store.refresh.announcing import Announced, StatementChanged
from persona_store.refresh.verdicts import News

if TYPE_CHECKING:
    from bench.payloads import Company

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ALICE = "U0ALICE"
VERDICTS = ("accepted", "declined", "published", "reopened")


def _announced(company: Company) -> Announced:
    persona = company.persona(1)
    revision = Revision(
        id=company.chance.choice((1, 10**9)),
        number=10**6,
        changelog=company.text(2_000),
        restored_from=company.chance.choice((None, 10**6)),
    )
    changed = [_changed(company, persona) for _ in range(company.count(40))]
    fields = tuple(company.chance.sample(TOLD_FIELDS, company.count(9)))
    return Announced(persona, revision, changed, fields, company.count(10**6))


def _changed(company: Company, persona: Persona) -> StatementChanged:
    now = company.chance.choice((None, company.statement(persona)))
    texts = company.text(1_000), company.text(1_000)
    return StatementChanged(company.chance.choice(list(Change)), "k" * 100, "need", *texts, now)


def _one(company: Company, announced: Announced) -> News:
    kind = company.chance.choice(("insight", "gap"))
    item = RefreshItem(id=10**9, kind=kind, text=company.text(2_000), reason=company.text(1_000))
    verdict = Verdict(id=1, verdict=company.chance.choice(VERDICTS), slack_user_id=ALICE)
    is_settled = company.chance.random() < 0.5
    numbers = tuple(10**9 + number for number in range(1 + company.count(20)))
    return News(
        verdict,
        item,
        numbers,
        company.text(2_000),
        announced.revision if is_settled else None,
        announced.persona if is_settled else None,
        company.count(10**6),
    )


def _news(words: Words, company: Company) -> Message:
    announced = _announced(company)
    news = [_one(company, announced) for _ in range(1 + company.count(40))]
    answers = {10**9: [company.statement(announced.persona) for _ in range(company.count(3))]}
    return loop.news_message(words, loop.grouped(news, {announced.revision.id: announced}, answers))


def _due(company: Company, most: int) -> list[Due]:
    return [
        Due(company.persona(number), company.count(99), company.count(99))
        for number in range(1 + company.count(most))
    ]


def at_home(company: Company) -> HomeReviews:
    return HomeReviews(_due(company, 2), company.count(10**6))


def _agenda(company: Company) -> Agenda:
    persona = company.persona(1)

    def some(most: int) -> range:
        return range(company.count(most))

    return Agenda(
        [company.persona(number) for number in some(20)],
        [GoingStale(company.statement(persona), date(2024, 1, 1), NOW.date()) for _ in some(30)],
        [Contradicted(company.statement(persona), 10**6, tuple(range(10**6, 10**6 + 40))) for _ in some(30)],
        [(RefreshItem(id=10**9, kind="gap", text=company.text(2_000)), 10**6) for _ in some(5)],
        [Alike(company.line(80), company.line(80), company.text(300)) for _ in some(20)],
        [Objective(kind="question", text=company.text(1_000)) for _ in some(30)],
    )


MESSAGES: dict[str, Callable[[Words, Company], Message]] = {
    "news of insights": _news,
    "a persona changed": lambda words, company: loop.changed_message(words, _announced(company)),
    "review": lambda words, company: reviews.review_message(words, _due(company, 40), ALICE),
    "verified": lambda words, company: reviews.verified_message(words, company.persona(1)),
    "agenda": lambda words, company: agenda_message(words, _agenda(company), NOW),
}
VIEWS: dict[str, Callable[[Words, Company], Block]] = {
    "agenda window": lambda words, company: reviews.agenda_view(words, _agenda(company), NOW),
}
