"""Who may do what: one table. What is not in it is refused."""

from enum import StrEnum


class Role(StrEnum):
    """``external`` and ``guest`` are Slack's word, ``ambassador`` and ``council`` ours."""

    EXTERNAL = "external"
    GUEST = "guest"
    EMPLOYEE = "employee"
    AMBASSADOR = "ambassador"
    COUNCIL = "council"
    ADMIN = "admin"


EVERYONE_INSIDE = frozenset({Role.EMPLOYEE, Role.AMBASSADOR, Role.COUNCIL, Role.ADMIN})

RIGHTS: dict[str, frozenset[Role]] = dict.fromkeys(
    (
        "event:app_mention",
        "event:message",
        "event:app_home_opened",
        "command:ask",
        "command:list",
        "command:card",
        "command:compare",
        "command:journey",
        "command:lens",
        "command:help",
        "command:mistyped",
        "shortcut:answers.open_question",
        "action:answers.open_question",
        "action:answers.rate",
        "action:answers.share",
        "action:answers.show_sources",
        "action:answers.explain",
        "action:answers.ask_council",
        "action:answers.choose_persona",
        "action:personas.show_card",
        "action:personas.show_journey",
        "view:answers.ask",
        "view:answers.missing",
    ),
    EVERYONE_INSIDE,
)


POSTING = frozenset({"action:answers.share", "action:answers.choose_persona"})
"""Clicks that post for all to see: who can see the channel is asked anew each time."""


def may(role: Role, entry: str) -> bool:
    """Tell whether ``role`` may enter by ``entry`` (``"command:list"``, ``"action:answers.share"``)."""
    return role in RIGHTS.get(entry, frozenset())
