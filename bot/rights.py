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
COUNCIL = frozenset({Role.COUNCIL, Role.ADMIN})
AMBASSADORS = COUNCIL | {Role.AMBASSADOR}

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
        "command:subscribe",
        "command:subscriptions",
        "command:unsubscribe",
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
        "action:subscriptions.open",
        "action:subscriptions.preview",
        "action:subscriptions.choose_programme",
        "action:subscriptions.pause",
        "action:subscriptions.resume",
        "action:subscriptions.skip",
        "action:subscriptions.unsubscribe",
        "action:spotlights.answer",
        "command:stories",
        "action:stories.show",
        "action:stories.withdraw",
        "command:trivia",
        "action:trivia.answer",
        "action:trivia.more",
        "action:trivia.open_form",
        "action:trivia.open_flag",
        "action:trivia.boards",
        "action:trivia.change_boards",
        "action:trivia.show_result",
        "view:trivia.start",
        "view:trivia.flag",
        "view:trivia.cancel",
        "command:learn",
        "action:learning.play",
        "action:learning.answer",
        "action:learning.next",
        "action:learning.stop",
        "action:learning.daily",
        "action:learning.course",
        "action:loop.change_news",
        "command:insight",
        "command:insights",
        "shortcut:insights.open",
        "shortcut:insights.send",
        "action:insights.open",
        "action:insights.flag",
        "action:insights.choose_persona",
        "action:insights.join",
        "action:insights.show",
        "action:insights.follow",
        "action:insights.withdraw",
        "view:insights.submit",
        "view:insights.file",
        "command:history",
        "command:evidence",
        "command:charter",
        "action:revisions.history",
        "action:revisions.show",
        "action:revisions.register",
        "action:revisions.charter",
        "view:answers.ask",
        "view:answers.missing",
        "view:subscriptions.save",
    ),
    EVERYONE_INSIDE,
)
RIGHTS |= dict.fromkeys(
    (
        "command:story",
        "shortcut:stories.open_form",
        "action:stories.open_form",
        "view:stories.draft",
        "action:insights.endorse",
    ),
    AMBASSADORS,
)
RIGHTS |= dict.fromkeys(
    (
        "action:council.show_asked",
        "action:council.show_literacy",
        "action:council.show_flagged",
        "action:council.settle_question",
        "action:council.write_question",
        "view:council.check_question",
        "view:council.keep_question",
        "command:backlog",
        "action:backlog.show",
        "action:backlog.open",
        "action:backlog.filter",
        "action:backlog.turn",
        "action:backlog.pass_on",
        "action:backlog.move",
        "action:backlog.assign",
        "action:backlog.snooze",
        "view:backlog.decline",
        "view:backlog.merge",
        "command:roles",
        "action:roles.open_form",
        "action:roles.change",
        "view:roles.give",
        "command:agenda",
        "action:reviews.verify",
        "action:reviews.show_agenda",
        "action:stories.review",
        "view:stories.review",
        "command:draft",
        "action:revisions.open",
        "action:revisions.form",
        "action:revisions.statement",
        "action:revisions.step",
        "action:revisions.page",
        "action:revisions.difference",
        "action:revisions.decide",
        "action:revisions.close_line",
        "view:revisions.statement",
        "view:revisions.facts",
        "view:revisions.background",
        "view:revisions.step",
        "view:revisions.new",
        "view:revisions.evidence",
        "view:revisions.items",
        "view:revisions.objective",
        "view:revisions.submit",
        "view:revisions.return",
        "view:revisions.rebase",
    ),
    COUNCIL,
)


POSTING = frozenset({"action:answers.share", "action:answers.choose_persona"})
"""Clicks that post for all to see: who can see the channel is asked anew each time."""


def is_for_ambassadors(entry: str) -> bool:
    """Tell whether one would have to be an ambassador, and no more, to enter."""
    return Role.AMBASSADOR in RIGHTS.get(entry, frozenset())


def may(role: Role, entry: str) -> bool:
    """Tell whether ``role`` may enter by ``entry`` (``"command:list"``, ``"action:answers.share"``)."""
    return role in RIGHTS.get(entry, frozenset())
