"""Whether somebody hears what becomes of what they report: wherever that can be changed."""

from bot import blocks
from bot.blocks import Block
from bot.wording import Words

PIECES = "loop/news"
CHANGE_NEWS = "loop.change_news"
STOP, START = "stop", "start"


def news_button(words: Words, change: str) -> Block:
    return blocks.button(words.plain(PIECES, change), CHANGE_NEWS, change)


def news_at_home(words: Words, *, wants: bool) -> Block:
    text = words(PIECES, "at_home", wants=wants)
    return blocks.section(text, news_button(words, STOP if wants else START))
