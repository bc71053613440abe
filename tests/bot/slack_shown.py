"""What a person sees in the sandbox: messages, forms, the Home tab."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.blocks import all_blocks, elements_of
from bot.sandbox.payloads import view_part
from bot.sandbox.world import Message as Said
from bot.sandbox.world import View as Shown

Json = dict[str, Any]


@dataclass(frozen=True)
class Blocks:
    """What is shown: a message, a modal or a Home tab."""

    blocks: list[Json] = field(repr=False)

    @property
    def plain(self) -> str:
        """Every text in the blocks, a line each."""
        return "\n".join(_texts(self.blocks))

    @property
    def elements(self) -> list[Json]:
        """What can be clicked, chosen or filled in, each with its block_id."""
        every = all_blocks(self.blocks)
        return [{**one, "block_id": block["block_id"]} for block in every for one in elements_of(block)]

    @property
    def buttons(self) -> list[str]:
        """The words on the buttons."""
        found = []
        for element in self.elements:
            if element["type"] == "feedback_buttons":
                found += [element[name]["text"]["text"] for name in ("positive_button", "negative_button")]
            elif "text" in element:
                found.append(element["text"]["text"])
        return found

    def element(self, action: str, value: str | None = None) -> Json:
        """The one with this action id or these words, and this value where several are alike."""
        found = [
            one
            for one in self.elements
            if action in (one["action_id"], one["action_id"].partition("#")[0], *_words(one))
            and (value is None or value in _values(one))
        ]
        offered = [f"{one['action_id']} {list(_words(one))}" for one in self.elements]
        assert found, f"no {action!r} here, but: {offered}"
        return found[0]


@dataclass(frozen=True)
class Message(Blocks):
    channel: str = ""
    ts: str = ""
    text: str = ""
    user: str = ""
    thread_ts: str | None = None
    ephemeral: bool = False
    edited: bool = False
    metadata: Json | None = None

    @property
    def container(self) -> Json:
        return {"type": "message", "channel": self.channel, "ts": self.ts, "ephemeral": self.ephemeral}

    @property
    def everything(self) -> str:
        """The text and every text in the blocks."""
        return f"{self.text}\n{self.plain}"


@dataclass(frozen=True)
class View(Blocks):
    id: str = ""
    hash: str = ""
    title: str = ""
    callback_id: str = ""
    private_metadata: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def container(self) -> Json:
        return {"type": "view", "view_id": self.id}


def shown_message(said: Said) -> Message:
    return Message(
        blocks=said.blocks,
        channel=said.channel,
        ts=said.ts,
        text=said.text,
        user=said.user,
        thread_ts=said.thread_ts,
        ephemeral=said.ephemeral_to is not None,
        edited=said.edited is not None,
        metadata=said.metadata,
    )


def shown_view(shown: Shown) -> View:
    part = view_part(shown)
    return View(
        blocks=part["blocks"],
        id=shown.id,
        hash=shown.hash,
        title=(part["title"] or {}).get("text", ""),
        callback_id=part["callback_id"],
        private_metadata=part["private_metadata"],
        errors=dict(shown.errors),
    )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            if isinstance(one, str):
                if key in ("text", "alt_text"):
                    yield one
            else:
                yield from _texts(one)


def _words(element: Json) -> Iterator[str]:
    if element["type"] == "feedback_buttons":
        yield from (element[name]["text"]["text"] for name in ("positive_button", "negative_button"))
    elif isinstance(element.get("text"), dict):
        yield element["text"]["text"]


def _values(element: Json) -> Iterator[str]:
    if element["type"] == "feedback_buttons":
        yield from (element[name]["value"] for name in ("positive_button", "negative_button"))
    elif "value" in element:
        yield element["value"]
