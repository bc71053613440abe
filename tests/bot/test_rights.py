"""Who may enter by which door: the whole table of rights, sent for real (S3)."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bench.slack_gate import SlackGate
from bot.manifest import build_manifest
from bot.people import PERSON_KEPT
from bot.rights import RIGHTS, Role, may
from bot.run import running_bot
from bot.sandbox import SandboxServer
from bot.sandbox.start import sandbox_settings
from bot.sandbox.world import Json
from persona_store.database import Store, open_store
from persona_store.inbox import LEASE
from persona_store.models import Delivery, Evidence, InboxRequest, Persona, Statement
from persona_store.posts.subscriptions import Wanted, subscribe
from tests.bot.conftest import NOON
from tests.bot.front_door import FrontDoor, kind_of
from tests.bot.patience import Clock, eventually
from tests.bot.slack_driver import Slack

QUESTION = "what would Priya need when she first logs in?"
OUTSIDER, SHARED = "for employees of this company only", "People from another company can read this channel"
NOT_ALLOWED = "that is not for your role"
PEOPLE = {
    "external": ("U0EVE", "D0EVE"),
    "guest": ("U0GINA", "C0WELCOME"),
    "employee": ("U0ALICE", "C0PRODUCT"),
    "ambassador": ("U0BOB", "C0PRODUCT"),
    "council": ("U0CAROL", "C0PRODUCT"),
}
OUTSIDERS = ("external", "guest")

Make = Callable[[FrontDoor, str, str], Json]


def click(action_id: str, value: str) -> Make:
    return lambda door, user, channel: door.click(user, action_id, value, channel)


def chosen(action_id: str, value: str) -> Make:
    """Choose behind three dots."""

    def make(door: FrontDoor, user: str, channel: str) -> Json:
        made = door.click(user, action_id, "", channel)
        made["actions"][0] |= {"type": "overflow", "selected_option": {"value": value}}
        return made

    return make


def command(text: str) -> Make:
    return lambda door, user, channel: door.command(user, text, channel)


def opened(tab: str) -> Make:
    return lambda door, user, _: door.event(
        {"type": "app_home_opened", "user": user, "channel": f"D0{user[2:]}", "tab": tab, "event_ts": "1.2"}
    )


def direct_message(door: FrontDoor, user: str, _channel: str) -> Json:
    return door.event(door.message(user, QUESTION, f"D0{user[2:]}"))


def form(callback_id: str, block_id: str, text: str, metadata: str = "1") -> Make:
    return lambda door, user, _: door.form(user, callback_id, block_id, text, metadata=metadata)


def subscription_form(door: FrontDoor, user: str, channel: str) -> Json:
    """What a person sends who subscribes a channel to spotlights on Mondays."""
    about = {"channel_id": channel, "subscription_id": None, "was": "", "is_from_home": False}
    sent = door.form(user, "subscriptions.save", "x", "", metadata=json.dumps(about))
    chosen = {"programme": "spotlight", "zone": "Europe/Madrid", "lens": "-"}
    values: Json = {name: {"chosen": {"selected_option": {"value": value}}} for name, value in chosen.items()}
    values["weekdays"] = {"chosen": {"selected_options": [{"value": "0"}]}}
    values["local_time"] = {"chosen": {"selected_time": "09:30"}}
    sent["view"]["state"]["values"] = values
    return sent


def on_message(callback_id: str) -> Make:
    """Use a shortcut of a message."""

    def make(door: FrontDoor, user: str, channel: str) -> Json:
        made = door.shortcut(user, callback_id)
        message = {"type": "message", "user": "U0BOB", "ts": "1.2", "text": "Call me on 0161 496 0123"}
        return made | {"type": "message_action", "channel": {"id": channel}, "message": message}

    return make


REQUESTS: dict[str, list[Make]] = {
    "event:app_mention": [lambda door, user, channel: door.mention(user, QUESTION, channel)],
    "event:message": [direct_message],
    "event:app_home_opened": [opened("home"), opened("messages")],
    "command:ask": [command(QUESTION)],
    "command:list": [command("list")],
    "command:card": [command("card Priya")],
    "command:compare": [command("compare Priya and Marco")],
    "command:journey": [command("journey Priya")],
    "command:lens": [command("lens"), command("lens product here")],
    "command:help": [command("help")],
    "command:mistyped": [command("jurney Priya")],
    "command:subscribe": [command("subscribe")],
    "command:subscriptions": [command("subscriptions")],
    "command:unsubscribe": [command("unsubscribe")],
    "shortcut:answers.open_question": [lambda door, user, _: door.shortcut(user, "answers.open_question")],
    "action:answers.open_question": [
        lambda door, user, _: door.click(user, "answers.open_question", "x", None)
    ],
    "action:answers.rate": [click("answers.rate", "helpful:1"), click("answers.rate", "not_helpful:1")],
    "action:answers.share": [click("answers.share", "1")],
    "action:answers.show_sources": [click("answers.show_sources", "priya.worst-shop-first")],
    "action:answers.explain": [click("answers.explain", "1")],
    "action:answers.ask_council": [click("answers.ask_council", "1")],
    "action:answers.choose_persona": [click("answers.choose_persona", "1 priya")],
    "action:council.show_asked": [click("council.show_asked", "x")],
    "action:stories.open_form": [click("stories.open_form", "1"), click("stories.open_form", "")],
    "action:stories.review": [click("stories.review", "1")],
    "action:stories.show": [click("stories.show", "1")],
    "action:stories.withdraw": [click("stories.withdraw", "1")],
    "action:spotlights.answer": [
        click("spotlights.answer", "1:0"),
        click("spotlights.answer", "preview:0"),
    ],
    "command:stories": [command("stories"), command("stories Priya")],
    "command:story": [command("story")],
    "shortcut:stories.open_form": [lambda door, user, _: door.shortcut(user, "stories.open_form")],
    "view:stories.draft": [form("stories.draft", "title", "The van")],
    "view:stories.review": [form("stories.review", "title", "The van")],
    "command:trivia": [
        command("trivia"),
        command("trivia boards"),
        command("trivia start 1 1"),
        command("trivia start"),
    ],
    "action:trivia.answer": [click("trivia.answer", "1:0:0"), click("trivia.answer", "preview:0:0")],
    "action:trivia.more": [chosen("trivia.more", "mine:1")],
    "action:trivia.open_form": [click("trivia.open_form", "")],
    "action:trivia.open_flag": [click("trivia.open_flag", "1")],
    "action:trivia.boards": [click("trivia.boards", "")],
    "action:trivia.change_boards": [click("trivia.change_boards", "leave")],
    "action:trivia.show_result": [click("trivia.show_result", "1")],
    "view:trivia.start": [
        lambda door, user, channel: door.form(user, "trivia.start", "count", "", metadata=channel)
    ],
    "view:trivia.flag": [form("trivia.flag", "reason", "Two are right.")],
    "command:learn": [command("learn")],
    "command:agenda": [command("agenda")],
    "action:loop.change_news": [click("loop.change_news", "stop"), click("loop.change_news", "start")],
    "action:reviews.verify": [click("reviews.verify", "tobias 2026-04-02")],
    "action:reviews.show_agenda": [click("reviews.show_agenda", "")],
    "action:learning.play": [click("learning.play", "")],
    "action:learning.answer": [click("learning.answer", "q1:0:0"), click("learning.answer", "d1:0:0")],
    "action:learning.next": [click("learning.next", "here")],
    "action:learning.stop": [click("learning.stop", "")],
    "action:learning.daily": [click("learning.daily", "offer"), click("learning.daily", "start 09:00")],
    "action:learning.course": [click("learning.course", "start")],
    "action:council.show_literacy": [click("council.show_literacy", "")],
    "action:council.show_flagged": [click("council.show_flagged", "")],
    "action:council.settle_question": [click("council.settle_question", "keep:1")],
    "action:council.write_question": [click("council.write_question", "")],
    "view:council.check_question": [form("council.check_question", "prompt", "Who?")],
    "view:council.keep_question": [form("council.keep_question", "x", "x")],
    "view:trivia.cancel": [form("trivia.cancel", "reason", "x")],
    "command:backlog": [command("backlog")],
    "action:backlog.show": [click("backlog.show", "")],
    "action:backlog.open": [click("backlog.open", "1")],
    "action:backlog.filter": [click("backlog.filter", "mine:no"), click("backlog.filter", "state:nonsense")],
    "action:backlog.turn": [click("backlog.turn", "1"), click("backlog.turn", "x")],
    "action:backlog.pass_on": [click("backlog.pass_on", "")],
    "action:backlog.move": [
        click("backlog.move", "accept 1 new-0"),
        click("backlog.move", "decline 1 new-0"),
    ],
    "action:backlog.assign": [click("backlog.assign", "-")],
    "action:backlog.snooze": [click("backlog.snooze", "")],
    "view:backlog.decline": [form("backlog.decline", "reason", "We know that.")],
    "view:backlog.merge": [form("backlog.merge", "number", "2")],
    "command:roles": [command("roles")],
    "action:roles.open_form": [click("roles.open_form", "")],
    "action:roles.change": [chosen("roles.change", "take:U0NOBODY"), chosen("roles.change", "edit:U0BOB")],
    "view:roles.give": [form("roles.give", "department", "Support")],
    "command:history": [command("history Priya"), command("history")],
    "command:evidence": [command("evidence"), command("evidence survey")],
    "command:charter": [command("charter")],
    "command:draft": [command("draft"), command("draft Priya"), command("draft NEW Leo")],
    "action:revisions.history": [click("revisions.history", "priya")],
    "action:revisions.show": [
        click("revisions.show", "changes:priya:1"),
        click("revisions.show", "view:priya:1"),
        click("revisions.show", "statements:priya:0"),
    ],
    "action:revisions.register": [click("revisions.register", "")],
    "action:revisions.charter": [click("revisions.charter", "")],
    "action:revisions.open": [click("revisions.open", "persona:priya"), click("revisions.open", "draft:1")],
    "action:revisions.form": [click("revisions.form", "new"), click("revisions.form", "facts")],
    "action:revisions.statement": [chosen("revisions.statement", "retire:priya.peer-call")],
    "action:revisions.step": [chosen("revisions.step", "remove:trial")],
    "action:revisions.page": [click("revisions.page", "1")],
    "action:revisions.difference": [click("revisions.difference", "")],
    "action:revisions.decide": [click("revisions.decide", "publish")],
    "action:revisions.close_line": [click("revisions.close_line", "1")],
    "view:revisions.statement": [form("revisions.statement", "text", "Wants it.")],
    "view:revisions.facts": [form("revisions.facts", "name", "Priya")],
    "view:revisions.background": [form("revisions.background", "voice", "Dry.")],
    "view:revisions.step": [form("revisions.step", "doing", "Asks.")],
    "view:revisions.new": [form("revisions.new", "name", "Leo Hart")],
    "view:revisions.evidence": [form("revisions.evidence", "title", "Interviews")],
    "view:revisions.items": [form("revisions.items", "items", "1")],
    "view:revisions.objective": [form("revisions.objective", "text", "Know the nights.")],
    "view:revisions.submit": [form("revisions.submit", "why", "Heard it.")],
    "view:revisions.return": [form("revisions.return", "note", "Why?")],
    "view:revisions.rebase": [form("revisions.rebase", "conflict0", "ours")],
    "action:personas.show_card": [click("personas.show_card", "priya")],
    "action:personas.show_journey": [click("personas.show_journey", "priya")],
    "action:subscriptions.open": [click("subscriptions.open", "1"), click("subscriptions.open", "")],
    "action:subscriptions.preview": [click("subscriptions.preview", "1")],
    "action:subscriptions.choose_programme": [click("subscriptions.choose_programme", "")],
    "action:subscriptions.pause": [click("subscriptions.pause", "1")],
    "action:subscriptions.resume": [click("subscriptions.resume", "1")],
    "action:subscriptions.skip": [click("subscriptions.skip", "1 2026-11-23T09:30 skip")],
    "action:subscriptions.unsubscribe": [click("subscriptions.unsubscribe", "2")],
    "view:subscriptions.save": [subscription_form],
    "command:insight": [command("insight"), command("insight She prints it again.")],
    "command:insights": [command("insights")],
    "shortcut:insights.open": [lambda door, user, _: door.shortcut(user, "insights.open")],
    "shortcut:insights.send": [on_message("insights.send")],
    "action:insights.open": [click("insights.open", "")],
    "action:insights.flag": [click("insights.flag", "priya.worst-shop-first")],
    "action:insights.choose_persona": [click("insights.choose_persona", "")],
    "action:insights.join": [click("insights.join", "1")],
    "action:insights.show": [click("insights.show", "1")],
    "action:insights.follow": [click("insights.follow", "follow 1")],
    "action:insights.withdraw": [click("insights.withdraw", "1")],
    "action:insights.endorse": [click("insights.endorse", "1")],
    "view:insights.submit": [form("insights.submit", "text", "She prints it again.", metadata="{}")],
    "view:insights.file": [form("insights.file", "text", "She prints it again.", metadata="{}")],
    "view:answers.ask": [form("answers.ask", "question", QUESTION)],
    "view:answers.missing": [form("answers.missing", "missing", "the price")],
}


class House:
    """One bot for all of these tests; each looks at what came since it began."""

    def __init__(self, door: FrontDoor, sandbox: SandboxServer, store: Store, clock: Clock) -> None:
        self.door, self.sandbox, self.store, self.clock = door, sandbox, store, clock
        with store.read() as session:
            self.secrets = {
                *session.scalars(session.query(Statement.text).statement),
                *session.scalars(session.query(Persona.name).statement),
                *session.scalars(session.query(Evidence.title).statement),
                *(text for text in session.scalars(session.query(Persona.quote).statement) if text),
            }

    def send(self, body: Json) -> str:
        """Send and wait until it is worked on; give what the acknowledgement said."""
        self.clock.pass_by(2)  # a channel gets one post a second
        status, answer = self.door.send(kind_of(body), body)
        assert status == "200"
        eventually(self._is_done)
        return answer

    def _is_done(self) -> bool:
        with self.store.read() as session:
            open_requests = session.query(InboxRequest).filter(InboxRequest.done_at.is_(None)).count()
            is_due = (Delivery.not_before <= self.clock.now) | (Delivery.state == "sending")
            to_be_posted = session.query(Delivery).filter(is_due).count()
        return open_requests + to_be_posted == 0

    def seen(self, user_id: str, since: str = "") -> str:
        """Everything the bot showed this person (since that ts): messages, windows, Home."""
        state = self.sandbox.state(user_id)
        said = [one for channel in state["messages"].values() for one in channel if one["bot"]]
        said = [one for one in said if one["ts"] > since]
        return json.dumps([said, state["modal"], state["home"]], ensure_ascii=False)

    def leaked(self, text: str) -> list[str]:
        return [secret for secret in self.secrets if json.dumps(secret, ensure_ascii=False)[1:-1] in text]


@contextmanager
def open_house(company: Path, file: Path, sandbox: SandboxServer, api_url: str) -> Iterator[House]:
    shutil.copyfile(company, file)
    clock = Clock(NOON)
    settings = replace(sandbox_settings(sandbox.url, f"sqlite:///{file}"), slack_api_url=api_url)
    store = open_store(settings.database_url, migrate=False)
    with running_bot(settings, clock) as bot:
        house = House(FrontDoor(bot, sandbox), sandbox, store, clock)
        house.send(house.door.command("U0ALICE", QUESTION))  # question 1
        with store.begin() as session:
            for day in (0, 1):  # subscriptions 1 and 2
                wanted = Wanted("C0PRODUCT", "U0ALICE", "spotlight", (day,), "09:30", "Europe/Madrid")
                subscribe(session, wanted, NOON)
        yield house
    store.close()


@pytest.fixture(scope="module")
def house(example_company: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    file = tmp_path_factory.mktemp("rights") / "bot.db"
    with (
        SandboxServer(build_manifest()) as sandbox,
        open_house(example_company, file, sandbox, sandbox.api_url) as house,
    ):
        yield house


def test_every_entry_of_the_table_is_sent_here() -> None:
    assert REQUESTS.keys() == RIGHTS.keys()


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("entry", RIGHTS)
def test_each_entry_lets_in_whom_the_table_names_and_tells_others_politely(
    house: House, entry: str, who: str
) -> None:
    user_id, channel_id = PEOPLE[who]
    no = OUTSIDER if who in OUTSIDERS else NOT_ALLOWED
    for make in REQUESTS[entry]:
        refused_before, window = house.seen(user_id).count(no), house.sandbox.state(user_id)["modal"]
        refusals, posts = len(house.sandbox.refusals), len(house.sandbox.posts)
        answer = house.send(make(house.door, user_id, channel_id))
        seen = house.seen(user_id) + answer
        told = seen.count(no) > refused_before or (no in answer)

        if may(Role(who), entry):
            assert not told
        else:
            assert told or (entry == "event:app_home_opened" and no in seen)
            assert who not in OUTSIDERS or house.leaked(seen) == []
            assert house.sandbox.state(user_id)["modal"] == window
            assert not any(house.leaked(post.text) for post in house.sandbox.posts[posts:])
        assert [call.reason for call in house.sandbox.refusals[refusals:]] == []


def test_the_persons_role_decides_not_the_table_alone() -> None:
    entered = {who: all(may(Role(who), entry) for entry in RIGHTS) for who in PEOPLE}

    assert [who for who, enters in entered.items() if not enters] == [*OUTSIDERS, "employee", "ambassador"]


@pytest.mark.parametrize("role", list(Role))
def test_what_is_not_in_the_table_is_refused_to_everyone(role: Role) -> None:
    assert not may(role, "command:erase")


def test_a_listener_that_is_not_in_the_table_is_never_reached(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(RIGHTS, "command:card")
    before = house.seen("U0CAROL")
    answer = house.send(house.door.command("U0CAROL", "card Priya"))

    assert answer == ""
    assert house.seen("U0CAROL") == before


# Channels that another company reads


HAS_A_CHANNEL = [
    entry
    for entry in RIGHTS
    if not entry.startswith(("view:", "shortcut:"))
    and entry not in ("event:app_home_opened", "event:message", "action:answers.open_question")
]


@pytest.mark.parametrize("entry", HAS_A_CHANNEL)
def test_in_a_channel_that_another_company_reads_every_entry_is_refused(house: House, entry: str) -> None:
    for make in REQUESTS[entry]:
        before, posts = house.seen("U0CAROL").count(SHARED), len(house.sandbox.posts)
        house.send(make(house.door, "U0CAROL", "C0ACMEPARTNERS"))

        assert house.seen("U0CAROL").count(SHARED) == before + 1
        assert len(house.sandbox.posts) == posts
        assert house.leaked(house.seen("U0EVE")) == []


def test_a_follow_up_in_a_channel_that_has_come_to_be_shared_gets_no_word(house: House) -> None:
    asked = house.door.mention("U0BOB", QUESTION, "C0SUPPORT")
    house.send(asked)
    house.sandbox.change_channel("C0SUPPORT", is_ext_shared=True)
    thread = asked["event"]["ts"]
    posts = len(house.sandbox.posts)
    follow_up = house.door.message("U0BOB", "and when she renews?", "C0SUPPORT", thread)
    house.send(house.door.event(follow_up, is_ext_shared=True))
    house.sandbox.change_channel("C0SUPPORT", is_ext_shared=False)

    assert len(house.sandbox.posts) == posts


@pytest.mark.parametrize("action", ["answers.share", "answers.choose_persona"])
def test_what_would_be_posted_into_a_channel_that_has_just_been_shared_is_not(
    house: House, action: str
) -> None:
    house.send(house.door.command("U0BOB", QUESTION, "C0MARKETING"))
    posts = len(house.sandbox.posts)
    house.sandbox.change_channel("C0MARKETING", is_ext_shared=True)
    house.send(house.door.click("U0BOB", action, "1 priya" if "choose" in action else "1", "C0MARKETING"))
    house.sandbox.change_channel("C0MARKETING", is_ext_shared=False)
    house.clock.pass_by(PERSON_KEPT.total_seconds())

    assert len(house.sandbox.posts) == posts
    assert SHARED in house.seen("U0BOB")


def test_an_answer_that_is_tried_again_looks_anew_at_who_can_read_it(house: House) -> None:
    house.send(house.door.command("U0BOB", "list", "C0STORIES"))
    posts = len(house.sandbox.posts)
    house.sandbox.set_faults(rate_limit={"times": 1, "retry_after": 1, "methods": ["chat.postMessage"]})
    asked = house.door.mention("U0BOB", QUESTION, "C0STORIES")
    house.door.send("events_api", asked)
    eventually(lambda: waits(house))
    house.sandbox.change_channel("C0STORIES", is_ext_shared=True)
    house.clock.pass_by(10)
    house.door.bot.inbox.take_up_left()
    eventually(house._is_done)
    house.sandbox.change_channel("C0STORIES", is_ext_shared=False)

    assert len(house.sandbox.posts) == posts


def waits(house: House) -> bool:
    with house.store.read() as session:
        waiting = session.query(InboxRequest).filter(InboxRequest.done_at.is_(None)).one()
        return waiting.not_before is not None and waiting.not_before < house.clock.now + LEASE


# People that Slack says odd things about


class Told(SlackGate):
    """A Slack that says of everybody what a test wants it to say."""

    user: Json | None = None
    error: str | None = None

    def ask(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        status, answered, answer = super().ask(path, body, headers)
        if path.endswith("users.info"):
            said = json.loads(answer)
            said["user"] |= self.user or {}
            said = {"ok": False, "error": self.error} if self.error else said
            answer = json.dumps(said).encode()
        return status, answered, answer


@pytest.fixture(scope="module")
def told(
    house: House, example_company: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Told, House]]:
    """Another bot, whose Slack can be told what to say."""
    file = tmp_path_factory.mktemp("told") / "bot.db"
    with (
        Told(house.sandbox.api_url) as gate,
        open_house(example_company, file, house.sandbox, gate.api_url) as other,
    ):
        yield gate, other


@pytest.mark.parametrize(
    "said",
    [
        {"deleted": True},
        {"is_bot": True},
        {"is_stranger": True},
        {"team_id": "T0ELSEWHERE"},
        {"team_id": None},
        {"team_id": None, "enterprise_user": {"enterprise_id": None}},
        {"team_id": "T0ELSEWHERE", "enterprise_user": {"enterprise_id": "E0ELSEWHERE"}},
        {"is_restricted": True},
        {"is_ultra_restricted": True},
    ],
    ids=str,
)
def test_whoever_is_not_known_as_an_employee_gets_nothing(told: tuple[Told, House], said: Json) -> None:
    gate, house = told
    gate.user, gate.error = said, None
    house.clock.pass_by(PERSON_KEPT.total_seconds())
    before, posts = Slack(house.sandbox).now(), len(house.sandbox.posts)
    house.send(house.door.command("U0DAVE", QUESTION, "C0GENERAL"))

    assert house.seen("U0DAVE", before).count(OUTSIDER) == 1
    assert house.leaked(house.seen("U0DAVE", before)) == []
    assert len(house.sandbox.posts) == posts


@pytest.mark.parametrize("error", ["user_not_found", "user_not_visible", "missing_scope", "account_inactive"])
def test_where_slack_does_not_say_who_someone_is_they_get_nothing(
    told: tuple[Told, House], error: str
) -> None:
    gate, house = told
    gate.error = error
    house.clock.pass_by(PERSON_KEPT.total_seconds())
    before = Slack(house.sandbox).now()
    house.send(house.door.command("U0DAVE", QUESTION, "C0GENERAL"))

    assert '"ephemeral": true' in house.seen("U0DAVE", before)
    assert house.leaked(house.seen("U0DAVE", before)) == []


# As people do it, on the page


@pytest.mark.parametrize(("account", "channel"), [("gina", "welcome-guests"), ("eve", "acme-partners")])
def test_outsiders_are_refused_wherever_the_page_lets_them_ask(
    slack: Slack, account: str, channel: str
) -> None:
    answers = [
        slack.mention(account, QUESTION, channel).text,
        slack.command(account, f"/persona {QUESTION}", channel).text,
        slack.command(account, "/persona list", "dm").text,
        slack.direct_message(account, QUESTION).text,
        slack.home(account).plain,
    ]

    assert all(OUTSIDER in answer for answer in answers), answers


def test_an_outsider_who_clicks_what_an_employee_got_is_refused(slack: Slack) -> None:
    answer = slack.mention("alice", QUESTION, "welcome-guests")
    refusal = slack.click_for_reply(answer, "gina", "personas.show_card")

    assert OUTSIDER in refusal.text
    assert refusal.ephemeral
    assert slack.open_modals("gina") == 0
