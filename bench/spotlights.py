"""Half a year of spotlights of the example company, to be read: python -m bench.spotlights [--check]."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.app import TRIVIA
from bot.blocks import Block
from bot.desk import Composed, Desk
from bot.sandbox.start import prepare_store
from bot.spotlights.scheduled import compose
from bot.wording import Words
from persona_store.answering import Answering
from persona_store.database import Store, open_store
from persona_store.language.embedding import find_embedder
from persona_store.models import Delivery, Subscription
from persona_store.packs import Pack, export_pack, import_pack
from persona_store.spotlights.turn import WEIGHTS
from persona_store.trivia.loading import Materials

FIRST = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
WEEKS, LENSES = 26, ("marketing", "product")
REVISED = {
    9: (
        "priya",
        {
            "priya.peer-call": "Needs two calls with peers at similar-sized groups, one of whom has left us, "
            "before recommending a purchase",
            "priya.short-list": "Needs a list of three things to settle this week, and nothing else on it",
        },
    ),
    17: (
        "berit",
        {
            "berit.seat-in-the-demo": "Expects a seat in the demo, held late in the afternoon, and the data "
            "sheet beforehand",
            "berit.prints-the-plan": "Prints the bake plan twice, one for the mixer and one for the ovens",
        },
    ),
}
"""In which week who gets a new revision, a day before the spotlight: statements with their new texts."""


@dataclass(frozen=True)
class Shown:
    week: int
    lens: str
    composed: Composed

    @property
    def content(self) -> dict[str, Any]:
        return self.composed.content

    @property
    def text(self) -> str:
        return plain_text(self.composed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weeks", type=int, default=WEEKS)
    parser.add_argument("--lens", action="append", help="default: marketing and product; none: no lens")
    parser.add_argument("--check", action="store_true", help="check them instead of printing them")
    options = parser.parse_args()
    problems: list[str] = []
    for lens in options.lens or LENSES:
        shown = list(spotlights(options.weeks, lens))
        if options.check:
            print("\n".join(figures(shown)))
            problems += wrong(shown)
            continue
        for one in shown:
            print(
                f"\n{'=' * 100}\nWeek {one.week}, {lens} lens: {one.content['why']}\n{'-' * 100}\n{one.text}"
            )
    if options.check:
        print(
            "\n".join(problems) or "No two in a row alike; nothing of a persona's last spotlight comes again."
        )
        sys.exit(bool(problems))


def spotlights(weeks: int, lens: str, personas: Sequence[str] = ()) -> Iterator[Shown]:
    """What one channel is told, week by week."""
    store = open_store("sqlite://")
    prepare_store(store, FIRST)
    embedder = find_embedder({})
    answering = Answering(store, embedder)
    answering.keep_up()
    desk = Desk(store, answering, Words(), "U0PERSONA", FIRST, materials=Materials(answering, TRIVIA))
    with store.begin() as session:
        subscription = Subscription(
            channel_id="C0MARKETING",
            programme="spotlight",
            weekdays=[0],
            local_time="09:30",
            zone="UTC",
            lens=lens if lens != "none" else None,
            personas=list(personas),
            slack_user_id="U0ALICE",
            state="active",
            created_at=FIRST,
        )
        session.add(subscription)
    for week in range(1, weeks + 1):
        at = FIRST + timedelta(weeks=week - 1)
        if week in REVISED:
            revise(store, *REVISED[week], at - timedelta(days=1))
        yield Shown(week, lens, post(store, subscription, replace(desk, now=at)))
    store.close()


def post(store: Store, subscription: Subscription, desk: Desk) -> Composed:
    with store.begin() as session:
        delivery = Delivery(
            key=f"{subscription.id} {desk.now}",
            subscription=session.merge(subscription),
            programme="spotlight",
            channel_id=subscription.channel_id,
            due_at=desk.now,
            state="planned",
        )
        session.add(delivery)
        session.flush()
        composed = compose(session, delivery, desk)
        delivery.content, delivery.state, delivery.sent_at = composed.content, "sent", desk.now
    return composed


def revise(store: Store, slug: str, texts: dict[str, str], now: datetime) -> None:
    """Reword some of a persona's statements, retire the last one, and add one."""
    with store.begin() as session:
        pack = export_pack(session)
        given = next(one for one in pack.personas if one.slug == slug).model_dump(
            mode="json", exclude_none=True
        )
        statements = given["statements"][:-1]
        for statement in statements:
            statement["text"] = texts.get(statement["id"], statement["text"])
        statements.append(
            {
                "id": f"{slug}.suppliers-on-sundays",
                "kind": "behaviour",
                "text": "Reads what suppliers write on Sunday evening, and answers none of it before Tuesday",
                "evidence": [pack.evidence[-1].id],
            }
        )
        revised = {**given, "statements": statements, "verified_on": str(now.date())}
        import_pack(session, Pack.model_validate({"personas": [revised]}), now=now, published_by="bench")


def plain_text(composed: Composed) -> str:
    """The post as somebody reads it who sees no layout."""
    return "\n".join(line for block in composed.message.blocks for line in _lines(block))


def _lines(block: Block) -> Iterator[str]:
    match block:
        case {"type": "section"}:
            accessory = block.get("accessory", {}).get("text", {}).get("text")
            yield f"{block['text']['text']}{f'   [{accessory}]' if accessory else ''}"
        case {"type": "header"}:
            yield f"# {block['text']['text']}"
        case {"type": "context"}:
            yield from (f"({element['text']})" for element in block["elements"])
        case {"type": "actions"}:
            yield " ".join(f"[{element['text']['text']}]" for element in block["elements"])
        case {"type": "divider"}:
            yield "---"


def figures(shown: Sequence[Shown]) -> Iterator[str]:
    """Who came how often, and how that compares with their weights."""
    times = Counter(one.content["persona"] for one in shown)
    sizes = [len(one.text) for one in shown]
    yield f"{shown[0].lens} lens, {len(shown)} spotlights, {min(sizes)} to {max(sizes)} characters"
    yield "| persona | times | by weight |\n|---|---|---|"
    priorities = {"priya": "primary", "marco": "primary", "berit": "primary"} | dict.fromkeys(
        ("yuki", "delphine"), "secondary"
    )
    weights = {slug: WEIGHTS[priorities.get(slug, "negative")] for slug in times}
    for slug, count in times.most_common():
        yield f"| {slug} | {count} | {len(shown) * weights[slug] / sum(weights.values()):.1f} |"


def wrong(shown: Sequence[Shown]) -> Iterator[str]:
    last: dict[str, Shown] = {}
    for before, one in zip([None, *shown], shown, strict=False):
        slug, told = one.content["persona"], set(one.content["statements"])
        if before is not None and (told & set(before.content["statements"]) or one.text == before.text):
            yield f"week {one.week}: as in the week before"
        if slug in last and one.content["revision"] == last[slug].content["revision"]:
            again = told & set(last[slug].content["statements"])
            if again or one.content["step"] == last[slug].content["step"]:
                yield f"week {one.week}: told again of {slug}: {', '.join(sorted(again)) or 'the same step'}"
        if one.content["question"] is None:
            yield f"week {one.week}: no question"
        last[slug] = one


if __name__ == "__main__":
    main()
