"""Someone opens the app: its Home, or its Messages tab."""

from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.desk import Desk
from bot.home import messages
from bot.manifest import PROMPTS
from bot.wording import Words
from persona_store.personas import count_statements, list_personas
from persona_store.questions import list_gaps, list_questions_of

LISTED = 8


def register(app: App) -> None:
    app.event("app_home_opened")(open_home)


def open_home(event: dict[str, Any], client: WebClient, desk: Desk) -> None:
    if event.get("tab") == "messages":
        offer_prompts(client, event["channel"], desk.words)
        return
    with desk.store.read() as session:
        content = messages.HomeContent(
            list_personas(session),
            count_statements(session),
            list_questions_of(session, event["user"], LISTED),
            list_gaps(session, LISTED),
        )
    client.views_publish(user_id=event["user"], view=messages.home_view(desk.words, content, desk.now))


def offer_prompts(client: WebClient, channel_id: str, words: Words) -> None:
    client.assistant_threads_setSuggestedPrompts(
        channel_id=channel_id,
        title=words.plain("home/home", "prompts_title"),
        prompts=[{"title": title, "message": message} for title, message in PROMPTS],
    )
