"""What a new user does, in a real browser, with the real bot and the example company."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from bot.app import Bot
from bot.sandbox import SandboxServer
from persona_store.database import Store
from persona_store.models import Statement

pytestmark = pytest.mark.browser

FIRST_LOGIN = "@Persona what would Prya need when she first logs in?"


@pytest.fixture
def page(browser: Browser, sandbox: SandboxServer, bot: Bot) -> Iterator[Page]:  # noqa: ARG001
    errors: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.on("console", complain)
    page.set_default_timeout(10_000)
    page.goto(f"{sandbox.url}/#as=U0ALICE&in=C0PRODUCT")
    yield page
    page.close()
    assert errors == []
    assert sandbox.refusals == []


def say(page: Page, text: str, box: str = "Message #product") -> None:
    page.get_by_role("textbox", name=box).or_(page.get_by_role("combobox", name=box)).first.click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def thread(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Thread")


def test_a_person_asks_follows_up_and_looks_at_the_research(page: Page) -> None:
    say(page, FIRST_LOGIN)
    expect(thread(page)).to_contain_text("Priya Raman")
    thread(page).get_by_role("button", name="Sources").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("participants")
    page.keyboard.press("Escape")
    say(page, "and when she renews?", "Reply in thread")
    expect(thread(page)).to_contain_text("contract")
    thread(page).get_by_role("button", name="Full card").last.click()

    expect(page.get_by_role("dialog")).to_contain_text("Pain points")


def test_a_person_says_what_was_missing(page: Page) -> None:
    say(page, FIRST_LOGIN)
    thread(page).get_by_role("button", name="Not helpful").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("what she does on her phone")
    page.get_by_role("dialog").get_by_role("button", name="Send").click()

    expect(page.get_by_role("dialog")).to_have_count(0)


def test_what_is_not_researched_becomes_a_question_for_the_council(page: Page) -> None:
    say(page, "@Persona what does Priya think of quantum computing?")
    expect(thread(page)).to_contain_text("We have no research on that")
    thread(page).get_by_role("button", name="Ask the council").click()

    expect(page.locator("body")).to_contain_text("now a research question for the council")


def test_a_private_answer_is_shared_with_the_channel(page: Page) -> None:
    say(page, "/persona what annoys Marco?")
    page.get_by_role("button", name="Share in channel").click()

    expect(page.get_by_role("main")).to_contain_text("shared this answer")


def test_a_person_asks_from_the_apps_home(page: Page, sandbox: SandboxServer) -> None:
    page.goto(f"{sandbox.url}/#as=U0ALICE&in=app&tab=home")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_role("dialog").get_by_role("textbox").fill("what annoys the shop manager?")
    page.get_by_role("dialog").get_by_role("button", name="Ask").click()

    expect(page.get_by_role("dialog")).to_contain_text("Marco Duarte")


@pytest.mark.parametrize(
    ("account", "channel", "name"),
    [("U0GINA", "C0WELCOME", "welcome-guests"), ("U0EVE", "C0ACMEPARTNERS", "acme-partners")],
)
def test_an_outsider_is_refused_politely_and_sees_no_persona_text(
    page: Page, sandbox: SandboxServer, store: Store, account: str, channel: str, name: str
) -> None:
    page.goto(f"{sandbox.url}/#as={account}&in={channel}")
    expect(page.get_by_role("main")).to_contain_text(name)
    refusals = page.get_by_role("article").filter(has_text="Persona is for employees of this company only")
    for number, text in enumerate((FIRST_LOGIN, "/persona card Priya", "/persona list"), 1):
        say(page, text, f"Message #{name}")
        expect(refusals).to_have_count(number)
    with store.read() as session:
        statements = [statement.text for statement in session.query(Statement)]
    seen = page.locator("body").inner_text()

    assert not [text for text in statements if text in seen]
