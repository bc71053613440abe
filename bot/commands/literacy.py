"""What people know, on the command line: the council's view, without its length limits."""

import argparse
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.commands import opened_store
from bot.config import Settings
from bot.run import utc_now
from persona_store.models import Statement
from persona_store.trivia.literacy import Share, list_first_answers, literacy_of


def literacy_command(settings: Settings, options: argparse.Namespace) -> None:
    now = utc_now()
    with opened_store(settings) as store, store.read() as session:
        known = literacy_of(list_first_answers(session, now - timedelta(days=options.days), now))
        current = select(Statement.key, Statement.text).where(Statement.retired_at.is_(None))
        texts = {key: text for key, text in session.execute(current)}  # noqa: C416 - rows are no plain tuples
    statements = [one for one in known.statements if one[0] in texts]
    if options.json:
        told = {
            "days": options.days,
            "total": _as_json(known.total),
            "personas": _all_as_json("persona", known.personas),
            "departments": _all_as_json("department", known.departments),
            "elsewhere": _as_json(known.elsewhere) if known.elsewhere else None,
            "fewer_than_five": list(known.few),
            "statements": [one | {"text": texts[one["id"]]} for one in _all_as_json("id", statements)],
        }
        print(json.dumps(told, ensure_ascii=False))
        return
    print(f"First answers in the last {options.days} days: {_told(known.total)}")
    _print_part("By persona, the least known first", known.personas)
    if known.few:
        print(f"  not shown, as fewer than five people answered: {', '.join(known.few)}")
    others = [("all others", known.elsewhere)] if known.elsewhere else []
    _print_part("By department (five players or more)", [*known.departments, *others])
    _print_part("Least known statements", statements, texts)


def _print_part(
    head: str, shares: Sequence[tuple[str, Share]], texts: Mapping[str, str] | None = None
) -> None:
    print(f"\n{head}")
    for name, share in shares:
        print(f"  {_told(share)}: {texts[name] if texts else name}")
    if not shares:
        print("  none")


def _told(share: Share) -> str:
    low, high = share.interval
    people = "1 person" if share.people == 1 else f"{share.people} people"
    return f"{share.right} of {share.answers} right, {100 * low:.0f} to {100 * high:.0f} %, {people}"


def _as_json(share: Share) -> dict[str, Any]:
    low, high = share.interval
    counts = {"right": share.right, "answers": share.answers, "people": share.people}
    return counts | {"interval": [round(low, 4), round(high, 4)]}


def _all_as_json(name: str, shares: Sequence[tuple[str, Share]]) -> list[dict[str, Any]]:
    return [{name: key} | _as_json(share) for key, share in shares]
