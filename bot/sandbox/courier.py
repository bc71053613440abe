"""Brings events, commands and clicks to the bot, and brings events again when nobody acknowledged them."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from bot.sandbox.calls import CallLog, Delivery
from bot.sandbox.faults import Faults
from bot.sandbox.http_events import HttpEvents, NotAcceptedError
from bot.sandbox.sockets import Sockets, UndeliverableError
from bot.sandbox.world import Json, JsonValue


@dataclass(frozen=True)
class Delays:
    """Seconds: Slack's own by default, shorter in tests."""

    ack: float = 3.0
    socket_redelivery: float = 4.0
    http_redelivery: tuple[float, ...] = (0.0, 60.0, 300.0)
    socket_attempts: int = 3
    give_up: float = 300.0
    socket_ping: float = 5.0


class NoAnswerError(Exception):
    """The bot did not acknowledge; its text is Slack's error name."""


class Courier:
    def __init__(
        self, sockets: Sockets, http: HttpEvents, log: CallLog, faults: Faults, delays: Delays
    ) -> None:
        self.sockets = sockets
        self.http = http
        self.delays = delays
        self.on_progress: Callable[[], None] = lambda: None
        self._log = log
        self._faults = faults
        self._tasks: set[asyncio.Task[None]] = set()

    def bring(self, envelope: Json) -> Delivery:
        """Start delivering an event; it goes on until acknowledged, or given up as Slack gives up."""
        copies = max(1, self._faults.deliver)
        delivery = Delivery(envelope["event_id"], envelope["event"]["type"], copies)
        self._log.deliveries.append(delivery)
        for copy in range(copies):
            self._start(self._deliver(delivery, envelope, copy))
        return delivery

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, delivery: Delivery, envelope: Json, copy: int) -> None:
        try:
            if self.http.url:
                await self._over_http(delivery, envelope, copy)
            else:
                await self._over_socket(delivery, envelope, copy)
        except UndeliverableError:
            delivery.given_up = True
        finally:
            delivery.copies -= 1
            self.on_progress()

    async def _over_socket(self, delivery: Delivery, envelope: Json, attempt: int) -> None:
        reason = "timeout" if attempt else ""
        for _ in range(1 + self.delays.socket_attempts):
            marks = {"retry_attempt": attempt, "retry_reason": reason}
            try:
                await self._to_some_socket(delivery, envelope, marks)
            except TimeoutError:
                attempt, reason = attempt + 1, "timeout"
                if self._faults.no_retry:
                    break
                continue
            delivery.acked = True
            return
        delivery.given_up = True

    async def _to_some_socket(self, delivery: Delivery, envelope: Json, marks: Json) -> None:
        while True:
            if not await self.sockets.connected(self.delays.give_up):
                raise UndeliverableError
            delivery.sent += 1
            try:
                await self.sockets.send("events_api", envelope, marks, self.delays.socket_redelivery)
            except UndeliverableError:
                if self._faults.no_retry:
                    raise
                continue
            return

    async def _over_http(self, delivery: Delivery, envelope: Json, attempt: int) -> None:
        reason = "http_timeout"
        for wait in (0.0, *self.delays.http_redelivery):
            marks = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason} if attempt else {}
            if wait:
                await asyncio.sleep(wait)
            delivery.sent += 1
            try:
                await self.http.send("events_api", envelope, marks, self.delays.ack)
            except TimeoutError:
                reason = "http_timeout"
            except UndeliverableError:
                reason = "connection_failed"
            except NotAcceptedError as error:
                reason = "http_error"
                if error.args[1] == "1":
                    break
            else:
                delivery.acked = True
                return
            attempt += 1
            if self._faults.no_retry:
                break
        delivery.given_up = True

    async def ask(self, kind: str, payload: Json) -> JsonValue:
        """Bring a command or an interaction, once; give what its ack says. Raise NoAnswerError."""
        sender = self.http if self.http.url else self.sockets
        try:
            return await sender.send(kind, payload, {}, self.delays.ack)
        except TimeoutError as error:
            raise NoAnswerError("operation_timeout") from error
        except UndeliverableError as error:
            raise NoAnswerError("dispatch_failed") from error
        except NotAcceptedError as error:
            raise NoAnswerError("dispatch_unknown_error") from error
        finally:
            self.on_progress()

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.sockets.close()
        await self.http.close()
