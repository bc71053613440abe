"""The sandbox in a process of its own, so that a bench measures the bot and not the bot's Slack."""

import multiprocessing
import signal
from multiprocessing.connection import Connection
from typing import Any, Self

from bot.sandbox.server import SandboxServer

PATIENCE = 30.0


class SandboxApart:
    """Takes what ``SandboxServer`` takes; a ``clock`` must be such that it can be pickled."""

    def __init__(self, manifest: dict[str, Any], **options: Any) -> None:  # noqa: ANN401
        spawn = multiprocessing.get_context("spawn")
        self._line, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_serve, args=(theirs, manifest, options), daemon=True)
        self.url = ""

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    def __enter__(self) -> Self:
        self._process.start()
        self.url = self.ask("url")
        return self

    def __exit__(self, *_: object) -> None:
        self._line.send(None)
        self._process.join(PATIENCE)

    def ask(self, name: str, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        """Call a method of the ``SandboxServer`` there, or give one of its attributes."""
        self._line.send((name, arguments, named))
        if not self._line.poll(PATIENCE):
            raise TimeoutError(f"the sandbox did not answer {name}")
        failed, answer = self._line.recv()
        if failed:
            raise RuntimeError(answer)
        return answer


def _serve(line: Connection, manifest: dict[str, Any], options: dict[str, Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the bench ends it
    with SandboxServer(manifest, **options) as server:
        while (asked := line.recv()) is not None:
            line.send(_answer(server, *asked))


def _answer(
    server: SandboxServer, name: str, arguments: tuple[Any, ...], named: dict[str, Any]
) -> tuple[bool, Any]:
    try:
        found = getattr(server, name)
        return False, found(*arguments, **named) if callable(found) else found
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return True, f"{type(error).__name__}: {error}"
