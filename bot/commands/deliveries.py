"""What is planned, sent, missed, and why."""

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.commands import opened_store
from bot.config import Settings
from bot.run import utc_now
from persona_store.models import Delivery, Persona, Story, Subscription
from persona_store.posts.delivery_log import list_deliveries
from persona_store.posts.local_times import get_zone
from persona_store.posts.planning import SKIPPED
from persona_store.posts.subscriptions import list_subscriptions, next_post
from persona_store.stories import list_waiting

STATES = ("planned", "sending", "sent", "failed", "missed", "skipped")
SHOWN = 10_000
WIDEST = 48
"""Of a column but the last, in characters."""
WAITS = "Every approved story has been told there: it waits for a new one."

Row = dict[str, str | None]


@dataclass(frozen=True)
class Names:
    """``personas``: by slug; ``stories``: by id; ``waiting``: ids of subscriptions that wait for a story."""

    personas: Mapping[str, str]
    stories: Mapping[int, str]
    waiting: frozenset[int]


def deliveries_command(settings: Settings, options: argparse.Namespace) -> None:
    now = utc_now()
    with opened_store(settings) as store, store.read() as session:
        past = list_deliveries(
            session,
            channel_id=options.channel,
            states=options.state or (),
            since=now - timedelta(days=options.days),
            limit=SHOWN,
        )[::-1]
        wanted = [] if options.state and "planned" not in options.state else list_subscriptions(session)
        coming = [one for one in wanted if options.channel in (None, one.channel_id)]
        names = _names(session, past, coming, now)
    rows = [_past(one, names) for one in past] + [_coming(one, names) for one in coming]
    if options.json:
        print("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
    else:
        print("\n".join(_lines(rows)))


def _names(
    session: Session, past: Sequence[Delivery], coming: Sequence[Subscription], now: datetime
) -> Names:
    told = {(one.content or {}).get("story") for one in past if one.programme == "story"}
    stories = session.execute(select(Story.id, Story.title).where(Story.id.in_(told - {None})))
    personas = session.execute(select(Persona.slug, Persona.name))
    return Names(dict(personas.all()), dict(stories.all()), list_waiting(session, coming, now))


def _past(delivery: Delivery, names: Names) -> Row:
    state = "in doubt" if delivery.state == "sending" and delivery.in_doubt_since else delivery.state
    subscription = delivery.subscription
    if subscription and delivery.local_time:
        when = f"{delivery.local_time.replace('T', ' ')} {subscription.zone}"
    else:
        when = _moment(delivery.due_at, subscription.zone if subscription else "UTC")
    return {
        "when": when,
        "channel": delivery.channel_id,
        "programme": delivery.programme,
        "about": _about(delivery.content or {}, names),
        "state": state,
        "sent_at": delivery.sent_at.isoformat(timespec="seconds") if delivery.sent_at else None,
        "reason": delivery.reason,
    }


def _coming(subscription: Subscription, names: Names) -> Row:
    """The next delivery of a subscription, which is planned only when it comes due."""
    coming = next_post(subscription)
    waits = subscription.id in names.waiting
    is_skipped = coming is not None and subscription.skip == coming.local_time
    state = "waits" if waits else "next" if coming else subscription.state
    return {
        "when": _moment(coming.at, subscription.zone) if coming and not waits else "",
        "channel": subscription.channel_id,
        "programme": subscription.programme,
        "about": ", ".join(names.personas.get(slug, slug) for slug in subscription.personas) or None,
        "state": state,
        "sent_at": None,
        "reason": WAITS if waits else SKIPPED if is_skipped else None,
    }


def _moment(at: datetime, zone: str) -> str:
    return f"{at.astimezone(get_zone(zone)):%Y-%m-%d %H:%M} {zone}"


def _about(content: Mapping[str, Any], names: Names) -> str | None:
    """Name what a post told: the persona of a spotlight, the story."""
    if "persona" in content:
        return names.personas.get(content["persona"]) or str(content["persona"])
    return names.stories.get(content["story"]) if content.get("story") is not None else None


def _lines(rows: Sequence[Row]) -> Iterable[str]:
    if not rows:
        yield "Nothing was planned in that time, and no channel has subscribed."
        return
    columns = ("when", "channel", "programme", "about", "state", "reason")
    head: Row = {name: name for name in columns}
    cells = [[_fitted(row[name] or "", name) for name in columns] for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def _fitted(text: str, column: str) -> str:
    return text if column == "reason" or len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"
