"""What happens once: a guest tries, somebody leaves, a question is written, flagged, retired."""

import json
import tempfile
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import select

from bench.quarter_of_play.cast import (
    CAST,
    GUEST,
    LEAVES_BOARDS,
    LEAVES_COMPANY,
    PAUSES,
    PRODUCT,
    STOPS,
    SUPPORT,
)
from bench.quarter_of_play.quarter import BEGIN, DAY, HOUR, WEEK, WEEKS, Quarter
from persona_store.models import Delivery, TriviaQuestion, TriviaRound
from persona_store.packs import check_pack, export_pack, import_pack
from persona_store.packs.writing import json_text

REASON = "Two of these are right, I think."
ABOUT = "priya.worst-shop-first"
WRITTEN = {
    "prompt": "Which of her shops does Priya put into a pilot?",
    "right": "The most awkward one that she can find",
    "wrong_1": "The flagship with the best of her teams",
    "wrong_2": "The one that opened last, without habits",
    "wrong_3": "The one that is nearest to the head office",
    "why": "A tool that copes with the most awkward shop copes anywhere, she says.",
}


def lay_out(quarter: Quarter) -> None:
    """Put it all on the agenda."""
    week = [BEGIN + number * WEEK for number in range(WEEKS)]
    noon = 6 * HOUR
    at = quarter.at
    for one in CAST:
        if one.daily:
            at(BEGIN + HOUR, partial(change_daily, quarter, one.id, one.daily))
        if one.course is not None:
            at(BEGIN + one.course * DAY + 3 * HOUR, partial(begin_course, quarter, one.id))
    at(week[1] + DAY + noon, partial(let_guest_try, quarter))
    at(week[2] + noon, partial(click_in_boards, quarter, LEAVES_BOARDS, "Leave the boards"))
    at(week[3] + noon, partial(write_question, quarter))
    at(week[4] + noon, partial(start_by_hand, quarter, "U0BOB", SUPPORT, "3 4"))
    at(week[5] + 2 * DAY, partial(change_statements, quarter))
    at(week[6] + 4 * DAY, partial(quarter.place.deactivate, LEAVES_COMPANY))
    at(week[6] + 3 * HOUR, partial(change_daily, quarter, PAUSES, "pause"))
    at(week[8] + 3 * HOUR, partial(change_daily, quarter, PAUSES, "resume"))
    at(week[8] + noon, partial(change_daily, quarter, STOPS, "stop"))
    at(week[9] + noon, partial(start_by_hand, quarter, "U0ALICE", PRODUCT, "2 24", cancel=True))
    for number in (2, 6, 10):
        at(week[number] + DAY + 4 * HOUR, partial(flag, quarter, "U0WIM", PRODUCT))
        at(week[number] + 4 * DAY, partial(settle, quarter, keep=number == 6))
    for start in week:
        at(start + HOUR, quarter.place.bot.profiles.read)


def change_daily(quarter: Quarter, person: str, wish: str) -> None:
    quarter.place.command(person, quarter.players[person].channels[0], f"/persona trivia daily {wish}")


def begin_course(quarter: Quarter, person: str) -> None:
    channel = quarter.players[person].channels[0]
    quarter.place.command(person, channel, "/persona learn")
    offer = quarter.place.said_to(person, channel)
    assert offer is not None
    assert quarter.place.press(person, offer, "learning.course", "at_once")


def let_guest_try(quarter: Quarter) -> None:
    post, found = _latest(quarter, PRODUCT)
    shown = quarter.place.message(PRODUCT, post.ts or "")
    quarter.place.press(GUEST, shown, "trivia.answer", f"{found.id}:0:0")
    quarter.refused.append(quarter.place.said_to(GUEST, PRODUCT))
    quarter.place.command(GUEST, PRODUCT, "/persona trivia")
    quarter.refused.append(quarter.place.said_to(GUEST, PRODUCT))


def click_in_boards(quarter: Quarter, person: str, button: str) -> None:
    quarter.place.command(person, quarter.players[person].channels[0], "/persona trivia boards")
    view = quarter.place.window(person)
    assert view is not None
    quarter.place.note(f"{person} sees\n{quarter.place.text_of(view.content['blocks'])}")
    assert quarter.place.press(person, view, button)
    quarter.place.close_windows(person)


def start_by_hand(quarter: Quarter, person: str, channel: str, wanted: str, *, cancel: bool = False) -> None:
    quarter.place.command(person, channel, f"/persona trivia start {wanted}")
    quarter.place.go_to(quarter.place.now + timedelta(seconds=3))
    quarter.notice_posts()
    if cancel:
        quarter.at(quarter.place.now + 3 * HOUR, partial(_cancel, quarter, person, channel))


def _cancel(quarter: Quarter, person: str, channel: str) -> None:
    post, found = _latest(quarter, channel)
    quarter.place.choose(person, quarter.place.message(channel, post.ts or ""), f"cancel:{found.id}")
    quarter.place.submit(person)
    quarter.place.close_windows(person)


def _latest(quarter: Quarter, channel: str) -> tuple[Delivery, TriviaRound]:
    with quarter.place.store.read() as session:
        rounds = select(TriviaRound).where(TriviaRound.channel_id == channel)
        found = session.scalars(rounds.order_by(TriviaRound.id.desc())).first()
        assert found is not None
        return session.get_one(Delivery, found.id), found


def flag(quarter: Quarter, person: str, channel: str) -> None:
    post, found = _latest(quarter, channel)
    place = quarter.chance.randrange(len(found.questions))
    shown = quarter.place.message(channel, post.ts or "")
    assert quarter.place.choose(person, shown, f"flag:{found.id}:{place}")
    assert not quarter.place.submit(person, reason={"value": REASON})
    quarter.place.close_windows(person)
    quarter.flagged.append(found.questions[place])


def settle(quarter: Quarter, *, keep: bool) -> None:
    number = quarter.flagged[-1]
    home = quarter.place.home("U0CAROL")
    assert quarter.place.press("U0CAROL", home, "council.show_flagged")
    view = quarter.place.window("U0CAROL")
    assert view is not None
    quarter.place.note(f"Carol sees\n{quarter.place.text_of(view.content['blocks'])}")
    wish = "keep" if keep else "retire"
    assert quarter.place.press("U0CAROL", view, "council.settle_question", f"{wish}:{number}")
    quarter.place.close_windows("U0CAROL")
    if not keep:
        quarter.retired[number] = quarter.place.now


def write_question(quarter: Quarter) -> None:
    quarter.place.command("U0CAROL", PRODUCT, "/persona trivia write")
    typed = {name: {"value": text} for name, text in WRITTEN.items()}
    about = {"selected_option": {"value": ABOUT}}
    wrong = quarter.place.submit("U0CAROL", about=about, **typed)
    assert not wrong, wrong
    wrong = quarter.place.submit("U0CAROL")
    assert not wrong, wrong
    quarter.place.close_windows("U0CAROL")


def change_statements(quarter: Quarter) -> None:
    """The council publishes: a fifth of what is said of everybody says something else now."""
    with tempfile.TemporaryDirectory() as folder, quarter.place.store.begin() as session:
        pack = json.loads(json_text(export_pack(session)))
        for persona in pack["personas"]:
            for statement in quarter.chance.sample(persona["statements"], 3):
                statement["text"] = f"{statement['text'].rstrip('.')}, and more often than a year ago."
        file = Path(folder) / "pack.json"
        file.write_text(json.dumps(pack), "utf8")
        checked, problems = check_pack(file, today=quarter.place.now.date())
        assert checked, problems
        import_pack(session, checked, now=quarter.place.now, published_by="the council")
        session.flush()
        for question in session.scalars(select(TriviaQuestion).where(TriviaQuestion.state == "retired")):
            quarter.retired.setdefault(question.id, quarter.place.now)
