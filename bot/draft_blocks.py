"""Drafts of the council, on the Home: those that wait for a second pair of eyes, and one's own."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot import blocks
from bot.actions import OPEN_REVISION
from bot.blocks import Block
from bot.story_blocks import who
from bot.wording import Words
from persona_store.models import Draft
from persona_store.refresh.drafts import list_drafts, makers_of

PIECES = "revisions/at_home"
SHOWN = 4


def drafts_for(session: Session, slack_user_id: str) -> list[Draft]:
    """Find what somebody of the council has to publish or to go on with, what others wait for first."""
    drafts = list_drafts(session)
    waiting = [one for one in drafts if one.state == "submitted" and slack_user_id not in makers_of(one)]
    return waiting + [one for one in drafts if slack_user_id in makers_of(one)]


def drafts_at_home(words: Words, drafts: Sequence[Draft], slack_user_id: str) -> list[Block]:
    """At most seven blocks; nothing where there is no draft."""
    if not drafts:
        return []
    more = len(drafts) - SHOWN
    return [
        blocks.divider(),
        blocks.header(words.plain(PIECES, "head")),
        *(_draft(words, one, slack_user_id) for one in drafts[:SHOWN]),
        blocks.context(words(PIECES, "more", more=more)) if more > 0 else {},
    ]


def _draft(words: Words, draft: Draft, slack_user_id: str) -> Block:
    name = draft.snapshot.get("name") or draft.persona
    is_mine = slack_user_id in makers_of(draft)
    state = "open" if draft.state == "open" else "submitted" if is_mine else "waits"
    text = words(PIECES, state, name=name, by=who(draft.drafted_by) or "", why=draft.changelog or "")
    label = words.plain(PIECES, "review" if state == "waits" else "go_on")
    return blocks.section(text, blocks.button(label, OPEN_REVISION, f"draft:{draft.id}"))
