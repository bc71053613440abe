"""Statements and personas as messages show them, read once for each version of the catalogue."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from sqlalchemy.orm import Session

from persona_store.catalogue import catalogue_version
from persona_store.models import Persona, Statement
from persona_store.personas import get_personas, get_statements

Row = TypeVar("Row", Persona, Statement)

MOST = 2_000


class Kept:
    """What was read of one version; its rows are shared by threads, which only look at them."""

    def __init__(self, version: int) -> None:
        self.version = version
        self._personas: dict[str, Persona] = {}
        self._statements: dict[str, Statement] = {}

    @property
    def is_full(self) -> bool:
        return len(self._statements) > MOST

    def personas(self, session: Session, slugs: Iterable[str]) -> list[Persona]:
        return _taken(self._personas, session, list(slugs), get_personas, lambda row: row.slug)

    def statements(self, session: Session, keys: Iterable[str]) -> list[Statement]:
        return _taken(self._statements, session, list(keys), get_statements, lambda row: row.key)


class Shelf:
    """One per process."""

    def __init__(self) -> None:
        self._kept = Kept(-1)

    def at(self, session: Session) -> Kept:
        """What is kept of the version that ``session`` sees."""
        version, kept = catalogue_version(session), self._kept
        if kept.version != version or kept.is_full:
            kept = self._kept = Kept(version)
        return kept


def _taken(
    kept: dict[str, Row],
    session: Session,
    wanted: list[str],
    get: Callable[[Session, Iterable[str]], list[Row]],
    name_of: Callable[[Row], str],
) -> list[Row]:
    missing = [name for name in wanted if name not in kept]
    if missing:
        with Session(session.connection()) as own:  # else whoever rolls ``session`` back would empty them
            kept.update((name_of(row), row) for row in get(own, missing))
    return [kept[name] for name in wanted if name in kept]
