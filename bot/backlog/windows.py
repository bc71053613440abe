"""The backlog's windows, kept in step: the one clicked in, the list beneath it, the Home."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from bot.backlog import messages
from bot.backlog.shown import LIST_WINDOW, About, item_shown
from bot.backlog_blocks import backlog_for
from bot.blocks import Block
from bot.desk import Desk
from bot.replies import Reply
from bot.requests import Entry
from bot.rights import Role
from persona_store.errors import StoreError

Do = Callable[[Session], object]


@dataclass(frozen=True)
class Visit:
    """One click, and where it came from. ``view``: the window; empty where it came from a message."""

    entry: Entry
    reply: Reply
    role: Role
    desk: Desk
    view: dict[str, Any]

    @property
    def about(self) -> About:
        return About.of(self.view)

    def item_window(self, item_id: int, *, is_listed: bool, notice: str = "") -> Block:
        desk = self.desk
        with desk.store.read() as session:
            shown = item_shown(session, item_id, desk)
        reader = self.entry.slack_user_id
        return messages.item_view(desk.words, shown, reader, desk.now, notice, is_listed=is_listed)

    def list_window(self) -> Block:
        with self.desk.store.read() as session:
            listed = backlog_for(session, self.entry.slack_user_id, self.desk.now)
        return messages.list_window(self.desk.words, listed)

    def change_item(self, item_id: int, do: Do) -> None:
        """Do something with an item, and show what became of it, or why nothing did."""
        notice = ""
        try:
            with self.desk.store.begin() as session:
                do(session)
        except StoreError as error:
            notice = messages.notice(self.desk.words, str(error))
        window = self.item_window(item_id, is_listed=self.about.is_listed, notice=notice)
        if self.entry.is_in_modal:
            self.reply.update(window)
        else:
            self.reply.open(window)
        self.follow()

    def show_list(self) -> None:
        """Show the list anew where the click came from: in its window, or at Home."""
        if self.view.get("callback_id") == LIST_WINDOW:
            self.reply.update(self.list_window())
        self._show_home()

    def show_beneath(self) -> None:
        """After a form: the item's window that it was opened from."""
        item = self.item_window(self.about.item_id, is_listed=self.about.is_listed)
        self.reply.update(item, self.view.get("previous_view_id"))
        self.follow()

    def follow(self) -> None:
        """Let the list beneath follow, and the Home."""
        if self.about.is_listed:
            self.reply.update(self.list_window(), self.view.get("root_view_id"))
        self._show_home()

    def _show_home(self) -> None:
        self.desk.show_home(self.reply.client, self.entry.slack_user_id, self.role, self.desk)
