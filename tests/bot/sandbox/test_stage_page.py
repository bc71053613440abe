"""Behind the stage in a real Chromium: the clock, what Slack does wrong, the outbox."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect

from bot.sandbox import SandboxServer
from bot.sandbox.backstage import Backstage, OutboxRow
from bot.sandbox.clock import SandboxClock
from tests.bot.patience import eventually
from tests.bot.sandbox import page_app
from tests.bot.sandbox.planned import Plan, PlannedBot
from tests.bot.sandbox.test_page import TOO_WIDE

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
"""A Friday, 09:00 in Madrid."""
MONDAY = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


@pytest.fixture
def clock() -> SandboxClock:
    return SandboxClock(START.timestamp)


@pytest.fixture
def sandbox(clock: SandboxClock) -> Iterator[SandboxServer]:
    with SandboxServer(page_app.MANIFEST, clock=clock, request_url="http://127.0.0.1:9/nobody") as server:
        yield server


@pytest.fixture
def bot(sandbox: SandboxServer, clock: SandboxClock) -> PlannedBot:
    return PlannedBot(sandbox, clock, [Plan("weekly", MONDAY, timedelta(weeks=1))])


@pytest.fixture
def open_page(browser: Browser, sandbox: SandboxServer, bot: PlannedBot) -> Iterator[Open]:  # noqa: ARG001
    pages, errors = [], []

    def complain(message: ConsoleMessage | Error) -> None:
        if isinstance(message, Error) or message.type in ("error", "warning"):
            errors.append(str(message))

    def opened(
        hash_: str = "#as=U0ALICE&in=C0MARKETING", *, width: int = 1280, height: int = 800, **how: Any
    ) -> Page:
        page = browser.new_page(viewport={"width": width, "height": height}, **how)
        page.set_default_timeout(5_000)
        page.on("console", complain)
        page.on("pageerror", complain)
        page.goto(f"{sandbox.url}/{hash_}")
        page.locator(".message").first.wait_for()
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.close()
    assert errors == []


@pytest.fixture
def page(open_page: Open) -> Page:
    return open_page()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


# The clock


def test_the_clock_shows_the_time_where_the_account_is(page: Page, open_page: Open) -> None:
    expect(page.get_by_role("button", name="Clock")).to_have_accessible_name(
        "Clock: Fri 20 Nov, 09:00 in Madrid"
    )
    dave = open_page("#as=U0DAVE&in=C0MARKETING")

    expect(dave.get_by_role("button", name="Clock")).to_have_accessible_name(
        "Clock: Fri 20 Nov, 17:00 in Tokyo"
    )


def test_a_person_jumps_to_monday_and_lets_four_weeks_pass(
    page: Page, sandbox: SandboxServer, bot: PlannedBot
) -> None:
    page.get_by_role("button", name="Clock").click()
    drawer = page.get_by_role("complementary", name="Clock")
    expect(drawer).to_contain_text("Friday, 20 November 2026 at 09:00")
    drawer.get_by_role("button", name="Go").click()
    expect(drawer).to_contain_text("Monday, 23 November 2026 at 09:29")
    expect(drawer.get_by_role("status")).to_have_text("Nothing was posted on the way.")
    for number in range(1, 5):
        drawer.get_by_role("button", name="One week on", exact=True).click()
        expect(page.locator("#messages .message", has_text="Spotlight of Monday")).to_have_count(number)
    expect(drawer).to_contain_text("Monday, 21 December 2026 at 09:29")
    expect(drawer.get_by_role("status")).to_have_text("One message was posted on the way.")
    expect(drawer).to_contain_text("31 days ahead of the real time")

    times = [datetime.fromtimestamp(float(post.ts), UTC) for post in sandbox.posts]
    assert [f"{at:%d %B %H:%M:%S}" for at in times] == [
        "23 November 08:30:00", "30 November 08:30:00", "07 December 08:30:00", "14 December 08:30:00",
    ]  # fmt: skip
    assert len(bot.sent) == 4


def test_another_weekday_and_time_can_be_chosen(page: Page, clock: SandboxClock) -> None:
    page.get_by_role("button", name="Clock").click()
    page.get_by_label("Weekday").select_option("Saturday")
    page.get_by_label("Time", exact=True).fill("23:45")
    page.get_by_label("Time", exact=True).press("Enter")
    expect(page.get_by_role("button", name="Clock")).to_contain_text("Sat 21 Nov, 23:45")

    assert clock.now() == datetime(2026, 11, 21, 22, 45, tzinfo=UTC)


def test_a_long_way_shows_where_it_leads_and_can_be_stopped(
    page: Page, sandbox: SandboxServer, clock: SandboxClock
) -> None:
    work = Event()  # takes the bot a moment, again and again
    sandbox.backstage = Backstage(lambda: clock.now() + timedelta(minutes=10), lambda: work.wait(0.02), list)
    page.get_by_role("button", name="Clock").click()
    press(page, "One week on")
    expect(page.get_by_role("progressbar", name="On the way")).to_be_visible()
    expect(page.locator(".way p")).to_have_text("On the way to Fri 27 Nov, 09:00 …")
    press(page, "Stop here")

    expect(page.locator(".way p")).to_have_text("Stopped on the way. Go on when you like.")
    expect(page.get_by_role("progressbar", name="On the way")).to_be_hidden()
    assert START < clock.now() < START + timedelta(weeks=1)


def test_messages_are_dated_by_the_clock_of_the_sandbox(page: Page, sandbox: SandboxServer) -> None:
    expect(page.locator(".day").first).to_contain_text("Today")
    sandbox.pass_time({"days": 1})
    expect(page.locator(".day").first).to_contain_text("Yesterday")
    sandbox.pass_time({"days": 1})

    expect(page.locator(".day").first).to_contain_text("Friday 20 November")


def test_where_the_clock_is_the_real_one_the_panel_says_so(browser: Browser) -> None:
    with SandboxServer(page_app.MANIFEST) as server:
        page = browser.new_page()
        page.goto(server.url)
        page.get_by_role("button", name="Clock").click()

        expect(page.get_by_role("complementary", name="Clock")).to_contain_text(
            "This sandbox runs by the real clock"
        )
        expect(page.get_by_role("button", name="One week on", exact=True)).to_be_hidden()
        page.close()


# What if


def test_a_fault_is_switched_on_is_told_above_the_page_and_switched_off(
    page: Page, sandbox: SandboxServer, open_page: Open
) -> None:
    press(page, "What if …")
    page.get_by_role("switch", name="Slack limits calls").check()
    page.get_by_role("switch", name="Slack is slow").check()
    banner = page.locator("#banner")
    expect(banner).to_contain_text("What if: Slack limits calls. Slack is slow.")
    other = open_page("#as=U0BOB&in=C0MARKETING")
    expect(other.locator("#banner")).to_contain_text("Slack limits calls")
    on = sandbox.state("U0ALICE")["faults"]
    banner.get_by_role("button", name="Switch off").click()
    expect(banner).to_be_hidden()
    expect(page.get_by_role("switch", name="Slack is slow")).not_to_be_checked()

    assert on == {"rate_limit": {"share": 0.3, "retry_after": 5}, "slow_ms": 2_000}
    assert sandbox.state("U0ALICE")["faults"] == {}


def test_away_and_dropping_connections_exclude_each_other(page: Page, sandbox: SandboxServer) -> None:
    press(page, "What if …")
    page.get_by_role("switch", name="Slack is away").check()
    page.get_by_role("switch", name="Slack drops every connection").check()
    expect(page.get_by_role("switch", name="Slack is away")).not_to_be_checked()

    assert sandbox.state("U0ALICE")["faults"] == {"outage": "close"}


def test_a_channel_is_shared_and_archived_and_the_app_removed(page: Page, sandbox: SandboxServer) -> None:
    press(page, "What if …")
    expect(page.get_by_label("Channel", exact=True)).to_have_value("C0MARKETING")
    for name in ("Shared with another company", "Archived", "Without Persona"):
        page.get_by_role("switch", name=name).check()
    expect(page.locator("#shared")).to_be_visible()
    expect(page.locator("#archived")).to_be_visible()
    page.get_by_label("Channel", exact=True).select_option("#support")
    expect(page.get_by_role("switch", name="Archived")).not_to_be_checked()

    channel = next(one for one in sandbox.state("U0ALICE")["channels"] if one["id"] == "C0MARKETING")
    assert (channel["is_ext_shared"], channel["is_archived"], channel["has_bot"]) == (True, True, False)


def test_somebody_leaves_and_comes_back(page: Page, sandbox: SandboxServer) -> None:
    press(page, "What if …")
    page.get_by_label("Person", exact=True).select_option("Carol Jensen")
    left = page.get_by_role("switch", name="Has left the company")
    left.check()
    eventually(lambda: sandbox.state("U0CAROL")["me"]["deactivated"])
    left.uncheck()

    eventually(lambda: not sandbox.state("U0CAROL")["me"]["deactivated"])


# The outbox


def test_the_outbox_says_what_is_planned_and_what_became_of_the_rest(
    page: Page, sandbox: SandboxServer
) -> None:
    late = START - timedelta(hours=20)
    rows = [
        OutboxRow("1", late, "C0SUPPORT", "Story", "missed", "No process was running that day."),
        OutboxRow("2", late - timedelta(days=1), "C0MARKETING", "Spotlight on Priya", "sent", sent_at=late),
        OutboxRow("3", START, "C0STORIES", "Story", "sending", "Slack was away.", again_at=START + timedelta(minutes=2)),
        *(OutboxRow(f"4 {day}", START + timedelta(days=day), "C0MARKETING", "Spotlight", "planned") for day in range(1, 9)),
    ]  # fmt: skip
    sandbox.backstage = Backstage(lambda: None, lambda: None, lambda: rows)
    press(page, "Outbox")
    coming, past = page.get_by_role("region", name="To come"), page.get_by_role("region", name="Until now")
    expect(coming.locator(".delivery")).to_have_count(6)
    expect(coming.locator(".delivery").first).to_contain_text("Next try Fri 20 Nov, 09:02. Slack was away.")
    coming.get_by_role("button", name="Show all 9").click()
    expect(coming.locator(".delivery")).to_have_count(9)
    expect(past.locator(".delivery").nth(0)).to_have_text(
        re.compile(
            r"Thu 19 Nov, 13:00.*Missed.*Story · #support.*No process was running that day\.", re.DOTALL
        )
    )
    expect(past.locator(".delivery").nth(1)).to_contain_text("Posted Thu 19 Nov, 13:00.")
    past.get_by_role("link", name="#support").click()

    expect(page.locator("#title")).to_have_text("support")
    expect(page.locator("#drawer")).to_be_visible()


def test_the_outbox_follows_what_is_posted(page: Page, sandbox: SandboxServer) -> None:
    press(page, "Outbox")
    expect(page.get_by_role("region", name="Until now")).to_contain_text("Nothing was posted yet.")
    sandbox.pass_time({"weeks": 1})

    expect(page.get_by_role("region", name="Until now").locator(".delivery")).to_have_text(
        re.compile("Mon 23 Nov, 09:30.*Sent", re.DOTALL)
    )
    expect(page.get_by_role("region", name="To come").locator(".delivery")).to_contain_text(
        "Mon 30 Nov, 09:30"
    )


# For everybody


def test_the_drawer_is_used_by_keyboard_alone(page: Page) -> None:
    clock = page.get_by_role("button", name="Clock")
    clock.press("Enter")
    expect(page.locator("#drawer-title")).to_be_focused()
    expect(clock).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    expect(page.locator("#drawer-close")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.locator("#drawer")).to_be_hidden()
    expect(clock).to_be_focused()
    expect(clock).to_have_attribute("aria-expanded", "false")


def test_the_walk_opens_the_clock_ready_to_go(page: Page) -> None:
    page.locator("#walk").get_by_text("Socialise").click()
    page.get_by_role("button", name="Jump to Monday 09:29").click()
    expect(page.get_by_role("button", name="Go", exact=True)).to_be_focused()
    page.get_by_role("button", name="Let four weeks pass").click()
    expect(page.get_by_role("button", name="One week on", exact=True)).to_be_focused()
    page.get_by_role("button", name="Subscribe #marketing").click()

    expect(page.locator("#write")).to_have_value("/persona subscribe")
    expect(page.locator("#title")).to_have_text("marketing")


@pytest.mark.parametrize("how", [{}, {"color_scheme": "dark"}])
def test_on_a_phone_every_panel_fits(open_page: Open, how: dict[str, str]) -> None:
    page = open_page(width=390, height=844, **how)
    page.get_by_role("button", name="Dismiss Try this").click()
    widths = []
    for name in ("Clock", "What if …", "Outbox"):
        page.get_by_role("group", name="Backstage").get_by_role("button", name=name).click()
        expect(page.locator("#drawer-title")).to_have_text(name)
        widths += [
            page.evaluate(TOO_WIDE),
            page.evaluate(
                "document.querySelector('#drawer-body').scrollWidth - document.querySelector('#drawer-body').clientWidth"
            ),
        ]
    page.locator("#drawer-close").click()

    assert widths == [0] * 6
    expect(page.locator("#write")).to_be_visible()
