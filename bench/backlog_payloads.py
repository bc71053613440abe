"""Hostile words in the refresh backlog, its digest, and the roles (see ``bench.payloads``)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from bot.agenda_blocks import agenda_blocks
from bot.backlog import digest, forms, messages
from bot.backlog.shown import Shown
from bot.backlog_blocks import Listed
from bot.blocks import Block, Message
from bot.roles import messages as roles
from bot.wording import Words
from persona_store.evidence import Strength
from persona_store.models import Draft, Objective, Person, RefreshItem, Revision, TrailEntry, Voice
from persona_store.personas import PRIORITIES
from persona_store.refresh.agenda import Agenda, Alike, Contradicted, GoingStale
from persona_store.refresh.backlog import FILTERS, PAGE_SIZE, BacklogPage, Line
from persona_store.refresh.backlog_view import KINDS, BacklogView
from persona_store.refresh.digest import MOST, TOP, Digest
from persona_store.refresh.insights import LONGEST_OF_ONE, PLACES, STANCES
from persona_store.refresh.item_moves import LONGEST_REASON, Move
from persona_store.refresh.ranking import Ranked, Standing, reasons_of

if TYPE_CHECKING:
    from bench.payloads import Company

NOW, TODAY = datetime(2026, 11, 22, 12, tzinfo=UTC), date(2026, 11, 22)
ALICE = "U0ALICE"
STATES = FILTERS[1:]


def an_item(company: Company, number: int = 10**9) -> RefreshItem:
    chance = company.chance
    return RefreshItem(
        id=number,
        kind=chance.choice(KINDS),
        text=chance.choice(("", company.text(2_000))),
        personas=[f"p{one}" for one in range(company.count(9))],
        statement=chance.choice((None, "gone")),
        state=chance.choice(STATES),
        was=chance.choice((None, "in_review")),
        assignee=chance.choice((None, ALICE)),
        reason=company.maybe(LONGEST_REASON),
        snoozed_until=chance.choice((None, TODAY)),
        opened_at=NOW,
        changed_at=NOW,
    )


def a_standing(company: Company, item: RefreshItem) -> Standing:
    chance = company.chance
    about = {"strength": chance.choice((None, *Strength)), "priority": chance.choice((None, *PRIORITIES))}
    return Standing(item.id, company.count(10**6), NOW, company.count(10**6), company.count(10**6), **about)


def a_line(company: Company) -> Line:
    item = an_item(company)
    return Line(item, Ranked(item.id, 1.0, a_standing(company, item), NOW))


def listed(company: Company) -> Listed:
    names = {f"p{number}".ljust(80, "p"): company.line(80) for number in range(company.count(300))}
    lines = tuple(a_line(company) for _ in range(company.count(PAGE_SIZE)))
    page = BacklogPage(lines, company.count(9), 10, 10**6, dict.fromkeys(STATES, 10**6))
    state, kind = company.chance.choice(FILTERS), company.chance.choice(("", *KINDS))
    view = BacklogView(state, next(iter(names), ""), kind, mine=company.chance.random() < 0.5)
    return Listed(names, view, page, company.chance.choice((None, ALICE)), ALICE)


def a_voice(company: Company) -> Voice:
    chance = company.chance
    return Voice(
        item_id=chance.choice((1, 10**9)),
        slack_user_id=chance.choice((None, ALICE)),
        said_at=NOW,
        text=company.maybe(LONGEST_OF_ONE) and company.text(LONGEST_OF_ONE),
        verbatim=chance.random() < 0.5,
        stance=chance.choice((None, *STANCES)),
        stage=chance.choice((None, "s")),
        place=chance.choice((None, *PLACES)),
        permalink=chance.choice((None, "https://x.slack.com/archives/C0SUPPORT/p1795352876921415")),
    )


def _happened(company: Company) -> TrailEntry:
    move = company.chance.choice((*Move, "submitted", "joined", "took_back", "took_in", "gave_back"))
    details = {"to": ALICE, "reason": company.text(LONGEST_REASON), "until": "2026-12-01", "into": 10**9}
    who = company.chance.choice((None, "", ALICE))
    return TrailEntry(happened_at=NOW, slack_user_id=who, subject="item 1", move=move, details=details)


def _item_window(words: Words, company: Company) -> Block:
    item, persona = an_item(company), company.persona(1)
    standing = a_standing(company, item)
    shown = Shown(
        item,
        an_item(company),
        standing,
        reasons_of(standing, NOW),
        [a_voice(company) for _ in range(company.count(30))],
        [an_item(company) for _ in range(company.count(30))],
        [an_item(company) for _ in range(company.count(3))],
        [_happened(company) for _ in range(company.count(30))],
        company.chance.choice((None, company.statement(persona))),
        company.chance.choice((None, Revision(number=10**6))),
        {slug: company.line(80) for slug in item.personas},
        {"s": company.line(80)},
    )
    notice = messages.notice(words, company.text(1_000))
    return messages.item_view(words, shown, ALICE, NOW, notice, is_listed=True)


def _merge_form(words: Words, company: Company) -> Block:
    alike = [an_item(company, number) for number in range(company.count(3))]
    return forms.merge_form(words, an_item(company), alike, is_listed=True)


def an_agenda(company: Company) -> Agenda:
    people = [company.persona(number) for number in range(company.count(12))]
    statements = [company.statement(company.persona(1)) for _ in range(company.count(12))]
    return Agenda(
        people,
        [GoingStale(one, TODAY, TODAY) for one in statements],
        [Contradicted(one, 10**6, (10**9,) * 9) for one in statements],
        [(an_item(company), 10**6) for _ in range(company.count(5))],
        [Alike(company.line(80), company.line(80), company.line(300)) for _ in range(company.count(12))],
        [Objective(kind="question", text=company.line(300)) for _ in range(company.count(12))],
    )


def _digest(words: Words, company: Company) -> Message:
    agenda = an_agenda(company)
    submitted = Draft(persona="p1", drafted_by=ALICE)
    found = Digest(
        10**6,
        10**6,
        dict.fromkeys(("accept", "decline", "publish"), 10**6),
        10**6,
        tuple(a_line(company) for _ in range(company.count(TOP))),
        agenda.contradicted[:MOST],
        agenda.gaps,
        [submitted] * company.count(MOST),
        agenda.due,
        company.chance.choice((None, ALICE)),
    )
    of_quarter = company.chance.choice(([], agenda_blocks(words, agenda, NOW)))
    return digest.digest_message(words, found, {"p1": company.line(80)}, of_quarter)


def _people(company: Company) -> list[Person]:
    return [
        Person(
            slack_user_id=ALICE,
            role=company.chance.choice(("council", "ambassador", "admin")),
            group_role=company.chance.choice((None, "council", "ambassador")),
            department=company.maybe(100),
            personas=[f"p{number}" for number in range(company.count(100))],
        )
        for _ in range(company.count(90))
    ]


def _names(company: Company) -> dict[str, str]:
    return {f"p{number}": company.line(80) for number in range(company.count(300))}


def _named(words: Words, company: Company) -> Message:
    role = company.chance.choice(("council", "ambassador"))
    slugs = tuple(f"p{number}" for number in range(company.count(100)))
    return roles.named_message(
        words, roles.Given(ALICE, role, company.line(100), slugs), _names(company), ALICE
    )


def _role_form(words: Words, company: Company) -> Block:
    return roles.role_form(words, _names(company), next(iter(_people(company)), None))


MESSAGES: dict[str, Callable[[Words, Company], Message]] = {
    "digest": _digest,
    "assigned": lambda words, company: messages.assigned_message(words, an_item(company), ALICE),
    "week passed on": lambda words, _: messages.passed_message(words, ALICE),
    "role given": _named,
}
VIEWS: dict[str, Callable[[Words, Company], Block]] = {
    "backlog": lambda words, company: messages.list_window(words, listed(company)),
    "refresh item": _item_window,
    "decline form": lambda words, company: forms.decline_form(words, an_item(company), is_listed=True),
    "merge form": _merge_form,
    "roles": lambda words, company: roles.roles_window(
        words, _people(company), _names(company), company.maybe(500) or ""
    ),
    "role form": _role_form,
}
