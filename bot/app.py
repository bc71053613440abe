"""Builds the Bolt app: the front door, the rights, the features, the errors."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from slack_bolt import App, BoltContext, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.answers import listeners as answers
from bot.backlog import listeners as backlog
from bot.backlog import scheduled as backlog_turns
from bot.called_off import SlackClient
from bot.council import listeners as council
from bot.desk import Composer, Desk
from bot.errors import settle_error
from bot.health import Health
from bot.home import listeners as home
from bot.inbox import Inbox
from bot.insights import listeners as insights
from bot.learning import listeners as learning
from bot.learning import scheduled as lessons
from bot.logs import QUIET, where
from bot.loop import listeners as loop
from bot.loop import scheduled as loop_news
from bot.outbox import SUBSCRIPTIONS, Outbox
from bot.people import Directory, Identity, identify
from bot.personas import listeners as personas
from bot.programmes import OnSent, OnSkipped, OutOfDate, Rules
from bot.refusals import refuse
from bot.replies import Reply
from bot.requests import Entry
from bot.reviews import listeners as reviews
from bot.reviews import scheduled as review_turns
from bot.revisions import listeners as revisions
from bot.rights import POSTING, Role, may
from bot.roles import listeners as roles
from bot.spotlights import listeners as spotlights
from bot.spotlights import scheduled as spotlight_turns
from bot.stories import listeners as stories
from bot.stories import scheduled as story_turns
from bot.subscriptions import listeners as subscriptions
from bot.trivia import listeners as trivia
from bot.trivia import scheduled as trivia_rounds
from bot.wording import Words
from persona_store.answering import Answering
from persona_store.database import Store
from persona_store.inbox import Claimed
from persona_store.people import list_council
from persona_store.trivia.loading import Materials

log = logging.getLogger(__name__)

TRIVIA = Path(__file__).parent.parent / "content" / "trivia"
FEATURES = (
    trivia,  # first, as nothing else comes by the thousand
    personas,
    answers,
    home,
    subscriptions,
    spotlights,
    stories,
    learning,
    insights,
    council,
    backlog,
    roles,
    loop,
    reviews,
    revisions,
)
"""In the order in which they are asked whether a request is theirs: look-ups come before questions."""
COMPOSERS: dict[str, Composer] = {
    "spotlight": spotlight_turns.compose,
    "story": story_turns.compose,
    "trivia": trivia_rounds.compose_round,
    "trivia_reveal": trivia_rounds.compose_reveal,
    "trivia_reminder": trivia_rounds.compose_reminder,
    "trivia_daily": lessons.compose_daily,
    "course": lessons.compose_course,
    "digest": backlog_turns.compose,
    "news": loop_news.compose_news,
    "changed": loop_news.compose_changed,
    "review": review_turns.compose,
}
"""Who makes the posts of each programme."""
PLANNERS = (SUBSCRIPTIONS, lessons.LEARNING, backlog_turns.WAKING, loop_news.NEWS)
"""Who makes deliveries of what has come due."""
ON_SENT: dict[str, OnSent] = {
    "story": story_turns.settled,
    "spotlight": story_turns.quoted,
    "trivia": trivia_rounds.opened,
    "trivia_reveal": trivia_rounds.revealed,
    "news": loop_news.news_sent,
}
ON_SKIPPED: dict[str, OnSkipped] = {"story": story_turns.tell_of_the_end}
OUT_OF_DATE: dict[str, OutOfDate] = {
    "story": story_turns.out_of_date,
    "spotlight": story_turns.out_of_date,  # it may offer a story
    "changed": loop_news.changed_out_of_date,
}


@dataclass(frozen=True)
class Own:
    """What a company has of its own.

    ``trivia``: a folder of scenarios that are asked instead of the built-in ones. ``groups``: ids of the
    Slack user groups that give a role, by role.
    """

    trivia: Path | None = None
    groups: Mapping[str, str] = field(default_factory=dict)


NOTHING_OWN = Own()


@dataclass(frozen=True)
class Bot:
    """The running parts of one process."""

    app: App
    client: WebClient
    inbox: Inbox
    outbox: Outbox
    bulletin: trivia_rounds.Bulletin
    profiles: lessons.Profiles
    counting: backlog_turns.Counting
    health: Health
    identity: Identity
    store: Store


def slack_client(token: str | None, base_url: str) -> WebClient:
    """A client that never repeats a call by itself: a repeated post would be two messages."""
    return SlackClient(token=token, base_url=base_url, timeout=20, retry_handlers=[], logger=QUIET)


def build_bot(
    client: WebClient,
    store: Store,
    answering: Answering,
    words: Words,
    clock: Callable[[], datetime],
    way: str = "serve",
    own: Own = NOTHING_OWN,
) -> Bot:
    """Build the app for the workspace that ``client``'s token belongs to (asks Slack once which it is)."""
    identity = identify(client)
    app = App(
        name="persona",
        client=slack_client(None, client.base_url),  # Bolt gives each request's client the token itself
        authorize=_installed_in(identity, client),
        logger=QUIET,
        request_verification_enabled=False,  # bot/serve.py verifies, before Bolt sees anything
        ssl_check_enabled=False,
        process_before_response=True,
        attaching_conversation_kwargs_enabled=False,
    )
    inbox = Inbox(app, store, clock, answers.Wanted(store))
    directory = Directory(identity, store, clock, own.groups)
    materials = Materials(answering, TRIVIA, own.trivia)

    def lay_out() -> Desk:
        return Desk(
            store,
            answering,
            words,
            identity.bot_user_id,
            clock(),
            COMPOSERS,
            home.show_home,
            materials,
            identity.url,
            directory.role_of,
        )

    app.use(_Doorman(directory, lay_out).receive)
    for feature in FEATURES:
        feature.register(app)
    app.error(_answer_error)
    planners = (*PLANNERS, review_turns.Reminders().planner())
    outbox = Outbox(client, store, directory, lay_out, Rules(ON_SENT, ON_SKIPPED, OUT_OF_DATE), planners)
    bulletin = trivia_rounds.Bulletin(client, directory, lay_out)
    profiles = lessons.Profiles(client, lay_out)
    counting, health = backlog_turns.Counting(lay_out), Health(store, way, clock)
    return Bot(app, client, inbox, outbox, bulletin, profiles, counting, health, identity, store)


def _installed_in(identity: Identity, client: WebClient) -> Callable[..., AuthorizeResult]:
    installed = AuthorizeResult(
        enterprise_id=identity.enterprise_id,
        team_id=identity.team_id,
        bot_user_id=identity.bot_user_id,
        bot_id=identity.bot_id,
        bot_token=client.token,
    )

    def authorize() -> AuthorizeResult:
        return installed

    return authorize


class _Doorman:
    """Lets in only who may enter, and lays out what listeners work with."""

    def __init__(self, directory: Directory, lay_out: Callable[[], Desk]) -> None:
        self._directory = directory
        self._lay_out = lay_out

    def receive(
        self,
        client: WebClient,
        context: BoltContext,
        next: Callable[[], BoltResponse],  # noqa: A002
    ) -> BoltResponse | None:
        entry: Entry = context["entry"]
        if not entry.wants_answer_at_once:
            context.ack()  # Slack was let go when the request was stored: this is for Bolt
        claimed: Claimed = context["claimed"]
        desk, reply = self._lay_out(), Reply(client, entry, claimed.attempt)
        context.update(desk=desk, reply=reply)
        context["role"] = role = self._directory.role_of(client, entry.slack_user_id)
        context["zone"] = self._directory.zone_of(entry.slack_user_id)
        if not may(role, entry.name):
            if role in (Role.EXTERNAL, Role.GUEST):
                return refuse(reply, desk.words, "outsider")
            with desk.store.read() as session:
                council = list_council(session)
            return refuse(reply, desk.words, "not_allowed", council)
        afresh = entry.name in POSTING or claimed.attempt > 1
        place = self._directory.place(client, entry.channel_id, afresh=afresh)
        if entry.is_shared_outside or place.is_shared_outside:
            return refuse(reply, desk.words, "shared_channel")
        context["reply"] = replace(reply, may_share=place.may_post)
        next()
        return None


def _answer_error(error: Exception, body: dict[str, Any], context: BoltContext) -> BoltResponse:
    desk: Desk | None = context.get("desk")
    words = desk.words if desk else None
    reply: Reply | None = context.get("reply")
    answered = context.ack.response if reply and reply.entry.wants_answer_at_once else None
    if answered is not None:  # what the form was for is done: only the windows beside it did not follow
        log.warning("after a form was answered: %s", where(error))
        return answered
    return settle_error(error, body, reply, words, context.get("outcome"))
