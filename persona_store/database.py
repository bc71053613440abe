"""The database: SQLite in a file, or PostgreSQL."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import wraps
from pathlib import Path
from threading import RLock
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import Session, sessionmaker

from persona_store.errors import DatabaseError

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 7_206_051  # any number: the PostgreSQL advisory lock that migrating processes queue for
BUSY_TIMEOUT_MS = 30_000
STOPPED_MS = 60_000  # a process that was stopped in a transaction keeps the others waiting no longer
KEPT = "what this transaction has read"
CONNECTIONS = 32  # kept open to a file: more threads than that never ask at once

P = ParamSpec("P")
T = TypeVar("T")


class Store:
    """Transactions over the persona store.

    ``begin()`` writes: on SQLite it takes the write lock at once, so that what was read is still true
    when it is written. ``read()`` never waits for writers, and sees one state of the store throughout.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._sessions = sessionmaker(engine, expire_on_commit=False)
        one_state = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
        self._readers = sessionmaker(engine.execution_options(**one_state), expire_on_commit=False)
        event.listen(self._readers, "after_transaction_end", lambda session, _: session.info[KEPT].clear())
        # SQLite has one writer, and whoever waits for it sleeps longer and longer: queue here instead
        is_sqlite = engine.dialect.name == "sqlite"
        self._turn: AbstractContextManager[object] = RLock() if is_sqlite else nullcontext()

    @contextmanager
    def begin(self, *, lasting: bool = True) -> Iterator[Session]:
        """``lasting`` False: quicker on SQLite, for what does no harm if it is gone after a power cut."""
        with self._turn, self._sessions() as session, session.begin():
            session.connection(execution_options={"writes": True, "lasting": lasting})
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        with self._readers() as session:
            session.info[KEPT] = {}
            yield session

    def close(self) -> None:
        self.engine.dispose()


def read_once(
    read: Callable[Concatenate[Session, P], T],
) -> Callable[Concatenate[Session, P], T]:
    """Ask once in a transaction of ``Store.read``, which sees one state of the store; elsewhere each time.

    For what is asked again for each of many posts. Its arguments are hashable; its results only looked at.
    """

    @wraps(read)
    def reading(session: Session, /, *args: P.args, **named: P.kwargs) -> T:
        kept = session.info.get(KEPT)
        if kept is None:
            return read(session, *args, **named)
        key = (read, args, *named.items())
        if key not in kept:
            kept[key] = read(session, *args, **named)
        found: T = kept[key]
        return found

    return reading


def insert_into(session: Session, table: type[Any]) -> Any:  # noqa: ANN401 - of either dialect
    """An INSERT that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    return insert_of(session.get_bind().dialect.name, table)


def insert_of(dialect: str, table: type[Any]) -> Any:  # noqa: ANN401 - of either dialect
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)


def open_store(database_url: str, *, migrate: bool = True) -> Store:
    """The store behind ``database_url``, brought up to date.

    Raises DatabaseError where the address is wrong, or nothing usable is there, or the database is newer
    than this program.
    """
    store = Store(_engine(_parsed(database_url)))
    with ExitStack() as undo:
        undo.callback(store.close)
        if migrate:
            try:
                migrate_database(store.engine)
            except DBAPIError as error:
                raise DatabaseError(_unusable(store.engine.url, error)) from None
        undo.pop_all()
    return store


def has_tables(database_url: str) -> bool:
    """Tell whether there is a migrated database, without making one."""
    url = _parsed(database_url)
    if url.drivername == "sqlite" and not Path(url.database or "").is_file():
        return False
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            return current_migration(connection) is not None
    except DBAPIError:
        return False
    finally:
        engine.dispose()


def _unusable(url: URL, error: DBAPIError) -> str:
    reason = " ".join(str(error.orig).split())
    return f"The database {url.render_as_string(hide_password=True)} cannot be used: {reason}"


def migrate_database(engine: Engine) -> None:
    """Bring the tables up to date; several processes may do this at the same moment."""
    connected = engine.connect().execution_options(writes=True, migrates=True)
    if engine.url.database:  # one in memory is its only connection
        connected.detach()  # it is used for nothing else: it does not look after references
    with connected as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        current = current_migration(connection)
        if current == newest_migration():
            return
        if current and current not in _migrations():
            raise DatabaseError(
                f"The database is at migration {current}, which this program does not know. "
                "It was made by a newer version: install that one, or restore a backup."
            )
        _upgrade(connection)


def current_migration(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def newest_migration() -> str:
    return _migrations()[-1]


def _migrations() -> list[str]:
    """The numbers that the files of the migrations begin with, in their order."""
    return sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - a start that has nothing to migrate does without
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _parsed(database_url: str) -> URL:
    try:
        url = make_url(database_url)
    except (ArgumentError, ValueError):
        raise DatabaseError(
            "DATABASE_URL is not an address of a database. Expected sqlite:///persona.db "
            "or postgresql://user:password@host/database."
        ) from None
    if url.drivername in {"postgres", "postgresql"}:  # as build packs write it
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise DatabaseError(f"DATABASE_URL asks for {url.drivername}; use sqlite or postgresql.")
    return url


def _engine(url: URL) -> Engine:
    if url.drivername == "sqlite":
        if url.database and not Path(url.database).absolute().parent.is_dir():
            raise DatabaseError(
                f"There is no folder {Path(url.database).parent} for the database: make it first."
            )
        engine = create_engine(
            url,
            hide_parameters=True,
            pool_size=CONNECTIONS,
            connect_args={"timeout": BUSY_TIMEOUT_MS / 1000},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        engine = create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=20,
            # a plan that is kept from quiet times takes minutes when thousands of posts are due
            connect_args={"connect_timeout": 10, "prepare_threshold": None},
        )
    except (NoSuchModuleError, ImportError):
        raise DatabaseError("PostgreSQL needs its driver: pip install 'persona[postgres]'.") from None
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401
    connection.isolation_level = None  # transactions begin in _begin_sqlite, not in the driver
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "cache_size=-256",  # KB, of each connection: the file is in the machine's own cache
    ):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgresql(connection: Any, _record: Any) -> None:  # noqa: ANN401 - psycopg need not be installed
    connection.execute(f"SET idle_in_transaction_session_timeout = {STOPPED_MS}")
    connection.execute("SET jit = off")  # no query of ours is worth the second that it takes
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("migrates"):
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")  # else a table made anew takes others with it
    if options.get("writes"):
        connection.exec_driver_sql(
            f"PRAGMA synchronous={'FULL' if options.get('lasting', True) else 'NORMAL'}"
        )
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")
