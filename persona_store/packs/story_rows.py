"""Brings checked stories into the store, and gives them back as files."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import tomli_w
from sqlalchemy import select
from sqlalchemy.orm import Session

from persona_store.errors import PackError
from persona_store.models import Persona, Story
from persona_store.packs.changes import listed
from persona_store.packs.stories import SUFFIX
from persona_store.packs.story_format import HEADINGS, PackStory
from persona_store.story_moves import READABLE

COLUMNS = {"persona": "personas", "credit": "credited"}
SAID = tuple(name for name in PackStory.model_fields if name not in ("author", "status"))


@dataclass
class StoryReport:
    """What an import did with the stories; ``withdrawn``: left alone, because they stay so for good."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """For the command line."""
        said = (
            ("Added {}", self.added),
            ("Changed {}", self.changed),
            ("Left {} as they were", self.left),
            ("Left {} withdrawn", self.withdrawn),
        )
        return [
            f"{what.format(f'{len(slugs)} ' + ('story' if len(slugs) == 1 else 'stories'))}: {listed(slugs)}."
            for what, slugs in said
            if slugs
        ]


def import_stories(
    session: Session, stories: Mapping[str, PackStory], *, now: datetime, approved_by: str
) -> StoryReport:
    """Import checked stories in the caller's transaction. A second import of the same files changes nothing.

    A file that has not changed since its last import changes nothing either, whatever was decided in Slack
    meanwhile, and a withdrawn story stays withdrawn. Raises PackError where a name is taken by another story.
    """
    report = StoryReport()
    query = select(Story).where(Story.slug.in_(stories)).with_for_update()
    rows = {row.slug: row for row in session.scalars(query)}
    taken = [slug for slug, row in rows.items() if _is_of_another(row, stories[slug])]
    if taken:
        raise PackError(
            [f"{slug}.md: somebody else's story has this name; expected another" for slug in taken]
        )
    for slug, story in stories.items():
        row = rows.get(slug) or Story(slug=slug, created_at=now)
        where = _import_story(row, story, now=now, approved_by=approved_by)
        getattr(report, where).append(slug)
        if where == "added":
            session.add(row)
    session.flush()
    return report


def _is_of_another(row: Story, story: PackStory) -> bool:
    return row.file_digest is None and row.author not in ("", story.author)


def _import_story(row: Story, story: PackStory, *, now: datetime, approved_by: str) -> str:
    """Write what differs; gives the part of the report that it belongs to."""
    is_new, digest = row.id is None, _digest(story)
    if row.state == "withdrawn" or (is_new and story.status == "withdrawn"):
        return "withdrawn"
    if row.file_digest == digest:
        return "left"
    said = {COLUMNS.get(name, name): getattr(story, name) for name in SAID}
    has_same_text = not is_new and all(getattr(row, name) == value for name, value in said.items())
    row.file_digest = digest
    if has_same_text and _is_as_far(row, story):
        return "left"
    for name, value in said.items():
        setattr(row, name, value)
    row.author, row.state, row.note = story.author or "", story.status, None
    row.submitted_at = None if story.status == "draft" else row.submitted_at or now
    row.approved_at = row.approved_by = None
    if story.status == "approved":
        row.state, row.approved_at, row.approved_by = _approved(row), now, approved_by
    return "added" if is_new else "changed"


def _approved(row: Story) -> str:
    return "published" if row.published_at else "approved"


def _is_as_far(row: Story, story: PackStory) -> bool:
    """Whether the story is where its file wants it, or further."""
    if story.status == "submitted":
        return row.state in ("submitted", *READABLE)
    return row.state == story.status or (story.status == "approved" and row.state in READABLE)


def _digest(story: PackStory) -> str:
    """The same for all files that say the same."""
    return hashlib.sha256(
        json.dumps(story.model_dump(mode="json", exclude_defaults=True)).encode()
    ).hexdigest()


def export_stories(session: Session) -> dict[str, str]:
    """Give the files of all stories by name, but those withdrawn, and drafts that are their authors' own."""
    pronouns = dict(session.execute(select(Persona.slug, Persona.pronouns)).all())
    rows = session.scalars(select(Story).where(Story.state != "withdrawn").order_by(Story.slug))
    return {
        f"{row.slug}{SUFFIX}": story_text(row, pronouns)
        for row in rows
        if row.state != "draft" or row.file_digest is not None
    }


def story_text(row: Story, pronouns: Mapping[str, str | None]) -> str:
    """The story as its file; ``pronouns`` of the personas make the heading of what was needed."""
    table = {
        "title": row.title,
        "persona": row.personas[0] if len(row.personas) == 1 else row.personas,
        "stage": row.stage,
        "author": row.author,
        "credit": row.credited,
        "consent": row.consent,
        "anonymised": row.anonymised,
        "status": "approved" if row.state in READABLE else row.state,
        "happened_on": row.happened_on,
        "quote": row.quote,
    }
    front = "".join(tomli_w.dumps({key: value}) for key, value in table.items() if value not in (None, ""))
    sections = {HEADINGS[key]: getattr(row, key) or "" for key in HEADINGS}
    if len(row.personas) == 1 and (pronoun := pronouns.get(row.personas[0])):
        they, she = HEADINGS["needed"], f"What {pronoun.partition('/')[0]} needed"
        sections = {she if heading == they else heading: text for heading, text in sections.items()}
    body = "\n\n".join(f"## {heading}\n\n{text}" for heading, text in sections.items())
    return f"+++\n{front}+++\n\n{body}\n"
