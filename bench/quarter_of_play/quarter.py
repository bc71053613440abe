"""What happens in the quarter, hour by hour."""

import heapq
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bench.quarter_of_play.cast import (
    CAST,
    LEAVES_COMPANY,
    PRODUCT,
    SALES,
    SUPPORT,
    Player,
)
from bench.quarter_of_play.minds import Mind
from bench.quarter_of_play.workplace import Workplace
from bot.sandbox.world import Message
from persona_store.models import Delivery, TriviaQuestion, TriviaRound
from persona_store.posts.subscriptions import Wanted, subscribe
from persona_store.trivia.course import lesson
from persona_store.trivia.made import Made
from persona_store.trivia.results import questions_of

BEGIN = datetime(2027, 1, 4, 6, 0, tzinfo=UTC)
END = datetime(2027, 4, 2, 12, 0, tzinfo=UTC)
SUBSCRIPTIONS = (
    Wanted(PRODUCT, "U0ALICE", "trivia", (1,), "10:00", "Europe/Madrid", questions=5, hours=24),
    Wanted(SUPPORT, "U0BOB", "trivia", (2,), "09:00", "Europe/London", questions=3, hours=8),
    Wanted(SALES, "U0LUZ", "trivia", (3,), "14:00", "America/New_York", questions=5, hours=24),
    Wanted(PRODUCT, "U0ALICE", "spotlight", (4,), "11:00", "Europe/Madrid", "product"),
)
DAY, WEEK, HOUR = timedelta(days=1), timedelta(days=7), timedelta(hours=1)
WEEKS = 13


@dataclass(frozen=True)
class Given:
    """An answer that we know was given, counted by nobody but us."""

    at: datetime
    person: str
    question: int
    round: int | None
    option: int
    is_right: bool


@dataclass
class Quarter:
    place: Workplace
    chance: random.Random
    given: list[Given] = field(default_factory=list)
    refused: list[Message | None] = field(default_factory=list)
    flagged: list[int] = field(default_factory=list)
    retired: dict[int, datetime] = field(default_factory=dict)
    asked_alone: dict[str, list[tuple[datetime, str, int, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.players = {one.id: one for one in CAST}
        self.minds = {one.id: Mind(one) for one in CAST}
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = count()
        self._known: set[int] = set()

    def at(self, moment: datetime, does: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (moment, next(self._numbers), does))

    def live(self) -> None:
        """Let the quarter pass, from due moment to due moment."""
        with self.place.store.begin() as session:
            for wanted in SUBSCRIPTIONS:
                subscribe(session, wanted, BEGIN)
        for one in CAST:
            for week in range(WEEKS):
                for day in self.chance.sample(range(5), one.alone):
                    moment = self._hours(one, BEGIN + week * WEEK + day * DAY)
                    self.at(moment, lambda one=one: self._play_alone(one, 4))  # type: ignore[misc]
        while True:
            due = self.place.bot.outbox.next_due() or END
            moment = min(due, self._agenda[0][0]) if self._agenda else due
            if moment > END:
                break
            self.place.go_to(moment)
            self.notice_posts()
            while self._agenda and self._agenda[0][0] <= self.place.now:
                heapq.heappop(self._agenda)[2]()
        self.place.go_to(END)

    def _hours(self, one: Player, day: datetime) -> datetime:
        """Give a moment of their working day."""
        zone = ZoneInfo(one.zone)
        there = datetime.combine(day.astimezone(zone).date(), time(9), zone)
        return (there + timedelta(minutes=self.chance.randrange(8 * 60))).astimezone(UTC)

    # What was posted, and who answers it when

    def notice_posts(self) -> None:
        with self.place.store.read() as session:
            new = session.scalars(select(Delivery).where(Delivery.state == "sent").order_by(Delivery.id))
            posts = [one for one in new if one.id not in self._known]
        for one in posts:
            self._known.add(one.id)
            if one.programme == "trivia":
                self._invite(one)
            elif one.programme == "trivia_reveal":
                self._read_reveal(int((one.content or {})["round"]))
            elif one.programme in ("trivia_daily", "course"):
                self._receive(one)

    def _invite(self, post: Delivery) -> None:
        closes_at = datetime.fromisoformat((post.content or {})["closes_at"])
        for one in CAST:
            if post.channel_id in one.channels and self.chance.random() < one.plays:
                moment = self._hours(one, self.place.now)
                if moment < self.place.now:
                    moment = self.place.now + timedelta(minutes=self.chance.randrange(5, 90))
                if moment < closes_at + 2 * HOUR:
                    self.at(moment, lambda one=one: self._answer_round(one, post))  # type: ignore[misc]

    def _answer_round(self, one: Player, post: Delivery) -> None:
        with self.place.store.read() as session:
            found = session.get_one(TriviaRound, post.id)
            questions = questions_of(session, found)
        shown = self.place.message(post.channel_id, post.ts or "")
        for place, question in enumerate(questions):
            option = self.minds[one.id].choose(question, self.place.now, self.chance)
            if self.chance.random() < 0.08:  # they change their mind
                self._click_answer(
                    one, shown, found, place, question, self.chance.randrange(len(question.options))
                )
            self._click_answer(one, shown, found, place, question, option)

    def _click_answer(
        self,
        one: Player,
        shown: Message,
        found: TriviaRound,
        place: int,
        question: TriviaQuestion,
        option: int,
    ) -> None:
        is_there = self.place.press(one.id, shown, "trivia.answer", f"{found.id}:{place}:{option}")
        if is_there and self.place.now < found.closes_at:
            self.given.append(
                Given(self.place.now, one.id, question.id, found.id, option, option == question.right)
            )

    def _read_reveal(self, round_id: int) -> None:
        """Six of ten read the answers, those who played more often."""
        with self.place.store.read() as session:
            found = session.get_one(TriviaRound, round_id)
            things = [one.statement or one.key for one in questions_of(session, found)]
        played = {one.person for one in self.given if one.round == round_id}
        for one in CAST:
            if found.channel_id in one.channels and self.chance.random() < (0.8 if one.id in played else 0.3):
                self.minds[one.id].learn(things, self.place.now)

    def _receive(self, post: Delivery) -> None:
        one = self.players[post.channel_id]
        if post.programme == "course":
            self._read_lesson(one, int((post.content or {})["day"]))
        if self.chance.random() < (0.9 if post.programme == "course" else 0.8):
            delay = timedelta(minutes=self.chance.randrange(2, 300))
            self.at(self.place.now + delay, lambda: self._answer_message(one, post))

    def _read_lesson(self, one: Player, day: int) -> None:
        with self.place.store.read() as session:
            told = lesson(self.place.material(session), day, one.id)
        for visit in told.visits if told else ():
            self.minds[one.id].learn([said.key for said in visit.statements], self.place.now)

    def _answer_message(self, one: Player, post: Delivery) -> None:
        told = (post.content or {}).get("question")
        if told is None or one.id == LEAVES_COMPANY:
            return
        made = Made.from_json(told)
        channel = self.place.server.box.world.direct[one.id]
        shown = self.place.message(channel, post.ts or "")
        self._answer(one, shown, TriviaQuestion(**_row(made)), f"d{post.id}", "daily")

    def _answer(self, one: Player, shown: Message, question: TriviaQuestion, source: str, how: str) -> bool:
        option = self.minds[one.id].choose(question, self.place.now, self.chance)
        value = next(
            (
                button["value"]
                for block in shown.blocks
                for button in block.get("elements", ())
                if str(button.get("value", "")).startswith(f"{source}:{option}:")
            ),
            None,
        )
        if value is None or not self.place.press(one.id, shown, "learning.answer", value):
            return False
        self.asked_alone[one.id].append((self.place.now, how, question.id or 0, question.key))
        self.given.append(
            Given(self.place.now, one.id, question.id or 0, None, option, option == question.right)
        )
        self.minds[one.id].learn([question.statement or question.key], self.place.now)
        return True

    def _play_alone(self, one: Player, times: int) -> None:
        channel = one.channels[0]
        self.place.command(one.id, channel, "/persona trivia")
        for _ in range(times):
            shown = self.place.said_to(one.id, channel)
            source = next(
                (
                    str(button["value"]).partition(":")[0]
                    for block in (shown.blocks if shown else [])
                    for button in block.get("elements", ())
                    if str(button.get("action_id", "")).startswith("learning.answer")
                ),
                None,
            )
            if shown is None or source is None:
                self.notes.append(f"{one.id} was asked nothing")
                return
            with self.place.store.read() as session:
                question = session.get_one(TriviaQuestion, int(source[1:]))
            if not self._answer(one, shown, question, source, "alone"):
                return
            answered = self.place.said_to(one.id, channel)
            if answered is not None:
                self.place.press(one.id, answered, "learning.next")
        last = self.place.said_to(one.id, channel)
        if last is not None:
            self.place.press(one.id, last, "learning.stop")


def _row(made: Made) -> dict[str, object]:
    return made.as_json() | {"options": [{"text": one.text} for one in made.options]}
