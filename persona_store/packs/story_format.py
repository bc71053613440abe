"""The format of a story: front matter in TOML between lines of +++, then four sections.

The file's name is the story's: a-z, 0-9 and "-", ending in .md.
"""

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from persona_store.packs.fields import ONE_LINE, Day, Entry, Ids, line, maybe

MOST_PERSONAS = 5
TITLE_LENGTH, SECTION_LENGTH, QUOTE_LENGTH = 150, 2_000, 500

Status = Literal["draft", "submitted", "approved", "withdrawn"]


def _one_or_several(value: object) -> object:
    return [value] if isinstance(value, str) else value


class PackStory(Entry):
    """What happened between us and a customer like a persona."""

    title: str = line(TITLE_LENGTH)
    """What people call it."""
    persona: Annotated[Ids, BeforeValidator(_one_or_several), Field(min_length=1, max_length=MOST_PERSONAS)]
    """Slug of the persona it is about, or a list of up to five."""
    stage: str | None = maybe(100)
    """Id of the journey stage in which it happened."""
    happened_on: Day | None = None
    """The day it happened."""
    author: str | None = maybe(150)
    """Who tells it: a name, or a Slack user id."""
    credit: bool = False
    """Whether the author is named."""
    consent: bool
    """Whether the customer agreed that it is told."""
    anonymised: bool
    """Whether nobody in it can be recognised."""
    status: Status = "submitted"
    """Draft: seen by nobody. Submitted: waits for the council. Approved: needs consent and anonymised."""
    quote: str | None = Field(default=None, min_length=1, max_length=QUOTE_LENGTH, pattern=ONE_LINE)
    """What the customer said, word for word."""
    happened: str = Field(min_length=1, max_length=SECTION_LENGTH)
    """What happened."""
    needed: str = Field(min_length=1, max_length=SECTION_LENGTH)
    """What the customer needed."""
    did: str = Field(min_length=1, max_length=SECTION_LENGTH)
    """What we did."""
    outcome: str = Field(min_length=1, max_length=SECTION_LENGTH)
    """What came of it."""


HEADINGS = {
    "happened": "What happened",
    "needed": "What they needed",
    "did": "What we did",
    "outcome": "Outcome",
}
"""The sections, in their order. "What she needed" and "What he needed" will do as well."""
HEADING = {
    "happened": re.compile(r"what happened", re.IGNORECASE),
    "needed": re.compile(r"what (she|he|they) needed", re.IGNORECASE),
    "did": re.compile(r"what we did", re.IGNORECASE),
    "outcome": re.compile(r"outcome", re.IGNORECASE),
}
NAME = re.compile(r"(?P<slug>[a-z0-9][a-z0-9-]{0,79})\.md")
