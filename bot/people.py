"""Who someone is: Slack says guest or external, the store says ambassador or council member."""

import logging
from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from threading import Lock
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.rights import Role
from bot.user_groups import UserGroups
from persona_store.database import Store
from persona_store.people import find_person
from persona_store.posts.local_times import is_zone

log = logging.getLogger(__name__)

PERSON_KEPT = timedelta(minutes=5)
CHANNEL_KEPT = timedelta(minutes=1)
POST_KEPT = timedelta(seconds=5)
"""The longest that a channel is taken as it was, where something is posted unasked."""
PAGE = 999
CROWD, CROWD_WITHIN = 40, timedelta(minutes=1)
"""So many strangers within so long: then all people are learnt of at once, as Slack tells of some hundred a
minute one by one. Of larger companies as many as are read in a few calls."""
MOST_PAGES = 15
KINDS = "public_channel,private_channel"
UNKNOWN_PERSON = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
UNKNOWN_CHANNEL = frozenset({"channel_not_found", "not_in_channel", "missing_scope"})

T = TypeVar("T")


@dataclass(frozen=True)
class Identity:
    """The workspace the bot is installed in, and itself there."""

    team_id: str
    enterprise_id: str | None
    bot_user_id: str
    bot_id: str
    url: str = ""


@dataclass(frozen=True)
class Standing:
    """What Slack says of somebody. ``zone``: the IANA name of their time zone, where they have one."""

    role: Role
    zone: str | None = None


@dataclass(frozen=True)
class Place:
    """Where someone asks. ``is_shared_outside``: None where Slack does not let us know."""

    is_shared_outside: bool | None
    may_post: bool
    is_archived: bool = False


def identify(client: WebClient) -> Identity:
    said = client.auth_test()
    return Identity(
        said["team_id"], said.get("enterprise_id"), said["user_id"], said["bot_id"], said.get("url") or ""
    )


class Directory:
    """What Slack says of people and channels, kept for minutes; one per process."""

    def __init__(
        self,
        identity: Identity,
        store: Store,
        clock: Callable[[], datetime],
        groups: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._identity = identity
        self._store = store
        self._clock = clock
        self._groups = UserGroups(groups, store, clock)
        self._people = _Kept[Standing](clock)
        self._strangers: deque[datetime] = deque(maxlen=CROWD)
        self._surveyed_at: datetime | None = None
        self._survey = Lock()
        self._places = _Kept[Place](clock)

    def role_of(self, client: WebClient, slack_user_id: str) -> Role:
        """Tell the person's role; whoever is not known to be an employee is external."""
        role = self._role_in_slack(client, slack_user_id)
        if role is not Role.EMPLOYEE:
            return role
        self._groups.keep_up(client, lambda one: self._role_in_slack(client, one) is Role.EMPLOYEE)
        with self._store.read() as session:
            person = find_person(session, slack_user_id)
        return Role(person.highest_role) if person and person.highest_role else Role.EMPLOYEE

    def _role_in_slack(self, client: WebClient, slack_user_id: str) -> Role:
        """Employee, guest or external."""
        if self._people.find(slack_user_id, PERSON_KEPT) is None:
            self._meet(client)
        return self._people.get(
            slack_user_id, lambda: self._standing(client, slack_user_id), PERSON_KEPT
        ).role

    def zone_of(self, slack_user_id: str) -> str | None:
        """Tell somebody's time zone, where Slack has just said who they are."""
        standing = self._people.find(slack_user_id, PERSON_KEPT)
        return standing.zone if standing else None

    def place(self, client: WebClient, channel_id: str | None, *, afresh: bool = False) -> Place:
        """Tell who else is where someone asks; nobody in a direct message, the Home or a window.

        ``afresh``: Slack is asked now, whatever it said a minute ago.
        """
        if channel_id is None or channel_id.startswith("D"):
            return Place(is_shared_outside=False, may_post=channel_id is not None)
        kept = self._places.find(channel_id, CHANNEL_KEPT)
        lifetime = POST_KEPT if kept and kept.is_shared_outside else CHANNEL_KEPT  # it may be ours again
        lifetime = timedelta(0) if afresh else lifetime
        return self._places.get(channel_id, lambda: ask_place(client, channel_id), lifetime)

    def place_of_post(self, client: WebClient, channel_id: str) -> Place:
        """Tell the same right before something is posted there unasked."""
        if channel_id.startswith("D"):
            return Place(is_shared_outside=False, may_post=True)
        return self._places.get(channel_id, lambda: ask_place(client, channel_id), POST_KEPT)

    def unknown_places(self, channel_ids: Collection[str]) -> list[str]:
        """Those of which ``place_of_post`` would have to ask Slack."""
        return [one for one in channel_ids if self._places.find(one, POST_KEPT) is None]

    def survey(self, client: WebClient) -> None:
        """Learn of all channels that the bot is in, with a call for every thousand of them."""
        now = self._clock()
        for page in client.users_conversations(types=KINDS, exclude_archived=True, limit=PAGE):
            for channel in page["channels"]:
                if "is_ext_shared" in channel:
                    self._places.keep(channel["id"], _place({**channel, "is_member": True}), now)

    def _meet(self, client: WebClient) -> None:
        """Note a stranger; where there is a crowd of them, learn of everybody. The others wait for it."""
        with self._survey:
            now = self._clock()
            self._strangers.append(now)
            is_crowd = len(self._strangers) == CROWD and now - self._strangers[0] < CROWD_WITHIN
            if not is_crowd or (self._surveyed_at and abs(now - self._surveyed_at) < PERSON_KEPT):
                return
            self._surveyed_at = now
            try:
                for page in islice(client.users_list(limit=PAGE), MOST_PAGES):
                    for user in page["members"]:
                        self._people.keep(user["id"], self._standing_of(user), now)
            except SlackApiError as error:  # then each is asked for by itself
                log.info("people not listed code=%s", error.response.get("error"))

    def _standing(self, client: WebClient, slack_user_id: str) -> Standing:
        try:
            user: dict[str, Any] = client.users_info(user=slack_user_id)["user"]
        except SlackApiError as error:
            if error.response["error"] in UNKNOWN_PERSON:
                return Standing(Role.EXTERNAL)
            raise
        return self._standing_of(user)

    def _standing_of(self, user: dict[str, Any]) -> Standing:
        if user.get("deleted") or user.get("is_bot") or user.get("is_stranger") or not self._is_ours(user):
            return Standing(Role.EXTERNAL)
        guest = user.get("is_restricted") or user.get("is_ultra_restricted")
        zone = user.get("tz")
        return Standing(
            Role.GUEST if guest else Role.EMPLOYEE, zone if isinstance(zone, str) and is_zone(zone) else None
        )

    def _is_ours(self, user: dict[str, Any]) -> bool:
        enterprise_id = (user.get("enterprise_user") or {}).get("enterprise_id")
        same_enterprise = enterprise_id is not None and enterprise_id == self._identity.enterprise_id
        return same_enterprise or user.get("team_id") == self._identity.team_id


def ask_place(client: WebClient, channel_id: str) -> Place:
    try:
        channel: dict[str, Any] = client.conversations_info(channel=channel_id)["channel"]
    except SlackApiError as error:
        if error.response["error"] in UNKNOWN_CHANNEL:
            return Place(is_shared_outside=None, may_post=False)
        raise
    return _place(channel)


def _place(channel: dict[str, Any]) -> Place:
    shared = bool(channel.get("is_ext_shared") or channel.get("is_pending_ext_shared"))
    archived = bool(channel.get("is_archived"))
    may_post = bool(channel.get("is_member")) and not shared and not archived
    return Place(is_shared_outside=shared, may_post=may_post, is_archived=archived)


class _Kept(Generic[T]):
    """Values for a while, a bounded number of them."""

    LIMIT = 20_000

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._values: dict[str, tuple[datetime, T]] = {}
        self._lock = Lock()

    def get(self, key: str, ask: Callable[[], T], lifetime: timedelta) -> T:
        kept, now = self.find(key, lifetime), self._clock()
        if kept is not None:
            return kept
        value = ask()
        self.keep(key, value, now)
        return value

    def find(self, key: str, lifetime: timedelta) -> T | None:
        now = self._clock()
        with self._lock:
            kept = self._values.get(key)
        return kept[1] if kept and abs(now - kept[0]) < lifetime else None

    def keep(self, key: str, value: T, now: datetime) -> None:
        with self._lock:
            if len(self._values) >= self.LIMIT:
                self._values.clear()
            self._values[key] = (now, value)
