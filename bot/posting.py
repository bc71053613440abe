"""One delivery and Slack: may it be posted there, was it posted already, post it.

Each step gives what became of the attempt as a ``Settlement``, or None to go on.
"""

import http.client
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from threading import Lock
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.logs import where
from bot.people import Directory
from bot.rights import EVERYONE_INSIDE
from persona_store.deliveries import AWAY, QUARANTINE, Claimed, Settlement

log = logging.getLogger(__name__)

EVENT_TYPE = "persona_delivery"
CALL_SECONDS = 20
"""The longest that a call may take: it must end before the lease does."""
LOOK_BACK = timedelta(minutes=5)
"""How much earlier than our clock says Slack may have dated what it accepted."""
PATIENCE, MOST_PATIENCE = timedelta(seconds=5), timedelta(seconds=60)
"""How long Slack is left alone after it did not answer; twice as long each time."""
TOKEN_PATIENCE = timedelta(seconds=60)
UNCERTAIN = frozenset({"internal_error", "fatal_error", "request_timeout", "service_unavailable"})
"""Slack's words for: some of it may have happened."""
NO_TOKEN = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})
CLOSED = {
    "is_archived": "archived",
    "channel_not_found": "removed",
    "not_in_channel": "removed",
    "restricted_action": "no_permission",
    "restricted_action_read_only_channel": "no_permission",
    "messages_tab_disabled": "no_permission",
    "user_not_found": "gone",
    "user_disabled": "gone",
}
"""Why nothing can be posted there any more: pieces of ``deliveries/reasons``."""
AWAY_ERRORS = (OSError, http.client.HTTPException)


@dataclass(frozen=True)
class Closed:
    """Nothing can be posted in the channel of this delivery any more; ``why`` is a piece of words."""

    claimed: Claimed
    why: str


Step = Settlement | Closed | None


class Poster:
    """The way of deliveries to Slack; one per process, used by several threads."""

    def __init__(self, client: WebClient, directory: Directory, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._directory = directory
        self._clock = clock
        self._lock = Lock()
        self._pauses: dict[str, datetime] = {}
        self._unanswered_calls = 0

    def pauses(self) -> dict[str, datetime]:
        """What Slack asked us to leave alone, and until when."""
        now = self._clock()
        with self._lock:
            self._pauses = {method: until for method, until in self._pauses.items() if until > now}
            return dict(self._pauses)

    def check(self, claimed: Claimed) -> Step:
        """Ask who can read the channel now, and that we may post in it."""
        delivery = claimed.delivery
        try:
            if delivery.channel_id.startswith(("U", "W")):
                return self._check_person(claimed)
            place = self._directory.place_of_post(self._client, delivery.channel_id)
        except (SlackApiError, *AWAY_ERRORS) as error:
            return self._not_asked(claimed, error)
        if place.is_shared_outside:
            return Closed(claimed, "shared")
        if place.is_archived:
            return Closed(claimed, "archived")
        return None if place.may_post else Closed(claimed, "removed")

    def _check_person(self, claimed: Claimed) -> Step:
        """Only people inside get notices, in the conversation with them, which can be looked through."""
        delivery = claimed.delivery
        if self._directory.role_of(self._client, delivery.channel_id) not in EVERYONE_INSIDE:
            return Closed(claimed, "gone")
        delivery.channel_id = self._client.conversations_open(users=delivery.channel_id)["channel"]["id"]
        return None

    def look_for(self, claimed: Claimed) -> Step:
        """Where an earlier attempt is in doubt, see whether it was posted."""
        since = claimed.delivery.in_doubt_since
        if since is None:
            return None
        try:
            for message in self._history(claimed.delivery.channel_id, since - LOOK_BACK):
                payload = (message.get("metadata") or {}).get("event_payload") or {}
                if payload.get("key") == claimed.delivery.key:
                    return self._sent(claimed, message["ts"])
        except (SlackApiError, *AWAY_ERRORS) as error:
            step = self._not_asked(claimed, error)
            return step if isinstance(step, Closed) else self._still_in_doubt(claimed, step)
        return None

    def post(self, claimed: Claimed) -> Step:
        """Call Slack, if the lease and Slack's pace still allow it."""
        now = self._clock()
        if now + timedelta(seconds=CALL_SECONDS) > claimed.until or self.pauses():
            return Settlement(claimed, "planned", now, again_at=now, reason=claimed.delivery.reason)
        delivery = claimed.delivery
        try:
            said = self._client.chat_postMessage(
                channel=delivery.channel_id,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"key": delivery.key}},
                **(delivery.message or {}),
            )
        except SlackApiError as error:
            return self._refused(claimed, error)
        except AWAY_ERRORS as error:
            return self._unanswered(claimed, error)
        return self._sent(claimed, said["ts"])

    def _sent(self, claimed: Claimed, ts: str) -> Settlement:
        self._unanswered_calls = 0
        return Settlement(claimed, "sent", self._clock(), ts=ts)

    def _refused(self, claimed: Claimed, error: SlackApiError) -> Step:
        status, code = error.response.status_code, error.response.get("error")
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or code in UNCERTAIN:
            return self._unanswered(claimed, error)
        return self._not_asked(claimed, error)

    def _unanswered(self, claimed: Claimed, error: Exception) -> Settlement:
        """Slack may have posted it, unless it never heard us."""
        if isinstance(getattr(error, "reason", error), ConnectionRefusedError):
            return self._away(claimed)
        log.warning("delivery=%s in doubt: %s", claimed.delivery.id, where(error))
        return replace(self._away(claimed), state="sending", again_at=self._clock() + QUARANTINE)

    def _away(self, claimed: Claimed) -> Settlement:
        now = self._clock()
        again_at = now + min(PATIENCE * 2 ** min(self._unanswered_calls, 10), MOST_PATIENCE)
        self._unanswered_calls += 1
        self._pause(AWAY, again_at)
        return Settlement(claimed, "planned", now, again_at=again_at, reason="Slack was away.")

    def _not_asked(self, claimed: Claimed, error: Exception) -> Settlement | Closed:
        """What to do where Slack surely did not post: wait, or give up."""
        now = self._clock()
        if not isinstance(error, SlackApiError):
            return self._away(claimed)
        code, method = error.response.get("error"), error.response.api_url.rpartition("/")[2]
        if error.response.status_code == HTTPStatus.TOO_MANY_REQUESTS or code == "ratelimited":
            again_at = now + timedelta(seconds=_retry_after(error))
            self._pause(method, again_at)
            return Settlement(claimed, "planned", now, again_at=again_at, reason="Slack was busy.")
        if error.response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or code in UNCERTAIN:
            return self._away(claimed)
        if code in NO_TOKEN:
            log.error("Slack refuses the token: %s. Run `persona doctor`.", code)
            self._pause(AWAY, now + TOKEN_PATIENCE)
            return Settlement(
                claimed, "planned", now, again_at=now + TOKEN_PATIENCE, reason="Slack refused the token."
            )
        if code in CLOSED:
            return Closed(claimed, CLOSED[code])
        log.error("delivery=%s refused code=%s", claimed.delivery.id, code)
        return Settlement(claimed, "failed", now, reason=f"Slack refused it ({code}).")

    def _still_in_doubt(self, claimed: Claimed, step: Settlement) -> Settlement:
        return Settlement(claimed, "sending", step.at, again_at=step.again_at, reason=step.reason)

    def _history(self, channel_id: str, since: datetime) -> Iterator[dict[str, Any]]:
        pages = self._client.conversations_history(
            channel=channel_id, oldest=f"{since.timestamp():.6f}", include_all_metadata=True, limit=200
        )
        for page in pages:
            yield from page["messages"]

    def _pause(self, method: str, until: datetime) -> None:
        with self._lock:
            self._pauses[method] = max(until, self._pauses.get(method, until))


def _retry_after(error: SlackApiError) -> float:
    """Seconds, a little more than Slack asks for, since its clock is not ours."""
    headers = {name.lower(): value for name, value in error.response.headers.items()}
    text = headers.get("retry-after", "")
    text = text[0] if isinstance(text, list) else text
    return (float(text) if str(text).isdecimal() else 5.0) + 0.2
