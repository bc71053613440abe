"""What each command of the command line does."""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm

from bot.config import Settings
from bot.doctor import examine
from bot.logs import set_up_logging
from bot.manifest import build_manifest
from bot.run import run, utc_now
from bot.terms import Terms
from bot.wording import Words
from persona_store.answering import Answer, Answering, Found, Outcome
from persona_store.backup import back_up, erase_traces
from persona_store.database import Store, has_tables, open_store
from persona_store.errors import PackError, StoreError
from persona_store.packs import (
    Problem,
    check_pack,
    export_pack,
    import_pack,
    known_keys,
    pack_schema,
    problem_lines,
    write_pack,
)
from persona_store.people import GIVEN_ROLES, forget_person, list_lenses, list_people, set_role
from persona_store.personas import get_personas, get_statements

SLACK_USER_ID = re.compile(r"[UW][A-Z0-9]{2,}")


def sandbox_command(_settings: Settings, options: argparse.Namespace) -> None:
    from bot.sandbox.start import start_sandbox  # noqa: PLC0415 - the web server is for this command alone

    start_sandbox(options.port, options.database)


def run_command(settings: Settings, _options: argparse.Namespace) -> None:
    set_up_logging(settings.log_level)
    run(settings)


def serve_command(settings: Settings, options: argparse.Namespace) -> None:
    from bot.serve import serve  # noqa: PLC0415 - gunicorn is for this command alone

    set_up_logging(settings.log_level)
    if options.workers > 1 and settings.database_url.startswith("sqlite"):
        raise StoreError("SQLite serves one process: use --workers 1, or PostgreSQL.")
    open_store(settings.database_url).close()  # migrated before the workers start
    serve(
        settings,
        workers=options.workers,
        threads=options.threads,
        bind=options.bind or f"0.0.0.0:{settings.port}",
    )


def migrate_command(settings: Settings, _options: argparse.Namespace) -> None:
    open_store(settings.database_url).close()
    print("The tables are up to date.")


def check_command(settings: Settings, options: argparse.Namespace) -> int:
    if options.schema:
        print(json.dumps(pack_schema(), indent=2))
        return 0
    if options.pack is None:
        raise StoreError("Name a pack to check, or use --schema.")
    known = None
    if has_tables(settings.database_url):  # a pack may refer to what the store has; checking makes no store
        with _store(settings) as store, store.read() as session:
            known = known_keys(session)
    _, problems = check_pack(options.pack, today=utc_now().date(), known=known)
    _print_problems(problems)
    return 1 if any(problem.severity == "error" for problem in problems) else 0


def import_pack_command(settings: Settings, options: argparse.Namespace) -> None:
    now = utc_now()
    with _store(settings) as store:
        with store.read() as session:
            known = known_keys(session)
        pack, problems = check_pack(options.pack, today=now.date(), known=known)
        _print_problems([problem for problem in problems if problem.severity != "notice"])
        if pack is None or any(problem.severity == "error" for problem in problems):
            raise PackError(["Nothing was imported: mend the errors above, then import again."])
        with _progress("importing") as progress, store.begin() as session:
            report = import_pack(session, pack, now=now, published_by="command line", progress=progress)
    print("\n".join(report.lines()))


def export_command(settings: Settings, options: argparse.Namespace) -> None:
    with _store(settings) as store, store.read() as session:
        pack = export_pack(session)
    write_pack(pack, options.pack, replace=options.replace)
    print(f"Wrote {len(pack.personas)} personas to {options.pack}.")


def ask_command(settings: Settings, options: argparse.Namespace) -> None:
    with _store(settings) as store:
        answering = Answering(store)
        _check_lens(store, options.lens)
        if not options.json:
            _print_answer(store, answering.answer(options.question, lens=options.lens))
            return
        for question, previous in _questions(options.question):
            answer = answering.answer(question, previous=previous, lens=options.lens)
            print(json.dumps(_as_json(answer), ensure_ascii=False), flush=True)


def role_command(settings: Settings, options: argparse.Namespace) -> None:
    with _store(settings) as store, store.begin() as session:
        if options.user is None:
            people = list_people(session)
            print("\n".join(f"{person.slack_user_id}  {person.role}" for person in people) or "No roles yet.")
            return
        user = _slack_user_id(options.user)
        if options.role is None:
            raise StoreError(f"Say which role: {', '.join(GIVEN_ROLES)}, or employee.")
        set_role(session, user, None if options.role == "employee" else options.role)
    print(f"{user} is now {options.role}.")


def manifest_command(_settings: Settings, options: argparse.Namespace) -> None:
    print(json.dumps(build_manifest(options.http), indent=2))


def doctor_command(settings: Settings, _options: argparse.Namespace) -> int:
    findings = []
    for finding in examine(settings, utc_now()):
        print(finding, flush=True)
        findings.append(finding)
    return 0 if all(finding.is_well for finding in findings) else 1


def backup_command(settings: Settings, options: argparse.Namespace) -> None:
    with _store(settings) as store:
        back_up(store, options.file)
    print(f"Copied to {options.file}, and checked. To go back: stop the bot and put the file in place.")


def forget_command(settings: Settings, options: argparse.Namespace) -> None:
    user = _slack_user_id(options.user)
    with _store(settings) as store:
        with store.begin() as session:
            rows = forget_person(session, user)
        erase_traces(store)
    print(f"Erased {rows} rows of {user}.")


@contextmanager
def _store(settings: Settings) -> Iterator[Store]:
    store = open_store(settings.database_url)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _progress(what: str) -> Iterator[Any]:
    """Give ``progress(done, total)`` that draws a bar on a terminal, and nothing elsewhere."""
    with tqdm(desc=what, unit=" personas", leave=False, disable=None) as bar:

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


def _questions(question: str) -> Iterator[tuple[str, str | None]]:
    if question != "-":
        yield question, None
        return
    for line in sys.stdin:
        if line.strip():
            yield _read_line(line.strip())


def _read_line(line: str) -> tuple[str, str | None]:
    """Read a question, or a JSON object with ``question`` and ``previous``."""
    if line.startswith("{"):
        try:
            asked = json.loads(line)
            if isinstance(asked.get("question"), str):
                return asked["question"], asked.get("previous") or None
        except (ValueError, RecursionError):
            pass
    return line, None


def _as_json(answer: Answer) -> dict[str, Any]:
    return {
        "question": answer.question,
        "outcome": answer.outcome,
        "personas": list(answer.personas),
        "statements": [_found_as_json(found) for found in answer.statements],
        "nearest": [_found_as_json(found) for found in answer.nearest],
    }


def _found_as_json(found: Found) -> dict[str, Any]:
    return {"id": found.statement, "persona": found.persona, "score": round(found.score, 4)}


def _print_answer(store: Store, answer: Answer) -> None:
    words, today = Words(), utc_now().date()
    terms = Terms(words)
    with store.read() as session:
        names = [f"{persona.name}, {persona.role}" for persona in get_personas(session, answer.personas)]
        found = answer.statements or answer.nearest
        statements = get_statements(session, [one.statement for one in found])
        if names:
            print("; ".join(names))
        if answer.outcome is not Outcome.ANSWER:
            print(_OUTCOMES[answer.outcome])
        if answer.nearest:
            print("Not the same thing, but the nearest we know:")
        for statement in statements:
            research = terms.research(statement, today)
            print(f"  {terms.symbol(statement)} {statement.text}")
            print(
                f"      {statement.persona.name}, {terms.strength(statement)}{research and ', ' + research}"
            )


_OUTCOMES = {
    Outcome.NO_RESEARCH: "We have no research on that.",
    Outcome.UNKNOWN_PERSONA: "We have no such persona, so there is no answer.",
    Outcome.OFF_TOPIC: "That is not a question about our customers.",
    Outcome.WHICH_PERSONA: "More than one persona fits: ask again with one of these names.",
}


def _check_lens(store: Store, lens: str | None) -> None:
    with store.read() as session:
        known = [row.slug for row in list_lenses(session)]
    if lens is not None and lens not in known:
        raise StoreError(f"There is no lens {lens!r}. Lenses are {', '.join(known)}.")


def _slack_user_id(text: str) -> str:
    found = text.strip().strip("<@>").split("|")[0].upper()
    if not SLACK_USER_ID.fullmatch(found):
        raise StoreError(f"{text!r} is no Slack user id. It looks like U024BE7LH (profile, Copy member ID).")
    return found
