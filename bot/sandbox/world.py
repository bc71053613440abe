"""Everything that is true in the workspace. It lives in one event loop: no locks, no copies."""

import asyncio
import secrets
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox import accounts
from bot.sandbox.accounts import Account, ChannelSeed, WorkspaceSeed

Json = dict[str, Any]
JsonValue = Any
"""Any JSON value."""


@dataclass(slots=True)
class Message:
    """``ephemeral_to`` is the one person who sees it; ``replies`` are the ts of its thread."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: Json | None = None
    ephemeral_to: str | None = None
    subtype: str | None = None
    broadcast: bool = False
    edited: Json | None = None
    reactions: list[Json] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)

    @property
    def is_from_bot(self) -> bool:
        return self.user == accounts.BOT_USER


@dataclass(slots=True)
class Channel:
    id: str
    name: str
    members: set[str]
    topic: str = ""
    is_ext_shared: bool = False
    is_private: bool = False
    is_archived: bool = False
    with_user: str | None = None
    messages: dict[str, Message] = field(default_factory=dict)
    ephemerals: dict[str, Message] = field(default_factory=dict)

    @property
    def is_im(self) -> bool:
        return self.with_user is not None

    @property
    def type(self) -> str:
        """Slack's channel_type of message events."""
        if self.is_im:
            return "im"
        return "group" if self.is_private else "channel"


@dataclass(slots=True)
class Trigger:
    user: str
    expires_at: float
    used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """Where the app may answer an interaction: five times within 30 minutes."""

    channel: str
    user: str
    expires_at: float
    source_ts: str | None = None
    uses_left: int = 5


@dataclass(slots=True)
class View:
    """``content`` is what the app sent, with ids filled in; ``errors`` are shown by block id."""

    id: str
    user: str
    content: Json
    root_id: str
    previous_id: str | None = None
    hash: str = ""
    errors: dict[str, str] = field(default_factory=dict)


class Watcher:
    """Wakes whoever waits for a change that ``user`` can see; every change when ``user`` is None."""

    def __init__(self, user: str | None = None) -> None:
        self.user = user
        self.woken = asyncio.Event()

    async def wait(self) -> None:
        await self.woken.wait()
        self.woken.clear()


class World:
    def __init__(self, seed: WorkspaceSeed, bot_name: str, clock: Callable[[], float]) -> None:
        self.clock = clock
        bot = Account(accounts.BOT_USER, bot_name.lower(), bot_name, "App", "bot", f"{bot_name} - app")
        slackbot = Account(accounts.SLACKBOT, "slackbot", "Slackbot", "", "bot", "Slackbot", colour="#5b6770")
        self.accounts: dict[str, Account] = {one.id: one for one in (*seed.accounts, bot, slackbot)}
        self.usergroups = dict(seed.usergroups)
        self.channels: dict[str, Channel] = {}
        self.direct: dict[str, str] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.modals: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.prompts: dict[str, Json] = {}
        self.statuses: dict[tuple[str, str], str] = {}
        self.watchers: set[Watcher] = set()
        self.version = 1
        self._run = secrets.token_hex(4).upper()
        self._ids = 0
        self._last_micros = 0
        for channel in seed.channels:
            self.add_channel(channel)
        for account in seed.accounts:
            self._open_direct(account)
        self._say_seeds(seed)

    def add_channel(self, seed: ChannelSeed) -> None:
        channel = Channel(
            seed.id, seed.name, set(seed.members), seed.topic, seed.is_ext_shared, seed.is_private
        )
        self.channels[channel.id] = channel

    def _open_direct(self, account: Account) -> None:
        channel_id = "D0" + account.id.removeprefix("U0")
        self.direct[account.id] = channel_id
        members = {account.id, accounts.BOT_USER}
        self.channels[channel_id] = Channel(channel_id, "directmessage", members, with_user=account.id)

    def _say_seeds(self, seed: WorkspaceSeed) -> None:
        now = self.clock()
        for line in sorted(seed.messages, key=lambda line: -line.minutes_ago):
            at = now - line.minutes_ago * 60
            first = Message(line.channel, self.new_ts(at), line.user, line.text)
            self.add_message(first)
            for place, (user, text) in enumerate(line.replies, start=1):
                reply = Message(line.channel, self.new_ts(at + place * 90), user, text, thread_ts=first.ts)
                self.add_message(reply)

    def new_id(self, prefix: str) -> str:
        """Give an id that no other run of a sandbox has given: the bot remembers event ids."""
        self._ids += 1
        return f"{prefix}0{self._run}{self._ids:05X}"

    def new_ts(self, at: float | None = None) -> str:
        """Give the next ts: always later than every other."""
        micros = int((self.clock() if at is None else at) * 1_000_000)
        self._last_micros = max(self._last_micros + 1, micros)
        return f"{self._last_micros // 1_000_000}.{self._last_micros % 1_000_000:06}"

    def add_message(self, message: Message) -> None:
        channel = self.channels[message.channel]
        if message.ephemeral_to:
            channel.ephemerals[message.ts] = message
            self.changed({message.ephemeral_to})
            return
        channel.messages[message.ts] = message
        if message.thread_ts and message.thread_ts in channel.messages:
            channel.messages[message.thread_ts].replies.append(message.ts)
        self.changed(channel.members)

    def remove_message(self, message: Message) -> None:
        channel = self.channels[message.channel]
        if message.ephemeral_to:
            channel.ephemerals.pop(message.ts, None)
            self.changed({message.ephemeral_to})
            return
        if message.replies:
            message.user, message.subtype = accounts.SLACKBOT, "tombstone"
            message.text, message.blocks, message.metadata = "This message was deleted.", [], None
        else:
            channel.messages.pop(message.ts, None)
            if message.thread_ts in channel.messages:
                channel.messages[message.thread_ts].replies.remove(message.ts)
        self.changed(channel.members)

    def find_message(self, channel_id: str, ts: str) -> Message | None:
        """Find what is there under ``ts``, ephemeral or not."""
        channel = self.channels.get(channel_id)
        if channel is None:
            return None
        return channel.messages.get(ts) or channel.ephemerals.get(ts)

    def open_views(self) -> Iterator[View]:
        for stack in self.modals.values():
            yield from stack

    def changed(self, audience: Collection[str] | None = None) -> None:
        """Tell whoever watches and can see it; an empty ``audience`` is for tests only."""
        self.version += 1
        for watcher in self.watchers:
            if watcher.user is None or audience is None or watcher.user in audience:
                watcher.woken.set()
