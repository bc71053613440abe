"""What people hear of their insights."""

from collections.abc import Mapping, Sequence

from bot import blocks
from bot.actions import OPEN_INSIGHT_FORM
from bot.blocks import Block, Message
from bot.insight_blocks import LIST, OwnInsights, insight_line, insight_lines, one_line
from bot.wording import Words, link
from persona_store.models import RefreshItem, Voice

PIECES = "insights/receipt"
FOLLOW, WITHDRAW, ENDORSE = "insights.follow", "insights.withdraw", "insights.endorse"


def receipt_view(
    words: Words, voice: Voice, said: Sequence[str], *, at_home: bool = False, is_open: bool = True
) -> Block:
    """Say what became of it, with what the person can do now; ``is_open``: it can still be withdrawn."""
    follows = words(PIECES, "follows" if voice.follows else "follows_not", is_open=is_open)
    text = [words(PIECES, "quoted", text=one_line(voice.text))] if voice.text else []
    source = link(voice.permalink, words.plain(PIECES, "message")) if voice.permalink else ""
    view = blocks.modal(
        words.plain(PIECES, "title", number=voice.item_id),
        [
            *(blocks.section(line) for line in (*said, *text)),
            blocks.context(words(PIECES, "link", link=source)) if source else {},
            blocks.section(follows),
            _buttons(words, voice, is_open=is_open),
        ],
        close=words.plain("answers/buttons", "close"),
        metadata="home" if at_home else "",
    )
    return view | {"clear_on_close": True}


def filed_text(words: Words, voice: Voice) -> str:
    return words(PIECES, "filed", number=voice.item_id)


def joined_text(words: Words, voice: Voice, voices: int, *, is_again: bool) -> str:
    """``voices``: how many people have seen it now."""
    return words(PIECES, "again" if is_again else "joined", number=voice.item_id, voices=voices)


def about_text(words: Words, voice: Voice, names: str, statement: str) -> list[str]:
    """Whom and which statement it is about, as far as that was said."""
    if not names and not statement:
        return []
    return [words(PIECES, "about", names=names, statement=one_line(statement), stance=voice.stance or "")]


def masked_text(words: Words, kinds: Sequence[str]) -> list[str]:
    return [words(PIECES, "masked", kinds=kinds)] if kinds else []


def withdrawn_view(words: Words, number: int) -> Block:
    view = blocks.modal(
        words.plain(PIECES, "title", number=number),
        [blocks.section(words(PIECES, "withdrawn"))],
        close=words.plain("answers/buttons", "close"),
    )
    return view | {"clear_on_close": True}


def standing_text(words: Words, own: OwnInsights) -> str:
    voice, item = own.entries[0]
    return insight_line(words, own, voice, item)


def list_message(
    words: Words, own: OwnInsights, others: Sequence[RefreshItem], names: Mapping[str, str], *, limit: int
) -> Message:
    """One's own; and ``others``, for those who may say that they saw the same."""
    shown = [blocks.header(words.plain(LIST, "title"))]
    shown += insight_lines(words, own) or [blocks.section(words(LIST, "none"))]
    if len(own.entries) == limit:
        shown.append(blocks.context(words(LIST, "more")))
    shown.append(blocks.actions(blocks.button(words.plain(LIST, "report"), OPEN_INSIGHT_FORM)))
    shown += _others(words, others, names)
    numbers = ", ".join(f"#{voice.item_id}" for voice, _ in own.entries)
    return Message(words(LIST, "text", numbers=numbers) if numbers else words(LIST, "none"), shown)


def endorsed_message(words: Words, item_id: int) -> Message:
    return Message(words(LIST, "endorsed", number=item_id))


def _others(words: Words, others: Sequence[RefreshItem], names: Mapping[str, str]) -> list[Block]:
    if not others:
        return []
    shown = [
        blocks.divider(),
        blocks.header(words.plain(LIST, "others")),
        blocks.context(words(LIST, "others_hint")),
    ]
    for item in others:
        about = ", ".join(names[slug] for slug in item.personas if slug in names)
        text = words(LIST, "other", number=item.id, names=about, text=one_line(item.text))
        shown.append(blocks.section(text, blocks.button(words.plain(LIST, "endorse"), ENDORSE, str(item.id))))
    return shown


def _buttons(words: Words, voice: Voice, *, is_open: bool) -> Block:
    change = "unfollow" if voice.follows else "follow"
    follow = blocks.button(words.plain(PIECES, change), FOLLOW, f"{change} {voice.id}")
    withdraw = blocks.button(words.plain(PIECES, "withdraw"), WITHDRAW, str(voice.id), style="danger")
    confirm = blocks.confirmation(
        *(words.plain(PIECES, f"withdraw_{part}") for part in ("title", "text", "yes", "no"))
    )
    return blocks.actions(follow, withdraw | {"confirm": confirm} if is_open else None)
