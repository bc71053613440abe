"""The bot's own HTTP door in this process: whatever is sent to it is signed as Slack signs.

Here a test can send what no page of Slack's would: a button that the person never saw, the same request
a hundred times.
"""

import io
import time
from collections.abc import Callable
from typing import Any

from bot.app import Bot
from bot.sandbox import SandboxServer, payloads
from bot.sandbox.accounts import SIGNING_SECRET
from bot.sandbox.box import Box
from bot.sandbox.http_events import encoded, signed_headers
from bot.sandbox.interactions import new_trigger
from bot.sandbox.response_urls import new_response_url
from bot.sandbox.world import Json, Message
from bot.serve import EVENTS_PATH, Door

PRODUCT = "C0PRODUCT"


class FrontDoor:
    def __init__(self, bot: Bot, sandbox: SandboxServer) -> None:
        self.bot = bot
        self._door = Door(bot.app, SIGNING_SECRET, bot.health.problems)
        self._sandbox = sandbox

    def send(self, kind: str, payload: Json) -> tuple[str, str]:
        """Give the status and the body of the answer."""
        body, content_type = encoded(kind, payload)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": EVENTS_PATH,
            "CONTENT_LENGTH": str(len(body.encode())),
            "CONTENT_TYPE": content_type,
            "wsgi.input": io.BytesIO(body.encode()),
        }
        for name, value in signed_headers(body, int(time.time()), content_type).items():
            environ.setdefault(f"HTTP_{name.upper().replace('-', '_')}", value)
        told: list[str] = []
        answer = b"".join(self._door(environ, lambda status, *_: told.append(status)))  # type: ignore[arg-type]
        return told[0][:3], answer.decode()

    def event(self, event: Json, *, is_ext_shared: bool = False) -> Json:
        """Make the envelope of an event."""
        return self._look(lambda box: payloads.envelope(box.world, event, is_ext_shared=is_ext_shared))

    def message(
        self, user_id: str, text: str, channel_id: str = PRODUCT, thread_ts: str | None = None
    ) -> Json:
        """Say something in the sandbox without telling the bot; give the message event."""

        def say(box: Box) -> Json:
            message = Message(channel_id, box.world.new_ts(), user_id, text, thread_ts=thread_ts)
            box.world.add_message(message)
            return payloads.message_event(box.world, box.app, message)

        return self._look(say)

    def mention(self, user_id: str, text: str, channel_id: str = PRODUCT) -> Json:
        said = self.message(user_id, f"<@U0PERSONA> {text}", channel_id)
        shared = self._sandbox.look(lambda box: box.world.channels[channel_id].is_ext_shared)
        return self.event(payloads.mention_event(said), is_ext_shared=shared)

    def command(self, user_id: str, text: str, channel_id: str = PRODUCT) -> Json:
        def make(box: Box) -> Json:
            channel, account = box.world.channels[channel_id], box.world.accounts[user_id]
            made: Json = dict(payloads.command_payload(channel, account, "/persona", text))
            made["response_url"] = new_response_url(box, channel.id, account.id)
            return made | {"trigger_id": new_trigger(box, account.id)}

        return self._look(make)

    def click(self, user_id: str, action_id: str, value: str, channel_id: str | None = PRODUCT) -> Json:
        """Make the click on a button; ``channel_id`` None: on the Home tab."""

        def make(box: Box) -> Json:
            action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value}
            place: Json = {"container": {"type": "view", "view_id": "V0"}, "view": {"type": "home"}}
            if channel_id:
                channel = box.world.channels[channel_id]
                place = {
                    "container": {
                        "type": "message",
                        "message_ts": box.world.new_ts(),
                        "channel_id": channel.id,
                    },
                    "channel": payloads.channel_part(channel),
                    "response_url": new_response_url(box, channel.id, user_id),
                }
            return self._interaction(box, "block_actions", user_id) | place | {"actions": [action]}

        return self._look(make)

    def shortcut(self, user_id: str, callback_id: str) -> Json:
        return self._look(
            lambda box: self._interaction(box, "shortcut", user_id) | {"callback_id": callback_id}
        )

    def form(self, user_id: str, callback_id: str, block_id: str, text: str, metadata: str = "") -> Json:
        """Make a form that was sent in."""
        values = {block_id: {"text": {"type": "plain_text_input", "value": text}}}
        view = {
            "id": "V0", "type": "modal", "callback_id": callback_id, "private_metadata": metadata,
            "state": {"values": values}, "blocks": [],
        }  # fmt: skip
        return self._look(lambda box: self._interaction(box, "view_submission", user_id) | {"view": view})

    @staticmethod
    def _interaction(box: Box, kind: str, user_id: str) -> Json:
        account = box.world.accounts[user_id]
        return payloads.interaction(kind, account) | {"trigger_id": new_trigger(box, user_id)}

    def _look(self, make: Callable[[Box], Json]) -> Json:
        return self._sandbox.look(make)


def kind_of(payload: Json) -> str:
    """Name the way a payload comes."""
    if payload.get("type") == "event_callback":
        return "events_api"
    return "slash_commands" if "command" in payload else "interactive"
