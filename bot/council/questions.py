"""The forms for trivia questions: one of the council's own, and those that somebody flagged."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot import blocks
from bot.actions import WRITE_QUESTION
from bot.blocks import Block
from bot.inputs import Choice, chosen_in, in_one_line, menu, text_field, typed_in
from bot.wording import Words
from persona_store.models import Persona, TriviaQuestion
from persona_store.trivia.made import Made
from persona_store.trivia.material import Material, is_askable
from persona_store.trivia.reviewing import Flagged
from persona_store.trivia.writing import (
    LONGEST_OPTION,
    LONGEST_PROMPT,
    LONGEST_WHY,
    WRONG_FIELDS,
    Written,
)

PIECES = "council/questions"
CHECK, KEEP = "council.check_question", "council.keep_question"
SETTLE = "council.settle_question"
LETTERS = "ABCDEFGH"
WHOLE = "persona:"
"""Begins the choice of a persona rather than of one of their statements."""
OFFERED = 500
FLAGGED_SHOWN = 12
VALUE_LIMIT = 150


@dataclass(frozen=True)
class Offer:
    """What can be asked about: by persona, keys and texts of statements."""

    personas: Sequence[Persona]
    statements: Mapping[str, Sequence[tuple[str, str]]]


def offer_of(personas: Sequence[Persona], material: Material) -> Offer:
    """Take researched statements, as many of each persona as fit in a window."""
    most = max(3, OFFERED // max(1, len(personas)))
    return Offer(
        personas,
        {
            one.slug: [(said.key, said.text) for said in material.said_of[one.slug] if is_askable(said)][
                :most
            ]
            for one in personas
            if one.slug in material.said_of
        },
    )


def write_form(
    words: Words, offer: Offer, written: Written | None = None, instead_of: int | None = None
) -> Block:
    """Make the form, empty or filled in; ``instead_of``: the question that it changes."""
    chosen = (written.statement or f"{WHOLE}{written.persona}") if written else ""
    prompt, wrong = (written.prompt, written.wrong) if written else ("", ("", "", ""))
    return blocks.modal(
        words.plain(PIECES, "edit_title" if instead_of else "title"),
        [
            blocks.context(words(PIECES, "intro")),
            _about(words, offer, chosen),
            text_field(words, PIECES, "prompt", prompt, LONGEST_PROMPT, hint="prompt_hint"),
            _line(words, "right", written.right if written else ""),
            *(
                _line(words, field, text, hint="wrong_hint" if field == WRONG_FIELDS[0] else "")
                for field, text in zip(WRONG_FIELDS, wrong, strict=True)
            ),
            text_field(words, PIECES, "why", written.why if written else "", LONGEST_WHY),
        ],
        callback_id=CHECK,
        submit=words.plain(PIECES, "preview"),
        close=words.plain("answers/buttons", "cancel"),
        metadata=str(instead_of or ""),
    )


def written_in(view: Mapping[str, Any], material: Material) -> Written:
    """Read the form."""
    about = chosen_in(view["state"]["values"], "about") or WHOLE
    statement = None if about.startswith(WHOLE) else about
    known = material.statements.get(statement or "")
    persona = known.persona if known else about.removeprefix(WHOLE)
    first, second, third = (typed_in(view, field) for field in WRONG_FIELDS)
    return Written(
        persona,
        statement,
        typed_in(view, "prompt"),
        typed_in(view, "right"),
        (first, second, third),
        typed_in(view, "why"),
    )


def preview_form(words: Words, made: Made, instead_of: str) -> Block:
    shown = [
        blocks.context(words(PIECES, "preview_head")),
        blocks.section(_shown(words, made.prompt, [one.text for one in made.options], made.right)),
        blocks.section(words(PIECES, "shown_why", why=made.why)),
    ]
    return blocks.modal(
        words.plain(PIECES, "preview_title"),
        shown,
        callback_id=KEEP,
        submit=words.plain(PIECES, "keep"),
        close=words.plain(PIECES, "back"),
        metadata=json.dumps({"of": instead_of, "made": made.as_json()}, ensure_ascii=False),
    )


def previewed(view: Mapping[str, Any]) -> tuple[Made, int | None]:
    """Read what was shown, and the question that it takes the place of."""
    kept = json.loads(view["private_metadata"])
    return Made.from_json(kept["made"]), int(kept["of"]) if kept["of"] else None


def kept_view(words: Words) -> Block:
    return blocks.modal(
        words.plain(PIECES, "kept_title"),
        [blocks.section(words(PIECES, "kept"))],
        close=words.plain("answers/buttons", "close"),
    )


def flagged_view(words: Words, flagged: Sequence[Flagged]) -> Block:
    shown = [blocks.section(words(PIECES, "flagged_intro" if flagged else "none_flagged"))]
    for one in flagged[:FLAGGED_SHOWN]:
        shown += _flagged(words, one)
    more = len(flagged) - FLAGGED_SHOWN
    if more > 0:
        shown.append(blocks.context(words(PIECES, "more", more=more)))
    return blocks.modal(
        words.plain(PIECES, "flagged_title"), shown, close=words.plain("answers/buttons", "close")
    )


def _flagged(words: Words, one: Flagged) -> list[Block]:
    question = one.question
    return [
        blocks.divider(),
        blocks.section(_question(words, question)),
        blocks.section(words(PIECES, "shown_why", why=question.why)),
        blocks.context(words(PIECES, "reasons", people=one.people, reasons=one.reasons)),
        blocks.actions(
            blocks.button(words.plain(PIECES, "keep_asking"), SETTLE, f"keep:{question.id}"),
            blocks.button(words.plain(PIECES, "retire"), SETTLE, f"retire:{question.id}"),
            blocks.button(words.plain(PIECES, "edit"), WRITE_QUESTION, str(question.id)),
        ),
    ]


def _question(words: Words, question: TriviaQuestion) -> str:
    return _shown(words, question.prompt, [one["text"] for one in question.options], question.right)


def _shown(words: Words, prompt: str, options: Sequence[str], right: int) -> str:
    asks, _, about = prompt.partition("\n")
    lines = [
        {"letter": LETTERS[place], "text": text, "is_right": place == right}
        for place, text in enumerate(options)
    ]
    return words(PIECES, "shown", asks=asks, about=about.split("\n") if about else [], options=lines)


def _about(words: Words, offer: Offer, chosen: str) -> Block:
    groups = [
        (
            words.plain(PIECES, "persona", name=one.name, role=one.role),
            [
                Choice(f"{WHOLE}{one.slug}", words.plain(PIECES, "whole", name=one.name)),
                *(
                    Choice(key, text)
                    for key, text in offer.statements.get(one.slug, ())
                    if len(key) <= VALUE_LIMIT
                ),
            ],
        )
        for one in offer.personas
    ]
    hint = words.plain(PIECES, "about_hint")
    return menu("about", words.plain(PIECES, "about"), groups, chosen, hint=hint)


def _line(words: Words, block_id: str, initial: str, hint: str = "") -> Block:
    return in_one_line(text_field(words, PIECES, block_id, initial, LONGEST_OPTION, hint=hint))
