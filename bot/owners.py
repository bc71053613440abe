"""Who owns subscriptions and has left: their subscriptions go on in other hands."""

from collections.abc import Callable, Iterable
from datetime import date

from bot.desk import Desk
from bot.notices import hand_over
from bot.posting import Poster
from persona_store.database import Store
from persona_store.models import Delivery
from persona_store.posts.succession import list_owners_of_paused


class Owners:
    """Those to be asked about; one per outbox. Slack is asked one at a time: there is no hurry."""

    def __init__(self, poster: Poster, store: Store, lay_out: Callable[[], Desk]) -> None:
        self._poster = poster
        self._store = store
        self._lay_out = lay_out
        self._wanted: set[str] = set()
        self._noted_on: date | None = None

    def note(self, deliveries: Iterable[Delivery]) -> None:
        """Ask about whoever owns what was posted."""
        found = (one.subscription for one in deliveries)
        self._wanted |= {one.slack_user_id for one in found if one is not None and one.slack_user_id}

    def hand_over(self) -> None:
        """See whether one of them still works here."""
        desk = self._lay_out()
        self._note_paused(desk)
        if not self._wanted or self._poster.pauses():
            return
        owner = min(self._wanted)
        has_left = self._poster.has_left(owner)
        if has_left is None:
            return
        self._wanted.remove(owner)
        if has_left:
            with self._store.begin() as session:
                hand_over(session, owner, desk)

    def _note_paused(self, desk: Desk) -> None:
        """What is paused posts nothing: its owners are asked about once a day."""
        if self._noted_on != desk.now.date():
            with self._store.read() as session:
                self._wanted |= set(list_owners_of_paused(session))
            self._noted_on = desk.now.date()
