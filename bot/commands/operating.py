"""Running the bot, and looking after it."""

import argparse
import json
import re

from sqlalchemy.orm import Session

from bot.commands import opened_store
from bot.config import Settings
from bot.doctor import examine
from bot.logs import set_up_logging
from bot.manifest import build_manifest
from bot.run import run, utc_now
from persona_store.backup import back_up, erase_traces
from persona_store.database import open_store
from persona_store.errors import StoreError
from persona_store.models import Person
from persona_store.people import GIVEN_ROLES, forget_person, list_people
from persona_store.personas import list_personas
from persona_store.roles import give_role

SLACK_USER_ID = re.compile(r"[UW][A-Z0-9]{2,}")


def sandbox_command(_settings: Settings, options: argparse.Namespace) -> None:
    from bot.sandbox.start import start_sandbox  # noqa: PLC0415 - the web server is for this command alone

    start_sandbox(options.port, options.database)


def run_command(settings: Settings, _options: argparse.Namespace) -> int:
    set_up_logging(settings.log_level)
    return run(settings)


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


def role_command(settings: Settings, options: argparse.Namespace) -> None:
    with opened_store(settings) as store, store.begin() as session:
        if options.user is None:
            print("\n".join(map(_role_line, list_people(session))) or "No roles yet.")
            return
        user = _slack_user_id(options.user)
        if options.role is None:
            raise StoreError(f"Say which role: {', '.join(GIVEN_ROLES)}, or employee.")
        named = {"department": options.department, "personas": _known_personas(session, options.persona)}
        role = None if options.role == "employee" else options.role
        give_role(session, user, role, by=None, now=utc_now(), **named)
    print(f"{user} is now {options.role}.")


def _role_line(person: Person) -> str:
    named = [f"for {', '.join(person.personas)}"] if person.personas else []
    named += [person.department] if person.department else []
    named += ["by a user group"] if person.group_role and person.highest_role != person.role else []
    told = f" ({'; '.join(named)})" if named else ""
    return f"{person.slack_user_id}  {person.highest_role}{told}"


def _known_personas(session: Session, slugs: list[str]) -> list[str]:
    known = [persona.slug for persona in list_personas(session)]
    if unknown := [slug for slug in slugs if slug not in known]:
        raise StoreError(f"There is no persona {', '.join(unknown)}. There are {', '.join(known) or 'none'}.")
    return slugs


def manifest_command(_settings: Settings, options: argparse.Namespace) -> None:
    print(json.dumps(build_manifest(options.http), indent=2))


def doctor_command(settings: Settings, _options: argparse.Namespace) -> int:
    findings = []
    for finding in examine(settings, utc_now()):
        print(finding, flush=True)
        findings.append(finding)
    return 0 if all(finding.is_well for finding in findings) else 1


def backup_command(settings: Settings, options: argparse.Namespace) -> None:
    with opened_store(settings) as store:
        back_up(store, options.file)
    print(f"Copied to {options.file}, and checked. To go back: stop the bot and put the file in place.")


def forget_command(settings: Settings, options: argparse.Namespace) -> None:
    user = _slack_user_id(options.user)
    with opened_store(settings) as store:
        with store.begin() as session:
            rows = forget_person(session, user, utc_now())
        erase_traces(store)
    print(f"Erased {rows} rows of {user}.")


def _slack_user_id(text: str) -> str:
    found = text.strip().strip("<@>").split("|")[0].upper()
    if not SLACK_USER_ID.fullmatch(found):
        raise StoreError(f"{text!r} is no Slack user id. It looks like U024BE7LH (profile, Copy member ID).")
    return found
