"""What an insight is made of is masked before its request is stored."""

from typing import Any

import pytest

from bot.masked_requests import MASKED, SOMEBODY, TAKEN_ALONG, has_attachments, masked_body
from bot.requests import read_entry

PHONE = "0161 496 0123"
PERSON: dict[str, Any] = {"trigger_id": "1.2", "user": {"id": "U0ALICE"}, "team": {"id": "T1"}}


def masked(body: dict[str, Any]) -> dict[str, Any]:
    entry = read_entry(body)
    assert entry
    return masked_body(entry, body)


def sent(message: dict[str, Any]) -> dict[str, Any]:
    """The message as it is kept when somebody sends it to the backlog."""
    body = PERSON | {"type": "message_action", "callback_id": "insights.send", "message": message}
    kept: dict[str, Any] = masked(body)["message"]
    return kept


def test_a_commands_text_is_masked_and_what_was_found_is_told() -> None:
    body = {"command": "/persona", "trigger_id": "1", "user_id": "U0ALICE", "text": f"insight call {PHONE}"}

    assert masked(body) == body | {"text": "insight call [phone number]", MASKED: ["phone"]}
    assert PHONE in body["text"]


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        (f"what does Priya think of {PHONE}?", "what does Priya think of [phone number]?"),
        ("ana@example.com asks what Priya needs", "[e-mail address] asks what Priya needs"),
        ("what do teams of 20,000 need in 2025?", "what do teams of 20,000 need in 2025?"),
        ("does Priya pay 1,200 EUR for 14 shops?", "does Priya pay 1,200 EUR for 14 shops?"),
    ],
)
def test_a_question_is_masked_and_other_numbers_in_it_stay(asked: str, kept: str) -> None:
    body = {"command": "/persona", "trigger_id": "1", "user_id": "U0ALICE", "text": asked}

    assert masked(body)["text"] == kept


@pytest.mark.parametrize("kind", ["app_mention", "message"])
def test_of_what_is_said_to_the_bot_only_the_masked_text_is_kept(kind: str) -> None:
    text = f"<@U0PERSONA> does <mailto:ana@example.com|ana@example.com> or <@U0BOB01234567> call {PHONE}?"
    event = {"type": kind, "user": "U0ALICE", "channel": "C1", "ts": "1.2", "channel_type": "im"}
    more = {"blocks": [{"text": PHONE}], "attachments": [{"text": PHONE}], "files": [{"name": PHONE}]}
    kept = masked({"type": "event_callback", "event_id": "E1", "event": event | more | {"text": text}})

    assert kept["event"] == event | {
        "text": "<@U0PERSONA> does <mailto:[e-mail address]|[e-mail address]> or <@U0BOB01234567> call "
        "[phone number]?"
    }


def test_a_mistyped_insight_that_is_kept_as_a_question_is_masked_too() -> None:
    body = {
        "command": "/persona",
        "trigger_id": "1",
        "user_id": "U0ALICE",
        "text": f"insigt call {PHONE} now",
    }

    assert masked(body)["text"] == "insigt call [phone number] now"


def test_what_was_typed_into_a_form_is_masked_and_what_was_chosen_is_not() -> None:
    typed = {"type": "plain_text_input", "value": f"call {PHONE}"}
    chosen = {"type": "static_select", "selected_option": {"value": PHONE}}
    state = {"values": {"text": {"text": typed}, "stage": {"chosen": chosen}}}
    block = {"element": {"type": "plain_text_input", "initial_value": PHONE}}
    view = {"callback_id": "insights.submit", "state": state, "blocks": [block], "private_metadata": PHONE}
    kept = masked(PERSON | {"type": "view_submission", "view": view})["view"]

    assert kept["state"]["values"]["text"]["text"]["value"] == "call [phone number]"
    assert kept["blocks"][0]["element"]["initial_value"] == "[phone number]"
    assert kept["state"]["values"]["stage"]["chosen"]["selected_option"]["value"] == PHONE
    assert kept["private_metadata"] == PHONE


def test_of_a_message_only_its_text_and_its_place_are_kept() -> None:
    kept = sent(
        {
            "type": "message",
            "ts": "1.2",
            "bot_id": "B1",
            "text": f"<@U0BOB> call {PHONE}",
            "blocks": [{"text": {"text": PHONE}}],
            "attachments": [{"text": PHONE, "from_url": "https://x.example"}],
        }
    )

    assert kept == {
        "type": "message",
        "ts": "1.2",
        "bot_id": "B1",
        "text": f"{SOMEBODY} call [phone number]",
        "with_files": False,
    }


@pytest.mark.parametrize("more", [{"files": [{"id": "F1"}]}, {"attachments": [{"text": "a card"}]}])
def test_files_and_attachments_stay_where_they_are(more: dict[str, Any]) -> None:
    kept = sent({"text": "see this", **more})

    assert has_attachments(kept)
    assert kept.keys() == {"text", "with_files"}


def test_a_message_that_has_blocks_alone_is_read_from_them() -> None:
    said = {"type": "section", "text": {"type": "mrkdwn", "text": f"A ticket from {PHONE}"}}

    assert sent({"text": "", "blocks": [said]})["text"] == "A ticket from [phone number]"


def test_a_very_long_message_is_cut_between_words() -> None:
    kept = sent({"text": "word " * TAKEN_ALONG + PHONE})

    assert len(kept["text"]) < TAKEN_ALONG
    assert kept["text"].endswith("word")


@pytest.mark.parametrize(("said", "kept"), [("word " * TAKEN_ALONG + PHONE, "word"), (None, "")])
def test_a_question_of_any_length_is_masked(said: str | None, kept: str) -> None:
    event = {"type": "app_mention", "user": "U0ALICE", "text": said}
    text = masked({"type": "event_callback", "event_id": "E1", "event": event})["event"]["text"]

    assert len(text) < TAKEN_ALONG
    assert text[-4:] == kept


def test_other_requests_stay_as_they_are() -> None:
    body = {"command": "/persona", "trigger_id": "1", "user_id": "U0ALICE", "text": f"card {PHONE}"}

    assert masked(body) is body


@pytest.mark.parametrize(
    ("form", "is_masked"),
    [
        ("backlog.decline", True),
        ("revisions.statement", True),
        ("revisions.submit", True),
        ("revisions.evidence", False),
    ],
)
def test_what_the_council_makes_of_an_insight_is_masked_too(form: str, is_masked: bool) -> None:  # noqa: FBT001
    typed = {"type": "plain_text_input", "value": f"call {PHONE}"}
    view = {"callback_id": form, "state": {"values": {"text": {"text": typed}}}}
    kept = masked(PERSON | {"type": "view_submission", "view": view})["view"]["state"]["values"]["text"][
        "text"
    ]

    assert (PHONE not in kept["value"]) is is_masked
