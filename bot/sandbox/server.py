"""The sandbox as one object: start it, talk to it from a test, stop it."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from typing import Any, Self, TypeVar

from aiohttp import web

from bot.sandbox import response_urls
from bot.sandbox.accounts import ALICE, BOT_USER, SEED, ChannelSeed, WorkspaceSeed
from bot.sandbox.acting import act
from bot.sandbox.app import App
from bot.sandbox.backstage import Backstage
from bot.sandbox.backstage_api import move_clock
from bot.sandbox.box import Box
from bot.sandbox.calls import Call, CallLog, Delivery, EarlyCall, Post
from bot.sandbox.clock import SandboxClock
from bot.sandbox.courier import Courier, Delays
from bot.sandbox.events import announce_channel
from bot.sandbox.faults import Faults
from bot.sandbox.http_events import HttpEvents
from bot.sandbox.page_api import PageApi, guard, set_faults
from bot.sandbox.page_state import state_for
from bot.sandbox.passage import Passage
from bot.sandbox.sockets import Sockets
from bot.sandbox.web_api import WebApi
from bot.sandbox.world import Json, JsonValue, Watcher, World

T = TypeVar("T")
TRIED_PORTS = 50
BIGGEST = 4 * 2**20
LOOK_AGAIN = 0.02


class SandboxServer:
    """A Slack on the loopback address.

    ``clock`` gives seconds since 1970; a ``SandboxClock`` can be moved from the page, where ``backstage`` is
    the way to the bot's own doings. With ``request_url`` events are posted there, otherwise they go over
    Socket Mode.
    """

    def __init__(
        self,
        manifest: Mapping[str, Any],
        *,
        port: int = 0,
        clock: Callable[[], float] = time.time,
        request_url: str | None = None,
        seed: WorkspaceSeed = SEED,
        delays: Delays | None = None,
        backstage: Backstage | None = None,
    ) -> None:
        app = App(manifest)
        log, faults, delays = CallLog(), Faults(), delays or Delays()
        sockets = Sockets(self._refuse, delays.socket_ping)
        courier = Courier(sockets, HttpEvents(request_url), log, faults, delays)
        self.box = Box(app, World(seed, app.name, clock), log, faults, courier)
        courier.on_progress = lambda: self.box.world.changed(())
        if isinstance(clock, SandboxClock):
            self.box.passage = Passage(
                clock, self.box.world.changed, lambda: len(log.posts), lambda: bool(self.box.faults.outage)
            )
            self.box.passage.backstage = backstage
        self._wanted_port = port
        self._loop = asyncio.new_event_loop()
        self._thread: threading.Thread | None = None
        self._runner: web.AppRunner | None = None

    def _refuse(self, what: str, error: str) -> None:
        self.box.refuse(what, error)

    @property
    def url(self) -> str:
        return self.box.url

    @property
    def api_url(self) -> str:
        return f"{self.box.url}/api/"

    @property
    def request_url(self) -> str | None:
        return self.box.courier.http.url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self.box.courier.http.url = url

    @property
    def backstage(self) -> Backstage | None:
        return self.box.passage.backstage if self.box.passage else None

    @backstage.setter
    def backstage(self, backstage: Backstage | None) -> None:
        if self.box.passage is None:
            raise TypeError("only a sandbox with a SandboxClock has a backstage")
        self.box.passage.backstage = backstage

    def start(self) -> Self:
        """Listen; return when the port is open. The next free port is taken if the wanted one is not free."""
        listening = _bind(self._wanted_port)
        self.box.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._loop.run_forever, name="sandbox", daemon=True)
        self._thread.start()
        self.run(self._serve(listening))
        return self

    async def _serve(self, listening: socket.socket) -> None:
        application = web.Application(middlewares=[guard], client_max_size=BIGGEST)
        application.router.add_route("*", "/api/{method}", WebApi(self.box).serve)
        application.router.add_get("/socket/{ticket}", self.box.courier.sockets.serve)
        application.router.add_post("/respond/{token}", self._respond)
        PageApi(self.box).add_to(application)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.SockSite(self._runner, listening, backlog=1024).start()

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        return await response_urls.serve(self.box, request)

    def stop(self) -> None:
        if self._thread is None:
            return
        self.run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._thread = None

    async def _close(self) -> None:
        if self.box.passage:
            self.box.passage.stop()
        await self.box.courier.close()
        if self._runner:
            await self._runner.cleanup()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def run(self, work: Coroutine[Any, Any, T], timeout_s: float = 30.0) -> T:
        """Do something in the sandbox's loop, where its state lives."""
        return self.begin(work).result(timeout_s)

    def begin(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def look(self, at: Callable[[Box], T]) -> T:
        """Read the state, between two changes."""

        async def once() -> T:
            return at(self.box)

        return self.run(once())

    def act(self, **body: JsonValue) -> Json:
        """Do what the page's POST /sandbox/act does; ``as_`` is the account's id."""
        return self.run(act(self.box, {"as": body.pop("as_"), **body}))

    def wait_for(self, condition: Callable[[Box], T | None], timeout_s: float = 10.0) -> T | None:
        """Wait until the condition gives something true; None when it did not in time.

        It is asked after every change in the sandbox, and every 20 ms for what is not in the sandbox.
        """
        return self.run(self._until(condition, timeout_s), timeout_s + 30.0)

    async def _until(self, condition: Callable[[Box], T | None], timeout_s: float) -> T | None:
        watcher = Watcher()
        self.box.world.watchers.add(watcher)
        try:
            async with asyncio.timeout(timeout_s):
                while not (found := condition(self.box)):
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(watcher.wait(), LOOK_AGAIN)
                return found
        except TimeoutError:
            return None
        finally:
            self.box.world.watchers.discard(watcher)

    def wait_connected(self, timeout_s: float = 10.0) -> bool:
        return self.run(self.box.courier.sockets.connected(timeout_s), timeout_s + 5)

    def verify_request_url(self) -> bool:
        return self.run(self.box.courier.http.verify())

    def set_faults(self, **wanted: JsonValue) -> None:
        """Switch faults, as POST /sandbox/faults does."""
        self.run(set_faults(self.box, wanted))

    def pass_time(self, by: Json, account_id: str = ALICE, timeout_s: float = 90.0) -> str:
        """Move the clock as POST /sandbox/clock does, and wait until it is there; give what the page says."""

        async def go() -> str:
            await move_clock(self.box, {"as": account_id, "by": by})
            assert self.box.passage is not None  # noqa: S101 - else it was refused
            return await self.box.passage.arrival()

        return self.run(go(), timeout_s)

    def state(self, account_id: str) -> Json:
        return self.look(lambda box: state_for(box, box.world.accounts[account_id]))

    def change_channel(
        self, channel_id: str, *, event: str = "", has_bot: bool = True, **changes: JsonValue
    ) -> None:
        """Set ``is_archived``, ``is_ext_shared``, ``has_bot``; ``event`` is the event that tells the bot."""

        async def change() -> None:
            channel = self.box.world.channels[channel_id]
            for name, value in changes.items():
                setattr(channel, name, value)
            (channel.members.add if has_bot else channel.members.discard)(BOT_USER)
            self.box.world.changed()
            if event:
                announce_channel(self.box, channel, event)

        self.run(change())

    def add_channel(self, seed: ChannelSeed) -> None:
        self.look(lambda box: box.world.add_channel(seed))

    @property
    def posts(self) -> list[Post]:
        """Every message that was accepted, in order."""
        return self.look(lambda box: list(box.log.posts))

    @property
    def calls(self) -> list[Call]:
        return self.look(lambda box: list(box.log.calls))

    @property
    def refusals(self) -> list[Call]:
        """Every call that Slack would refuse, and every ack that came late or made no sense."""
        return self.look(lambda box: list(box.log.refused))

    @property
    def early_calls(self) -> list[EarlyCall]:
        """Every call that came before the Retry-After of a 429 was over."""
        return self.look(lambda box: list(box.log.limits.early))

    @property
    def deliveries(self) -> list[Delivery]:
        return self.look(lambda box: list(box.log.deliveries))


def _bind(wanted: int) -> socket.socket:
    for port in [0] if wanted == 0 else [*range(wanted, min(wanted + TRIED_PORTS, 2**16)), 0]:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", port))
        except OSError:
            listening.close()
            continue
        listening.setblocking(False)
        return listening
    raise OSError("no free port on the loopback address")
