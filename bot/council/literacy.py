"""What people know, as the council sees it."""

from collections.abc import Callable, Mapping, Sequence

from bot import blocks
from bot.blocks import Block
from bot.wording import Words
from persona_store.trivia.literacy import Literacy, Share

PIECES = "council/literacy"
LISTED = 10


def counting_view(words: Words) -> Block:
    return _view(words, [blocks.section(words(PIECES, "counting"))])


def literacy_view(
    words: Words,
    known: Literacy,
    names: Mapping[str, str],
    texts: Mapping[str, tuple[str, str]],
    days: int,
) -> Block:
    """``names`` of personas by slug; ``texts``: what statements say, and the name of whom it is about."""
    total = known.total
    if not total.answers:
        return _view(words, [blocks.section(words(PIECES, "nothing", days=days))])
    counted = words(PIECES, "counted", days=days, people=total.people, answers=total.answers)
    departments = [(name, share) for name, share in known.departments]
    if known.elsewhere is not None:
        departments.append((words.plain(PIECES, "elsewhere"), known.elsewhere))
    foot = blocks.context(words(PIECES, "few" if departments else "no_departments"))
    personas = [(names.get(slug, slug), share) for slug, share in known.personas]
    statements = [(key, share) for key, share in known.statements if key in texts]
    return _view(
        words,
        [
            blocks.context(counted, words(PIECES, "interval")),
            *_part(words, "personas", personas, lambda name, share: _line(words, name, share)),
            *_few_about(words, [names.get(slug, slug) for slug in known.few]),
            *_part(words, "departments", departments, lambda name, share: _line(words, name, share)),
            foot,
            *_part(
                words,
                "statements",
                statements,
                lambda key, share: _statement(words, *texts[key], share),
                none="no_statements",
            ),
        ],
    )


def percents(share: Share) -> dict[str, int]:
    low, high = share.interval
    return {"low": round(100 * low), "high": round(100 * high)}


def _view(words: Words, shown: list[Block]) -> Block:
    return blocks.modal(words.plain(PIECES, "title"), shown, close=words.plain("answers/buttons", "close"))


def _part(
    words: Words,
    piece: str,
    shares: Sequence[tuple[str, Share]],
    line: Callable[[str, Share], str],
    *,
    none: str = "",
) -> list[Block]:
    head = blocks.header(words.plain(PIECES, piece))
    shown = [blocks.section(line(*one)) for one in shares[:LISTED]]
    if not shown and none:
        shown = [blocks.context(words(PIECES, none))]
    more = len(shares) - LISTED
    return [head, *shown, *([blocks.context(words(PIECES, "more", more=more))] if more > 0 else [])]


def _few_about(words: Words, names: Sequence[str]) -> list[Block]:
    """Name those of whom nothing is shown, as fewer than five have answered."""
    if not names:
        return []
    more = len(names) - LISTED
    return [blocks.context(words(PIECES, "few_about", names=names[:LISTED], more=max(0, more)))]


def _line(words: Words, name: str, share: Share) -> str:
    counts = {"right": share.right, "answers": share.answers, "people": share.people}
    return words(PIECES, "line", name=name, **counts, **percents(share))


def _statement(words: Words, text: str, name: str, share: Share) -> str:
    counts = {"right": share.right, "answers": share.answers}
    return words(PIECES, "statement", text=text, name=name, **counts, **percents(share))
