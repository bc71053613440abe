"""The command line. Exit codes: 0 done, 1 it failed and says why, 2 wrong usage."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot.config import MOST_DAYS, ConfigError, read_settings
from persona_store.errors import StoreError

Add = Callable[..., argparse.ArgumentParser]
"""Adds a command: its name, what it does, and the module of it."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = build_parser()
    options = parser.parse_args(arguments)
    try:
        settings = read_settings()
        command = getattr(import_module(f"bot.commands.{options.module}"), options.command)
        return int(command(settings, options) or 0)
    except (ConfigError, StoreError) as error:
        return _failed(str(error))
    except SQLAlchemyError as error:
        return _failed(f"the database refused ({type(error).__name__}): {_first_line(error)}")
    except BrokenPipeError:
        return _reader_gone()
    except OSError as error:
        return _failed(f"{error.filename or ''} {error.strerror or type(error).__name__}".strip())
    except KeyboardInterrupt:
        return 130


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="persona", description="Makes a company's customer personas known, used and true."
    )
    parser.add_argument("--version", action="version", version=f"persona {_version()}")
    sub = parser.add_subparsers(required=True, metavar="COMMAND", title="commands")

    def add(name: str, help_text: str, module: str = "operating") -> argparse.ArgumentParser:
        command = sub.add_parser(name, help=help_text, description=help_text)
        command.set_defaults(command=f"{name.replace('import', 'import_pack')}_command", module=module)
        return command

    _add_running(add)
    _add_packs(add)
    _add_looking(add)
    _add_keeping(add)
    return parser


def _add_running(add: Add) -> None:
    sandbox = add("sandbox", "Try everything in the browser; no Slack, no account.")
    sandbox.add_argument("--port", type=_port, default=8765, help="default 8765, or the next free one")
    sandbox.add_argument(
        "--database", type=Path, default=Path("persona-sandbox.db"), help="file; default persona-sandbox.db"
    )
    add("run", "Run the bot over Socket Mode.")
    serve = add("serve", "Run the bot over HTTP (gunicorn).")
    serve.add_argument("--bind", help="address to listen on; default 0.0.0.0:$PORT (3000)")
    serve.add_argument("--workers", type=_count, default=1, help="processes; more than 1 needs PostgreSQL")
    serve.add_argument("--threads", type=_count, default=16, help="threads of each process; default 16")
    add("migrate", "Bring the database's tables up to date (every start does it too).")


def _add_packs(add: Add) -> None:
    check = add(
        "check", "Report every problem of a persona pack, of stories, or of trivia scenarios.", "packs"
    )
    check.add_argument("pack", type=Path, nargs="?", help="a .toml, .json or .md file, or a folder of them")
    check.add_argument("--schema", action="store_true", help="print the format as JSON Schema instead")
    load = add("import", "Import a persona pack, or stories: all of it, or nothing.", "packs")
    load.add_argument("pack", type=Path, help="a .toml, .json or .md file, or a folder of them")
    export = add("export", "Write all personas and stories as a pack; or all insights as a table.", "packs")
    export.add_argument("pack", type=Path, nargs="?", help="a folder, or a file ending in .toml or .json")
    export.add_argument("--insights", type=Path, metavar="FILE.csv", help="insights and research questions")
    export.add_argument("--with-ids", action="store_true", help="insights with who reported them, and links")
    export.add_argument("--replace", action="store_true", help="overwrite files that differ")


def _add_looking(add: Add) -> None:
    ask = add("ask", "Ask from the command line.", "asking")
    ask.add_argument("question", help='the question; with --json, "-" reads one a line from standard input')
    ask.add_argument("--lens", help="product, marketing, sales, support, cx")
    ask.add_argument("--explain", action="store_true", help="say what was understood and left out")
    ask.add_argument("--json", action="store_true", help="print a JSON object a line")
    questions = add("questions", "Show what is asked, what is missed and what did not help.", "questions")
    questions.add_argument("--days", type=_days, default=90, help="look back so many days; default 90")
    questions.add_argument("--json", action="store_true", help="print one JSON object, with everything")
    literacy = add("literacy", "Show what people know of the personas, from trivia.", "literacy")
    literacy.add_argument("--days", type=_days, default=90, help="look back so many days; default 90")
    literacy.add_argument("--json", action="store_true", help="print one JSON object")
    deliveries = add("deliveries", "List what is planned, sent, missed, and why.", "deliveries")
    deliveries.add_argument("--days", type=_count, default=14, help="how far back; default 14")
    deliveries.add_argument("--channel", help="of one channel: its Slack id")
    deliveries.add_argument(
        "--state",
        action="append",
        choices=("planned", "sending", "sent", "failed", "missed", "skipped"),
        help="only these; may be given several times",
    )
    deliveries.add_argument("--json", action="store_true", help="print a JSON object a line")


def _add_keeping(add: Add) -> None:
    trail = add("trail", "Show who did what to keep personas true, when and why.", "refresh")
    trail.add_argument("--about", help='of one thing: "persona:priya", "#12", "draft:3", "charter"')
    trail.add_argument("--days", type=_days, help="look back so many days; else from the beginning")
    trail.add_argument("--json", action="store_true", help="print a JSON object a line")
    trail.add_argument("--check", action="store_true", help="say instead what the trail does not explain")
    role = add("role", "Show the roles, or give one.")
    role.add_argument("user", nargs="?", help="Slack user id, such as U024BE7LH")
    role.add_argument("role", nargs="?", help="ambassador, council, admin, or employee to take it away")
    role.add_argument("--department", help="of an ambassador")
    role.add_argument(
        "--persona",
        action="append",
        default=[],
        metavar="SLUG",
        help="an ambassador's; may be given several times",
    )
    manifest = add("manifest", "Print the Slack app manifest.")
    manifest.add_argument("--http", metavar="URL", help="for `persona serve`: https://HOST/slack/events")
    add("doctor", "Say what is missing for the bot to run, and what to do.")
    backup = add("backup", "Copy the database while it is in use.")
    backup.add_argument("file", type=Path, help="a new file")
    forget = add("forget", "Erase a person: role, questions, voices.")
    forget.add_argument("user", help="Slack user id")


def _reader_gone() -> int:
    """End quietly when whoever reads our output has enough: nothing more is written, at exit neither."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _failed(text: str) -> int:
    print(f"persona: {text}", file=sys.stderr)
    return 1


def _first_line(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).strip().partition("\n")[0]


def _version() -> str:
    try:
        return version("persona")
    except PackageNotFoundError:
        return "(not installed)"


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) >= 2**16:
        raise argparse.ArgumentTypeError("expected a number from 0 to 65535")
    return int(text)


def _days(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= MOST_DAYS:
        raise argparse.ArgumentTypeError(f"expected a number of days from 1 to {MOST_DAYS}")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 512:
        raise argparse.ArgumentTypeError("expected a number from 1 to 512")
    return int(text)
