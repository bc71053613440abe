"""What happens when a listener fails: try again later, or say sorry once."""

import http.client
import logging
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from slack_bolt import BoltResponse
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFreeError

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
AWAY = (OSError, http.client.HTTPException, OperationalError, NoConnectionFreeError)
NOT_THERE = frozenset({"not_in_channel", "channel_not_found", "is_archived", "restricted_action"})


@dataclass
class Outcome:
    """What became of a request. ``retry_after``: seconds until it may be tried again; None: it is done."""

    retry_after: float | None = None


def settle_error(
    error: Exception, body: dict[str, Any], reply: Reply | None, words: Words | None, outcome: Outcome | None
) -> BoltResponse:
    """The one place that answers errors (Bolt's ``app.error``)."""
    if outcome is None:
        log.error("not stored, so it is not acknowledged: %s", where(error))
        passes = isinstance(error, (*AWAY, SQLAlchemyError))
        return BoltResponse(status=HTTPStatus.SERVICE_UNAVAILABLE if passes else HTTPStatus.FORBIDDEN)
    retry_after = _retry_after(error)
    if reply is not None and words is not None and reply.entry.wants_answer_at_once:
        return _beside_the_form(body, _apology(error, words, passes=retry_after is not None))
    if retry_after is not None:
        log.warning("to be tried again: %s", where(error))
        outcome.retry_after = retry_after
    elif reply is None or words is None:
        log.error("failed before a reply was possible: %s", where(error))
    else:
        _say_sorry(reply, _apology(error, words))
    return BoltResponse(status=HTTPStatus.OK)


def _say_sorry(reply: Reply, text: str) -> None:
    try:
        reply.privately(Message(text))
    except (SlackApiError, OSError, http.client.HTTPException) as error:
        log.warning("could not say sorry: %s", where(error))


def _beside_the_form(body: dict[str, Any], text: str) -> BoltResponse:
    """Leave the form open with what the person wrote in it: they are waiting, so they can send it again."""
    shown = body.get("view", {}).get("blocks", [])
    field = next((block["block_id"] for block in shown if block.get("type") == "input"), None)
    if field is None:
        return BoltResponse(status=HTTPStatus.OK)
    return BoltResponse(status=HTTPStatus.OK, body={"response_action": "errors", "errors": {field: text}})


def _retry_after(error: Exception) -> float | None:
    if isinstance(error, SlackApiError):
        status, code = error.response.status_code, error.response.get("error")
        if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return _seconds(error.response.headers.get("Retry-After"))
        return 5.0 if code in PASSING else None
    return 1.0 if isinstance(error, AWAY) else None


def _seconds(text: object) -> float:
    return float(text) if isinstance(text, str) and text.isdecimal() else 5.0


def _apology(error: Exception, words: Words, *, passes: bool = False) -> str:
    if passes:
        log.warning("to be sent again by the person: %s", where(error))
        return words("people/errors", "send_again")
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
