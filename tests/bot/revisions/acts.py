"""What council members do with drafts in Slack."""

from sqlalchemy import select

from bot.sandbox.box import Box
from persona_store.database import Store
from persona_store.models import Draft, Statement
from tests.bot.slack_driver import Message, Slack, View
from tests.bot.slack_shown import shown_message

NEED = "Needs the night shift to see the same numbers as the owner"
PEER = "priya.peer-call"


def begin(slack: Slack, account: str, name: str = "Priya") -> View:
    """Begin a draft with the command."""
    slack.run_command(account, f"/persona draft {name}")
    return slack.modal(account)


def choose(
    slack: Slack, account: str, window: View, wish: str, key: str = PEER, action: str = "revisions.statement"
) -> View:
    """Choose what to do with a statement behind its three dots, or a step; gives the window that follows."""
    menu = next(
        one
        for one in window.elements
        if one["type"] == "overflow" and any(option["value"] == f"{wish}:{key}" for option in one["options"])
    )
    at = window.blocks.index(next(block for block in window.blocks if block["block_id"] == menu["block_id"]))
    slack.choose(View([window.blocks[at]], id=window.id), account, action, f"{wish}:{key}")
    return slack.modal(account, after=window)


def press(slack: Slack, account: str, window: View, words: str) -> View:
    """Press a button of a window; gives what is on top then."""
    slack.click(window, account, words)
    return slack.modal(account, after=window)


def send(slack: Slack, account: str, **answers: str | list[str]) -> View:
    """Send the form on top; gives the window below."""
    form = slack.modal(account)
    assert slack.submit(account, **answers) is None
    return slack.modal(account, after=form)


def add_need(slack: Slack, account: str, window: View, **answers: str | list[str]) -> View:
    press(slack, account, window, "Add a statement")
    return changed(slack, account, window, **{"text": NEED, **answers})


def changed(slack: Slack, account: str, below: View, **answers: str | list[str]) -> View:
    """Send the form on top; gives the window of the draft, once it has changed."""
    assert slack.submit(account, **answers) is None
    return slack.wait(
        lambda box: _top(slack, box, account, below), f"the draft of {account} to show the change"
    )


def _top(slack: Slack, box: Box, account: str, below: View) -> View | None:
    from tests.bot.slack_shown import shown_view  # noqa: PLC0415

    stack = box.world.modals.get(slack.account_id(account)) or []
    top = shown_view(stack[-1]) if stack else None
    return top if top and top.id == below.id and top.hash != below.hash else None


def submit(slack: Slack, account: str, window: View, why: str = "Three calls in a week.") -> View:
    slack.click(window, account, "Submit for publishing")
    slack.wait(
        lambda box: any(
            view.content.get("callback_id") == "revisions.submit"
            for view in box.world.modals.get(slack.account_id(account), [])
        ),
        "the form of the reasons",
    )
    return changed(slack, account, window, why=why)


def review(slack: Slack, account: str) -> View:
    """Open the draft from the direct message."""
    slack.click(notice(slack, account, "for publishing"), account, "Review")
    return slack.modal(account)


def notice(slack: Slack, account: str, text: str) -> Message:
    """The latest direct message that says this, once it has come."""
    place = slack.channel_id("dm", account)

    def said(box: Box) -> Message | None:
        messages = reversed(box.world.channels[place].messages.values())
        return next((one for one in map(shown_message, messages) if text in one.everything), None)

    return slack.wait(said, f"a message to {account} that says {text!r}")


def drafts(store: Store) -> list[Draft]:
    with store.read() as session:
        return list(session.scalars(select(Draft).order_by(Draft.id)))


def statement(store: Store, key: str) -> Statement | None:
    with store.read() as session:
        return session.scalar(select(Statement).where(Statement.key == key))
