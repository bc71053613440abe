"""A story's turn in a channel."""

from sqlalchemy.orm import Session

from bot.desk import Composed, Desk
from bot.stories import messages
from bot.story_blocks import story_names
from persona_store.errors import NothingToPostError
from persona_store.models import Delivery, Story
from persona_store.personas import get_personas
from persona_store.stories import mark_published, next_story
from persona_store.story_moves import READABLE


def compose(session: Session, delivery: Delivery, desk: Desk) -> Composed:
    """Tell the story whose turn it is."""
    personas = delivery.subscription.personas if delivery.subscription else []
    story = next_story(session, delivery.channel_id, personas, desk.now)
    if story is None:
        raise NothingToPostError(desk.words.plain(messages.POST, "nothing", some=bool(personas)))
    about = get_personas(session, story.personas)
    post = messages.post_message(desk.words, story, about, story_names(session))
    return Composed(post, {"story": story.id})


def settled(session: Session, delivery: Delivery) -> None:
    """Record, together with the delivery, that its story was posted."""
    sent = session.get_one(Delivery, delivery.id)
    story_id = (delivery.content or {}).get("story")
    if story_id is not None:
        mark_published(session, story_id, sent.sent_at or sent.due_at)


def out_of_date(session: Session, delivery: Delivery, desk: Desk) -> str | None:
    """Say why a post that was made earlier must not be sent any more: its story is not approved now."""
    story_id = (delivery.content or {}).get("story")
    story = session.get(Story, story_id) if story_id is not None else None
    if story_id is None or (story is not None and story.state in READABLE):
        return None
    return desk.words.plain(messages.POST, "no_longer")
