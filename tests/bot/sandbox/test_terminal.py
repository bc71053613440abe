"""The terminal of the sandbox stays readable, whatever goes wrong."""

import logging

from bot.sandbox.terminal import QUIET_FOR, OncePerKind


def record(text: str, *values: object, error: Exception | None = None) -> logging.LogRecord:
    exc_info = (type(error), error, None) if error else None
    return logging.LogRecord("bot", logging.ERROR, "", 0, text, values, exc_info)


def test_the_same_trouble_is_told_once_in_a_while_with_how_often_it_came() -> None:
    now = 0.0
    terminal = OncePerKind(lambda: now)
    told = [terminal.filter(record("delivery=%s in doubt", number)) for number in range(5)]
    now = QUIET_FOR
    again = record("delivery=%s in doubt", 9)

    assert told == [True, False, False, False, False]
    assert terminal.filter(again)
    assert again.getMessage() == "delivery=9 in doubt (and 4 more like it)"


def test_another_trouble_is_told_at_once() -> None:
    terminal = OncePerKind(lambda: 0.0)

    assert terminal.filter(record("one thing"))
    assert terminal.filter(record("another thing"))


def test_a_traceback_is_one_line() -> None:
    failed = record("job raised\nand more", error=ValueError("what a person wrote"))

    assert OncePerKind(lambda: 0.0).filter(failed)
    assert (failed.getMessage(), failed.exc_info) == ("job raised ValueError at ", None)
