"""Customer stories in the store: written, submitted, approved, told. ``story_moves`` says who may do what."""

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from persona_store.errors import NotFoundError, StoreError
from persona_store.models import Delivery, Story, Subscription
from persona_store.people import list_council
from persona_store.posts.delivery_log import list_past
from persona_store.story_moves import (
    FIELDS,
    READABLE,
    STANDING,
    Actor,
    Move,
    StoryText,
    attested,
    check_move,
    check_seen,
    check_told,
    moved,
    text_of,
)

EVER = 1_000_000
SLUG_LENGTH = 60


def draft_story(session: Session, author: str, text: StoryText, now: datetime) -> Story:
    """Keep a new story as a draft. The same one sent twice by its author is one story."""
    own = select(Story).where(Story.author == author, Story.state.in_(("draft", "submitted")))
    for story in session.scalars(own.order_by(Story.id.desc())):
        if text_of(story) == text:
            return story
    story = Story(slug=free_slug(session, text.title), author=author, state="draft", created_at=now)
    _write(story, text)
    session.add(story)
    session.flush()
    return story


def change_story(
    session: Session, story_id: int, by: str, text: StoryText, now: datetime, seen: str | None = None
) -> Story:
    """Change what it says; an approved one needs approval again. ``seen``: the version that was edited.

    What its author alone can know stays as it is where somebody else changes it.
    """
    story = _taken(session, story_id, seen)
    check_move(story, Move.EDIT, actor(session, by))
    text = attested(text, story, by)
    if text_of(story) == text:
        return story
    was, story.state = story.state, moved(story, Move.EDIT, changes=True)
    if was != story.state:
        story.submitted_at, story.approved_at, story.approved_by = now, None, None
    _write(story, text)
    if story.state != "draft":
        check_told(story)
    return story


def submit_story(session: Session, story_id: int, by: str, now: datetime) -> Story:
    story = _taken(session, story_id)
    check_move(story, Move.SUBMIT, actor(session, by))
    story.state, story.submitted_at, story.note = moved(story, Move.SUBMIT), now, None
    return story


def approve_story(session: Session, story_id: int, by: str, now: datetime, seen: str | None = None) -> Story:
    """Approve what was ``seen``. Nobody approves their own, unless nobody else could."""
    story = _taken(session, story_id, seen)
    check_move(story, Move.APPROVE, actor(session, by))
    story.state = moved(story, Move.APPROVE)
    story.approved_at, story.approved_by, story.note = now, by, None
    return story


def return_story(session: Session, story_id: int, by: str, note: str, seen: str | None = None) -> Story:
    """Send it back to its author, with what is to be changed; it is a draft again."""
    if not note.strip():
        raise StoreError("Say in the note what the author should change.")
    story = _taken(session, story_id, seen)
    check_move(story, Move.RETURN, actor(session, by))
    story.state, story.note = moved(story, Move.RETURN), note.strip()
    story.approved_at = story.approved_by = None
    return story


def withdraw_story(session: Session, story_id: int, by: str) -> Story:
    """Never tell it again. One that is withdrawn stays so, whoever says it once more."""
    story = _taken(session, story_id)
    who = actor(session, by)
    if story.state != "withdrawn" or not (who.is_council or story.author == by):
        check_move(story, Move.WITHDRAW, who)
    story.state = moved(story, Move.WITHDRAW)
    return story


def mark_published(session: Session, story_id: int, now: datetime) -> None:
    """It was posted in a channel: the first time counts."""
    story = session.get(Story, story_id, with_for_update=True)
    if story is not None:
        story.published_at = story.published_at or now
        story.state = "published" if story.state == "approved" else story.state


def find_withdrawn(session: Session, story_id: int) -> Story | None:
    """The story of a post that is just recorded, if it is withdrawn.

    Whoever withdraws it at this moment waits until the post is recorded, and finds it.
    """
    story = session.get(Story, story_id, with_for_update={"read": True})
    return story if story is not None and story.state == "withdrawn" else None


def get_story(session: Session, story_id: int) -> Story:
    story = session.get(Story, story_id)
    if story is None:
        raise NotFoundError("That story is no longer in the store. `/persona stories` shows those that are.")
    return story


def get_story_for(session: Session, story_id: int, slack_user_id: str) -> Story:
    """The story, if this person may read it: approved ones everybody, the others author and council."""
    story = get_story(session, story_id)
    if story.author == slack_user_id or story.state in READABLE:
        return story
    if story.state == "withdrawn":
        raise NotFoundError(STANDING["withdrawn"])
    if story.state == "draft" or not actor(session, slack_user_id).is_council:
        raise NotFoundError("That story is not approved yet: the council is looking at it.")
    return story


def list_stories(
    session: Session,
    persona: str | None = None,
    stages: Sequence[str] = (),
    limit: int | None = None,
) -> Sequence[Story]:
    """Those that everybody may read, the latest approval first; of one persona and of stages, where given."""
    query = select(Story).where(Story.state.in_(READABLE))
    if persona is not None:
        query = query.where(cast(Story.personas, Text).contains(json.dumps(persona), autoescape=True))
    if stages:
        query = query.where(Story.stage.in_(stages))
    return session.scalars(query.order_by(Story.approved_at.desc(), Story.id.desc()).limit(limit)).all()


def list_own(session: Session, slack_user_id: str, limit: int) -> Sequence[Story]:
    """A person's own stories, the latest first."""
    own = select(Story).where(Story.author == slack_user_id)
    return session.scalars(own.order_by(Story.id.desc()).limit(limit)).all()


def list_to_approve(session: Session, slack_user_id: str) -> list[Story]:
    """What this person could approve, the longest waiting first; nothing for those who may not."""
    who = actor(session, slack_user_id)
    if not who.is_council:
        return []
    waiting = session.scalars(
        select(Story).where(Story.state == "submitted").order_by(Story.submitted_at, Story.id)
    )
    return [story for story in waiting if story.author != slack_user_id or who.is_alone]


def fitting_story(session: Session, personas: Sequence[str], stages: Sequence[str]) -> Story | None:
    """The story to offer with an answer about these personas: the first of them that has one, the latest.

    Where ``stages`` are understood, only a story of one of them fits.
    """
    found = (list_stories(session, persona, stages, 1) for persona in personas)
    return next((stories[0] for stories in found if stories), None)


def next_story(session: Session, channel_id: str, personas: Sequence[str], now: datetime) -> Story | None:
    """The story whose turn it is in this channel; None where all have been told there.

    ``personas``: of these alone; none means all.
    """
    told = [(past.content or {}).get("story") for past in list_past(session, channel_id, "story", EVER)]
    by_id = {story.id: story for story in session.scalars(select(Story).where(Story.id.in_(told)))}
    waiting = [
        story
        for story in list_stories(session)
        if story.id not in told
        and (not personas or set(personas) & set(story.personas))
        and (story.approved_at or now) <= now
    ]
    return choose_turn(waiting, [by_id[one].personas for one in told if one in by_id])


def waits_for_story(session: Session, subscription: Subscription, now: datetime) -> bool:
    """Whether nothing can be posted until there is a new story."""
    if subscription.programme != "story" or subscription.state != "active":
        return False
    return next_story(session, subscription.channel_id, subscription.personas, now) is None


def list_waiting(session: Session, subscriptions: Iterable[Subscription], now: datetime) -> frozenset[int]:
    """Ids of those that wait for a new story."""
    return frozenset(one.id for one in subscriptions if waits_for_story(session, one, now))


def choose_turn(waiting: Sequence[Story], told: Sequence[Sequence[str]]) -> Story | None:
    """The persona whose last story is longest ago comes first; of hers the oldest approval.

    ``told``: the personas of each story that was told, the latest first. Pure.
    """
    last: dict[str, int] = {}
    for ago, personas in enumerate(told):
        for persona in personas:
            last.setdefault(persona, ago)

    def turn(story: Story) -> tuple[int, float, int]:
        ago = min((last.get(persona, EVER) for persona in story.personas), default=EVER)
        return -ago, story.approved_at.timestamp() if story.approved_at else 0.0, story.id

    return min(waiting, key=turn, default=None)


def list_posts(session: Session, story_id: int, programme: str = "story") -> list[tuple[str, str]]:
    """Channel and ts of the posts that told this story, or of the spotlights that quoted it."""
    rows = session.execute(
        select(Delivery.channel_id, Delivery.ts).where(
            Delivery.programme == programme,
            Delivery.state == "sent",
            Delivery.content["story"].as_integer() == story_id,
        )
    )
    return [(channel_id, ts) for channel_id, ts in rows if ts]


def actor(session: Session, slack_user_id: str) -> Actor:
    council = list_council(session)
    is_council = slack_user_id in council
    return Actor(slack_user_id, is_council, is_council and len(council) == 1)


def approvers_of(session: Session, story: Story) -> list[str]:
    """Who may approve it: the council without its author, unless that is all of the council."""
    council = list_council(session)
    return [one for one in council if one != story.author] or council


def free_slug(session: Session, title: str) -> str:
    """A name for the story as a file, from its title."""
    letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:SLUG_LENGTH].strip("-") or "story"
    taken = set(session.scalars(select(Story.slug).where(Story.slug.startswith(slug))))
    numbered = (f"{slug}-{number}" for number in range(2, len(taken) + 3))
    return slug if slug not in taken else next(name for name in numbered if name not in taken)


def _taken(session: Session, story_id: int, seen: str | None = None) -> Story:
    """Hold the story until the transaction ends: of two who change it at once, the second sees the change."""
    story = session.get(Story, story_id, with_for_update=True, populate_existing=True)
    if story is None:
        return get_story(session, story_id)
    if seen is not None:
        check_seen(story, seen)
    return story


def _write(story: Story, text: StoryText) -> None:
    for name in FIELDS:
        setattr(story, name, getattr(text, name))
    story.personas = list(text.personas)
