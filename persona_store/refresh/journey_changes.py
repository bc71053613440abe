"""What an editor changes in the journey of a draft. Pure: steps and a change give steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from persona_store.errors import FieldError, StoreError
from persona_store.packs.entering import entered_snapshot
from persona_store.packs.format import PackStep

Step = Mapping[str, Any]

SAID = ("doing", "thinking", "feeling", "touchpoints", "opportunity")
GONE = "That step is not in this draft any more."
ALL_THERE = "This draft has a step in every stage of the journey already."


@dataclass(frozen=True)
class WriteStep:
    """Change the step in this ``stage``, or add it. ``said``: by name, of ``SAID``; None takes one out.

    ``order``: all stages as customers go through them; a new step comes behind the earlier ones.
    """

    stage: str
    said: Mapping[str, Any]
    order: tuple[str, ...] = ()


@dataclass(frozen=True)
class MoveStep:
    """``by`` so many places, -1 is one earlier."""

    stage: str
    by: int


@dataclass(frozen=True)
class RemoveStep:
    stage: str


@dataclass(frozen=True)
class RestoreStep:
    """Have the step as it is published: bring it back, or undo what was changed in it."""

    stage: str


StepChange = WriteStep | MoveStep | RemoveStep | RestoreStep


def with_step(
    steps: Sequence[Step], published: Sequence[Step], change: StepChange, today: date
) -> list[dict[str, Any]]:
    """The journey after a change. Raises FieldError where what was entered is wrong."""
    made = [dict(step) for step in steps]
    match change:
        case WriteStep(stage, said, order):
            before = next((one for one in made if one["stage"] == stage), None)
            written = _written({"stage": stage, **(before or {}), **said}, today)
            return _replaced(made, written) if before else placed(made, written, order)
        case MoveStep(stage, by):
            at = _place(made, stage)
            step = made.pop(at)
            made.insert(max(0, at + by), step)
        case RemoveStep(stage):
            del made[_place(made, stage)]
        case RestoreStep(stage):
            return _restored(made, published, stage)
    return made


def told_of_step(change: StepChange) -> dict[str, Any]:
    """What the trail keeps of a change."""
    match change:
        case WriteStep(stage):
            return {"change": "step of the journey written", "stage": stage}
        case MoveStep(stage):
            return {"change": "step of the journey moved", "stage": stage}
        case RemoveStep(stage):
            return {"change": "step of the journey taken out", "stage": stage}
        case RestoreStep(stage):
            return {"change": "step of the journey as published", "stage": stage}


def placed(
    steps: Sequence[dict[str, Any]], step: dict[str, Any], order: Sequence[str]
) -> list[dict[str, Any]]:
    """With a step behind the last of those that come before it in ``order``."""
    stages = list(order)
    earlier = set(stages[: stages.index(step["stage"])]) if step["stage"] in stages else set()
    last = max((at + 1 for at, one in enumerate(steps) if one["stage"] in earlier), default=0)
    at = last if step["stage"] in stages else len(steps)
    return [*steps[:at], step, *steps[at:]]


def _written(values: Step, today: date) -> dict[str, Any]:
    written = entered_snapshot(PackStep, {**values}, today)
    if not set(SAID) & set(written):
        raise FieldError(SAID[0], "Say at least one thing of this stage, or take the step out.")
    return written


def _replaced(steps: list[dict[str, Any]], step: dict[str, Any]) -> list[dict[str, Any]]:
    return [step if one["stage"] == step["stage"] else one for one in steps]


def _restored(steps: list[dict[str, Any]], published: Sequence[Step], stage: str) -> list[dict[str, Any]]:
    """One that is new goes."""
    before = next((dict(one) for one in published if one["stage"] == stage), None)
    is_there = any(one["stage"] == stage for one in steps)
    if before is None:
        del steps[_place(steps, stage)]
        return steps
    if is_there:
        return _replaced(steps, before)
    return placed(steps, before, [one["stage"] for one in published])


def _place(steps: Sequence[Step], stage: str) -> int:
    for at, one in enumerate(steps):
        if one["stage"] == stage:
            return at
    raise StoreError(GONE)
