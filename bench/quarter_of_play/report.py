"""What came of the quarter, counted from what was posted and clicked, and compared with what the bot says."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import mean, median
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bench.quarter_of_play.cast import CAST, LEAVES_BOARDS, LEAVES_COMPANY
from bench.quarter_of_play.quarter import BEGIN, Quarter
from persona_store.models import Delivery, TriviaAnswer, TriviaFlag, TriviaQuestion, TriviaRound
from persona_store.trivia.boards import FEWEST_PLAYERS, list_scores, streak_of
from persona_store.trivia.literacy import list_first_answers, share_of
from persona_store.trivia.scores import Season, ranked, streak

SEASON = Season(2027, 1)
EVENING, MORNING = 18, 9


def what_is_known(quarter: Quarter) -> Mapping[str, float]:
    """How much of all that can be asked each person would know now."""
    with quarter.place.store.read() as session:
        material = quarter.place.material(session)
    things = [(one.key, slug) for slug in material.subjects for one in material.askable[slug]]
    now = quarter.place.now
    return {
        person: mean(mind.likelihood(key, slug, now) for key, slug in things)
        for person, mind in quarter.minds.items()
    }


def report(quarter: Quarter, before: Mapping[str, float]) -> bool:
    """Print it; True where everything that we promise was kept."""
    checks = [*_rounds(quarter), *_boards(quarter), *_streaks(quarter)]
    _posts(quarter)
    _repeats(quarter)
    _questions(quarter)
    _literacy(quarter, before)
    checks.append(("the guest was refused", all(one and "employees" in one.text for one in quarter.refused)))
    refused = [call.reason for call in quarter.place.server.refusals]
    checks.append((f"nothing that Slack would refuse {refused[:3]}", not refused))
    print()
    for text, holds in checks:
        print(f"{'ok ' if holds else 'NOT'} {text}")
    return all(holds for _, holds in checks)


def _rounds(quarter: Quarter) -> Iterator[tuple[str, bool]]:
    with quarter.place.store.read() as session:
        rounds = session.scalars(select(TriviaRound)).all()
        sent = session.scalars(select(Delivery)).all()
    keys = Counter(
        (post.metadata or {}).get("event_payload", {}).get("key") for post in quarter.place.server.posts
    )
    by_key = {one.key: one for one in sent}
    states = Counter(one.state for one in rounds)
    posted = Counter(
        by_key[key].programme for key, times in keys.items() for _ in range(times) if key in by_key
    )
    reminders = [one for one in sent if one.programme == "trivia_reminder" and one.state == "sent"]
    print(f"rounds: {len(rounds)}, {dict(states)}; posts of each kind: {dict(posted)}")
    print(
        f"not sent: {dict(Counter(f'{one.programme}: {one.reason}' for one in sent if one.state != 'sent'))}"
    )
    yield "no post twice", all(times == 1 for key, times in keys.items() if key in by_key)
    yield "every round opened once", posted["trivia"] == len(rounds)
    closed = [one for one in rounds if one.state != "cancelled" and one.closes_at <= quarter.place.now]
    played = {given.round for given in quarter.given}
    yield (
        f"every round that was played is revealed once ({len(closed)} closed)",
        sum(one.id in played for one in closed) == posted["trivia_reveal"],
    )
    yield "at most one reminder a round", len(reminders) <= len(rounds)
    zones = {"C0PRODUCT": "Europe/Madrid", "C0SUPPORT": "Europe/London", "C0SALES": "America/New_York"}
    hours = [one.sent_at.astimezone(ZoneInfo(zones[one.channel_id])).hour for one in reminders if one.sent_at]
    yield f"reminders in working hours {sorted(set(hours))}", all(MORNING <= one < EVENING for one in hours)
    counted = {(one.round, one.person, one.question): one for one in quarter.given if one.round}
    with quarter.place.store.read() as session:
        answers = session.scalars(select(TriviaAnswer)).all()
    kept = {(one.round_id, one.slack_user_id, one.question_id): one.option for one in answers if one.round_id}
    yield (
        f"every answer in a round is kept once, the last of each ({len(kept)})",
        kept == {key: one.option for key, one in counted.items()},
    )
    alone = Counter(one.slack_user_id for one in answers if one.round_id is None)
    given = Counter(one.person for one in quarter.given if one.round is None)
    yield f"every answer alone is kept once ({sum(alone.values())})", alone == given


def _boards(quarter: Quarter) -> Iterator[tuple[str, bool]]:
    now = quarter.place.now
    with quarter.place.store.read() as session:
        rounds = {one.id: one for one in session.scalars(select(TriviaRound))}
        shown = ranked(list_scores(session, SEASON, now))
        here = {
            one: ranked(list_scores(session, SEASON, now, one))
            for one in ("C0PRODUCT", "C0SUPPORT", "C0SALES")
        }
    last = {(one.round, one.person, one.question): one for one in quarter.given if one.round}
    players: dict[int, set[str]] = defaultdict(set)
    for one in last.values():
        players[one.round or 0].add(one.person)
    points: Counter[str] = Counter()
    together: Counter[str] = Counter()
    for one in last.values():
        found = rounds[one.round or 0]
        if found.state != "cancelled" and found.closes_at < SEASON.ends_at:
            points[one.person] += one.is_right
            if len(players[found.id]) >= FEWEST_PLAYERS:
                together[one.person] += one.is_right
    hidden = {LEAVES_BOARDS, LEAVES_COMPANY}
    points, together = (
        Counter({person: count for person, count in counted.items() if person not in hidden})
        for counted in (points, together)
    )
    print("board of the season:")
    for standing in shown:
        score = standing.score
        print(f"  {standing.rank}. {score.slack_user_id} {score.points} of {score.answered}")
    winners = Counter(
        person
        for found in rounds.values()
        if found.state == "revealed"
        for person in _best(quarter, found.id)
    )
    print(f"best of a round (shared): {len(winners)} people, most often {winners.most_common(3)}")
    yield (
        "points are what was clicked",
        {one.score.slack_user_id: one.score.points for one in shown} == together,
    )
    yield (
        "boards of channels add up",
        sum(one.score.points for board in here.values() for one in board) == sum(points.values()),
    )
    yield "who left is on no board", not hidden & {one.score.slack_user_id for one in shown}


def _best(quarter: Quarter, round_id: int) -> list[str]:
    last = {(one.person, one.question): one for one in quarter.given if one.round == round_id}
    points: Counter[str] = Counter()
    for one in last.values():
        points[one.person] += one.is_right
    return [person for person, count in points.items() if count == max(points.values())]


def _streaks(quarter: Quarter) -> Iterator[tuple[str, bool]]:
    now = quarter.place.now
    wrong = []
    longest = []
    for one in CAST:
        zone = ZoneInfo(one.zone)
        days = {given.at.astimezone(zone).date() for given in quarter.given if given.person == one.id}
        with quarter.place.store.read() as session:
            said = streak_of(session, one.id, now)
        longest.append((said.longest, one.id))
        if said != streak(days, now.astimezone(zone).date()):
            wrong.append(one.id)
    print(f"longest streaks: {sorted(longest, reverse=True)[:5]}")
    yield f"streaks are what was clicked {wrong}", not wrong


def _posts(quarter: Quarter) -> None:
    box = quarter.place.server.box
    weeks = (quarter.place.now - BEGIN) / timedelta(days=7)
    for channel in box.world.channels.values():
        posts = [one for one in channel.messages.values() if one.is_from_bot]
        alone = Counter(one.ephemeral_to for one in channel.ephemerals.values())
        if channel.is_im or not posts:
            continue
        print(
            f"#{channel.name}: {len(posts) / weeks:.1f} posts a week; seen by one person alone: "
            f"{sum(alone.values()) / max(1, len(alone)) / weeks:.1f} a week and person"
        )
    direct = {
        channel.with_user: sum(one.is_from_bot for one in channel.messages.values())
        for channel in box.world.channels.values()
        if channel.is_im
    }
    print(f"direct messages: { ({who: count for who, count in direct.items() if count}) }")


def _repeats(quarter: Quarter) -> None:
    with quarter.place.store.read() as session:
        rounds = session.scalars(select(TriviaRound).order_by(TriviaRound.id)).all()
        questions = {one.id: one for one in session.scalars(select(TriviaQuestion))}
    for channel in sorted({one.channel_id for one in rounds}):
        asked = [
            (one.opened_at, number) for one in rounds if one.channel_id == channel for number in one.questions
        ]
        things = [(at, questions[number].statement) for at, number in asked if questions[number].statement]
        texts = Counter(questions[number].key for _, number in asked)
        print(
            f"{channel}: {len(asked)} questions, {sum(count - 1 for count in texts.values())} twice; "
            f"statements again after {_spans(things)}"
        )
    again: list[timedelta] = []
    for met in quarter.asked_alone.values():
        last: dict[str, datetime] = {}
        for at, _, _, key in met:
            if key in last:
                again.append(at - last[key])
            last[key] = at
    days = sorted(span / timedelta(days=1) for span in again)
    total = sum(map(len, quarter.asked_alone.values()))
    print(
        f"alone: {total} questions, {len(days)} the same as before"
        + (f", after {days[0]:.1f} to {days[-1]:.0f} days, median {median(days):.1f}" if days else "")
    )


def _spans(things: Sequence[tuple[datetime, str | None]]) -> str:
    last: dict[str | None, datetime] = {}
    spans = []
    for at, key in things:
        if key in last:
            spans.append((at - last[key]) / timedelta(days=7))
        last[key] = at
    return f"{len(spans)} times, {min(spans):.0f} to {max(spans):.0f} weeks" if spans else "never"


def _questions(quarter: Quarter) -> None:
    with quarter.place.store.read() as session:
        questions = session.scalars(select(TriviaQuestion)).all()
        flags = session.scalars(select(TriviaFlag)).all()
        rounds = session.scalars(select(TriviaRound)).all()
    by_id = {one.id: one for one in questions}
    in_rounds = Counter(by_id[number].kind for one in rounds for number in one.questions)
    total = sum(in_rounds.values())
    print(
        "kinds in rounds: "
        + ", ".join(f"{kind} {100 * count / total:.0f} %" for kind, count in in_rounds.most_common())
    )
    alone = Counter(
        by_id[number].kind for met in quarter.asked_alone.values() for _, how, number, _ in met if number
    )
    print("kinds alone: " + ", ".join(f"{kind} {count}" for kind, count in alone.most_common()))
    flagged = 100 * len(flags) / len(questions)
    print(
        f"{len(questions)} questions asked, {len(flags)} flagged ({flagged:.1f} %), "
        f"{sum(one.state == 'retired' for one in questions)} retired, written by the council: "
        f"{sum(one.author is not None for one in questions)}, asked in "
        f"{sum(by_id[number].author is not None for one in rounds for number in one.questions)} rounds"
    )
    late = [
        one.id
        for one in rounds
        for number in one.questions
        if number in quarter.retired and one.opened_at > quarter.retired[number]
    ]
    print(f"retired questions asked afterwards: {len(late)}")


def _literacy(quarter: Quarter, before: Mapping[str, float]) -> None:
    after = what_is_known(quarter)
    groups: dict[str, list[str]] = defaultdict(list)
    for one in CAST:
        how = (
            "course"
            if one.course is not None
            else "daily"
            if one.daily
            else "alone"
            if one.alone
            else "rounds only"
        )
        groups[how].append(one.id)
    print("known of all that can be asked, before and after:")
    for how, people in groups.items():
        first, last = mean(before[one] for one in people), mean(after[one] for one in people)
        print(f"  {how} ({len(people)} people): {100 * first:.0f} -> {100 * last:.0f} %")
    with quarter.place.store.read() as session:
        answers = list_first_answers(session, BEGIN, quarter.place.now)
    for month in (1, 2, 3):
        share = share_of(one for one in answers if one.answered_at.month == month)
        low, high = share.interval
        print(
            f"  first answers in month {month}: {share.right} of {share.answers} right "
            f"({100 * low:.0f} to {100 * high:.0f} %)"
        )
    for month in (1, 2, 3):
        given = [one for one in quarter.given if one.at.month == month]
        right = 100 * mean(one.is_right for one in given)
        print(f"  all answers in month {month}: {right:.0f} % of {len(given)} right")
