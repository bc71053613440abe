"""What each Web API method takes, in every encoding that Slack reads."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.sandbox.errors import SlackError


@dataclass(frozen=True)
class Method:
    """``takes`` reads ``name``, ``name!`` (required), ``name:kind``; kinds are text, flag, number, json.

    Every method takes ``team_id``: Bolt sends it with each call.
    """

    name: str
    takes: str = ""
    scope: str | None = None
    token: str = "bot"  # noqa: S105
    tier: int = 3
    kinds: dict[str, str] = field(init=False)
    required: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        words = [(*word.rstrip("!").partition(":"), word.endswith("!")) for word in self.takes.split()]
        kinds = {name: kind or "text" for name, _, kind, _ in words}
        object.__setattr__(self, "kinds", {"team_id": "text"} | kinds)
        object.__setattr__(self, "required", frozenset(name for name, _, _, needed in words if needed))


async def read_request(request: web.Request) -> dict[str, Any]:
    """Give the arguments of the query and of a JSON, form or multipart body; a body wins."""
    said: dict[str, Any] = dict(request.query)
    if not request.can_read_body:
        return said
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read())
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return said | body
    if request.content_type not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise SlackError("invalid_post_type")
    return said | dict(await request.post())


def check_arguments(method: Method, said: Mapping[str, Any]) -> dict[str, Any]:
    """Give the arguments as the method takes them; refuse what is missing, unknown or of another kind."""
    unknown = sorted(said.keys() - method.kinds.keys())
    if unknown:
        raise SlackError(
            "invalid_arguments", *(f"unknown argument: {name} [json-pointer:/{name}]" for name in unknown)
        )
    missing = sorted(name for name in method.required if said.get(name) in (None, ""))
    if missing:
        raise SlackError(
            "invalid_arguments",
            *(f"missing required field: {name} [json-pointer:/{name}]" for name in missing),
        )
    return {name: _READ[method.kinds[name]](name, value) for name, value in said.items()}


def _text(name: str, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise SlackError("invalid_arguments", f"must be a string [json-pointer:/{name}]")
    return str(value)


def _flag(name: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("1", "true", "0", "false"):
        return str(value).lower() in ("1", "true")
    raise SlackError("invalid_arguments", f"must be a boolean [json-pointer:/{name}]")


def _number(name: str, value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise SlackError("invalid_arguments", f"must be an integer [json-pointer:/{name}]") from None


def _json(name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        broken = "invalid_blocks_format" if name == "blocks" else "invalid_arguments"
        raise SlackError(broken, f"is not JSON [json-pointer:/{name}]") from None


_READ = {"text": _text, "flag": _flag, "number": _number, "json": _json}
