"""A year of the example company, with kills and with every trouble that Slack can make.

    python -m bench.year [--days 365] [--seed 1] [--read FILE]

Bot and sandbox have one clock, which goes from due moment to due moment. At random the bot dies in the middle
of a step, is down for hours or days, and Slack limits, goes away, or posts without answering. Personas get
new revisions; one channel is archived, one comes to be shared. At the end every planned post must be there
once, or be listed with the reason why not. ``--read`` writes what was posted.
"""

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.app import Bot, build_bot, slack_client
from bot.manifest import build_manifest
from bot.outbox import Outbox
from bot.sandbox import SandboxServer
from bot.sandbox.accounts import BOT_TOKEN
from bot.sandbox.start import prepare_store
from bot.wording import Words
from persona_store.answering import Answering
from persona_store.database import Store, open_store
from persona_store.models import Delivery, Subscription
from persona_store.packs import check_pack, export_pack, import_pack
from persona_store.packs.writing import json_text
from persona_store.posts.delivery_log import list_deliveries
from persona_store.posts.subscriptions import Wanted, subscribe

BEGIN = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
STEPS = ("_plan", "_claim", "_compose", "_begin", "_deliver", "_record")
AT_REST: dict[str, Any] = {"rate_limit": None, "lose_answer": None, "outage": False}
SUBSCRIPTIONS = [
    Wanted("C0MARKETING", "U0ALICE", "spotlight", (0,), "09:30", "Europe/Madrid", "marketing"),
    Wanted("C0PRODUCT", "U0BOB", "spotlight", (2,), "10:00", "Europe/Berlin", "product"),
    Wanted("C0PRODUCT", "U0CAROL", "spotlight", (4,), "16:00", "America/New_York"),
    Wanted("C0SUPPORT", "U0ALICE", "spotlight", (3,), "14:00", "Australia/Lord_Howe", "support"),
    Wanted("C0SUPPORT", "U0BOB", "spotlight", (6,), "02:30", "Europe/London"),
    Wanted("C0STORIES", "U0BOB", "story", (1, 4), "11:00", "Asia/Kolkata"),
]


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Year:
    store: Store
    sandbox: SandboxServer
    chance: random.Random
    clock: list[datetime]
    kills: int = 0
    downs: int = 0
    revisions: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    trouble: dict[str, Any] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.clock[0]

    @now.setter
    def now(self, moment: datetime) -> None:
        self.clock[0] = moment

    def __post_init__(self) -> None:
        self.answering = Answering(self.store)
        self.bot = self._new_bot()

    def _new_bot(self) -> Bot:
        """Start again, at once: what keeps a real bot from starting only makes it come later."""
        self.sandbox.set_faults(**AT_REST)
        client = slack_client(BOT_TOKEN, self.sandbox.api_url)
        bot = build_bot(client, self.store, self.answering, Words(), lambda: self.now)
        self.sandbox.set_faults(**self.trouble)
        return bot

    def live(self, days: int) -> None:
        """Let the days pass, each with its trouble."""
        end = BEGIN + timedelta(days=days)
        for day in range(days):
            self._begin_day(day)
            self._pass_until(min(BEGIN + timedelta(days=day + 1), end))
        self._make_trouble({})
        self._pass_until(end + timedelta(days=2))  # what was in doubt at the end is settled

    def _begin_day(self, day: int) -> None:
        name = self.chance.choice(["none", "none", "limits", "lost answers", "away", "down"])
        self.faults[name] += 1
        wait, way = self.chance.randint(1, 90), self.chance.choice([True, "close"])
        troubles: dict[str, dict[str, Any]] = {
            "limits": {"rate_limit": {"share": 0.3, "retry_after": wait}},
            "lost answers": {"lose_answer": {"share": 0.5}},
            "away": {"outage": way},
        }
        self._make_trouble(troubles.get(name, {}))
        if name == "down":
            self.downs += 1
            self.now += timedelta(hours=self.chance.uniform(0.1, 72))
        if day % 31 == 30:
            self._revise()
        if day == 200:
            self.sandbox.change_channel("C0SUPPORT", is_ext_shared=True)
        if day == 300:
            self.sandbox.change_channel("C0STORIES", is_archived=True)

    def _make_trouble(self, trouble: dict[str, Any]) -> None:
        self.trouble = trouble
        self.sandbox.set_faults(**AT_REST | trouble)

    def _pass_until(self, end: datetime) -> None:
        while True:
            self._work()
            due = self.bot.outbox.next_due()
            if due is None or due > end:
                break
            self.now = max(self.now, due)
        self.now = max(self.now, end)
        self._work()

    def _work(self) -> None:
        if self.chance.random() < 0.2:
            _die_at(self.bot.outbox, self.chance.choice(STEPS), self.chance)
        try:
            self.bot.outbox.work()
        except Killed:
            self.kills += 1
            self.bot.inbox.close()
            self.bot.outbox.close()
            self.bot = self._new_bot()

    def _revise(self) -> None:
        """The council publishes: two statements of a persona are seen more often than before."""
        self.revisions += 1
        with tempfile.TemporaryDirectory() as folder, self.store.begin() as session:
            pack = json.loads(json_text(export_pack(session)))
            persona = self.chance.choice(pack["personas"])
            for statement in self.chance.sample(persona["statements"], 2):
                statement["text"] = f"{statement['text'].rstrip('.')}, and more often than a year ago."
            file = Path(folder) / "pack.json"
            file.write_text(json.dumps(pack), "utf8")
            checked, problems = check_pack(file, today=self.now.date())
            assert checked, problems
            import_pack(session, checked, now=self.now, published_by="the council")


def _die_at(outbox: Outbox, step: str, chance: random.Random) -> None:
    """Make the process die before or after this step."""
    does, first = getattr(type(outbox), step), chance.random() < 0.5

    def die(*arguments: object) -> object:
        delattr(outbox, step)
        if first:
            raise Killed
        does(outbox, *arguments)
        raise Killed

    setattr(outbox, step, die)


def planned(subscription: Subscription, until: datetime) -> set[str]:
    """Every local time that the subscription has, counted day by day."""
    zone, at = ZoneInfo(subscription.zone), time.fromisoformat(subscription.local_time)
    found: set[str] = set()
    day = BEGIN.astimezone(zone).date()
    while True:
        moment = datetime.combine(day, at, zone).astimezone(UTC)
        if moment > until:
            return found
        if moment > BEGIN and day.weekday() in subscription.weekdays:
            found.add(f"{subscription.id} {day}T{subscription.local_time}")
        day += timedelta(days=1)


def check(year: Year) -> bool:
    """Compare what was planned with what the sandbox accepted; print the figures."""
    with year.store.read() as session:
        deliveries = {one.key: one for one in list_deliveries(session, limit=100_000)}
        subscriptions = session.query(Subscription).all()
    wanted: set[str] = set()
    for subscription in subscriptions:
        wanted |= planned(subscription, subscription.ended_at or year.now)
    keys = [
        post.metadata["event_payload"]["key"]
        for post in year.sandbox.posts
        if post.metadata and post.metadata["event_type"] == "persona_delivery"
    ]
    accepted = Counter(key for key in keys if key in deliveries)
    sent = {key for key, one in deliveries.items() if one.state == "sent"}
    silent = [key for key in wanted if key not in deliveries]
    silent += [key for key, one in deliveries.items() if one.state != "sent" and not one.reason]
    double = [key for key, count in accepted.items() if count > 1]
    lost = sorted(sent - set(accepted))
    unknown = sorted(set(accepted) - sent)
    print(
        f"{year.kills} kills, {year.downs} times down, {year.revisions} revisions, days: {dict(year.faults)}"
    )
    print(f"{len(wanted)} planned, {len(accepted)} posted; {_reasons(deliveries)}")
    for name, found in {"double": double, "lost": lost, "silent": silent, "not recorded": unknown}.items():
        print(f"{name}: {len(found)}{' ' + str(found[:3]) if found else ''}")
    return not (double or lost or silent or unknown)


def _reasons(deliveries: dict[str, Delivery]) -> str:
    others = Counter(
        f"{one.state}: {one.reason}" for one in deliveries.values() if one.state not in ("sent", "planned")
    )
    return "; ".join(f"{count} {reason}" for reason, count in others.most_common()) or "nothing else"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--read", type=Path, help="write what was posted into this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/year.db")
        prepare_store(store, BEGIN)
        with store.begin() as session:
            for wanted in SUBSCRIPTIONS:
                subscribe(session, wanted, BEGIN)
        clock = [BEGIN]

        def seconds() -> float:
            return clock[0].timestamp()

        with SandboxServer(build_manifest(), clock=seconds) as sandbox:
            year = Year(store, sandbox, random.Random(options.seed), clock)
            year.live(options.days)
            if options.read:
                options.read.write_text(posts_to_read(sandbox), "utf8")
            return 0 if check(year) else 1


def posts_to_read(sandbox: SandboxServer) -> str:
    """Everything that was posted to channels, as text."""
    shown = []
    for post in sandbox.posts:
        message = sandbox.look(lambda box, post=post: box.world.channels[post.channel].messages[post.ts])  # type: ignore[misc]
        when = datetime.fromtimestamp(float(post.ts), UTC)
        shown.append("\n".join([f"=== {post.channel} {when:%a %Y-%m-%d %H:%M}", *_texts(message.blocks)]))
    return "\n\n".join(shown)


def _texts(block: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    for key, value in block.items() if isinstance(block, dict) else enumerate(block):
        if key == "text" and isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            yield from _texts(value)


if __name__ == "__main__":
    sys.exit(main())
