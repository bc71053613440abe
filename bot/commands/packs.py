"""Persona packs: check, import, export."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session
from tqdm import tqdm

from bot.commands import opened_store, words_alone_if_away
from bot.commands.refresh import export_insights
from bot.config import Settings
from bot.run import utc_now
from persona_store.catalogue import load_snapshot
from persona_store.database import Store, has_tables
from persona_store.errors import PackError, StoreError
from persona_store.language.embedding import find_embedder
from persona_store.language.vectors import current_texts, ensure_vectors, forget_vectors
from persona_store.packs import (
    SUFFIXES,
    Checked,
    Problem,
    check_all,
    export_pack,
    export_stories,
    import_pack,
    import_stories,
    known_keys,
    pack_schema,
    problem_lines,
    write_pack,
)
from persona_store.packs.trivia import check_trivia, is_trivia
from persona_store.trivia.loading import known_statements

SOURCE = "command line"


def check_command(settings: Settings, options: argparse.Namespace) -> int:
    if options.schema:
        print(json.dumps(pack_schema(), indent=2))
        return 0
    if options.pack is None:
        raise StoreError("Name a pack to check, or use --schema.")
    if is_trivia(options.pack):
        return _check_trivia(settings, options.pack)
    known = None
    if has_tables(settings.database_url):  # a pack may refer to what the store has; checking makes no store
        with opened_store(settings) as store, store.read() as session:
            known = known_keys(session)
    checked = check_all(options.pack, today=utc_now().date(), known=known)
    _print_problems(checked.problems)
    return 1 if checked.has_errors else 0


def _check_trivia(settings: Settings, path: Path) -> int:
    """Check scenarios: what they rest on is in the store, where there is one."""
    known = None
    if has_tables(settings.database_url):
        with opened_store(settings) as store, store.read() as session:
            known = known_statements(load_snapshot(session))
    count, problems = check_trivia(path, known)
    _print_problems(problems)
    print(f"{count} scenarios can be asked.", file=sys.stderr)
    return 1 if problems else 0


def import_pack_command(settings: Settings, options: argparse.Namespace) -> None:
    if is_trivia(options.pack):
        where = "set PERSONA_TRIVIA to their folder, and start the bot again."
        raise PackError([f"Trivia scenarios are not imported: {where}"])
    now = utc_now()
    with opened_store(settings) as store:
        with store.read() as session:
            known = known_keys(session)
        checked = check_all(options.pack, today=now.date(), known=known)
        _print_problems([problem for problem in checked.problems if problem.severity != "notice"])
        if checked.has_errors:
            raise PackError(["Nothing was imported: mend the errors above, then import again."])
        with _progress("importing", "personas") as progress, store.begin() as session:
            lines = _import(session, checked, now, progress)
        print("\n".join(lines))
        with words_alone_if_away():
            _compute_vectors(store, settings)


def _import(session: Session, checked: Checked, now: datetime, progress: Any) -> list[str]:  # noqa: ANN401
    lines = []
    if checked.pack is not None:
        report = import_pack(session, checked.pack, now=now, published_by=SOURCE, progress=progress)
        lines += report.lines()
    if checked.stories:
        lines += import_stories(session, checked.stories, now=now, approved_by=SOURCE).lines()
    return lines


def _compute_vectors(store: Store, settings: Settings) -> None:
    """Prepare the ranking by meaning; what is interrupted goes on at the next import or start."""
    embedder = find_embedder(settings.embeddings)
    if embedder is None:
        return
    with store.read() as session:
        texts = current_texts(session)
    with _progress("computing vectors", "statements") as progress:
        ensure_vectors(store, embedder, texts, progress)
    with store.begin() as session:
        forget_vectors(session)


def export_command(settings: Settings, options: argparse.Namespace) -> None:
    if options.insights:
        export_insights(settings, options)
    if options.pack:
        _export_pack(settings, options)
    elif not options.insights:
        raise StoreError("Name a folder or file to write to, or use --insights FILE.csv.")


def _export_pack(settings: Settings, options: argparse.Namespace) -> None:
    with opened_store(settings) as store, store.read() as session:
        pack, stories = export_pack(session), export_stories(session)
    write_pack(pack, options.pack, stories=stories, replace=options.replace)
    if options.pack.suffix.lower() in SUFFIXES:
        told = f" {len(stories)} stories are not in it: export a folder to have them." if stories else ""
    else:
        told = f" {len(stories)} stories are beside them." if stories else ""
    print(f"Wrote {len(pack.personas)} personas to {options.pack}.{told}")


@contextmanager
def _progress(what: str, unit: str) -> Iterator[Any]:
    """Give ``progress(done, total)`` that draws a bar on a terminal, and nothing elsewhere."""
    with tqdm(desc=what, unit=f" {unit}", leave=False, disable=None) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield progress


def _print_problems(problems: list[Problem]) -> None:
    for line in problem_lines(problems):
        print(line)
    errors = sum(problem.severity == "error" for problem in problems)
    if problems:
        print(f"{errors} errors, {len(problems) - errors} warnings and notices", file=sys.stderr)
    else:
        print("No problems.", file=sys.stderr)
