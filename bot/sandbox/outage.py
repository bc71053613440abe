"""How Slack does not answer."""

from typing import Any

from aiohttp import web

from bot.sandbox.box import Box


def out_of_order(box: Box, request: web.Request) -> web.StreamResponse:
    """Answer as Slack does while it is away: 503, or with a connection that breaks."""
    if box.faults.outage == "close":
        return hang_up(request)
    return web.json_response({"ok": False, "error": "service_unavailable"}, status=503)


def hang_up(request: web.Request) -> web.StreamResponse:
    transport: Any = request.transport
    if transport is not None:
        transport.abort()
    return web.Response(status=500)
