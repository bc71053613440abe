"""Boards and streaks, counted from answers whenever somebody asks; the rules are in ``scores``."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, case, distinct, func, select, update
from sqlalchemy.orm import Session

from persona_store.database import insert_into
from persona_store.models import Player, TriviaAnswer, TriviaRound
from persona_store.trivia.results import is_shown
from persona_store.trivia.scores import Score, Season, Streak, local_day, season_of, streak

FEWEST_PLAYERS = 3
"""Of a round that counts on the board over all channels: nobody climbs it alone."""
LOOKED_UP = timedelta(days=1)


def list_scores(
    session: Session,
    season: Season,
    now: datetime,
    channel_id: str | None = None,
    *,
    slack_user_id: str | None = None,
    everywhere: bool = False,
) -> list[Score]:
    """Scores of a season in a channel, or on the board over all (``everywhere``: in all rounds there were).

    Of those whom boards show, or of one person alone.
    """
    right = func.sum(case((TriviaAnswer.is_right, 1), else_=0))
    query = (
        select(TriviaAnswer.slack_user_id, right, func.count(), func.count(distinct(TriviaRound.id)))
        .join(TriviaRound, TriviaRound.id == TriviaAnswer.round_id)
        .outerjoin(Player, Player.slack_user_id == TriviaAnswer.slack_user_id)
        .where(_counts_in(season, now))
        .group_by(TriviaAnswer.slack_user_id)
    )
    if channel_id is None and not everywhere:
        query = query.where(TriviaRound.id.in_(_played_together(season, now)))
    if channel_id is not None:
        query = query.where(TriviaRound.channel_id == channel_id)
    whose = is_shown() if slack_user_id is None else TriviaAnswer.slack_user_id == slack_user_id
    return [Score(*row) for row in session.execute(query.where(whose))]


def _counts_in(season: Season, now: datetime) -> ColumnElement[bool]:
    """Whether a round closed in a season; nothing shows before it does who was right."""
    return (
        (TriviaRound.state != "cancelled")
        & (TriviaRound.closes_at <= now)
        & (TriviaRound.closes_at >= season.begins_at)
        & (TriviaRound.closes_at < season.ends_at)
    )


def _played_together(season: Season, now: datetime) -> Select[int]:
    return (
        select(TriviaRound.id)
        .join(TriviaAnswer, TriviaAnswer.round_id == TriviaRound.id)
        .where(_counts_in(season, now))
        .group_by(TriviaRound.id)
        .having(func.count(distinct(TriviaAnswer.slack_user_id)) >= FEWEST_PLAYERS)
    )


def list_seasons(session: Session, now: datetime, channel_id: str | None = None) -> list[Season]:
    """Seasons from the first round that closed until now, the last first."""
    first = select(func.min(TriviaRound.closes_at)).where(TriviaRound.state != "cancelled")
    if channel_id is not None:
        first = first.where(TriviaRound.channel_id == channel_id)
    began_at = session.scalar(first)
    seasons = [season_of(now)]
    while began_at is not None and seasons[-1].begins_at > began_at:
        seasons.append(seasons[-1].previous)
    return seasons


def streak_of(session: Session, slack_user_id: str, now: datetime) -> Streak:
    player = session.get(Player, slack_user_id)
    zone = player.zone if player else None
    days = _days_of(session, slack_user_id, zone)
    return streak(days, local_day(now, zone))


def _days_of(session: Session, slack_user_id: str, zone: str | None) -> set[date]:
    """Give the days on which somebody answered; where none was kept, as it is in their zone now."""
    own = TriviaAnswer.slack_user_id == slack_user_id
    kept = select(TriviaAnswer.answered_on).where(own, TriviaAnswer.answered_on.is_not(None)).distinct()
    others = select(TriviaAnswer.answered_at).where(own, TriviaAnswer.answered_on.is_(None))
    return {day for day in session.scalars(kept) if day} | {
        local_day(moment, zone) for moment in session.scalars(others)
    }


def is_on_boards(session: Session, slack_user_id: str) -> bool:
    player = session.get(Player, slack_user_id)
    return player is None or player.on_boards


def set_on_boards(session: Session, slack_user_id: str, *, wanted: bool) -> None:
    insert = insert_into(session, Player).values(
        slack_user_id=slack_user_id, on_boards=wanted, daily_state="off", course_day=0
    )
    session.execute(
        insert.on_conflict_do_update(index_elements=[Player.slack_user_id], set_={"on_boards": wanted})
    )


def list_to_look_up(session: Session, now: datetime, limit: int) -> Sequence[str]:
    """Players of this season of whom we have not asked for a day whether they still work here."""
    since = season_of(now).previous.begins_at
    plays = select(TriviaAnswer.id).where(
        TriviaAnswer.slack_user_id == Player.slack_user_id, TriviaAnswer.answered_at >= since
    )
    is_old = Player.looked_up_at.is_(None) | (Player.looked_up_at < now - LOOKED_UP)
    return session.scalars(
        select(Player.slack_user_id)
        .where(is_old, plays.exists())
        .order_by(Player.looked_up_at.is_not(None), Player.looked_up_at)
        .limit(limit)
    ).all()


def record_look_up(session: Session, slack_user_id: str, now: datetime, *, has_left: bool) -> None:
    """Hide from boards whoever has left; what they answered stays counted."""
    left_at = func.coalesce(Player.left_at, now) if has_left else None
    session.execute(
        update(Player).where(Player.slack_user_id == slack_user_id).values(looked_up_at=now, left_at=left_at)
    )
