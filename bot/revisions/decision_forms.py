"""The forms in which the council decides on a draft, and what was typed into them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot import blocks
from bot.blocks import Block
from bot.inputs import Choice, chosen_in, menu, radios, typed_in
from bot.revisions.fields import PIECES, form, text_area
from bot.revisions.shown import About, Names
from bot.wording import Words
from persona_store.errors import FieldError
from persona_store.models import Objective
from persona_store.refresh.merging import ORDER, PARTS, Conflict, Path, Side
from persona_store.refresh.publishing import LONGEST_WHY, Reasons
from persona_store.refresh.variants import Alike

SUBMIT_FORM, RETURN_FORM, REBASE_FORM = "revisions.submit", "revisions.return", "revisions.rebase"
NONE, JOURNEY = "-", "journey"
LINES, CONFLICTS, ALIKE, CONFLICT_TEXT = 100, 30, 5, 900
OF_SIDE = {"ours": Side.OURS, "theirs": Side.THEIRS}


def looking_view(words: Words) -> Block:
    return blocks.modal(
        words.plain(PIECES, "submit_title"),
        [blocks.section(words(PIECES, "looking"))],
        close=words.plain("answers/buttons", "close"),
    )


def submit_form(
    words: Words, about: About, charter: Sequence[Objective], alike: Sequence[Alike], name: str, why: str
) -> Block:
    """Ask for the reasons; ``alike``: personas that the new one is too like."""
    shown: list[Block] = [text_area(words, "why", why, LONGEST_WHY, hint="why_hint")]
    if charter:
        lines = [Choice(NONE, words.plain(PIECES, "no_objective"))]
        lines += [Choice(str(one.id), one.text) for one in charter[: LINES - 1]]
        shown.append(menu("objective", words.plain(PIECES, "objective"), [("", lines)], NONE))
    if alike:
        shown += [blocks.section(words(PIECES, "alike", name=name, why=one.why)) for one in alike[:ALIKE]]
        shown.append(text_area(words, "variant", "", LONGEST_WHY, hint="variant_hint"))
    return form(words, "submit_title", SUBMIT_FORM, about.kept(), shown, submit="submit")


def reasons_in(view: Mapping[str, Any]) -> Reasons:
    """What was typed. Where it was asked why there have to be both, blanks are no answer (FieldError)."""
    if "variant" in view["state"]["values"] and not typed_in(view, "variant"):
        raise FieldError("variant", "Say why there have to be both.")
    chosen = chosen_in(view["state"]["values"], "objective") or NONE
    return Reasons(
        typed_in(view, "why"), None if chosen == NONE else int(chosen), typed_in(view, "variant") or None
    )


def return_form(words: Words, about: About) -> Block:
    field = text_area(words, "note", "", LONGEST_WHY)
    return form(words, "return_title", RETURN_FORM, about.kept(), [field], submit="return")


def rebase_form(
    words: Words,
    about: About,
    conflicts: Sequence[Conflict],
    number: int,
    names: Names,
    chosen: Mapping[Path, Side] | None = None,
) -> Block:
    """Ask what to take where both sides changed the same. ``chosen``: what was answered before."""
    sides = {side: value for value, side in OF_SIDE.items()}
    shown: list[Block] = [blocks.section(words(PIECES, "rebase_intro", number=number))]
    choices = [Choice(value, words.plain(PIECES, value)) for value in OF_SIDE]
    for one in conflicts[:CONFLICTS]:
        text = words(
            PIECES,
            "conflict",
            place=_place(words, one.path, names),
            ours=_told(words, one, one.ours, names),
            theirs=_told(words, one, one.theirs, names),
            number=number,
        )
        answered = (chosen or {}).get(one.path)
        field = radios(
            _field_of(one), words.plain(PIECES, "decide"), choices, sides[answered] if answered else ""
        )
        shown += [blocks.section(text), field]
    return form(words, "rebase_title", REBASE_FORM, about.kept(), shown, submit="rebase")


def sides_in(view: Mapping[str, Any], conflicts: Sequence[Conflict]) -> dict[Path, Side]:
    """What was chosen, of those that are as they were shown."""
    values = view["state"]["values"]
    chosen = {one.path: chosen_in(values, _field_of(one)) for one in conflicts}
    return {path: OF_SIDE[value] for path, value in chosen.items() if value}


def _field_of(conflict: Conflict) -> str:
    """The field of this very conflict: another text is another one."""
    said = json.dumps([conflict.path, conflict.ours, conflict.theirs])
    return f"conflict-{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def _place(words: Words, path: Path, names: Names) -> str:
    if path[0] == ORDER:
        return words.plain(PIECES, "order_place", part=path[1])
    if path[0] == "statements" and path[2:] == ("text",):  # both sides show it
        return words.plain(PIECES, "text_place")
    if path[0] == JOURNEY:
        path = (path[0], *names.of("stages", path[1:2]), *path[2:])
    return " · ".join(part.replace("_", " ") for part in path)


def _told(words: Words, conflict: Conflict, text: str | None, names: Names) -> str:
    path = conflict.path
    if text is None and path[0] in PARTS and len(path) == 2:
        return words.plain(PIECES, "taken_out" if path[0] == JOURNEY else "retired")
    if text is None:
        return words.plain(PIECES, "nothing")
    if path == (ORDER, JOURNEY) or (path[0] == JOURNEY and len(path) == 2):
        text = ", ".join(names.of("stages", text.split(", ")))
    if path == ("segment",):
        (text,) = names.of("segments", [text])
    return blocks.fit(" ".join(text.split()), CONFLICT_TEXT)
