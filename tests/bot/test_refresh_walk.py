"""From a customer's message to revision 9, as people live it: over a WebSocket, and over HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.app import Bot
from bot.run import connected_bot
from bot.sandbox import SandboxServer
from bot.sandbox.start import prepare_store, sandbox_settings
from bot.sandbox.state import options_of
from persona_store.database import Store, open_store
from persona_store.models import Persona, RefreshItem, Revision, TriviaQuestion
from persona_store.posts.subscriptions import Wanted, subscribe
from persona_store.refresh.auditing import list_unexplained
from tests.bot.backlog.test_deciding import clicked, opened
from tests.bot.patience import Clock, eventually, requests
from tests.bot.revisions.acts import changed, choose, notice, press, review, submit
from tests.bot.served import served_bot
from tests.bot.slack_driver import Message, Slack, View

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
RETIRED, OUTDATED = "priya.peer-call", "priya.one-more-screen"
ASKED = "does Priya doubt that shop teams will take on one more screen?"
NOW_SAID = "Doubts that shop teams will take on one more app, not one more screen"
ADDED = "Needs the pilot to run through a whole holiday week before she decides"
FIRST = "Priya says that her shop teams cannot take on one more app"
SECOND = "Priya: the shop teams will not take on one more app again"


@pytest.fixture(
    params=["websocket-sqlite", pytest.param("http-postgresql", marks=pytest.mark.postgres)],
)
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database_url(
    way: str, request: pytest.FixtureRequest, example_company: Path, tmp_path: Path
) -> Iterator[str]:
    """The example company, on either database."""
    if way.endswith("sqlite"):
        file = tmp_path / "bot.db"
        file.write_bytes(example_company.read_bytes())
        yield f"sqlite:///{file}"
        return
    postgres = request.getfixturevalue("postgres")
    name = postgres.create()
    store = open_store(postgres.url(name), migrate=False)
    prepare_store(store, MONDAY)
    store.close()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def clock() -> Clock:
    return Clock(MONDAY)


@pytest.fixture
def bot(way: str, sandbox: SandboxServer, database_url: str, store: Store, clock: Clock) -> Iterator[Bot]:
    past(store)
    settings = sandbox_settings(sandbox.url, database_url)
    if way.startswith("http"):
        with served_bot(settings, clock, sandbox) as bot:
            yield bot
    else:
        with connected_bot(settings, clock) as bot:
            sandbox.wait_connected()
            yield bot


@pytest.fixture
def slack(sandbox: SandboxServer, bot: Bot, store: Store) -> Iterator[Slack]:  # noqa: ARG001
    """People who look when everything they did has been worked on."""
    slack = Slack(sandbox, settle=lambda: eventually(lambda: all(one.done_at for one in requests(store))))
    yield slack
    assert slack.refusals == []


def past(store: Store) -> None:
    """Priya is at revision 7; #product follows her; trivia asks what will be retired; nobody else is due."""
    with store.begin() as session:
        for persona in session.scalars(select(Persona)):
            persona.verified_at = MONDAY
        priya = session.scalars(select(Persona).where(Persona.slug == "priya")).one()
        first = session.scalars(select(Revision).where(Revision.persona_id == priya.id)).one()
        priya.revision, priya.owner = 7, "U0CAROL"
        first.snapshot = first.snapshot | {"owner": "U0CAROL"}
        for number in range(2, 8):
            told = {"published_by": "example company", "changelog": "Earlier.", "snapshot": first.snapshot}
            session.add(Revision(persona_id=priya.id, number=number, published_at=MONDAY, **told))
        asked = {"kind": "persona", "persona": "priya", "statement": RETIRED, "prompt": "Who?"}
        session.add(TriviaQuestion(key="old", options=[], right=0, why="", made_at=MONDAY, **asked))
        subscribe(session, Wanted("C0PRODUCT", "U0ALICE", "spotlight", (2,), "09:30", "UTC"), MONDAY)


def pass_by(bot: Bot, clock: Clock, **time: float) -> None:
    clock.now += timedelta(**time)
    bot.outbox.work()
    clock.now += timedelta(seconds=2)  # a channel gets one post a second
    bot.outbox.work()


def reported_by(slack: Slack, account: str, text: str) -> None:
    """Report something by command, as new whatever is like it."""
    slack.run_command(account, f"/persona insight {text}")
    form = slack.modal(account)
    assert slack.submit(account) is None
    receipt = slack.modal(account, after=form)
    if "Is it one of these?" in receipt.plain:
        assert slack.submit(account) is None
        receipt = slack.modal(account, after=receipt)
    assert "You will be told what becomes of it" in receipt.plain
    slack.close(account)


def send_to_backlog(slack: Slack) -> None:
    """Bob sees a customer's message in #support, and joins what is known of already."""
    said = "A customer wrote: Priya's shop teams cannot take on one more app. Call her: 0161 496 0123"
    ts = slack.say("alice", said, "support")
    message = next(one for one in slack.messages("bob", "support") if one.ts == ts)
    slack.shortcut("bob", "insights.send", message)
    form = slack.modal("bob")
    assert slack.submit("bob") is None
    alike = slack.modal("bob", after=form)
    slack.click(alike, "bob", "Add my voice", "1")
    joined = slack.modal("bob", after=alike)

    assert "a phone number" in form.plain
    assert "0161" not in alike.plain
    assert FIRST in alike.plain
    assert SECOND in alike.plain
    assert "2 people have seen it now" in joined.plain
    slack.close("bob")


def flag(slack: Slack) -> None:
    """Alice sees an answer that is no longer so."""
    answer = slack.mention("alice", ASKED)
    slack.click(answer, "alice", "Flag as outdated")
    form = slack.modal("alice")
    assert slack.submit("alice", text="She has seen it work.", **{"statement:priya": OUTDATED}) is None
    slack.modal("alice", after=form)
    slack.close("alice")


def merged(slack: Slack, item: int, into: int) -> View:
    window = opened(slack, "carol", item)
    slack.click(window, "carol", "Merge into …")
    form = slack.modal("carol", after=window)
    assert slack.submit("carol", number=f"#{into}") is None
    return slack.modal("carol", after=form)


def triage(slack: Slack, store: Store) -> None:
    """Carol merges two, takes it back, merges them again, declines one, snoozes one, accepts two."""
    home = slack.home("carol").plain
    root = clicked(slack, "carol", merged(slack, 2, into=1), "Open")
    clicked(slack, "carol", root, "Undo the merge")
    close_all(slack, "carol")
    apart = states(store)
    merged(slack, 2, into=1)
    close_all(slack, "carol")
    window = opened(slack, "carol", 4)
    slack.click(window, "carol", "Decline …")
    form = slack.modal("carol", after=window)
    assert slack.submit("carol", reason="That was one customer.") is None
    slack.modal("carol", after=form)
    close_all(slack, "carol")
    window = opened(slack, "carol", 5)
    slack.choose(window, "carol", "backlog.snooze", "2026-12-10")
    slack.modal("carol", after=window)
    close_all(slack, "carol")
    clicked(slack, "carol", opened(slack, "carol", 3), "Accept")
    close_all(slack, "carol")

    assert home.index("*#1*") < home.index("*#4*")
    assert "contradicts a" in home
    assert apart == dict.fromkeys(range(1, 6), "new")
    assert states(store) == {1: "new", 2: "duplicate", 3: "accepted", 4: "declined", 5: "snoozed"}


def draft(slack: Slack) -> None:
    """Carol drafts from an item: one reworded, one added with evidence, one retired."""
    item = clicked(slack, "carol", opened(slack, "carol", 1), "Accept")
    window = press(slack, "carol", item, "Draft a change")
    press(slack, "carol", window, "Backlog items")
    window = changed(slack, "carol", window, items=["1", "3"])
    window = choose(slack, "carol", window, "retire", RETIRED)
    choose(slack, "carol", window, "change", OUTDATED)
    window = changed(slack, "carol", window, text=NOW_SAID, verbatim="")
    form = press(slack, "carol", window, "Add a statement")
    field = next(one for one in form.elements if one["block_id"] == "evidence")
    evidence = options_of(field)[0]["value"]
    window = changed(slack, "carol", window, text=ADDED, evidence=[evidence])
    submit(slack, "carol", window, "Two colleagues heard it, and one saw it.")
    close_all(slack, "carol")


def restore(slack: Slack) -> None:
    """Dave brings revision 7 back, and Carol publishes that."""
    slack.run_command("dave", "/persona history Priya")
    history = slack.modal("dave")
    slack.click(history, "dave", "revisions.open", "restore:priya:7")
    window = slack.modal("dave", after=history)
    submit(slack, "dave", window, "Too early: it was one company.")
    press(slack, "carol", review(slack, "carol"), "Publish")
    close_all(slack, "carol")
    close_all(slack, "dave")

    assert "Two colleagues heard it, and one saw it." in history.plain
    assert "Drafted by <@U0CAROL>, published by <@U0DAVE>" in history.plain


def close_all(slack: Slack, account: str) -> None:
    while slack.open_modals(account):
        slack.close(account)
    slack.settle()


def states(store: Store) -> dict[int, str]:
    with store.read() as session:
        return {item.id: item.state for item in session.scalars(select(RefreshItem))}


def revision_of(store: Store) -> int:
    with store.read() as session:
        return session.scalars(select(Persona.revision).where(Persona.slug == "priya")).one()


def latest(slack: Slack, who: str, channel: str = "dm") -> Message:
    return slack.messages(who, channel)[-1]


def test_what_the_frontline_sees_becomes_a_revision_and_comes_back_to_them(
    slack: Slack, bot: Bot, store: Store, clock: Clock
) -> None:
    before = slack.command("alice", f"/persona {ASKED}").everything
    reported_by(slack, "alice", FIRST)
    reported_by(slack, "dave", SECOND)
    send_to_backlog(slack)
    flag(slack)
    reported_by(slack, "dave", "Marco would like the tablet in green")
    reported_by(slack, "alice", "Yuki asked whether invoices could come on paper")
    triage(slack, store)
    draft(slack)
    waiting = review(slack, "dave")
    done = press(slack, "dave", waiting, "Publish")
    close_all(slack, "dave")

    assert "take on one more *app, not one more* screen" in waiting.plain
    assert f">{ADDED}" in waiting.plain
    assert "*− retired*" in waiting.plain
    assert "Priya Raman is at revision 8" in done.plain
    assert states(store) == {1: "published", 2: "duplicate", 3: "published", 4: "declined", 5: "snoozed"}
    assert_all_hear_of_it(slack, bot, clock)
    with store.read() as session:
        assert session.scalars(select(TriviaQuestion.state)).one() == "retired"
    assert NOW_SAID not in before
    assert NOW_SAID in slack.command("alice", f"/persona {ASKED}").everything
    restore(slack)
    assert revision_of(store) == 9
    assert_reviewed_a_quarter_later(slack, bot, clock)
    with store.read() as session:
        assert list_unexplained(session) == []


def assert_all_hear_of_it(slack: Slack, bot: Bot, clock: Clock) -> None:
    pass_by(bot, clock, minutes=16)
    channel = eventually(lambda: [one for one in slack.messages("alice") if "changed" in one.text])[-1]
    alice, bob = latest(slack, "alice").plain, latest(slack, "bob").plain

    assert channel.text.startswith("Priya Raman changed: revision 8.")
    assert f"*New* · {ADDED}" in channel.plain
    assert "From insights of 3 colleagues." in channel.plain
    assert "*You and 2 others made Priya Raman revision 8.*" in alice
    assert "*You and 2 others made Priya Raman revision 8.*" in bob
    assert f"*Reworded* · {NOW_SAID}" in bob
    assert "That was one customer." in notice(slack, "dave", "decided against").plain
    pass_by(bot, clock, days=2)
    assert latest(slack, "bob").plain == bob


def assert_reviewed_a_quarter_later(slack: Slack, bot: Bot, clock: Clock) -> None:
    pass_by(bot, clock, days=61)  # a Monday again
    pass_by(bot, clock, minutes=600)  # where Carol is it is day now
    asked = notice(slack, "carol", "Due for review: Priya Raman")
    verified = slack.click_for_reply(asked, "carol", "Still true", channel="dm")
    pass_by(bot, clock, days=31)
    agenda = slack.command("carol", "/persona agenda")

    assert not [one for one in slack.messages("dave", "dm") if "Due for review: Priya" in one.text]
    assert "*Priya Raman* is verified: revision 9 still holds." in verified.text
    assert "*The council’s agenda* · Q1 2027" in agenda.plain
    assert "*Due for review*" in agenda.plain
