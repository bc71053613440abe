"""Roles from Slack user groups: who is in a group has its role, until they are not any more.

What the groups say is written into the store, which asks nobody else who is on the council.
"""

import logging
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from threading import Lock

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from persona_store.database import Store
from persona_store.roles import set_group_roles

log = logging.getLogger(__name__)

KEPT, AGAIN = timedelta(minutes=5), timedelta(minutes=1)
"""How long a group is taken as it was, and when it is read again where Slack did not answer."""
NO_GROUP = frozenset(
    {"no_such_subteam", "subteam_not_found", "missing_scope", "permission_denied", "invalid_arguments"}
)
"""There is no such group, or we may not see it: then nobody is in it."""


class UserGroups:
    """``groups``: ids of user groups by the role they give. One per process; several write the same."""

    def __init__(self, groups: Mapping[str, str], store: Store, clock: Callable[[], datetime]) -> None:
        self._groups = groups
        self._store = store
        self._clock = clock
        self._read_at: datetime | None = None
        self._reading = Lock()

    def keep_up(self, client: WebClient, is_employee: Callable[[str], bool]) -> None:
        """Read them anew where that is some minutes ago; guests and others get nothing by them."""
        if self._is_fresh():
            return
        with self._reading:
            if not self._is_fresh():
                self._read(client, is_employee)

    def _is_fresh(self) -> bool:
        return self._read_at is not None and abs(self._clock() - self._read_at) < KEPT

    def _read(self, client: WebClient, is_employee: Callable[[str], bool]) -> None:
        now = self._clock()
        try:
            members = {
                role: [one for one in _members(client, group) if is_employee(one)]
                for role, group in self._groups.items()
            }
        except (SlackApiError, OSError) as error:
            log.warning("user groups not read: %s", type(error).__name__)
            self._read_at = now - KEPT + AGAIN
            return
        with self._store.begin() as session:
            changed = set_group_roles(session, members, now)
        self._read_at = now
        if changed:
            log.info("roles by user groups changed people=%s", len(changed))


def _members(client: WebClient, group: str) -> Collection[str]:
    try:
        found: list[str] = client.usergroups_users_list(usergroup=group)["users"]
    except SlackApiError as error:
        code = error.response.get("error")
        if code not in NO_GROUP:
            raise
        log.error("user group %s gives no role: %s. Run `persona doctor`.", group, code)  # noqa: TRY400
        return ()
    return found
