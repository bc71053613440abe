"""Stories to read, lists of them, and what people hear of theirs."""

from collections.abc import Sequence

from bot import blocks
from bot.actions import OPEN_STORY_FORM, REVIEW_STORY
from bot.blocks import Block, Message
from bot.persona_blocks import card_button
from bot.story_blocks import (
    PIECES,
    Names,
    author_of,
    lacking_line,
    own_line,
    state_of,
    story_button,
    story_line,
    story_parts,
)
from bot.wording import Mrkdwn, Words, channel_link, mention
from persona_store.models import Persona, Story
from persona_store.story_moves import PROMISED, missing

FORMS, LIST, NOTICES, POST = "stories/forms", "stories/list", "stories/notices", "stories/post"
WITHDRAW = "stories.withdraw"
LISTED, OWN_LISTED = 15, 10
COUNCIL_NAMED = 5


def post_message(words: Words, story: Story, personas: Sequence[Persona], names: Names) -> Message:
    """Tell a story in a channel; ``personas`` that it is about, with a way to their cards."""
    cards = [card_button(words, persona, of=persona.name) for persona in personas]
    return Message(
        words(PIECES, "text", names=names.of(story), title=story.title),
        [blocks.header(story.title), *story_parts(words, story, names), blocks.actions(*cards)],
    )


def story_view(words: Words, story: Story, names: Names, reader: str, *, is_council: bool) -> Block:
    """Show the whole story; its author and the council see where it stands, and can change it."""
    is_author = story.author == reader
    shown = [blocks.header(story.title), *story_parts(words, story, names)]
    if story.state != "withdrawn" and (is_author or is_council):
        shown.append(blocks.context(state_of(words, story), lacking_line(words, story)))
        shown.append(_buttons(words, story, is_author=is_author))
    return blocks.modal(words.plain(FORMS, "title"), shown, close=words.plain("answers/buttons", "close"))


def _buttons(words: Words, story: Story, *, is_author: bool) -> Block:
    piece, action = ("edit", OPEN_STORY_FORM) if is_author else ("review", REVIEW_STORY)
    change = blocks.button(words.plain(PIECES, piece), action, str(story.id))
    withdraw = blocks.button(words.plain(PIECES, "withdraw"), WITHDRAW, str(story.id), style="danger")
    confirm = {
        "title": blocks.plain(words.plain(FORMS, "withdraw_title"), 100),
        "text": blocks.plain(words.plain(FORMS, "withdraw_text"), 300),
        "confirm": blocks.plain(words.plain(FORMS, "withdraw_yes"), 30),
        "deny": blocks.plain(words.plain(FORMS, "withdraw_no"), 30),
        "style": "danger",
    }
    return blocks.actions(change, withdraw | {"confirm": confirm})


def list_message(
    words: Words, stories: Sequence[Story], own: Sequence[Story], names: Names, about: str, *, may_write: bool
) -> Message:
    """List the reader's own, then what there is to read. ``about``: the persona or stage asked for."""
    none = words(LIST, "none", about=about)
    shown = []
    if own:
        shown = [blocks.header(words.plain(PIECES, "mine"))]
        shown += [*(own_line(words, story) for story in own[:OWN_LISTED]), blocks.divider()]
    shown.append(blocks.header(words.plain(LIST, "head", about=about)))
    shown += [story_line(words, story, names) for story in stories[:LISTED]] or [blocks.section(none)]
    if len(stories) > LISTED:
        shown.append(blocks.context(words(LIST, "more", more=len(stories) - LISTED)))
    shown.append(blocks.context(words(LIST, "how", may_write=may_write)))
    titles = ", ".join(story.title for story in stories[:LISTED])
    return Message(words(LIST, "text", about=about, titles=titles) if stories else none, shown)


def unknown_message(words: Words, name: str, names: Names) -> Message:
    return Message(words(LIST, "unknown", name=name, stages=", ".join(names.stages.values())))


def outcome_view(words: Words, text: str, more: Sequence[Block] = ()) -> Block:
    """Say in the window what became of the form; closing it closes the windows below as well."""
    view = blocks.modal(
        words.plain(FORMS, "title"),
        [blocks.section(text), *more],
        close=words.plain("answers/buttons", "close"),
    )
    return view | {"clear_on_close": True}


def lacks_blocks(words: Words, story: Story) -> list[Block]:
    """Warn the author of a story that cannot be approved as it is, with the way to mend that."""
    lacking = missing(story, PROMISED)
    if not lacking or story.state == "draft":
        return []
    edit = blocks.button(words.plain(PIECES, "edit"), OPEN_STORY_FORM, str(story.id))
    return [blocks.section(words(FORMS, "warning", lacking=lacking)), blocks.actions(edit)]


def outcome(words: Words, piece: str, story: Story, council: Sequence[str] = ()) -> str:
    """Say what was done with the story; ``council``: who may approve it."""
    if piece == "submitted" and not council:
        piece = "nobody_approves"
    names = Mrkdwn(", ".join(mention(one) for one in council[:COUNCIL_NAMED]))
    return words(FORMS, piece, title=story.title, council=names, author=author_of(story) or "")


def withdrawn_text(words: Words, story: Story, posts: int, quoting: int) -> str:
    """``posts``: how many told it; ``quoting``: how many spotlights offered it."""
    return words(FORMS, "withdrawn", title=story.title, posts=posts, quoting=quoting)


def submitted_notice(words: Words, story: Story, names: Names) -> Message:
    """Tell a council member that a story waits."""
    text = words(
        NOTICES, "submitted", author=author_of(story) or "", names=names.of(story), title=story.title
    )
    review = blocks.button(words.plain(PIECES, "review"), REVIEW_STORY, str(story.id), style="primary")
    lacks = lacking_line(words, story)
    return Message(
        text, [blocks.section(text), *([blocks.context(lacks)] if lacks else []), blocks.actions(review)]
    )


def end_notice(words: Words, channel_id: str, names: Sequence[str], *, is_owner: bool) -> Message:
    """Tell of a channel that has been told every story; ``is_owner``: it is this person's subscription."""
    piece = "end" if is_owner else "end_for_council"
    text = words(NOTICES, piece, channel=channel_link(channel_id), names=names)
    write = None if is_owner else blocks.button(words.plain(PIECES, "write"), OPEN_STORY_FORM)
    return Message(text, [blocks.section(text), blocks.actions(write)])


def posted_notice(words: Words, story: Story, channel_id: str) -> Message:
    """Tell of a post of a story that was withdrawn while Slack left open whether it had taken the post."""
    text = words(NOTICES, "posted", channel=channel_link(channel_id), title=story.title)
    delete = blocks.button(words.plain(PIECES, "delete_post"), WITHDRAW, str(story.id), style="danger")
    return Message(text, [blocks.section(text), blocks.actions(delete)])


def author_notice(words: Words, piece: str, story: Story, by: str, *, is_edited: bool = False) -> Message:
    """Tell the author what became of a story."""
    note = " ".join((story.note or "").split())
    text = words(NOTICES, piece, by=mention(by), title=story.title, note=note, is_edited=is_edited)
    if piece == "returned":
        button = blocks.button(words.plain(PIECES, "edit"), OPEN_STORY_FORM, str(story.id))
    else:
        button = story_button(words, story, "read")
    return Message(text, [blocks.section(text), blocks.actions(button if piece != "withdrawn" else None)])
