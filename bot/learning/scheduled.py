"""What is sent to people who asked for it: the question of the day, the days of the course."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy.orm import Session

from bot.desk import Composed, Desk
from bot.learning import lessons, messages
from bot.learning.messages import DELIVERED, Asked
from bot.outbox import Planner
from persona_store.errors import NothingToPostError
from persona_store.models import Delivery, Player
from persona_store.trivia import daily
from persona_store.trivia.choosing import Next, next_question
from persona_store.trivia.course import DAYS, lesson, to_ask
from persona_store.trivia.players import keep_department, list_unprofiled
from persona_store.trivia.solo import times_answered

log = logging.getLogger(__name__)

LEARNING = Planner(daily.plan_due, daily.next_planning)
DEPARTMENT_FIELDS = ("department", "division", "team")
PROFILES_PER_TICK = 10
FIELDS_KEPT = timedelta(hours=6)


def compose_daily(session: Session, delivery: Delivery, desk: Desk) -> Composed:
    player = session.get(Player, delivery.channel_id)
    if player is None or player.daily_state != daily.ON:
        raise NothingToPostError(desk.words.plain(messages.DAILY, "stopped_before"))
    found = next_question(session, desk.material(session), delivery.channel_id, desk.now)
    if found is None:
        raise NothingToPostError(desk.words.plain(messages.PIECES, "nothing"))
    head = messages.head(desk.words, found.why, missed=found.missed, daily=True)
    asked = _asked(session, delivery, found, head)
    message = messages.question_message(desk.words, asked, *messages.daily_foot(desk.words))
    return Composed(message, {"question": found.made.as_json()})


def compose_course(session: Session, delivery: Delivery, desk: Desk) -> Composed:
    """A day that tells and asks; the last one says how the person stands."""
    person, day = delivery.channel_id, int((delivery.content or {})["day"])
    player = session.get(Player, person)
    if player is None or player.course_state not in (daily.ON, daily.DONE) or player.course_day < day:
        raise NothingToPostError(desk.words.plain(lessons.PIECES, "stopped_before"))
    if day >= DAYS:
        stands = lessons.stands_of(session, desk, person)
        return Composed(lessons.summary_message(desk.words, stands), {"day": day})
    material = desk.material(session)
    told = lesson(material, day, person)
    if told is None:
        raise NothingToPostError(desk.words.plain(lessons.PIECES, "nobody"))
    shown = [one.key for visit in told.visits for one in visit.statements]
    visited = [visit.persona for visit in told.visits]
    wanted = to_ask(session, told, person)
    found = next_question(
        session,
        material,
        person,
        desk.now,
        personas=() if wanted else visited,
        statements=wanted,
        hidden=shown,
    )
    asked = None
    content: dict[str, Any] = {"day": day}
    if found is not None:
        head = lessons.question_head(desk.words, is_told=found.made.statement in told.told)
        asked = _asked(session, delivery, found, head)
        content["question"] = found.made.as_json()
    return Composed(
        lessons.lesson_message(desk.words, lessons.shown_lesson(session, told), asked, desk.now), content
    )


def _asked(session: Session, delivery: Delivery, found: Next, head: str) -> Asked:
    turn = times_answered(session, delivery.channel_id, found.made.key)
    options = [option.text for option in found.made.options]
    return Asked(f"{DELIVERED}{delivery.id}", turn, found.made.prompt, options, head)


class Profiles:
    """Learns where players work, from their Slack profiles; called by the clock. One per process.

    A workspace names its profile fields itself: what is called department, division or team is taken.
    """

    def __init__(self, client: WebClient, lay_out: Callable[[], Desk]) -> None:
        self._client = client
        self._lay_out = lay_out
        self._field: str | None = None
        self._again_at: Any = None

    def read(self) -> None:
        """Ask about a few players of whom nothing was asked for long."""
        desk = self._lay_out()
        with desk.store.read() as session:
            people = list_unprofiled(session, desk.now, PROFILES_PER_TICK)
        if not people:
            return
        try:
            field = self._department_field(desk)
            for person in people:
                department = self._department_of(person, field) if field else None
                with desk.store.begin() as session:
                    keep_department(session, person, department, desk.now)
        except (SlackApiError, OSError) as error:
            log.info("profiles not read: %s", type(error).__name__)

    def _department_field(self, desk: Desk) -> str | None:
        if self._again_at is None or desk.now >= self._again_at:
            self._again_at = desk.now + FIELDS_KEPT
            self._field = None
            try:
                fields = self._client.team_profile_get()["profile"]["fields"]
            except SlackApiError as error:
                if error.response.get("error") not in ("missing_scope", "not_allowed_token_type"):
                    self._again_at = None
                    raise
                fields = []
            named = {str(one.get("label", "")).strip().casefold(): one["id"] for one in fields}
            self._field = next((named[name] for name in DEPARTMENT_FIELDS if name in named), None)
        return self._field

    def _department_of(self, slack_user_id: str, field: str) -> str | None:
        try:
            profile = self._client.users_profile_get(user=slack_user_id)["profile"]
        except SlackApiError as error:
            if error.response.get("error") in ("user_not_found", "user_not_visible"):
                return None
            raise
        value = ((profile.get("fields") or {}).get(field) or {}).get("value")
        return " ".join(value.split()) or None if isinstance(value, str) else None
