"""What we say to a question."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from bot import blocks
from bot.blocks import Block, Message
from bot.first_person import first_person
from bot.insight_blocks import flag_button
from bot.persona_blocks import card_button, persona_foot, portrait, sources_button
from bot.story_blocks import story_offer
from bot.terms import Terms
from bot.wording import Words, mention
from persona_store.answering import Outcome
from persona_store.asking import Asked
from persona_store.evidence import Strength
from persona_store.models import Persona, Statement
from persona_store.personas import strength
from persona_store.questions import GapState

RATE = "answers.rate"
SHARE = "answers.share"
EXPLAIN = "answers.explain"
ASK_COUNCIL = "answers.ask_council"
CHOOSE_PERSONA = "answers.choose_persona"

NAMES_SHOWN = 8
CHOICES_SHOWN = 10


def answer_message(words: Words, asked: Asked, now: datetime, *, may_share: bool = False) -> Message:
    """Say what came of a question; ``may_share`` where the asker alone sees it."""
    match asked.outcome:
        case Outcome.ANSWER:
            return _answer(words, asked, now, may_share=may_share)
        case Outcome.NO_RESEARCH:
            return _no_research(words, asked)
        case Outcome.WHICH_PERSONA:
            return _which_persona(words, asked)
        case Outcome.UNKNOWN_PERSONA:
            return _unknown_persona(words, asked)
        case Outcome.OFF_TOPIC:
            return Message(words("answers/outcomes", "off_topic", example=_example(words)))


def shared_message(words: Words, asked: Asked, now: datetime, shared_by: str) -> Message:
    """Make of an answer that one person got a post that stands alone."""
    answer = _answer(words, asked, now, may_share=False)
    line = words("answers/buttons", "shared_by", mention=mention(shared_by), question=asked.question)
    return Message(f"{line}\n{answer.text}", [blocks.context(line), *answer.blocks])


def gap_message(words: Words, gap: GapState) -> Message:
    piece = "gap_opened" if gap.is_new else "gap_joined"
    return Message(words("answers/buttons", piece, question=gap.text, voices=gap.voices))


def note(words: Words, piece: str) -> Message:
    """Confirm in one line what a click did."""
    return Message(words("answers/buttons", piece))


def _answer(words: Words, asked: Asked, now: datetime, *, may_share: bool) -> Message:
    shown: list[Block] = []
    if asked.lens:
        shown.append(blocks.context(words("answers/answer", "lens", lens=asked.lens)))
    if asked.names_nobody:
        names = [persona.name for persona in asked.personas]
        shown.append(blocks.section(words("answers/answer", "matters_to", names=names)))
    if len(asked.personas) == 1:
        shown += _about_one(words, asked.personas[0], asked.statements)
    for persona in asked.personas:
        shown += _persona_part(words, persona, asked, now)
    if asked.story:
        shown.append(story_offer(words, asked.story, asked.personas))
    shown.append(_assumptions(words, asked.statements))
    shown.append(blocks.context(*(persona_foot(words, persona, now) for persona in asked.personas)))
    shown += _answer_buttons(words, asked, may_share=may_share)
    return Message(_plain_answer(words, asked), [block for block in shown if block])


def _about_one(words: Words, persona: Persona, statements: Sequence[Statement]) -> list[Block]:
    who = blocks.section(words("answers/answer", "who", persona=persona), portrait(persona))
    return [who, blocks.section(_in_their_words(words, persona, statements[0]))] if statements else [who]


def _persona_part(words: Words, persona: Persona, asked: Asked, now: datetime) -> list[Block]:
    """Statements by kind, the best kind first; under the persona's name where there are several."""
    own = [statement for statement in asked.statements if statement.persona_id == persona.id]
    if not own:
        return [blocks.section(words("answers/answer", "nothing", name=persona.name))]
    several = len(asked.personas) > 1
    lines = [words("answers/answer", "persona", persona=persona)] if several else []
    part = []
    kinds = list(dict.fromkeys(statement.kind for statement in own))
    for kind, statements in groupby(sorted(own, key=lambda one: kinds.index(one.kind)), lambda one: one.kind):
        lines.append(words("answers/answer", "kind", kind=Terms(words).kind(kind)))
        for statement in statements:
            lines.append(_statement(words, statement, asked, now))
            part.append(blocks.section("\n".join(lines), sources_button(words, statement)))
            lines = []
    return part


def _in_their_words(words: Words, persona: Persona, best: Statement) -> str:
    if best.verbatim:
        return words("answers/answer", "verbatim", verbatim=best.verbatim)
    return words(
        "answers/answer",
        "role_play",
        name=persona.name,
        said=first_person(best.text),
        kind=best.kind,
        text=best.text[:1].lower() + best.text[1:],
    )


def _statement(words: Words, statement: Statement, asked: Asked, now: datetime) -> str:
    """Say what it claims, what stands behind it and against it; its stages only where not all are of one."""
    terms = Terms(words)
    stages = [stage.name for stage in statement.stages]
    in_all = all({stage.name for stage in other.stages} & set(stages) for other in asked.statements)
    return words(
        "answers/answer",
        "statement",
        text=statement.text,
        symbol=terms.symbol(statement),
        strength=terms.strength(statement),
        research=terms.research(statement, now.date()),
        stages="" if in_all else ", ".join(stages[:3]),
        others=asked.conflicts.get(statement.key, 0),
    )


def _assumptions(words: Words, statements: Sequence[Statement]) -> Block:
    count = sum(strength(statement) is Strength.ASSUMPTION for statement in statements)
    return blocks.context(words("answers/answer", "assumptions", count=count)) if count else {}


def _answer_buttons(words: Words, asked: Asked, *, may_share: bool) -> list[Block]:
    label = words.plain
    several = len(asked.personas) > 1
    cards = [card_button(words, persona, of=persona.name if several else "") for persona in asked.personas]
    share = blocks.button(label("answers/buttons", "share"), SHARE, str(asked.question_id))
    why = blocks.button(label("answers/buttons", "why"), EXPLAIN, str(asked.question_id))
    return [
        blocks.actions(*cards, share if may_share else None, why, flag_button(words, asked.statements)),
        blocks.feedback(
            RATE,
            asked.question_id,
            label("answers/buttons", "helpful"),
            label("answers/buttons", "not_helpful"),
        ),
    ]


def _plain_answer(words: Words, asked: Asked) -> str:
    return words("answers/answer", "text", said=_said(asked.personas, asked.statements))


def _said(personas: Sequence[Persona], statements: Sequence[Statement]) -> list[tuple[str, list[str]]]:
    """Who says what: names with texts."""
    return [
        (persona.name, [one.text for one in statements if one.persona_id == persona.id])
        for persona in personas
    ]


def _no_research(words: Words, asked: Asked) -> Message:
    """Say so; what is known of others comes before what is near, and is said to be theirs."""
    names = ", ".join(persona.name for persona in asked.personas)
    head = words("answers/outcomes", "no_research", names=names, question=asked.question)
    text, shown = head, [blocks.section(head)]
    if asked.elsewhere:
        owners = list({one.persona_id: one.persona for one in asked.elsewhere}.values())
        of_others = words(
            "answers/outcomes", "elsewhere", others=[persona.name for persona in owners], names=names
        )
        said = words("answers/answer", "text", said=_said(owners, asked.elsewhere))
        text = f"{head}\n{of_others} {said}"
        shown.append(blocks.section(of_others))
    elif asked.nearest:
        shown.append(blocks.section(words("answers/outcomes", "nearest")))
    shown += [
        blocks.section(_nearest(words, statement), sources_button(words, statement))
        for statement in asked.elsewhere or asked.nearest
    ]
    shown.append(blocks.context(words("answers/outcomes", "offer")))
    ask_council = blocks.button(
        words.plain("answers/buttons", "ask_council"), ASK_COUNCIL, str(asked.question_id), style="primary"
    )
    shown.append(blocks.actions(ask_council))
    return Message(text, shown)


def _nearest(words: Words, statement: Statement) -> str:
    terms = Terms(words)
    return words(
        "answers/outcomes",
        "nearest_statement",
        name=statement.persona.name,
        text=statement.text,
        symbol=terms.symbol(statement),
        strength=terms.strength(statement),
    )


def _which_persona(words: Words, asked: Asked) -> Message:
    head = words("answers/outcomes", "which_persona", question=asked.question)
    choices = [
        blocks.button(
            f"{persona.name}, {persona.role}", CHOOSE_PERSONA, f"{asked.question_id} {persona.slug}"
        )
        for persona in asked.personas[:CHOICES_SHOWN]
    ]
    return Message(head, [blocks.section(head), blocks.actions(*choices)])


def _unknown_persona(words: Words, asked: Asked) -> Message:
    shown = asked.personas[:NAMES_SHOWN]
    names = ", ".join(f"{persona.name} ({persona.role})" for persona in shown)
    text = words(
        "answers/outcomes",
        "unknown_persona",
        name=asked.unknown_name or "",
        names=names,
        more=len(asked.personas) - len(shown),
    )
    return Message(text, [blocks.section(text)])


def _example(words: Words) -> str:
    return words.plain("answers/forms", "ask_placeholder")
