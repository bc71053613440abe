"""Checks whatever is at a place: a pack, stories, or a folder that has both."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from persona_store.packs.checking import KnownKeys, check_pack
from persona_store.packs.files import SUFFIXES, list_folder
from persona_store.packs.format import Pack
from persona_store.packs.problems import Problem, Problems
from persona_store.packs.stories import check_stories, has_stories
from persona_store.packs.story_format import PackStory


@dataclass(frozen=True)
class Checked:
    """``pack``: None where there is none, or errors are; ``stories``: by slug. Errors prevent all of it."""

    pack: Pack | None
    stories: Mapping[str, PackStory]
    problems: list[Problem]

    @property
    def has_errors(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)


def check_all(path: Path, *, today: date, known: KnownKeys | None = None) -> Checked:
    """Check a pack with its stories. ``known``: what the store has, so that they can refer to it.

    Raises PackError only where there is nothing at ``path``.
    """
    if not has_stories(path) or not os.path.lexists(path):
        pack, problems = check_pack(path, today=today, known=known)
        return Checked(pack, {}, problems)
    pack, problems = (None, []) if _is_stories_only(path) else check_pack(path, today=today, known=known)
    is_whole = not any(problem.severity == "error" for problem in problems)
    stories, found = check_stories(path, today=today, known=_with(known, pack) if is_whole else None)
    return Checked(pack, stories or {}, [*problems, *found])


def _is_stories_only(path: Path) -> bool:
    return not path.is_dir() or list_folder(path, SUFFIXES, Problems()) == []


def _with(known: KnownKeys | None, pack: Pack | None) -> KnownKeys | None:
    """What stories may refer to: what the store has, and what comes with them; None: nobody knows."""
    if pack is None:
        return known
    known = known or KnownKeys()
    return replace(
        known,
        personas=known.personas | {persona.slug for persona in pack.personas},
        stages=known.stages | {stage.id for stage in pack.stages},
    )
