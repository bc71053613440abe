from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.requests import Entry, read_entry, split_command

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
KEYS = ("type", "event", "event_id", "user", "user_id", "team", "team_id", "trigger_id", "command", "actions")


def mention(**event: Any) -> dict[str, Any]:
    told = {"type": "app_mention", "user": "U0ALICE", "text": "hi", "ts": "1.1", "channel": "C0PRODUCT"}
    return {"type": "event_callback", "team_id": "T0", "event_id": "Ev1", "event": told | event}


def read(body: dict[str, Any]) -> Entry:
    entry = read_entry(body)
    assert entry is not None
    return entry


def test_a_mention_is_answered_in_the_thread_that_it_begins() -> None:
    entry = read(mention())

    assert (entry.name, entry.thread_ts, entry.is_in_thread) == ("event:app_mention", "1.1", False)


def test_a_mention_in_a_thread_stays_in_that_thread() -> None:
    entry = read(mention(thread_ts="0.9"))

    assert (entry.thread_ts, entry.is_in_thread) == ("0.9", True)


def test_a_repeated_event_has_the_same_key() -> None:
    assert read(mention()).key == read(mention()).key == "T0:Ev1"


@pytest.mark.parametrize("event", [{"bot_id": "B1"}, {"subtype": "message_changed"}, {"hidden": True}])
def test_what_no_person_said_is_nothing_to_us(event: dict[str, Any]) -> None:
    assert read_entry(mention(**event)) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("help", "")),
        ("list", ("list", "")),
        ("  CARD   Priya  ", ("card", "Priya")),
        ("compare Priya and Marco on pricing", ("compare", "Priya and Marco on pricing")),
        ("what would Priya need?", ("ask", "what would Priya need?")),
        ("listing what annoys her", ("ask", "listing what annoys her")),
    ],
)
def test_a_command_is_a_subcommand_or_a_question(text: str, expected: tuple[str, str]) -> None:
    assert split_command(text) == expected


def test_a_click_is_named_by_its_action_without_the_number_of_its_button() -> None:
    body = {
        "type": "block_actions",
        "team": {"id": "T0"},
        "user": {"id": "U0ALICE"},
        "trigger_id": "t1",
        "channel": {"id": "C0PRODUCT"},
        "container": {"message_ts": "2.2", "thread_ts": "1.1"},
        "actions": [{"action_id": "answers.choose_persona#2", "value": "7 priya"}],
    }

    assert read(body).name == "action:answers.choose_persona"


@pytest.mark.parametrize(
    ("channel", "container", "thread"),
    [
        ("D0ALICE", {"message_ts": "2.2"}, "2.2"),
        ("D0ALICE", {"message_ts": "2.2", "thread_ts": "1.1"}, "1.1"),
        ("D0ALICE", {"message_ts": "2.2", "is_ephemeral": True}, None),
        ("C0PRODUCT", {"message_ts": "2.2"}, None),
    ],
)
def test_a_click_in_a_direct_message_is_answered_in_that_conversation(
    channel: str, container: dict[str, Any], thread: str | None
) -> None:
    body = {
        "type": "block_actions",
        "team": {"id": "T0"},
        "user": {"id": "U0ALICE"},
        "trigger_id": "t1",
        "channel": {"id": channel},
        "container": container,
        "actions": [{"action_id": "reviews.verify"}],
    }

    entry = read(body)

    assert (entry.thread_ts, entry.is_in_thread) == (thread, thread is not None)


def test_only_a_form_waits_for_our_word() -> None:
    form = {
        "type": "view_submission",
        "team": {"id": "T0"},
        "user": {"id": "U0ALICE"},
        "trigger_id": "t1",
        "view": {"callback_id": "answers.ask", "type": "modal"},
    }

    assert read(form).wants_answer_at_once
    assert not read(mention()).wants_answer_at_once


@given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=8), JSON, max_size=8))
def test_nonsense_is_read_as_nothing_or_as_an_entry_but_never_fails(body: dict[str, Any]) -> None:
    entry = read_entry(body)

    assert entry is None or isinstance(entry.name, str)
