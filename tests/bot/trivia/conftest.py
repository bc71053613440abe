"""Rounds in channels: a clock that tests set, and ticks when they say so."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.app import Bot
from bot.run import connected_bot
from bot.sandbox import SandboxServer
from bot.sandbox.calls import Post
from bot.sandbox.start import sandbox_settings
from persona_store.database import Store
from persona_store.models import Delivery, TriviaAnswer, TriviaQuestion, TriviaRound
from persona_store.trivia.results import questions_of
from tests.bot.patience import Clock, eventually
from tests.bot.slack_driver import Message, Slack

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PRODUCT = "C0PRODUCT"


@pytest.fixture
def clock() -> Clock:
    return Clock(MONDAY)


@pytest.fixture
def bot(sandbox: SandboxServer, database_url: str, clock: Clock) -> Iterator[Bot]:
    with connected_bot(sandbox_settings(sandbox.url, database_url), clock) as bot:
        sandbox.wait_connected()
        yield bot


class Game:
    """People at a round in #product."""

    def __init__(self, slack: Slack, bot: Bot, store: Store, clock: Clock) -> None:
        self.slack, self.bot, self.store, self.clock = slack, bot, store, clock

    def start(self, typed: str = "3 4", who: str = "carol", channel: str = "product") -> Message:
        """Start a round; give its opening message."""
        known = {one.ts for one in self._public(who, channel)}
        self.clock.pass_by(2)  # a channel gets one post a second
        self.slack.command(who, f"/persona trivia start {typed}", channel)
        self.bot.outbox.work()
        return eventually(
            lambda: next((one for one in self._public(who, channel) if one.ts not in known), None)
        )

    def answer(self, opening: Message, who: str, place: int, option: int) -> Message:
        """Click; give what this person is told: at the first, at the last, and at every change."""
        number = self.round().id
        return self.slack.click_for_reply(opening, who, "trivia.answer", f"{number}:{place}:{option}")

    def answer_quietly(self, opening: Message, who: str, place: int, option: int) -> None:
        """Click where nothing is said to it; wait until it is kept."""
        before = len(self.answers())
        self.slack.click(opening, who, "trivia.answer", f"{self.round().id}:{place}:{option}")
        eventually(lambda: len(self.answers()) > before)

    def choose(self, opening: Message, who: str, value: str) -> None:
        """Choose behind the three dots, found by the beginning of the value."""
        element = next(
            one
            for one in opening.elements
            if one["type"] == "overflow"
            and any(option["value"].startswith(value) for option in one["options"])
        )
        option = next(option for option in element["options"] if option["value"].startswith(value))
        self.slack._press(opening, who, element, {"selected_option": option})

    def pass_by(self, hours: float) -> None:
        self.clock.now += timedelta(hours=hours)
        self.bot.outbox.work()
        self.bot.bulletin.keep_up()

    def close(self, opening: Message, hours: float = 4) -> Message:
        """Let the time pass; give the message that reveals."""
        before = {one.ts for one in self._public("carol")}
        self.clock.now += timedelta(hours=hours)
        self.bot.outbox.work()
        return eventually(
            lambda: next(
                (one for one in self._public("carol") if one.ts not in before and one.ts != opening.ts), None
            )
        )

    def round(self) -> TriviaRound:
        with self.store.read() as session:
            return session.query(TriviaRound).order_by(TriviaRound.id.desc()).first() or pytest.fail("none")

    def questions(self) -> list[TriviaQuestion]:
        found = self.round()
        with self.store.read() as session:
            return questions_of(session, found)

    def answers(self) -> list[TriviaAnswer]:
        with self.store.read() as session:
            return session.query(TriviaAnswer).order_by(TriviaAnswer.id).all()

    def deliveries(self) -> list[Delivery]:
        with self.store.read() as session:
            own = Delivery.programme.startswith("trivia")
            return session.query(Delivery).filter(own).order_by(Delivery.id).all()

    def posts(self) -> list[Post]:
        """What was posted, but reminders of reviews."""
        known = {
            f"{(one.metadata or {}).get('event_payload', {}).get('key')}": one
            for one in self.slack.server.posts
        }
        return [one for key, one in known.items() if not key.startswith("review")]

    def right(self, place: int) -> int:
        return self.questions()[place].right

    def wrong(self, place: int) -> int:
        question = self.questions()[place]
        return next(one for one in range(len(question.options)) if one != question.right)

    def _public(self, who: str, channel: str = "product") -> list[Message]:
        return [one for one in self.slack.messages(who, channel) if not one.ephemeral]


@pytest.fixture
def game(slack: Slack, bot: Bot, store: Store, clock: Clock) -> Game:
    return Game(slack, bot, store, clock)
