"""What each command of the command line does; a module is loaded when one of its commands is used."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bot.config import Settings
from persona_store.database import Store, open_store
from persona_store.errors import EmbeddingError


@contextmanager
def opened_store(settings: Settings) -> Iterator[Store]:
    store = open_store(settings.database_url)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def words_alone_if_away() -> Iterator[None]:
    """Go on without the vectors that cannot be had now; they are computed at a later start."""
    try:
        yield
    except EmbeddingError as error:
        print(f"persona: ranking by words for now: {error}", file=sys.stderr)
