"""The words of messages, from Jinja templates: one file a message, one block a piece of text."""

import logging
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from types import NoneType
from typing import Any

import jinja2

from bot.templates import SYNTAX, WHOLE, OwnWords, Sandbox, read_own_words, used_tree

log = logging.getLogger(__name__)

MESSAGES = Path(__file__).parent.parent / "content" / "messages"
OWN_FAULTS = (jinja2.TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
MOST_SAID = 50_000
REMEMBERED = 2_000
"""Pieces of text: those of a spotlight's persona are the same in every channel."""
PLAIN = (str, int, NoneType)


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


def moment_for_reader(moment: datetime) -> Mrkdwn:
    """A date and time that Slack shows in each reader's own time zone."""
    fallback = f"{moment.astimezone(UTC):%d %b %Y, %H:%M} UTC"
    return Mrkdwn(f"<!date^{int(moment.timestamp())}^{{date_short_pretty}}, {{time}}|{fallback}>")


def message_url(workspace_url: str, channel_id: str, ts: str) -> str:
    """The address of a message: as ``chat.getPermalink`` gives it, without asking."""
    return f"{workspace_url}archives/{channel_id}/p{ts.replace('.', '')}"


def open_words(folder: str = "") -> "Words":
    """Give the words, with a company's own from ``folder``; what of those is not used is logged."""
    if not folder:
        return Words()
    own = read_own_words(Path(folder), MESSAGES)
    for refusal in own.refusals:
        log.warning("own words not used: %s", refusal)
    return Words(own=own)


class Words:
    """``words("answers/answer", "head", persona=...)``: one piece of one message, for mrkdwn.

    ``words.plain(...)`` gives the same for plain text, where Slack reads no markup. A name that the
    template wants and does not get is an error, never a gap in the text.

    ``own``: a company's own words. One that fails or says nothing gives way to the built-in one.
    """

    def __init__(self, folder: Path = MESSAGES, own: OwnWords | None = None) -> None:
        self._mrkdwn = _Pieces(folder, escaped, own)
        self._plain = _Pieces(folder, str, own)

    def __call__(self, message: str, piece: str, **values: object) -> str:
        return self._mrkdwn.said(message, piece, values)

    def plain(self, message: str, piece: str, **values: object) -> str:
        return self._plain.said(message, piece, values)


def _how(finalize: Callable[[object], str]) -> dict[str, Any]:
    return {
        **SYNTAX,  # no autoescape: Slack is not HTML, finalize escapes exactly what Slack wants
        "undefined": jinja2.StrictUndefined,
        "finalize": finalize,
        "auto_reload": False,  # else each piece of text looks at the clock of its file
    }


@lru_cache(maxsize=8)
def _built_in(folder: Path, finalize: Callable[[object], str]) -> jinja2.Environment:
    """Shared, so that each template is compiled once in a process."""
    return jinja2.Environment(loader=jinja2.FileSystemLoader(folder), **_how(finalize))  # noqa: S701


class _Pieces:
    """All pieces in one way of escaping."""

    def __init__(self, folder: Path, finalize: Callable[[object], str], own: OwnWords | None) -> None:
        self._built_in = _built_in(folder, finalize)
        self._own = own or OwnWords()
        self._remembered = lru_cache(REMEMBERED, typed=True)(self._said)
        self._compiled: dict[str, jinja2.Template] = {}
        self._sandbox: jinja2.Environment | None = None
        if not self._own.pieces:
            return
        whole = {
            name: self._own.sources[name] for name, pieces in self._own.pieces.items() if WHOLE in pieces
        }
        loader = jinja2.ChoiceLoader([jinja2.DictLoader(whole), jinja2.FileSystemLoader(folder)])
        self._sandbox = Sandbox(loader=loader, **_how(finalize))
        self._sandbox.globals.clear()

    def said(self, message: str, piece: str, values: dict[str, object]) -> str:
        """A piece hangs on its values alone, so those of plain values are remembered, with their types."""
        if all(isinstance(value, PLAIN) for value in values.values()):
            return self._remembered(message, piece, **values)
        return self._said(message, piece, **values)

    def _said(self, message: str, piece: str, /, **values: object) -> str:
        own = self._own_words(message, piece, values)
        if own:
            return own
        template = self._built_in.get_template(f"{message}.j2")
        return "".join(_rendered(template, piece, values)).strip()

    def _own_words(self, message: str, piece: str, values: dict[str, object]) -> str:
        """What the company says; nothing where it says nothing, or too much, or fails at it."""
        if self._sandbox is None:
            return ""
        try:
            template = self._template(self._sandbox, f"{message}.j2", piece)
            return "".join(_at_most(_rendered(template, piece, values), MOST_SAID)).strip()
        except OWN_FAULTS as error:
            log.warning("own words failed message=%s piece=%s: %s", message, piece, type(error).__name__)
            return ""

    def _template(self, sandbox: jinja2.Environment, name: str, piece: str) -> jinja2.Template:
        """Theirs, where they have that piece; else the built-in one, which may include what is theirs."""
        if piece not in self._own.pieces.get(name, ()):
            return sandbox.get_template(name)
        if name not in self._compiled:
            tree = used_tree(sandbox, self._own.sources[name], self._own.pieces[name])
            code = sandbox.compile(tree, name)
            self._compiled[name] = jinja2.Template.from_code(sandbox, code, sandbox.globals)
        return self._compiled[name]


def _rendered(template: jinja2.Template, piece: str, values: dict[str, object]) -> Iterator[str]:
    return template.blocks[piece](template.new_context(values))


def _at_most(parts: Iterator[str], characters: int) -> Iterator[str]:
    for part in parts:
        characters -= len(part)
        if characters < 0:
            raise ValueError("more than any message holds")
        yield part
