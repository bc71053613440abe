"""Hostile words in insights, wherever one is shown (see ``bench.payloads``)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from bot.blocks import Block, Message
from bot.insight_blocks import AT_HOME, OwnInsights
from bot.insights import forms, messages
from bot.wording import Words
from persona_store.models import RefreshItem, Voice
from persona_store.refresh.insights import LONGEST_INSIGHT, PLACES, STANCES, Said
from persona_store.refresh.masking import PLACEHOLDERS

if TYPE_CHECKING:
    from bench.payloads import Company

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
STATES = ("new", "in_review", "accepted", "declined", "snoozed", "published", "withdrawn")


def an_item(company: Company) -> RefreshItem:
    chance = company.chance
    return RefreshItem(
        id=chance.choice((1, 10**12)),
        kind=chance.choice(("insight", "gap")),
        text=company.text(LONGEST_INSIGHT),
        personas=["p", "gone"],
        state=chance.choice(STATES),
        reason=company.maybe(1_000),
        snoozed_until=chance.choice((None, date(2027, 1, 1))),
        revision_id=chance.choice((None, 1)),
    )


def a_voice(company: Company) -> Voice:
    link = "https://x.slack.com/archives/C0SUPPORT/p1795352876921415"  # made of ids that Slack gives
    return Voice(
        id=10**12,
        item_id=10**12,
        text=company.maybe(LONGEST_INSIGHT),
        permalink=company.chance.choice((None, link)),
        follows=company.chance.random() < 0.5,
    )


def own(company: Company, most: int = AT_HOME) -> OwnInsights:
    entries = [(a_voice(company), an_item(company)) for _ in range(company.count(most))]
    return OwnInsights(entries, {1: (10**6, company.line(80))})


def _form(words: Words, company: Company) -> Block:
    chance = company.chance
    names = {"p": company.line(80)} | {f"p{number}": company.line(80) for number in range(company.count(300))}
    statements = company.persona(1, 60).statements
    said = Said(
        company.text(LONGEST_INSIGHT),
        chance.choice(((), ("p",))),
        stance=chance.choice((None, *STANCES)),
        place=chance.choice((None, *PLACES)),
    )
    about = forms.About(
        chance.choice((None, "https://x.slack.com/archives/C1/p1")),
        tuple(PLACEHOLDERS),
        without_files=True,
        is_cut=True,
        flagged=tuple(one.key for one in statements[: company.count(5)]),
    )
    alike = [(an_item(company), 10**6) for _ in range(company.count(3))]
    offer = forms.Offer(names, {"s": company.line(80), "t" * 100: company.line(80)}, statements)
    return forms.insight_form(words, offer, said, about, alike=alike, problem=company.text(3_000))


def _receipt(words: Words, company: Company) -> Block:
    voice = a_voice(company)
    said = [
        messages.joined_text(words, voice, 10**6, is_again=False),
        *messages.masked_text(words, list(PLACEHOLDERS)),
    ]
    return messages.receipt_view(words, voice, said, at_home=True)


def _list(words: Words, company: Company) -> Message:
    others = [an_item(company) for _ in range(company.count(5))]
    return messages.list_message(words, own(company, 10), others, {"p": company.line(80)}, limit=10)


MESSAGES: dict[str, Callable[[Words, Company], Message]] = {"insights": _list}
VIEWS: dict[str, Callable[[Words, Company], Block]] = {"insight form": _form, "insight receipt": _receipt}
