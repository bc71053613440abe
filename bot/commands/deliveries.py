"""What is planned, sent, missed, and why."""

import argparse
import json
from collections.abc import Iterable, Sequence
from datetime import timedelta

from bot.commands import opened_store
from bot.config import Settings
from bot.run import utc_now
from persona_store.deliveries import list_deliveries
from persona_store.models import Delivery, Subscription
from persona_store.subscriptions import list_subscriptions

STATES = ("planned", "sending", "sent", "failed", "missed", "skipped")
SHOWN = 10_000


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
        planned = [] if options.state and "planned" not in options.state else list_subscriptions(session)
    coming = [one for one in planned if options.channel in (None, one.channel_id)]
    rows = [*map(_past, past), *map(_coming, coming)]
    if options.json:
        print("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
    else:
        print("\n".join(_lines(rows)))


def _past(delivery: Delivery) -> dict[str, str | None]:
    state = "in doubt" if delivery.state == "sending" and delivery.in_doubt_since else delivery.state
    zone = delivery.subscription.zone if delivery.subscription else "UTC"
    return {
        "when": f"{delivery.local_time or f'{delivery.due_at:%Y-%m-%dT%H:%M}'} {zone}".replace("T", " "),
        "channel": delivery.channel_id,
        "programme": delivery.programme,
        "state": state,
        "sent_at": delivery.sent_at.isoformat(timespec="seconds") if delivery.sent_at else None,
        "reason": delivery.reason,
    }


def _coming(subscription: Subscription) -> dict[str, str | None]:
    """The next delivery of a subscription, which is planned only when it comes due."""
    days = " ".join("Mon Tue Wed Thu Fri Sat Sun".split()[day] for day in sorted(subscription.weekdays))
    next_at = subscription.next_at.isoformat(timespec="minutes") if subscription.next_at else None
    return {
        "when": f"{days} {subscription.local_time} {subscription.zone}",
        "channel": subscription.channel_id,
        "programme": subscription.programme,
        "state": "next" if next_at else subscription.state,
        "sent_at": None,
        "reason": f"due {next_at}" if next_at else None,
    }


def _lines(rows: Sequence[dict[str, str | None]]) -> Iterable[str]:
    if not rows:
        yield "Nothing was planned in that time, and no channel has subscribed."
        return
    names = ("when", "channel", "programme", "state", "reason")
    widths = [max(len(row[name] or "") for row in rows) for name in names]
    for row in rows:
        cells = [(row[name] or "").ljust(width) for name, width in zip(names, widths, strict=True)]
        yield "  ".join(cells).rstrip()
