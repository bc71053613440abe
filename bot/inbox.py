"""Every request of Slack's is stored, acknowledged at once, and worked on once.

The front door (``take``) runs on the thread that Slack waits for: it stores the request and lets go. The
work is done on threads of our own, by dispatching the stored request through the same Bolt app. What a
crash leaves behind is taken up again by whichever process comes by.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from slack_bolt import App, BoltRequest, BoltResponse
from sqlalchemy.exc import OperationalError

from bot.errors import Outcome
from bot.logs import where
from bot.masked_requests import masked_body
from bot.requests import Entry, read_entry
from persona_store.database import Store
from persona_store.inbox import (
    Claimed,
    claim_left_requests,
    finish_request,
    forget_old_requests,
    postpone_request,
    record_request,
)

log = logging.getLogger(__name__)

WORKERS = 16
MOST_ATTEMPTS, LONGEST_WAIT = 20, 120
"""Each wait is twice the last, up to so many seconds: half an hour in all."""


class Inbox:
    """One per process. ``wanted`` drops, before anything is stored, what is not meant for us."""

    def __init__(
        self,
        app: App,
        store: Store,
        clock: Callable[[], datetime],
        wanted: Callable[[Entry, BoltRequest], bool],
    ) -> None:
        self._app = app
        self._store = store
        self._clock = clock
        self._wanted = wanted
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="inbox")
        app.use(self.take)

    def take(self, req: BoltRequest, next: Callable[[], BoltResponse]) -> BoltResponse | None:  # noqa: A002
        """Bolt middleware: store the request and let Slack go. If storing fails, Slack is not answered."""
        if "claimed" in req.context:  # our own dispatch, from _work
            next()
            return None
        entry = read_entry(req.body)
        if entry is None or not self._wanted(entry, req):
            return BoltResponse(status=200)
        body = masked_body(entry, req.body)
        with self._store.begin() as session:
            claimed = record_request(session, entry.key, body, self._clock())
        if claimed is None:
            log.info("request repeated entry=%s", entry.name)
            return BoltResponse(status=200)
        if entry.wants_answer_at_once:
            return self._work(claimed)
        self._workers.submit(self._work, claimed)
        return BoltResponse(status=200)

    def take_up_left(self, *, leased_too: bool = False) -> int:
        """Work on what a crash left behind, or what was to be tried again; gives how many."""
        now = self._clock()
        with self._store.begin() as session:
            left = claim_left_requests(session, now, leased_too=leased_too)
            forget_old_requests(session, now)
        for claimed in left:
            self._workers.submit(self._work, claimed)
        return len(left)

    def close(self) -> None:
        """Finish what is being worked on; what waits is left for the next start."""
        self._workers.shutdown(wait=True, cancel_futures=True)

    def _work(self, claimed: Claimed) -> BoltResponse:
        if self._clock() >= claimed.until:  # it waited for a free worker so long that another may have it
            log.warning("lease over, request=%s is left to whoever takes it up", claimed.id)
            return BoltResponse(status=503)
        outcome = Outcome()
        context = {"claimed": claimed, "outcome": outcome, "entry": read_entry(claimed.body)}
        response = self._app.dispatch(BoltRequest(mode="socket_mode", body=claimed.body, context=context))
        try:
            self._settle(claimed, outcome)
        except OperationalError as error:
            log.warning("database away, request=%s is taken up again later: %s", claimed.id, where(error))
        return response

    def _settle(self, claimed: Claimed, outcome: Outcome) -> None:
        """Without waiting for the disk: after a power cut it is worked on again, as after a crash before."""
        now = self._clock()
        with self._store.begin(lasting=False) as session:
            if outcome.retry_after is None:
                finish_request(session, claimed.id, now)
            elif claimed.attempt >= MOST_ATTEMPTS:
                log.error("request=%s given up after %s attempts", claimed.id, claimed.attempt)
                finish_request(session, claimed.id, now)
            else:
                patience = timedelta(seconds=max(outcome.retry_after, min(2**claimed.attempt, LONGEST_WAIT)))
                postpone_request(session, claimed, now + patience)
