"""The windows around an answer: to ask in, to say what was missing, to see the research."""

from datetime import datetime

from bot import blocks
from bot.answers.messages import RATE
from bot.blocks import Block, Message
from bot.insight_blocks import flag_button
from bot.terms import Terms, day
from bot.wording import Words, link
from persona_store.models import Evidence, Statement

ASK_FORM = "answers.ask"
MISSING_FORM = "answers.missing"


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
    shown.append(blocks.actions(flag_button(words, [statement])))
    shown.append(blocks.context(words("answers/forms", "strength_note")))
    return blocks.modal(
        words.plain("answers/forms", "sources_title"), shown, close=words.plain("answers/buttons", "close")
    )


def answer_view(words: Words, message: Message) -> Block:
    """Show an answer in the window that it was asked in."""
    shown = [_for_a_view(block) for block in message.blocks] or [blocks.section(message.text)]
    return blocks.modal(
        words.plain("answers/forms", "answer_title"), shown, close=words.plain("answers/buttons", "close")
    )


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
