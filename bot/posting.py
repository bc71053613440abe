"""One delivery and Slack: may it be posted there, was it posted already, post it.

Each step gives what became of the attempt as a ``Settlement``, or None to go on.
"""

import http.client
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from threading import Lock
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.called_off import CalledOffError, only_while
from bot.logs import where
from bot.people import Directory
from bot.rights import EVERYONE_INSIDE
from persona_store.models import Delivery
from persona_store.posts.deliveries import QUARANTINE, Claimed, Settlement
from persona_store.posts.local_times import daytime

log = logging.getLogger(__name__)

EVENT_TYPE = "persona_delivery"
LONGEST_ANSWER = timedelta(seconds=20)
"""How long Slack may take over what it has heard; by then nobody else may have taken the delivery up."""
LOOK_BACK = timedelta(hours=1)
"""How much earlier than our clock says Slack may have dated what it accepted."""
SEVERAL = 5
"""So many channels are asked for with one call for all, rather than with a call for each."""
PATIENCE, MOST_PATIENCE = timedelta(seconds=5), timedelta(seconds=60)
"""How long Slack is left alone after it did not answer; twice as long each time."""
AWAY = "slack"
"""What is left alone while Slack does not answer."""
WAS_AWAY = "Slack was away."
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
BY_DAY = {"news": False, "review": True}
"""Programmes that can wait until it is day where the person is; whether for a working day."""
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
        self._conversations: dict[str, str] = {}

    @property
    def is_away(self) -> bool:
        """Tell whether Slack did not answer the last time."""
        return self._unanswered_calls > 0

    def pauses(self) -> dict[str, datetime]:
        """Which methods Slack asked us to leave alone (``AWAY``: all of it), and until when."""
        now = self._clock()
        with self._lock:
            self._pauses = {method: until for method, until in self._pauses.items() if until > now}
            return dict(self._pauses)

    def look_for(self, claimed: Claimed) -> Step:
        """Where an earlier attempt is in doubt, see whether it was posted; where not, the doubt is over."""
        delivery = claimed.delivery
        if delivery.in_doubt_since is None:
            return None
        if pauses := self.pauses():
            return self._later(claimed, max(pauses.values()), delivery.reason)
        try:
            for message in self._history(self._conversation(delivery), delivery.in_doubt_since - LOOK_BACK):
                payload = (message.get("metadata") or {}).get("event_payload") or {}
                if payload.get("key") == delivery.key:
                    return self._sent(claimed, message["ts"])
        except (SlackApiError, *AWAY_ERRORS) as error:
            return self._not_posted(claimed, error)
        delivery.in_doubt_since = None
        return None

    def must_ask(self, batch: Sequence[Claimed]) -> bool:
        """Tell whether ``check`` has to call Slack for any of these."""
        deliveries = [one.delivery for one in batch]
        is_personal = any(map(_is_person, deliveries))
        return is_personal or bool(self._directory.unknown_places({one.channel_id for one in deliveries}))

    def survey(self, batch: Sequence[Claimed]) -> None:
        """Learn of many channels at once what ``check`` asks of each."""
        wanted = {one.delivery.channel_id for one in batch if not _is_person(one.delivery)}
        if self.pauses() or len(self._directory.unknown_places(wanted)) < SEVERAL:
            return
        try:
            self._directory.survey(self._client)
        except (SlackApiError, *AWAY_ERRORS) as error:
            self._heed(error)  # then each is asked for by itself

    def check(self, claimed: Claimed) -> Step:
        """Ask who can read the channel now, and that we may post in it."""
        delivery = claimed.delivery
        if pauses := self.pauses():
            return self._later(claimed, max(pauses.values()), delivery.reason)
        try:
            if _is_person(delivery):
                return self._check_person(claimed)
            place = self._directory.place_of_post(self._client, delivery.channel_id)
        except (SlackApiError, *AWAY_ERRORS) as error:
            return self._not_posted(claimed, error)
        if place.is_shared_outside:
            return Closed(claimed, "shared")
        if place.is_archived:
            return Closed(claimed, "archived")
        return None if place.may_post else Closed(claimed, "removed")

    def _check_person(self, claimed: Claimed) -> Step:
        """Only people inside get notices."""
        person, programme = claimed.delivery.channel_id, claimed.delivery.programme
        if self._directory.role_of(self._client, person) not in EVERYONE_INSIDE:
            return Closed(claimed, "gone")
        if programme not in BY_DAY:
            return None
        now, zone = self._clock(), self._directory.zone_of(person) or "UTC"
        by_day = daytime(now, zone, working_days=BY_DAY[programme])
        return self._later(claimed, by_day, claimed.delivery.reason) if by_day > now else None

    def _conversation(self, delivery: Delivery) -> str:
        """Give the channel, or the conversation with a person: posting there does without."""
        place = delivery.channel_id
        if not _is_person(delivery):
            return place
        if place not in self._conversations:
            self._conversations[place] = self._client.conversations_open(users=place)["channel"]["id"]
        return self._conversations[place]

    def post(self, claimed: Claimed) -> Step:
        """Call Slack, if the lease and Slack's pace still allow it."""
        delivery, pauses = claimed.delivery, self.pauses()
        if pauses:
            return self._later(claimed, max(pauses.values()), delivery.reason)
        try:
            with only_while(lambda: self._clock() + LONGEST_ANSWER <= claimed.until):
                said = self._client.chat_postMessage(
                    channel=delivery.channel_id,
                    metadata={"event_type": EVENT_TYPE, "event_payload": {"key": delivery.key}},
                    **(delivery.message or {}),
                )
        except CalledOffError:
            return self._later(claimed, self._clock(), delivery.reason)
        except SlackApiError as error:
            return self._unheard(claimed, error) if _is_uncertain(error) else self._not_posted(claimed, error)
        except ConnectionRefusedError as error:
            return self._not_posted(claimed, error)
        except AWAY_ERRORS as error:
            refused = isinstance(getattr(error, "reason", None), ConnectionRefusedError)
            return self._not_posted(claimed, error) if refused else self._unheard(claimed, error)
        return self._sent(claimed, said["ts"])

    def has_left(self, slack_user_id: str) -> bool | None:
        """Tell whether somebody is not one of us any more; None where Slack does not say."""
        try:
            return self._directory.role_of(self._client, slack_user_id) not in EVERYONE_INSIDE
        except (SlackApiError, *AWAY_ERRORS) as error:
            return None if self._heed(error) else False

    def _sent(self, claimed: Claimed, ts: str) -> Settlement:
        self._unanswered_calls = 0
        return Settlement(claimed, "sent", self._clock(), ts=ts)

    def _unheard(self, claimed: Claimed, error: Exception) -> Settlement:
        """Slack may have posted it."""
        log.warning("delivery=%s in doubt: %s", claimed.delivery.id, where(error))
        now, (_, reason) = self._clock(), self._away()
        return Settlement(claimed, "sending", now, again_at=now + QUARANTINE, reason=reason)

    def _later(self, claimed: Claimed, again_at: datetime, reason: str | None) -> Settlement:
        """Try again; what was in doubt before still is."""
        state = "planned" if claimed.delivery.in_doubt_since is None else "sending"
        return Settlement(claimed, state, self._clock(), again_at=again_at, reason=reason)

    def _not_posted(self, claimed: Claimed, error: Exception) -> Settlement | Closed:
        """What to do where Slack surely did nothing: wait, or give up."""
        if waits := self._heed(error):
            return self._later(claimed, *waits)
        assert isinstance(error, SlackApiError)  # noqa: S101 - everything else was heeded
        code = error.response.get("error")
        if code in CLOSED:
            return Closed(claimed, CLOSED[code])
        log.error("delivery=%s refused code=%s", claimed.delivery.id, code)
        return Settlement(claimed, "failed", self._clock(), reason=f"Slack refused it ({code}).")

    def _heed(self, error: Exception) -> tuple[datetime, str] | None:
        """Leave Slack alone where it wants that, or cannot be reached: until when, and why."""
        if not isinstance(error, SlackApiError) or _is_uncertain(error):
            return self._away()
        code, method = error.response.get("error"), error.response.api_url.rpartition("/")[2]
        if error.response.status_code == HTTPStatus.TOO_MANY_REQUESTS or code == "ratelimited":
            again_at = self._clock() + timedelta(seconds=_retry_after(error))
            self._pause(method, again_at)
            return again_at, "Slack was busy."
        if code in NO_TOKEN:
            log.error("Slack refuses the token: %s. Run `persona doctor`.", code)
            again_at = self._clock() + MOST_PATIENCE
            self._pause(AWAY, again_at)
            return again_at, "Slack refused the token."
        return None

    def _away(self) -> tuple[datetime, str]:
        """Leave Slack alone for a while, and longer each time; calls that fail together are one time."""
        now = self._clock()
        with self._lock:
            if self._pauses.get(AWAY, now) <= now:
                patience = min(PATIENCE * 2 ** min(self._unanswered_calls, 10), MOST_PATIENCE)
                self._pauses[AWAY] = now + patience
                self._unanswered_calls += 1
            return self._pauses[AWAY], WAS_AWAY

    def _history(self, channel_id: str, since: datetime) -> Iterator[dict[str, Any]]:
        pages = self._client.conversations_history(
            channel=channel_id, oldest=f"{since.timestamp():.6f}", include_all_metadata=True, limit=200
        )
        for page in pages:
            yield from page["messages"]

    def _pause(self, method: str, until: datetime) -> None:
        with self._lock:
            self._pauses[method] = max(until, self._pauses.get(method, until))


def _is_person(delivery: Delivery) -> bool:
    return delivery.channel_id.startswith(("U", "W"))


def _is_uncertain(error: SlackApiError) -> bool:
    """Tell whether some of it may have happened: a server in trouble, or what is no answer of Slack's."""
    status, code = error.response.status_code, str(error.response.get("error"))
    is_said_by_slack = code not in UNCERTAIN and code.replace("_", "").isalnum()
    return status != HTTPStatus.TOO_MANY_REQUESTS and (status >= 500 or not is_said_by_slack)


def _retry_after(error: SlackApiError) -> float:
    """Seconds, a little more than Slack asks for, since its clock is not ours."""
    headers = {name.lower(): value for name, value in error.response.headers.items()}
    text = headers.get("retry-after", "")
    text = text[0] if isinstance(text, list) else text
    return (float(text) if str(text).isdecimal() else 5.0) + 0.2
