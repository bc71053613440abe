"""``persona sandbox``: the bot and the sandbox by one clock, and the bot's outbox behind the stage."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.app import Bot
from bot.manifest import build_manifest
from bot.run import connected_bot
from bot.sandbox import SandboxServer
from bot.sandbox.clock import SandboxClock
from bot.sandbox.outbox_rows import latest_moment, outbox_rows
from bot.sandbox.start import backstage_of, sandbox_settings
from persona_store.database import Store
from persona_store.posts.subscriptions import Wanted, list_subscriptions, skip_next, subscribe
from tests.bot.conftest import NOON
from tests.bot.patience import eventually
from tests.bot.slack_driver import Slack

MARKETING = "C0MARKETING"


@pytest.fixture
def clock() -> SandboxClock:
    return SandboxClock(NOON.timestamp)


@pytest.fixture
def sandbox(clock: SandboxClock) -> Iterator[SandboxServer]:
    with SandboxServer(build_manifest(), clock=clock) as server:
        yield server


@pytest.fixture
def bot(sandbox: SandboxServer, database_url: str, clock: SandboxClock) -> Iterator[Bot]:
    with connected_bot(sandbox_settings(sandbox.url, database_url), clock.now) as bot:
        sandbox.wait_connected()
        sandbox.backstage = backstage_of(bot, clock.now)
        yield bot


@pytest.fixture
def slack(sandbox: SandboxServer, bot: Bot) -> Iterator[Slack]:  # noqa: ARG001
    slack = Slack(sandbox)
    yield slack
    assert slack.refusals == []


def spotlights(store: Store, *weekdays: int) -> None:
    wanted = Wanted(MARKETING, "U0ALICE", "spotlight", weekdays, "09:30", "Europe/Madrid")
    with store.begin() as session:
        subscribe(session, wanted, NOON)


def test_four_weeks_pass_with_a_spotlight_each_monday(slack: Slack, store: Store) -> None:
    spotlights(store, 0)
    slack.server.pass_time({"weekday": 0, "at": "09:29"})
    for _ in range(4):
        slack.server.pass_time({"weeks": 1})

    posts = [post for post in slack.server.posts if post.channel == MARKETING]
    times = [datetime.fromtimestamp(float(post.ts), UTC) for post in posts]
    assert [f"{at:%d %B %H:%M}" for at in times] == ["23 November 08:30", "30 November 08:30", "07 December 08:30", "14 December 08:30"]  # fmt: skip
    assert len({post.text for post in posts}) == 4


def test_the_bot_and_the_sandbox_go_by_the_same_clock(slack: Slack, clock: SandboxClock) -> None:
    slack.server.pass_time({"days": 40})
    reply = slack.mention("alice", "what would Priya need when she first logs in?")

    assert "Priya Raman" in reply.plain
    assert float(reply.ts) >= (NOON + timedelta(days=40)).timestamp()
    assert clock.now() == NOON + timedelta(days=40)


def test_what_is_to_come_and_what_became_of_the_rest_is_listed(slack: Slack, store: Store, bot: Bot) -> None:
    spotlights(store, 0, 1, 2)
    slack.server.pass_time({"weekday": 1, "at": "10:00"})
    with store.begin() as session:
        skip_next(list_subscriptions(session)[0], "2026-11-25T09:30")

    rows = [row for row in outbox_rows(bot.store, NOON) if row.what.startswith("Spotlight")]

    sent = [row for row in rows if row.state == "sent"]
    planned = [row for row in rows if row.state == "planned"]
    assert [f"{row.due_at:%a %H:%M}" for row in sent] == ["Tue 08:30", "Mon 08:30"]
    assert all(row.what.startswith("Spotlight on ") and row.ts and row.sent_at for row in sent)
    assert [(f"{row.due_at:%a %d %H:%M}", row.what) for row in planned] == [("Wed 25 08:30", "Spotlight")]
    assert planned[0].reason == "It will be skipped, as was asked for."


def test_a_post_whose_answer_is_lost_is_in_the_channel_once(slack: Slack, store: Store) -> None:
    spotlights(store, 0)
    slack.server.set_faults(lose_answer={"share": 1.0})
    slack.server.pass_time({"weekday": 0, "at": "09:30"})
    slack.server.set_faults(lose_answer=None)
    slack.server.pass_time({"hours": 1})

    assert [post.channel for post in slack.server.posts].count(MARKETING) == 1
    rows = [row for row in outbox_rows(store, NOON) if row.channel_id == MARKETING]
    assert [row.state for row in rows if row.due_at < NOON + timedelta(days=1)] == ["sent"]


@pytest.mark.usefixtures("bot")
def test_a_week_without_slack_passes_in_few_steps(sandbox: SandboxServer, store: Store) -> None:
    spotlights(store, 0, 1, 2, 3, 4)
    sandbox.set_faults(outage=True)
    sandbox.pass_time({"weeks": 1})
    journey = sandbox.look(lambda box: box.passage.journey if box.passage else None)
    rows = [row for row in outbox_rows(store, NOON) if row.due_at < NOON + timedelta(days=6)]

    assert journey is not None
    assert journey.stops < 400
    assert {row.state for row in rows if row.channel_id == MARKETING} == {"missed"}


def test_the_clock_goes_on_from_where_it_was_left(slack: Slack, store: Store) -> None:
    assert latest_moment(store) == 0
    spotlights(store, 0)
    slack.server.pass_time({"weeks": 2})
    slack.command("alice", "/persona list")
    left_at = eventually(lambda: latest_moment(store))

    assert datetime.fromtimestamp(left_at, UTC) == NOON + timedelta(weeks=2)
    assert SandboxClock(at_least=left_at)() >= left_at
