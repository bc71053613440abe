"""Reads what questions are made from, once for each version of the store."""

import logging
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from persona_store.answering import Answering, Index
from persona_store.catalogue import Snapshot
from persona_store.database import read_once
from persona_store.errors import PackError
from persona_store.evidence import Strength
from persona_store.models import Persona, Segment, Stage, Statement, Story
from persona_store.packs.problems import Problem
from persona_store.packs.trivia import WORDS, KnownStatements, check_scenarios, read_words
from persona_store.packs.trivia_format import PackScenario, PackWords
from persona_store.trivia.material import Material, SegmentEntry, StoryEntry

log = logging.getLogger(__name__)

FACTS = ("size", "order_value", "region")
TOLD = ("approved", "published")


class Materials:
    """Keeps what questions are made from in step with the store. One per process."""

    def __init__(self, answering: Answering, folder: Path, own: Path | None = None) -> None:
        """``folder``: of ``words.toml`` and the scenarios; ``own``: a company's own, used instead.

        The words are those of ``folder`` unless there are own ones. Raises PackError where they are wrong, or
        ``own`` is no folder.
        """
        if own is not None and not own.is_dir():
            raise PackError([f"PERSONA_TRIVIA: there is no folder {own}."])
        self._answering = answering
        self._folder = own or folder
        self._tells = own is not None
        self._words = read_words(own if own and (own / WORDS).exists() else folder)
        self._lock = Lock()
        self._version: Any = None
        self._material: Material | None = None

    def at(self, session: Session) -> Material:
        """What questions are made from at the version that ``session`` sees."""
        index = self._answering.at(session)
        version = (index, _state_of_stories(session))
        with self._lock:
            if self._material is None or self._version != version:
                self._material = load_material(session, index, self._words, self._folder)
                if self._tells:  # what the built-in ones refer to is the example company's
                    self._warn(index.snapshot)
                self._version = version
            return self._material

    def _warn(self, snapshot: Snapshot) -> None:
        for problem in fitting_scenarios(snapshot, self._folder)[1]:
            log.warning("a scenario is left out: %s", problem)


def load_material(session: Session, index: Index, words: PackWords, folder: Path | None = None) -> Material:
    """Gather everything; ``folder``: of scenarios, of which those are taken that fit the store."""
    snapshot = index.snapshot
    verbatims = session.execute(
        select(Statement.key, Statement.verbatim).where(
            Statement.retired_at.is_(None), Statement.verbatim.is_not(None)
        )
    )
    quotes = session.execute(select(Persona.slug, Persona.quote).where(Persona.quote.is_not(None)))
    stages = session.execute(select(Stage.slug, Stage.description).where(Stage.description.is_not(None)))
    return Material(
        snapshot,
        index.nearness,
        words,
        verbatims={key: said for key, said in verbatims if said},
        quotes={slug: said for slug, said in quotes if said},
        stages={slug: told for slug, told in stages if told},
        segments=_segments(session),
        stories=_stories(session, snapshot),
        share=index.nearness.share,
        says_alike=index.nearness.is_alike,
        scenarios=fitting_scenarios(snapshot, folder)[0] if folder else (),
    )


def fitting_scenarios(snapshot: Snapshot, folder: Path) -> tuple[Sequence[PackScenario], list[Problem]]:
    """Those that can be asked of this store, and what is wrong with the others."""
    scenarios, problems = check_scenarios(folder, known_statements(snapshot))
    return list(scenarios.values()), problems


def known_statements(snapshot: Snapshot) -> KnownStatements:
    """What scenarios may refer to."""
    return KnownStatements(
        frozenset(one.slug for one in snapshot.personas),
        frozenset(one.slug for one in snapshot.stages),
        {one.key: one.persona for one in snapshot.statements},
        frozenset(one.key for one in snapshot.statements if one.strength is Strength.ASSUMPTION),
    )


def _segments(session: Session) -> list[SegmentEntry]:
    rows = session.scalars(select(Segment).order_by(Segment.id))
    return [
        SegmentEntry(
            row.name, row.description or "", {fact: value for fact in FACTS if (value := getattr(row, fact))}
        )
        for row in rows
    ]


def _stories(session: Session, snapshot: Snapshot) -> list[StoryEntry]:
    """Those that may be told and are about a single persona."""
    known = {one.slug for one in snapshot.personas}
    is_told = Story.state.in_(TOLD) & Story.consent & Story.anonymised
    rows = session.scalars(select(Story).where(is_told).order_by(Story.id))
    return [
        StoryEntry(row.slug, row.title, row.personas[0], row.happened)
        for row in rows
        if len(row.personas) == 1 and row.personas[0] in known
    ]


@read_once
def _state_of_stories(session: Session) -> tuple[Any, ...]:
    return tuple(
        session.execute(
            select(func.count(), func.max(Story.approved_at), func.sum(func.length(Story.happened))).where(
                Story.state.in_(TOLD)
            )
        ).one()
    )
