"""One post for each planned delivery, whatever the replicas (R1).

python -m bench.deliveries [--database postgresql] [--posts 5000] [--replicas 4] [--faults] [--stops] [--late]

Real processes share one database (SQLite has one); every half second one of them, by chance, is killed by
kill -9 and replaced. Slack is the sandbox, in a process of its own: what it accepted is compared with what
was subscribed to. With ``--faults`` Slack also loses answers, limits calls and goes away. With ``--stops``
processes are stopped where they are for 5 minutes (SIGSTOP) instead of killed; with ``--late`` everything is
due before they start. The clock that all of them see runs 20 times as fast as the real one, so that leases
(60 s) and quarantines (120 s) pass.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from tqdm import tqdm

from bench.clocks import FastClock
from bench.databases import new_database
from bench.deliveries_fleet import BEGIN, Fleet, Plan, Verdict, count_open, judge, slack_of
from bot.sandbox.apart import SandboxApart
from persona_store.database import Store, open_store

SPEED = 20
KILL_EVERY = 0.5
AT_REST: dict[str, Any] = {"rate_limit": None, "lose_answer": None, "outage": False}
FAULTS: tuple[dict[str, Any], ...] = (
    {},
    {"lose_answer": {"share": 0.2}},
    {"rate_limit": {"share": 0.3, "retry_after": 5}},
    {"outage": True},
    {"lose_answer": {"share": 0.2}, "rate_limit": {"share": 0.1, "retry_after": 2}},
    {"outage": "close"},
)
FAULTS_CHANGE_EVERY = 3.0
STOPPED_FOR = 300.0


def run(
    database_url: str,
    plan: Plan,
    replicas: int,
    *,
    faults: bool = False,
    stops: bool = False,
    late: bool = False,
    seed: int = 1,
) -> tuple[Verdict, int, float, list[str]]:
    """Post everything, with kills to the very end; gives the verdict, kills, seconds, unexpected errors."""
    chance = random.Random(seed)
    with ExitStack() as stack:
        errors = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "errors"
        store = stack.enter_context(closing(open_store(database_url, migrate=False)))
        plan.fill(store)
        begin = BEGIN + timedelta(minutes=plan.minutes + 1 if late else 0)
        clock, started = FastClock.starting(begin, SPEED), time.monotonic()
        slack = stack.enter_context(slack_of(plan, clock))
        with Fleet(database_url, slack.api_url, clock, replicas, errors) as fleet:
            disturb = _Disturbance(slack, chance) if faults else None
            strike = (
                partial(fleet.stop_one, chance, STOPPED_FOR / SPEED)
                if stops
                else partial(fleet.kill_one, chance)
            )
            _wait_until_done(store, plan, strike, disturb)
        seconds = time.monotonic() - started
        verdict = judge(store, plan, slack.ask("posts"))
        found = errors.read_text().splitlines() if errors.exists() else []
    return verdict, fleet.strikes, seconds, found


class _Disturbance:
    """Changes what is wrong with Slack, every few seconds."""

    def __init__(self, slack: SandboxApart, chance: random.Random) -> None:
        self._slack, self._chance, self._until = slack, chance, 0.0

    def __call__(self) -> None:
        if time.monotonic() >= self._until:
            self._until = time.monotonic() + FAULTS_CHANGE_EVERY
            self._slack.ask("set_faults", **AT_REST | self._chance.choice(FAULTS))


def _wait_until_done(
    store: Store, plan: Plan, strike: Callable[[], None], disturb: Callable[[], None] | None
) -> None:
    left = plan.posts
    with tqdm(total=plan.posts, unit="post", disable=plan.posts < 1_000) as progress:
        while left:
            time.sleep(KILL_EVERY)
            strike()
            if disturb:
                disturb()
            progress.update(left - (now_left := count_open(store)))
            left = now_left


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--posts", type=int, default=5_000)
    parser.add_argument("--channels", type=int, default=250)
    parser.add_argument("--minutes", type=int, default=40, help="in the course of which they come due")
    parser.add_argument("--replicas", type=int)
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--stops", action="store_true")
    parser.add_argument("--late", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    replicas = options.replicas or (4 if options.database == "postgresql" else 1)
    plan = Plan(options.posts, options.channels, options.minutes)
    with new_database(options.database) as database_url:
        verdict, strikes, seconds, errors = run(
            database_url,
            plan,
            replicas,
            faults=options.faults,
            stops=options.stops,
            late=options.late,
            seed=options.seed,
        )
    trouble = ", Slack loses answers, limits and goes away" if options.faults else ""
    struck = f"SIGSTOP for {STOPPED_FOR:.0f} s" if options.stops else "kill -9"
    print(
        f"R1: {options.database}, {replicas} replicas, {verdict.planned} deliveries, {strikes} {struck}, one"
    )
    print(f"    every {KILL_EVERY} s{trouble}; clock x{SPEED}, {seconds:.0f} s:")
    print(f"    {verdict} (target 0, 0)")
    print(f"    unexpected errors: {len(errors)} {sorted(set(errors))[:3] if errors else ''}")
    return 0 if verdict.is_right and not errors else 1


if __name__ == "__main__":
    sys.exit(main())
