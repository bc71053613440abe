"""People who play alone, with a clock that tests set."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.app import Bot
from bot.run import connected_bot
from bot.sandbox import SandboxServer
from bot.sandbox.start import sandbox_settings
from persona_store.database import Store
from persona_store.models import Player, TriviaAnswer, TriviaQuestion
from tests.bot.patience import Clock, eventually
from tests.bot.slack_driver import Message, Slack

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock(MONDAY)


@pytest.fixture
def bot(sandbox: SandboxServer, database_url: str, clock: Clock) -> Iterator[Bot]:
    with connected_bot(sandbox_settings(sandbox.url, database_url), clock) as bot:
        sandbox.wait_connected()
        yield bot


class Alone:
    """Somebody at play; ``question`` is what the store knows of what was asked last."""

    def __init__(self, slack: Slack, bot: Bot, store: Store, clock: Clock, who: str) -> None:
        self.slack, self.bot, self.store, self.clock, self.who = slack, bot, store, clock, who

    @property
    def id(self) -> str:
        return self.slack.account_id(self.who)

    def ask(self, typed: str = "", channel: str = "product") -> Message:
        return self.slack.command(self.who, f"/persona trivia {typed}".strip(), channel)

    def asked(self, shown: Message) -> TriviaQuestion:
        """The question of a message, which must be one that was asked alone."""
        value = next(one["value"] for one in shown.elements if one["action_id"].startswith("learning.answer"))
        with self.store.read() as session:
            return session.get_one(TriviaQuestion, int(value.partition(":")[0][1:]))

    def answer(self, shown: Message, *, right: bool = True) -> Message:
        question = self.asked(shown)
        place = question.right if right else (question.right + 1) % len(question.options)
        return self.choose(shown, place)

    def choose(self, shown: Message, place: int) -> Message:
        values = [one["value"] for one in shown.elements if one["action_id"].startswith("learning.answer")]
        return self.slack.click_for_reply(shown, self.who, "learning.answer", values[place])

    def answers(self) -> list[TriviaAnswer]:
        with self.store.read() as session:
            own = select(TriviaAnswer).where(TriviaAnswer.slack_user_id == self.id)
            return list(session.scalars(own.order_by(TriviaAnswer.id)))

    def row(self) -> Player:
        with self.store.read() as session:
            return session.get_one(Player, self.id)

    def sent(self, number: int) -> list[Message]:
        """What came unasked in direct messages, once there are so many."""
        return eventually(lambda: found if len(found := self.inbox()) >= number else [])

    def inbox(self) -> list[Message]:
        """Messages that came by themselves; answers to clicks stand in their threads."""
        seen = self.slack.messages(self.who, "dm")
        sent = [one for one in seen if not one.ephemeral and one.user == "U0PERSONA"]
        return [one for one in sent if one.thread_ts in (None, one.ts)]

    def go_to(self, moment: datetime) -> None:
        """Let the time pass, in steps as the bot's own clock would take them."""
        self.clock.now = moment
        self.bot.outbox.work()


@pytest.fixture
def alice(slack: Slack, bot: Bot, store: Store, clock: Clock) -> Alone:
    return Alone(slack, bot, store, clock, "alice")
