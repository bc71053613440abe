"""What the sandbox refuses, and in whose words."""

from typing import Any


class SlackError(Exception):
    """A Web API call that Slack refuses; ``name`` is Slack's error name."""

    def __init__(self, name: str, *messages: str, **extra: object) -> None:
        super().__init__(name)
        self.name = name
        self.messages = list(messages)
        self.extra = extra

    def answer(self) -> dict[str, Any]:
        said: dict[str, Any] = {"ok": False, "error": self.name, **self.extra}
        if self.messages:
            shown = [f"[ERROR] {message}" for message in self.messages]
            said |= {"errors": self.messages, "response_metadata": {"messages": shown}}
        return said


class RefusedError(Exception):
    """What a person tried on the page and cannot do; its text is shown to them."""


class ManifestError(Exception):
    """A manifest that Slack would not accept; its text says what to change."""
