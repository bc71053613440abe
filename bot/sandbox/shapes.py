"""Small rules that say what a JSON value must look like; blocks and elements are put together from them."""

import re
from collections import Counter
from collections.abc import Callable, Mapping

from bot.sandbox.text import illegal_markup


class Check:
    """Collects what is wrong, with its place, as Slack's answers do; ``surface``: message, modal or home."""

    def __init__(self, surface: str) -> None:
        self.surface = surface
        self.problems: list[str] = []
        self.block_ids: set[str] = set()
        self.counts: Counter[str] = Counter()

    def fail(self, at: str, why: str) -> None:
        self.problems.append(f"{why} [json-pointer:{at}]")


Rule = Callable[[Check, object, str], None]


def length(check: Check, text: str, at: str, least: int, most: int) -> None:
    if len(text) < least:
        check.fail(at, f"must be more than {least - 1} characters")
    if len(text) > most:
        check.fail(at, f"must be less than {most + 1} characters")


def string(most: int, least: int = 1, pattern: str | None = None) -> Rule:
    def rule(check: Check, value: object, at: str) -> None:
        if not isinstance(value, str):
            check.fail(at, "must be a string")
            return
        length(check, value, at, least, most)
        if pattern and not re.fullmatch(pattern, value):
            check.fail(at, f"does not match {pattern}")

    return rule


def boolean(check: Check, value: object, at: str) -> None:
    if not isinstance(value, bool):
        check.fail(at, "must be a boolean")


def integer(least: int, most: int) -> Rule:
    def rule(check: Check, value: object, at: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            check.fail(at, "must be an integer")
        elif not least <= value <= most:
            check.fail(at, f"must be between {least} and {most}")

    return rule


def one_of(*values: object) -> Rule:
    def rule(check: Check, value: object, at: str) -> None:
        if value not in values:
            check.fail(at, f"unsupported value; expected one of {', '.join(map(str, values))}")

    return rule


def array(item: Rule, least: int, most: int) -> Rule:
    def rule(check: Check, value: object, at: str) -> None:
        if not isinstance(value, list):
            check.fail(at, "must be an array")
            return
        if len(value) < least:
            check.fail(at, f"no fewer than {least} items allowed")
        if len(value) > most:
            check.fail(at, f"no more than {most} items allowed")
        for place, one in enumerate(value):
            item(check, one, f"{at}/{place}")

    return rule


def shape(required: Mapping[str, Rule], **optional: Rule) -> Rule:
    """An object of exactly these keys; ``type`` is always among them where it says what the object is."""
    rules = {**required, **optional}

    def rule(check: Check, value: object, at: str) -> None:
        if not isinstance(value, dict):
            check.fail(at, "must be an object")
            return
        for key in sorted(value.keys() - rules.keys()):
            check.fail(at, f"invalid additional property: {key}")
        for key in sorted(required.keys() - value.keys()):
            check.fail(at, f"missing required field: {key}")
        for key in rules.keys() & value.keys():
            rules[key](check, value[key], f"{at}/{key}")

    return rule


def by_type(kinds: Mapping[str, Rule], what: str) -> Rule:
    def rule(check: Check, value: object, at: str) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in kinds:
            check.fail(f"{at}/type" if kind else at, f"unsupported type: {kind} is no {what}")
            return
        kinds[kind](check, value, at)

    return rule


def every(*rules: Rule) -> Rule:
    def rule(check: Check, value: object, at: str) -> None:
        for one in rules:
            one(check, value, at)

    return rule


def anything(check: Check, value: object, at: str) -> None:
    """For what the sandbox does not look into."""


def markup(most: int) -> Rule:
    """A string of Slack's own markup: every ``<`` in it must be legal."""
    plain_rule = string(most)

    def rule(check: Check, value: object, at: str) -> None:
        plain_rule(check, value, at)
        raw = illegal_markup(value) if isinstance(value, str) else None
        if raw is not None:
            check.fail(at, f"a raw < that is no Slack markup: {raw!r}")
        if isinstance(value, str):
            check.counts["characters"] += len(value)

    return rule


def counted(most: int, least: int = 1) -> Rule:
    """A string that counts towards what one message may hold."""
    plain_rule = string(most, least)

    def rule(check: Check, value: object, at: str) -> None:
        plain_rule(check, value, at)
        if isinstance(value, str):
            check.counts["characters"] += len(value)

    return rule


def plain(most: int, least: int = 1) -> Rule:
    return by_type(
        {"plain_text": shape({"type": anything, "text": counted(most, least)}, emoji=boolean)},
        "plain_text object",
    )


def text(most: int) -> Rule:
    kinds = {
        "plain_text": shape({"type": anything, "text": counted(most)}, emoji=boolean),
        "mrkdwn": shape({"type": anything, "text": markup(most)}, verbatim=boolean),
    }
    return by_type(kinds, "text object")


URL = string(3000, pattern=r"(?i)(https?|mailto|slack|tel):\S+")
IMAGE_URL = string(3000, pattern=r"(?i)https?://\S+")
ID = string(255)
TYPE: Mapping[str, Rule] = {"type": anything}
