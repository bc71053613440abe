"""How a story looks wherever one is shown: as a whole, as a line with a way to it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import blocks
from bot.actions import OPEN_STORY_FORM, REVIEW_STORY, SHOW_STORY
from bot.blocks import Block
from bot.terms import day
from bot.wording import Mrkdwn, Words, mention
from persona_store.models import Persona, Stage, Story
from persona_store.stories import list_own, list_to_approve
from persona_store.story_moves import PROMISED, missing

PIECES = "stories/story"
SLACK_ID = re.compile(r"[UW](?=[A-Z]*[0-9])[A-Z0-9]{3,}")
LISTED = 8


@dataclass(frozen=True)
class Names:
    """What stories name by slug: ``personas`` and ``stages``; ``they``: by persona, for "what she needed"."""

    personas: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    they: Mapping[str, str] = field(default_factory=dict)

    def of(self, story: Story) -> str:
        return ", ".join(self.personas.get(slug, slug) for slug in story.personas)

    def stage(self, story: Story) -> str:
        return self.stages.get(story.stage or "", "")

    def pronoun(self, story: Story) -> str:
        return self.they.get(story.personas[0], "they") if len(story.personas) == 1 else "they"


def story_names(session: Session) -> Names:
    query = select(Persona.slug, Persona.name, Persona.pronouns).order_by(Persona.name)
    personas = session.execute(query).all()
    return Names(
        {slug: name for slug, name, _ in personas},
        dict(session.execute(select(Stage.slug, Stage.name).order_by(Stage.position)).all()),
        {slug: pronouns.partition("/")[0] for slug, _, pronouns in personas if pronouns},
    )


def story_parts(words: Words, story: Story, names: Names) -> list[Block]:
    """The whole story, without its title."""
    they = names.pronoun(story)
    told = [(piece, getattr(story, piece)) for piece in ("happened", "needed", "did", "outcome")]
    quote = words(PIECES, "quote", quote=story.quote) if story.quote else ""
    author = shown_author(story)
    return [
        blocks.context(
            words(
                PIECES,
                "head",
                names=names.of(story),
                stage=names.stage(story),
                when=f"{story.happened_on:%b %Y}" if story.happened_on else "",
            )
        ),
        *(blocks.section(words(PIECES, piece, text=text, they=they)) for piece, text in told if text),
        *([blocks.section(quote)] if quote else []),
        *([blocks.context(words(PIECES, "told_by", author=author))] if author else []),
    ]


def story_line(words: Words, story: Story, names: Names, button: Block | None = None) -> Block:
    """One story of a list, for everybody; with ``button``, for the council, which sees whose it is."""
    author = author_of(story) if button else shown_author(story)
    text = words(
        PIECES,
        "line",
        title=story.title,
        names=names.of(story),
        stage=names.stage(story),
        author=author or "",
    )
    return blocks.section(text, button or story_button(words, story, "read"))


def story_offer(words: Words, story: Story, personas: Sequence[Persona]) -> Block:
    """Offer a story with an answer about these personas, in one line."""
    names = ", ".join(persona.name for persona in personas if persona.slug in story.personas)
    text = words(PIECES, "offer", names=names, title=story.title)
    return blocks.section(text, story_button(words, story, "read_story"))


def card_stories(words: Words, stories: Sequence[Story]) -> list[Block]:
    """A persona's stories on the card."""
    lines = [
        blocks.section(words(PIECES, "card_line", title=story.title), story_button(words, story, "read"))
        for story in stories
    ]
    return [blocks.section(words(PIECES, "on_card")), *lines] if lines else []


def story_button(words: Words, story: Story, piece: str) -> Block:
    return blocks.button(words.plain(PIECES, piece), SHOW_STORY, str(story.id))


def shown_author(story: Story) -> str | None:
    """Who is named with the story: nobody, unless they wish it."""
    return author_of(story) if story.credited else None


def author_of(story: Story) -> str | None:
    """The author for those who may know: a mention, or the name that a file gives."""
    return who(story.author)


def who(name: str | None) -> str | None:
    """Mention somebody whose Slack id it is; any other name as it is."""
    return mention(name) if name and SLACK_ID.fullmatch(name) else name or None


def state_of(words: Words, story: Story) -> str:
    return words(
        PIECES,
        "state",
        state=story.state,
        note=story.note or "",
        since=day(story.submitted_at) if story.submitted_at else "",
        posted=day(story.published_at) if story.published_at else "",
        by=who(story.approved_by) or "",
    )


def lacking_line(words: Words, story: Story) -> str:
    """What an approval still needs; nothing where it needs nothing."""
    lacking = missing(story, PROMISED)
    return words(PIECES, "lacks", lacking=lacking) if lacking and story.state == "submitted" else ""


@dataclass(frozen=True)
class HomeStories:
    """The stories of one person's Home. ``may_write``: this person drafts stories."""

    to_approve: Sequence[Story] = ()
    own: Sequence[Story] = ()
    names: Names = field(default_factory=Names)
    may_write: bool = False


def stories_at_home(session: Session, slack_user_id: str, *, may_write: bool) -> HomeStories:
    return HomeStories(
        list_to_approve(session, slack_user_id),
        list_own(session, slack_user_id, LISTED),
        story_names(session),
        may_write,
    )


def stories_to_approve(words: Words, stories: HomeStories) -> list[Block]:
    """What waits for this council member."""
    if not stories.to_approve:
        return []
    shown = [blocks.divider(), blocks.header(words.plain(PIECES, "to_approve"))]
    for story in stories.to_approve[:LISTED]:
        button = blocks.button(words.plain(PIECES, "review"), REVIEW_STORY, str(story.id))
        shown.append(story_line(words, story, stories.names, button))
        lacks = lacking_line(words, story)
        shown += [blocks.context(lacks)] if lacks else []
    return shown


def own_stories(words: Words, stories: HomeStories) -> list[Block]:
    """What this person wrote and what became of it, for those who write or have written."""
    if not stories.own and not stories.may_write:
        return []
    shown = [blocks.divider(), blocks.header(words.plain(PIECES, "mine"))]
    shown += [own_line(words, story) for story in stories.own]
    shown += [] if stories.own else [blocks.context(words(PIECES, "none_mine"))]
    write = blocks.button(words.plain(PIECES, "write"), OPEN_STORY_FORM)
    return [*shown, blocks.actions(write if stories.may_write else None)]


def own_line(words: Words, story: Story) -> Block:
    """A story of the reader's own: drafts lead to the form, the others to the story."""
    state = " · ".join(part for part in (state_of(words, story), lacking_line(words, story)) if part)
    text = words(PIECES, "own_line", title=story.title, state=Mrkdwn(state))
    if story.state == "withdrawn":
        return blocks.section(text)
    if story.state == "draft":
        return blocks.section(
            text, blocks.button(words.plain(PIECES, "edit"), OPEN_STORY_FORM, str(story.id))
        )
    return blocks.section(text, story_button(words, story, "read"))
