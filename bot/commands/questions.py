"""What is asked, on the command line: the council's view, without its length limits."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta

from bot.commands import opened_store
from bot.config import Settings
from bot.run import utc_now
from persona_store.answering import Answering
from persona_store.demand import Demand, get_demand

LISTED = 50


def questions_command(settings: Settings, options: argparse.Namespace) -> None:
    with opened_store(settings) as store, store.read() as session:
        since = utc_now() - timedelta(days=options.days)
        demand = get_demand(session, Answering(store).at(session).topic, since)
    if options.json:
        print(json.dumps({"days": options.days, **asdict(demand)}, ensure_ascii=False))
    else:
        _print_demand(demand, options.days)


def _print_demand(demand: Demand, days: int) -> None:
    print(
        f"{_count(demand.questions, 'question')} in the last {_count(days, 'day')} from "
        f"{_people(demand.people)}; {demand.answered} answered."
    )
    _print_part(
        "Open research questions",
        [
            f"{_people(gap.voices)}"
            + (f", {gap.others} more asked the same" if gap.others else "")
            + f": {gap.text}{_of(gap.personas)}"
            for gap in demand.gaps
        ],
    )
    for head, themes in (
        ("Not answered, and not asked of the council", demand.missed),
        ("Answered, but not helpful", demand.unhelpful),
    ):
        _print_part(
            head,
            [
                f"{_people(theme.people)}: {theme.text}{_of(theme.personas)}"
                + "".join(f"\n      missing: {remark}" for remark in theme.remarks)
                for theme in themes
            ],
        )
    _print_part(
        "Most asked about",
        [f"{one.persona}: {_count(one.times, 'question')}, {_people(one.people)}" for one in demand.personas],
    )


def _print_part(head: str, lines: Sequence[str]) -> None:
    print(f"\n{head}")
    for line in lines[:LISTED] or ["none"]:
        print(f"  {line}")
    if len(lines) > LISTED:
        print(f"  and {len(lines) - LISTED} more: --json prints all")


def _of(personas: Sequence[str]) -> str:
    return f" ({', '.join(personas)})" if personas else ""


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number} people"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
