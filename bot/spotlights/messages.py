"""What a spotlight looks like, and what we say to a click on its question."""

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from bot import blocks
from bot.blocks import Block, Message
from bot.persona_blocks import card_button, persona_foot, portrait, sources_button
from bot.story_blocks import story_button
from bot.terms import Terms, day, initials
from bot.wording import Words
from persona_store.evidence import Strength
from persona_store.models import Persona, Statement
from persona_store.news import News
from persona_store.personas import strength
from persona_store.spotlights.showing import Spotlight
from persona_store.spotlights.turn import Reason, Why

PIECES, REASONS, ANSWERS = "spotlights/spotlight", "spotlights/reasons", "spotlights/answer"
ANSWER = "spotlights.answer"
LETTERS = "ABCDEFGH"
KINDS_NAMED = 2
TITLES_NAMED = 2
TEASER_LIMIT = 160
LABEL_LIMIT = 75
PREVIEW = "preview"
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def spotlight_message(words: Words, shown: Spotlight, now: datetime, delivery_id: int | None) -> Message:
    """``delivery_id``: None in a preview, whose question cannot be answered."""
    persona = shown.persona
    said = shown.statements[0].text if shown.statements else persona.archetype or ""
    text = words(PIECES, "text", name=persona.name, role=persona.role, said=said)
    label = words(PIECES, "label", lens=shown.lens.name if shown.lens else "")
    picture, card = portrait(persona), card_button(words, persona)
    parts = [
        blocks.header(_head(words, persona)),
        blocks.section(_who(words, persona), picture or card),
        *_missed(words, shown),
        blocks.section(_news(words, shown)) if shown.news else {},
        *_facts(words, shown, now),
        _story(words, shown),
        *_question(words, shown, delivery_id),
        blocks.section(_shoes(words, shown)) if shown.step else {},
        blocks.context(label, persona_foot(words, persona, now)),
        blocks.actions(card) if picture else {},
    ]
    return Message(text, [block for block in parts if block])


def reasons(words: Words, shown: Spotlight) -> list[str]:
    """Why it is this persona's turn, each as plain text."""
    return [_reason(words, shown, reason) for reason in shown.turn.reasons]


def why(words: Words, shown: Spotlight) -> str:
    """The same as one sentence."""
    return words.plain(REASONS, "why", name=shown.persona.name, reasons=reasons(words, shown))


def answer_message(
    words: Words, statements: Sequence[Statement | None], right: int, chosen: int, now: datetime
) -> Message:
    """Say whether the click was right, and what is. ``statements``: the options; None where it is retired."""
    truth = statements[right]
    assert truth is not None  # noqa: S101 - the listener looked
    terms = Terms(words)
    verdict = words(
        ANSWERS,
        "right" if chosen == right else "wrong",
        letter=LETTERS[right],
        chosen=LETTERS[chosen],
        text=truth.text,
        symbol=terms.symbol(truth),
        strength=terms.strength(truth),
        research=terms.research(truth, now.date()),
    )
    chose = _whose(words, statements[chosen], chosen) if chosen != right else ""
    behind = [text for text in (_rests_on(words, truth), chose) if text]
    shown = [
        blocks.section(verdict),
        blocks.section(words(ANSWERS, "verbatim", verbatim=truth.verbatim)) if truth.verbatim else {},
        blocks.context(*behind) if behind else {},
        blocks.actions(sources_button(words, truth), card_button(words, truth.persona)),
    ]
    return Message(verdict, shown)


def retired_message(words: Words, persona: Persona | None) -> Message:
    if persona is None:
        return Message(words(ANSWERS, "gone"))
    text = words(ANSWERS, "retired", name=persona.name)
    return Message(text, [blocks.section(text, card_button(words, persona))])


def preview_message(words: Words) -> Message:
    return Message(words(ANSWERS, "preview"))


def _head(words: Words, persona: Persona) -> str:
    letters = "" if persona.portrait else initials(persona.name)
    return words.plain(PIECES, "head", name=persona.name, initials=letters)


def _who(words: Words, persona: Persona) -> str:
    return words(
        PIECES,
        "who",
        name=persona.name,
        pronouns=persona.pronouns or "",
        role=persona.role,
        segment=persona.segment.name if persona.segment else "",
        archetype=persona.archetype or "",
        priority=persona.priority,
    )


def _news(words: Words, shown: Spotlight) -> str:
    news = shown.news
    assert news is not None  # noqa: S101 - asked for only then
    met = {"day": day(shown.met_at)} if shown.met_at else {}
    retired = news.retired[0] if len(news.retired) == 1 else ""
    piece = "news" if shown.met_at else "news_to_all"
    return words(PIECES, piece, retired=retired, **_changes(words, news), **met)


def _missed(words: Words, shown: Spotlight) -> list[Block]:
    """Say so where it is their turn because of what people got wrong in trivia."""
    persona = shown.persona
    return [
        blocks.context(
            words(
                PIECES,
                "missed",
                name=persona.name,
                pronouns=persona.pronouns or "",
                number=reason.number,
                of=reason.of,
                here=reason.here,
            )
        )
        for reason in shown.turn.reasons
        if reason.why is Why.MISSED
    ]


def _changes(words: Words, news: News) -> dict[str, Any]:
    """What changed, as templates want it: counted by kind, or altogether where many kinds did."""
    terms = Terms(words)
    parts = []
    for change, group in groupby(news.counts, key=lambda one: one[0]):
        counted = [(kind, number) for _, kind, number in group]
        if len(counted) > KINDS_NAMED:
            counted = [("statement", sum(number for _, number in counted))]
        parts.append(
            {"change": str(change), "whats": [terms.counted(kind, number) for kind, number in counted]}
        )
    fields = ", ".join(name.replace("_", " ") for name in news.fields)
    return {"revision": news.revision, "parts": parts, "fields": fields}


def _facts(words: Words, shown: Spotlight, now: datetime) -> list[Block]:
    if not shown.statements:
        return []
    quoted = next((one.key for one in shown.statements if one.verbatim), None)
    news = shown.news or News(shown.persona.revision, 0)
    persona = shown.persona
    known = sum(strength(one) is not Strength.ASSUMPTION for one in shown.statements)
    lead = words(
        PIECES,
        "facts",
        name=persona.name,
        pronouns=persona.pronouns or "",
        known=known,
        assumed=len(shown.statements) - known,
    )
    texts = [_fact(words, one, now, news, quoted=one.key == quoted) for one in shown.statements]
    texts[0] = f"{lead}\n{texts[0]}"
    return [
        blocks.section(text, sources_button(words, one))
        for text, one in zip(texts, shown.statements, strict=True)
    ]


def _fact(words: Words, statement: Statement, now: datetime, news: News, *, quoted: bool) -> str:
    terms = Terms(words)
    return words(
        PIECES,
        "fact",
        change=news.current.get(statement.key, ""),
        before=news.before.get(statement.key, ""),
        text=statement.text,
        symbol=terms.symbol(statement),
        strength=terms.strength(statement),
        research=terms.research(statement, now.date()),
        stages=", ".join(stage.name for stage in statement.stages[:3]),
        verbatim=statement.verbatim if quoted else "",
    )


def _story(words: Words, shown: Spotlight) -> Block:
    if shown.story is None:
        return {}
    text = words(
        PIECES, "story", title=shown.story.title, beginning=_beginning(shown.story.happened, TEASER_LIMIT)
    )
    return blocks.section(text, story_button(words, shown.story, "read_story"))


def _question(words: Words, shown: Spotlight, delivery_id: int | None) -> list[Block]:
    if shown.quiz is None:
        return []
    options = [
        {"letter": letter, "text": text} for letter, text in zip(LETTERS, shown.quiz.texts, strict=False)
    ]
    persona = shown.persona
    text = words(PIECES, "question", name=persona.name, pronouns=persona.pronouns or "", options=options)
    buttons = [
        blocks.button(one["letter"], ANSWER, f"{delivery_id or PREVIEW}:{number}")
        | {"accessibility_label": blocks.fit(words.plain(ANSWERS, "button", **one), LABEL_LIMIT)}
        for number, one in enumerate(options)
    ]
    return [blocks.divider(), blocks.section(text), blocks.actions(*buttons)]


def _shoes(words: Words, shown: Spotlight) -> str:
    step, persona = shown.step, shown.persona
    assert step is not None  # noqa: S101 - asked for only then
    return words(
        PIECES,
        "shoes",
        name=persona.name,
        pronouns=persona.pronouns or "",
        priority=persona.priority,
        lens=shown.lens.slug if shown.lens else "",
        prompt=shown.prompt,
        stage=step.stage.name,
        doing=step.doing or "",
        thinking=step.thinking or "",
    )


def _reason(words: Words, shown: Spotlight, reason: Reason) -> str:
    persona = shown.persona
    if reason.why is Why.CHANGED:
        return words.plain(REASONS, reason.why, **_changes(words, shown.news or News(reason.number, 0)))
    return words.plain(
        REASONS,
        reason.why,
        name=persona.name,
        pronouns=persona.pronouns or "",
        priority=persona.priority,
        number=reason.number,
        weeks=reason.number // 7,
        of=reason.of,
        here=reason.here,
    )


def _rests_on(words: Words, statement: Statement) -> str:
    titles = [evidence.title for evidence in statement.evidence]
    if not titles:
        return ""
    more = len(titles) - TITLES_NAMED
    return words(ANSWERS, "evidence", titles=titles[:TITLES_NAMED], more=max(0, more))


def _beginning(text: str, limit: int) -> str:
    """As many sentences as fit."""
    sentences = SENTENCE_END.split(" ".join(text.split()))
    beginning = sentences[0]
    for sentence in sentences[1:]:
        if len(beginning) + 1 + len(sentence) > limit:
            break
        beginning = f"{beginning} {sentence}"
    return blocks.fit(beginning, limit)


def _whose(words: Words, statement: Statement | None, place: int) -> str:
    if statement is None:
        return ""
    owner = statement.persona
    return words(ANSWERS, "whose", letter=LETTERS[place], name=owner.name, role=owner.role)
