"""Every planned post is sent once: claim, compose, say that we begin, send, record.

What a crash leaves is taken up by whichever process comes by; ``persona_store/deliveries.py`` says how.
"""

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy.orm import Session

from bot.desk import Desk
from bot.logs import where
from bot.notices import close, hand_over
from bot.people import Directory
from bot.posting import AWAY_ERRORS, Closed, Poster, Step
from bot.rights import EVERYONE_INSIDE, Role
from persona_store.database import Store
from persona_store.deliveries import (
    AWAY,
    Claimed,
    Settlement,
    begin_attempts,
    claim_due,
    miss_stale,
    next_due,
    pause,
    settle,
)
from persona_store.deliveries import mark_back as slack_is_back
from persona_store.errors import NothingToPostError
from persona_store.models import Delivery
from persona_store.planning import next_planning, plan_due

log = logging.getLogger(__name__)

BATCH = 32
CALLERS = 8
PLANNED_AT_ONCE = 500

OnSent = Callable[[Session, Delivery], None]
"""Called in the transaction that records a delivery as sent."""


@dataclass(frozen=True)
class Planner:
    """Makes deliveries of what has come due (at most so many; gives how many); tells when the next is due."""

    plan: Callable[[Session, datetime, int], int]
    next_at: Callable[[Session], datetime | None]


SUBSCRIPTIONS = Planner(plan_due, next_planning)


class Outbox:
    """One per process; ``work`` is called by the clock, one call at a time."""

    def __init__(
        self,
        client: WebClient,
        store: Store,
        directory: Directory,
        lay_out: Callable[[], Desk],
        on_sent: Mapping[str, OnSent],
        planners: Sequence[Planner] = (SUBSCRIPTIONS,),
    ) -> None:
        self._client = client
        self._store = store
        self._directory = directory
        self._lay_out = lay_out
        self._on_sent = on_sent
        self._planners = planners
        self._poster = Poster(client, directory, self._now)
        self._callers = ThreadPoolExecutor(CALLERS, thread_name_prefix="outbox")
        self._unrecorded: list[Settlement | Closed] = []

    def work(self) -> None:
        """Do all that is due now."""
        self._record([])  # what the database could not take the last time
        self._plan()
        while batch := self._claim():
            self._record(self._deliver(batch))

    def next_due(self) -> datetime | None:
        """The next moment at which there may be work."""
        with self._store.read() as session:
            moments = [next_due(session, self._now())]
            moments += [planner.next_at(session) for planner in self._planners]
        return min((moment for moment in moments if moment), default=None)

    def close(self) -> None:
        self._callers.shutdown(wait=True, cancel_futures=True)

    def _now(self) -> datetime:
        return self._lay_out().now

    def _plan(self) -> None:
        for planner in self._planners:
            planned = PLANNED_AT_ONCE
            while planned == PLANNED_AT_ONCE:
                with self._store.begin() as session:
                    planned = planner.plan(session, self._now(), PLANNED_AT_ONCE)
        with self._store.begin() as session:
            missed = miss_stale(session, self._now())
        if missed:
            log.warning("missed deliveries=%s", missed)

    def _claim(self) -> list[Claimed]:
        with self._store.begin() as session:
            return claim_due(session, self._now(), BATCH)

    def _deliver(self, batch: list[Claimed]) -> list[Settlement | Closed]:
        """Take a batch through the steps; whatever a step settles is out of the next."""
        done: list[Settlement | Closed] = []

        def go_on(step: Callable[[Claimed], Step], ready: list[Claimed]) -> list[Claimed]:
            results = list(self._callers.map(step, ready))
            done.extend(result for result in results if result is not None)
            return [one for one, result in zip(ready, results, strict=True) if result is None]

        ready = go_on(self._poster.check, batch)
        ready = go_on(self._poster.look_for, ready)
        ready = self._compose(ready, done)
        go_on(self._poster.post, self._begin(ready))
        return done

    def _begin(self, ready: list[Claimed]) -> list[Claimed]:
        with self._store.begin() as session:
            return begin_attempts(session, ready, self._now())

    def _compose(self, ready: list[Claimed], done: list[Settlement | Closed]) -> list[Claimed]:
        """Make the messages of those that have none yet; what was made once is what is tried again."""
        composed = []
        desk = self._lay_out()
        with self._store.read() as session:
            for one in ready:
                settled = self._out_of_date(one, desk.now) or self._composed(session, one, desk)
                if settled is None:
                    composed.append(one)
                else:
                    done.append(settled)
        return composed

    def _out_of_date(self, one: Claimed, now: datetime) -> Settlement | None:
        delivery = one.delivery
        subscription = delivery.subscription
        if subscription is not None and subscription.state != "active":
            reason = f"The subscription was {subscription.state} before it was posted."
            return Settlement(one, "skipped", now, reason=reason)
        if delivery.useful_until and delivery.useful_until <= now:  # it was in doubt, and is not there
            return Settlement(one, "missed", now, reason=delivery.reason or "It could not be posted in time.")
        return None

    def _composed(self, session: Session, one: Claimed, desk: Desk) -> Settlement | None:
        delivery = one.delivery
        if delivery.message is not None:
            return None
        try:
            composed = desk.composers[delivery.programme](session, delivery, desk)
        except NothingToPostError as error:
            return Settlement(one, "skipped", desk.now, reason=str(error))
        except Exception as error:  # noqa: BLE001 - one programme's mistake must not keep the others from being posted
            incident = secrets.token_hex(4)
            log.error("not composed incident=%s delivery=%s: %s", incident, delivery.id, where(error))  # noqa: TRY400
            reason = f"It could not be composed (incident {incident})."
            return Settlement(one, "failed", desk.now, reason=reason)
        delivery.message, delivery.content = composed.message.payload(), composed.content
        return None

    def _record(self, results: list[Settlement | Closed]) -> None:
        """Write down what became of a batch; kept for the next time where the database is away."""
        self._unrecorded += results
        if not self._unrecorded:
            return
        leavers, pauses, desk = self._owners_who_left(), self._poster.pauses(), self._lay_out()
        with self._store.begin() as session:
            settled = settle(session, [one for one in self._unrecorded if isinstance(one, Settlement)])
            sent = [one.claimed.delivery for one in settled if one.state == "sent"]
            for delivery in sent:
                if delivery.programme in self._on_sent:
                    self._on_sent[delivery.programme](session, delivery)
            for closed in self._unrecorded:
                if isinstance(closed, Closed):
                    close(session, closed, desk)
            for slack_user_id in leavers:
                hand_over(session, slack_user_id, desk)
            if sent and AWAY not in pauses:
                slack_is_back(session)
            pause(session, pauses)
        self._unrecorded.clear()

    def _owners_who_left(self) -> set[str]:
        """Of those whose subscriptions were just posted."""
        owners = {
            one.claimed.delivery.subscription.slack_user_id
            for one in self._unrecorded
            if one.claimed.delivery.subscription is not None
        }
        try:
            return {one for one in owners if one and self._role(one) not in EVERYONE_INSIDE}
        except (SlackApiError, *AWAY_ERRORS):
            return set()  # asked again with the next post

    def _role(self, slack_user_id: str) -> Role:
        return self._directory.role_of(self._client, slack_user_id)
