"""Each of opening, reveal and reminder is there once, whatever dies in between."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.app import Bot, build_bot, slack_client
from bot.manifest import build_manifest
from bot.sandbox import SandboxServer
from bot.sandbox.accounts import BOT_TOKEN
from bot.wording import Words
from persona_store.answering import Answering
from persona_store.database import Store
from persona_store.models import Delivery, TriviaAnswer, TriviaRound
from persona_store.posts.deliveries import QUARANTINE
from persona_store.trivia.answers import Click, Outcome, Recorded, record_answer
from persona_store.trivia.rounds import RoundWanted, list_open, start_round
from tests.bot.patience import Clock

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
STEPS = ("_plan", "_claim", "_compose", "_begin", "_deliver", "_record")
WANTED = RoundWanted("C0PRODUCT", "U0CAROL", 2, 24, zone="Europe/London")


class Killed(BaseException):
    """The process is gone."""


class House:
    """One store, one Slack, one clock; a new process whenever one dies."""

    def __init__(self, store: Store, sandbox: SandboxServer, clock: Clock) -> None:
        self.store, self.sandbox, self.clock = store, sandbox, clock
        self.answering = Answering(store)
        self.bot = self.new_bot()

    def new_bot(self) -> Bot:
        client = slack_client(BOT_TOKEN, self.sandbox.api_url)
        return build_bot(client, self.store, self.answering, Words(), self.clock)

    def start(self) -> None:
        with self.store.begin() as session:
            start_round(session, "by hand", WANTED, self.clock.now)

    def work(self, *, dying_at: str = "", first: bool = False) -> None:
        """Do what is due; where the process dies, another one goes on."""
        if dying_at:
            die_at(self.bot.outbox, dying_at, first=first)
        try:
            self.bot.outbox.work()
            self.bot.bulletin.keep_up()
        except Killed:
            self.bot.inbox.close()
            self.bot.outbox.close()
            self.bot = self.new_bot()

    def work_until_settled(self, hours: float) -> None:
        end = self.clock.now + timedelta(hours=hours)
        self.work()
        while (due := self.bot.outbox.next_due()) and due <= end:
            self.clock.now = max(self.clock.now, due)
            self.work()
        self.clock.now = end
        self.work()

    def answer(self, who: str, place: int = 0, option: int = 0) -> Recorded:
        with self.store.begin() as session:
            click = Click(self.first_delivery(), place, option, who, self.clock.now)
            return record_answer(session, click)

    def first_delivery(self) -> int:
        with self.store.read() as session:
            return session.query(Delivery.id).filter(Delivery.programme == "trivia").scalar() or 0

    def posted(self) -> Counter[str]:
        keys = [post.metadata["event_payload"]["key"] for post in self.sandbox.posts if post.metadata]
        return Counter(key for key in keys if not key.startswith("review"))

    def states(self) -> dict[str, str]:
        with self.store.read() as session:
            own = Delivery.programme.startswith("trivia")
            rows = session.query(Delivery).filter(own).order_by(Delivery.id)
            return {one.key: one.state for one in rows}


def die_at(outbox: Any, step: str, *, first: bool) -> None:
    does = getattr(outbox, step)

    def die(*arguments: object) -> object:
        delattr(outbox, step)
        if not first:
            does(*arguments)
        raise Killed

    setattr(outbox, step, die)


@pytest.fixture
def clock() -> Clock:
    return Clock(MONDAY)


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[SandboxServer]:
    with SandboxServer(build_manifest(), clock=clock.seconds) as server:
        yield server


@pytest.fixture
def house(store: Store, sandbox: SandboxServer, clock: Clock) -> Iterator[House]:
    house = House(store, sandbox, clock)
    yield house
    house.bot.inbox.close()
    house.bot.outbox.close()


@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_opening_reminder_and_reveal_are_posted_once_each_though_the_process_dies_at_each_step(
    house: House,
    step: str,
    first: bool,  # noqa: FBT001
) -> None:
    house.start()
    house.work(dying_at=step, first=first)
    house.work_until_settled(0.2)
    recorded = house.answer("U0ALICE")
    house.clock.now = MONDAY + timedelta(hours=23, minutes=15)  # 09:00 is when people are reminded
    house.clock.now = MONDAY + timedelta(hours=23)
    house.work(dying_at=step, first=first)
    house.work_until_settled(0.3)
    house.clock.now = MONDAY + timedelta(hours=24, minutes=10)
    house.work(dying_at=step, first=first)
    house.work_until_settled(0.2)

    assert recorded.outcome is Outcome.RECORDED
    number = house.first_delivery()
    assert house.posted() == {"trivia by hand": 1, f"reminder {number}": 1, f"reveal {number}": 1}
    with house.store.read() as session:
        assert session.get_one(TriviaRound, number).state == "revealed"


def test_a_click_before_we_know_that_the_round_was_posted_opens_it(house: House, clock: Clock) -> None:
    house.start()
    house.work(dying_at="_deliver")  # Slack has the message, the store does not know
    recorded = house.answer("U0ALICE")
    with house.store.read() as session:
        opened = list_open(session, clock.now)
    clock.now += QUARANTINE
    house.work()
    again = house.answer("U0BOB")

    assert recorded.outcome is Outcome.RECORDED
    assert len(opened) == 1
    assert again.outcome is Outcome.RECORDED
    assert house.posted()["trivia by hand"] == 1
    with house.store.read() as session:
        assert session.query(TriviaRound).count() == 1
        assert session.query(TriviaAnswer).count() == 2


def test_a_round_that_was_posted_and_not_opened_is_opened_by_the_next_tick(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.start()
    monkeypatch.setattr(house.bot.outbox, "_tell_sent", lambda *_: None)
    house.bot.outbox.work()
    before = house.states()
    house.bot.bulletin.keep_up()

    assert list(before) == ["trivia by hand"]
    assert len(house.states()) == 3


def test_a_round_that_could_only_be_posted_late_has_its_whole_time(house: House, clock: Clock) -> None:
    house.start()
    house.sandbox.set_faults(outage=True)
    house.work()
    clock.now += timedelta(minutes=40)
    house.sandbox.set_faults(outage=False)
    house.work_until_settled(0.2)
    with house.store.read() as session:
        found = session.get_one(TriviaRound, house.first_delivery())

    assert found.closes_at - found.opened_at == timedelta(hours=24)


def test_clicks_that_came_before_the_close_and_are_worked_on_after_it_count_and_mend_the_reveal(
    house: House, clock: Clock
) -> None:
    house.start()
    house.work()
    house.answer("U0ALICE")
    in_time = clock.now = MONDAY + timedelta(hours=23, minutes=59, seconds=59)
    clock.now = MONDAY + timedelta(hours=24, seconds=5)
    house.work()
    before = house.sandbox.posts[-1]
    with house.store.begin() as session:
        late = record_answer(session, Click(house.first_delivery(), 0, 0, "U0BOB", in_time))
    house.work()
    message = house.sandbox.look(lambda box: box.world.channels["C0PRODUCT"].messages[before.ts])

    assert late.outcome is Outcome.RECORDED
    assert "2 people took part" in str(message.blocks)


def test_clicks_that_are_worked_on_out_of_order_leave_the_last_one(house: House, clock: Clock) -> None:
    house.start()
    house.work()
    early, later = clock.now, clock.now + timedelta(seconds=1)
    for at, option in ((later, 1), (early, 2)):
        with house.store.begin() as session:
            record_answer(session, Click(house.first_delivery(), 0, option, "U0ALICE", at))
    with house.store.read() as session:
        answers = session.query(TriviaAnswer).all()

    assert [one.option for one in answers] == [1]
