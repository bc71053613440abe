"""What the council sees."""

from collections.abc import Mapping, Sequence

from bot import blocks
from bot.blocks import Block
from bot.wording import Words
from persona_store.demand import Demand, OpenGap, PersonaDemand, Theme

ASKED = "council/asked"
LISTED = 10
REMARKS = 5
TEXT_SHOWN, REMARK_SHOWN = 300, 200


def counting_view(words: Words) -> Block:
    return _view(words, [blocks.section(words(ASKED, "counting"))])


def asked_view(words: Words, demand: Demand, names: Mapping[str, str], days: int) -> Block:
    """Show what is asked; ``names`` of personas by slug."""
    counted = words(
        ASKED,
        "counted",
        days=days,
        questions=demand.questions,
        people=demand.people,
        answered=demand.answered,
    )
    return _view(
        words,
        [
            blocks.context(counted),
            *_part(words, "gaps", [_gap(words, gap, names) for gap in demand.gaps]),
            *_part(words, "missed", [_theme(words, theme, names) for theme in demand.missed]),
            *_part(words, "unhelpful", [_theme(words, theme, names) for theme in demand.unhelpful]),
            *_part(words, "personas", [_persona(words, one, names) for one in demand.personas]),
        ],
    )


def _view(words: Words, shown: list[Block]) -> Block:
    return blocks.modal(words.plain(ASKED, "title"), shown, close=words.plain("answers/buttons", "close"))


def _part(words: Words, piece: str, lines: Sequence[str]) -> list[Block]:
    shown = [blocks.header(words.plain(ASKED, piece)), *map(blocks.section, lines[:LISTED])]
    if not lines:
        shown.append(blocks.context(words(ASKED, "none")))
    if len(lines) > LISTED:
        shown.append(blocks.context(words(ASKED, "more", more=len(lines) - LISTED)))
    return shown


def _persona(words: Words, one: PersonaDemand, names: Mapping[str, str]) -> str:
    name = names.get(one.persona, one.persona)
    return words(ASKED, "persona", name=name, people=one.people, times=one.times)


def _gap(words: Words, gap: OpenGap, names: Mapping[str, str]) -> str:
    return words(
        ASKED,
        "gap",
        text=blocks.fit(gap.text, TEXT_SHOWN),
        voices=gap.voices,
        others=gap.others,
        names=_listed(gap.personas, names),
    )


def _theme(words: Words, theme: Theme, names: Mapping[str, str]) -> str:
    return words(
        ASKED,
        "theme",
        text=blocks.fit(theme.text, TEXT_SHOWN),
        people=theme.people,
        times=theme.times,
        names=_listed(theme.personas, names),
        remarks=[blocks.fit(" ".join(remark.split()), REMARK_SHOWN) for remark in theme.remarks[:REMARKS]],
    )


def _listed(slugs: Sequence[str], names: Mapping[str, str]) -> str:
    return ", ".join(names.get(slug, slug) for slug in slugs)
