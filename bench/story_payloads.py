"""Hostile words in stories, wherever one is shown (see ``bench.payloads``)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from bot.blocks import Block, Message
from bot.stories import forms, messages
from bot.story_blocks import HomeStories, Names
from bot.wording import Words
from persona_store.models import Story
from persona_store.packs.story_format import QUOTE_LENGTH, SECTION_LENGTH, TITLE_LENGTH

if TYPE_CHECKING:
    from bench.payloads import Company

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ALICE = "U0ALICE"
STATES = ("draft", "submitted", "approved", "published", "withdrawn")


def a_story(company: Company, state: str | None = None) -> Story:
    """Any story, as long as the form and the file let it be."""
    chance = company.chance
    moment = chance.choice((None, NOW))
    slugs = ["p", "p" * 80, "q", "gone", "r"]
    return Story(
        id=chance.choice((1, 10**12)),
        slug="s",
        title=company.line(TITLE_LENGTH),
        personas=slugs[: 1 + company.count(4)],
        stage=chance.choice((None, "s", "gone")),
        happened_on=chance.choice((None, date(2026, 5, 31))),
        happened=company.text(SECTION_LENGTH),
        needed=company.maybe(SECTION_LENGTH),
        did=company.maybe(SECTION_LENGTH),
        outcome=company.maybe(SECTION_LENGTH),
        quote=company.maybe(QUOTE_LENGTH),
        consent=chance.random() < 0.5,
        anonymised=chance.random() < 0.5,
        author=chance.choice((ALICE, company.line(150), "")),
        credited=chance.random() < 0.5,
        state=state or chance.choice(STATES),
        submitted_at=moment,
        approved_at=moment,
        approved_by=chance.choice((None, ALICE, "command line")),
        published_at=moment,
        note=company.maybe(SECTION_LENGTH),
    )


def stories(company: Company, most: int) -> list[Story]:
    return [a_story(company) for _ in range(company.count(most))]


def names(company: Company) -> Names:
    personas = {slug: company.line(80) for slug in ("p", "p" * 80, "q", "r")}
    more = {f"p{number}": company.line(80) for number in range(company.count(300))}
    return Names(personas | more, {"s": company.line(80), "t" * 100: company.line(80)}, {"p": "she"})


def at_home(company: Company) -> HomeStories:
    return HomeStories(stories(company, 12), stories(company, 12), names(company), may_write=True)


def _post(words: Words, company: Company) -> Message:
    people = [company.persona(number) for number in range(1, 1 + company.chance.choice((1, 2, 5)))]
    return messages.post_message(words, a_story(company), people, names(company))


def _list(words: Words, company: Company) -> Message:
    own, about = stories(company, 12), company.chance.choice(("", company.line(80)))
    may_write = company.chance.random() < 0.5
    return messages.list_message(words, stories(company, 30), own, names(company), about, may_write=may_write)


def _story_window(words: Words, company: Company) -> Block:
    return messages.story_view(words, a_story(company), names(company), ALICE, is_council=True)


def _outcome(words: Words, company: Company) -> Block:
    piece = company.chance.choice(("drafted", "submitted", "changed", "approved", "returned"))
    council = [ALICE] * company.count(9)
    return messages.outcome_view(words, messages.outcome(words, piece, a_story(company), council))


def _told_author(words: Words, company: Company) -> Message:
    piece = company.chance.choice(("approved", "approved_again", "returned", "withdrawn"))
    return messages.author_notice(words, piece, a_story(company), ALICE, is_edited=True)


MESSAGES: dict[str, Callable[[Words, Company], Message]] = {
    "story post": _post,
    "story list": _list,
    "story to approve": lambda words, company: messages.submitted_notice(
        words, a_story(company), names(company)
    ),
    "story settled": _told_author,
    "no such story": lambda words, company: messages.unknown_message(
        words, company.text(3000), names(company)
    ),
}
VIEWS: dict[str, Callable[[Words, Company], Block]] = {
    "story window": _story_window,
    "story form": lambda words, company: forms.story_form(words, names(company), a_story(company)),
    "story review": lambda words, company: forms.review_form(
        words, names(company), a_story(company), "U0CAROL"
    ),
    "story outcome": _outcome,
    "story withdrawn": lambda words, company: messages.outcome_view(
        words, messages.withdrawn_text(words, a_story(company), 10**6, 10**6)
    ),
}
