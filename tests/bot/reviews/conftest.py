"""A bot whose clock tests set; it starts on a Monday morning."""

from tests.bot.loop.conftest import bot, clock

__all__ = ["bot", "clock"]
