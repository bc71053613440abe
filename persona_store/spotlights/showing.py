"""What the next spotlight of a channel shows, from the store; ``spotlights`` and ``quiz`` decide."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from sqlalchemy import select
from sqlalchemy.orm import Session

from persona_store.answering import Answering
from persona_store.catalogue import Scope, Snapshot, StatementEntry
from persona_store.errors import NothingToPostError
from persona_store.models import JourneyStep, Persona, Revision, Statement, Story
from persona_store.news import News, news_between
from persona_store.posts.delivery_log import list_past
from persona_store.spotlights.quiz import Post, Quiz, make_quiz
from persona_store.spotlights.reading import journey_of, latest_revisions, rows_of, stories_of
from persona_store.spotlights.turn import (
    Candidate,
    Told,
    Turn,
    pick_facts,
    pick_step,
    read_told,
    whose_turn,
)
from persona_store.trivia.material import Material
from persona_store.trivia.misses import Missing

LOOKED_BACK = 60
STORIES_KEPT_BACK = 26
"""A story told in one of so many last spotlights of a channel, or posted as one of them, is not repeated."""
RECENT = timedelta(days=28)
"""A revision this young is news to a channel that has not met the persona yet."""
PROMPTS = 3
"""So many wordings take turns."""


@dataclass(frozen=True)
class Place:
    """Where a spotlight is posted. ``personas``: slugs; none means all."""

    channel_id: str
    lens: str | None = None
    personas: tuple[str, ...] = ()


@dataclass(frozen=True)
class Spotlight:
    """``met_at``: when the channel last met the persona; ``prompt``: a wording."""

    persona: Persona
    turn: Turn
    lens: Scope | None
    statements: list[Statement]
    met_at: datetime | None = None
    prompt: int = 0
    news: News | None = None
    story: Story | None = None
    step: JourneyStep | None = None
    quiz: Quiz | None = None

    def texts(self) -> list[str]:
        """All that it says besides its question."""
        persona, step, story = self.persona, self.step, self.story
        said = [persona.role, persona.archetype, persona.segment and persona.segment.name]
        said += [text for one in self.statements for text in (one.text, one.verbatim)]
        said += [*self.news.before.values()] if self.news else []
        said += [step.stage.name, step.doing, step.thinking] if step else []
        said += [story.title, story.happened] if story else []
        return [text for text in said if text]

    def content(self) -> dict[str, Any]:
        """What it tells, for choosing the next ones."""
        return {
            "persona": self.persona.slug,
            "revision": self.persona.revision,
            "statements": [statement.key for statement in self.statements],
            "question": self.quiz.as_json() if self.quiz else None,
            "story": self.story.id if self.story else None,
            "step": self.step.stage.slug if self.step else None,
            "prompt": self.prompt,
        }


def next_spotlight(
    session: Session,
    answering: Answering,
    material: Callable[[], Material],
    place: Place,
    now: datetime,
    delivery_id: int | None = None,
) -> Spotlight:
    """Choose and gather; the same for the same store and past.

    ``material``: what its question is made from. ``delivery_id``: of the post that this is for, which is not
    its own past. Raises NothingToPostError.
    """
    return _Gathering(session, answering, material, place, now, delivery_id).spotlight()


class _Gathering:
    """One spotlight in the making."""

    def __init__(
        self,
        session: Session,
        answering: Answering,
        material: Callable[[], Material],
        place: Place,
        now: datetime,
        delivery_id: int | None,
    ) -> None:
        self._session = session
        self._answering = answering
        self._material = material
        self._place = place
        self._now = now
        self._index = answering.at(session)
        self._snapshot = self._index.snapshot
        self._slugs = _slugs(self._snapshot, place)
        limit = max(LOOKED_BACK, 3 * len(self._slugs))
        past = [
            one
            for one in list_past(session, place.channel_id, "spotlight", limit)
            if one.content and one.id != delivery_id
        ]
        self._told = [read_told(one.content or {}, one.sent_at or one.due_at) for one in past]
        self._seed = f"{place.channel_id} {past[0].id if past else 0}"
        self._revisions = latest_revisions(session)
        self._missing = Missing(session, place.channel_id, now)

    def spotlight(self) -> Spotlight:
        turn = whose_turn(self._candidates(), self._now)
        told = [one for one in self._told if one.persona == turn.slug]
        persona = self._answering.shelf.at(self._session).personas(self._session, [turn.slug])[0]
        news = self._news(persona, told)
        facts, statements = self._facts(turn.slug, told, news)
        step = self._step(persona, told, facts)
        shown = Spotlight(
            persona,
            turn,
            next((one for one in self._snapshot.lenses if one.slug == self._place.lens), None),
            statements,
            met_at=told[0].at if told else None,
            prompt=(self._told[0].prompt + 1) % PROMPTS if self._told else 0,
            news=news,
            story=None if news else self._story(turn.slug),  # both would be more than a screen
            step=step,
        )
        return replace(shown, quiz=self._quiz(shown, told))

    def _candidates(self) -> list[Candidate]:
        """Everybody who could come, in an order of chance that is the same for the same past."""
        last: dict[str, int] = {}
        for number, told in enumerate(self._told):
            last.setdefault(told.persona, number)
        candidates = []
        for slug in sorted(self._slugs, key=lambda slug: crc32(f"{self._seed} {slug}".encode())):
            ago = last.get(slug)
            before = self._told[ago] if ago is not None else None
            candidates.append(
                Candidate(
                    slug,
                    self._slugs[slug],
                    posts_since=len(self._told) if ago is None else ago,
                    shown_at=before.at if before else None,
                    revision=self._unheard(slug, before),
                    missed=self._missing.about(slug, before.at if before else None),
                    asked_for=slug in self._place.personas,
                )
            )
        return candidates

    def _unheard(self, slug: str, told: Told | None) -> int | None:
        """The revision that the channel has not heard of; ``told``: the persona's last spotlight there."""
        if slug not in self._revisions:
            return None
        number, published_at = self._revisions[slug]
        if told is None:
            return number if self._now - published_at <= RECENT else None
        return number if told.revision is not None and number > told.revision else None

    def _news(self, persona: Persona, told: Sequence[Told]) -> News | None:
        """What changed since the channel met the persona; of a recent revision where it never did."""
        number = self._unheard(persona.slug, told[0] if told else None)
        if number is None:
            return None
        since = told[0].revision if told and told[0].revision else number - 1
        both = self._session.execute(
            select(Revision.number, Revision.snapshot).where(
                Revision.persona_id == persona.id, Revision.number.in_((since, number))
            )
        )
        snapshots = {one: snapshot for one, snapshot in both}  # noqa: C416 - rows are no plain tuples
        if since not in snapshots or number not in snapshots:
            return News(number, since)
        return news_between(number, snapshots[number], since, snapshots[since])

    def _facts(
        self, slug: str, told: Sequence[Told], news: News | None
    ) -> tuple[list[StatementEntry], list[Statement]]:
        rows, quality = rows_of(self._session, self._answering.shelf, self._index, slug, self._now.date())
        facts = pick_facts(
            [one for one in self._snapshot.statements if one.key in rows],
            told,
            lens=self._place.lens,
            changed=news.current if news else (),
            missed=self._missing.statements(slug),
            quality=quality,
            seed=self._seed,
        )
        return facts, [rows[fact.key] for fact in facts]

    def _quiz(self, shown: Spotlight, told: Sequence[Told]) -> Quiz | None:
        return make_quiz(
            self._material(),
            shown.persona.slug,
            self._seed,
            Post(
                [one.key for one in shown.statements],
                shown.texts(),
                shown.step.stage.slug if shown.step else None,
            ),
            asked=[one.asked for one in told if one.asked],
            offered=[one.options for one in self._told],
        )

    def _story(self, slug: str) -> Story | None:
        known = {one.story for one in self._told[:STORIES_KEPT_BACK]}
        waiting = [story for story in stories_of(self._session, slug) if story.id not in known]
        if not waiting:
            return None
        posted = list_past(self._session, self._place.channel_id, "story", STORIES_KEPT_BACK)
        told = {(one.content or {}).get("story") for one in posted}
        return next((story for story in waiting if story.id not in told), None)

    def _step(
        self, persona: Persona, told: Sequence[Told], facts: Sequence[StatementEntry]
    ) -> JourneyStep | None:
        steps = journey_of(self._session, persona.id)
        by_stage = {step.stage.slug: step for step in steps if step.doing or step.thinking}
        chosen = pick_step(list(by_stage), told, facts, self._seed)
        return by_stage[chosen] if chosen else None


def _slugs(snapshot: Snapshot, place: Place) -> dict[str, str]:
    """Priority by slug, of those that the place follows and that something is known of."""
    known = {one.persona for one in snapshot.statements}
    found = {
        one.slug: one.priority
        for one in snapshot.personas
        if one.slug in known and (not place.personas or one.slug in place.personas)
    }
    if not found and place.personas:
        raise NothingToPostError("None of the personas that this subscription names is in the store.")
    if not found:
        raise NothingToPostError("There are no personas in the store yet.")
    return found
