"""Signed HTTP: what Slack posts to an app's request URL."""

import asyncio
import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import aiohttp

from bot.sandbox.accounts import SIGNING_SECRET
from bot.sandbox.sockets import UndeliverableError
from bot.sandbox.world import Json, JsonValue

OK = 200


class NotAcceptedError(Exception):
    """The bot answered, but not with 200."""


def signed_headers(body: str, timestamp: int, content_type: str) -> dict[str, str]:
    """Sign as Slack does (version 0)."""
    digest = hmac.new(SIGNING_SECRET.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256)
    return {
        "Content-Type": content_type,
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "X-Slack-Request-Timestamp": str(timestamp),
        "X-Slack-Signature": f"v0={digest.hexdigest()}",
    }


def encoded(kind: str, payload: Json) -> tuple[str, str]:
    """Give body and content type: JSON for events, forms for commands and interactions."""
    if kind == "events_api":
        return json.dumps(payload), "application/json"
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(form), "application/x-www-form-urlencoded"


class HttpEvents:
    """``url`` is the app's request URL; None while the app uses Socket Mode."""

    def __init__(self, url: str | None) -> None:
        self.url = url
        self._session: aiohttp.ClientSession | None = None

    async def send(self, kind: str, payload: Json, extra: dict[str, str], timeout_s: float) -> JsonValue:
        """Post and give the answer; raise TimeoutError, UndeliverableError or NotAcceptedError."""
        body, content_type = encoded(kind, payload)
        # Slack's clock, not the sandbox's: the receiver compares it with its own.
        headers = signed_headers(body, int(time.time()), content_type) | extra
        session = self._session = self._session or aiohttp.ClientSession()
        try:
            async with (
                asyncio.timeout(timeout_s),
                session.post(
                    self.url or "", data=body.encode(), headers=headers, allow_redirects=False
                ) as answer,
            ):
                text = await answer.text()
                if answer.status != OK:
                    raise NotAcceptedError(str(answer.status), answer.headers.get("X-Slack-No-Retry"))
                return _read(text, answer.content_type)
        except aiohttp.ClientError as error:
            raise UndeliverableError from error

    async def verify(self) -> bool:
        """Do Slack's url_verification handshake: the challenge comes back as text, form or JSON."""
        challenge = hashlib.sha256(str(time.time()).encode()).hexdigest()
        said = await self.send("events_api", {"type": "url_verification", "challenge": challenge}, {}, 3.0)
        answered = said if isinstance(said, dict) else {}
        text = str(answered.get("text", "")).strip()
        return challenge in (answered.get("challenge"), text, text.removeprefix("challenge="))

    async def close(self) -> None:
        if self._session:
            await self._session.close()


def _read(text: str, content_type: str) -> JsonValue:
    if not text.strip():
        return None
    if content_type != "application/json":
        return {"text": text}
    try:
        return json.loads(text)
    except ValueError:
        return {"text": text}
