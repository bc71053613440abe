"""The twenty at their desks: what they do in the sandbox, and what they see, as text."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.clocks import SetClock
from bot.app import TRIVIA, Bot
from bot.sandbox import SandboxServer
from bot.sandbox.accounts import BOT_USER
from bot.sandbox.blocks import all_blocks, elements_of
from bot.sandbox.world import Message, View
from persona_store.answering import Answering
from persona_store.database import Store
from persona_store.models import InboxRequest
from persona_store.trivia.loading import Materials
from persona_store.trivia.material import Material

PATIENCE = 2_000
A_WHILE = timedelta(seconds=2)
"""A channel gets one post a second."""
BUTTON_TEXT = re.compile(r"<!date\^\d+\^[^|]*\|([^>]*)>")

Element = dict[str, Any]


class Workplace:
    """``seen``: what was shown, and to whom, in order."""

    def __init__(self, server: SandboxServer, bot: Bot, store: Store, clock: SetClock) -> None:
        self.server, self.bot, self.store, self.clock = server, bot, store, clock
        self.seen: list[str] = []
        self._shown: dict[str, str] = {}
        self._materials = Materials(Answering(store), TRIVIA)
        self._names = {one.id: one.real_name for one in server.box.world.accounts.values()}

    @property
    def now(self) -> datetime:
        return self.clock.now

    def go_to(self, moment: datetime) -> None:
        """Let the bot do what is due then."""
        self.clock.now = max(self.clock.now, moment)
        self.bot.outbox.work()
        self.bot.bulletin.keep_up()
        self.look()

    def act(self, person: str, do: str, **body: Any) -> bool:  # noqa: ANN401 - any JSON
        """Do something, and wait until the bot has worked on it; False where the page refuses."""
        self.clock.now += A_WHILE
        said = self.server.act(as_=person, do=do, **body)
        self.settle()
        self.look()
        return bool(said["ok"])

    def command(self, person: str, channel: str, text: str) -> None:
        assert self.act(person, "command", channel=channel, text=text), text

    def press(self, person: str, shown: Message | View, action: str, value: str | None = None) -> bool:
        """Press a button, found by its action id or its words."""
        blocks = shown.content["blocks"] if isinstance(shown, View) else shown.blocks
        block, element = next(find(blocks, action, value), ({}, {}))
        if not element:
            return False
        given = {"type": element["type"], "value": element.get("value")}
        return self._do(person, shown, block, element, given)

    def choose(self, person: str, shown: Message, value: str) -> bool:
        """Choose behind the three dots."""
        for block, element in _elements(shown.blocks):
            for option in element.get("options", ()):
                if element["type"] == "overflow" and option["value"] == value:
                    return self._do(
                        person, shown, block, element, {"type": "overflow", "selected_option": option}
                    )
        return False

    def _do(
        self, person: str, shown: Message | View, block: Element, element: Element, action: Element
    ) -> bool:
        container = (
            {"type": "view", "view_id": shown.id}
            if isinstance(shown, View)
            else {
                "type": "message",
                "channel": shown.channel,
                "ts": shown.ts,
                "ephemeral": bool(shown.ephemeral_to),
            }
        )
        ids = {"block_id": block["block_id"], "action_id": element["action_id"]}
        return self.act(person, "action", container=container, action=action, **ids)

    def home(self, person: str) -> View:
        """Open the app's Home."""
        before = self.server.look(lambda box: box.world.homes.pop(person, None))
        self.server.act(as_=person, do="open_home")
        view = self.server.wait_for(lambda box: box.world.homes.get(person))
        assert view is not None, before
        return view

    def window(self, person: str) -> View | None:
        stack = self.server.look(lambda box: list(box.world.modals.get(person, [])))
        return stack[-1] if stack else None

    def submit(self, person: str, **typed: Element) -> dict[str, str]:
        """Send the window on top; ``typed`` by block id. Gives what is wrong with it."""
        view = self.window(person)
        assert view is not None
        values: Element = {}
        for block, element in _elements(view.content["blocks"]):
            if block["block_id"] in typed:
                given = {"type": element["type"], **typed[block["block_id"]]}
                values[block["block_id"]] = {element["action_id"]: given}
        said = self.server.act(as_=person, do="submit", view_id=view.id, state={"values": values})
        self.settle()
        self.look()
        wrong = {} if said["ok"] else {"": f"{said['error']} {self.server.refusals[-1:]}"}
        wrong |= said.get("errors", {})
        return wrong

    def close_windows(self, person: str) -> None:
        while (view := self.window(person)) is not None:
            self.server.act(as_=person, do="close", view_id=view.id)

    def settle(self) -> None:
        """Wait until the bot has worked on everything it took."""
        tick = Event()
        for _ in range(PATIENCE):
            with self.store.read() as session:
                left = session.scalar(select(func.count()).where(InboxRequest.done_at.is_(None)))
            if not left:
                return
            tick.wait(0.005)
        raise AssertionError("the bot did not work it off")

    def said_to(self, person: str, channel: str) -> Message | None:
        """The last message there that only this person sees."""

        def last(box: Any) -> Message | None:  # noqa: ANN401
            own = box.world.channels[channel].ephemerals.values()
            return max(
                (one for one in own if one.ephemeral_to == person), key=lambda one: one.ts, default=None
            )

        return self.server.look(last)

    def message(self, channel: str, ts: str) -> Message:
        return self.server.look(lambda box: box.world.channels[channel].messages[ts])

    def material(self, session: Session) -> Material:
        """What the bot makes its questions from."""
        return self._materials.at(session)

    def deactivate(self, person: str) -> None:
        def leave(box: Any) -> None:  # noqa: ANN401
            box.world.accounts[person] = replace(box.world.accounts[person], deactivated=True)

        self.server.look(leave)

    # What they see

    def look(self) -> None:
        """Note everything that is new or has changed, as people read it."""
        for message in self.server.look(self._changed):
            how = "changed" if message.edited else "new"
            text = self.text_of(message.blocks, message.text)
            self.seen.append(f"=== {self.now:%a %d %b %H:%M} {self._place(message)} ({how})\n{text}")

    def _changed(self, box: Any) -> list[Message]:  # noqa: ANN401
        """What the bot said or changed since the last look."""
        found = []
        for channel in box.world.channels.values():
            for one in (*channel.messages.values(), *channel.ephemerals.values()):
                stamp = (one.edited or {}).get("ts", one.ts)
                if one.user == BOT_USER and self._shown.get(one.ts) != stamp:
                    self._shown[one.ts] = stamp
                    found.append(one)
        return sorted(found, key=lambda one: self._shown[one.ts])

    def note(self, text: str) -> None:
        self.seen.append(f"--- {self.now:%a %d %b %H:%M} {text}")

    def write(self, file: Path) -> None:
        file.write_text("\n\n".join(self.seen), "utf8")

    def text_of(self, blocks: list[Element], text: str = "") -> str:
        lines = [line for block in blocks for line in _lines(block)] or [text]
        readable = BUTTON_TEXT.sub(r"\1", "\n".join(lines))
        return re.sub(r"<@(\w+)>", lambda found: "@" + self._names.get(found[1], found[1]), readable)

    def _place(self, message: Message) -> str:
        channel = self.server.box.world.channels[message.channel]
        to = message.ephemeral_to or channel.with_user
        where = "direct message" if channel.is_im else f"#{channel.name}"
        return f"{where}{' for ' + self._names[to] + ' alone' if to else ''}"


def find(blocks: list[Element], action: str, value: str | None = None) -> Iterator[tuple[Element, Element]]:
    """Buttons with this action or these words, and this value."""
    for block, element in _elements(blocks):
        words = (element.get("text") or {}).get("text")
        is_it = action in (element["action_id"], element["action_id"].partition("#")[0], words)
        if is_it and value in (None, element.get("value")):
            yield block, element


def _elements(blocks: list[Element]) -> Iterator[tuple[Element, Element]]:
    for block in all_blocks(blocks):
        for element in elements_of(block):
            yield block, element


def _lines(block: Element) -> Iterator[str]:
    kind = block["type"]
    if kind in ("header", "section"):
        accessory = block.get("accessory") or {}
        mark = "# " if kind == "header" else ""
        words = (accessory.get("text") or {}).get("text") or ("..." if accessory.get("options") else "")
        yield mark + block["text"]["text"] + (f"   [{words}]" if words else "")
    elif kind == "context":
        yield (
            "  (" + " | ".join(one.get("text") or one.get("alt_text", "") for one in block["elements"]) + ")"
        )
    elif kind == "actions":
        yield " ".join(f"[{one['text']['text']}]" for one in block["elements"] if "text" in one)
