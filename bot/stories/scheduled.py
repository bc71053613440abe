"""A story's turn in a channel."""

from sqlalchemy.orm import Session

from bot.desk import Composed, Desk
from bot.stories import messages
from bot.story_blocks import SLACK_ID, story_names
from persona_store.errors import NothingToPostError
from persona_store.models import Delivery, Story
from persona_store.people import list_council
from persona_store.personas import get_personas
from persona_store.posts.deliveries import add_notice
from persona_store.stories import find_withdrawn, list_stories, mark_published, next_story, waits_for_story
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


def settled(session: Session, delivery: Delivery, desk: Desk) -> None:
    """Record, together with the delivery, that its story was posted."""
    sent = session.get_one(Delivery, delivery.id)
    story_id = (delivery.content or {}).get("story")
    if story_id is not None:
        mark_published(session, story_id, sent.sent_at or sent.due_at)
    quoted(session, delivery, desk)


def quoted(session: Session, delivery: Delivery, desk: Desk) -> None:
    """Tell who can delete it of a post that was on its way while its story was withdrawn."""
    story_id = (delivery.content or {}).get("story")
    story = find_withdrawn(session, story_id) if story_id is not None else None
    if story is None:
        return
    notice = messages.posted_notice(desk.words, story, delivery.channel_id).payload()
    author = [story.author] if SLACK_ID.fullmatch(story.author) else []
    for person in dict.fromkeys([*author, *list_council(session)]):
        add_notice(session, f"withdrawn story posted {delivery.id} {person}", person, notice, desk.now)


def tell_of_the_end(session: Session, delivery: Delivery, desk: Desk) -> None:
    """Where nothing was posted as every story was told, say so: once until there is a new one."""
    subscription = delivery.subscription
    if subscription is None or not waits_for_story(session, subscription, desk.now):
        return
    about, channel_id = list(subscription.personas), subscription.channel_id
    names = [persona.name for persona in get_personas(session, about)]
    latest = max((str(story.approved_at) for story in list_stories(session)), default="")
    owner = subscription.slack_user_id
    for person in dict.fromkeys([*([owner] if owner else []), *list_council(session)]):
        is_owner = person == owner
        what = str(subscription.id) if is_owner else ",".join(about)
        notice = messages.end_notice(desk.words, channel_id, names, is_owner=is_owner)
        add_notice(session, f"stories end {latest} {what} {person}", person, notice.payload(), desk.now)


def out_of_date(session: Session, delivery: Delivery, desk: Desk) -> str | None:
    """Say why a post that was made earlier must not be sent any more: its story is not approved now."""
    story_id = (delivery.content or {}).get("story")
    story = session.get(Story, story_id) if story_id is not None else None
    if story_id is None or (story is not None and story.state in READABLE):
        return None
    return desk.words.plain(messages.POST, "no_longer")
