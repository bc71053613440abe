"""views.*, assistant.*, agents.*: modals, the Home tab, prompts and statuses."""

from bot.sandbox import payloads
from bot.sandbox.arguments import Method
from bot.sandbox.blocks import fill_ids
from bot.sandbox.box import Box
from bot.sandbox.chat import find_channel
from bot.sandbox.errors import SlackError
from bot.sandbox.view_rules import is_too_large, view_problems
from bot.sandbox.world import Json, View

STACK = 3
PROMPTS, STATUSES = 4, ("processing", "active", "suspended", "complete", "completed", "error", "failed")
OPENING = "trigger_id interactivity_pointer view:json!"

METHODS = [
    Method("views.open", OPENING, tier=4),
    Method("views.push", OPENING, tier=4),
    Method("views.update", "view_id external_id hash view:json!", tier=4),
    Method("views.publish", "user_id! hash view:json!", tier=4),
    Method(
        "assistant.threads.setSuggestedPrompts",
        "channel_id! thread_ts title prompts:json!",
        "assistant:write",
    ),
    Method(
        "assistant.threads.setStatus",
        "channel_id! thread_ts! status loading_messages:json icon_emoji icon_url username",
        "assistant:write",
    ),
    Method(
        "agents.sessions.setStatus",
        "channel_id! status! thread_ts title initiator_user_id icon_emoji icon_url username",
        "assistant:write",
    ),
]


def check_view(view: object, kind: str) -> Json:
    """Give the view, or refuse it as Slack would."""
    problems = view_problems(view)
    if not isinstance(view, dict) or problems:
        raise SlackError("invalid_arguments", *problems)
    if view["type"] != kind:
        raise SlackError("invalid_arguments", f"expected a {kind} view [json-pointer:/view/type]")
    if is_too_large(view):
        raise SlackError("view_too_large")
    return view


def _exchange(box: Box, said: Json) -> str:
    """Use up a trigger; give whose it was."""
    trigger = box.world.triggers.get(said.get("trigger_id") or said.get("interactivity_pointer") or "")
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if trigger.expires_at < box.world.clock():
        raise SlackError("expired_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    trigger.used = True
    return trigger.user


def _check_external_id(box: Box, content: Json, but: View | None = None) -> None:
    wanted = content.get("external_id")
    views = [*box.world.open_views(), *box.world.homes.values()]
    if wanted and any(view.content.get("external_id") == wanted for view in views if view is not but):
        raise SlackError("duplicate_external_id")


def new_view(box: Box, user: str, content: Json, below: View | None = None) -> View:
    fill_ids(content["blocks"], box.world.new_id)
    view_id = box.world.new_id("V")
    root = below.root_id if below else view_id
    return View(view_id, user, content, root, below.id if below else None, hash=_new_hash(box))


def _new_hash(box: Box) -> str:
    return f"{int(box.world.clock())}.{box.world.new_id('h')}"


def open_view(box: Box, said: Json) -> Json:
    content = check_view(said["view"], "modal")
    _check_external_id(box, content)
    user = _exchange(box, said)
    view = new_view(box, user, content)
    box.world.modals[user] = [view]
    box.world.changed({user})
    return {"view": payloads.view_part(view)}


def push_view(box: Box, said: Json) -> Json:
    content = check_view(said["view"], "modal")
    _check_external_id(box, content)
    user = _exchange(box, said)
    view = push(box, user, content)
    return {"view": payloads.view_part(view)}


def push(box: Box, user: str, content: Json) -> View:
    stack = box.world.modals.get(user, [])
    if not stack:
        raise SlackError("not_found")
    if len(stack) >= STACK:
        raise SlackError("push_limit_reached")
    view = new_view(box, user, content, below=stack[-1])
    stack.append(view)
    box.world.changed({user})
    return view


def update_view(box: Box, said: Json) -> Json:
    content = check_view(said["view"], "modal")
    views = list(box.world.open_views())
    wanted = said.get("view_id"), said.get("external_id")
    view = next(
        (one for one in views if one.id == wanted[0] or one.content.get("external_id", 0) == wanted[1]), None
    )
    if view is None:
        raise SlackError("not_found")
    if said.get("hash") and said["hash"] != view.hash:
        raise SlackError("hash_conflict")
    _check_external_id(box, content, but=view)
    replace_view(box, view, content)
    return {"view": payloads.view_part(view)}


def replace_view(box: Box, view: View, content: Json) -> None:
    fill_ids(content["blocks"], box.world.new_id)
    view.content, view.hash, view.errors = content, _new_hash(box), {}
    box.world.changed({view.user})


def publish_view(box: Box, said: Json) -> Json:
    if not box.app.has_home:
        raise SlackError("not_enabled")
    content = check_view(said["view"], "home")
    user = said["user_id"]
    if user not in box.world.direct:
        raise SlackError("user_not_found")
    home = box.world.homes.get(user)
    if said.get("hash") and (home is None or said["hash"] != home.hash):
        raise SlackError("hash_conflict")
    _check_external_id(box, content, but=home)
    if home:
        replace_view(box, home, content)
    else:
        home = box.world.homes[user] = new_view(box, user, content)
        box.world.changed({user})
    return {"view": payloads.view_part(home)}


def set_prompts(box: Box, said: Json) -> Json:
    channel = find_channel(box, said["channel_id"])
    prompts = said["prompts"]
    fits = isinstance(prompts, list) and all(
        isinstance(one, dict) and one.keys() == {"title", "message"} and all(one.values()) for one in prompts
    )
    if not channel.with_user:
        raise SlackError("channel_not_found")
    if not fits or not 1 <= len(prompts) <= PROMPTS:
        raise SlackError(
            "invalid_arguments",
            f"expected 1 to {PROMPTS} prompts of title and message [json-pointer:/prompts]",
        )
    if said.get("thread_ts") and box.app.is_agent:
        raise SlackError(
            "invalid_arguments", "an agent sets prompts without thread_ts [json-pointer:/thread_ts]"
        )
    box.world.prompts[channel.with_user] = {"title": said.get("title"), "prompts": prompts}
    box.world.changed({channel.with_user})
    return {}


def set_status(box: Box, said: Json) -> Json:
    return _show_status(box, said, said.get("status", ""))


def set_session_status(box: Box, said: Json) -> Json:
    if said["status"] not in STATUSES:
        raise SlackError("invalid_arguments", f"unsupported value: {said['status']} [json-pointer:/status]")
    return _show_status(box, said, "is thinking…" if said["status"] == "processing" else "")


def _show_status(box: Box, said: Json, text: str) -> Json:
    channel = find_channel(box, said["channel_id"], writing=True)
    thread_ts = said.get("thread_ts", "")
    if thread_ts and thread_ts not in channel.messages:
        raise SlackError("invalid_thread_ts")
    if text:
        box.world.statuses[channel.id, thread_ts] = text
    else:
        box.world.statuses.pop((channel.id, thread_ts), None)
    box.world.changed(channel.members)
    return {}


HANDLERS = {
    "views.open": open_view,
    "views.push": push_view,
    "views.update": update_view,
    "views.publish": publish_view,
    "assistant.threads.setSuggestedPrompts": set_prompts,
    "assistant.threads.setStatus": set_status,
    "agents.sessions.setStatus": set_session_status,
}
