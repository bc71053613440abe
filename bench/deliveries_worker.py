"""An outbox as a process of its own, that can be told at which point of a post to kill itself (kill -9)."""

import http.client
import multiprocessing
import os
import select
import signal
from collections.abc import Callable, Sequence
from datetime import datetime
from multiprocessing.process import BaseProcess
from typing import Any

from sqlalchemy import event

from bench.post_office import open_outbox
from bot.logs import hush
from bot.outbox import Outbox
from persona_store.database import Store, open_store

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([__name__])

AFTER = {
    "planned": "_plan",
    "claimed": "_claim",
    "composed": "_compose",
    "begun": "_begin",
    "recorded": "_record",
}
POINTS = ("planned", "claimed", "checked", "composed", "begun", "called", "answered", "recorded")
"""Before each of these points nothing of it has happened, after it all of it is done."""
WRITES = ("planned", "claimed", "begun", "recorded")
UNCOMMITTED = tuple(f"{point}, not committed" for point in WRITES)
"""In the transaction of a point, right before it ends."""
PATIENCE = 30.0


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def work_once(database_url: str, api_url: str, now: datetime, point: str) -> None:
    """Do all that is due at this moment; be killed on the way, where a point is given."""
    hush()
    store = open_store(database_url, migrate=False)
    with open_outbox(store, api_url, lambda: now) as outbox:
        if point:
            set_to_die(outbox, store, point)
        outbox.work()
    store.close()


def set_to_die(outbox: Outbox, store: Store, point: str) -> None:
    poster: Any = outbox._poster  # noqa: SLF001
    if point in UNCOMMITTED:
        step = AFTER[point.partition(",")[0]]
        _when_it_does_something(outbox, step, before=lambda: _die_at_commit(store))
    elif point in AFTER:
        _when_it_does_something(outbox, AFTER[point], after=die)
    elif point == "checked":
        _when_it_does_something(poster, "check", after=die, always=True)
    elif point == "answered":
        _when_it_does_something(poster, "post", after=die, always=True)
    else:
        _when_it_does_something(poster, "post", before=_die_when_slack_has_answered)


def _when_it_does_something(
    owner: object,
    step: str,
    *,
    before: Callable[[], object] | None = None,
    after: Callable[[], object] | None = None,
    always: bool = False,
) -> None:
    """Do this before a step that has something to do, or after one that did something."""
    takes = getattr(owner, step)

    def take(*arguments: Any) -> Any:  # noqa: ANN401
        if before and (not arguments or arguments[0]):
            before()
        result = takes(*arguments)
        if after and (always or result or any(arguments) or step == "_plan"):
            after()
        return result

    setattr(owner, step, take)


def _die_at_commit(store: Store) -> None:
    if not event.contains(store.engine, "commit", _die_with):
        event.listen(store.engine, "commit", _die_with)


def _die_with(_connection: object) -> None:
    die()


def _die_when_slack_has_answered() -> None:
    """From now on a call ends this process when its answer is there to be read: Slack has done it."""

    def receive(connection: http.client.HTTPConnection) -> None:
        select.select([connection.sock], [], [], PATIENCE)
        die()

    setattr(http.client.HTTPConnection, "getresponse", receive)  # noqa: B010 - ours to break, in this process


def run_at_once(database_url: str, api_url: str, now: datetime, points: Sequence[str]) -> list[int | None]:
    """Run a worker for each point at once, each to die there ("" for none); gives their exit codes."""
    workers: list[BaseProcess] = []
    for point in points:
        arguments = (database_url, api_url, now, point)
        workers.append(PROCESSES.Process(target=work_once, args=arguments, daemon=True))
        workers[-1].start()
    codes = []
    for worker in workers:
        worker.join(PATIENCE)
        codes.append(worker.exitcode)
        worker.kill()
        worker.join()
        worker.close()
    return codes


def killed_at(database_url: str, api_url: str, now: datetime, point: str) -> bool:
    """Run a worker that dies at this point; gives whether it did."""
    return run_at_once(database_url, api_url, now, [point]) == [-signal.SIGKILL]
