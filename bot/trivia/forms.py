"""The forms: a round to start, a question to flag, a round to cancel."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot import blocks
from bot.blocks import Block, Message
from bot.inputs import Choice, all_chosen_in, chosen_in, many_menu, menu
from bot.trivia.messages import LETTERS, Asked
from bot.wording import Words, channel_link, mention
from persona_store.models import Persona
from persona_store.trivia.rounds import MOST_QUESTIONS, USUAL_HOURS, USUAL_QUESTIONS, RoundWanted

FORMS = "trivia/forms"
START, FLAG, CANCEL = "trivia.start", "trivia.flag", "trivia.cancel"
HOURS = (1, 2, 4, 8, 24, 48, 72, 120, 168)
PERSONAS_OFFERED = 100
REASON_LIMIT = 500


def start_form(words: Words, channel_id: str, personas: Sequence[Persona]) -> Block:
    counts = [
        Choice(str(count), words.plain(FORMS, "count_choice", count=count))
        for count in range(1, MOST_QUESTIONS + 1)
    ]
    hours = [Choice(str(one), words.plain(FORMS, "hours_choice", hours=one)) for one in HOURS]
    return blocks.modal(
        words.plain(FORMS, "start_title"),
        [
            blocks.context(words(FORMS, "start_head", channel=channel_link(channel_id))),
            menu("count", words.plain(FORMS, "count"), [("", counts)], str(USUAL_QUESTIONS)),
            menu("hours", words.plain(FORMS, "hours"), [("", hours)], str(USUAL_HOURS)),
            _personas(words, personas),
        ],
        callback_id=START,
        submit=words.plain(FORMS, "start"),
        close=words.plain("answers/buttons", "cancel"),
        metadata=channel_id,
    )


def wanted_in(view: Mapping[str, Any], slack_user_id: str, zone: str | None) -> RoundWanted:
    """Read what somebody chose."""
    values = view["state"]["values"]
    return RoundWanted(
        view["private_metadata"],
        slack_user_id,
        int(chosen_in(values, "count") or 0),
        int(chosen_in(values, "hours") or 0),
        tuple(all_chosen_in(values, "personas")),
        zone,
    )


def _personas(words: Words, personas: Sequence[Persona]) -> Block:
    choices = [
        Choice(one.slug, words.plain("subscriptions/form", "persona", name=one.name, role=one.role))
        for one in personas[:PERSONAS_OFFERED]
    ]
    if not choices:
        return {}
    return many_menu(
        "personas",
        words.plain(FORMS, "personas"),
        [("", choices)],
        (),
        placeholder=words.plain(FORMS, "all_personas"),
        hint=words.plain(FORMS, "personas_hint"),
    )


def started_view(words: Words, channel_id: str) -> Block:
    return note_view(words, "started", channel=channel_link(channel_id))


def flag_form(words: Words, asked: Asked, question_id: int) -> Block:
    reason = blocks.text_input(
        "reason", words.plain(FORMS, "reason"), limit=REASON_LIMIT, hint=words.plain(FORMS, "reason_hint")
    )
    return blocks.modal(
        words.plain(FORMS, "flag_title"),
        [blocks.section(words(FORMS, "flag_head", asks=asked.asks, about=asked.about)), reason],
        callback_id=FLAG,
        submit=words.plain(FORMS, "flag_submit"),
        close=words.plain("answers/buttons", "cancel"),
        metadata=str(question_id),
    )


def flag_notice(words: Words, asked: Asked, right: int, reason: str, slack_user_id: str) -> Message:
    """Tell the council."""
    return Message(
        words(
            FORMS,
            "flag_notice",
            person=mention(slack_user_id),
            asks=asked.asks,
            about=asked.about,
            right=f"{LETTERS[right]}, {asked.options[right]}",
            reason=reason,
        )
    )


def cancel_form(words: Words, round_id: int) -> Block:
    return blocks.modal(
        words.plain(FORMS, "cancel_title"),
        [blocks.section(words(FORMS, "cancel_head"))],
        callback_id=CANCEL,
        submit=words.plain(FORMS, "cancel_submit"),
        close=words.plain(FORMS, "keep"),
        metadata=str(round_id),
    )


def note_view(words: Words, piece: str, **told: object) -> Block:
    """Say what became of a form: started, flagged, cancelled, wrong."""
    return blocks.modal(
        words.plain(FORMS, "note_title"),
        [blocks.section(words(FORMS, piece, **told))],
        close=words.plain("answers/buttons", "close"),
    )
