"""Someone opens the app: its Home, or its Messages tab."""

from datetime import timedelta
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.actions import OPEN_STORY_FORM, SHOW_ASKED
from bot.backlog_blocks import backlog_for
from bot.desk import Desk
from bot.draft_blocks import drafts_for
from bot.home import messages
from bot.insight_blocks import own_insights
from bot.learning_blocks import learning_at_home
from bot.manifest import PROMPTS
from bot.membership import channels_of
from bot.review_blocks import HomeReviews, reviews_due
from bot.rights import Role, may
from bot.story_blocks import stories_at_home
from bot.trivia_blocks import trivia_at_home
from bot.wording import Words
from persona_store.people import list_lenses
from persona_store.personas import count_statements, list_personas
from persona_store.posts.delivery_log import list_missed
from persona_store.posts.subscriptions import list_subscriptions
from persona_store.questions import list_gaps, list_questions_of
from persona_store.refresh.verdicts import wants_news
from persona_store.stories import list_waiting

LISTED = 8
MISSED_KEPT = timedelta(days=7)


def register(app: App) -> None:
    app.event("app_home_opened")(open_home)


def open_home(event: dict[str, Any], client: WebClient, desk: Desk, role: Role) -> None:
    if event.get("tab") == "messages":
        offer_prompts(client, event["channel"], desk.words)
        return
    show_home(client, event["user"], role, desk)


def show_home(client: WebClient, slack_user_id: str, role: Role, desk: Desk) -> None:
    channels = channels_of(client, slack_user_id)
    is_for_council = may(role, f"action:{SHOW_ASKED}")
    with desk.store.read() as session:
        subscriptions = list_subscriptions(session, slack_user_id=slack_user_id)
        content = messages.HomeContent(
            list_personas(session),
            count_statements(session),
            list_questions_of(session, slack_user_id, LISTED),
            () if is_for_council else list_gaps(session, LISTED),  # they are in the backlog
            subscriptions,
            list_lenses(session),
            waiting=list_waiting(session, subscriptions, desk.now),
            is_for_council=is_for_council,
            missed=list_missed(session, desk.now - MISSED_KEPT) if is_for_council else (),
            stories=stories_at_home(session, slack_user_id, may_write=may(role, f"action:{OPEN_STORY_FORM}")),
            trivia=trivia_at_home(session, slack_user_id, channels, desk.now, desk.workspace_url),
            slack_user_id=slack_user_id,
            backlog=backlog_for(session, slack_user_id, desk.now) if is_for_council else None,
            drafts=drafts_for(session, slack_user_id) if is_for_council else (),
            reviews=reviews_due(session, desk.now) if is_for_council else HomeReviews(),
            wants_news=wants_news(session, slack_user_id),
            insights=own_insights(session, slack_user_id),
            learning=learning_at_home(session, desk.material(session), slack_user_id, desk.now),
        )
    client.views_publish(user_id=slack_user_id, view=messages.home_view(desk.words, content, desk.now))


def offer_prompts(client: WebClient, channel_id: str, words: Words) -> None:
    client.assistant_threads_setSuggestedPrompts(
        channel_id=channel_id,
        title=words.plain("home/home", "prompts_title"),
        prompts=[{"title": title, "message": message} for title, message in PROMPTS],
    )
