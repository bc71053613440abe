"""Who may move a customer story from which state to which, with what. Pure.

draft -> submitted -> approved -> published; withdrawn from anywhere, for good. None is approved without the
customer's consent, or while the customer can be recognised. Whatever changes after the approval needs another
one; a story that was posted is then published again, but not posted again where it was.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from persona_store.errors import StoreError
from persona_store.models import Story

READABLE = ("approved", "published")


class Move(StrEnum):
    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    WITHDRAW = "withdraw"


FROM: dict[Move, tuple[str, ...]] = {
    Move.EDIT: ("draft", "submitted", "approved", "published"),
    Move.SUBMIT: ("draft",),
    Move.APPROVE: ("submitted",),
    Move.RETURN: ("submitted", "approved", "published"),
    Move.WITHDRAW: ("draft", "submitted", "approved", "published"),
}
STANDING = {
    "draft": "This story is a draft: its author is still working on it.",
    "submitted": "This story has been submitted already.",
    "approved": "This story has been approved already.",
    "published": "This story has been approved and posted already.",
    "withdrawn": "This story has been withdrawn.",
}
CHANGED = "This story was changed while you had it open. Close the window and open it again."


@dataclass(frozen=True)
class StoryText:
    """All that the author says, the three promises among it."""

    title: str
    personas: tuple[str, ...]
    happened: str
    stage: str | None = None
    needed: str | None = None
    did: str | None = None
    outcome: str | None = None
    quote: str | None = None
    consent: bool = False
    anonymised: bool = False
    credited: bool = False


FIELDS = tuple(StoryText.__dataclass_fields__)
TOLD = ("title", "personas", "happened", "needed", "did", "outcome")
"""What a story must have before it is submitted."""
PROMISED = ("consent", "anonymised")
"""What it must have before it is approved."""
ATTESTED = (*PROMISED, "credited")
"""What nobody but its author can say."""


@dataclass(frozen=True)
class Actor:
    """``is_alone``: the only one who could approve anything."""

    slack_user_id: str
    is_council: bool = False
    is_alone: bool = False


def text_of(story: Story) -> StoryText:
    values = {name: getattr(story, name) for name in FIELDS}
    return StoryText(**values | {"personas": tuple(story.personas)})


def attested(text: StoryText, story: Story, by: str) -> StoryText:
    """The text as ``by`` may write it into the story."""
    if story.author == by:
        return text
    return replace(text, **{name: getattr(story, name) for name in ATTESTED})


def missing(text: StoryText | Story, names: Iterable[str]) -> list[str]:
    """Which of ``names`` (``TOLD``, ``PROMISED``) it does not have."""
    return [name for name in names if not getattr(text, name)]


def check_move(story: Story, move: Move, by: Actor) -> None:
    """Raise StoreError, with the reason, where ``by`` may not make this move now."""
    is_author = story.author == by.slack_user_id
    if not is_author and (not by.is_council or story.state == "draft"):
        raise StoreError("Only its author and the council can do that with a story.")
    if story.state not in FROM[move]:
        raise StoreError(STANDING[story.state])
    if move is Move.SUBMIT:
        if not is_author:
            raise StoreError("Only its author can submit a story.")
        check_told(story)
    if move in (Move.APPROVE, Move.RETURN) and not by.is_council:
        raise StoreError("Only the council can do that with a story.")
    if move is Move.APPROVE:
        if is_author and not by.is_alone:
            raise StoreError("Somebody else of the council has to approve your own story.")
        _check_promised(story)


def check_told(story: Story) -> None:
    if lacking := missing(story, TOLD):
        names = {"needed": "what was needed", "did": "what we did", "happened": "what happened"}
        words = ", ".join(names.get(name, name) for name in lacking)
        raise StoreError(f"This story cannot be submitted yet. It lacks: {words}.")


def _check_promised(story: Story) -> None:
    check_told(story)
    words = {"consent": "the customer’s consent", "anonymised": "that nobody in it can be recognised"}
    if lacking := missing(story, PROMISED):
        names = " and ".join(words[name] for name in lacking)
        raise StoreError(f"This story cannot be approved. It lacks: {names}.")


def moved(story: Story, move: Move, *, changes: bool = False) -> str:
    """The state after a move. ``changes``: whether an edit changes anything."""
    match move:
        case Move.EDIT:
            return "submitted" if changes and story.state in READABLE else story.state
        case Move.SUBMIT:
            return "submitted"
        case Move.APPROVE:
            return "published" if story.published_at else "approved"
        case Move.RETURN:
            return "draft"
        case Move.WITHDRAW:
            return "withdrawn"


def version_of(story: Story) -> str:
    """The same as long as neither state nor text changes."""
    said = json.dumps([getattr(story, name) for name in FIELDS])
    return f"{story.state}-{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def check_seen(story: Story, seen: str) -> None:
    """Raise StoreError where the story is not what the person saw any more."""
    if seen != version_of(story):
        has_moved = seen.partition("-")[0] != story.state
        raise StoreError(STANDING[story.state] if has_moved else CHANGED)
