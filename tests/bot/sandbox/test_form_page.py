"""Every way of choosing in a form or on the Home, in a real Chromium, as far as the app that gets the choice."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.sandbox import SandboxServer
from tests.bot.patience import eventually
from tests.bot.sandbox import page_app
from tests.bot.sandbox.conftest import FAST, disconnect
from tests.bot.sandbox.page_app import plain

pytestmark = pytest.mark.browser

Json = dict[str, Any]
PERSONAS = ("Priya", "Marco", "Ingrid", "Tomasz")


def option(name: str) -> Json:
    return {"text": plain(name), "value": name.lower()}


def options(*names: str) -> Json:
    return {"options": [option(name) for name in names]}


ZONES = {
    "option_groups": [
        {"label": plain("Europe"), **options("Madrid", "London")},
        {"label": plain("Asia"), **options("Tokyo")},
    ]
}
FIELDS: dict[str, Json] = {
    "programme": {"type": "radio_buttons", **options("Spotlight", "Story"), "initial_option": option("Spotlight")},
    "weekdays": {"type": "checkboxes", **options("Monday", "Tuesday", "Friday"), "initial_options": [option("Monday")]},
    "time": {"type": "timepicker", "initial_time": "09:30", "timezone": "Europe/Madrid"},
    "zone": {"type": "static_select", "placeholder": plain("Zone"), **ZONES},
    "personas": {"type": "multi_static_select", **options(*PERSONAS), "max_selected_items": 2},
    "city": {"type": "external_select", "min_query_length": 2, "placeholder": plain("Any city")},
    "statements": {"type": "multi_external_select", "initial_options": [option("Import")]},
    "since": {"type": "datepicker"},
}  # fmt: skip


def form(lens: str = "") -> Json:
    """A form whose lens tells the app at once, and changes the form."""
    lenses = {"type": "static_select", "action_id": "lens", **options("Product", "Marketing")}
    blocks: list[Json] = [
        {"type": "section", "block_id": "lens", "text": plain(f"Lens: {lens or 'none'}"), "accessory": lenses}
    ]
    for name, element in FIELDS.items():
        blocks.append(
            {
                "type": "input",
                "block_id": name,
                "label": plain(name.replace("_", " ").capitalize()),
                "element": {**element, "action_id": name},
                "optional": name == "since",
            }
        )
    return {
        "type": "modal", "callback_id": "subscribe", "title": plain("Subscribe"), "submit": plain("Save"), "blocks": blocks
    }  # fmt: skip


HOME: Json = {
    "type": "home",
    "blocks": [
        {
            "type": "section",
            "block_id": f"sub{number}",
            "text": plain(f"Subscription {number}"),
            "accessory": {"type": "overflow", "action_id": "manage", **options("Pause", "Skip next")},
        }
        for number in (1, 2)
    ]
    + [
        {
            "type": "actions",
            "block_id": "acts",
            "elements": [{"type": "button", "action_id": "new", "text": plain("Subscribe"), "value": "new"}],
        }
    ],
}


@pytest.fixture(scope="module")
def seen() -> dict[str, list[Json]]:
    """What reached the app: clicks, asked suggestions, sent forms."""
    return {"actions": [], "suggestions": [], "forms": []}


def small_app(client: WebClient, seen: dict[str, list[Json]]) -> App:
    app = App(client=client, signing_secret="sandbox-signing-secret")

    @app.command("/persona")
    def open_form(ack: Any, body: Json, client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=form())
        ack()

    @app.options("city")
    @app.options("statements")
    def suggest(ack: Any, body: Json) -> None:
        seen["suggestions"].append(body)
        found = [
            name
            for name in ("Adelaide", "Import", "Invoices", "Importers")
            if body["value"].lower() in name.lower()
        ]
        if body["action_id"] == "statements":
            ack(options=[option(name) for name in found])
        else:
            ack(option_groups=[{"label": plain("Oceania"), **options(*found)}] if found else [])

    @app.action("lens")
    def change(ack: Any, body: Json, client: WebClient) -> None:
        seen["actions"].append(body)
        chosen = body["actions"][0]["selected_option"]["value"]
        client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=form(chosen))
        ack()

    @app.action("manage")
    @app.action("new")
    def manage(ack: Any, body: Json) -> None:
        seen["actions"].append(body)
        ack()

    @app.view("subscribe")
    def save(ack: Any, body: Json) -> None:
        seen["forms"].append(body)
        ack()

    return app


@pytest.fixture(scope="module")
def sandbox(seen: dict[str, list[Json]]) -> Iterator[SandboxServer]:
    with SandboxServer(page_app.MANIFEST, delays=FAST) as server:
        client = WebClient("xoxb-sandbox", base_url=server.api_url)
        handler = SocketModeHandler(small_app(client, seen), "xapp-sandbox", web_client=client)
        handler.connect()
        assert server.wait_connected()
        client.views_publish(user_id="U0ALICE", view=HOME)
        yield server
        disconnect(handler)


@pytest.fixture
def page(browser: Browser, sandbox: SandboxServer) -> Iterator[Page]:
    errors: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    page = browser.new_page()
    page.set_default_timeout(5_000)
    page.on("console", complain)
    page.goto(f"{sandbox.url}/#as=U0ALICE&in=C0PRODUCT")
    page.locator(".message").first.wait_for()
    yield page
    page.close()
    assert errors == []
    assert [call.reason for call in sandbox.refusals] == []


@pytest.fixture
def dialog(page: Page) -> Iterator[Locator]:
    page.locator("#write").fill("/persona subscribe")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Subscribe")
    dialog.wait_for()
    yield dialog
    if dialog.count():
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)


def choose(page: Page, dialog: Locator, name: str, *choices: str, words: str = "") -> None:
    """Choose by keyboard; ``words`` are typed into the search first."""
    dialog.get_by_role("combobox", name=name).press("Enter")
    if words:
        page.keyboard.type(words)
    for choice in choices:
        expect(page.locator(".choice.active")).to_be_visible()
        for _ in range(page.locator(".choice").count()):
            if choice in page.locator(".choice.active").inner_text():
                break
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    if page.locator(".popup").count():
        page.keyboard.press("Escape")


def test_every_way_of_choosing_reaches_the_app_when_the_form_is_sent(
    page: Page, dialog: Locator, seen: dict[str, list[Json]]
) -> None:
    dialog.get_by_label("Story").check()
    dialog.get_by_label("Monday").uncheck()
    dialog.get_by_label("Tuesday").check()
    dialog.get_by_label("Friday").check()
    dialog.get_by_label("Time").fill("16:45")
    choose(page, dialog, "Zone", "Tokyo")
    choose(page, dialog, "Personas", "Marco", "Tomasz")
    choose(page, dialog, "City", "Adelaide", words="ade")
    choose(page, dialog, "Statements", "Invoices", words="inv")
    dialog.get_by_label("Since").fill("2026-12-24")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)

    values = seen["forms"][-1]["view"]["state"]["values"]
    assert {name: values[name][name] for name in FIELDS} == {
        "programme": {"type": "radio_buttons", "selected_option": option("Story")},
        "weekdays": {"type": "checkboxes", "selected_options": [option("Tuesday"), option("Friday")]},
        "time": {"type": "timepicker", "selected_time": "16:45"},
        "zone": {"type": "static_select", "selected_option": option("Tokyo")},
        "personas": {"type": "multi_static_select", "selected_options": [option("Marco"), option("Tomasz")]},
        "city": {"type": "external_select", "selected_option": option("Adelaide")},
        "statements": {
            "type": "multi_external_select",
            "selected_options": [option("Import"), option("Invoices")],
        },
        "since": {"type": "datepicker", "selected_date": "2026-12-24"},
    }


def test_groups_stand_under_their_names(page: Page, dialog: Locator) -> None:
    dialog.get_by_role("combobox", name="Zone: nothing chosen", exact=True).click()

    expect(page.locator(".choice-group")).to_have_text(["Europe", "Asia"])
    expect(page.get_by_role("option")).to_have_text(["Madrid", "London", "Tokyo"])
    page.keyboard.press("Escape")


def test_an_app_is_asked_for_choices_once_enough_is_typed(
    page: Page, dialog: Locator, seen: dict[str, list[Json]]
) -> None:
    seen["suggestions"].clear()
    dialog.get_by_role("combobox", name="City").click()
    expect(page.locator(".choice-none")).to_have_text("Type at least 2 letters")
    page.keyboard.type("ad")
    expect(page.get_by_role("option")).to_have_text("Adelaide")
    expect(page.locator(".choice-group")).to_have_text("Oceania")
    page.keyboard.type("xyz")
    expect(page.locator(".choice-none")).to_have_text("Nothing matches")
    page.keyboard.press("Escape")

    first = seen["suggestions"][0]
    assert (first["type"], first["action_id"], first["block_id"], first["value"]) == (
        "block_suggestion", "city", "city", "ad",
    )  # fmt: skip
    assert first["view"]["callback_id"] == "subscribe"
    assert first["view"]["state"]["values"]["time"]["time"]["selected_time"] == "09:30"


def test_what_an_app_offered_and_was_chosen_is_shown_with_its_name(page: Page, dialog: Locator) -> None:
    choose(page, dialog, "City", "Adelaide", words="ade")
    choose(page, dialog, "Statements", "Importers", words="imp")

    expect(dialog.get_by_role("combobox", name="City: Adelaide")).to_have_text("Adelaide")
    expect(dialog.get_by_role("combobox", name="Statements: Import, Importers")).to_be_visible()


def test_no_more_are_chosen_than_may_be(page: Page, dialog: Locator) -> None:
    choose(page, dialog, "Personas", "Priya", "Marco", "Ingrid")

    expect(dialog.get_by_role("combobox", name="Personas: Priya, Marco", exact=True)).to_be_visible()


def test_a_click_in_a_form_brings_what_is_filled_in_and_the_change_keeps_it(
    page: Page, dialog: Locator, seen: dict[str, list[Json]]
) -> None:
    dialog.get_by_label("Story").check()
    dialog.get_by_label("Time").fill("07:05")
    choose(page, dialog, "Zone", "London")
    dialog.get_by_role("combobox", name="Choose: nothing chosen").click()
    page.get_by_role("option", name="Marketing").click()
    expect(dialog).to_contain_text("Lens: marketing")

    values = seen["actions"][-1]["view"]["state"]["values"]
    assert values["lens"]["lens"]["selected_option"]["value"] == "marketing"
    assert values["programme"]["programme"]["selected_option"]["value"] == "story"
    assert values["time"]["time"]["selected_time"] == "07:05"
    assert values["zone"]["zone"]["selected_option"]["value"] == "london"
    assert values["weekdays"]["weekdays"]["selected_options"] == [option("Monday")]
    assert "state" not in seen["actions"][-1]
    expect(dialog.get_by_label("Time")).to_have_value("07:05")
    expect(dialog.get_by_role("combobox", name="Zone: London")).to_be_visible()


def test_the_homes_menus_and_buttons_reach_the_app(
    page: Page, sandbox: SandboxServer, seen: dict[str, list[Json]]
) -> None:
    page.goto(f"{sandbox.url}/#as=U0ALICE&in=app&tab=home")
    home = page.get_by_role("tabpanel", name="Home")
    home.get_by_role("button", name="More").nth(1).press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    skipped = eventually(
        lambda: [body for body in seen["actions"] if body["actions"][0]["action_id"] == "manage"]
    )
    home.get_by_role("button", name="Subscribe").click()
    asked = eventually(lambda: [body for body in seen["actions"] if body["actions"][0]["action_id"] == "new"])

    assert skipped[0]["actions"][0]["block_id"] == "sub2"
    assert skipped[0]["actions"][0]["selected_option"] == option("Skip next") | {"value": "skip next"}
    assert (skipped[0]["view"]["type"], skipped[0]["container"]["type"]) == ("home", "view")
    assert asked[0]["actions"][0]["value"] == "new"
