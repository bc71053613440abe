"""The form in which the council says whom a persona stands for, and how they talk."""

from collections.abc import Mapping
from typing import Any, get_args

from bot import blocks
from bot.blocks import Block
from bot.inputs import Choice, chosen_in, menu, typed_in
from bot.revisions.fields import PIECES, form, line, text_area
from bot.revisions.shown import About
from bot.wording import Words
from persona_store.errors import FieldError
from persona_store.packs.format import Pronouns
from persona_store.refresh.differences import Snapshot
from persona_store.refresh.draft_changes import demographics_in, demographics_lines

BACKGROUND_FORM = "revisions.background"
NONE = "-"
SEGMENTS_OFFERED, LINES_LIMIT = 500, 3_000


def background_form(words: Words, about: About, said: Snapshot, segments: Mapping[str, str]) -> Block:
    """``segments``: names by id."""
    pronouns = [Choice(NONE, words.plain(PIECES, "no_pronouns"))]
    pronouns += [Choice(one, one) for one in get_args(Pronouns)]
    return form(
        words,
        "background_title",
        BACKGROUND_FORM,
        about.kept(),
        [
            _known_segment(words, said.get("segment") or "", segments),
            line(words, "segment", "", 150, hint="segment_hint") | {"optional": True},
            _demographics(words, said.get("demographics") or {}),
            menu("pronouns", words.plain(PIECES, "pronouns"), [("", pronouns)], said.get("pronouns") or NONE),
            line(words, "voice", said.get("voice") or "", 300, hint="voice_hint") | {"optional": True},
            line(words, "portrait", said.get("portrait") or "", 2_000, hint="portrait_hint")
            | {"optional": True},
        ],
    )


def background_in(view: Mapping[str, Any]) -> dict[str, Any]:
    """Facts by name, of what the form has."""
    values = view["state"]["values"]
    chosen = {name: chosen_in(values, name) or NONE for name in ("known_segment", "pronouns")}
    known, pronouns = (None if one == NONE else one for one in chosen.values())
    found: dict[str, Any] = {
        name: " ".join(typed_in(view, name).split()) or None for name in ("voice", "portrait")
    }
    found |= {"segment": " ".join(typed_in(view, "segment").split()) or known, "pronouns": pronouns}
    if "demographics" in values:
        found["demographics"] = typed_in(view, "demographics") or None
    return found


def _known_segment(words: Words, chosen: str, segments: Mapping[str, str]) -> Block:
    """Nothing where there is none to choose. One that the draft alone has can stay."""
    names = {**({chosen: segments.get(chosen, chosen)} if chosen else {}), **segments}
    if not names:
        return {}
    choices = [Choice(slug, name) for slug, name in list(names.items())[:SEGMENTS_OFFERED]]
    none = Choice(NONE, words.plain(PIECES, "no_segment"))
    return menu(
        "known_segment", words.plain(PIECES, "known_segment"), [("", [none, *choices])], chosen or NONE
    )


def _demographics(words: Words, demographics: Mapping[str, Any]) -> Block:
    """A note where they do not come back as they were: then they are changed in packs alone."""
    lines = demographics_lines(demographics)
    if len(lines) > LINES_LIMIT or not _comes_back(lines, demographics):
        return blocks.context(f"*{words(PIECES, 'demographics')}*", words(PIECES, "in_packs"))
    return text_area(words, "demographics", lines, LINES_LIMIT, hint="demographics_hint") | {"optional": True}


def _comes_back(lines: str, demographics: Mapping[str, Any]) -> bool:
    try:
        return demographics_in(lines, demographics) == {
            label: str(fact) for label, fact in demographics.items()
        }
    except FieldError:
        return False
