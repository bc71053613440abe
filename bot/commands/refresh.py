"""What became of what people saw, on the command line: the trail, and insights as a table."""

import argparse
import json
import sys
from datetime import timedelta

from bot.commands import opened_store
from bot.config import Settings
from bot.run import utc_now
from persona_store.errors import StoreError
from persona_store.models import TrailEntry
from persona_store.refresh.auditing import list_unexplained, read_trail
from persona_store.refresh.exporting import COLUMNS, NAMING, list_rows, write_csv

THE_BOT, ERASED = "the bot", "(erased)"


def trail_command(settings: Settings, options: argparse.Namespace) -> int:
    """Print who did what, when, to what; with ``--check`` what the trail does not explain."""
    with opened_store(settings) as store, store.read() as session:
        if options.check:
            return _check(list_unexplained(session))
        since = utc_now() - timedelta(days=options.days) if options.days else None
        is_empty = True
        for line in read_trail(session, about=_subject(options.about), since=since):
            is_empty = False
            print(json.dumps(_as_json(line), ensure_ascii=False) if options.json else _as_text(line))
    if is_empty:
        print("There is nothing in the trail of that.", file=sys.stderr)
    return 0


def export_insights(settings: Settings, options: argparse.Namespace) -> None:
    columns = (*COLUMNS, *NAMING) if options.with_ids else COLUMNS
    with opened_store(settings) as store, store.read() as session:
        rows = list_rows(session, naming=options.with_ids)
        try:
            count = write_csv(rows, options.insights, columns, replace=options.replace)
        except FileExistsError:
            raise StoreError(f"{options.insights} exists already: use --replace to overwrite it.") from None
    print(f"Wrote {count} rows to {options.insights}.")


def _check(problems: list[str]) -> int:
    for problem in problems:
        print(problem)
    told = (
        f"{len(problems)} things that the trail does not explain."
        if problems
        else "The trail explains it all."
    )
    print(told, file=sys.stderr)
    return 1 if problems else 0


def _subject(about: str | None) -> str | None:
    """Read "persona:priya", "item 12" or "#12" as the trail writes it."""
    if about is None:
        return None
    text = about.strip()
    return f"item {text[1:]}" if text.startswith("#") else text.replace(":", " ", 1)


def _as_json(line: TrailEntry) -> dict[str, object]:
    return {
        "at": line.happened_at.isoformat(timespec="seconds"),
        "by": line.slack_user_id,
        "about": line.subject,
        "move": line.move,
        "details": line.details,
    }


def _as_text(line: TrailEntry) -> str:
    by = {None: THE_BOT, "": ERASED}.get(line.slack_user_id, line.slack_user_id)
    details = ", ".join(
        f"{name}: {_plain(value)}"
        for name, value in line.details.items()
        if value is not None and name != "request"
    )
    told = f"{line.happened_at:%Y-%m-%d %H:%M}  {by:<12} {line.subject:<18} {line.move}"
    return f"{told} ({details})" if details else told


def _plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
