"""R12, health tells the truth: how long until each trouble shows, and until it is well again by itself.

    python -m bench.health

Real processes, real troubles: another process locks the database, the disk takes no more bytes (a limit set
on the running process), the scheduler of the clock is halted, the other end of the socket stops.
"""

import gc
import multiprocessing
import os
import resource
import signal
import sqlite3
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.error import URLError

from apscheduler.schedulers.background import BackgroundScheduler

from bench.bot_process import BotProcess
from bot.config import Settings
from bot.manifest import build_manifest
from bot.run import running_bot, utc_now
from bot.sandbox import SandboxServer
from bot.sandbox.start import prepare_store, sandbox_settings
from bot.serve import serve
from persona_store.database import open_store
from persona_store.posts.heartbeats import ALIVE, list_heartbeats

WANTED_SECONDS, WANTED_OF_SOCKET = 15, 90
PATIENCE = 150
BIND = "127.0.0.1:8797"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, sandbox_process() as (pid, url):
        file = Path(folder) / "persona.db"
        settings = sandbox_settings(url, f"sqlite:///{file}")
        store = open_store(settings.database_url)
        prepare_store(store, utc_now())
        store.close()
        kept = [_of_database(settings, file), _stopped_clock(settings), _silent_socket(settings, pid)]
    return 0 if all(kept) else 1


def _of_database(settings: Settings, file: Path) -> bool:
    with BotProcess(settings, main=serve_alone) as process:
        _until(_is_well_over_http)
        locked = _trouble("locked database", WANTED_SECONDS, lambda: _lock(file), _is_well_over_http)
        full = _trouble("full disk", WANTED_SECONDS, lambda: _fill(process.pid), _is_well_over_http)
    return locked and full


def _stopped_clock(settings: Settings) -> bool:
    with running_bot(settings) as bot:
        (scheduler,) = (one for one in gc.get_objects() if isinstance(one, BackgroundScheduler))
        return _trouble(
            "stopped clock",
            WANTED_SECONDS,
            lambda: _halt(scheduler),
            lambda: not bot.health.problems(),
        )


def _silent_socket(settings: Settings, sandbox_pid: int) -> bool:
    store = open_store(settings.database_url)

    def is_heard() -> bool:
        with store.read() as session:
            beats = list_heartbeats(session)
        return any(beat.heard_at and utc_now() - beat.heard_at < ALIVE for beat in beats)

    with BotProcess(settings):
        _until(is_heard)
        time.sleep(12)  # the socket is at rest
        return _trouble("silent socket", WANTED_OF_SOCKET, lambda: _freeze(sandbox_pid), is_heard)


def _trouble(
    name: str, wanted: int, begin: Callable[[], Callable[[], object]], is_well: Callable[[], bool]
) -> bool:
    start = time.monotonic()
    end = begin()
    ill = _until(lambda: not is_well()) - start
    end()
    start = time.monotonic()
    well = _until(is_well) - start
    kept = ill <= wanted
    print(f"{name:16} bad after {ill:5.1f} s (wanted {wanted}), well again after {well:4.1f} s", flush=True)
    return kept


def _until(condition: Callable[[], bool]) -> float:
    start = time.monotonic()
    while not condition():
        if time.monotonic() - start > PATIENCE:
            raise SystemExit(f"not within {PATIENCE} s")
        time.sleep(0.1)
    return time.monotonic()


def _is_well_over_http() -> bool:
    with suppress(URLError, OSError), urllib.request.urlopen(f"http://{BIND}/healthz", timeout=5) as said:
        return bool(said.status == 200)
    return False


def serve_alone(settings: Settings) -> None:
    serve(settings, workers=1, threads=4, bind=BIND)


def _lock(file: Path) -> Callable[[], None]:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    return connection.close


def _fill(master: int) -> Callable[[], object]:
    """No file that gunicorn's worker writes may grow."""
    (worker,) = (int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split())
    before = resource.prlimit(worker, resource.RLIMIT_FSIZE)
    resource.prlimit(worker, resource.RLIMIT_FSIZE, (1, before[1]))
    return lambda: resource.prlimit(worker, resource.RLIMIT_FSIZE, before)


def _halt(scheduler: BackgroundScheduler) -> Callable[[], None]:
    scheduler.pause()
    return lambda: scheduler.resume()  # noqa: PLW0108


def _freeze(pid: int) -> Callable[[], None]:
    os.kill(pid, signal.SIGSTOP)
    return lambda: os.kill(pid, signal.SIGCONT)


@contextmanager
def sandbox_process() -> Iterator[tuple[int, str]]:
    """A sandbox in a process of its own: its pid and address."""
    processes = multiprocessing.get_context("spawn")
    here, there = processes.Pipe()
    process = processes.Process(target=_run_sandbox, args=(there,), daemon=True)
    process.start()
    url = str(here.recv())
    try:
        yield process.pid or 0, url
    finally:
        process.kill()
        process.join()


def _run_sandbox(there: Connection) -> None:
    with SandboxServer(build_manifest()) as server:
        there.send(server.url)
        signal.pause()


if __name__ == "__main__":
    sys.exit(main())
