"""Ambiguous answers of Slack (R5): each way in which an answer can fail, before and after Slack has posted.

python -m bench.deliveries_doubt

In channels and in direct messages, where nothing and where a lot is said meanwhile, with our clock right and
two minutes off. Slack's answers go through a server that spoils them; the clock is set from due moment to due
moment, so that ten minutes pass at once.
"""

import itertools
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tqdm import tqdm

from bench.clocks import SetClock
from bench.deliveries_gate import WAYS, FickleSlack
from bench.post_office import Office, key_of
from bot.app import slack_client
from bot.manifest import build_manifest
from bot.sandbox import SandboxServer
from bot.sandbox.accounts import BOT_TOKEN
from bot.sandbox.box import Box
from bot.sandbox.world import Message
from persona_store.database import open_store

BEGIN = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TEN_MINUTES = timedelta(minutes=10)
CHANNEL, PERSON = "C0PRODUCT", "U0ALICE"
CONVERSATIONS = {CHANNEL: CHANNEL, PERSON: "D0ALICE"}
CHATTER = 450
"""Messages of others meanwhile: three pages of history."""
CALL_SECONDS = 0.25
"""How long a call waits for its answer here."""


@dataclass(frozen=True)
class Case:
    """``clock_ahead``: of Slack's clock, in seconds."""

    way: str
    heard: bool
    place: str = CHANNEL
    chatter: int = 0
    clock_ahead: int = 0


CASES = [
    Case(*each)
    for each in itertools.product(WAYS, (True, False), (CHANNEL, PERSON), (0, CHATTER), (-120, 0, 120))
]


@dataclass
class Trouble:
    """An office whose calls go through a Slack that can be made to fail, and whose clock can be wrong."""

    office: Office
    gate: FickleSlack
    ahead: list[int]


@contextmanager
def troubled_office() -> Iterator[Trouble]:
    clock, ahead = SetClock(BEGIN), [0]
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        store = stack.enter_context(closing(open_store(f"sqlite:///{Path(folder) / 'persona.db'}")))
        slacks = SandboxServer(build_manifest(), clock=lambda: clock.seconds() - ahead[0])
        sandbox = stack.enter_context(slacks)
        gate = stack.enter_context(FickleSlack(sandbox.api_url, CALL_SECONDS))
        client = slack_client(BOT_TOKEN, gate.api_url)
        setattr(client, "timeout", CALL_SECONDS)  # noqa: B010 - declared as whole seconds, it takes fractions
        yield Trouble(stack.enter_context(closing(Office(store, sandbox, clock, client))), gate, ahead)


@dataclass(frozen=True)
class Outcome:
    """``seconds``: until it was settled; None where it was not within ten minutes."""

    posts: int
    state: str
    seconds: float | None
    knows_ts: bool

    @property
    def is_right(self) -> bool:
        return self.posts == 1 and self.state == "sent" and self.seconds is not None and self.knows_ts


def try_case(trouble: Trouble, case: Case, key: str) -> Outcome:
    """Post something, spoil the answer, and let ten minutes pass."""
    office, trouble.ahead[0] = trouble.office, case.clock_ahead
    office.clock.pass_by(3_600)
    begun, settled_after = office.clock.now, None
    trouble.gate.strike("chat.postMessage", case.way, heard=case.heard)
    office.plan(key, case.place)
    office.outbox.work()
    _chat(office, CONVERSATIONS[case.place], case.chatter)
    while settled_after is None and office.clock.now <= begun + TEN_MINUTES:
        office.outbox.work()
        delivery = office.deliveries()[-1]
        if delivery.not_before is None:
            settled_after = (office.clock.now - begun).total_seconds()
        else:
            office.clock.now = max(office.clock.now, delivery.not_before)
    posts = [post for post in office.sandbox.posts if key_of(post) == key]
    return Outcome(len(posts), delivery.state, settled_after, delivery.ts in [post.ts for post in posts])


def _chat(office: Office, channel: str, messages: int) -> None:
    def say(box: Box) -> None:
        for number in range(messages):
            box.world.add_message(Message(channel, box.world.new_ts(), "U0BOB", f"And {number} more."))

    office.sandbox.look(say)


def main() -> int:
    wrong: list[tuple[Case, Outcome]] = []
    longest, double, lost = 0.0, 0, 0
    with troubled_office() as trouble:
        for number, case in enumerate(tqdm(CASES, unit="case")):
            outcome = try_case(trouble, case, f"case {number}")
            longest = max(longest, outcome.seconds or TEN_MINUTES.total_seconds())
            double += outcome.posts > 1
            lost += outcome.posts == 0
            if not outcome.is_right:
                wrong.append((case, outcome))
    print(f"R5: {len(CASES)} ambiguous answers ({len(WAYS)} ways, before and after the post; channels and")
    print(f"    direct messages; {CHATTER} messages of others meanwhile; our clock off by 2 min):")
    print(f"    {lost} lost, {double} double, settled after at most {longest:.0f} s (target 0, 0, 600 s)")
    for case, outcome in wrong:
        print(f"    NOT RIGHT: {case}: {outcome}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
