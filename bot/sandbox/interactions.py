"""Clicks and choices in messages and views."""

from collections.abc import Sequence

from bot.sandbox import payloads
from bot.sandbox.accounts import Account
from bot.sandbox.blocks import all_blocks, elements_of
from bot.sandbox.box import Box
from bot.sandbox.courier import NoAnswerError
from bot.sandbox.elements import GROUP, OPTION
from bot.sandbox.errors import RefusedError
from bot.sandbox.response_urls import new_response_url
from bot.sandbox.shapes import Check, array
from bot.sandbox.state import NoSuchChoiceError, chosen, key_of, options_of, read_state
from bot.sandbox.world import Json, JsonValue, Message, Trigger, View

TRIGGER_LIFETIME = 3.0
TRIGGERS_KEPT = 10_000
GONE = "That is no longer there."


def new_trigger(box: Box, user: str) -> str:
    if len(box.world.triggers) > TRIGGERS_KEPT:
        for old in list(box.world.triggers)[: TRIGGERS_KEPT // 2]:
            del box.world.triggers[old]
    trigger_id = f"{int(box.world.clock())}.{box.world.new_id('')}.{box.world.new_id('')}".lower()
    box.world.triggers[trigger_id] = Trigger(user, box.world.clock() + TRIGGER_LIFETIME)
    return trigger_id


class Place:
    """Where somebody acts: a message they can see, or a view of their own."""

    def __init__(self, box: Box, account: Account, container: Json) -> None:
        self.message: Message | None = None
        self.view: View | None = None
        if container.get("type") == "view":
            self.view = _find_view(box, account, str(container.get("view_id")))
            self.blocks: Sequence[Json] = self.view.content["blocks"]
        else:
            self.message = _find_message(box, account, container)
            self.blocks = self.message.blocks

    def find(self, block_id: object, action_id: object, account: Account) -> tuple[Json, Json]:
        for block in all_blocks(list(self.blocks)):
            for element in elements_of(block):
                if block["block_id"] == block_id and element["action_id"] == action_id:
                    if account.id not in element.get("visible_to_user_ids", [account.id]):
                        break
                    return block, element
        raise RefusedError(GONE)

    def part(self, box: Box, account: Account, given: JsonValue) -> Json:
        """Give what an interaction says about its place."""
        state = read_state(list(self.blocks), given)
        if self.view:
            return {
                "container": {"type": "view", "view_id": self.view.id},
                "view": payloads.view_part(self.view, state),
            }
        message = self.message
        if message is None:
            raise RefusedError(GONE)
        channel = box.world.channels[message.channel]
        container = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": message.ephemeral_to is not None,
        }
        said: Json = {
            "container": container | ({"thread_ts": message.thread_ts} if message.thread_ts else {}),
            "channel": payloads.channel_part(channel),
            "state": {"values": state},
            "response_url": new_response_url(box, channel.id, account.id, message),
        }
        if not message.ephemeral_to:
            said["message"] = payloads.message_part(box.world, box.app, message, with_metadata=True)
        return said


def _find_view(box: Box, account: Account, view_id: str) -> View:
    home = box.world.homes.get(account.id)
    stack = box.world.modals.get(account.id, [])
    view = next((one for one in (*stack[-1:], *([home] if home else [])) if one.id == view_id), None)
    if view is None:
        raise RefusedError(GONE)
    return view


def _find_message(box: Box, account: Account, container: Json) -> Message:
    channel = box.world.channels.get(str(container.get("channel")))
    message = box.world.find_message(channel.id, str(container.get("ts"))) if channel else None
    unseen = message is None or message.ephemeral_to not in (None, account.id)
    if channel is None or account.id not in channel.members or unseen or message is None:
        raise RefusedError(GONE)
    return message


def _action(box: Box, block: Json, element: Json, given: Json) -> Json:
    """Give what an interaction says was done; the element's own value, never the page's word for it."""
    said: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": box.world.new_ts(),
    }
    if element["type"] == "overflow":
        wanted = (given.get("selected_option") or {}).get("value")
        option = next((one for one in options_of(element) if one["value"] == wanted), None)
        if option is None:
            raise NoSuchChoiceError(str(wanted))
        return said | {"selected_option": option}
    if element["type"] == "feedback_buttons":
        buttons = (element["positive_button"], element["negative_button"])
        button = next((one for one in buttons if one["value"] == given.get("value")), None)
        if button is None:
            raise NoSuchChoiceError(str(given.get("value")))
        return said | {"text": button["text"], "value": button["value"]}
    if key_of(element):
        initial = {key: value for key, value in element.items() if key.startswith("initial_")}
        return said | initial | chosen(element, given)
    kept = ("text", "value", "url", "style", "icon")
    return said | {key: element[key] for key in kept if key in element}


def _with_choice(given: JsonValue, action: Json) -> Json:
    values = dict(given.get("values", given)) if isinstance(given, dict) else {}
    block = dict(values.get(action["block_id"], {}))
    if key_of(action):
        block[action["action_id"]] = action
        values[action["block_id"]] = block
    return values


async def click(box: Box, account: Account, body: Json) -> Json:
    """Press a button or choose something; wait for the ack."""
    if not box.app.interactive:
        raise RefusedError("This app is not configured to handle interactive responses.")
    place = Place(box, account, dict(body.get("container") or {}))
    block, element = place.find(body.get("block_id"), body.get("action_id"), account)
    if block["type"] == "input" and not block.get("dispatch_action"):
        raise RefusedError("That takes effect when the form is sent.")
    try:
        action = _action(box, block, element, dict(body.get("action") or {}))
        part = place.part(box, account, _with_choice(body.get("state"), action))
    except NoSuchChoiceError:
        raise RefusedError("That is not one of the choices.") from None
    payload = payloads.interaction("block_actions", account) | part | {"actions": [action]}
    payload["trigger_id"] = new_trigger(box, account.id)
    try:
        await box.courier.ask("interactive", payload)
    except NoAnswerError as error:
        box.refuse("block_actions", str(error))
        raise RefusedError(f"{box.app.name} did not respond. Try again.") from None
    return {}


async def suggest(box: Box, account: Account, body: Json) -> Json:
    """Ask the bot for the options of an external select; give options or option_groups."""
    place = Place(box, account, dict(body.get("container") or {}))
    block, element = place.find(body.get("block_id"), body.get("action_id"), account)
    if element["type"] not in ("external_select", "multi_external_select"):
        raise RefusedError(GONE)
    payload = payloads.interaction("block_suggestion", account) | place.part(box, account, body.get("state"))
    payload |= {
        "action_id": element["action_id"], "block_id": block["block_id"], "value": str(body.get("value", "")),
    }  # fmt: skip
    payload.pop("response_url", None)
    try:
        answer = await box.courier.ask("interactive", payload)
    except NoAnswerError as error:
        box.refuse("block_suggestion", str(error))
        raise RefusedError("The options could not be loaded.") from None
    check = Check("message")
    found = answer if isinstance(answer, dict) else {}
    key = "option_groups" if "option_groups" in found else "options"
    array(GROUP if key == "option_groups" else OPTION, 0, 100)(check, found.get(key), f"/{key}")
    if check.problems:
        box.refuse("block_suggestion", "invalid_options", *check.problems)
        raise RefusedError("The options could not be loaded.")
    return {key: found[key]}
