"""A question for one person, what came of it, and what they get in direct messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot import blocks
from bot.actions import PLAY, TRIVIA_FLAG
from bot.blocks import Block, Message
from bot.persona_blocks import card_button, sources_button
from bot.terms import Terms
from bot.wording import Words, moment_for_reader
from persona_store.models import Persona, Player, Statement, TriviaQuestion
from persona_store.trivia.daily import OFF, ON, PAUSED, USUAL_TIME
from persona_store.trivia.solo import Answered, Standing

PIECES, DAILY = "learning/play", "learning/daily"
ANSWER, NEXT, STOP = "learning.answer", "learning.next", "learning.stop"
CHANGE_DAILY = "learning.daily"
QUESTION_BLOCK, FOOT_BLOCK = "question", "foot"
DELIVERED = "d"
"""Begins the name of a question in a message that was sent; it stays when it is answered."""
LETTERS = "ABCDEFGH"
LABEL_LIMIT = 75
SHORT = 24
"""Answers of so many characters fit on their buttons."""


@dataclass(frozen=True)
class Asked:
    """A question as it is put. ``source``: what buttons name it by; ``turn``: how often it was answered."""

    source: str
    turn: int
    prompt: str
    options: Sequence[str]
    head: str

    @property
    def asks(self) -> str:
        return self.prompt.partition("\n")[0]

    @property
    def about(self) -> list[str]:
        return [line for line in self.prompt.split("\n")[1:] if line.strip()]


@dataclass(frozen=True)
class Verdict:
    """``statement``: what it was about, None where it is retired, or it was about none.

    ``chosen``: whose the wrong answer is that was chosen, where it is somebody's.
    """

    answered: Answered
    statement: Statement | None
    persona: Persona | None
    chosen: Persona | None = None

    @property
    def question(self) -> TriviaQuestion:
        return self.answered.question


def head(words: Words, why: str, *, missed: bool, daily: bool = False) -> str:
    return words(PIECES, "head_daily" if daily else "head", why=why, missed=missed)


def question_message(words: Words, asked: Asked, *foot: Block) -> Message:
    shown = [blocks.context(asked.head), *question_blocks(words, asked), *foot]
    return Message(words(PIECES, "text", asks=asked.asks), shown)


def question_blocks(words: Words, asked: Asked) -> list[Block]:
    """The question and a button for each answer."""
    on_buttons = _fit_on_buttons(asked.options)
    lines = [] if on_buttons else [_option(place, text) for place, text in enumerate(asked.options)]
    text = words(PIECES, "question", asks=asked.asks, about=asked.about, options=lines)
    buttons = [
        blocks.button(
            option if on_buttons else LETTERS[place], ANSWER, f"{asked.source}:{place}:{asked.turn}"
        )
        | {"accessibility_label": _label(words, place, option)}
        for place, option in enumerate(asked.options)
    ]
    return [blocks.section(text) | {"block_id": QUESTION_BLOCK}, blocks.actions(*buttons)]


def answered_message(words: Words, verdict: Verdict, now: datetime, *, stays: bool) -> Message:
    """``stays``: it is part of a message that stays, so the next question comes below it."""
    said = verdict_text(words, verdict)
    return Message(said, answered_blocks(words, verdict, now, stays=stays))


def verdict_text(words: Words, verdict: Verdict) -> str:
    question, is_right = verdict.question, verdict.answered.is_right
    texts = [option["text"] for option in question.options]
    right = texts[question.right] if _fit_on_buttons(texts) else LETTERS[question.right]
    chosen = verdict.chosen.name if verdict.chosen else ""
    return words(PIECES, "right" if is_right else "wrong", right=right, why=question.why, chosen=chosen)


def answered_blocks(words: Words, verdict: Verdict, now: datetime, *, stays: bool) -> list[Block]:
    question, answered = verdict.question, verdict.answered
    texts = [option["text"] for option in question.options]
    lettered = not _fit_on_buttons(texts)
    lines = [
        _option(
            place,
            text,
            "✓ " if place == question.right else "✗ " if place == answered.option else "",
            is_chosen=place == answered.option,
        )
        | ({} if lettered else {"letter": ""})
        for place, text in enumerate(texts)
    ]
    asked = Asked("", 0, question.prompt, [], "")
    text = words(PIECES, "question", asks=asked.asks, about=asked.about, options=lines)
    shown = [
        blocks.section(text) | {"block_id": QUESTION_BLOCK},
        blocks.section(verdict_text(words, verdict)),
        blocks.context(
            *(one for one in (_evidence(words, verdict, now), _again(words, answered, now)) if one)
        ),
        blocks.actions(
            blocks.button(
                words.plain(PIECES, "another"), NEXT, "below" if stays else "here", style="primary"
            ),
            sources_button(words, verdict.statement) if verdict.statement else None,
            card_button(words, verdict.persona) if verdict.persona else None,
            None if stays else blocks.button(words.plain(PIECES, "stop"), STOP),
            blocks.button(words.plain(PIECES, "flag"), TRIVIA_FLAG, str(question.id)),
        ),
    ]
    return [block for block in shown if block]


def stopped_message(words: Words, standing: Standing, now: datetime, *, offers_daily: bool) -> Message:
    days = _days_until(standing.next_at, now) if standing.next_at else -1
    text = words(
        PIECES,
        "stopped",
        today=standing.today,
        right=standing.today_right,
        due=standing.due,
        days=days,
    )
    offer = _change(words, "offer", "offer") if offers_daily else None
    return Message(text, [blocks.section(text), blocks.actions(offer)])


def note_message(words: Words, piece: str, message: str = PIECES) -> Message:
    """``piece``: nothing, usage, gone."""
    return Message(words(message, piece))


def daily_foot(words: Words) -> list[Block]:
    """What stands under each question of the day: the way out."""
    return [
        blocks.context(words(DAILY, "foot")) | {"block_id": FOOT_BLOCK},
        blocks.actions(_change(words, "pause", "pause"), _change(words, "stop", "stop")),
    ]


def daily_message(words: Words, player: Player | None, zone: str, *, was_on: bool = False) -> Message:
    """How it stands, and what can be done about it."""
    state = player.daily_state if player else OFF
    time = (player.daily_time if player else None) or USUAL_TIME
    if state == ON and player and player.next_daily_at:
        text = words(DAILY, "on", time=time, zone=zone, next=moment_for_reader(player.next_daily_at))
        buttons = [_change(words, "pause", "pause"), _change(words, "stop", "stop")]
    elif state == PAUSED:
        text = words(DAILY, "paused")
        buttons = [_change(words, "resume", "resume"), _change(words, "stop", "stop")]
    else:
        text = words(DAILY, "off", time=time, zone=zone, was_on=was_on)
        label = words.plain(DAILY, "start", time=time)
        buttons = [blocks.button(label, CHANGE_DAILY, f"start {time}")]
    return Message(text, [blocks.section(text), blocks.actions(*buttons)])


def play_button(words: Words, label: str = "play", *, style: str | None = None) -> Block:
    return blocks.button(words.plain(PIECES, label), PLAY, style=style)


def before_question(shown: Sequence[Block]) -> list[Block]:
    """What stands above the question in a message that was clicked in."""
    kept: list[Block] = []
    for block in shown:
        if block.get("block_id") == QUESTION_BLOCK:
            break
        kept.append(block)
    return kept


def after_question(shown: Sequence[Block]) -> list[Block]:
    """What stands below the question in such a message."""
    places = [place for place, block in enumerate(shown) if block.get("block_id") == FOOT_BLOCK]
    return list(shown[places[0] :]) if places else []


def _change(words: Words, piece: str, change: str) -> Block:
    return blocks.button(words.plain(DAILY, piece), CHANGE_DAILY, change)


def _option(place: int, text: str, mark: str = "", *, is_chosen: bool = False) -> dict[str, Any]:
    return {"letter": LETTERS[place], "text": text, "mark": mark, "is_chosen": is_chosen}


def _label(words: Words, place: int, option: str) -> str:
    return blocks.fit(words.plain(PIECES, "button", letter=LETTERS[place], text=option), LABEL_LIMIT)


def _evidence(words: Words, verdict: Verdict, now: datetime) -> str:
    statement = verdict.statement
    if statement is None:
        return words(PIECES, "retired") if verdict.question.statement else ""
    terms = Terms(words)
    return words(
        PIECES,
        "strength",
        symbol=terms.symbol(statement),
        strength=terms.strength(statement),
        research=terms.research(statement, now.date()),
    )


def _fit_on_buttons(options: Sequence[str]) -> bool:
    return all(len(text) <= SHORT for text in options)


def _days_until(moment: datetime, now: datetime) -> int:
    return max(0, round((moment - now) / timedelta(days=1)))


def _again(words: Words, answered: Answered, now: datetime) -> str:
    if answered.is_repeat:
        return words(PIECES, "repeat")
    if answered.due_at is None:
        return words(PIECES, "once")
    return words(PIECES, "again", days=_days_until(answered.due_at, now))
