"""kill -9 of a writing process, again and again: no acknowledged write may be lost (R9).

python -m bench.kill_writes [--kills 1000]
"""

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy import text
from tqdm import tqdm

from persona_store.database import open_store
from persona_store.models import RefreshItem

# the server has everything imported already, so that a new process takes milliseconds
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["persona_store.database", "persona_store.models"])


def write_for_ever(database_url: str, number: int, acknowledged: Connection) -> None:
    store = open_store(database_url, migrate=False)
    while True:
        number += 1
        with store.begin() as session:
            session.add(
                RefreshItem(
                    kind="gap", text=str(number), opened_at=datetime.now(UTC), changed_at=datetime.now(UTC)
                )
            )
        acknowledged.send(number)


def killed_writer(database_url: str, first: int, pause: float) -> int:
    """Kills a writer ``pause`` seconds after its first write; gives the last write that it acknowledged."""
    ours, theirs = PROCESSES.Pipe(duplex=False)
    writer = PROCESSES.Process(target=write_for_ever, args=(database_url, first, theirs))
    writer.start()
    theirs.close()
    last: int = ours.recv()
    ends_at = time.monotonic() + pause
    while (left := ends_at - time.monotonic()) > 0:
        if ours.poll(left):
            last = ours.recv()
    writer.kill()
    with suppress(EOFError):
        while True:
            last = ours.recv()
    writer.join()
    writer.close()
    ours.close()
    return last


def lost_and_damaged(database_url: str, acknowledged: int) -> tuple[int, str]:
    """How many of the writes up to ``acknowledged`` are not there, and what the integrity check says."""
    store = open_store(database_url)
    with store.read() as session:
        found = {int(number) for number in session.scalars(text("SELECT text FROM refresh_item"))}
        said = str(session.scalar(text("PRAGMA integrity_check")))
    store.close()
    return len(set(range(1, acknowledged + 1)) - found), said


def kill_repeatedly(database_url: str, kills: int, chance: random.Random) -> tuple[int, int, list[str]]:
    """Acknowledged writes, how many of them were lost, and the results of integrity checks other than ok."""
    acknowledged, damaged = 0, []
    for _ in tqdm(range(kills), unit="kill", disable=kills < 100):
        written = killed_writer(database_url, _last(database_url), chance.uniform(0, 0.05))
        acknowledged = max(acknowledged, written)
        lost, said = lost_and_damaged(database_url, acknowledged)
        if said != "ok" or lost:
            damaged.append(f"{said}, {lost} lost")
    lost, _ = lost_and_damaged(database_url, acknowledged)
    return acknowledged, lost, damaged


def _last(database_url: str) -> int:
    store = open_store(database_url)
    with store.read() as session:
        number = session.scalar(text("SELECT max(CAST(text AS INTEGER)) FROM refresh_item"))
    store.close()
    return int(number or 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database_url = f"sqlite:///{Path(folder) / 'persona.db'}"
        open_store(database_url).close()
        acknowledged, lost, damaged = kill_repeatedly(database_url, options.kills, random.Random(9))
    print(
        f"{options.kills:,} kills: {acknowledged:,} writes acknowledged, {lost} lost, {len(damaged)} damaged"
    )
    sys.exit(bool(lost or damaged))


if __name__ == "__main__":
    main()
