"""How an answer reaches the person who asked: to all in the thread, or to them alone."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.blocks import Message
from bot.logs import QUIET
from bot.requests import Entry

log = logging.getLogger(__name__)

EVENT_TYPE = "persona_reply"
PAGES_LOOKED_AT = 5
SERVER_ERROR = HTTPStatus.INTERNAL_SERVER_ERROR


@dataclass(frozen=True)
class Reply:
    """The way back for the request being worked on.

    ``attempt`` above 1 means that an earlier try may have been heard although we never learnt so: what
    is posted for all to see carries the request's key and is looked for before it is posted again.
    ``may_share``: we are in the channel, and it is known to be seen by this company alone.
    """

    client: WebClient
    entry: Entry
    attempt: int
    may_share: bool = False

    def publicly(self, message: Message, channel_id: str | None = None, thread_ts: str | None = None) -> None:
        """Post where everybody in the conversation sees it."""
        channel = channel_id or self.entry.channel_id
        thread = thread_ts or self.entry.thread_ts
        if channel is None or (self.attempt > 1 and self._was_posted(channel, thread)):
            return
        self.client.chat_postMessage(
            channel=channel,
            thread_ts=thread,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"request": self.entry.key}},
            **message.payload(),
        )

    def privately(self, message: Message) -> None:
        """Tell the person alone."""
        entry = self.entry
        if entry.response_url and self._respond(message, replace_original=False):
            return
        if entry.channel_id is None:
            self.publicly(message, channel_id=entry.slack_user_id)
        elif entry.channel_id.startswith("D"):
            self.publicly(message)
        else:
            self.client.chat_postEphemeral(
                channel=entry.channel_id,
                user=entry.slack_user_id,
                thread_ts=entry.thread_ts if entry.is_in_thread else None,
                **_without_unfurl(message),
            )

    def replace(self, message: Message) -> None:
        """Put ``message`` in the place of the message that was clicked."""
        if not self._respond(message, replace_original=True):
            self.privately(message)

    def update(self, view: dict[str, Any], view_id: str | None = None) -> None:
        """Show ``view`` in the window that was clicked in, or in that of ``view_id``, if it is still open."""
        try:
            self.client.views_update(view_id=view_id or self.entry.view_id or "", view=view)
        except SlackApiError as error:
            if error.response.get("error") != "not_found":
                raise
            log.info("window closed meanwhile entry=%s", self.entry.name)

    def open(self, view: dict[str, Any]) -> str:
        """Open a modal; on top of the one that was clicked in, if it was in one. Gives its id.

        Three fit on each other: from the third it takes that one's place.
        """
        if self.entry.is_in_third_window:
            self.update(view)
            return self.entry.view_id or ""
        show = self.client.views_push if self.entry.is_in_modal else self.client.views_open
        opened: str = show(trigger_id=self.entry.trigger_id or "", view=view)["view"]["id"]
        return opened

    def _respond(self, message: Message, *, replace_original: bool) -> bool:
        if not self.entry.response_url:
            return False
        webhook = WebhookClient(self.entry.response_url, logger=QUIET, retry_handlers=[])
        where = {"thread_ts": self.entry.thread_ts} if self.entry.is_in_thread else {}
        how = {"response_type": "ephemeral", "replace_original": replace_original}
        said = webhook.send_dict(message.payload() | how | where)
        if said.status_code == HTTPStatus.OK:
            return True
        if said.status_code == HTTPStatus.TOO_MANY_REQUESTS or said.status_code >= SERVER_ERROR:
            raise ConnectionError(f"response url answered {said.status_code}")
        log.info("response url refused entry=%s status=%s", self.entry.name, said.status_code)
        return False

    def _was_posted(self, channel: str, thread_ts: str | None) -> bool:
        """Tell whether an earlier try was heard; a message to a person's id cannot be looked for."""
        return not channel.startswith(("U", "W")) and any(
            (message.get("metadata") or {}).get("event_payload", {}).get("request") == self.entry.key
            for message in self._messages_in(channel, thread_ts)
        )

    def _messages_in(self, channel: str, thread_ts: str | None) -> Iterator[dict[str, Any]]:
        """Give the thread, or the channel's latest thousand messages."""
        where: dict[str, Any] = {"channel": channel, "include_all_metadata": True, "limit": 200}
        if thread_ts is None:
            pages = islice(self.client.conversations_history(**where), PAGES_LOOKED_AT)
        else:
            pages = iter(self.client.conversations_replies(ts=thread_ts, **where))
        for page in pages:
            yield from page["messages"]


def _without_unfurl(message: Message) -> dict[str, Any]:
    payload = message.payload()
    return {"text": payload["text"], "blocks": payload["blocks"]}
