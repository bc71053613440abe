"""The form in which people report what they saw or heard, and what they filled in."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot import blocks
from bot.blocks import Block
from bot.inputs import OPTION_LIMIT, Choice, chosen_in, menu, radios, typed_in
from bot.insight_blocks import one_line
from bot.wording import Words, link
from persona_store.models import RefreshItem, Statement
from persona_store.refresh.insights import LONGEST_INSIGHT, PLACES, STANCES, Said

PIECES = "insights/form"
INSIGHT_FORM, FILE_FORM = "insights.submit", "insights.file"
"""As it is first sent, and once what is like it has been shown."""
CHOOSE_PERSONA = "insights.choose_persona"
JOIN = "insights.join"
NONE = "-"
OFFERED = 100
"""More personas would not fit into the window."""


@dataclass(frozen=True)
class Offer:
    """What there is to choose. ``personas``, ``stages``: names by slug; ``statements``: of the one chosen."""

    personas: Mapping[str, str]
    stages: Mapping[str, str]
    statements: Sequence[Statement] = ()


@dataclass(frozen=True)
class About:
    """What a window knows beside what is typed in it.

    ``masked``: kinds of what was taken out of the text; ``without_files``, ``is_cut``: what else of a message
    was not taken along; ``flagged``: keys of the statements of the answer that it was opened from.
    """

    permalink: str | None = None
    masked: tuple[str, ...] = ()
    without_files: bool = False
    is_cut: bool = False
    flagged: tuple[str, ...] = ()
    at_home: bool = False


EMPTY = About()


def insight_form(
    words: Words,
    offer: Offer,
    said: Said,
    about: About = EMPTY,
    *,
    alike: Sequence[tuple[RefreshItem, int]] = (),
    problem: str = "",
) -> Block:
    """``alike``: open items that may be the same, and how many said so; ``problem``: why nothing was done."""
    return blocks.modal(
        words.plain(PIECES, "title"),
        [
            *([blocks.section(words(PIECES, "problem", problem=problem))] if problem else []),
            *_alike(words, alike),
            *_notices(words, about),
            _text(words, said),
            _persona(words, offer, said),
            _one_of(
                words, "verbatim", ("observation", "verbatim"), "verbatim" if said.verbatim else "observation"
            ),
            _one_of(words, "stance", STANCES, said.stance or "adds"),
            _statement(words, offer, said, about),
            _menu(words, "stage", offer.stages, said.stage),
            _menu(
                words, "place", {place: words.plain(PIECES, f"place_{place}") for place in PLACES}, said.place
            ),
        ],
        callback_id=FILE_FORM if alike else INSIGHT_FORM,
        submit=words.plain(PIECES, "file_as_new" if alike else "send"),
        close=words.plain("answers/buttons", "cancel"),
        metadata=json.dumps(asdict(about)),
    )


def read_said(view: Mapping[str, Any]) -> Said:
    """What was filled in, as it is; ``insights.checked`` says what is wrong with it."""
    values, about = view["state"]["values"], read_about(view)
    persona = _persona_in(values)
    statement = _chosen(values, _statement_block(persona))
    return Said(
        text=typed_in(view, "text"),
        personas=(persona,) if persona else (),
        verbatim=chosen_in(values, "verbatim") == "verbatim",
        stance=_chosen(values, "stance"),
        statement=statement,
        stage=_chosen(values, "stage"),
        place=_chosen(values, "place"),
        permalink=about.permalink,
    )


def flag_of(statements: Sequence[Statement]) -> Said:
    """What is filled in for whoever flags one of these: whom it is about, and which, if there is but one."""
    if not statements:
        return Said("")
    only = statements[0].key if len(statements) == 1 else None
    return Said("", (statements[0].persona.slug,), statement=only, stance="contradicts")


def read_about(view: Mapping[str, Any]) -> About:
    known = json.loads(view.get("private_metadata") or "{}")
    lists = {name: tuple(known.get(name, ())) for name in ("masked", "flagged")}
    return About(**known | lists)


def block_of(said: Said, field: str) -> str:
    """The field of the form that ``field`` of a FieldError means."""
    return _statement_block(said.personas[0] if said.personas else None) if field == "statement" else field


def _alike(words: Words, alike: Sequence[tuple[RefreshItem, int]]) -> list[Block]:
    if not alike:
        return []
    join = words.plain(PIECES, "join")
    shown = [blocks.header(words.plain(PIECES, "alike_title")), blocks.section(words(PIECES, "alike"))]
    for item, voices in alike:
        text = words(
            PIECES, "alike_item", number=item.id, kind=item.kind, text=one_line(item.text), voices=voices
        )
        button = blocks.button(join, JOIN, str(item.id))
        shown.append(blocks.section(text, button))
    return [*shown, blocks.divider(), blocks.section(words(PIECES, "else_new"))]


def _notices(words: Words, about: About) -> list[Block]:
    """What the person should know of the text before they send it."""
    said = [words(PIECES, "privacy")]
    if about.permalink:
        said.append(words(PIECES, "from_message", link=link(about.permalink, words.plain(PIECES, "message"))))
    if about.masked:
        said.append(words(PIECES, "masked", kinds=about.masked))
    if about.is_cut:
        said.append(words(PIECES, "is_cut", most=f"{LONGEST_INSIGHT:,}"))
    if about.without_files:
        said.append(words(PIECES, "without_files"))
    return [blocks.context(*said)]


def _text(words: Words, said: Said) -> Block:
    block = blocks.text_input(
        "text",
        words.plain(PIECES, "text"),
        placeholder=words.plain(PIECES, "text_placeholder"),
        limit=LONGEST_INSIGHT,
        initial=said.text,
    )
    return block | {"element": block["element"] | {"focus_on_load": not said.text}}


def _persona(words: Words, offer: Offer, said: Said) -> Block:
    slugs = [*(slug for slug in said.personas if slug in offer.personas), *offer.personas]
    choices = [Choice(slug, offer.personas[slug]) for slug in dict.fromkeys(slugs)][:OFFERED]
    chosen = said.personas[0] if said.personas else NONE
    nobody = Choice(NONE, words.plain(PIECES, "no_persona"))
    block = menu("persona", words.plain(PIECES, "persona"), [("", [nobody, *choices])], chosen)
    return block | {"dispatch_action": True, "element": block["element"] | {"action_id": CHOOSE_PERSONA}}


def _one_of(words: Words, name: str, values: Sequence[str], chosen: str) -> Block:
    choices = [Choice(value, words.plain(PIECES, f"{name}_{value}")) for value in values]
    return radios(name, words.plain(PIECES, name), choices, chosen)


def _statement(words: Words, offer: Offer, said: Said, about: About) -> Block:
    """Statements of the persona chosen; those of the answer that it was opened from come first."""
    none = Choice(NONE, words.plain(PIECES, "no_statement"))
    flagged = [one for one in offer.statements if one.key in about.flagged]
    others = [one for one in offer.statements if one.key not in about.flagged]
    groups = [(words.plain(PIECES, "of_answer"), [_choice(one) for one in flagged])] if flagged else []
    groups.append((words.plain(PIECES, "of_persona"), [none, *map(_choice, others)]))
    block_id = _statement_block(said.personas[0] if said.personas else None)
    hint = words.plain(PIECES, "statement_hint")
    chosen = said.statement or ("" if flagged else NONE)  # of several flagged ones somebody has to choose
    return menu(block_id, words.plain(PIECES, "statement"), groups, chosen, hint=hint)


def _choice(statement: Statement) -> Choice:
    """A statement on two lines, as one holds too little."""
    text = statement.text
    if len(text) <= OPTION_LIMIT:
        return Choice(statement.key, text)
    first = text[: OPTION_LIMIT + 1].rpartition(" ")[0] or text[:OPTION_LIMIT]
    return Choice(statement.key, first, text[len(first) :].strip())


def _menu(words: Words, name: str, names: Mapping[str, str], chosen: str | None) -> Block:
    none = Choice(NONE, words.plain(PIECES, f"no_{name}"))
    choices = [none, *(Choice(slug, label) for slug, label in names.items())]
    return menu(name, words.plain(PIECES, name), [("", choices)], chosen or NONE)


def _statement_block(persona: str | None) -> str:
    """Each persona's menu has a name of its own: Slack keeps what was chosen in one of the same name."""
    return f"statement:{persona or NONE}"


def _chosen(values: Mapping[str, Any], block_id: str) -> str | None:
    found = chosen_in(values, block_id)
    return None if found == NONE else found


def _persona_in(values: Mapping[str, Any]) -> str | None:
    option = (values.get("persona", {}).get(CHOOSE_PERSONA) or {}).get("selected_option") or {}
    return None if option.get("value") in (None, NONE) else option["value"]
