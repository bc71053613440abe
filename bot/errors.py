"""What happens when a listener fails: try again later, or say sorry once."""

import http.client
import logging
import secrets
from dataclasses import dataclass
from http import HTTPStatus

from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import OperationalError

from bot.blocks import Message
from bot.logs import where
from bot.replies import Reply
from bot.wording import Words
from persona_store.errors import StoreError

log = logging.getLogger(__name__)

PASSING = frozenset(
    {
        "ratelimited",
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
    }
)
TOO_LATE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "trigger_expired", "trigger_exchanged"})
NOT_THERE = frozenset({"not_in_channel", "channel_not_found", "is_archived", "restricted_action"})


@dataclass
class Outcome:
    """What became of a request. ``retry_after``: seconds until it may be tried again; None: it is done."""

    retry_after: float | None = None


def settle_error(error: Exception, reply: Reply | None, words: Words | None, outcome: Outcome | None) -> None:
    """The one place that answers errors (Bolt's ``app.error``)."""
    retry_after = _retry_after(error)
    if retry_after is not None and outcome is not None:
        log.warning("to be tried again: %s", where(error))
        outcome.retry_after = retry_after
        return
    if reply is None or words is None:
        log.error("failed before a reply was possible: %s", where(error))
        return
    try:
        reply.privately(Message(_apology(error, words)))
    except (SlackApiError, OSError, http.client.HTTPException) as second:
        log.warning("could not say sorry: %s", where(second))


def _retry_after(error: Exception) -> float | None:
    if isinstance(error, SlackApiError):
        status, code = error.response.status_code, error.response.get("error")
        if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return _seconds(error.response.headers.get("Retry-After"))
        return 5.0 if code in PASSING else None
    return 1.0 if isinstance(error, OSError | http.client.HTTPException | OperationalError) else None


def _seconds(text: object) -> float:
    return float(text) if isinstance(text, str) and text.isdecimal() else 5.0


def _apology(error: Exception, words: Words) -> str:
    if isinstance(error, StoreError):
        return words("people/errors", "store_error", text=str(error))
    code = error.response.get("error") if isinstance(error, SlackApiError) else None
    if code in TOO_LATE:
        return words("people/errors", "too_late")
    if code in NOT_THERE:
        return words("people/errors", "not_in_channel")
    incident = secrets.token_hex(4)
    log.error("failed incident=%s code=%s: %s", incident, code, where(error))
    return words("people/errors", "apology", incident=incident)
