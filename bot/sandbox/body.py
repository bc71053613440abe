"""What the page sends: JSON objects, and nothing that a form of another page could send."""

import json

from aiohttp import web

from bot.sandbox.world import Json


async def read_body(request: web.Request) -> Json:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="expected application/json")
    try:
        said = json.loads(await request.read())
    except ValueError:
        raise web.HTTPBadRequest(text="expected JSON") from None
    if not isinstance(said, dict):
        raise web.HTTPBadRequest(text="expected a JSON object")
    return said
