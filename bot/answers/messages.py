"""What we say to a question."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from bot import blocks
from bot.blocks import Block, Message
from bot.first_person import first_person
from bot.persona_blocks import card_button, persona_foot, portrait
from bot.terms import Terms, day
from bot.wording import Words, link, mention
from persona_store.answering import Outcome
from persona_store.asking import Asked
from persona_store.evidence import Strength
from persona_store.models import Evidence, Persona, Question, Statement
from persona_store.personas import strength

RATE = "answers.rate"
SHARE = "answers.share"
SHOW_SOURCES = "answers.show_sources"
EXPLAIN = "answers.explain"
ASK_COUNCIL = "answers.ask_council"
CHOOSE_PERSONA = "answers.choose_persona"
OPEN_QUESTION = "answers.open_question"
ASK_FORM = "answers.ask"
MISSING_FORM = "answers.missing"

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


def answer_view(words: Words, message: Message) -> Block:
    """Show an answer in the window that it was asked in."""
    shown = [_for_a_view(block) for block in message.blocks] or [blocks.section(message.text)]
    return blocks.modal(
        words.plain("answers/forms", "answer_title"), shown, close=words.plain("answers/buttons", "close")
    )


def ask_form(words: Words) -> Block:
    return blocks.modal(
        words.plain("answers/forms", "ask_title"),
        [
            blocks.text_input(
                "question",
                words.plain("answers/forms", "ask_label"),
                placeholder=words.plain("answers/forms", "ask_placeholder"),
                hint=words.plain("answers/forms", "ask_hint"),
            )
        ],
        callback_id=ASK_FORM,
        submit=words.plain("answers/buttons", "ask"),
        close=words.plain("answers/buttons", "cancel"),
    )


def missing_form(words: Words, question_id: int) -> Block:
    field = blocks.text_input(
        "missing",
        words.plain("answers/forms", "missing_label"),
        hint=words.plain("answers/forms", "missing_hint"),
        limit=1_000,
    )
    return blocks.modal(
        words.plain("answers/forms", "missing_title"),
        [field | {"optional": True}],
        callback_id=MISSING_FORM,
        submit=words.plain("answers/buttons", "send"),
        close=words.plain("answers/buttons", "cancel"),
        metadata=str(question_id),
    )


def sources_view(words: Words, statement: Statement, now: datetime) -> Block:
    """Show the research behind one statement."""
    terms = Terms(words)
    head = words(
        "answers/forms",
        "statement",
        name=statement.persona.name,
        text=statement.text,
        symbol=terms.symbol(statement),
        strength=terms.strength(statement),
        freshness=terms.freshness(statement, now.date()),
    )
    shown = [blocks.section(head)]
    if statement.verbatim:
        shown.append(blocks.section(words("answers/forms", "verbatim", verbatim=statement.verbatim)))
    shown.append(blocks.divider())
    shown += [blocks.section(_evidence(words, terms, evidence)) for evidence in statement.evidence]
    if not statement.evidence:
        shown.append(blocks.section(words("answers/forms", "no_evidence")))
    shown.append(blocks.context(words("answers/forms", "strength_note")))
    return blocks.modal(
        words.plain("answers/forms", "sources_title"), shown, close=words.plain("answers/buttons", "close")
    )


def gap_message(words: Words, question: Question, voices: int, *, is_new: bool) -> Message:
    piece = "gap_opened" if is_new else "gap_joined"
    return Message(words("answers/buttons", piece, question=question.text, voices=voices))


def note(words: Words, piece: str) -> Message:
    """Confirm in one line what a click did."""
    return Message(words("answers/buttons", piece))


def _answer(words: Words, asked: Asked, now: datetime, *, may_share: bool) -> Message:
    shown: list[Block] = []
    if asked.lens:
        shown.append(blocks.context(words("answers/answer", "lens", lens=asked.lens)))
    if len(asked.personas) == 1:
        shown += _about_one(words, asked.personas[0], asked.statements)
    for persona in asked.personas:
        shown += _persona_part(words, persona, asked, now)
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
            lines.append(_statement(words, statement, asked.statements, now))
            part.append(blocks.section("\n".join(lines), _sources_button(words, statement)))
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


def _statement(words: Words, statement: Statement, beside: Sequence[Statement], now: datetime) -> str:
    """Say what it claims and what stands behind it; its stages only where not all are of one."""
    terms = Terms(words)
    stages = [stage.name for stage in statement.stages]
    in_all = all({stage.name for stage in other.stages} & set(stages) for other in beside)
    return words(
        "answers/answer",
        "statement",
        text=statement.text,
        symbol=terms.symbol(statement),
        strength=terms.strength(statement),
        research=terms.research(statement, now.date()),
        stages="" if in_all else ", ".join(stages[:3]),
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
        blocks.actions(*cards, share if may_share else None, why),
        blocks.feedback(
            RATE,
            asked.question_id,
            label("answers/buttons", "helpful"),
            label("answers/buttons", "not_helpful"),
        ),
    ]


def _sources_button(words: Words, statement: Statement) -> Block:
    return blocks.button(words.plain("answers/buttons", "sources"), SHOW_SOURCES, statement.key)


def _plain_answer(words: Words, asked: Asked) -> str:
    return words(
        "answers/answer",
        "text",
        names=", ".join(persona.name for persona in asked.personas),
        texts=[statement.text for statement in asked.statements],
    )


def _no_research(words: Words, asked: Asked) -> Message:
    names = ", ".join(persona.name for persona in asked.personas)
    head = words("answers/outcomes", "no_research", names=names, question=asked.question)
    shown = [blocks.section(head)]
    if asked.nearest:
        shown.append(blocks.section(words("answers/outcomes", "nearest")))
        shown += [
            blocks.section(_nearest(words, statement), _sources_button(words, statement))
            for statement in asked.nearest
        ]
    shown.append(blocks.context(words("answers/outcomes", "offer")))
    ask_council = blocks.button(
        words.plain("answers/buttons", "ask_council"), ASK_COUNCIL, str(asked.question_id), style="primary"
    )
    shown.append(blocks.actions(ask_council))
    return Message(head, shown)


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


def _evidence(words: Words, terms: Terms, evidence: Evidence) -> str:
    return words(
        "answers/forms",
        "evidence",
        title=evidence.title,
        method=terms.method(evidence),
        bucket=terms.bucket(evidence),
        day=day(evidence.held_on),
        participants=evidence.participants,
        source_owner=evidence.source_owner or "",
        link=link(evidence.link, "open the research") if evidence.link else "",
        note=evidence.note or "",
    )


def _for_a_view(block: Block) -> Block:
    """Feedback buttons live in messages only: a window gets two plain ones."""
    if block["type"] != "context_actions":
        return block
    element = block["elements"][0]
    return blocks.actions(
        *(
            blocks.button(element[side]["text"]["text"], RATE, element[side]["value"])
            for side in ("positive_button", "negative_button")
        )
    )
