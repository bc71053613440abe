"""The sandbox's page in a real Chromium, against the sandbox's server and a small bare Bolt app."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page, expect

from bot.sandbox import SandboxServer
from bot.sandbox.accounts import BOT_USER
from bot.sandbox.box import Box
from bot.sandbox.world import Message
from tests.bot.sandbox import page_app

pytestmark = pytest.mark.browser

Json = dict[str, Any]
Open = Callable[..., Page]

HOSTILE = (
    '<img src=x onerror="window.owned=1"> <script>window.owned=2</script> & </div> <javascript:alert(1)|x>'
)
TOO_WIDE = """Math.max(...[document.documentElement, ...document.querySelectorAll(".scroller")]
  .map((one) => one.scrollWidth - one.clientWidth))"""


@pytest.fixture(scope="module")
def forms_and_clicks() -> list[Json]:
    return []


@pytest.fixture(scope="module")
def sandbox(forms_and_clicks: list[Json]) -> Iterator[SandboxServer]:
    with SandboxServer(page_app.MANIFEST) as server:
        handler = page_app.connect(server.api_url, forms_and_clicks)
        assert server.wait_connected()
        yield server
        handler.close()


@pytest.fixture(scope="module")
def tabs(browser: Browser) -> list[Page]:
    """Two windows, opened once: each test starts in them afresh."""
    return [browser.new_page(), browser.new_page()]


@pytest.fixture
def open_page(tabs: list[Page], sandbox: SandboxServer) -> Iterator[Open]:
    """Open the page at a place of its address; whatever the console calls an error fails the test."""
    free, errors = list(tabs), []

    def complain(message: ConsoleMessage | Error) -> None:
        if isinstance(message, Error) or message.type == "error":
            errors.append(str(message))

    def opened(hash_: str = "", *, width: int = 1280, height: int = 800) -> Page:
        page = free.pop(0)
        page.set_default_timeout(5_000)
        page.on("console", complain)
        page.on("pageerror", complain)
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{sandbox.url}/{hash_}")
        page.locator(":is(#home > *, .start, .message):visible").first.wait_for()
        return page

    yield opened
    for page in tabs[: len(tabs) - len(free)]:
        page.evaluate("localStorage.clear()")
        page.goto("about:blank")
        page.remove_listener("console", complain)
        page.remove_listener("pageerror", complain)
    assert errors == []


@pytest.fixture(scope="module")
def reader(browser: Browser, sandbox: SandboxServer) -> Page:
    """A tab that stays open in #customer-stories, for what is only read."""
    page = browser.new_page()
    page.goto(f"{sandbox.url}/#as=U0ALICE&in=C0STORIES")
    return page


@pytest.fixture
def page(open_page: Open) -> Page:
    return open_page()


def write(page: Page, text: str) -> None:
    """Type into the channel's composer and send, by keyboard alone."""
    page.locator("#write").focus()
    page.keyboard.insert_text(text)
    page.keyboard.press("Enter")


def newest(page: Page, where: str = "#messages") -> Locator:
    return page.locator(f"{where} .message").last


def post(sandbox: SandboxServer, channel: str, text: str, **more: Any) -> str:
    """Post as the bot, past the checks of the Web API: what the page does with it is the question."""

    def say(box: Box) -> str:
        message = Message(channel, box.world.new_ts(), BOT_USER, text, **more)
        box.world.add_message(message)
        return message.ts

    return sandbox.look(say)


def test_a_mention_sent_by_keyboard_is_answered_in_the_thread_that_opens(page: Page) -> None:
    write(page, "@Persona what would Prya need?")

    expect(newest(page).locator(".mention")).to_have_text("@Persona")
    expect(newest(page).locator(".replies")).to_have_text("1 reply")
    expect(newest(page, "#replies")).to_contain_text("Priya says: what would Prya need?")
    expect(newest(page, "#replies").locator(".badge")).to_have_text("APP")


def test_shift_and_enter_makes_a_new_line_and_does_not_send(page: Page) -> None:
    page.locator("#write").press_sequentially("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.insert_text("two")

    expect(page.locator("#write")).to_have_value("one\ntwo")


def test_an_at_sign_offers_people_and_the_arrow_keys_choose(page: Page) -> None:
    page.locator("#write").press_sequentially("@")
    expect(page.get_by_role("option").first).to_contain_text("Persona")
    page.locator("#write").press_sequentially("ca")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")

    expect(page.locator("#write")).to_have_value("@Carol Jensen ")
    expect(page.get_by_role("option")).to_have_count(0)


def test_a_name_with_a_blank_is_sent_as_a_mention(page: Page) -> None:
    write(page, "ask @Carol Jensen, or @bob, first")

    expect(newest(page).locator(".mention")).to_have_text(["@Carol Jensen", "@Bob Okafor"])


def test_a_slash_offers_the_command_with_its_usage(page: Page) -> None:
    page.locator("#write").press_sequentially("/pe")

    expect(page.get_by_role("option")).to_contain_text("/persona [question | list | form]")
    page.keyboard.press("Tab")
    expect(page.locator("#write")).to_have_value("/persona ")


def test_what_only_you_see_is_marked_so_and_nobody_else_sees_it(page: Page, open_page: Open) -> None:
    write(page, "/persona list")
    other = open_page("#as=U0BOB&in=C0PRODUCT")

    expect(newest(page)).to_contain_text("Only visible to you")
    expect(newest(page)).to_contain_text("Only you asked for list")
    expect(other.locator("#messages")).not_to_contain_text("Only you asked for list")


def test_an_unknown_command_is_explained_and_the_text_stays(page: Page) -> None:
    write(page, "/weather")

    expect(page.get_by_role("alert").filter(has_text="not a command here")).to_be_visible()
    expect(page.locator("#write")).to_have_value("/weather")


def test_a_reply_in_a_thread_stays_in_the_thread(open_page: Open, sandbox: SandboxServer) -> None:
    ts = post(sandbox, "C0SUPPORT", "The start of a thread")
    page = open_page(f"#as=U0BOB&in=C0SUPPORT&thread={ts}")
    page.locator("#reply").focus()
    page.keyboard.insert_text("and when she renews?")
    page.keyboard.press("Enter")

    expect(newest(page, "#replies")).to_contain_text("and when she renews?")
    expect(page.locator("#messages")).not_to_contain_text("and when she renews?")
    page.keyboard.press("Escape")
    expect(page.locator("#thread")).to_be_hidden()


def test_hostile_text_is_shown_as_text(open_page: Open, sandbox: SandboxServer) -> None:
    plain = {"type": "plain_text", "text": HOSTILE}
    blocks = [
        {"type": "section", "block_id": "1", "text": {"type": "mrkdwn", "text": HOSTILE}},
        {"type": "header", "block_id": "2", "text": plain},
        {"type": "markdown", "block_id": "3", "text": f"**bold** {HOSTILE} [x](javascript:alert)"},
        {"type": "table", "block_id": "4", "rows": [[{"type": "raw_text", "text": HOSTILE}]]},
        {"type": "actions", "block_id": "5", "elements": [{"type": "button", "action_id": "a", "text": plain, "url": "javascript:alert(1)"}]},
        {"type": "rich_text", "block_id": "6", "elements": [{"type": "rich_text_section", "elements": [{"type": "link", "url": "javascript:alert(1)", "text": HOSTILE}]}]},
        {"type": "__proto__", "block_id": "7"},
    ]  # fmt: skip
    page = open_page("#as=U0ALICE&in=C0MARKETING")
    post(sandbox, "C0MARKETING", "x", blocks=blocks)
    page.locator(".unsupported", has_text="unsupported block: __proto__").wait_for()

    assert page.evaluate("window.owned") is None
    assert page.locator("#messages :is(script, [onerror], [href^='javascript' i])").count() == 0
    expect(page.locator("#messages .header")).to_have_text(HOSTILE)


def test_every_block_that_a_bot_uses_is_shown_and_an_unknown_one_is_named(
    reader: Page, sandbox: SandboxServer
) -> None:
    ts = post(sandbox, "C0STORIES", "x", blocks=page_app.EVERY_BLOCK)
    message = reader.locator(f"[data-ts='{ts}']")

    expect(message.locator(".unsupported")).to_have_text(
        ["unsupported element: file_input", "unsupported block: data_table"]
    )
    expect(message.locator("table th")).to_have_text(["Persona", "Price"])
    expect(message.locator(".alert.warning")).to_have_text("Due for review")
    expect(message.locator(".carousel .card")).to_have_count(2)
    expect(message.locator("details.container summary")).to_contain_text("Sources")
    expect(message.get_by_role("button", name="This answer helped")).to_be_visible()
    expect(message.get_by_role("combobox")).to_have_count(5)
    expect(message.get_by_role("radio")).to_have_count(2)
    expect(message.locator(".missing")).to_have_attribute("aria-label", "Portrait of Priya")


def test_a_changed_message_leaves_the_focus_on_its_button(open_page: Open, sandbox: SandboxServer) -> None:
    blocks = page_app.answer_blocks("*before*")
    ts = post(sandbox, "C0MARKETING", "x", blocks=[blocks[0] | {"block_id": "said"}, blocks[1]])
    page = open_page("#as=U0CAROL&in=C0MARKETING")
    button = page.locator(f"[data-ts='{ts}']").get_by_role("button", name="Full card")
    button.focus()

    def change(box: Box) -> None:
        message = box.world.channels["C0MARKETING"].messages[ts]
        message.blocks = [page_app.answer_blocks("*after*")[0] | {"block_id": "said"}, blocks[1]]
        box.world.changed()

    sandbox.look(change)
    expect(page.locator(f"[data-ts='{ts}']")).to_contain_text("after")

    expect(button).to_be_focused()


def test_what_the_app_is_doing_is_shown_under_the_thread(open_page: Open, sandbox: SandboxServer) -> None:
    ts = post(sandbox, "C0SUPPORT", "A question")
    page = open_page(f"#as=U0BOB&in=C0SUPPORT&thread={ts}")

    def think(box: Box) -> None:
        box.world.statuses["C0SUPPORT", ts] = "is thinking…"
        box.world.changed()

    sandbox.look(think)

    expect(page.locator("#thread-status")).to_have_text("Persona is thinking…")


def test_what_a_person_types_keeps_its_angle_brackets(page: Page) -> None:
    write(page, "if a < b & c > d then <b>stop</b>")

    expect(newest(page)).to_contain_text("if a < b & c > d then <b>stop</b>")


@pytest.mark.parametrize(
    ("text", "selector", "shown"),
    [
        ("*bold* 3*4*5", "strong", "bold"),
        ("snake_case_name _quiet_", "em", "quiet"),
        ("~gone~", "s", "gone"),
        ("`a &lt; *b*`", "code", "a < *b*"),
        ("```\nkeep  *this*\n```", "pre", "keep  *this*"),
        ("&gt; said\nafter", "blockquote", "said"),
        (
            "see <https://example.com/?a=1&amp;b=2|the *study*>",
            "a[href='https://example.com/?a=1&b=2']",
            "the study",
        ),
        ("<@U0CAROL>", ".mention", "@Carol Jensen"),
        ("<#C0PRODUCT|>", "a.mention", "#product"),
        (":tada: :not_an_emoji:", ".emoji", "🎉"),
        ("<!date^0^{date_short}|then>", "time", "1 Jan 1970"),
        ("*bold with _both_ and `code`*", "strong em", "both"),
    ],
)
def test_mrkdwn_is_shown_as_slack_shows_it(
    reader: Page, sandbox: SandboxServer, text: str, selector: str, shown: str
) -> None:
    ts = post(sandbox, "C0STORIES", text)

    expect(reader.locator(f"[data-ts='{ts}'] .mrkdwn").locator(selector)).to_have_text(shown)


def test_a_button_reaches_the_app_with_its_value(page: Page, forms_and_clicks: list[Json]) -> None:
    write(page, "@Persona press this")
    newest(page, "#replies").get_by_role("button", name="Full card").press("Enter")
    expect(newest(page, "#replies").locator("[aria-busy]")).to_have_count(0)

    assert forms_and_clicks[-1]["actions"][0]["value"] == "priya"
    assert forms_and_clicks[-1]["state"]["values"] == {
        "acts": {"lens": {"type": "static_select", "selected_option": None}}
    }


def test_a_confirm_dialog_that_is_denied_sends_nothing(page: Page, forms_and_clicks: list[Json]) -> None:
    write(page, "@Persona ask the council")
    before = len(forms_and_clicks)
    council = newest(page, "#replies").get_by_role("button", name="Ask the council")
    council.click()
    page.get_by_role("dialog").get_by_role("button", name="Not now").click()

    expect(page.get_by_role("dialog")).to_have_count(0)
    assert len(forms_and_clicks) == before


def test_a_select_is_chosen_by_keyboard_and_keeps_its_choice(
    page: Page, forms_and_clicks: list[Json]
) -> None:
    write(page, "@Persona which lens")
    select = newest(page, "#replies").get_by_role("combobox")
    select.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(select).to_have_text("Marketing")
    expect(select).not_to_have_attribute("aria-busy", "true")

    assert forms_and_clicks[-1]["actions"][0]["selected_option"]["value"] == "marketing"


def fill_form(page: Page, words: str) -> Locator:
    dialog = page.get_by_role("dialog", name="Send an insight")
    dialog.get_by_label("What did you hear?").fill(words)
    dialog.get_by_role("combobox", name="Persona").click()
    page.get_by_role("option", name="Marco").click()
    dialog.get_by_role("button", name="Send").click()
    return dialog


def test_a_form_shows_errors_beside_the_field_and_keeps_what_was_typed(page: Page) -> None:
    write(page, "/persona form")
    dialog = fill_form(page, "a secret name")

    expect(dialog.locator("[data-block=what] .error")).to_have_text("Please leave names out.")
    expect(dialog.get_by_label("What did you hear?")).to_have_value("a secret name")
    expect(dialog.get_by_label("What did you hear?")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_a_form_that_is_right_closes_and_reaches_the_app(page: Page, forms_and_clicks: list[Json]) -> None:
    write(page, "/persona form")
    dialog = fill_form(page, "She looked for the import button")
    expect(dialog).to_have_count(0)

    values = forms_and_clicks[-1]["view"]["state"]["values"]
    assert values["what"]["text"] == {"type": "plain_text_input", "value": "She looked for the import button"}
    assert values["who"]["slug"]["selected_option"]["value"] == "marco"


def test_a_form_without_a_required_field_is_not_sent(page: Page, forms_and_clicks: list[Json]) -> None:
    before = len(forms_and_clicks)
    write(page, "/persona form")
    page.get_by_role("dialog").get_by_role("button", name="Send").click()

    expect(page.locator("[data-block=what] .error")).to_have_text("Please complete this required field.")
    expect(page.locator("[data-block=who] .error")).to_have_text("Please complete this required field.")
    assert len(forms_and_clicks) == before
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_message_shortcut_opens_its_form(open_page: Open) -> None:
    page = open_page("#as=U0DAVE&in=C0PRODUCT")
    newest(page).get_by_role("button", name="More actions").press("Enter")
    page.get_by_role("menuitem", name="Send to backlog").click()

    expect(page.get_by_role("dialog", name="Send an insight")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_global_shortcut_opens_its_form(open_page: Open) -> None:
    page = open_page("#as=U0CAROL&in=C0PRODUCT")
    page.get_by_role("button", name="Shortcuts").click()
    page.get_by_role("menuitem", name="Ask Persona").click()

    expect(page.get_by_role("dialog", name="Send an insight")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_switching_to_the_guest_shows_what_the_guest_may_see(page: Page) -> None:
    page.get_by_role("button", name=re.compile("Switch account")).click()
    page.get_by_role("menuitem", name=re.compile("Gina - guest")).click()

    expect(page.locator("#title")).to_have_text("welcome-guests")
    expect(page.locator("#channels .place")).to_have_text(["welcome-guests"])
    assert "as=U0GINA" in page.url


def test_a_shared_channel_says_that_it_is_shared(open_page: Open) -> None:
    page = open_page("#as=U0EVE")

    expect(page.locator("#shared")).to_have_text("Externally shared")


def test_an_address_with_an_account_that_is_not_here_opens_the_first(
    browser: Browser, sandbox: SandboxServer
) -> None:
    page = browser.new_page()
    page.goto(f"{sandbox.url}/#as=U0NOBODY&in=C0NOWHERE")

    expect(page.locator("#title")).to_have_text("product")
    page.close()


def test_the_home_is_shown_and_its_buttons_work(open_page: Open, forms_and_clicks: list[Json]) -> None:
    page = open_page("#as=U0BOB&in=app&tab=home")
    home = page.get_by_role("tabpanel", name="Home")
    expect(home).to_contain_text("Six personas")
    home.get_by_role("button", name="Full card").click()
    expect(home.locator("[aria-busy]")).to_have_count(0)

    assert forms_and_clicks[-1]["view"]["type"] == "home"


def test_a_direct_message_is_a_conversation_of_its_own(open_page: Open) -> None:
    page = open_page("#as=U0CAROL&in=app")
    write(page, "Which personas are there?")
    expect(newest(page)).to_contain_text("You asked: Which personas are there?")
    page.get_by_role("button", name="All conversations").click()

    expect(page.locator(".chat")).to_contain_text("Which personas are there?")


def test_what_is_half_typed_stays_when_messages_arrive(open_page: Open, sandbox: SandboxServer) -> None:
    page = open_page("#as=U0DAVE&in=C0MARKETING")
    page.locator("#write").press_sequentially("half a thou")
    ts = post(sandbox, "C0MARKETING", "Meanwhile")
    page.locator(f"[data-ts='{ts}']").wait_for()
    page.keyboard.insert_text("ght")

    expect(page.locator("#write")).to_have_value("half a thought")
    expect(page.locator("#write")).to_be_focused()
    expect(page.locator("#announcer")).to_contain_text("Persona: Meanwhile")


def test_what_is_half_typed_in_one_channel_waits_there(page: Page) -> None:
    page.locator("#write").press_sequentially("later")
    page.get_by_role("link", name="marketing").click()
    expect(page.locator("#write")).to_have_value("")
    page.get_by_role("link", name="product").click()

    expect(page.locator("#write")).to_have_value("later")


def test_the_first_visit_offers_a_walk_that_fills_but_does_not_send(page: Page) -> None:
    page.get_by_role("button", name="Ask in #product").click()
    expect(page.locator("#write")).to_have_value("@Persona what would Prya need when she first logs in?")
    expect(page.locator("#write")).to_be_focused()
    page.get_by_role("button", name="Dismiss Try this").click()
    page.reload()
    page.locator(".message").first.wait_for()

    expect(page.locator("#walk")).to_be_hidden()


def test_the_walk_leads_to_the_guest_with_a_question_ready(page: Page) -> None:
    page.get_by_role("button", name="Ask as the guest").click()

    expect(page.locator("#title")).to_have_text("welcome-guests")
    expect(page.locator("#write")).to_have_value("@Persona what does Priya need?")


def test_on_a_phone_nothing_is_wider_than_the_screen(open_page: Open) -> None:
    page = open_page("#as=U0ALICE&in=C0PRODUCT", width=360, height=640)
    page.locator(".replies").first.click()
    expect(page.locator("#thread")).to_be_visible()
    widths = [page.evaluate(TOO_WIDE)]
    for place in ("#as=U0BOB&in=app&tab=home", "#as=U0BOB&in=app", "#as=U0EVE&in=C0ACMEPARTNERS"):
        page.evaluate("(place) => { location.hash = place; }", place)
        page.locator(":is(#home > *, .start, .message):visible").first.wait_for()
        widths.append(page.evaluate(TOO_WIDE))

    assert widths == [0, 0, 0, 0]


def test_on_a_phone_the_menu_leads_to_the_channels(open_page: Open) -> None:
    page = open_page(width=360, height=640)
    expect(page.locator("#sidebar")).to_be_hidden()
    page.get_by_role("button", name="Channels and account").click()
    page.get_by_role("link", name="support").click()

    expect(page.locator("#title")).to_have_text("support")
    expect(page.locator("#sidebar")).to_be_hidden()


def test_the_page_follows_a_sandbox_that_was_started_again(browser: Browser) -> None:
    first = SandboxServer(page_app.MANIFEST).start()
    port = int(first.url.rpartition(":")[2])
    page = browser.new_page()
    page.goto(first.url)
    page.locator(".message").first.wait_for()
    first.stop()
    expect(page.locator("#connection")).to_contain_text("not answering")

    with SandboxServer(page_app.MANIFEST, port=port) as again:
        assert again.url == first.url
        ts = post(again, "C0PRODUCT", "Back again")
        expect(page.locator(f"[data-ts='{ts}']")).to_be_visible(timeout=10_000)
        page.close()


def test_every_control_has_a_name(page: Page) -> None:
    write(page, "@Persona name every control")
    expect(newest(page, "#replies").get_by_role("button", name="Full card")).to_be_visible()

    nameless = page.evaluate(
        "[...document.querySelectorAll('button, a, input, textarea, img')].filter((one) => !(one.getAttribute('aria-label') "
        "|| one.textContent.trim() || one.getAttribute('placeholder') || one.hasAttribute('alt'))).map((one) => one.outerHTML)"
    )
    assert nameless == []
