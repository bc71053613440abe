"""Thousands of people get their question of the day at the same local minute.

    python -m bench.trivia_daily [--people 2000] [--database sqlite|postgresql] [--log FILE]

The bot is a process of its own. Everybody must have their question once. Says how long it takes until the
first and the last have it.
"""

import argparse
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from bench.bot_process import BotProcess
from bench.databases import KINDS, new_database
from bot.manifest import build_manifest
from bot.sandbox import SandboxServer
from bot.sandbox.accounts import BOT_USER, Account
from bot.sandbox.box import Box
from bot.sandbox.start import prepare_store, sandbox_settings
from bot.sandbox.world import Channel
from persona_store.database import Store, open_store
from persona_store.models import Delivery, Player

ZONE = "Europe/London"
AHEAD = timedelta(seconds=20)
PATIENCE_S = 900
LAST_S = 120
"""Until then the last one has it: nobody minds a question two minutes after nine."""


def hire(server: SandboxServer, people: int) -> list[str]:
    def add(box: Box) -> list[str]:
        ids = [f"U0P{number:05d}" for number in range(people)]
        for number, one in enumerate(ids):
            account = Account(one, f"player{number}", f"Player {number}", "Plays", tz=ZONE)
            box.world.accounts[one] = account
            direct = f"D0P{number:05d}"
            box.world.direct[one] = direct
            box.world.channels[direct] = Channel(direct, "directmessage", {one, BOT_USER}, with_user=one)
        return ids

    return server.look(add)


def subscribe_all(store: Store, ids: list[str], at: datetime) -> None:
    """As if everybody had asked for it days ago."""
    row = {"zone": ZONE, "daily_state": "on", "daily_time": f"{at:%H:%M}", "next_daily_at": at}
    with store.begin() as session:
        session.add_all(Player(slack_user_id=one, course_state="off", course_day=0, **row) for one in ids)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--log", type=Path, help="where the bot's log goes")
    options = parser.parse_args()
    with new_database(options.database) as url, SandboxServer(build_manifest()) as server:
        store = open_store(url)
        prepare_store(store, datetime.now(UTC))
        ids = hire(server, options.people)
        at = datetime.now(UTC) + AHEAD
        subscribe_all(store, ids, at)
        with BotProcess(sandbox_settings(server.url, url), log=options.log) as bot:
            server.wait_connected()
            server.wait_for(lambda box: len(box.log.posts) >= len(ids), PATIENCE_S)
            time.sleep(5)  # whatever is posted twice comes by then
            bot.stop()
        kept = _report(server, store, ids, at)
        store.close()
    print("kept" if kept else "NOT KEPT")
    return not kept


def _report(server: SandboxServer, store: Store, ids: list[str], at: datetime) -> bool:
    owners = server.look(lambda box: {channel: person for person, channel in box.world.direct.items()})
    posts = [one for one in server.posts if one.channel in owners]
    got = Counter(owners[one.channel] for one in posts)
    waits = sorted(float(one.ts) - at.timestamp() for one in posts)
    lost, double = sum(not got[one] for one in ids), sum(got[one] > 1 for one in ids)
    with store.read() as session:
        states = Counter(
            dict(session.execute(select(Delivery.state, func.count()).group_by(Delivery.state)).all())
        )
    calls = Counter(call.method for call in server.calls)
    print(
        f"{len(ids)} people, due in the same second: {lost} lost, {double} double (target 0); {dict(states)}"
    )
    print(
        f"the first after {waits[0]:.1f} s, half of them after {waits[len(waits) // 2]:.1f} s, "
        f"the last after {waits[-1]:.1f} s (target {LAST_S}): {len(posts) / max(0.1, waits[-1]):.0f} a second"
    )
    print("calls:", ", ".join(f"{method} {count}" for method, count in calls.most_common(5)))
    return not (lost or double) and waits[-1] <= LAST_S


if __name__ == "__main__":
    sys.exit(main())
