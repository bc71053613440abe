"""What people do with stories."""

from typing import Any

from bot.sandbox.box import Box
from tests.bot.slack_driver import Message, Slack, View
from tests.bot.slack_shown import shown_message

VAN: dict[str, Any] = {
    "title": "The lorry at five",
    "personas": ["priya"],
    "stage": "onboarding",
    "happened": "Her lorry came at five and the order was not in it.",
    "needed": "Somebody who answers at five.",
    "did": "We gave her the number of the night desk.",
    "outcome": "She has called it twice since.",
    "quote": "Somebody picked up!",
    "promises": ["consent", "anonymised"],
    "credit": ["credited"],
    "next": "submit",
}


def send_form(slack: Slack, account: str, **changes: Any) -> dict[str, str] | None:
    """Fill in the form on top; gives its errors."""
    told = VAN | changes
    return slack.submit(account, **{name: value for name, value in told.items() if value is not None})


def write(slack: Slack, account: str, **changes: Any) -> str:
    """Write a story with the command; gives what the window then says."""
    slack.run_command(account, "/persona story")
    form = slack.modal(account)
    assert send_form(slack, account, **changes) is None
    said = slack.modal(account, after=form).plain
    slack.close(account)
    return said


def notice(slack: Slack, account: str, text: str) -> Message:
    """The latest direct message that says this, once it has come."""
    place = slack.channel_id("dm", account)

    def said(box: Box) -> Message | None:
        messages = reversed(box.world.channels[place].messages.values())
        shown = (shown_message(one) for one in messages)
        return next((one for one in shown if text in one.everything), None)

    return slack.wait(said, f"a message to {account} that says {text!r}")


def open_review(slack: Slack, account: str, title: str = "The lorry at five") -> View:
    """Open the review from the direct message."""
    slack.click(notice(slack, account, title), account, "Review")
    return slack.modal(account)


def approve(slack: Slack, account: str = "carol", title: str = "The lorry at five", **changes: Any) -> None:
    form = open_review(slack, account, title)
    assert slack.submit(account, next="approve", **changes) is None
    slack.modal(account, after=form)
    slack.close(account)


def own_story(slack: Slack, account: str, title: str) -> View:
    """Open a story of the list in its window."""
    shown = slack.command(account, "/persona stories")
    sections = [block for block in shown.blocks if title in str(block.get("text", ""))]
    button = sections[0]["accessory"]
    slack.click(shown, account, button["action_id"], button["value"])
    return slack.modal(account)
