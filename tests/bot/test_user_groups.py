"""Roles from Slack user groups: who is in one has its role, guests and outsiders never."""

from collections.abc import Callable

import pytest

from bot.app import slack_client
from bot.people import Directory, identify
from bot.rights import Role
from bot.sandbox import SandboxServer
from bot.sandbox.accounts import BOT_TOKEN
from bot.sandbox.box import Box
from persona_store.database import Store
from persona_store.people import list_council
from tests.bot.conftest import NOON
from tests.bot.patience import Clock

GROUPS = {"council": "S0COUNCIL", "ambassador": "S0AMBASSADORS"}
SIX_MINUTES = 360

RoleOf = Callable[[str], Role]


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@pytest.fixture
def role_of(sandbox: SandboxServer, sqlite_store: Store, clock: Clock) -> RoleOf:
    client = slack_client(BOT_TOKEN, sandbox.api_url)
    directory = Directory(identify(client), sqlite_store, clock, GROUPS)
    return lambda person: directory.role_of(client, person)


def put(sandbox: SandboxServer, group: str, *people: str) -> None:
    def change(box: Box) -> None:
        box.world.usergroups[group] = people

    sandbox.look(change)


def calls(sandbox: SandboxServer) -> int:
    return sum(call.method == "usergroups.users.list" for call in sandbox.calls)


def test_whoever_is_in_a_group_has_its_role(role_of: RoleOf) -> None:
    found = {person: role_of(person) for person in ("U0ALICE", "U0BOB", "U0CAROL")}

    assert found == {"U0ALICE": Role.EMPLOYEE, "U0BOB": Role.AMBASSADOR, "U0CAROL": Role.COUNCIL}


def test_whoever_is_put_in_or_taken_out_is_known_within_minutes(
    role_of: RoleOf, sandbox: SandboxServer, clock: Clock
) -> None:
    role_of("U0ALICE")
    put(sandbox, "S0COUNCIL", "U0ALICE", "U0CAROL")
    put(sandbox, "S0AMBASSADORS")
    clock.pass_by(SIX_MINUTES)

    assert (role_of("U0ALICE"), role_of("U0BOB"), role_of("U0DAVE")) == (
        Role.COUNCIL,
        Role.EMPLOYEE,
        Role.EMPLOYEE,
    )


def test_guests_outsiders_and_apps_get_nothing_by_a_group(
    role_of: RoleOf, sandbox: SandboxServer, sqlite_store: Store
) -> None:
    put(sandbox, "S0COUNCIL", "U0GINA", "U0EVE", "U0PERSONA", "U0CAROL", "U0NOBODY")
    roles = [role_of(person) for person in ("U0CAROL", "U0GINA", "U0EVE", "U0PERSONA", "U0NOBODY")]

    assert roles == [Role.COUNCIL, Role.GUEST, Role.EXTERNAL, Role.EXTERNAL, Role.EXTERNAL]
    with sqlite_store.read() as session:
        assert list_council(session) == ["U0CAROL"]


def test_slack_is_asked_once_for_some_minutes(role_of: RoleOf, sandbox: SandboxServer) -> None:
    for person in ("U0ALICE", "U0BOB", "U0CAROL", "U0ALICE"):
        role_of(person)

    assert calls(sandbox) == len(GROUPS)


def test_a_group_that_is_gone_gives_nobody_a_role_any_more(
    role_of: RoleOf, sandbox: SandboxServer, clock: Clock
) -> None:
    role_of("U0CAROL")
    sandbox.look(lambda box: box.world.usergroups.pop("S0COUNCIL"))
    clock.pass_by(SIX_MINUTES)

    assert role_of("U0CAROL") is Role.EMPLOYEE
    assert role_of("U0BOB") is Role.AMBASSADOR


def test_while_slack_does_not_say_everybody_keeps_what_they_had(
    role_of: RoleOf, sandbox: SandboxServer, clock: Clock
) -> None:
    for person in ("U0CAROL", "U0DAVE", "U0BOB"):
        role_of(person)
    put(sandbox, "S0COUNCIL")
    sandbox.set_faults(rate_limit={"times": 1, "retry_after": 30, "methods": ["usergroups.users.list"]})
    clock.pass_by(SIX_MINUTES)
    kept = role_of("U0CAROL")
    clock.pass_by(70)

    assert kept is Role.COUNCIL
    assert role_of("U0CAROL") is Role.EMPLOYEE
