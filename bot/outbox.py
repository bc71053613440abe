"""Every planned post is sent once: claim, compose, say that we begin, send, record.

What a crash leaves is taken up by whichever process comes by; ``persona_store/posts/deliveries.py`` says how.
"""

import json
import logging
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from threading import Lock

from slack_sdk import WebClient
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from bot.desk import Desk
from bot.logs import where
from bot.notices import close
from bot.owners import Owners
from bot.people import Directory
from bot.posting import AWAY, WAS_AWAY, Closed, Poster, Step
from bot.programmes import Rules
from persona_store.database import Store
from persona_store.errors import NothingToPostError
from persona_store.models import Delivery
from persona_store.posts.deliveries import (
    NOBODY_RAN,
    QUARANTINE,
    Claimed,
    Settlement,
    begin_attempts,
    claim_due,
    list_stale,
    miss_stale,
    next_due,
    settle,
    skip_stale,
)
from persona_store.posts.pace import pause
from persona_store.posts.planning import next_planning, plan_due

log = logging.getLogger(__name__)

BATCH = 64
CALLERS = 8
PLANNED_AT_ONCE = 200

TRIES = 4
"""How often a post is tried that goes wrong in a way which nobody thought of: for less than ten minutes."""

Decide = Callable[[Session, Claimed, Desk], Settlement | None]


@dataclass(frozen=True)
class Planner:
    """Makes deliveries of what has come due (at most so many; gives how many); tells when the next is due."""

    plan: Callable[[Session, datetime, int], int]
    next_at: Callable[[Session], datetime | None]


SUBSCRIPTIONS = Planner(plan_due, next_planning)


class Outbox:
    """One per process; ``work`` is called by the clock."""

    def __init__(
        self,
        client: WebClient,
        store: Store,
        directory: Directory,
        lay_out: Callable[[], Desk],
        rules: Rules,
        planners: Sequence[Planner] = (SUBSCRIPTIONS,),
    ) -> None:
        self._store = store
        self._lay_out = lay_out
        self._rules = rules
        self._planners = planners
        self._turn = Lock()
        self._closing = False
        self._poster = Poster(client, directory, self._now)
        self._callers = ThreadPoolExecutor(CALLERS, thread_name_prefix="outbox")
        self._unrecorded: list[Settlement | Closed] = []
        self._owners = Owners(self._poster, store, lay_out)

    def work(self) -> None:
        """Do all that is due now."""
        with self._turn:
            self._work()

    def _work(self) -> None:
        self._record([])  # what the database could not take the last time
        self._plan()
        self._miss_stale()
        while not self._closing and (batch := self._claim()):
            self._record(self._deliver(batch))
            self._plan()  # what comes due meanwhile does not wait for the end of a long run
        self._owners.hand_over()

    def next_due(self) -> datetime | None:
        """The next moment at which there may be work."""
        with self._store.read() as session:
            moments = [next_due(session, self._now())]
            moments += [planner.next_at(session) for planner in self._planners]
        moments += self._poster.pauses().values()
        return min((moment for moment in moments if moment), default=None)

    def close(self) -> None:
        """Bring to its end what is on its way, so that nothing of it is in doubt."""
        self._closing = True
        with self._turn:
            self._callers.shutdown()

    def _now(self) -> datetime:
        return self._lay_out().now

    def _plan(self) -> None:
        for planner in self._planners:
            _incident_in(partial(self._plan_by, planner), "planning")

    def _plan_by(self, planner: Planner) -> None:
        planned = PLANNED_AT_ONCE
        while planned == PLANNED_AT_ONCE:
            with self._store.begin() as session:
                planned = planner.plan(session, self._now(), PLANNED_AT_ONCE)

    def _miss_stale(self) -> None:
        """Give up what is no longer useful; where there would have been nothing, nothing was missed."""
        desk, reason = self._lay_out(), WAS_AWAY if self._poster.is_away else NOBODY_RAN
        with self._store.begin() as session:
            for stale in list_stale(session, desk.now, list(self._rules.on_skipped)):
                why = _nothing_to_post(session, stale, desk)
                if why is not None:
                    skip_stale(stale, why)
                    self._rules.on_skipped[stale.programme](session, stale, desk)
            missed = miss_stale(session, desk.now, reason)
        if missed:
            log.warning("missed deliveries=%s", missed)

    def _claim(self) -> list[Claimed]:
        """Take up what is due; of a Slack that did not answer the last time, one delivery at a time."""
        if self._poster.pauses():
            return []
        with self._store.begin() as session:
            return claim_due(session, self._now(), 1 if self._poster.is_away else BATCH)

    def _deliver(self, batch: list[Claimed]) -> list[Settlement | Closed]:
        """Take a batch through the steps; whatever a step settles is out of the next."""
        done: list[Settlement | Closed] = []

        def go_on(
            step: Callable[[Claimed], Step], ready: list[Claimed], *, calls: bool = True
        ) -> list[Claimed]:
            run = self._callers.map if calls else map
            results = list(run(lambda one: self._survive(step, one, TRIES), ready))
            done.extend(result for result in results if result is not None)
            return [one for one, result in zip(ready, results, strict=True) if result is None]

        ready = go_on(self._poster.look_for, batch, calls=any(one.delivery.in_doubt_since for one in batch))
        ready = self._compose(ready, done)  # first: there may be nothing to post
        self._poster.survey(ready)
        ready = go_on(self._poster.check, ready, calls=self._poster.must_ask(ready))
        ready = self._decide(self._out_of_date, ready, done)
        go_on(self._poster.post, self._begin(ready))
        return done

    def _survive(self, step: Callable[[Claimed], Step], one: Claimed, tries: int = 1) -> Step:
        """Take a step; after a mistake in it the delivery has failed.

        With more ``tries`` it is in doubt first, since Slack may have heard us.
        """
        found: list[Step] = []
        incident = _incident_in(lambda: found.append(step(one)), f"delivery={one.delivery.id}")
        if incident is None:
            return found[0]
        now, reason = self._now(), f"Something of it went wrong (incident {incident})."
        if one.attempt < tries:
            return Settlement(one, "sending", now, again_at=now + QUARANTINE, reason=reason)
        return Settlement(one, "failed", now, reason=reason)

    def _begin(self, ready: list[Claimed]) -> list[Claimed]:
        with self._store.begin() as session:
            return begin_attempts(session, ready, self._now())

    def _compose(self, ready: list[Claimed], done: list[Settlement | Closed]) -> list[Claimed]:
        return self._decide(self._composed, ready, done)

    def _decide(self, decide: Decide, ready: list[Claimed], done: list[Settlement | Closed]) -> list[Claimed]:
        """See of each in the store what to do with it; gives those that go on."""
        going_on = []
        desk = self._lay_out()
        with self._store.read() as session:
            for one in ready:
                settled = self._survive(lambda one: decide(session, one, desk), one)
                if settled is None:
                    going_on.append(one)
                else:
                    done.append(settled)
                    session.rollback()  # after a mistake PostgreSQL answers nothing more in this transaction
        return going_on

    def _out_of_date(self, session: Session, one: Claimed, desk: Desk) -> Settlement | None:
        delivery, now = one.delivery, desk.now
        subscription = delivery.subscription
        if subscription is not None and subscription.state != "active":
            reason = f"The subscription was {subscription.state} before it was posted."
            return Settlement(one, "skipped", now, reason=reason)
        if delivery.useful_until and delivery.useful_until <= now:  # it was in doubt, and is not there
            return Settlement(one, "missed", now, reason=delivery.reason or "It could not be posted in time.")
        if delivery.programme in self._rules.out_of_date:
            why = self._rules.out_of_date[delivery.programme](session, delivery, desk)
            return Settlement(one, "skipped", now, reason=why) if why else None
        return None

    def _composed(self, session: Session, one: Claimed, desk: Desk) -> Settlement | None:
        """Make its message where it has none yet; what was made once is what is tried again."""
        delivery = one.delivery
        if delivery.message is not None:
            return None
        try:
            composed = desk.composers[delivery.programme](session, delivery, desk)
        except NothingToPostError as error:
            return Settlement(one, "skipped", desk.now, reason=str(error))
        delivery.message, delivery.content = composed.message.payload(), composed.content
        json.dumps([delivery.message, delivery.content])  # what cannot be kept is found here, not in a batch
        return None

    def _record(self, results: list[Settlement | Closed]) -> None:
        """Write down what became of a batch; kept for the next time where the database is away."""
        self._unrecorded += results
        if not self._unrecorded:
            return
        desk, pauses = self._lay_out(), self._poster.pauses()
        pauses.pop(AWAY, None)  # that is between Slack and this process
        with self._store.begin() as session:
            settled = settle(session, [one for one in self._unrecorded if isinstance(one, Settlement)])
            for one in [one for one in settled if one.state in ("sent", "skipped")]:
                tell = self._tell_skipped if one.state == "skipped" else self._tell_sent
                self._survive(partial(tell, desk, session), one.claimed)
            for closed in self._unrecorded:
                if isinstance(closed, Closed):
                    self._close(session, closed, desk)
            pause(session, pauses)
        self._owners.note(one.claimed.delivery for one in self._unrecorded)
        self._unrecorded.clear()

    def _tell_sent(self, desk: Desk, session: Session, claimed: Claimed) -> None:
        if claimed.delivery.programme in self._rules.on_sent:
            with session.begin_nested():
                self._rules.on_sent[claimed.delivery.programme](session, claimed.delivery, desk)

    def _tell_skipped(self, desk: Desk, session: Session, claimed: Claimed) -> None:
        if claimed.delivery.programme in self._rules.on_skipped:
            with session.begin_nested():
                self._rules.on_skipped[claimed.delivery.programme](session, claimed.delivery, desk)

    def _close(self, session: Session, closed: Closed, desk: Desk) -> None:
        def try_to(_: Claimed) -> None:
            with session.begin_nested():
                close(session, closed, desk)

        failed = self._survive(try_to, closed.claimed)
        if isinstance(failed, Settlement):
            settle(session, [failed])


def _incident_in(does: Callable[[], object], what: str) -> str | None:
    """Do something; a mistake in it gets a number, and must not keep anything else from being posted."""
    try:
        does()
    except (OperationalError, InterfaceError):
        raise  # the database is away: all of it is done again
    except Exception as error:  # noqa: BLE001 - see above
        incident = secrets.token_hex(4)
        log.error("failed incident=%s %s: %s", incident, what, where(error))  # noqa: TRY400 - not its text
        return incident
    return None


def _nothing_to_post(session: Session, delivery: Delivery, desk: Desk) -> str | None:
    """Say why nothing can be posted now, if so."""
    try:
        desk.composers[delivery.programme](session, delivery, desk)
    except NothingToPostError as error:
        return str(error)
    return None
