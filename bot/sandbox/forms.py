"""Modals: sent, closed, and what the app's ack makes of them."""

from bot.sandbox import payloads
from bot.sandbox.accounts import Account
from bot.sandbox.box import Box
from bot.sandbox.courier import NoAnswerError
from bot.sandbox.errors import RefusedError, SlackError
from bot.sandbox.interactions import new_trigger
from bot.sandbox.state import NoSuchChoiceError, read_state, submission_errors
from bot.sandbox.views import check_view, push, replace_view
from bot.sandbox.world import Json, JsonValue, View

TROUBLE = "We had some trouble connecting. Try again?"


def _top(box: Box, account: Account, view_id: object) -> View:
    stack = box.world.modals.get(account.id, [])
    if not stack or stack[-1].id != view_id:
        raise RefusedError("That form is no longer open.")
    return stack[-1]


async def submit_view(box: Box, account: Account, body: Json) -> Json:
    """Send a form: first what Slack's client checks, then what the app says; ``errors`` by block id."""
    view = _top(box, account, body.get("view_id"))
    if "submit" not in view.content:
        raise RefusedError("This form cannot be sent.")
    try:
        state = read_state(view.content["blocks"], body.get("state"))
    except NoSuchChoiceError:
        raise RefusedError("That is not one of the choices.") from None
    _show_errors(box, view, submission_errors(view.content["blocks"], state))
    if view.errors:
        return {"errors": view.errors}
    payload = payloads.interaction("view_submission", account) | {
        "view": payloads.view_part(view, state),
        "response_urls": [],
        "trigger_id": new_trigger(box, account.id),
    }
    try:
        answer = await box.courier.ask("interactive", payload)
    except NoAnswerError as error:
        box.refuse("view_submission", str(error))
        raise RefusedError(TROUBLE) from None
    try:
        _obey(box, account, view, answer)
    except SlackError as error:
        box.refuse("view_submission", error.name, *error.messages)
        raise RefusedError(TROUBLE) from None
    return {"errors": view.errors} if view.errors else {}


def _show_errors(box: Box, view: View, errors: dict[str, str]) -> None:
    view.errors = errors
    box.world.changed({view.user})


def _obey(box: Box, account: Account, view: View, answer: JsonValue) -> None:
    """Do what the ack says: nothing (this view closes), errors, update, push or clear."""
    said = answer if isinstance(answer, dict) else {}
    action = said.get("response_action")
    if action is None:
        _close(box, account, view)
    elif action == "clear":
        box.world.modals.pop(account.id, None)
        box.world.changed({account.id})
    elif action == "errors":
        _show_errors(box, view, _checked_errors(view, said.get("errors")))
    elif action == "update":
        replace_view(box, view, check_view(said.get("view"), "modal"))
    elif action == "push":
        push(box, account.id, check_view(said.get("view"), "modal"))
    else:
        raise SlackError("invalid_response_action", str(action))


def _checked_errors(view: View, errors: object) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.content["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise SlackError("invalid_errors", "expected an error for at least one block")
    strange = sorted(errors.keys() - inputs)
    if strange or not all(isinstance(words, str) and words for words in errors.values()):
        raise SlackError(
            "invalid_errors", f"no input block has the id {', '.join(strange) or '(empty text)'}"
        )
    return errors


def _close(box: Box, account: Account, view: View) -> None:
    stack = box.world.modals.get(account.id, [])
    if view in stack:
        stack.remove(view)
    if not stack:
        box.world.modals.pop(account.id, None)
    box.world.changed({account.id})


async def close_view(box: Box, account: Account, body: Json) -> Json:
    """Close the form on top; ``clear`` closes all. The app hears of it where it asked for that."""
    view = _top(box, account, body.get("view_id"))
    cleared = bool(body.get("clear") or view.content.get("clear_on_close"))
    closed = list(reversed(box.world.modals[account.id])) if cleared else [view]
    for one in closed:
        _close(box, account, one)
        if one.content.get("notify_on_close"):
            await _tell_closed(box, account, one, cleared=cleared)
    return {}


async def _tell_closed(box: Box, account: Account, view: View, *, cleared: bool) -> None:
    payload = payloads.interaction("view_closed", account) | {
        "view": payloads.view_part(view),
        "is_cleared": cleared,
    }
    try:
        await box.courier.ask("interactive", payload)
    except NoAnswerError as error:
        box.refuse("view_closed", str(error))
