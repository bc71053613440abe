"""The posts of rounds, and the ticks that keep them true: numbers, last words, who has left."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy.orm import Session

from bot.blocks import Message
from bot.desk import Composed, Desk
from bot.people import Directory
from bot.rights import EVERYONE_INSIDE
from bot.trivia import messages, results
from bot.trivia.messages import Asked, Opening
from bot.trivia.results import Shown, asked_of
from bot.wording import message_url
from persona_store.errors import NothingToPostError
from persona_store.models import Delivery, TriviaQuestion, TriviaRound
from persona_store.personas import get_personas, get_statements
from persona_store.posts.deliveries import add_notice
from persona_store.trivia.boards import list_to_look_up, record_look_up
from persona_store.trivia.made import Made
from persona_store.trivia.picking import pick_questions
from persona_store.trivia.results import (
    NOT_POSTED,
    count_players,
    list_not_posted,
    list_past_rounds,
    list_reveals_to_mend,
    list_to_update,
    list_unopened,
    owners_of,
    questions_of,
    result_of,
)
from persona_store.trivia.rounds import (
    REVEAL,
    content_of,
    get_round,
    mark_revealed,
    open_round,
    wanted_for,
)

log = logging.getLogger(__name__)

PER_TICK = 10
"""Edits at a time: Slack takes some fifty a minute."""
PATIENCE = timedelta(seconds=30)
"""Between two edits of one message while people answer."""
LOOKED_UP_PER_TICK = 5
BUSY = timedelta(minutes=1)


def compose_round(session: Session, delivery: Delivery, desk: Desk) -> Composed:
    """Make the questions, and the message that asks them."""
    wanted = wanted_for(delivery)
    made = pick_questions(session, desk.material(session), delivery.key, wanted)
    content = content_of(wanted, made, desk.now)
    starter = wanted.started_by if delivery.subscription is None else None
    closes_at = datetime.fromisoformat(content["closes_at"])
    opening = Opening(delivery.id, [_asked(one) for one in made], closes_at, starter)
    while len(made) > 1 and not messages.fits(desk.words, opening):
        made = made[:-1]
        opening = Opening(delivery.id, [_asked(one) for one in made], closes_at, starter)
    if not made:
        raise NothingToPostError(desk.words.plain(messages.ROUND, "nothing"))
    return Composed(messages.opening_message(desk.words, opening), content_of(wanted, made, desk.now))


def compose_reveal(session: Session, delivery: Delivery, desk: Desk) -> Composed:
    """Tell the answers of a round that has closed."""
    found = _round_of(session, delivery, desk)
    result = result_of(session, found)
    if result.players == 0:
        raise NothingToPostError(desk.words.plain(messages.ROUND, "nobody"))
    message = results.reveal_message(desk.words, shown_result(session, found, desk))
    return Composed(message, {"round": found.id, "digest": result.digest})


def compose_reminder(session: Session, delivery: Delivery, desk: Desk) -> Composed:
    """Remind people, unless as many as the last time have answered by themselves."""
    found = _round_of(session, delivery, desk)
    if found.closes_at <= desk.now:
        raise NothingToPostError(desk.words.plain(messages.ROUND, "closed_before"))
    players = count_players(session, found.id)
    before = list_past_rounds(session, found.channel_id, desk.now, 1)
    if before and players >= max(1, count_players(session, before[0].id)):
        raise NothingToPostError(desk.words.plain(messages.ROUND, "enough"))
    url = url_of(session, found, desk)
    message = messages.reminder_message(desk.words, players, found.closes_at, url)
    return Composed(message, {"round": found.id})


def opened(session: Session, delivery: Delivery, _desk: Desk) -> None:
    """Open the round, together with the record that it was posted."""
    sent = session.get_one(Delivery, delivery.id)
    open_round(session, sent, sent.sent_at or sent.due_at)


def revealed(session: Session, delivery: Delivery, _desk: Desk) -> None:
    mark_revealed(session, int((delivery.content or {})["round"]))


def shown_result(session: Session, found: TriviaRound, desk: Desk) -> Shown:
    result = result_of(session, found)
    keys = [one.question.statement for one in result.questions if one.question.statement]
    statements = {row.key: row for row in get_statements(session, keys)}
    slugs = {slug for one in result.questions for slug in owners_of(one.question).values()}
    names = {one.slug: one.name for one in get_personas(session, sorted(slugs))}
    return Shown(result, statements, desk.now, url_of(session, found, desk), names)


def url_of(session: Session, found: TriviaRound, desk: Desk) -> str:
    """The address of a round's opening message; nothing where we do not know it."""
    delivery = session.get(Delivery, found.id)
    if delivery is None or delivery.ts is None or not desk.workspace_url:
        return ""
    return message_url(desk.workspace_url, delivery.channel_id, delivery.ts)


def _round_of(session: Session, delivery: Delivery, desk: Desk) -> TriviaRound:
    found = get_round(session, int((delivery.content or {})["round"]))
    if found.state == "cancelled":
        raise NothingToPostError(desk.words.plain(messages.ROUND, "was_cancelled"))
    return found


def _asked(made: Made) -> Asked:
    return Asked(made.prompt, [option.text for option in made.options])


class Bulletin:
    """Edits what was posted of rounds until it tells what is known. One per process; two may do the same.

    What a dead process did not do is done by the next tick: what a message tells is in the store.
    """

    def __init__(self, client: WebClient, directory: Directory, lay_out: Callable[[], Desk]) -> None:
        self._client = client
        self._directory = directory
        self._lay_out = lay_out
        self._edited_at: dict[int, datetime] = {}
        self._busy_until: datetime | None = None

    def keep_up(self) -> None:
        """Open what was left unopened, then edit the messages that tell too little."""
        desk = self._lay_out()
        self._open_left(desk)
        self._tell_starters(desk)
        if self._busy_until is not None and desk.now < self._busy_until:
            return
        try:
            self._update_openings(desk)
            self._mend_reveals(desk)
            self._look_up_players(desk)
        except SlackApiError as error:
            log.warning("rounds not edited now code=%s", error.response.get("error"))
            self._busy_until = desk.now + BUSY

    def _open_left(self, desk: Desk) -> None:
        with desk.store.read() as session:
            left = [one.id for one in list_unopened(session, desk.now)]
        for delivery_id in left:
            with desk.store.begin() as session:
                opened(session, session.get_one(Delivery, delivery_id), desk)

    def _tell_starters(self, desk: Desk) -> None:
        """Tell whoever started a round, once, that it or its answers could not be posted."""
        with desk.store.read() as session:
            is_due = bool(list_not_posted(session, desk.now))
        if is_due:
            with desk.store.begin() as session:
                for delivery in list_not_posted(session, desk.now):
                    _tell_starter(session, delivery, desk)

    def _update_openings(self, desk: Desk) -> None:
        with desk.store.read() as session:
            due = [
                (found.id, number, _opening_now(session, found, delivery, number, desk), delivery)
                for found, delivery, number in list_to_update(session, desk.now, PER_TICK)
                if number == -1 or self._is_time(found.id, desk.now)
            ]
        for round_id, number, opening, delivery in due:
            message = messages.opening_message(desk.words, opening)
            is_there = self._edit(delivery, message)
            with desk.store.begin() as session:
                tally = None if number == -1 or not is_there else number
                session.get_one(TriviaRound, round_id).tally = tally
            self._edited_at[round_id] = desk.now
            if number == -1:
                self._edited_at.pop(round_id, None)

    def _is_time(self, round_id: int, now: datetime) -> bool:
        before = self._edited_at.get(round_id)
        return before is None or abs(now - before) >= PATIENCE

    def _mend_reveals(self, desk: Desk) -> None:
        """A click that came before the close was worked on after the reveal."""
        with desk.store.read() as session:
            due = [
                (
                    delivery,
                    results.reveal_message(desk.words, shown_result(session, result.round, desk)),
                    result,
                )
                for result, delivery in list_reveals_to_mend(session, desk.now)[:PER_TICK]
            ]
        for delivery, message, result in due:
            self._edit(delivery, message)
            with desk.store.begin() as session:
                kept = session.get_one(Delivery, delivery.id)
                kept.content = (kept.content or {}) | {"digest": result.digest}

    def _edit(self, delivery: Delivery, message: Message) -> bool:
        """Change a message that was posted; False where it cannot be changed any more."""
        place = self._directory.place_of_post(self._client, delivery.channel_id)
        if not place.may_post:
            return False
        said = {name: part for name, part in message.payload().items() if name in ("text", "blocks")}
        try:
            self._client.chat_update(channel=delivery.channel_id, ts=delivery.ts or "", **said)
        except SlackApiError as error:
            if error.response.get("error") in ("ratelimited", "internal_error", "fatal_error"):
                raise
            log.info("message gone delivery=%s code=%s", delivery.id, error.response.get("error"))
            return False
        return True

    def _look_up_players(self, desk: Desk) -> None:
        """Learn who has left, a few at a time, so that no board shows them."""
        with desk.store.read() as session:
            wanted = list_to_look_up(session, desk.now, LOOKED_UP_PER_TICK)
        found = {one: self._directory.role_of(self._client, one) for one in wanted}
        if found:
            with desk.store.begin() as session:
                for one, role in found.items():
                    record_look_up(session, one, desk.now, has_left=role not in EVERYONE_INSIDE)


def _tell_starter(session: Session, delivery: Delivery, desk: Desk) -> None:
    told = delivery.content or {}
    found = session.get(TriviaRound, told["round"]) if delivery.programme == REVEAL else None
    starter = found.started_by if found else told.get("started_by")
    message = messages.not_posted_message(
        desk.words, delivery.channel_id, delivery.reason or "", is_reveal=found is not None
    )
    key = f"{NOT_POSTED}{delivery.id}"
    if starter:
        add_notice(session, key, starter, message.payload(), desk.now)


def _opening_now(
    session: Session, found: TriviaRound, delivery: Delivery, number: int, desk: Desk
) -> Opening:
    """What the opening message is to say now."""
    state = "open" if number != -1 else "cancelled" if found.state == "cancelled" else "over"
    reveal = session.get(Delivery, found.reveal_id) if found.reveal_id else None
    url = message_url(desk.workspace_url, reveal.channel_id, reveal.ts) if reveal and reveal.ts else ""
    questions: Sequence[TriviaQuestion] = questions_of(session, found)
    return Opening(
        found.id,
        [asked_of(one) for one in questions],
        found.closes_at,
        found.started_by if delivery.subscription_id is None else None,
        count_players(session, found.id),
        state,
        url if desk.workspace_url else "",
    )
