"""People at work in the sandbox: tests say what they do and read what the bot answers.

Nothing here sleeps: every wait ends with the change it waits for, and fails with what Slack refused.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from bot.posting import EVENT_TYPE
from bot.sandbox import SandboxServer
from bot.sandbox.accounts import BOT_USER
from bot.sandbox.box import Box
from bot.sandbox.state import key_of, options_of
from bot.sandbox.world import Channel, Json, World
from tests.bot.slack_shown import Blocks, Message, View, shown_message, shown_view

__all__ = ["Blocks", "Message", "Slack", "View"]

T = TypeVar("T")


class Slack:
    """``settle`` waits until the bot has nothing left to do (for ``expect_silence``); without it, a
    marker is used: something that the bot surely answers, asked after what it is to be silent on.
    """

    def __init__(
        self, server: SandboxServer, *, settle: Callable[[], object] | None = None, timeout: float = 10.0
    ) -> None:
        self.server = server
        self.timeout = timeout
        self._settle = settle
        self.marker = ("dave", "help")

    # Saying something

    def say(
        self, account: str, text: str, channel: str = "product", thread: "str | Message | None" = None
    ) -> str:
        """Post as a person; give the ts. ``thread`` is a message of the thread, or its ts."""
        place = self.channel_id(channel, account)
        return str(self._act(account, "message", channel=place, text=text, thread_ts=_ts(thread))["ts"])

    def mention(
        self, account: str, text: str, channel: str = "product", thread: "str | Message | None" = None
    ) -> Message:
        """Ask the bot in a channel; give its answer: in the thread, or seen by this person alone."""
        addressed = text if "@Persona" in text else f"@Persona {text}"
        ts = self.say(account, addressed, channel, thread)
        return self.reply(account, channel, ts, thread=_ts(thread) or ts)

    def direct_message(self, account: str, text: str, thread: "str | Message | None" = None) -> Message:
        ts = self.say(account, text, "dm", thread)
        return self.reply(account, "dm", ts)

    def reply(self, account: str, channel: str, after: str, thread: str | None = None) -> Message:
        """The bot's first message after ``after`` that this person can see there."""
        place, person = self.channel_id(channel, account), self.account_id(account)
        return self.wait(
            lambda box: next(_bot_messages(box.world.channels[place], person, after, thread), None),
            f"an answer to {account} in {channel}",
        )

    def command(self, account: str, text: str, channel: str = "product") -> Message:
        """Run a slash command; give the answer, whatever else is delivered meanwhile."""
        after = self.run_command(account, text, channel)
        place, person = self.channel_id(channel, account), self.account_id(account)

        def answer(box: Box) -> Message | None:
            new = _bot_messages(box.world.channels[place], person, after, None)
            return next((one for one in new if not _is_delivery(one)), None)

        return self.wait(answer, f"an answer to {text!r} of {account} in {channel}")

    def run_command(self, account: str, text: str, channel: str = "product") -> str:
        """Run a slash command whose effect is not a message; give the moment before it as a ts."""
        before = self.now()
        self._act(account, "command", channel=self.channel_id(channel, account), text=text)
        return before

    # Clicking and choosing

    def click(self, shown: Blocks, account: str, action: str, value: str | None = None) -> None:
        """Press a button, found by its action id or its words. Returns when the bot has acknowledged."""
        self._press(shown, account, shown.element(action, value), {"value": _feedback(shown, action, value)})

    def click_for_reply(
        self, shown: Message, account: str, action: str, value: str | None = None, channel: str | None = None
    ) -> Message:
        """Press a button and give what the person then sees: a new message, or this one changed."""
        before = self.now()
        self.click(shown, account, action, value)
        place, person = self.channel_id(channel or shown.channel, account), self.account_id(account)

        def answer(box: Box) -> Message | None:
            new = next(_bot_messages(box.world.channels[place], person, before, None), None)
            old = box.world.find_message(shown.channel, shown.ts)
            changed = old if old and old.edited and old.edited["ts"] > before else None
            return new or (shown_message(changed) if changed else None)

        return self.wait(answer, f"an answer to the click on {action!r}")

    def choose(self, shown: Blocks, account: str, action: str, choice: str | list[str]) -> None:
        """Choose in a menu, boxes or an overflow, by words or by value."""
        element = shown.element(action)
        key = "selected_option" if element["type"] == "overflow" else key_of(element) or "value"
        self._press(shown, account, element, {key: _choice(element, choice)})

    def _press(self, shown: Blocks, account: str, element: Json, action: Json) -> None:
        container = shown.container if isinstance(shown, (Message, View)) else {}
        ids = {"block_id": element["block_id"], "action_id": element["action_id"]}
        self._act(account, "action", container=container, action={"type": element["type"], **action}, **ids)

    def shortcut(self, account: str, callback_id: str, message: Message | None = None) -> None:
        on = {"channel": message.channel, "ts": message.ts} if message else {}
        self._act(account, "shortcut", callback_id=callback_id, **on)

    # Forms and Home

    def modal(self, account: str, after: View | None = None) -> View:
        """The form on top; where ``after`` is given, waits until it is another one or has changed."""
        person, old = self.account_id(account), after.hash if after else None

        def top(box: Box) -> View | None:
            stack = box.world.modals.get(person)
            return shown_view(stack[-1]) if stack and stack[-1].hash != old else None

        return self.wait(top, f"a form for {account}")

    def open_modals(self, account: str) -> int:
        person = self.account_id(account)
        return self.server.look(lambda box: len(box.world.modals.get(person, [])))

    def submit(self, account: str, **answers: str | list[str]) -> dict[str, str] | None:
        """Send the form on top; ``answers`` by block id (or action id). Gives errors by block id, or None."""
        view = self.modal(account)
        values: Json = {}
        for name, answer in answers.items():
            element = next(
                (one for one in view.elements if name in (one["block_id"], one["action_id"])), None
            )
            assert element, f"no field {name!r}, but: {[one['block_id'] for one in view.elements]}"
            key = key_of(element) or "value"
            chosen = {"type": element["type"], key: _choice(element, answer)}
            values.setdefault(element["block_id"], {})[element["action_id"]] = chosen
        said = self._act(account, "submit", view_id=view.id, state={"values": values})
        errors: dict[str, str] | None = said.get("errors")
        return errors

    def close(self, account: str) -> None:
        self._act(account, "close", view_id=self.modal(account).id)

    def home(self, account: str) -> View:
        """Open the Home tab; give what the bot publishes then."""
        person = self.account_id(account)
        before = self.server.look(
            lambda box: box.world.homes[person].hash if person in box.world.homes else ""
        )
        self._act(account, "open_home")
        return self.home_after(account, before)

    def home_after(self, account: str, hash_before: str) -> View:
        """The Home tab once it is another than that of ``hash_before``."""
        person = self.account_id(account)

        def published(box: Box) -> View | None:
            home = box.world.homes.get(person)
            return shown_view(home) if home and home.hash != hash_before else None

        return self.wait(published, f"the Home tab of {account}")

    def prompts(self, account: str) -> list[str]:
        """Open the Messages tab; give the titles of the prompts that the bot suggests."""
        person = self.account_id(account)
        self._act(account, "open_dm")
        found = self.wait(lambda box: box.world.prompts.get(person), f"prompts for {account}")
        return [prompt["title"] for prompt in found["prompts"]]

    # Looking

    def expect_silence(
        self, account: str, text: str, channel: str = "product", thread: "str | Message | None" = None
    ) -> None:
        """Say something that the bot must not answer, in any way that this person could see."""
        ts = self.say(account, text, channel, thread)
        self.settle()
        place, person = self.channel_id(channel, account), self.account_id(account)
        answer = self.server.look(
            lambda box: next(_bot_messages(box.world.channels[place], person, ts, None), None)
        )
        assert answer is None, f"an answer where none was wanted: {answer.everything}"

    def settle(self) -> None:
        """Wait until every event is acknowledged and the bot has worked on what it took."""
        self.wait(lambda box: not any(one.is_open for one in box.log.deliveries), "acknowledgements")
        if self._settle:
            self._settle()
        else:
            self.direct_message(*self.marker)

    def messages(self, account: str, channel: str = "product") -> list[Message]:
        """What this person sees there, oldest first."""
        place, person = self.channel_id(channel, account), self.account_id(account)

        def seen(box: Box) -> list[Message]:
            found = box.world.channels[place]
            own = [one for one in found.ephemerals.values() if one.ephemeral_to == person]
            both = [*found.messages.values(), *own] if person in found.members else []
            return [shown_message(one) for one in sorted(both, key=lambda one: one.ts)]

        return self.server.look(seen)

    def again(self, message: Message) -> Message | None:
        """The message as it is now; None when it is gone."""

        def now(box: Box) -> Message | None:
            found = box.world.find_message(message.channel, message.ts)
            return shown_message(found) if found else None

        return self.server.look(now)

    @property
    def refusals(self) -> list[str]:
        """What Slack refused, each with its reason: a good test ends with none."""
        return [call.reason for call in self.server.refusals]

    def wait(self, condition: Callable[[Box], T | None], what: str) -> T:
        """Wait for something in the sandbox; fail with what Slack refused."""
        found = self.server.wait_for(condition, self.timeout)
        if found is None or found is False:
            open_events = [one.type for one in self.server.deliveries if one.is_open]
            raise AssertionError(
                f"waited {self.timeout} s for {what}; refused: {self.refusals or 'nothing'}; "
                f"not acknowledged: {open_events or 'nothing'}"
            )
        return found

    def now(self) -> str:
        return self.server.look(lambda box: box.world.new_ts())

    def account_id(self, name: str) -> str:
        found = [one.id for one in self.server.box.world.accounts.values() if name in (one.name, one.id)]
        assert found, f"no account {name!r}"
        return found[0]

    def channel_id(self, name: str, account: str) -> str:
        """The id of a channel; "dm" is the account's conversation with the bot."""
        world: World = self.server.box.world
        if name == "dm":
            return world.direct[self.account_id(account)]
        found = [one.id for one in world.channels.values() if name in (one.name, one.id)]
        assert found, f"no channel {name!r}"
        return found[0]

    def _act(self, account: str, do: str, **body: Any) -> Json:
        said = self.server.act(as_=self.account_id(account), do=do, **body)
        assert said["ok"], f"{account} could not: {said['error']}; refused: {self.refusals or 'nothing'}"
        return said


def _ts(thread: "str | Message | None") -> str | None:
    return (thread.thread_ts or thread.ts) if isinstance(thread, Message) else thread


def _is_delivery(message: Message) -> bool:
    """Whether the outbox sent it: nobody asked for it just now."""
    return (message.metadata or {}).get("event_type") == EVENT_TYPE


def _bot_messages(channel: Channel, person: str, after: str, thread: str | None) -> Iterator[Message]:
    own = [one for one in channel.ephemerals.values() if one.ephemeral_to == person]
    public = []
    for ts in reversed(channel.messages):
        if ts <= after:
            break
        public.append(channel.messages[ts])
    for one in sorted([*own, *public], key=lambda one: one.ts):
        at_place = thread is None or one.thread_ts == thread or one.ephemeral_to
        if one.ts > after and one.user == BOT_USER and at_place:
            yield shown_message(one)


def _feedback(shown: Blocks, action: str, value: str | None) -> str | None:
    """The value of the feedback button with these words, or with a value that starts so."""
    element = next((one for one in shown.elements if one["type"] == "feedback_buttons"), None)
    if element is None:
        return value
    for name in ("positive_button", "negative_button"):
        button = element[name]
        if action == button["text"]["text"] or (value and value == button["value"]):
            return str(button["value"])
    return value


def _choice(element: Json, wanted: str | list[str]) -> Any:
    """The option with these words or this value; what was typed, where there are no options."""
    if isinstance(wanted, list):
        return [_choice(element, one) for one in wanted]
    offered = options_of(element)
    if not offered:
        return wanted
    found = [one for one in offered if wanted in (one["value"], one["text"]["text"])]
    assert found, f"no choice {wanted!r}, but: {[one['text']['text'] for one in offered]}"
    return found[0]
