"""The days of the course, and how far somebody is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from bot import blocks
from bot.blocks import Block, Message
from bot.desk import Desk
from bot.learning import messages
from bot.learning.messages import FOOT_BLOCK, Asked
from bot.persona_blocks import card_button, portrait, sources_button
from bot.terms import Terms
from bot.wording import Words, moment_for_reader
from persona_store.models import Persona, Player, Statement
from persona_store.personas import get_personas, get_statements
from persona_store.trivia.course import Known, Lesson, Visit, subjects, summary, whom_next
from persona_store.trivia.daily import DONE, OFF, PAUSED

PIECES = "learning/course"
CHANGE_COURSE = "learning.course"
NAMES_SHOWN = 5
MISSED_SHOWN = 2
WELL, FAIRLY = 0.8, 0.5


@dataclass(frozen=True)
class Stands:
    """How somebody stands with everybody of the course; ``texts``: of statements that they missed, by key."""

    personas: Mapping[str, Persona]
    known: Sequence[Known]
    texts: Mapping[str, str] = field(default_factory=dict)
    next: str | None = None


@dataclass(frozen=True)
class Shown:
    """What a day shows: rows for all that the lesson names."""

    lesson: Lesson
    personas: Mapping[str, Persona]
    statements: Mapping[str, Statement]


def stands_of(session: Session, desk: Desk, slack_user_id: str) -> Stands:
    material = desk.material(session)
    known = summary(session, material, slack_user_id)
    upcoming = whom_next(session, material, slack_user_id, known)
    slugs = [*subjects(material), *([upcoming] if upcoming else [])]
    missed = [key for one in known for key in one.missed]
    return Stands(
        {one.slug: one for one in get_personas(session, dict.fromkeys(slugs))},
        known,
        {key: material.statements[key].text for key in missed},
        upcoming,
    )


def shown_lesson(session: Session, lesson: Lesson) -> Shown:
    keys = [one.key for visit in lesson.visits for one in visit.statements]
    return Shown(
        lesson,
        {one.slug: one for one in get_personas(session, [visit.persona for visit in lesson.visits])},
        {one.key: one for one in get_statements(session, keys)},
    )


def course_message(
    words: Words, player: Player | None, stands: Stands, now: datetime, *, has_ended: bool = False
) -> Message:
    """What the course is, or how far somebody is in it, and what they can do."""
    state, day = (player.course_state, player.course_day) if player else (OFF, 0)
    if not stands.known:
        return Message(words(PIECES, "nobody"))
    if player and player.next_course_at:
        is_now = player.next_course_at <= now
        text = words(PIECES, "on", day=day, next="" if is_now else moment_for_reader(player.next_course_at))
        wishes = [*(["now"] if day == 0 and not is_now else []), "pause", "stop"]
    elif state == PAUSED:
        text, wishes = words(PIECES, "paused", day=day), ["resume", "stop"]
    elif state == DONE:
        head = words(PIECES, "done")
        return Message(
            head,
            [blocks.section(head), *_stands(words, stands), blocks.actions(_practise(words), _again(words))],
        )
    elif has_ended:
        text, wishes = words(PIECES, "stopped"), []
    else:
        return _offer(words, stands)
    return Message(text, [blocks.section(text), blocks.actions(*(_change(words, wish) for wish in wishes))])


def lesson_message(words: Words, shown: Shown, asked: Asked | None, now: datetime) -> Message:
    names = ", ".join(one.name for one in shown.personas.values())
    day = shown.lesson.day
    foot = [
        blocks.context(words(PIECES, "foot", day=day)) | {"block_id": FOOT_BLOCK},
        blocks.actions(_change(words, "pause"), _change(words, "stop")),
    ]
    question = (
        [blocks.divider(), blocks.context(asked.head), *messages.question_blocks(words, asked)]
        if asked
        else []
    )
    parts = [
        blocks.header(words.plain(PIECES, "head", day=day, names=names)),
        *(block for visit in shown.lesson.visits for block in _visit(words, shown, visit, now)),
        blocks.context(words(PIECES, "legend")) if day == 1 else {},
        *question,
        *foot,
    ]
    return Message(words(PIECES, "text", day=day, names=names), [block for block in parts if block])


def summary_message(words: Words, stands: Stands) -> Message:
    """The last day: for the person alone."""
    right, first = sum(one.right for one in stands.known), sum(one.first for one in stands.known)
    is_good, is_fair = (first > 0 and right >= share * first for share in (WELL, FAIRLY))
    shown = [
        blocks.header(words.plain(PIECES, "summary_head")),
        blocks.section(
            words(PIECES, "summary_intro", right=right, first=first, is_good=is_good, is_fair=is_fair)
        ),
        *_stands(words, stands),
        blocks.actions(
            _practise(words),
            blocks.button(words.plain(messages.DAILY, "offer"), messages.CHANGE_DAILY, "offer"),
        ),
    ]
    return Message(words(PIECES, "summary_text"), shown)


def question_head(words: Words, *, is_told: bool) -> str:
    return words(PIECES, "question_head", is_told=is_told)


def _offer(words: Words, stands: Stands) -> Message:
    names = [stands.personas[one.persona].name for one in stands.known]
    text = words(
        PIECES, "offer", names=", ".join(names[:NAMES_SHOWN]) + (" …" if names[NAMES_SHOWN:] else "")
    )
    buttons = [_change(words, "at_once", style="primary"), _change(words, "start")]
    return Message(words(PIECES, "offer_text"), [blocks.section(text), blocks.actions(*buttons)])


def _visit(words: Words, shown: Shown, visit: Visit, now: datetime) -> list[Block]:
    persona = shown.personas[visit.persona]
    meet = words(
        PIECES,
        "meet",
        role=persona.role,
        segment=persona.segment.name if persona.segment else "",
        archetype=persona.archetype or "",
        quote=persona.quote or "",
        is_first=visit.is_first,
    )
    side = words(PIECES, "side", side=visit.side, name=persona.name)
    return [
        blocks.section(meet, portrait(persona) or card_button(words, persona)),
        blocks.section(side),
        *(
            _fact(words, shown.statements[one.key], now)
            for one in visit.statements
            if one.key in shown.statements
        ),
    ]


def _fact(words: Words, statement: Statement, now: datetime) -> Block:
    terms = Terms(words)
    text = words(
        PIECES,
        "fact",
        text=statement.text,
        symbol=terms.symbol(statement),
        strength=terms.strength(statement),
        research=terms.research(statement, now.date()),
        verbatim=statement.verbatim or "",
    )
    return blocks.section(text, sources_button(words, statement))


def _stands(words: Words, stands: Stands) -> list[Block]:
    shown = []
    for one in stands.known:
        persona = stands.personas[one.persona]
        text = words(
            PIECES,
            "known",
            name=persona.name,
            known=one.known,
            met=one.met,
            left=max(0, one.askable - one.met),
            missed=[stands.texts[key] for key in one.missed[:MISSED_SHOWN]],
        )
        shown.append(blocks.section(text, card_button(words, persona)))
    upcoming = stands.personas.get(stands.next or "")
    if upcoming is not None:
        shown.append(blocks.section(words(PIECES, "next", name=upcoming.name, role=upcoming.role)))
    return shown


def _practise(words: Words) -> Block:
    return messages.play_button(words, style="primary")


def _again(words: Words) -> Block:
    return blocks.button(words.plain(PIECES, "again"), CHANGE_COURSE, "start")


def _change(words: Words, wish: str, *, style: str | None = None) -> Block:
    return blocks.button(words.plain(PIECES, wish), CHANGE_COURSE, wish, style=style)
