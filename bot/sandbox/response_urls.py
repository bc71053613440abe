"""response_url: how an app answers a command or a click, five times within 30 minutes."""

import asyncio
import secrets

from aiohttp import web

from bot.sandbox import chat
from bot.sandbox.arguments import Method, check_arguments, read_request
from bot.sandbox.box import Box
from bot.sandbox.calls import Call, Post
from bot.sandbox.errors import SlackError
from bot.sandbox.events import announce, announce_change
from bot.sandbox.outage import out_of_order
from bot.sandbox.world import Json, JsonValue, Message, ResponseUrl

LIFETIME = 30 * 60.0
URLS_KEPT = 10_000
TAKES = Method(
    "response_url",
    f"{chat.CONTENT} {chat.LOOKS} thread_ts response_type replace_original:flag delete_original:flag",
)


def new_response_url(box: Box, channel: str, user: str, source: Message | None = None) -> str:
    if len(box.world.response_urls) > URLS_KEPT:
        for old in list(box.world.response_urls)[: URLS_KEPT // 2]:
            del box.world.response_urls[old]
    token = secrets.token_urlsafe(12)
    box.world.response_urls[token] = ResponseUrl(
        channel,
        user,
        box.world.clock() + LIFETIME,
        source.ts if source else None,
    )
    return f"{box.url}/respond/{token}"


async def serve(box: Box, request: web.Request) -> web.StreamResponse:
    said: Json = {}
    if box.faults.slow_ms:
        await asyncio.sleep(box.faults.slow_ms / 1000)
    if box.faults.outage:
        box.refuse("response_url", "service_unavailable")
        return out_of_order(box, request)
    try:
        said = await read_request(request)
        use(box, request.match_info["token"], said)
    except SlackError as error:
        box.log.record(Call(box.world.clock(), "response_url", said, error.name, tuple(error.messages)))
        box.world.changed(())
        status = 404 if error.name in ("used_url", "expired_url") else 400
        return web.json_response(error.answer(), status=status)
    box.log.record(Call(box.world.clock(), "response_url", said))
    return web.Response(text="ok")


def use(box: Box, token: str, said: Json) -> None:
    """Do what the app says through one of its addresses."""
    url = box.world.response_urls.get(token)
    if url is None or url.expires_at < box.world.clock():
        raise SlackError("expired_url")
    if url.uses_left < 1:
        raise SlackError("used_url")
    arguments = check_arguments(TAKES, said)
    answer(box, url, arguments)
    url.uses_left -= 1


def answer(box: Box, url: ResponseUrl, said: Json) -> None:
    """Post, replace or delete; also what the ack of a command says."""
    source = box.world.find_message(url.channel, url.source_ts) if url.source_ts else None
    if said.get("delete_original"):
        if source is None:
            raise SlackError("message_not_found")
        box.world.remove_message(source)
    elif said.get("replace_original") and source:
        chat.replace_content(box, source, {"blocks": [], **said})
        if not source.ephemeral_to:
            announce_change(box, source)
    else:
        _post(box, url, said)


def _post(box: Box, url: ResponseUrl, said: Json) -> None:
    kind: JsonValue = said.get("response_type", "ephemeral")
    if kind not in ("ephemeral", "in_channel"):
        raise SlackError("invalid_arguments", f"unsupported value: {kind} [json-pointer:/response_type]")
    channel = box.world.channels[url.channel]
    if channel.is_archived:
        raise SlackError("is_archived")
    if kind == "ephemeral":
        chat.new_message(box, channel, said, ephemeral_to=url.user)
        return
    message = chat.new_message(box, channel, said)
    box.log.posts.append(Post(channel.id, message.ts, message.text, message.thread_ts, message.metadata))
    announce(box, message)


def ack_with_message(box: Box, channel: str, user: str, said: object) -> None:
    """Post what a command's ack says; a text or the fields of a message."""
    if not isinstance(said, dict) or not said:
        return
    url = ResponseUrl(channel, user, box.world.clock() + LIFETIME)
    answer(box, url, check_arguments(TAKES, said))
