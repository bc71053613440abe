"""What a round looks like in its channel, and what somebody is told who answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import blocks
from bot.actions import TRIVIA_BOARDS, TRIVIA_RESULT
from bot.blocks import Block, Message
from bot.wording import Mrkdwn, Words, channel_link, link, mention, moment_for_reader
from persona_store.models import TriviaRound
from persona_store.trivia.answers import Click, Recorded

ROUND = "trivia/round"
ANSWER, MORE = "trivia.answer", "trivia.more"
PREVIEW = "preview"
LETTERS = "ABCDEFGH"
LABEL_LIMIT = 75
OPTION_LIMIT = 120
MOST_CHARACTERS = 9_800
"""Of all texts of an opening message, so that nothing of it is shortened."""


@dataclass(frozen=True)
class Asked:
    """A question as people see it: its first line asks, the others are what is asked about."""

    prompt: str
    options: Sequence[str]

    @property
    def asks(self) -> str:
        return self.prompt.partition("\n")[0]

    @property
    def about(self) -> list[str]:
        return [line for line in self.prompt.split("\n")[1:] if line.strip()]


@dataclass(frozen=True)
class Opening:
    """``round_id``: None in a preview. ``state``: open, over, cancelled. ``reveal_url``: of the answers."""

    round_id: int | None
    questions: Sequence[Asked]
    closes_at: datetime
    started_by: str | None = None
    players: int = 0
    state: str = "open"
    reveal_url: str = ""


def opening_message(words: Words, opening: Opening) -> Message:
    """The questions, with a button for each answer as long as the round is open.

    Blocks have ids of their own: a click on a message that is edited right now still finds its button.
    """
    count, closes = len(opening.questions), moment_for_reader(opening.closes_at)
    text = words(ROUND, "text", count=count, closes=closes)
    shown = [blocks.header(words.plain(ROUND, "head")), _intro(words, opening)]
    for place, asked in enumerate(opening.questions):
        shown += _question(words, opening, place, asked)
    starter = mention(opening.started_by) if opening.started_by else ""
    if opening.state != "cancelled":
        shown.append(blocks.context(words(ROUND, "players", players=opening.players, starter=starter)))
    if opening.state == "over":
        shown.append(blocks.actions(_result_button(words, opening), boards_button(words)))
    return Message(text, shown)


def fits(words: Words, opening: Opening) -> bool:
    """Tell whether all of it can be read in one message."""
    return blocks.length_of(opening_message(words, opening).blocks) <= MOST_CHARACTERS


def boards_button(words: Words) -> Block:
    return blocks.button(words.plain(ROUND, "boards"), TRIVIA_BOARDS)


def result_button(words: Words, round_id: int, piece: str = "mine") -> Block:
    return blocks.button(words.plain(ROUND, piece), TRIVIA_RESULT, str(round_id))


def is_told(recorded: Recorded, found: TriviaRound) -> bool:
    """Tell whether a click is confirmed: the first, the last and every change, not each of ten in between."""
    return recorded.is_change or len(recorded.answered) in (1, len(found.questions))


def recorded_message(
    words: Words, click: Click, asked: Asked, found: TriviaRound, recorded: Recorded
) -> Message:
    """Confirm an answer without a word on whether it is right."""
    count, answered = len(found.questions), recorded.answered
    return Message(
        words(
            ROUND,
            "recorded",
            number=click.place + 1,
            letter=LETTERS[click.option],
            option=blocks.fit(asked.options[click.option], OPTION_LIMIT),
            answers=[f"{place + 1} {LETTERS[option]}" for place, option in answered.items()],
            left=[place + 1 for place in range(count) if place not in answered],
            count=count,
            is_change=recorded.is_change,
            closes=moment_for_reader(found.closes_at),
        )
    )


def late_message(words: Words, round_id: int, closes_at: datetime) -> Message:
    """Say that it came too late, with the way to the answers."""
    text = words(ROUND, "late", closes=moment_for_reader(closes_at))
    return Message(
        text,
        [
            blocks.section(text),
            blocks.actions(result_button(words, round_id, "results"), boards_button(words)),
        ],
    )


def note_message(words: Words, piece: str) -> Message:
    """``piece``: is_cancelled, not_open, is_preview, start_usage."""
    return Message(words(ROUND, piece))


def obstacle_message(words: Words, obstacle: str) -> Message:
    return Message(words(ROUND, "obstacle", obstacle=obstacle))


def started_message(words: Words, count: int, hours: int) -> Message:
    return Message(words(ROUND, "started", count=count, hours=hours))


def not_posted_message(words: Words, channel_id: str, reason: str, *, is_reveal: bool) -> Message:
    """Tell whoever started a round that it, or its answers, will not come."""
    piece = "unrevealed" if is_reveal else "unopened"
    return Message(words(ROUND, piece, channel=channel_link(channel_id), reason=reason))


def reminder_message(words: Words, players: int, closes_at: datetime, url: str) -> Message:
    return Message(
        words(
            ROUND,
            "reminder",
            players=players,
            closes=moment_for_reader(closes_at),
            link=link(url, words.plain(ROUND, "to_round")) if url else "",
        )
    )


def _intro(words: Words, opening: Opening) -> Block:
    if opening.state == "cancelled":
        return blocks.section(words(ROUND, "cancelled"))
    if opening.state == "over":
        to_reveal = link(opening.reveal_url, words.plain(ROUND, "to_reveal")) if opening.reveal_url else ""
        return blocks.section(words(ROUND, "over", players=opening.players, link=to_reveal))
    count, closes = len(opening.questions), moment_for_reader(opening.closes_at)
    text = words(ROUND, "intro", count=count, closes=closes)
    if opening.round_id is None:
        return blocks.section(f"{text}\n{words(ROUND, 'preview')}")
    choices = [(words.plain(ROUND, piece), f"{piece}:{opening.round_id}") for piece in ("mine", "cancel")]
    return blocks.section(text, blocks.overflow(MORE, choices)) | {"block_id": "round"}


def _question(words: Words, opening: Opening, place: int, asked: Asked) -> list[Block]:
    options = [{"letter": letter, "text": text} for letter, text in zip(LETTERS, asked.options, strict=False)]
    text = words(ROUND, "question", number=place + 1, asks=asked.asks, about=asked.about, options=options)
    if opening.state != "open":
        return [blocks.section(text)]
    about = f"{opening.round_id or PREVIEW}:{place}"
    buttons = [
        blocks.button(one["letter"], ANSWER, f"{about}:{number}")
        | {
            "accessibility_label": blocks.fit(
                words.plain(ROUND, "button", number=place + 1, **one), LABEL_LIMIT
            )
        }
        for number, one in enumerate(options)
    ]
    flag = blocks.overflow(MORE, [(words.plain(ROUND, "flag"), f"flag:{about}")])
    return [
        blocks.section(text, flag if opening.round_id else None) | {"block_id": f"question-{place}"},
        blocks.actions(*buttons) | {"block_id": f"answer-{place}"},
    ]


def _result_button(words: Words, opening: Opening) -> Block | None:
    return result_button(words, opening.round_id) if opening.round_id else None


def people(slack_user_ids: Sequence[str]) -> Mrkdwn:
    return Mrkdwn(", ".join(mention(one) for one in slack_user_ids))
