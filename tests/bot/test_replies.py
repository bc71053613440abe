from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot import blocks
from bot.app import Bot
from bot.replies import Reply
from bot.requests import Entry

WINDOW = blocks.modal("What is asked", [blocks.section("Counting …")], close="Close")


def reply_of(bot: Bot) -> Reply:
    return Reply(bot.client, Entry("action:council.show_asked", "T0:1", "U0CAROL"), 1)


def test_a_window_that_was_closed_meanwhile_is_left_alone(bot: Bot) -> None:
    reply_of(bot).update(WINDOW, "V0CLOSED")


@pytest.mark.parametrize("wrong", [{"type": "modal"}, {**WINDOW, "title": {}}])
def test_whatever_else_slack_says_to_a_window_is_an_error(bot: Bot, wrong: dict[str, Any]) -> None:
    with pytest.raises(SlackApiError):
        reply_of(bot).update(wrong, "V0CLOSED")
