"""People choose whether they hear what becomes of what they report."""

from typing import Any

from slack_bolt import App

from bot.desk import Desk
from bot.loop import messages
from bot.loop_blocks import CHANGE_NEWS, START
from bot.replies import Reply
from bot.requests import Entry, clicks_of
from bot.rights import Role
from persona_store.refresh.verdicts import set_wants_news


def register(app: App) -> None:
    app.action(clicks_of(CHANGE_NEWS))(change_news)


def change_news(
    action: dict[str, Any], body: dict[str, Any], entry: Entry, reply: Reply, role: Role, desk: Desk
) -> None:
    wants = action.get("value") == START
    with desk.store.begin() as session:
        set_wants_news(session, entry.slack_user_id, wants=wants)
    if (body.get("view") or {}).get("type") != "home":
        reply.privately(messages.note_message(desk.words, "started" if wants else "stopped"))
    desk.show_home(reply.client, entry.slack_user_id, role, desk)
