"""What the twenty do in a quarter: the bot tells them what became of it."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bench.clocks import SetClock
from bench.quarter_of_refresh.world import COUNCIL, STAFF, Seen, Truth, said_in
from bot.app import build_bot, slack_client
from bot.sandbox import SandboxServer
from bot.sandbox.accounts import BOT_TOKEN
from bot.wording import Words
from persona_store.answering import Answering, Outcome
from persona_store.asking import Asking, ask
from persona_store.database import Store
from persona_store.models import (
    Draft,
    Persona,
    RefreshItem,
    Statement,
    Voice,
)
from persona_store.questions import get_question, open_gap
from persona_store.refresh.backlog import BacklogFilter, list_backlog, make_move
from persona_store.refresh.draft_changes import Change, RetireStatement, StatementText, WriteStatement
from persona_store.refresh.drafts import change_draft, version_of
from persona_store.refresh.duplicates import suggest_duplicates
from persona_store.refresh.insights import Said, add_voice, submit_insight
from persona_store.refresh.item_moves import Move, With
from persona_store.refresh.items import count_people, list_voices, root_of
from persona_store.refresh.opening import open_draft
from persona_store.refresh.publishing import Reasons, publish_draft, submit_draft
from persona_store.refresh.register import Research, register_evidence
from persona_store.refresh.reviews import list_due, verify_persona

BEGIN = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TRIAGE_DAYS, WORKING = (1, 3), range(5)
LOOKED_AT = 3
"""Pages of the backlog that the council goes through in one meeting."""
TOO_FEW = "One customer so far: tell us when you hear it again."
NOT_SO = "We asked six customers, and none of them said so."


@dataclass
class Quarter:
    store: Store
    sandbox: SandboxServer
    chance: random.Random
    truth: Truth
    clock: SetClock
    about: dict[int, Seen] = field(default_factory=dict)
    drafts: list[tuple[int, str]] = field(default_factory=list)
    acts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.answering = Answering(self.store)
        client = slack_client(BOT_TOKEN, self.sandbox.api_url)
        self.bot = build_bot(client, self.store, self.answering, Words(), self.clock)

    @property
    def now(self) -> datetime:
        return self.clock.now

    @contextmanager
    def acting(self, what: str) -> Iterator[Session]:
        """A moment later somebody does something."""
        self.clock.pass_by(60)
        self.acts[what] += 1
        with self.store.begin() as session:
            yield session

    def live(self, weeks: int) -> None:
        for day in range(weeks * 7):
            morning = BEGIN + timedelta(days=day)
            self._pass_until(morning)
            if morning.weekday() in WORKING:
                self.truth.drift(self.chance)
                self._report()
                self._ask()
            if morning.weekday() in TRIAGE_DAYS:
                self._pass_until(morning + timedelta(hours=6))
                self._publish()
                self._triage()
                self._draft()
                self._review()
            if morning.weekday() == 6:
                print(self._week(day // 7 + 1), flush=True)
        self._pass_until(BEGIN + timedelta(days=weeks * 7 + 3))  # what was decided last is told

    def _pass_until(self, end: datetime) -> None:
        self.bot.outbox.work()
        while (due := self.bot.outbox.next_due()) and due <= end:
            self.clock.now = max(self.now, due)
            self.bot.outbox.work()
        self.clock.now = max(self.now, end)
        self.bot.outbox.work()

    def _report(self) -> None:
        """Each ambassador meets somebody on two days of three."""
        for person in STAFF["ambassador"]:
            if self.chance.random() > 0.67:
                continue
            with self.store.read() as session:
                seen = self.truth.meet(self.chance, said_now(session))
            if seen is not None:
                self._file(person, seen)

    def _file(self, person: str, seen: Seen) -> None:
        said = Said(seen.words, (seen.persona,), stance=seen.stance, statement=seen.statement, place="call")
        request = f"{person} {self.now.isoformat()}"
        with self.acting("report") as session:
            shown = suggest_duplicates(session, self.answering, said.text, said.personas)
            same = [item for item, _ in shown if self.about.get(item.id) == seen]
            if same and self.chance.random() < 0.8:  # else in a hurry
                self.acts["join"] += 1
                add_voice(session, same[0].id, person, said, request, self.now)
            else:
                voice = submit_insight(session, said, person, request, self.now)
                self.about[voice.item_id] = seen

    def _ask(self) -> None:
        """Some colleague wonders about something that customers do, and nobody has written down."""
        person = self.chance.choice(STAFF["employee"])
        with self.store.read() as session:
            wondered = self.truth.wonder(self.chance, said_now(session))
        if self.chance.random() > 0.4 or wondered is None:
            return
        asking = Asking(wondered.words, person, "C0PRODUCT", request=f"ask {self.now.isoformat()}")
        asked = ask(self.store, self.answering, asking, self.now)
        self.acts["ask"] += 1
        if asked.outcome == Outcome.NO_RESEARCH:
            with self.acting("ask council") as session:
                topic = self.answering.at(session).topic
                question = get_question(session, asked.question_id)
                open_gap(session, question, person, topic, self.now)
                self.about.setdefault(question.item_id or 0, wondered)

    def _triage(self) -> None:
        """The top of the backlog: merge what is the same, decide what is clear, let the rest wait."""
        for page in range(LOOKED_AT):
            with self.store.read() as session:
                lines = list_backlog(session, self.now, BacklogFilter(), page).lines
                items = [line.item.id for line in lines if line.item.state != "accepted"]
            for item_id in items:
                self._decide(item_id, self.chance.choice(COUNCIL))

    def _decide(self, item_id: int, member: str) -> None:
        with self.acting("decide") as session:
            item = session.get_one(RefreshItem, item_id)
            twin = self._twin(session, item)
            people = count_people(list_voices(session, item))
            is_old = self.now - item.opened_at > timedelta(days=21)
            if item.state not in ("new", "in_review", "snoozed"):
                return
            if twin is not None:
                make_move(session, item.id, Move.MERGE, member, self.now, With(into=twin))
            elif people >= 2 or item.kind == "gap" or is_old:
                self._research(session, item, member, is_sure=people >= 2 or item.kind == "gap")
            elif item.state == "new":
                until = (self.now + timedelta(days=15)).date()
                make_move(session, item.id, Move.SNOOZE, member, self.now, With(until=until))

    def _twin(self, session: Session, item: RefreshItem) -> RefreshItem | None:
        """An older open one about the same: a council member who reads both sees it."""
        mine = self.about.get(item.id)
        open_ones = select(RefreshItem).where(RefreshItem.state.in_(("new", "in_review", "accepted")))
        for other in session.scalars(open_ones.order_by(RefreshItem.id)):
            if other.id < item.id and self.about.get(other.id) == mine and other.kind == item.kind:
                return other
        return None

    def _research(self, session: Session, item: RefreshItem, member: str, *, is_sure: bool) -> None:
        """Ask customers: what is so is found so; of a single voice it is not always worth it."""
        if not is_sure and self.chance.random() < 0.5:
            make_move(session, item.id, Move.DECLINE, member, self.now, With(reason=TOO_FEW))
            return
        seen = self.about[item.id]
        said = {one.key: one for one in session.scalars(_current(seen.persona))}
        if not seen.what.startswith("odd") and self._change(seen, said, "") is not None:
            make_move(session, item.id, Move.ACCEPT, member, self.now)
        else:
            make_move(session, item.id, Move.DECLINE, member, self.now, With(reason=NOT_SO))

    def _draft(self) -> None:
        """What was accepted goes into one draft for each persona."""
        with self.store.read() as session:
            accepted = session.scalars(select(RefreshItem).where(RefreshItem.state == "accepted")).all()
            drafted = {item for draft in _drafts_alive(session) for item in draft}
        by_persona: dict[str, list[RefreshItem]] = {}
        for item in accepted:
            if item.id not in drafted and item.id in self.about:
                by_persona.setdefault(self.about[item.id].persona, []).append(item)
        for slug, items in by_persona.items():
            self._draft_of(slug, items, self.chance.choice(COUNCIL))

    def _draft_of(self, slug: str, items: list[RefreshItem], member: str) -> None:
        with self.acting("draft") as session:
            said = {one.key: one for one in session.scalars(_current(slug))}
            day = self.now.date() - timedelta(days=1)
            title = f"Six interviews on {slug}, week of {day}"
            research = Research("interview", day, title, 6, "Customer Research")
            evidence = register_evidence(session, research, member, self.now).key
            changes = [self._change(self.about[item.id], said, evidence) for item in items]
            draft = open_draft(session, slug, member, self.now, items=[item.id for item in items])
            for change in dict.fromkeys(one for one in changes if one is not None):
                draft = change_draft(session, draft.id, member, self.now, change, version_of(draft))
            if any(changes):
                why = f"{len(items)} things that colleagues saw, and six interviews."
                seen = version_of(draft)
                submit_draft(session, draft.id, member, self.now, seen, Reasons(why))
                self.drafts.append((draft.id, member))

    def _change(self, seen: Seen, said: dict[str, Statement], evidence: str) -> Change | None:
        """What the interviews say of it, if that is not said yet."""
        found = self.truth.text_of(seen)
        if seen.statement in said and found is None:
            return RetireStatement(seen.statement)
        if found is None or found in {one.text for one in said.values()}:
            return None
        if seen.statement in said:
            before = said[seen.statement]
            words = StatementText(before.kind, found, evidence=(evidence,))
            return WriteStatement(words, seen.statement)
        return WriteStatement(StatementText("need", found, evidence=(evidence,)))

    def _publish(self) -> None:
        """Somebody else looks at what waits since the last meeting."""
        waiting, self.drafts = self.drafts, []
        for draft_id, drafter in waiting:
            reader = self.chance.choice([one for one in COUNCIL if one != drafter])
            with self.acting("publish") as session:
                publish_draft(session, draft_id, reader, self.now)

    def _review(self) -> None:
        with self.store.read() as session:
            due = [(one.slug, one.owner) for one in list_due(session, self.now)]
        for slug, owner in due:
            with self.acting("still true") as session:
                verify_persona(session, slug, owner or COUNCIL[0], self.now)

    def _week(self, number: int) -> str:
        with self.store.read() as session:
            counts = Counter(session.scalars(select(RefreshItem.state)))
            voices = len(session.scalars(select(Voice.id).where(Voice.withdrawn_at.is_(None))).all())
            true, said, known, truths = self.truth.compare(said_now(session))
        waiting = sum(counts[state] for state in ("new", "in_review", "accepted", "snoozed"))
        settled = (
            f"{counts['published']} published, {counts['declined']} declined, {counts['duplicate']} merged"
        )
        return (
            f"week {number:2}: {waiting:3} open, {settled}; {voices} voices;"
            f" {true} of {said} statements true, {known} of {truths} truths said"
        )


def said_now(session: Session) -> dict[str, dict[str, str]]:
    current = select(Persona.slug, Statement.key, Statement.text).join(Statement)
    return said_in(session.execute(current.where(Statement.retired_at.is_(None))).all())


def _current(slug: str) -> Select[Statement]:
    return select(Statement).join(Persona).where(Persona.slug == slug, Statement.retired_at.is_(None))


def _drafts_alive(session: Session) -> list[list[int]]:
    alive = session.scalars(select(Draft).where(Draft.state.in_(("open", "submitted"))))
    return [[root_of(session, item).id for item in draft.items] for draft in alive]
