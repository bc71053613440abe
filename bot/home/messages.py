"""The App Home."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot import blocks
from bot.actions import OPEN_QUESTION, SHOW_ASKED
from bot.backlog_blocks import Listed, backlog_at_home
from bot.blocks import Block
from bot.draft_blocks import drafts_at_home
from bot.insight_blocks import OwnInsights, insights_at_home
from bot.learning_blocks import HomeLearning, council_buttons, due_line
from bot.loop_blocks import news_at_home
from bot.persona_blocks import persona_line
from bot.review_blocks import HomeReviews, agenda_button, reviews_at_home
from bot.story_blocks import HomeStories, own_stories, stories_to_approve
from bot.subscription_blocks import Names, subscription_entry
from bot.terms import day
from bot.trivia_blocks import HomeTrivia, home_blocks
from bot.wording import Words, channel_link
from persona_store.models import Delivery, Draft, Lens, Persona, Question, RefreshItem, Subscription

PERSONAS_SHOWN = 30
SUBSCRIPTIONS_SHOWN = 6
MISSED_SHOWN = 5
OUTCOMES = {"answer": ("answered", "●"), "no_research": ("no_research", "○")}


@dataclass(frozen=True)
class HomeContent:
    personas: Sequence[Persona]
    statements: dict[int, int]
    questions: Sequence[Question]
    gaps: Sequence[tuple[RefreshItem, int]]
    subscriptions: Sequence[Subscription] = ()
    lenses: Sequence[Lens] = ()
    waiting: Collection[int] = ()
    is_for_council: bool = False
    missed: Sequence[Delivery] = ()
    stories: HomeStories = field(default_factory=HomeStories)
    trivia: HomeTrivia | None = None
    learning: HomeLearning | None = None
    slack_user_id: str = ""
    backlog: Listed | None = None
    drafts: Sequence[Draft] = ()
    reviews: HomeReviews = field(default_factory=HomeReviews)
    wants_news: bool = True
    insights: OwnInsights = field(default_factory=OwnInsights)


def home_view(words: Words, content: HomeContent, now: datetime) -> Block:
    ask = blocks.button(words.plain("answers/buttons", "ask"), OPEN_QUESTION, style="primary")
    asked = blocks.button(words.plain("home/home", "asked"), SHOW_ASKED)
    shown = [
        blocks.header(words.plain("home/home", "title")),
        blocks.section(words("home/home", "intro")),
        blocks.actions(
            ask,
            *(
                [asked, *council_buttons(words, content.learning), agenda_button(words)]
                if content.is_for_council
                else []
            ),
        ),
        *backlog_at_home(words, content.backlog),
        *drafts_at_home(words, content.drafts, content.slack_user_id),
        *reviews_at_home(words, content.reviews, content.slack_user_id),
        *stories_to_approve(words, content.stories),
        *_missed(words, content.missed),
        *(home_blocks(words, content.trivia) if content.trivia else []),
        due_line(words, content.learning) if content.learning else {},
        *_personas(words, content, now),
        *_subscriptions(words, content),
        *own_stories(words, content.stories),
        *_questions(words, content.questions),
        *insights_at_home(words, content.insights),
        news_at_home(words, wants=content.wants_news),
        *([] if content.is_for_council else _gaps(words, content)),
    ]
    return blocks.home(shown)


def _personas(words: Words, content: HomeContent, now: datetime) -> list[Block]:
    shown = [blocks.divider(), blocks.header(words.plain("home/home", "personas"))]
    if not content.personas:
        return [*shown, blocks.section(words("home/home", "empty"))]
    shown += [
        persona_line(words, persona, content.statements.get(persona.id, 0), now)
        for persona in content.personas[:PERSONAS_SHOWN]
    ]
    more = len(content.personas) - PERSONAS_SHOWN
    return [*shown, blocks.context(words("personas/personas", "list_more", more=more))] if more > 0 else shown


def _missed(words: Words, missed: Sequence[Delivery]) -> list[Block]:
    """What channels did not get, and why: for the council."""
    if not missed:
        return []
    shown = [
        words(
            "home/home",
            "missed_post",
            channel=channel_link(one.channel_id),
            programme=one.programme,
            when=f"{one.due_at:%a} {day(one.due_at)}",
            reason=one.reason or "",
        )
        for one in missed[:MISSED_SHOWN]
    ]
    return [
        blocks.divider(),
        blocks.header(words.plain("home/home", "missed")),
        blocks.section("\n".join(shown)),
        blocks.context(words("home/home", "missed_more")) if len(missed) > MISSED_SHOWN else {},
    ]


def _subscriptions(words: Words, content: HomeContent) -> list[Block]:
    """What channels get that this person subscribed them to."""
    if not content.subscriptions:
        return []
    names = Names(
        {persona.slug: persona.name for persona in content.personas},
        {lens.slug: lens.name for lens in content.lenses},
        content.waiting,
    )
    shown = content.subscriptions[:SUBSCRIPTIONS_SHOWN]
    more = len(content.subscriptions) - len(shown)
    return [
        blocks.divider(),
        blocks.header(words.plain("home/home", "subscriptions")),
        *(block for one in shown for block in subscription_entry(words, one, names, with_channel=True)),
        blocks.context(words("home/home", "more_subscriptions", more=more)) if more > 0 else {},
    ]


def _questions(words: Words, questions: Sequence[Question]) -> list[Block]:
    if not questions:
        return []
    return [
        blocks.divider(),
        blocks.header(words.plain("home/home", "mine")),
        *(blocks.section(_question(words, question)) for question in questions),
    ]


def _question(words: Words, question: Question) -> str:
    piece, symbol = OUTCOMES.get(question.outcome, ("not_answered", "○"))
    if question.item_id is not None:
        piece = "asked_council"
    outcome = words("home/home", piece)
    return words("home/home", "my_question", symbol=symbol, text=question.text, outcome=outcome)


def _gaps(words: Words, content: HomeContent) -> list[Block]:
    names = {persona.slug: persona.name for persona in content.personas}
    shown = [blocks.divider(), blocks.header(words.plain("home/home", "gaps"))]
    if not content.gaps:
        return [*shown, blocks.context(words("home/home", "no_gaps"))]
    return shown + [
        blocks.section(
            words(
                "home/home",
                "gap",
                text=gap.text,
                voices=voices,
                names=", ".join(names[slug] for slug in gap.personas if slug in names),
            )
        )
        for gap, voices in content.gaps
    ]
