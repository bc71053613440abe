"""What of trivia is shown on Home: how somebody plays, and rounds that are open where they are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot import blocks
from bot.actions import TRIVIA_BOARDS
from bot.blocks import Block
from bot.wording import Words, channel_link, link, message_url, moment_for_reader
from persona_store.models import Delivery, TriviaRound
from persona_store.trivia.boards import list_scores, streak_of
from persona_store.trivia.rounds import list_open
from persona_store.trivia.scores import Streak, season_of

BOARDS = "trivia/boards"
ROUNDS_SHOWN = 5


@dataclass(frozen=True)
class OpenRound:
    """``url``: of its opening message, "" where we do not know it."""

    channel_id: str
    closes_at: datetime
    url: str


@dataclass(frozen=True)
class HomeTrivia:
    season: str
    points: int
    streak: Streak
    rounds: Sequence[OpenRound] = ()


def trivia_at_home(
    session: Session, slack_user_id: str, channel_ids: Collection[str], now: datetime, workspace_url: str
) -> HomeTrivia:
    """``channel_ids``: where the person is."""
    season = season_of(now)
    scores = list_scores(session, season, now, slack_user_id=slack_user_id, everywhere=True)
    return HomeTrivia(
        str(season),
        sum(score.points for score in scores),
        streak_of(session, slack_user_id, now),
        open_rounds(session, channel_ids, now, workspace_url),
    )


def open_rounds(
    session: Session, channel_ids: Collection[str], now: datetime, workspace_url: str
) -> list[OpenRound]:
    return [
        _open_round(session, one, workspace_url)
        for one in list_open(session, now, channel_ids)[:ROUNDS_SHOWN]
    ]


def home_blocks(words: Words, trivia: HomeTrivia) -> list[Block]:
    points = words(BOARDS, "home_points", points=trivia.points, season=trivia.season)
    told = [points, streak_line(words, trivia.streak)] if trivia.points or trivia.streak.longest else []
    head = "\n".join(line for line in told if line) or words(BOARDS, "home_none")
    return [
        blocks.divider(),
        blocks.header(words.plain(BOARDS, "home")),
        blocks.section(head, blocks.button(words.plain(BOARDS, "show"), TRIVIA_BOARDS)),
        *round_lines(words, trivia.rounds),
    ]


def round_lines(words: Words, rounds: Sequence[OpenRound]) -> list[Block]:
    """Rounds that can be answered now, each with the way to it."""
    lines = [
        words(
            BOARDS,
            "open_round",
            channel=channel_link(one.channel_id),
            closes=moment_for_reader(one.closes_at),
            link=link(one.url, words.plain(BOARDS, "to_round")) if one.url else "",
        )
        for one in rounds
    ]
    return [blocks.section("\n".join([words(BOARDS, "open_rounds"), *lines]))] if lines else []


def streak_line(words: Words, streak: Streak) -> str:
    if not streak.longest:
        return ""
    return words(BOARDS, "streak", current=streak.current, longest=streak.longest)


def _open_round(session: Session, found: TriviaRound, workspace_url: str) -> OpenRound:
    delivery = session.get(Delivery, found.id)
    is_known = delivery is not None and delivery.ts is not None and bool(workspace_url)
    url = message_url(workspace_url, found.channel_id, delivery.ts) if is_known and delivery else ""  # type: ignore[arg-type]
    return OpenRound(found.channel_id, found.closes_at, url)
