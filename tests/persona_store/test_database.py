"""The database: brought up to date by whoever comes first, safe for many writers, and after a crash."""

import random
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError

from bench.kill_writes import kill_repeatedly
from persona_store.catalogue import catalogue_version, record_change
from persona_store.database import Store, migrate_database, newest_migration, open_store
from persona_store.errors import DatabaseError
from persona_store.models import Base, Catalogue, Lens, Question, Rating, RefreshItem, Verification, Voice

ROOT = Path(__file__).parents[2]
THREADS, WRITES = 8, 300


def test_migrations_make_what_the_models_say(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, Base.metadata) == []


def test_research_questions_become_items_of_the_backlog(empty_database_url: str) -> None:
    store = open_store(empty_database_url, migrate=False)
    _migrate_to(store, "0004")
    day = "'2026-11-01 08:00:00'"
    with store.engine.connect().execution_options(writes=True) as connection, connection.begin():
        for line in (
            f"INSERT INTO gap (id, text, personas, opened_at) VALUES (7, 'fees?', '[\"priya\"]', {day})",
            f"INSERT INTO gap (id, text, personas, opened_at, closed_at) VALUES (8, 'old', '[]', {day}, {day})",
            f"INSERT INTO gap_voice (gap_id, slack_user_id, asked_at) VALUES (7, 'U0ALICE', {day})",
            (
                "INSERT INTO question (id, asked_at, text, outcome, personas, statements, gap_id)"
                f" VALUES (1, {day}, 'fees?', 'no_research', '[]', '[]', 7)"
            ),
            "INSERT INTO rating (question_id, slack_user_id, rating) VALUES (1, 'U0ALICE', 'helpful')",
        ):
            connection.execute(text(line))

    migrate_database(store.engine)

    with store.begin() as session:
        items = session.scalars(select(RefreshItem).order_by(RefreshItem.id)).all()
        assert [(item.id, item.kind, item.state, item.personas) for item in items] == [
            (7, "gap", "new", ["priya"]),
            (8, "gap", "published", []),
        ]
        assert session.scalar(select(Voice.slack_user_id).where(Voice.item_id == 7)) == "U0ALICE"
        assert session.scalar(select(Question.item_id)) == 7
        assert session.scalar(select(Rating.rating)) == "helpful"
        session.add(
            RefreshItem(kind="gap", text="x", opened_at=items[0].opened_at, changed_at=items[0].opened_at)
        )
        session.flush()  # the next number is free
    store.close()


def _migrate_to(store: Store, number: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "persona_store" / "migrations"))
    with store.engine.connect().execution_options(writes=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, number)


def test_a_new_store_has_the_lenses_that_are_always_there(store: Store) -> None:
    with store.read() as session:
        lenses = session.scalars(select(Lens.slug).order_by(Lens.position)).all()

    assert lenses == ["product", "marketing", "sales", "support", "cx"]


def test_four_processes_may_migrate_a_new_database_at_once(empty_database_url: str) -> None:
    program = "import sys; from persona_store.database import open_store; open_store(sys.argv[1]).close()"
    command = [sys.executable, "-W", "error", "-c", program, empty_database_url]

    processes = [subprocess.Popen(command, cwd=ROOT) for _ in range(4)]

    assert [process.wait(60) for process in processes] == [0, 0, 0, 0]
    store = open_store(empty_database_url, migrate=False)
    with store.read() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == newest_migration()
        assert len(session.scalars(select(Lens)).all()) == 5
    store.close()


def test_a_database_that_is_up_to_date_is_opened_as_it_is(store: Store, database_url: str) -> None:
    again = open_store(database_url)
    again.close()

    with store.read() as session:
        assert session.scalar(select(Catalogue.version)) == 0


def test_a_database_of_a_newer_program_is_refused(store: Store, database_url: str) -> None:
    with store.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(
        DatabaseError, match=r"at migration 9999, which this program does not know.*newer version"
    ):
        open_store(database_url)


def test_many_threads_lose_no_update_and_find_nothing_locked(store: Store) -> None:
    def increase(_: int) -> None:
        for _ in range(WRITES):
            with store.begin() as session:
                row = session.scalars(select(Catalogue).with_for_update()).one()
                row.version += 1

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(increase, range(THREADS)))

    with store.read() as session:
        assert session.scalar(select(Catalogue.version)) == THREADS * WRITES


def test_readers_do_not_wait_for_a_writer(store: Store) -> None:
    with store.begin() as writing:
        writing.execute(text("UPDATE catalogue SET version = 7"))

        with store.read() as reading:
            assert reading.scalar(select(Catalogue.version)) == 0


def test_a_reader_sees_one_state_while_others_write(store: Store) -> None:
    with store.read() as reading:
        before = reading.scalar(select(Catalogue.version))
        with store.begin() as writing:
            writing.execute(text("UPDATE catalogue SET version = 7"))

        assert reading.scalar(select(Catalogue.version)) == before


def test_what_fails_within_a_transaction_leaves_nothing(store: Store, now: datetime) -> None:
    def fail_halfway() -> None:
        with store.begin() as session:
            session.add(RefreshItem(kind="gap", text="x", opened_at=now, changed_at=now))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()

    with store.read() as session:
        assert session.scalars(select(RefreshItem)).all() == []


def test_foreign_keys_hold(store: Store, now: datetime) -> None:
    with pytest.raises(IntegrityError), store.begin() as session:
        session.add(Voice(item_id=99, slack_user_id="U0ALICE", said_at=now))


def test_errors_do_not_tell_what_was_to_be_written(store: Store, now: datetime) -> None:
    with pytest.raises(IntegrityError) as raised, store.begin() as session:
        session.add(Voice(item_id=99, slack_user_id="canary", said_at=now))

    assert "canary" not in str(raised.value)


def test_moments_come_back_aware_and_in_utc(store: Store) -> None:
    summer = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    with store.begin() as session:
        session.add(RefreshItem(kind="gap", text="x", opened_at=summer, changed_at=summer))

    with store.read() as session:
        moment = session.scalars(select(RefreshItem.opened_at)).one()
    assert moment == summer
    assert moment.tzinfo == UTC


def test_a_moment_without_a_time_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="a moment needs a time zone"), store.begin() as session:
        session.add(
            Verification(persona_id=1, revision=1, verified_at=datetime(2026, 7, 1))  # noqa: DTZ001
        )


@pytest.mark.parametrize(
    ("database_url", "expected"),
    [
        ("", "DATABASE_URL is not an address of a database. Expected sqlite:///persona.db or postgresql://"),
        ("persona.db", "is not an address of a database"),
        ("mysql://localhost/persona", "DATABASE_URL asks for mysql; use sqlite or postgresql"),
        ("sqlite:////nowhere/at/all/persona.db", "There is no folder /nowhere/at/all for the database"),
        ("postgresql://host:port/persona", "is not an address of a database"),
    ],
)
def test_a_wrong_address_says_what_was_expected(database_url: str, expected: str) -> None:
    with pytest.raises(DatabaseError) as raised:
        open_store(database_url)

    assert expected in str(raised.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_addresses_as_build_packs_write_them_are_understood(scheme: str) -> None:
    store = open_store(f"{scheme}://user:secret@localhost/persona", migrate=False)

    assert store.engine.url.drivername == "postgresql+psycopg"
    assert "secret" not in repr(store.engine.url)


@pytest.mark.postgres
def test_a_server_that_does_not_answer_is_told_without_the_password() -> None:
    with pytest.raises(DatabaseError) as raised:
        open_store("postgresql://user:secret@127.0.0.1:1/persona")

    assert "127.0.0.1" in str(raised.value)
    assert "secret" not in str(raised.value)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    file = tmp_path / "persona.db"
    file.write_text("This is a shopping list, not a database. " * 100)

    with pytest.raises(DatabaseError, match=r"persona.db cannot be used"):
        open_store(f"sqlite:///{file}")


def test_sqlite_is_set_up_to_lose_nothing(sqlite_store: Store) -> None:
    with sqlite_store.read() as session:
        settings = {
            name: session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
        }

    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
        "secure_delete": 1,
    }


def test_a_writer_waits_for_another_process(sqlite_store: Store, sqlite_url: str) -> None:
    other = sqlite3.connect(
        sqlite_url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False
    )
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    release.start()

    with sqlite_store.begin() as session:
        session.execute(text("UPDATE catalogue SET version = 1"))

    release.join()
    other.close()


def test_no_acknowledged_write_is_lost_when_the_process_is_killed(sqlite_url: str) -> None:
    acknowledged, lost, damaged = kill_repeatedly(sqlite_url, 20, random.Random(1))

    assert acknowledged >= 20
    assert (lost, damaged) == (0, [])


def test_whoever_reads_asks_once_until_the_transaction_ends(store: Store) -> None:
    with store.read() as session:
        before = catalogue_version(session)
        with store.begin() as other:
            record_change(other)
        during = catalogue_version(session)
        session.rollback()
        after = catalogue_version(session)

    assert (during, after) == (before, before + 1)


def test_whoever_writes_sees_what_was_written(store: Store) -> None:
    with store.begin() as session:
        before = catalogue_version(session)
        record_change(session)

        assert catalogue_version(session) == before + 1
