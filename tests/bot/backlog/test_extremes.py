"""What people type, however long and whatever it looks like, fits and stays what it is; the clock does its part."""

from datetime import timedelta

from bot.app import Bot
from persona_store.database import Store
from persona_store.models import Delivery, RefreshItem, TrailEntry
from tests.bot.conftest import NOON
from tests.bot.slack_driver import Slack
from tests.persona_store.refresh.items import ALICE, add, reported

HOSTILE = "<!channel> *bold* <https://evil.example|click> & `code` نص 🥐 " + "Donaudampfschifffahrt" * 200


def test_an_item_of_endless_texts_is_shown_within_slacks_limits(slack: Slack, store: Store) -> None:
    with store.begin() as session:
        item = reported(session, NOON, ALICE, text=HOSTILE[:3_000], statement="priya.worst-shop-first")
        item.reason = HOSTILE[:1_000]
        for number in range(30):
            said = {
                "verbatim": True,
                "place": "call",
                "stance": "adds",
                "permalink": "https://sandbox.slack.com/a|b>c",
            }
            add(session, item, f"U{number:05}", NOON, text=HOSTILE[:3_000], **said)
            merged = reported(
                session, NOON, ALICE, text=HOSTILE[:3_000], merged_into=item.id, state="duplicate"
            )
            details = {"from": "new", "to": "declined", "reason": HOSTILE[:1_000]}
            line = {"happened_at": NOON, "subject": f"item {item.id}", "move": "decline", "details": details}
            session.add(TrailEntry(**line, slack_user_id=f"U{number:05}"))
        assert merged
    slack.run_command("carol", "/persona backlog")
    window = slack.modal("carol")
    slack.click(window, "carol", "Open", str(item.id))
    shown = slack.modal("carol", after=window)

    assert "<!channel>" not in str(shown.blocks)
    assert "<https://evil" not in str(shown.blocks)
    assert "and 51 more" in shown.plain  # of 61 voices; Slack refused none of it, or the fixture would fail


def test_a_snoozed_item_wakes_with_the_outbox(slack: Slack, bot: Bot, store: Store) -> None:
    with store.begin() as session:
        until = NOON.date() - timedelta(days=1)
        item = reported(session, NOON, ALICE, state="snoozed", was="in_review", snoozed_until=until)
    bot.outbox.work()

    with store.read() as session:
        assert session.get_one(RefreshItem, item.id).state == "in_review"
    assert f"*#{item.id}*" in slack.home("carol").plain


def test_the_weeks_post_comes_where_the_council_subscribed(slack: Slack, bot: Bot, store: Store) -> None:
    with store.begin() as session:
        reported(session, NOON, ALICE, text="They skip it.")
        due = {"due_at": NOON, "not_before": NOON, "state": "planned", "attempts": 0}
        session.add(Delivery(key="a week", programme="digest", channel_id="C0PRODUCT", **due))
    bot.outbox.work()
    post = slack.messages("carol", "product")[-1]
    slack.click(post, "carol", "Open the backlog")

    assert "The week of the refresh backlog: 1 new insight," in post.text
    assert slack.modal("carol").title == "Refresh backlog"
