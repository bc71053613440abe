"""Hostile words in drafts, revisions, research and the charter (see ``bench.payloads``)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from bot.blocks import Block, Message
from bot.revisions import (
    background,
    choosing,
    decision_forms,
    forms,
    journeys,
    messages,
    notices,
    reading,
    record_forms,
    records,
)
from bot.revisions.diffs import difference_view
from bot.revisions.shown import About, DraftShown, Names
from bot.wording import Words
from persona_store.evidence import METHODS, Freshness
from persona_store.models import Draft, Evidence, Objective, RefreshItem, Revision
from persona_store.personas import KINDS
from persona_store.refresh.differences import difference_of, histories_of
from persona_store.refresh.merging import Conflict
from persona_store.refresh.register import BUCKETS, Mix, Registered
from persona_store.refresh.variants import Alike

if TYPE_CHECKING:
    from bench.payloads import Company

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = date(2026, 11, 22)
ALICE = "U0ALICE"
ABOUT = About(10**9, "s" * 16, 10**6, "V" * 12, "k" * 100)
KEYS = ("e", "e" * 100, "gone")

Json = dict[str, Any]


def snapshot(company: Company) -> Json:
    """Any persona, as long as the format lets it be."""
    return {
        "slug": "p" * 80,
        "name": company.line(80),
        "role": company.line(150),
        "archetype": company.line(300),
        "summary": company.text(3000),
        "quote": company.text(500),
        "owner": company.chance.choice((ALICE, company.line(150))),
        "aliases": [company.line(150) for _ in range(company.count(100))],
        "demographics": {company.line(40): company.line(200) for _ in range(company.count(50))},
        "journey": [_step(company, number) for number in range(company.count(98))],
        "statements": [_statement(company, number) for number in range(company.count(70))],
    }


def _statement(company: Company, number: int) -> Json:
    return {
        "id": f"{number}".zfill(100),
        "kind": company.chance.choice(KINDS),
        "text": company.text(1000),
        "verbatim": company.text(300),
        "stages": ["s", "gone"],
        "lenses": ["s"],
        "evidence": list(KEYS[: company.count(3)]),
    }


def _step(company: Company, number: int) -> Json:
    return {
        "stage": f"s{number}",
        "doing": company.text(1000),
        "thinking": company.text(1000),
        "feeling": company.line(80),
        "touchpoints": [company.line(150) for _ in range(company.count(100))],
        "opportunity": company.text(1000),
    }


def names(company: Company) -> Names:
    known = {"s": company.line(80), **{f"s{number}": company.line(80) for number in range(company.count(99))}}
    titles = {key: company.line(300) for key in KEYS[:2]}
    return Names(known, known, titles, {key: company.chance.choice(list(METHODS)) for key in titles})


def a_draft(company: Company, state: str = "open") -> Draft:
    return Draft(
        id=10**9,
        persona="p" * 80,
        base_revision=company.chance.choice((0, 1)),
        snapshot=snapshot(company),
        drafted_by=ALICE,
        editors=[ALICE] * company.count(9),
        drafted_at=NOW,
        changed_at=NOW,
        submitted_at=NOW,
        state=state,
        changelog=company.text(1000),
        variant_reason=company.maybe(1000),
        restored_from=company.chance.choice((None, 10**6)),
        note=company.maybe(1000),
        items=[_item(company) for _ in range(company.count(9))],
    )


def _item(company: Company) -> RefreshItem:
    return RefreshItem(id=10**9, text=company.text(3000), personas=[], kind="insight", state="accepted")


def shown(company: Company, state: str) -> DraftShown:
    draft, base = a_draft(company, state), snapshot(company)
    return DraftShown(
        draft,
        "v" * 16,
        base,
        difference_of(base, draft.snapshot),
        names(company),
        company.chance.choice((None, 10**6)),
        [a_draft(company) for _ in range(company.count(3))],
        [ALICE] * company.count(9),
        company.maybe(300),
        Revision(number=10**6) if state == "published" else None,
    )


def a_revision(company: Company, number: int = 10**6) -> Revision:
    is_ours = company.chance.random() < 0.5
    return Revision(
        number=number,
        published_at=NOW,
        published_by=ALICE if is_ours else company.line(80),
        drafted_by=ALICE if is_ours else None,
        changelog=company.text(1000),
        objective=company.maybe(300),
        restored_from=company.chance.choice((None, 1)),
        snapshot=snapshot(company),
    )


def _draft_window(state: str) -> Callable[[Words, Company], Block]:
    return lambda words, company: messages.draft_view(
        words, shown(company, state), company.chance.choice((ALICE, "U0X")), 1, company.maybe(2000) or ""
    )


def _choose(words: Words, company: Company) -> Block:
    people = [company.persona(number) for number in range(1, 1 + company.count(40))]
    drafts = [a_draft(company) for _ in range(company.count(20))]
    return choosing.choose_view(words, drafts, people, company.chance.choice((None, 10**9)))


def _difference(words: Words, company: Company) -> Block:
    before, after = snapshot(company), snapshot(company)
    head = reading.head_of(words, company.line(80), 10**6, revision=10**6)
    return difference_view(words, head, difference_of(before, after), names(company))


def _history(words: Words, company: Company) -> Block:
    listed = [(a_revision(company), difference_of(snapshot(company), {})) for _ in range(company.count(13))]
    return records.history_view(words, company.persona(1), listed, 3, is_council=True)


def _statements(words: Words, company: Company) -> Block:
    revisions = {number: a_revision(company, number) for number in (1, 2, 3)}
    histories = histories_of([(number, one.snapshot) for number, one in revisions.items()])
    return records.statements_view(words, company.persona(1), histories, revisions, 0)


def _evidence(company: Company) -> Evidence:
    evidence = company.evidence()
    evidence.key, evidence.access = "e" * 100, company.maybe(300)
    return evidence


def _register(words: Words, company: Company) -> Block:
    counts = dict.fromkeys(BUCKETS, 10**6)
    mixes = [Mix("p", company.line(80), 10**6, 3, counts, {}, 10**6) for _ in range(company.count(12))]
    resting = {f"p{number}": 10**6 for number in range(company.count(40))}
    listed = [Registered(_evidence(company), Freshness.STALE, resting) for _ in range(company.count(60))]
    known = {slug: company.line(80) for slug in resting}
    return records.register_view(words, mixes, listed, known, (0, company.line(200)), is_council=True)


def _lines(company: Company) -> list[Objective]:
    kinds = ("objective", "question", "metric")
    return [
        Objective(id=10**9, kind=company.chance.choice(kinds), text=company.line(300))
        for _ in range(company.count(90))
    ]


def _charter(words: Words, company: Company) -> Block:
    lines = _lines(company)
    return records.charter_view(words, lines, {line.text: 10**6 for line in lines[:3]}, is_council=True)


def _statement_form(words: Words, company: Company) -> Block:
    said = company.chance.choice((None, _statement(company, 1)))
    evidence = [_evidence(company) for _ in range(company.count(120))]
    for number, one in enumerate(evidence):
        one.key = f"{number}".zfill(100)
    return forms.statement_form(words, ABOUT, names(company), evidence, said)


def _submit_form(words: Words, company: Company) -> Block:
    lines = _lines(company)
    for number, line in enumerate(lines):
        line.id = number
    alike = [
        Alike("p", company.line(80), f"is called almost the same as p ({company.line(80)})")
    ] * company.count(9)
    return decision_forms.submit_form(words, ABOUT, lines, alike, company.line(80), company.text(1000))


def _rebase_form(words: Words, company: Company) -> Block:
    conflicts = [
        Conflict(
            ("statements", f"{number}".zfill(100), "text"),
            company.text(1000),
            company.chance.choice((None, company.text(1000))),
        )
        for number in range(company.count(40))
    ]
    return decision_forms.rebase_form(words, ABOUT, conflicts, 10**6, names(company))


def _step_form(words: Words, company: Company) -> Block:
    said = company.chance.choice((None, _step(company, 1)))
    return journeys.step_form(words, ABOUT, shown(company, "open"), said)


def _items_form(words: Words, company: Company) -> Block:
    items = [_item(company) for _ in range(company.count(120))]
    for number, item in enumerate(items):
        item.id = number
    return forms.items_form(words, ABOUT, items, list(range(0, 120, 3)))


MESSAGES: dict[str, Callable[[Words, Company], Message]] = {
    "draft submitted": lambda words, company: notices.submitted_notice(
        words, shown(company, "submitted"), ALICE
    ),
    "draft returned": lambda words, company: notices.returned_notice(words, a_draft(company), ALICE),
    "draft published": lambda words, company: notices.published_notice(
        words, a_draft(company), a_revision(company), ALICE
    ),
    "nobody to draft": lambda words, company: choosing.unknown_message(words, company.text(3000)),
}
VIEWS: dict[str, Callable[[Words, Company], Block]] = {
    **{
        f"draft window: {state}": _draft_window(state)
        for state in ("open", "submitted", "published", "discarded")
    },
    "drafts": lambda words, company: choosing.list_view(
        words, [a_draft(company) for _ in range(company.count(20))]
    ),
    "draft of whom": _choose,
    "difference": _difference,
    "history": _history,
    "revision": lambda words, company: records.revision_view(words, a_revision(company), names(company)),
    "history of statements": _statements,
    "research": _register,
    "charter": _charter,
    "statement form": _statement_form,
    "facts form": lambda words, company: forms.facts_form(words, ABOUT, snapshot(company)),
    "background form": lambda words, company: background.background_form(
        words,
        ABOUT,
        snapshot(company),
        {company.line(100): company.line(150) for _ in range(company.count(1_000))},
    ),
    "draft's journey": lambda words, company: journeys.journey_view(
        words, shown(company, "open"), company.text(300)
    ),
    "step form": _step_form,
    "new persona form": lambda words, company: forms.new_form(words, company.line(80), "1"),
    "research form": lambda words, _: record_forms.evidence_form(words, ABOUT.kept()),
    "items form": _items_form,
    "submit form": _submit_form,
    "send back form": lambda words, _: decision_forms.return_form(words, ABOUT),
    "take over form": _rebase_form,
    "charter form": lambda words, _: record_forms.objective_form(words, "V" * 12),
}
