"""What of playing alone is shown on Home: what is due, and for the council what waits for it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot import blocks
from bot.actions import PLAY, SHOW_FLAGGED, SHOW_LITERACY
from bot.blocks import Block
from bot.wording import Words
from persona_store.trivia.material import Material
from persona_store.trivia.reviewing import count_flagged
from persona_store.trivia.solo import standing_of

PLAY_PIECES = "learning/play"


@dataclass(frozen=True)
class HomeLearning:
    """``flagged``: questions that wait for the council."""

    met: int
    due: int
    flagged: int


def learning_at_home(session: Session, material: Material, slack_user_id: str, now: datetime) -> HomeLearning:
    standing = standing_of(session, material, slack_user_id, now)
    return HomeLearning(standing.met, standing.due, count_flagged(session))


def due_line(words: Words, learning: HomeLearning) -> Block:
    text = words(PLAY_PIECES, "due_at_home", due=learning.due, met=learning.met)
    return blocks.section(text, blocks.button(words.plain(PLAY_PIECES, "play"), PLAY))


def council_buttons(words: Words, learning: HomeLearning | None) -> list[Block]:
    """What people know; what was flagged, where something was."""
    shown = [blocks.button(words.plain("council/literacy", "button"), SHOW_LITERACY)]
    if learning is not None and learning.flagged:
        label = words.plain("council/questions", "flagged_button", count=learning.flagged)
        shown.append(blocks.button(label, SHOW_FLAGGED))
    return shown
