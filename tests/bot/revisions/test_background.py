"""The council changes whom a persona stands for, how they talk, and their journey."""

from typing import Any

import pytest

from bot.revisions.background import background_form, background_in
from bot.revisions.shown import About
from bot.wording import Words
from persona_store.database import Store
from persona_store.refresh.drafts import change_draft, get_draft, version_of
from persona_store.refresh.journey_changes import RestoreStep
from tests.bot.conftest import NOON
from tests.bot.revisions.acts import begin, changed, choose, drafts, notice, press
from tests.bot.slack_driver import Slack

STEP = "revisions.step"


def test_the_background_is_changed_in_a_form_that_keeps_what_was_typed(slack: Slack, store: Store) -> None:
    window = begin(slack, "carol")
    form = press(slack, "carol", window, "Background")
    errors = slack.submit("carol", demographics="Age 38", voice="Dry.")
    window = changed(
        slack,
        "carol",
        window,
        known_segment="Single shops",
        demographics="Age: 39\nWorking hours: 7 to 5",
        pronouns="they/them",
    )

    lines = next(one["initial_value"] for one in form.elements if one["block_id"] == "demographics")
    assert lines.startswith("Age: 38\nLocation: Leeds, United Kingdom")
    assert errors == {"demographics": "“Age 38”: write it as “Age: 34”, one a line."}
    assert drafts(store)[0].snapshot["demographics"] == {"age": 39, "Working hours": "7 to 5"}
    shown = press(slack, "carol", window, "Show difference")
    assert "*± segment*: ~Growing groups~ *Single shops*" in shown.plain
    assert "demographics, age*: ~38~ *39*" in shown.plain


def test_steps_of_the_journey_are_changed_one_by_one(slack: Slack, store: Store) -> None:
    window = begin(slack, "carol")
    window = press(slack, "carol", window, "Journey")
    window = choose(slack, "carol", window, "remove", "onboarding", STEP)
    removed = window.plain
    window = choose(slack, "carol", window, "later", "trial", STEP)
    choose(slack, "carol", window, "change", "renewal", STEP)
    empty = dict.fromkeys(("doing", "thinking", "feeling", "touchpoints", "opportunity"), "")
    errors = slack.submit("carol", **empty)
    window = changed(slack, "carol", window, **empty | {"touchpoints": "Phone\n\nMail"})
    press(slack, "carol", window, "Add a step")
    window = changed(slack, "carol", window, stage="Onboarding", doing="Starts anew.")
    draft = press(slack, "carol", window, "Back to the draft")
    shown = press(slack, "carol", draft, "Show difference")

    assert "~Onboarding~ _− taken out_" in removed
    assert errors == {"doing": "Say at least one thing of this stage, or take the step out."}
    journey = {one["stage"]: one for one in drafts(store)[0].snapshot["journey"]}
    assert list(journey) == ["daily-use", "trial", "onboarding", "support", "renewal"]
    assert journey["renewal"] == {"stage": "renewal", "touchpoints": ["Phone", "Mail"]}
    assert journey["onboarding"] == {"stage": "onboarding", "doing": "Starts anew."}
    assert "*± journey, Renewal, touchpoints*" in shown.plain
    assert "*± The order of the journey*" in shown.plain


def test_a_step_is_not_added_where_every_stage_has_one_by_now(slack: Slack, store: Store) -> None:
    window = press(slack, "carol", begin(slack, "carol"), "Journey")
    window = choose(slack, "carol", window, "remove", "onboarding", STEP)
    with store.begin() as session:
        seen = version_of(get_draft(session, 1))
        change_draft(session, 1, "U0DAVE", NOON, RestoreStep("onboarding"), seen)
    slack.click(window, "carol", "Add a step")

    assert "a step in every stage of the journey already" in notice(slack, "carol", "every stage").text


@pytest.mark.parametrize(
    "demographics", [{"working_hours": "9", "Working hours": "5"}, {"a:b": "c"}, {str(one): "x" * 200 for one in range(50)}]
)  # fmt: skip
def test_demographics_that_would_come_back_otherwise_are_not_offered_for_change(
    demographics: dict[str, Any],
) -> None:
    form = background_form(Words(), About(1, "seen"), {"demographics": demographics}, {})

    assert "demographics" not in [block.get("block_id") for block in form["blocks"]]
    assert "demographics" not in background_in({"state": {"values": {}}})
