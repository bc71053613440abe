"""A full refresh backlog on the council's Home: python -m bench.backlog [--database postgresql] [--items N].

A Home is opened as Slack does it: the event over the socket, until the view is published.
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from bench.databases import KINDS, new_database
from bot.manifest import build_manifest
from bot.run import connected_bot
from bot.sandbox import SandboxServer
from bot.sandbox.box import Box
from bot.sandbox.start import prepare_store, sandbox_settings
from persona_store.database import Store, open_store
from persona_store.models import Persona, RefreshItem, Statement, TrailEntry, Voice

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
COUNCIL = "U0CAROL"
FEW, MANY = 100, 10_000
TIMES, MOST_MS = 15, 300
STATES = ("new",) * 6 + ("in_review",) * 2 + ("accepted", "snoozed")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--items", type=int, default=MANY)
    options = parser.parse_args()
    few, many = (measure(options.database, number) for number in (FEW, options.items))
    print(f"items   Home: median   slowest of {TIMES}")
    for number, times in ((FEW, few), (options.items, many)):
        print(f"{number:6,} {statistics.median(times):10.0f} ms {max(times):10.0f} ms")
    ratio = statistics.median(many) / statistics.median(few)
    print(f"ratio of the medians: {ratio:.1f}; wanted: at most {MOST_MS} ms with {options.items:,} items")
    return 0 if statistics.median(many) <= MOST_MS else 1


def measure(database: str, items: int) -> list[float]:
    """Milliseconds from opening the Home to its being published."""
    with new_database(database) as url:
        store = open_store(url)
        prepare_store(store, NOW)
        fill(store, items)
        store.close()
        with SandboxServer(build_manifest()) as sandbox:
            settings = sandbox_settings(sandbox.url, url)
            with connected_bot(settings, lambda: NOW):
                sandbox.wait_connected()
                return [open_home(sandbox) for _ in range(TIMES + 2)][2:]  # the first ones learn who it is


def open_home(sandbox: SandboxServer) -> float:
    before = sandbox.look(_shown)
    began = time.perf_counter()
    sandbox.act(as_=COUNCIL, do="open_home")
    if not sandbox.wait_for(lambda box: _shown(box) != before, 30):
        raise RuntimeError("the Home was not published")
    return (time.perf_counter() - began) * 1_000


def _shown(box: Box) -> str:
    home = box.world.homes.get(COUNCIL)
    return home.hash if home else ""


def fill(store: Store, items: int) -> None:
    """Reports by 400 people about the example company's personas: a tenth merged, a twentieth against it."""
    chance = random.Random(7)
    with store.begin() as session:
        personas = session.scalars(select(Persona.slug)).all()
        keys = session.scalars(select(Statement.key)).all()
        rows = [_item(number, personas, chance) for number in range(1, items + 1)]
        session.execute(insert(RefreshItem), rows)
        session.execute(insert(Voice), [one for row in rows for one in _voices(row, keys, chance)])
        session.execute(insert(TrailEntry), [_submitted(row) for row in rows])


def _item(number: int, personas: Sequence[str], chance: random.Random) -> dict[str, Any]:
    is_merged = number > 20 and chance.random() < 0.1
    at = NOW - timedelta(minutes=chance.randrange(200 * 24 * 60))
    return {
        "id": number,
        "kind": "gap" if chance.random() < 0.3 else "insight",
        "text": f"What somebody saw, in the {number}th report of this year, in a sentence of usual length.",
        "personas": chance.sample(personas, chance.choice((1, 1, 2))),
        "state": "duplicate" if is_merged else chance.choice(STATES),
        "merged_into": chance.randrange(1, 20) if is_merged else None,
        "missed": chance.choice((0, 0, 0, 4)),
        "opened_at": at,
        "changed_at": at,
    }


def _voices(item: dict[str, Any], keys: Sequence[str], chance: random.Random) -> list[dict[str, Any]]:
    people = chance.sample(range(400), min(400, 1 + int(chance.expovariate(0.7))))
    against = chance.random() < 0.05
    return [
        {
            "item_id": item["id"],
            "slack_user_id": f"U{person:05}",
            "said_at": item["opened_at"],
            "verbatim": False,
            "follows": True,
            "stance": "contradicts" if against else None,
            "statement": chance.choice(keys) if against else None,
        }
        for person in people
    ]


def _submitted(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "happened_at": item["opened_at"],
        "subject": f"item {item['id']}",
        "move": "submitted",
        "details": {},
    }


if __name__ == "__main__":
    sys.exit(main())
