"""Questions to the bot over a WebSocket, each with the moments that matter."""

import time
from dataclasses import dataclass

from bot.sandbox import payloads
from bot.sandbox.accounts import ALICE, BOT_USER
from bot.sandbox.box import Box
from bot.sandbox.sockets import UndeliverableError
from bot.sandbox.world import Message

CHANNEL = "C0PRODUCT"
PATIENCE_S = 30.0
MARKS = {"retry_attempt": 0, "retry_reason": ""}


@dataclass(frozen=True)
class Sent:
    """``at``: when the event left, in seconds since 1970; ``ack_s``: how long until it was acknowledged."""

    ts: str
    at: float
    ack_s: float


async def ask(box: Box, text: str) -> Sent:
    """Mention the bot: one event, acknowledged when this returns. The answer is a post in its thread."""
    message = Message(CHANNEL, box.world.new_ts(), ALICE, f"<@{BOT_USER}> {text}")
    box.world.add_message(message)
    said = payloads.message_event(box.world, box.app, message)
    envelope = payloads.envelope(box.world, payloads.mention_event(said))
    at, started = time.time(), time.perf_counter()
    while True:  # as Slack does, where the connection goes before the acknowledgement comes
        try:
            await box.courier.sockets.send("events_api", envelope, MARKS, PATIENCE_S)
        except UndeliverableError:
            await box.courier.sockets.connected(PATIENCE_S)
        else:
            return Sent(message.ts, at, time.perf_counter() - started)


def answered_at(box: Box) -> dict[str, float]:
    """When each thread got its answer, in seconds since 1970."""
    return {
        str(call.arguments.get("thread_ts")): call.at
        for call in box.log.calls
        if call.method == "chat.postMessage" and call.error is None
    }
