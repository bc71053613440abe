"""The words of messages, from Jinja templates: one file a message, one block a piece of text."""

import re
from collections.abc import Callable
from pathlib import Path

import jinja2

MESSAGES = Path(__file__).parent.parent / "content" / "messages"


class Mrkdwn(str):
    """Slack markup of our own making; every other text is escaped."""

    __slots__ = ()


def escaped(text: object) -> str:
    """Escape what Slack reads as markup: exactly ``& < >``."""
    if isinstance(text, Mrkdwn):
        return text
    return str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_SLACK_MARKUP = re.compile(r"<([@#!])?([^>|]*)(?:\|([^>]*))?>")


def as_typed(text: str) -> str:
    """Turn what Slack sends back into what the person saw: names and link texts instead of markup."""

    def shown(match: re.Match[str]) -> str:
        sigil, target, label = match.group(1), match.group(2), match.group(3)
        if sigil is None:
            return label or target
        return f"{sigil if sigil != '!' else '@'}{(label or target).lstrip('@#')}"

    text = _SLACK_MARKUP.sub(shown, text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def mention(slack_user_id: str) -> Mrkdwn:
    return Mrkdwn(f"<@{escaped(slack_user_id)}>")


def channel_link(channel_id: str) -> Mrkdwn:
    return Mrkdwn(f"<#{escaped(channel_id)}>")


def link(url: str, text: str) -> Mrkdwn:
    """Make a link; characters that would end it early are encoded."""
    for character, code in (("|", "%7C"), (" ", "%20"), ("<", "%3C"), (">", "%3E")):
        url = url.replace(character, code)
    return Mrkdwn(f"<{url.replace('&', '&amp;')}|{escaped(text).replace('|', '¦')}>")


class Words:
    """``words("answers/answer", "head", persona=...)``: one piece of one message, for mrkdwn.

    ``words.plain(...)`` gives the same for plain text, where Slack reads no markup. A name that the
    template wants and does not get is an error, never a gap in the text.
    """

    def __init__(self, folder: Path = MESSAGES) -> None:
        self._mrkdwn = _environment(folder, escaped)
        self._plain = _environment(folder, str)

    def __call__(self, message: str, piece: str, **values: object) -> str:
        return _render(self._mrkdwn, message, piece, values)

    def plain(self, message: str, piece: str, **values: object) -> str:
        return _render(self._plain, message, piece, values)


def _environment(folder: Path, finalize: Callable[[object], str]) -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        undefined=jinja2.StrictUndefined,
        finalize=finalize,
        autoescape=False,  # noqa: S701 - Slack is not HTML: finalize escapes exactly what Slack wants
        auto_reload=False,  # else each piece of text looks at the clock of its file
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _render(environment: jinja2.Environment, message: str, piece: str, values: dict[str, object]) -> str:
    template = environment.get_template(f"{message}.j2")
    return "".join(template.blocks[piece](template.new_context(values))).strip()
