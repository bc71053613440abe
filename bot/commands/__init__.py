"""What each command of the command line does; a module is loaded when one of its commands is used."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.config import Settings
from persona_store.database import Store, open_store


@contextmanager
def opened_store(settings: Settings) -> Iterator[Store]:
    store = open_store(settings.database_url)
    try:
        yield store
    finally:
        store.close()
