"""Behind the stage: the clock, the bot's outbox, and what happens to channels and people."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from aiohttp import web

from bot.sandbox.acting import viewer
from bot.sandbox.backstage import Backstage, OutboxRow
from bot.sandbox.body import read_body
from bot.sandbox.box import Box
from bot.sandbox.changes import switch_account, switch_channel
from bot.sandbox.errors import RefusedError
from bot.sandbox.page_state import clock_part
from bot.sandbox.passage import Passage, destination
from bot.sandbox.world import Json

NO_CLOCK = "This sandbox runs by the real clock."
Change = Callable[[Box, Json], Awaitable[Json]]


class BackstageApi:
    def __init__(self, box: Box) -> None:
        self._box = box

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_get("/sandbox/outbox", self._outbox)
        for path, change in CHANGES.items():
            router.add_post(path, self._serve(change))

    def _serve(self, change: Change) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            try:
                return web.json_response({"ok": True, **await change(self._box, await read_body(request))})
            except RefusedError as error:
                return web.json_response({"ok": False, "error": str(error)}, status=400)

        return serve

    async def _outbox(self, _request: web.Request) -> web.StreamResponse:
        backstage = self._box.passage.backstage if self._box.passage else None
        if backstage is None:
            return web.json_response({"ok": False, "rows": []})
        return web.json_response({"ok": True, "rows": await outbox_rows(self._box, backstage)})


async def outbox_rows(box: Box, backstage: Backstage) -> list[Json]:
    rows = await asyncio.to_thread(backstage.outbox_rows)
    return [_row_part(box, row) for row in sorted(rows, key=lambda row: (row.due_at, row.key))]


def _row_part(box: Box, row: OutboxRow) -> Json:
    return {
        "key": row.key,
        "due": row.due_at.timestamp(),
        "channel": row.channel_id,
        "place": _place(box, row.channel_id),
        "what": row.what,
        "state": row.state,
        "reason": row.reason,
        "sent": _seconds(row.sent_at),
        "again": _seconds(row.again_at),
        "ts": row.ts,
    }


def _place(box: Box, place: str) -> str:
    """Name a channel or a person, by their id or by that of the conversation with them."""
    channel = box.world.channels.get(place)
    if channel and not channel.is_im:
        return f"#{channel.name}"
    account = box.world.accounts.get(channel.with_user or "" if channel else place)
    return account.real_name if account else place


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None


async def move_clock(box: Box, wanted: Json) -> Json:
    """Send the clock on its way, or stop it: {"as": account, "by": {"weeks": 1}}, {"stop": true}."""
    passage = _passage(box)
    if wanted.get("stop"):
        passage.stop()
    else:
        account, by = viewer(box, wanted.get("as")), wanted.get("by")
        passage.begin(destination(passage.clock.now(), account.tz, by if isinstance(by, dict) else {}))
    box.world.changed()
    return {"clock": clock_part(box)}


def _passage(box: Box) -> Passage:
    if box.passage is None:
        raise RefusedError(NO_CLOCK)
    return box.passage


async def _switch_channel(box: Box, wanted: Json) -> Json:
    switch_channel(box, wanted)
    return {}


async def _switch_account(box: Box, wanted: Json) -> Json:
    switch_account(box, wanted)
    return {}


CHANGES: dict[str, Change] = {
    "/sandbox/clock": move_clock,
    "/sandbox/channel": _switch_channel,
    "/sandbox/account": _switch_account,
}
