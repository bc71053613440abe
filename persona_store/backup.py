"""A copy of the database, and the end of what was erased."""

import sqlite3
from contextlib import closing
from pathlib import Path

from persona_store.database import Store
from persona_store.errors import DatabaseError
from persona_store.models import Base


def back_up(store: Store, file: Path) -> None:
    """Copy a database in use to a new ``file``, and check the copy. SQLite; PostgreSQL has pg_dump."""
    if store.engine.dialect.name != "sqlite":
        raise DatabaseError(
            'PostgreSQL has its own tool: pg_dump --format=custom --file FILE "$DATABASE_URL"'
        )
    if file.exists():
        raise DatabaseError(f"{file} exists already: name a new file, a backup overwrites nothing.")
    if not file.absolute().parent.is_dir():
        raise DatabaseError(f"There is no folder {file.absolute().parent}: make it first.")
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    source = sqlite3.connect(str(store.engine.url.database))
    with closing(source), closing(sqlite3.connect(unfinished)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise DatabaseError("The copy is not sound: check the disk, then try again.")
    unfinished.rename(file)


def erase_traces(store: Store) -> None:
    """Remove what deleted rows leave behind in the files."""
    with closing(store.engine.raw_connection()) as connection:
        if store.engine.dialect.name == "sqlite":
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            connection.driver_connection.autocommit = True  # type: ignore[union-attr]
            connection.execute(f"VACUUM FULL {', '.join(Base.metadata.tables)}")
