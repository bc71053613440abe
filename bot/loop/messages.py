"""What became of insights and questions, for those who had them; what changed, for channels."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot import blocks
from bot.blocks import Message
from bot.loop_blocks import PIECES, STOP, news_button
from bot.persona_blocks import card_button
from bot.terms import Terms
from bot.wording import Words
from persona_store.models import Statement
from persona_store.news import Change
from persona_store.refresh.announcing import Announced, StatementChanged
from persona_store.refresh.verdicts import PUBLISHED, News

CHANGED = "loop/changed"
GAP = "gap"
SAID_LIMIT = 240
MOST_TOLD, MOST_CHANGES, MOST_POSTED = 8, 4, 8


@dataclass(frozen=True)
class Told:
    """One piece of news. ``announced``: what its revision changed; ``answer``: to a question."""

    news: Sequence[News]
    announced: Announced | None = None
    answer: Sequence[Statement] = field(default=())

    @property
    def first(self) -> News:
        return self.news[0]


def news_message(words: Words, told: Sequence[Told]) -> Message:
    shown, texts = [], []
    for one in told[:MOST_TOLD]:
        lines = list(_lines(words, one))
        texts.append(lines[0])
        card = card_button(words, one.announced.persona) if one.announced else None
        shown += [blocks.section("\n".join(lines), card), blocks.divider()]
    is_published = any(one.announced for one in told)
    thanks = words(PIECES, "thanks", published=is_published, more=max(0, len(told) - MOST_TOLD))
    foot = [blocks.context(thanks), blocks.actions(news_button(words, STOP))]
    return Message("\n".join([*texts, thanks]), [*shown[:-1], *foot])


def grouped(
    news: Sequence[News], announced: Mapping[int, Announced], answers: Mapping[int, Sequence[Statement]]
) -> list[Told]:
    """One piece for each revision (``announced``, by its id), and one for everything else.

    ``answers``: by the number of the question.
    """
    others: list[Told] = []
    by_revision: dict[int, list[News]] = {}
    for one in news:
        revision = one.revision.id if one.revision is not None and one.item.kind != GAP else None
        if revision is not None and revision in announced:
            by_revision.setdefault(revision, []).append(one)
        else:
            others.append(Told([one], answer=answers.get(one.item.id, ())))
    return [*(Told(group, announced[revision]) for revision, group in by_revision.items()), *others]


def changed_message(words: Words, announced: Announced) -> Message:
    revision, persona = announced.revision, announced.persona
    said = {"name": persona.name, "revision": revision.number, "why": announced.revision.changelog}
    changes = announced.statements[:MOST_POSTED]
    more = len(announced.statements) - len(changes)
    fields = [name.replace("_", " ") for name in announced.fields]
    head = words(CHANGED, "head", restored_from=revision.restored_from or 0, **said)
    shown = [
        blocks.section(head, card_button(words, persona)),
        blocks.section(words(CHANGED, "why", **said)),
        *(blocks.section(_change(words, one)) for one in changes),
        blocks.context(words(CHANGED, "more", more=more)) if more > 0 else {},
        blocks.context(words(CHANGED, "fields", fields=fields)) if fields else {},
        blocks.context(words(CHANGED, "foot", colleagues=announced.colleagues)),
    ]
    return Message(words(CHANGED, "text", **said), [block for block in shown if block])


def note_message(words: Words, piece: str) -> Message:
    return Message(words(PIECES, piece))


def _lines(words: Words, told: Told) -> Iterator[str]:
    """What happened first, in a line that stands alone."""
    news = told.first
    if news.item.kind == GAP and news.verdict.verdict == PUBLISHED:
        yield _piece(words, "answered", news)
        yield from (_answer(words, one) for one in told.answer)
        if news.persona is not None and news.revision is not None:
            yield words(PIECES, "whose", name=news.persona.name, revision=news.revision.number)
    elif told.announced is not None:
        yield from _published(words, told, told.announced)
    else:
        piece = "answered" if news.verdict.verdict == PUBLISHED else news.verdict.verdict
        yield _piece(words, piece, news)


def _published(words: Words, told: Told, announced: Announced) -> Iterator[str]:
    revision = announced.revision
    said = {"name": announced.persona.name, "revision": revision.number}
    yield words(PIECES, "published", others=told.first.others, **said)
    yield from (_piece(words, "reported", one) for one in told.news)
    yield words(CHANGED, "why", why=announced.revision.changelog)
    yield from (_change(words, one) for one in announced.statements[:MOST_CHANGES])
    more = len(announced.statements) - MOST_CHANGES
    if more > 0:
        yield words(CHANGED, "more", more=more)


def _piece(words: Words, piece: str, news: News) -> str:
    return words(
        PIECES,
        piece,
        numbers=news.numbers,
        said=blocks.fit(" ".join(news.said.split()), SAID_LIMIT),
        kind=news.item.kind,
        reason=news.item.reason or "",
    )


def _answer(words: Words, statement: Statement) -> str:
    terms = Terms(words)
    strength = {"symbol": terms.symbol(statement), "strength": terms.strength(statement)}
    return words(PIECES, "answer", text=statement.text, **strength)


def _change(words: Words, changed: StatementChanged) -> str:
    terms = Terms(words)
    now = changed.now if changed.change is not Change.RETIRED else None
    return words(
        CHANGED,
        changed.change,
        before=changed.before or "",
        after=changed.after or "",
        symbol=terms.symbol(now) if now else "",
        strength=terms.strength(now) if now else "",
    )
