"""The window with the boards of a season."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot import blocks
from bot.actions import TRIVIA_BOARDS, TRIVIA_RESULT
from bot.blocks import Block
from bot.terms import day
from bot.trivia_blocks import BOARDS, OpenRound, round_lines, streak_line
from bot.wording import Words, channel_link, mention
from persona_store.models import TriviaRound
from persona_store.trivia.scores import Score, Season, Standing, Streak, standing_of

CHANGE = "trivia.change_boards"
SHOWN = 10
SEASONS_OFFERED = 8


@dataclass(frozen=True)
class Board:
    """``channel_id``: None for all channels. ``own``: what the person has, on the board or not."""

    channel_id: str | None
    standings: Sequence[Standing]
    own: Score | None


@dataclass(frozen=True)
class Window:
    """``channel_id``: where it was opened. ``seasons``: all there are, the last first."""

    channel_id: str | None
    season: Season
    seasons: Sequence[Season]
    boards: Sequence[Board]
    slack_user_id: str
    streak: Streak
    is_on_boards: bool
    open_rounds: Sequence[OpenRound] = ()
    past_rounds: Sequence[TriviaRound] = ()


@dataclass(frozen=True)
class Wish:
    """Which board a button asks for, as it is kept in the button."""

    channel_id: str | None = None
    season: Season | None = None

    def kept(self) -> str:
        season = [self.season.year, self.season.quarter] if self.season else None
        return json.dumps([self.channel_id, season])

    @staticmethod
    def of(kept: str | None) -> "Wish":
        channel_id, season = json.loads(kept) if kept else (None, None)
        return Wish(channel_id, Season(*season) if season else None)


def boards_view(words: Words, window: Window) -> Block:
    wish = Wish(window.channel_id, window.season)
    change = words.plain(BOARDS, "leave" if window.is_on_boards else "join")
    shown = [
        *(block for board in window.boards for block in _board(words, board, window)),
        _foot(words, window),
        *round_lines(words, window.open_rounds),
        *_past_rounds(words, window.past_rounds),
        *_seasons(words, window),
        blocks.context(words(BOARDS, "rules")),
        blocks.actions(blocks.button(change, CHANGE, "leave" if window.is_on_boards else "join")),
    ]
    close = words.plain("answers/buttons", "close")
    return blocks.modal(words.plain(BOARDS, "title"), shown, close=close, metadata=wish.kept())


def wish_in(view: dict[str, Any]) -> Wish:
    return Wish.of(view.get("private_metadata"))


def _board(words: Words, board: Board, window: Window) -> list[Block]:
    season = str(window.season)
    if board.channel_id:
        head = words(BOARDS, "here", channel=channel_link(board.channel_id), season=season)
    else:
        head = words(BOARDS, "everywhere", season=season)
    lines = [_line(words, one) for one in board.standings[:SHOWN]] or [words(BOARDS, "nobody")]
    more = len(board.standings) - SHOWN
    if more > 0:
        lines.append(words(BOARDS, "more", more=more))
    return [blocks.section("\n".join([head, *lines, *_own(words, board, window)]))]


def _line(words: Words, standing: Standing) -> str:
    score = standing.score
    person = mention(score.slack_user_id)
    return words(
        BOARDS, "line", rank=standing.rank, person=person, points=score.points, answered=score.answered
    )


def _own(words: Words, board: Board, window: Window) -> list[str]:
    """What the person has, where the board does not show it."""
    standing = standing_of(board.standings, window.slack_user_id)
    if board.own is None or (standing is not None and standing in board.standings[:SHOWN]):
        return []
    own, rank = board.own, standing.rank if standing else 0
    return [words(BOARDS, "mine", points=own.points, answered=own.answered, rank=rank)]


def _foot(words: Words, window: Window) -> Block:
    told = [streak_line(words, window.streak), "" if window.is_on_boards else words(BOARDS, "off")]
    text = "\n".join(line for line in told if line)
    return blocks.section(text) if text else {}


def _past_rounds(words: Words, rounds: Sequence[TriviaRound]) -> list[Block]:
    if not rounds:
        return []
    return [
        blocks.divider(),
        blocks.section(words(BOARDS, "past_rounds")),
        *(
            blocks.section(
                words(BOARDS, "past_round", day=day(one.closes_at), count=len(one.questions)),
                blocks.button(words.plain(BOARDS, "result"), TRIVIA_RESULT, str(one.id)),
            )
            for one in rounds
        ),
    ]


def _seasons(words: Words, window: Window) -> list[Block]:
    others = [one for one in window.seasons if one != window.season][:SEASONS_OFFERED]
    if not others:
        return []
    buttons = [blocks.button(str(one), TRIVIA_BOARDS, Wish(window.channel_id, one).kept()) for one in others]
    return [blocks.context(words(BOARDS, "earlier")), blocks.actions(*buttons)]
