"""What people get wrong in trivia, so that spotlights take it up."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from persona_store.spotlights.turn import Misses
from persona_store.trivia.literacy import FEWEST_PEOPLE, list_first_answers, list_players, share_of

WITHIN = timedelta(days=90)
LATEST = 20_000
"""First answers looked at, so that a company of thousands does not hold up its spotlights."""
TELLING = 0.3
"""From this share of wrong first answers on a persona comes sooner."""


class Missing:
    """What people get wrong in trivia: those who play in the channel, or all where those are few."""

    def __init__(self, session: Session, channel_id: str, now: datetime) -> None:
        since = now - WITHIN
        everybody = list_first_answers(session, since, now, LATEST)
        players = set(list_players(session, channel_id, since)) if everybody else set()
        self._all = everybody
        self._here = [one for one in everybody if one.slack_user_id in players]

    def about(self, slug: str, met_at: datetime | None) -> Misses | None:
        """Count what came since the channel met the persona: what came before has been taken up."""
        for answers, is_here in ((self._here, True), (self._all, False)):
            share = share_of(
                one for one in answers if one.persona == slug and (met_at is None or one.answered_at > met_at)
            )
            if share.people >= FEWEST_PEOPLE and share.answers:
                is_telling = share.wrong >= TELLING * share.answers
                return Misses(share.wrong, share.answers, is_here) if is_telling else None
        return None

    def statements(self, slug: str) -> set[str]:
        """Keys of those that more people got wrong than right."""
        balance: Counter[str] = Counter()
        for one in self._all:
            if one.persona == slug and one.statement:
                balance[one.statement] += -1 if one.is_right else 1
        return {key for key, wrong in balance.items() if wrong > 0}
