"""The journey of a persona in a draft: the window of its steps, the form of one, what was typed into it."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot import blocks
from bot.blocks import Block
from bot.inputs import Choice, chosen_in, in_one_line, menu, text_field, typed_in
from bot.revisions.messages import DRAFT_WINDOW, FORM
from bot.revisions.messages import PIECES as DRAFT
from bot.revisions.shown import About, DraftShown
from bot.wording import Words
from persona_store.refresh.differences import Snapshot
from persona_store.refresh.journey_changes import WriteStep

PIECES = "revisions/journey"
STEP_FORM, STEP = "revisions.step", "revisions.step"
JOURNEY = "journey"
STEPS_SHOWN, LINES_LIMIT, OFFERED = 80, 3_000, 100
LONG = ("doing", "thinking", "opportunity")


def journey_view(words: Words, shown: DraftShown, problem: str = "") -> Block:
    """Show the steps of the draft, and what became of those that are published."""
    listed = _steps(words, shown)
    more = len(listed) - STEPS_SHOWN
    add = blocks.button(words.plain(PIECES, "add"), FORM, "step") if free_stages(shown) else None
    empty = "none" if shown.names.stages else "no_stages"
    return blocks.modal(
        words.plain(DRAFT, "title", number=shown.draft.id),
        [
            blocks.section(words(DRAFT, "problem", text=problem)) if problem else {},
            blocks.header(shown.name),
            blocks.context(words(PIECES, "intro")),
            blocks.actions(add, blocks.button(words.plain(PIECES, "back"), FORM, "draft")),
            blocks.divider(),
            *(listed[:STEPS_SHOWN] or [blocks.section(words(PIECES, empty))]),
            blocks.context(words(PIECES, "more", more=more)) if more > 0 else {},
        ],
        close=words.plain("answers/buttons", "close"),
        callback_id=DRAFT_WINDOW,
        metadata=About(shown.draft.id, shown.version, part=JOURNEY).kept(),
    )


def free_stages(shown: DraftShown) -> list[str]:
    """Stages in which the persona has no step yet."""
    there = {step["stage"] for step in _journey(shown.draft.snapshot)}
    return [stage for stage in shown.names.stages if stage not in there]


def step_form(words: Words, about: About, shown: DraftShown, said: Snapshot | None) -> Block:
    """Make the form of a step: empty for a new one, which asks for its stage, one of the free ones."""
    one: Snapshot = said or {}
    names = shown.names.stages
    if said:
        stage = blocks.section(words(PIECES, "in_stage", stage=names.get(said["stage"], said["stage"])))
    else:
        choices = [Choice(slug, names[slug]) for slug in free_stages(shown)[:OFFERED]]
        stage = menu("stage", words.plain(PIECES, "stage"), [("", choices)], choices[0].value)
    return blocks.modal(
        words.plain(PIECES, "step_title" if said else "add_title"),
        [
            stage,
            _text(words, "doing", one),
            _text(words, "thinking", one),
            in_one_line(
                text_field(words, PIECES, "feeling", one.get("feeling") or "", 80, hint="feeling_hint")
            )
            | {"optional": True},
            _touchpoints(words, one.get("touchpoints") or ()),
            _text(words, "opportunity", one),
        ],
        callback_id=STEP_FORM,
        submit=words.plain(PIECES, "save"),
        close=words.plain("answers/buttons", "cancel"),
        metadata=about.kept(),
    )


def step_in(view: Mapping[str, Any], stage: str | None, order: Sequence[str]) -> WriteStep:
    """What was typed of the step in ``stage``; of a new one it was chosen."""
    values = view["state"]["values"]
    said: dict[str, Any] = {name: typed_in(view, name) or None for name in LONG}
    said["feeling"] = " ".join(typed_in(view, "feeling").split()) or None
    if "touchpoints" in values:
        lines = map(str.strip, typed_in(view, "touchpoints").split("\n"))
        said["touchpoints"] = [one for one in lines if one]
    return WriteStep(stage or chosen_in(values, "stage") or "", said, tuple(order))


def _steps(words: Words, shown: DraftShown) -> list[Block]:
    """Steps in their order, then those that were taken out."""
    before = {step["stage"]: step for step in _journey(shown.base)}
    now = _journey(shown.draft.snapshot)
    there = {step["stage"] for step in now}
    blocks_shown = []
    for position, step in enumerate(now, 1):
        old = before.get(step["stage"])
        mark = "" if old == step else "changed" if old else "added"
        blocks_shown.append(_step(words, shown, step, mark, (position, len(now))))
    gone = [step for stage, step in before.items() if stage not in there]
    return blocks_shown + [_step(words, shown, step, "removed", (0, 0)) for step in gone]


def _step(words: Words, shown: DraftShown, step: Snapshot, mark: str, place: tuple[int, int]) -> Block:
    stage, (position, last) = step["stage"], place
    text = words(
        PIECES,
        "step",
        position=position,
        stage=shown.names.stages.get(stage, stage),
        mark=mark,
        feeling=step.get("feeling") or "",
        touchpoints=", ".join(step.get("touchpoints") or ()),
        **{name: step.get(name) or "" for name in LONG},
    )
    moves = [*(["earlier"] if position > 1 else []), *(["later"] if position < last else [])]
    wishes = {
        "": ["change", *moves, "remove"],
        "changed": ["change", *moves, "remove", "undo"],
        "added": ["change", *moves, "drop"],
        "removed": ["keep"],
    }[mark]
    means = {"drop": "remove", "keep": "undo"}
    choices = [(words.plain(PIECES, wish), f"{means.get(wish, wish)}:{stage}") for wish in wishes]
    return blocks.section(text, blocks.overflow(STEP, choices))


def _text(words: Words, name: str, said: Snapshot) -> Block:
    return text_field(words, PIECES, name, said.get(name) or "", 1_000) | {"optional": True}


def _touchpoints(words: Words, touchpoints: Sequence[str]) -> Block:
    """Nothing where there are more than fit in a field: then they stay as they are."""
    lines = "\n".join(touchpoints)
    if len(lines) > LINES_LIMIT:
        return {}
    field = text_field(words, PIECES, "touchpoints", lines, LINES_LIMIT, hint="touchpoints_hint")
    return field | {"optional": True}


def _journey(snapshot: Snapshot) -> Sequence[Snapshot]:
    steps: Sequence[Snapshot] = snapshot.get("journey") or ()
    return steps
