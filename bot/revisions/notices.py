"""What council members hear of drafts in a direct message."""

from bot import blocks
from bot.actions import OPEN_REVISION
from bot.blocks import Message
from bot.revisions.diffs import counted, one_line
from bot.revisions.shown import DraftShown
from bot.wording import Mrkdwn, Words, mention
from persona_store.models import Draft, Revision

NOTICES = "revisions/notices"


def submitted_notice(words: Words, shown: DraftShown, by: str) -> Message:
    """Tell somebody else of the council that a draft waits."""
    text = words(
        NOTICES,
        "submitted",
        by=mention(by),
        name=shown.name,
        counted=Mrkdwn(counted(words, shown.difference)),
        why=one_line(shown.draft.changelog or ""),
    )
    return _with_button(words, text, "review", shown.draft.id)


def returned_notice(words: Words, draft: Draft, by: str) -> Message:
    text = words(
        NOTICES,
        "returned",
        by=mention(by),
        number=draft.id,
        name=draft.snapshot["name"],
        note=one_line(draft.note or ""),
    )
    return _with_button(words, text, "open", draft.id)


def published_notice(words: Words, draft: Draft, revision: Revision, by: str) -> Message:
    text = words(
        NOTICES,
        "published",
        by=mention(by),
        number=draft.id,
        name=draft.snapshot["name"],
        revision=revision.number,
    )
    return Message(text, [blocks.section(text)])


def _with_button(words: Words, text: str, piece: str, draft_id: int) -> Message:
    button = blocks.button(words.plain(NOTICES, piece), OPEN_REVISION, f"draft:{draft_id}", style="primary")
    return Message(text, [blocks.section(text), blocks.actions(button)])
