"""Hostile words in every field, through every message and view: within Slack's limits, without markup that
is not ours (S4, S5). The sandbox's own rules are the judge.

python -m bench.payloads [--payloads 100000]
"""

import argparse
import random
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from tqdm import tqdm

from bench import backlog_payloads as backlog
from bench import insight_payloads as insights
from bench import loop_payloads as loop
from bench import revision_payloads as revisions
from bench import spotlight_payloads as spotlights
from bench import story_payloads as stories
from bench import subscription_payloads as subscriptions
from bot.answers import forms
from bot.answers import messages as answers
from bot.blocks import Block, Message
from bot.council import messages as council
from bot.home import messages as home
from bot.personas import messages as personas
from bot.sandbox.blocks import CHARACTERS, check_message
from bot.sandbox.chat import TEXT
from bot.sandbox.text import illegal_markup
from bot.sandbox.view_rules import is_too_large, view_problems
from bot.wording import Words
from persona_store.answering import Outcome
from persona_store.asking import Asked
from persona_store.demand import Demand, OpenGap, PersonaDemand, Theme
from persona_store.evidence import METHODS
from persona_store.models import (
    Alias,
    Evidence,
    JourneyStep,
    Lens,
    Persona,
    Question,
    RefreshItem,
    Revision,
    Segment,
    Stage,
    Statement,
)
from persona_store.personas import KINDS, PRIORITIES
from persona_store.questions import GapState

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SHARED_BY = "U0ALICE"

HOSTILE = (
    "<!channel>", "<!here|x>", "<!everyone>", "<@U0BOB>", "<#C0PRODUCT>", "<!subteam^S0COUNCIL>",
    "<!date^1392734382^{date}^https://e.example|x>", "<https://evil.example|your bank>", "<mailto:a@b.c|x>",
    "a < b > c & d", "&lt;!channel&gt;", "&amp;", "&", "<", ">", "|", "<<<>>>", "<@U0BOB", "!channel>",
    "*bold* _it_ ~no~ `code` ```block```", ">quote", "• item", "@channel @here #general",
    "{{ name }} {% raw %} {# x #}", "%s %(x)s {0} {x}", "\\u0026 \\n", "'; DROP TABLE persona; --",
    "👩🏽‍🚀" * 8,
    "\u202eright to left\u202c", "\u200f\u05e9\u05dc\u05d5\u05dd", "\u0645\u0631\u062d\u0628\u0627",
    "🏴󠁧󠁢󠁳󠁣󠁴󠁿", ":wave: :smile:",
    "Z̸̡̢a̷l̶g̵o" * 4,
    "Donaudampfschifffahrtsgesellschaftskapitän", "x" * 40,
    "\u00a0", "\u200b", " ", "\t", "\x00", "\x1f\x7f",
    "\ufeff", "\u2028", "\ud7ff\ue000\ufffd", "https://example.com/?a=1&b=<2>|3",
    "=cmd|' /C calc'!A0", "=1+1",
)  # fmt: skip
OURS = re.compile(
    rf"<https://[^<>|\s]+\|[^<>|]*>|<@{SHARED_BY}>|<#{subscriptions.OUR_CHANNEL}>"
    r"|<!date\^\d+\^{date_short_pretty}, {time}\|[\w ]+, \d\d:\d\d UTC>"
)
FIELDS_OF_A_POST = {"text", "blocks", "unfurl_links", "unfurl_media"}


@dataclass(frozen=True)
class Company:
    """One company, of ``texts`` only; lengths up to what the pack format allows."""

    texts: list[str]
    chance: random.Random

    def line(self, longest: int) -> str:
        return re.sub(r"[\n\u2028\u2029]", " ", self.text(longest))

    def text(self, longest: int) -> str:
        """Words of the company, sometimes as many as fit."""
        text = self.chance.choice(self.texts) or "x"
        if self.chance.random() < 0.3:
            text = (text + self.chance.choice(("", " ", "\n"))) * (longest // len(text) + 1)
        return text[:longest] or "x"

    def maybe(self, longest: int) -> str | None:
        return self.line(longest) if self.chance.random() < 0.8 else None

    def count(self, most: int) -> int:
        """A number from none to ``most``; often the most."""
        return self.chance.choice((0, 1, self.chance.randint(0, most), most))

    def evidence(self) -> Evidence:
        return Evidence(
            method=self.chance.choice(list(METHODS)),
            held_on=date(2020 + self.chance.randrange(7), 3, 31),
            participants=self.chance.choice((None, 1, 10**9)),
            title=self.line(300),
            source_owner=self.maybe(150),
            link=self.chance.choice((None, f"https://e.example/{'a&b=(%' * self.chance.randint(0, 300)}")),
            note=self.maybe(1000) and self.text(1000),
        )

    def statement(self, persona: Persona) -> Statement:
        return Statement(
            key="k" * self.chance.choice((1, 100)),
            persona=persona,
            persona_id=persona.id,
            kind=self.chance.choice(KINDS),
            text=self.text(1000),
            verbatim=self.maybe(300) and self.text(300),
            evidence=[self.evidence() for _ in range(self.count(5))],
            stages=[Stage(slug="s", name=self.line(80)) for _ in range(self.count(4))],
        )

    def persona(self, persona_id: int, statements: int = 0, steps: int = 1) -> Persona:
        persona = Persona(
            id=persona_id,
            slug="p" * self.chance.choice((1, 80)),
            name=self.line(80),
            role=self.line(150),
            archetype=self.maybe(300),
            priority=self.chance.choice(PRIORITIES),
            segment=Segment(name=self.line(150)) if self.chance.random() < 0.5 else None,
            pronouns=self.chance.choice((None, "she/her")),
            demographics={self.line(40): self.line(200) for _ in range(self.count(50))},
            summary=self.maybe(3000) and self.text(3000),
            quote=self.maybe(500) and self.text(500),
            voice=self.maybe(300),
            portrait=self.chance.choice((None, f"https://e.example/{'p' * 1900}.png?a=1&b=2")),
            owner=self.maybe(150),
            review_interval_days=self.chance.choice((1, 3650)),
            revision=self.chance.choice((1, 10**6)),
            verified_at=datetime(2026, 1, 1, tzinfo=UTC),
            aliases=[Alias(text=self.line(150)) for _ in range(self.count(100))],
            journey=[self.step(position) for position in range(self.count(steps))],
        )
        persona.statements = [self.statement(persona) for _ in range(self.count(statements))]
        return persona

    def step(self, position: int) -> JourneyStep:
        return JourneyStep(
            position=position,
            stage=Stage(slug="s", name=self.line(80)),
            doing=self.maybe(1000),
            thinking=self.maybe(1000) and self.text(1000),
            feeling=self.maybe(80),
            opportunity=self.maybe(1000),
            touchpoints=[self.line(150) for _ in range(self.count(self.chance.choice((3, 3, 3, 100))))],
        )

    def asked(self, outcome: Outcome, people: list[Persona]) -> Asked:
        among = [statement for persona in people for statement in persona.statements] or [
            self.statement(people[0])
        ]
        return Asked(
            question_id=self.chance.choice((1, 10**12)),
            question=self.text(500),
            outcome=outcome,
            personas=people,
            statements=among[:5] if outcome is Outcome.ANSWER else [],
            nearest=among[:3],
            elsewhere=among[: self.count(3)],
            names_nobody=self.chance.random() < 0.5,
            story=self.chance.choice((None, stories.a_story(self))),
            lens=self.maybe(100),
            unknown_name=self.maybe(80),
        )


def _people(company: Company) -> list[Persona]:
    return [company.persona(number, statements=8) for number in range(company.chance.choice((1, 2, 5)))]


def _answer(outcome: Outcome) -> Callable[[Words, Company], Message]:
    def make(words: Words, company: Company) -> Message:
        return answers.answer_message(words, company.asked(outcome, _people(company)), NOW, may_share=True)

    return make


def _answer_window(outcome: Outcome) -> Callable[[Words, Company], Block]:
    def make(words: Words, company: Company) -> Block:
        asked = company.asked(outcome, _people(company))
        return forms.answer_view(words, answers.answer_message(words, asked, NOW))

    return make


def _shared(words: Words, company: Company) -> Message:
    asked = company.asked(Outcome.ANSWER, _people(company)[:1])
    return answers.shared_message(words, asked, NOW, SHARED_BY)


def _gap(words: Words, company: Company) -> Message:
    return answers.gap_message(words, GapState(company.text(2000), 3, is_new=company.chance.random() < 0.5))


def _list(words: Words, company: Company) -> Message:
    people = _people(company)
    return personas.list_message(words, people * (1 + company.count(12)), {}, NOW)


def _compare(words: Words, company: Company) -> Message:
    people = _people(company)[:4]
    said = [persona.statements for persona in people]
    return personas.compare_message(words, people, company.text(500), said)


def _lenses(company: Company) -> list[Lens]:
    return [Lens(slug="l" * 100, name=company.line(80)) for _ in range(company.count(100))]


def _news(words: Words, company: Company) -> Message:
    revisions = [
        Revision(
            number=number, published_at=NOW, published_by=company.line(150), changelog=company.text(2000)
        )
        for number in range(company.count(10))
    ]
    return personas.news_message(words, company.persona(1), revisions)


def _home(words: Words, company: Company) -> Block:
    many = [company.persona(number) for number in range(company.chance.choice((0, 1, 6)))]
    asked = [
        Question(text=company.text(500), outcome="answer", item_id=None) for _ in range(company.count(8))
    ]
    gaps = [
        (RefreshItem(kind="gap", text=company.text(500), personas=["p"]), 3) for _ in range(company.count(8))
    ]
    content = home.HomeContent(
        many * 10,
        {},
        asked,
        gaps,
        subscriptions=subscriptions.some_subscriptions(company),
        lenses=_lenses(company),
        is_for_council=True,
        stories=stories.at_home(company),
        insights=insights.own(company),
        reviews=loop.at_home(company),
        backlog=backlog.listed(company),
        drafts=[revisions.a_draft(company) for _ in range(company.count(6))],
        slack_user_id=SHARED_BY,
    )
    return home.home_view(words, content, NOW)


def _asked_by_all(words: Words, company: Company) -> Block:
    def theme() -> Theme:
        remarks = tuple(company.text(1000) for _ in range(company.count(9)))
        return Theme(company.text(2000), ("p", "gone"), 10**6, 10**7, remarks)

    demand = Demand(
        questions=10**9,
        people=1,
        answered=0,
        personas=[PersonaDemand(company.line(80), 10**6, 1) for _ in range(company.count(40))],
        gaps=[OpenGap(company.text(2000), ("p",), 1, 10**6) for _ in range(company.count(40))],
        unhelpful=[theme() for _ in range(company.count(40))],
        missed=[theme() for _ in range(company.count(40))],
    )
    return council.asked_view(words, demand, {"p": company.line(80)}, 90)


MESSAGES: dict[str, Callable[[Words, Company], Message]] = {
    **{f"answer: {outcome}": _answer(outcome) for outcome in Outcome},
    "shared answer": _shared,
    "gap": _gap,
    "list": _list,
    "card": lambda words, company: personas.card_message(
        words, company.persona(1, 60), NOW, stories.stories(company, 3)
    ),
    "journey": lambda words, company: personas.journey_message(words, company.persona(1, steps=100)),
    "compare": _compare,
    "lens": lambda words, company: personas.lens_message(
        words, _lenses(company), company.maybe(100), company.maybe(100)
    ),
    "lens set": lambda words, company: personas.lens_set_message(words, company.line(100), SHARED_BY),
    "help": lambda words, company: personas.help_message(words, _lenses(company)),
    "news": _news,
    "sources": lambda words, company: personas.sources_message(words, company.persona(1, 12).statements, NOW),
    "not found": lambda words, company: personas.not_found_message(words, company.text(3000)),
    "which": lambda words, company: personas.which_message(words, company.text(3000), _people(company)),
    "did you mean": lambda words, company: personas.did_you_mean_message(words, company.text(3000), "card"),
    "store error": lambda words, company: Message(
        words("people/errors", "store_error", text=company.text(5000))
    ),
    **subscriptions.MESSAGES,
    **stories.MESSAGES,
    **spotlights.MESSAGES,
    **revisions.MESSAGES,
    **insights.MESSAGES,
    **backlog.MESSAGES,
    **loop.MESSAGES,
}
"""Every message that the bot can post and that has words of others in it."""

VIEWS: dict[str, Callable[[Words, Company], Block]] = {
    **{f"answer window: {outcome}": _answer_window(outcome) for outcome in Outcome},
    "sources window": lambda words, company: forms.sources_view(
        words, company.statement(company.persona(1)), NOW
    ),
    "card window": lambda words, company: personas.card_view(
        words, company.persona(1, 60), NOW, stories.stories(company, 3)
    ),
    "journey window": lambda words, company: personas.journey_view(words, company.persona(1, steps=100)),
    "ask form": lambda words, _: forms.ask_form(words),
    "missing form": lambda words, _: forms.missing_form(words, 10**12),
    "Home": _home,
    **subscriptions.VIEWS,
    **stories.VIEWS,
    **revisions.VIEWS,
    **insights.VIEWS,
    **backlog.VIEWS,
    **loop.VIEWS,
    "what is asked": _asked_by_all,
}
"""Every window, and Home."""


def made(name: str, words: Words, company: Company) -> Block:
    """A message or view of the company, as Slack gets it."""
    return VIEWS[name](words, company) if name in VIEWS else MESSAGES[name](words, company).payload()


def limits_broken(payload: Block) -> list[str]:
    """What Slack would refuse of it."""
    if "type" in payload:
        return [*view_problems(payload), *(["too large"] if is_too_large(payload) else [])]
    check = check_message(payload["blocks"])
    problems = list(check.problems)
    if check.counts["characters"] > CHARACTERS:
        problems.append(f"{check.counts['characters']} characters in its blocks")
    if not 0 < len(payload["text"]) <= TEXT:
        problems.append(f"text of {len(payload['text'])} characters")
    return problems


def markup_broken(payload: Block) -> list[str]:
    """Markup in it that is not ours."""
    if "type" in payload:
        return list(_markup_in(payload))
    strange = [f"argument {key}" for key in payload.keys() - FIELDS_OF_A_POST]
    return [*strange, *_markup_in(payload["blocks"]), *_markup_of(payload["text"])]


def _markup_in(shown: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if isinstance(shown, list):
        for one in shown:
            yield from _markup_in(one)
    elif isinstance(shown, dict) and shown.get("type") == "mrkdwn":
        yield from _markup_of(shown["text"])
        if shown.get("verbatim") is not True:
            yield "Slack would look for names and channels in it"
    elif isinstance(shown, dict):
        for one in shown.values():
            yield from _markup_in(one)


def _markup_of(text: str) -> Iterator[str]:
    left = OURS.sub("", text)
    if "<" in left or illegal_markup(text):
        yield f"markup that is not ours: {left[max(0, left.find('<') - 10) :][:50]!r}"
    if re.search(r"&(?!amp;|lt;|gt;)", text):
        yield "an ampersand that is not escaped"
    if re.sub(r"&amp;|&lt;|&gt;", "", left).count(">") > len(re.findall(r"^>", left, re.MULTILINE)):
        yield "a > that is not escaped and begins no quotation"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payloads", type=int, default=100_000)
    options = parser.parse_args()
    words, chance, broken = Words(), random.Random(4), set()
    names = [*MESSAGES, *VIEWS]
    for number in tqdm(range(options.payloads), unit="payload"):
        name, seed = names[number % len(names)], chance.getrandbits(64)
        payload = made(name, words, Company(chance.sample(HOSTILE, 12), random.Random(seed)))
        problems = [*limits_broken(payload), *markup_broken(payload)]
        broken |= {f"{name}, seed {seed}: {problem}" for problem in problems}
    print(f"{options.payloads:,} payloads: {len(broken)} problems (target 0)")
    print("\n".join(sorted(broken)[:20]))
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
