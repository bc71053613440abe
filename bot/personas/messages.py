"""Personas to look up: list, card, journey, comparison, lens, help."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby, zip_longest

from bot import blocks
from bot.actions import OPEN_REVISION, SHOW_HISTORY
from bot.blocks import Block, Message
from bot.persona_blocks import card_button, persona_foot, persona_line, portrait
from bot.story_blocks import card_stories
from bot.terms import Terms, day, initials
from bot.wording import Words, mention
from persona_store.models import Lens, Persona, Revision, Statement, Story
from persona_store.personas import KINDS, strength

PIECES = "personas/personas"
SHOW_JOURNEY = "personas.show_journey"
LISTED = 30
PER_KIND = 6


def list_message(
    words: Words, personas: Sequence[Persona], statements: dict[int, int], now: datetime
) -> Message:
    """All personas by priority; the first thirty with a way to their cards."""
    if not personas:
        return Message(words("answers/outcomes", "no_personas"))
    shown: list[Block] = [blocks.header(words.plain(PIECES, "list_head"))]
    for priority, group in groupby(personas[:LISTED], key=lambda persona: persona.priority):
        name = Terms(words).priority(priority)
        shown.append(blocks.context(words(PIECES, "list_group", priority=name)))
        shown += [persona_line(words, persona, statements.get(persona.id, 0), now) for persona in group]
    if len(personas) > LISTED:
        shown.append(blocks.context(words(PIECES, "list_more", more=len(personas) - LISTED)))
    names = ", ".join(persona.name for persona in personas)
    return Message(words(PIECES, "list_text", names=names), shown)


def card_message(
    words: Words,
    persona: Persona,
    now: datetime,
    stories: Sequence[Story] = (),
    *,
    is_council: bool = False,
) -> Message:
    text = words(PIECES, "card_text", name=persona.name, role=persona.role, archetype=persona.archetype or "")
    return Message(text, card(words, persona, now, stories, is_council=is_council))


def card_view(
    words: Words,
    persona: Persona,
    now: datetime,
    stories: Sequence[Story] = (),
    *,
    is_council: bool = False,
) -> Block:
    shown = card(words, persona, now, stories, is_council=is_council)
    return blocks.modal(persona.name, shown, close=words.plain("answers/buttons", "close"))


def card(
    words: Words,
    persona: Persona,
    now: datetime,
    stories: Sequence[Story] = (),
    *,
    is_council: bool = False,
) -> list[Block]:
    """Everything about a persona, within the blocks of one message. ``is_council``: may change it."""
    about = [
        blocks.header(f"{initials(persona.name)} · {persona.name}"),
        blocks.section(_who(words, persona), portrait(persona)),
        blocks.section(words(PIECES, "card_quote", quote=persona.quote)) if persona.quote else {},
    ]
    if persona.summary or persona.voice:
        text = words(PIECES, "card_summary", summary=persona.summary or "", voice=persona.voice or "")
        about.append(blocks.section(text))
    facts = [
        words(PIECES, "card_fact", label=label.replace("_", " ").capitalize(), value=value)
        for label, value in persona.demographics.items()
    ]
    if facts:
        about.append(blocks.fields(facts))
    told = card_stories(words, stories)
    foot = _card_foot(words, persona, now, is_council=is_council)
    return [block for block in (*about, *_statements(words, persona), *told, *foot) if block]


def journey_message(words: Words, persona: Persona) -> Message:
    text = words(PIECES, "journey_text", name=persona.name)
    return Message(text, journey(words, persona))


def journey_view(words: Words, persona: Persona) -> Block:
    return blocks.modal(persona.name, journey(words, persona), close=words.plain("answers/buttons", "close"))


def journey(words: Words, persona: Persona) -> list[Block]:
    if not persona.journey:
        return [blocks.section(words(PIECES, "no_journey", name=persona.name))]
    return [
        blocks.header(words.plain(PIECES, "journey_head", name=persona.name)),
        *(
            blocks.section(
                words(
                    PIECES,
                    "journey_step",
                    position=position,
                    stage=step.stage.name,
                    feeling=step.feeling or "",
                    doing=step.doing or "",
                    thinking=step.thinking or "",
                    touchpoints=", ".join(step.touchpoints),
                    opportunity=step.opportunity or "",
                )
            )
            for position, step in enumerate(persona.journey, 1)
        ),
    ]


def compare_message(
    words: Words, personas: Sequence[Persona], topic: str, said: Sequence[Sequence[Statement]]
) -> Message:
    """Put personas side by side, a statement a cell. ``said``: each persona's statements."""
    names = " and ".join(persona.name for persona in personas)
    rows = [row for kind in KINDS for row in _rows_of(words, kind, said)]
    if not rows:
        return Message(words(PIECES, "compare_nothing", topic=topic, names=names))
    head = ["", *(f"{persona.name}, {persona.role}" for persona in personas)]
    silent = [persona.name for persona, own in zip(personas, said, strict=True) if not own]
    nothing = words(PIECES, "compare_silent", names=" and ".join(silent)) if silent else ""
    return Message(
        words(PIECES, "compare_text", names=names, topic=topic),
        [
            blocks.section(words(PIECES, "compare_head", names=names, topic=topic)),
            blocks.table([head, *rows]),
            blocks.context(nothing, words(PIECES, "legend")),
            blocks.actions(*(card_button(words, persona, of=persona.name) for persona in personas)),
        ],
    )


def lens_message(words: Words, lenses: Sequence[Lens], own: str | None, shared: str | None) -> Message:
    names = ", ".join(lens.slug for lens in lenses)
    return Message(words(PIECES, "lens_usage", lenses=names, own=own or "off", shared=shared or "off"))


def lens_set_message(words: Words, lens: str | None, channel_for: str | None) -> Message:
    """Confirm a lens; ``channel_for``: who set it for the whole channel."""
    piece = "lens_set" if lens else "lens_off"
    if channel_for is None:
        return Message(words(PIECES, piece, lens=lens))
    return Message(words(PIECES, f"channel_{piece}", lens=lens, mention=mention(channel_for)))


def help_message(words: Words, lenses: Sequence[Lens]) -> Message:
    text = words(PIECES, "help", lenses=", ".join(lens.slug for lens in lenses))
    return Message(text, [blocks.section(text)])


def news_message(words: Words, persona: Persona, revisions: Sequence[Revision]) -> Message:
    """Say what changed in the last revisions."""
    text = words(PIECES, "news_head", name=persona.name)
    lines = [
        words(
            PIECES,
            "news_line",
            number=revision.number,
            day=day(revision.published_at),
            changelog=revision.changelog,
        )
        for revision in revisions
    ]
    return Message(
        text, [blocks.section(text), *map(blocks.section, lines), blocks.actions(card_button(words, persona))]
    )


def sources_message(words: Words, statements: Sequence[Statement], now: datetime) -> Message:
    """List the research behind the statements of the last answer."""
    if not statements:
        return Message(words(PIECES, "no_sources"))
    terms = Terms(words)
    lines = [
        words(
            PIECES,
            "source_of",
            text=statement.text,
            symbol=terms.symbol(statement),
            strength=terms.strength(statement),
            evidence=[
                f"{evidence.title}, {terms.method(evidence)}, {evidence.held_on:%b %Y}"
                for evidence in statement.evidence
            ],
            research=terms.research(statement, now.date()),
        )
        for statement in statements
    ]
    return Message("\n".join(lines), [blocks.section(line) for line in lines])


def not_found_message(words: Words, name: str) -> Message:
    return Message(words(PIECES, "not_found", name=name))


def which_message(words: Words, name: str, personas: Sequence[Persona]) -> Message:
    text = words(PIECES, "which", name=name)
    buttons = [card_button(words, persona, of=f"{persona.name}, {persona.role}") for persona in personas[:10]]
    return Message(text, [blocks.section(text), blocks.actions(*buttons)])


def did_you_mean_message(words: Words, word: str, command: str) -> Message:
    return Message(words(PIECES, "did_you_mean", word=word, command=command))


def usage_message(words: Words, piece: str) -> Message:
    return Message(words(PIECES, piece))


def _who(words: Words, persona: Persona) -> str:
    return words(
        PIECES,
        "card_who",
        name=persona.name,
        pronouns=persona.pronouns or "",
        role=persona.role,
        archetype=persona.archetype or "",
        priority=Terms(words).priority(persona.priority),
        segment=persona.segment.name if persona.segment else "",
    )


def _statements(words: Words, persona: Persona) -> list[Block]:
    """Statements by kind, the strongest first, so many of each that every kind has room."""
    terms = Terms(words)
    order = ("validated", "indicative", "assumption")
    shown: list[Block] = []
    left_out = 0
    for kind in KINDS:
        own = sorted(
            (statement for statement in persona.statements if statement.kind == kind),
            key=lambda statement: order.index(strength(statement)),
        )
        if not own:
            continue
        left_out += max(0, len(own) - PER_KIND)
        lines = [{"symbol": terms.symbol(one), "text": one.text} for one in own[:PER_KIND]]
        shown.append(blocks.section(words(PIECES, "card_kind", kind=terms.kind(kind), lines=lines)))
    if left_out:
        shown.append(blocks.context(words(PIECES, "card_more", more=left_out, name=persona.name)))
    return shown


def _card_foot(words: Words, persona: Persona, now: datetime, *, is_council: bool) -> list[Block]:
    aliases = ", ".join(alias.text for alias in persona.aliases)
    journey_button = blocks.button(words.plain(PIECES, "journey_button"), SHOW_JOURNEY, persona.slug)
    history = blocks.button(words.plain("revisions/history", "button"), SHOW_HISTORY, persona.slug)
    draft = blocks.button(words.plain("revisions/history", "draft"), OPEN_REVISION, f"persona:{persona.slug}")
    return [
        blocks.context(
            words(PIECES, "legend"), words(PIECES, "card_aliases", aliases=aliases) if aliases else ""
        ),
        blocks.context(persona_foot(words, persona, now)),
        blocks.actions(journey_button if persona.journey else None, history, draft if is_council else None),
    ]


def _rows_of(words: Words, kind: str, said: Sequence[Sequence[Statement]]) -> list[list[str]]:
    """Make the lines of one kind; its name stands in the first."""
    terms = Terms(words)
    columns = [
        [f"{terms.symbol(statement)} {statement.text}" for statement in own if statement.kind == kind]
        for own in said
    ]
    lines = zip_longest(*columns, fillvalue="–")
    return [[terms.kind(kind) if number == 0 else "", *line] for number, line in enumerate(lines)]
