"""The form in which a story is written, and the one in which the council reviews it."""

from collections.abc import Sequence
from typing import Any

from bot import blocks
from bot.blocks import Block
from bot.inputs import (
    Choice,
    all_chosen_in,
    chosen_in,
    in_one_line,
    many_menu,
    menu,
    radios,
    text_field,
    ticks,
    typed_in,
)
from bot.story_blocks import Names, author_of, state_of
from bot.wording import Words
from persona_store.models import Story
from persona_store.packs.story_format import MOST_PERSONAS, QUOTE_LENGTH, SECTION_LENGTH, TITLE_LENGTH
from persona_store.story_moves import PROMISED, READABLE, StoryText, missing, version_of

PIECES = "stories/forms"
STORY_FORM = "stories.draft"
REVIEW_FORM = "stories.review"
NO_STAGE = "-"
OFFERED = 100
"""More personas would not fit into a window beside the longest story."""
SUBMIT, DRAFT, APPROVE, RETURN = "submit", "draft", "approve", "return"
EMPTY = StoryText("", (), "")


def story_form(words: Words, names: Names, story: Story | None = None, *, at_home: bool = False) -> Block:
    """Make the author's form: empty, or filled in; ``at_home``: opened from the Home, which is to follow."""
    edits = story is not None and story.state != "draft"
    head = [blocks.context(state_of(words, story))] if story and story.note else []
    if story and edits:
        head.append(_editing(words, story))
    foot = [] if edits else [_next(words, (SUBMIT, DRAFT), SUBMIT)]
    return blocks.modal(
        words.plain(PIECES, "title"),
        [
            *head,
            blocks.context(words(PIECES, "privacy")),
            *_fields(words, names, story or EMPTY, may_wait=not edits),
            _promises(words, story or EMPTY),
            _credit(words, story or EMPTY),
            *foot,
        ],
        callback_id=STORY_FORM,
        submit=words.plain(PIECES, "save" if edits else "done"),
        close=words.plain("answers/buttons", "cancel"),
        metadata=_metadata(story, at_home=at_home),
    )


def review_form(words: Words, names: Names, story: Story, reader: str, *, at_home: bool = False) -> Block:
    """Show the council the whole story, to be changed, approved or sent back."""
    author = author_of(story)
    by = words(PIECES, "by", author=author) if author else words(PIECES, "by_nobody")
    named = words(PIECES, "named" if story.credited else "not_named") if author else ""
    shown = [blocks.context(by, named, state_of(words, story))]
    if story.state in READABLE:
        shown.append(_editing(words, story))
    next_step = RETURN if missing(story, PROMISED) else APPROVE
    note = _text(words, "note", "", hint="note_hint") | {"optional": True}
    return blocks.modal(
        words.plain(PIECES, "review_title"),
        [
            *shown,
            blocks.context(words(PIECES, "check_privacy")),
            *_fields(words, names, story, may_wait=False),
            _promises(words, story) if story.author == reader else _promised(words, story),
            _next(words, (APPROVE, RETURN), next_step),
            note,
        ],
        callback_id=REVIEW_FORM,
        submit=words.plain(PIECES, "done"),
        close=words.plain("answers/buttons", "cancel"),
        metadata=_metadata(story, at_home=at_home),
    )


def read_story(view: dict[str, Any]) -> StoryText:
    """Read what was typed into either form."""
    values = view["state"]["values"]
    typed = {name: typed_in(view, name) or None for name in ("needed", "did", "outcome", "quote")}
    stage = chosen_in(values, "stage")
    promised = all_chosen_in(values, "promises")
    return StoryText(
        title=" ".join(typed_in(view, "title").split()),
        personas=tuple(all_chosen_in(values, "personas")),
        happened=typed_in(view, "happened"),
        stage=None if stage == NO_STAGE else stage,
        **typed,
        consent="consent" in promised,
        anonymised="anonymised" in promised,
        credited="credited" in all_chosen_in(values, "credit"),
    )


def next_step(view: dict[str, Any]) -> str | None:
    return chosen_in(view["state"]["values"], "next")


def _metadata(story: Story | None, *, at_home: bool) -> str:
    opened = f"{story.id} {version_of(story)}" if story else "- -"
    return f"{opened} {'home' if at_home else '-'}"


def seen_in(view: dict[str, Any]) -> tuple[int | None, str]:
    """Tell which story was open, in which version."""
    story_id, _, seen = (view.get("private_metadata") or "").partition(" ")
    return int(story_id) if story_id.isdecimal() else None, seen.partition(" ")[0]


def is_at_home(view: dict[str, Any]) -> bool:
    return bool((view.get("private_metadata") or "").endswith(" home"))


def problems_of(
    words: Words, text: StoryText, *, of: Sequence[str], is_author: bool = True
) -> dict[str, str]:
    """Say at its field what each of ``of`` (names of a story's fields) lacks."""
    lacking = missing(text, of)
    told = {name: words.plain(PIECES, f"lacks_{name}") for name in lacking if name not in PROMISED}
    if unpromised := [name for name in lacking if name in PROMISED]:
        piece = words.plain(PIECES, "lacks_promises", lacking=unpromised, is_author=is_author)
        told["promises" if is_author else "next"] = piece
    return told


def problem_of_note(words: Words) -> dict[str, str]:
    return {"note": words.plain(PIECES, "lacks_note")}


def _fields(words: Words, names: Names, said: Story | StoryText, *, may_wait: bool) -> list[Block]:
    """Make the fields of what is told; ``may_wait``: some of them need not be filled in yet."""
    wait = {"optional": True} if may_wait else {}
    hint = "needed_hint" if may_wait else ""
    title = text_field(words, PIECES, "title", said.title, TITLE_LENGTH, label="name", hint="name_hint")
    quote = text_field(words, PIECES, "quote", said.quote or "", QUOTE_LENGTH, hint="quote_hint")
    return [
        in_one_line(title, focused=not said.title),
        _personas(words, names, said),
        _stage(words, names, said),
        _text(words, "happened", said.happened, hint="happened_hint"),
        _text(words, "needed", said.needed or "", hint=hint) | wait,
        _text(words, "did", said.did or "") | wait,
        _text(words, "outcome", said.outcome or "") | wait,
        in_one_line(quote) | {"optional": True},
    ]


def _personas(words: Words, names: Names, said: Story | StoryText) -> Block:
    slugs = [*(slug for slug in said.personas if slug in names.personas), *names.personas]
    offered = list(dict.fromkeys(slugs))[:OFFERED]
    choices = [Choice(slug, names.personas[slug]) for slug in offered]
    block = many_menu(
        "personas",
        words.plain(PIECES, "personas"),
        [("", choices)],
        said.personas,
        placeholder=words.plain(PIECES, "personas_placeholder"),
    )
    most = {"max_selected_items": MOST_PERSONAS}
    return block | {"optional": False, "element": block["element"] | most}


def _stage(words: Words, names: Names, said: Story | StoryText) -> Block:
    none = Choice(NO_STAGE, words.plain(PIECES, "no_stage"))
    choices = [none, *(Choice(slug, name) for slug, name in names.stages.items())]
    return menu("stage", words.plain(PIECES, "stage"), [("", choices)], said.stage or NO_STAGE)


def _promises(words: Words, said: Story | StoryText) -> Block:
    choices = [Choice(name, words.plain(PIECES, name)) for name in PROMISED]
    chosen = [name for name in PROMISED if getattr(said, name)]
    hint = blocks.plain(words.plain(PIECES, "promises_hint"), 2_000)
    block = ticks("promises", words.plain(PIECES, "promises"), choices, chosen)
    return block | {"optional": True, "hint": hint}


def _promised(words: Words, story: Story) -> Block:
    """What the author says of it, for others to read."""
    lacking = missing(story, PROMISED)
    text = words(PIECES, "promised", author=author_of(story) or "", lacking=lacking)
    return blocks.section(text)


def _credit(words: Words, said: Story | StoryText) -> Block:
    choices = [Choice("credited", words.plain(PIECES, "credited"))]
    chosen = ["credited"] if said.credited else []
    return ticks("credit", words.plain(PIECES, "credit"), choices, chosen) | {"optional": True}


def _next(words: Words, steps: Sequence[str], chosen: str) -> Block:
    choices = [Choice(step, words.plain(PIECES, step)) for step in steps]
    return radios("next", words.plain(PIECES, "next"), choices, chosen)


def _editing(words: Words, story: Story) -> Block:
    piece = "editing_approved" if story.state in READABLE else "editing_submitted"
    return blocks.context(words(PIECES, piece))


def _text(words: Words, block_id: str, initial: str, *, hint: str = "") -> Block:
    return text_field(words, PIECES, block_id, initial, SECTION_LENGTH, hint=hint)
