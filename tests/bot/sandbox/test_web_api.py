"""The Web API: who may call what, how, and what each call does."""

import json
from typing import Any
from urllib.request import Request, urlopen

import pytest
from slack_sdk import WebClient, WebhookClient
from slack_sdk.errors import SlackApiError

from bot.sandbox import SandboxServer
from bot.sandbox.errors import ManifestError
from tests.bot.sandbox.conftest import FAST, SCOPES, Clock, new_client, new_manifest

Json = dict[str, Any]
VIEW: Json = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "A form"},
    "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "x"}}],
}
HOME: Json = {"type": "home", "blocks": VIEW["blocks"]}


def refusal_of(client: WebClient, method: str, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        client.api_call(method, json=arguments)
    return str(refused.value.response["error"])


def trigger(sandbox: SandboxServer, user: str = "U0ALICE") -> str:
    from bot.sandbox.interactions import new_trigger  # noqa: PLC0415

    return sandbox.look(lambda box: new_trigger(box, user))


def test_a_call_needs_the_right_token(sandbox: SandboxServer) -> None:
    assert refusal_of(new_client(sandbox, ""), "auth.test") == "not_authed"
    assert refusal_of(new_client(sandbox, "xoxb-other"), "auth.test") == "invalid_auth"
    assert refusal_of(new_client(sandbox, "xapp-sandbox"), "auth.test") == "not_allowed_token_type"
    assert refusal_of(new_client(sandbox), "apps.connections.open") == "not_allowed_token_type"


def test_the_bot_learns_who_it_is(client: WebClient) -> None:
    said = client.auth_test()

    assert (said["team_id"], said["user_id"], said["bot_id"]) == ("T0SANDBOX", "U0PERSONA", "B0PERSONA")
    assert client.bots_info(bot=said["bot_id"])["bot"]["app_id"] == "A0PERSONA"


@pytest.mark.parametrize(
    ("scope", "method", "arguments"),
    [
        ("chat:write", "chat.postMessage", {"channel": "C0PRODUCT", "text": "x"}),
        ("channels:read", "conversations.info", {"channel": "C0PRODUCT"}),
        ("channels:history", "conversations.history", {"channel": "C0PRODUCT"}),
        ("im:history", "conversations.history", {"channel": "D0ALICE"}),
        ("im:read", "conversations.info", {"channel": "D0ALICE"}),
        ("im:write", "conversations.open", {"users": "U0ALICE"}),
        ("users:read", "users.info", {"user": "U0ALICE"}),
        ("usergroups:read", "usergroups.users.list", {"usergroup": "S0COUNCIL"}),
        ("reactions:write", "reactions.add", {"channel": "C0PRODUCT", "name": "tada", "timestamp": "1.2"}),
    ],
)
def test_a_call_needs_its_scope(scope: str, method: str, arguments: Json) -> None:
    manifest = new_manifest(scopes=[one for one in SCOPES if one != scope], events=[])

    with SandboxServer(manifest, delays=FAST) as server, pytest.raises(SlackApiError) as refused:
        new_client(server).api_call(method, json=arguments)

    assert refused.value.response["error"] == "missing_scope"
    assert refused.value.response["needed"] == scope
    assert scope not in refused.value.response["provided"]


def test_a_manifest_needs_the_scopes_of_its_events() -> None:
    with pytest.raises(ManifestError, match="app_mentions:read"):
        SandboxServer(new_manifest(scopes=["commands", "assistant:write"], events=["app_mention"]))


@pytest.mark.parametrize(
    ("error", "method", "arguments"),
    [
        ("unknown_method", "chat.shout", {}),
        ("invalid_arguments", "chat.postMessage", {"channel": "C0PRODUCT", "text": "x", "texts": "y"}),
        ("invalid_arguments", "chat.postMessage", {"text": "x"}),
        ("invalid_arguments", "chat.postMessage", {"channel": "C0PRODUCT", "text": "x", "mrkdwn": "maybe"}),
        ("invalid_arguments", "chat.postMessage", {"channel": "C0PRODUCT", "text": "an <unescaped> tag"}),
        ("invalid_blocks_format", "chat.postMessage", {"channel": "C0PRODUCT", "blocks": "[{"}),
        ("no_text", "chat.postMessage", {"channel": "C0PRODUCT"}),
        ("no_text", "chat.postMessage", {"channel": "C0PRODUCT", "text": "", "blocks": []}),
        ("msg_too_long", "chat.postMessage", {"channel": "C0PRODUCT", "text": "x" * 4001}),
        ("channel_not_found", "chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}),
        ("not_in_channel", "chat.postMessage", {"channel": "C0GENERAL", "text": "x"}),
        ("thread_not_found", "chat.postMessage", {"channel": "C0PRODUCT", "text": "x", "thread_ts": "1.2"}),
        ("invalid_metadata_format", "chat.postMessage", {"channel": "C0PRODUCT", "text": "x", "metadata": {"a": 1}}),
        ("user_not_found", "chat.postEphemeral", {"channel": "C0PRODUCT", "user": "U0NOBODY", "text": "x"}),
        ("user_not_in_channel", "chat.postEphemeral", {"channel": "C0PRODUCT", "user": "U0GINA", "text": "x"}),
        ("message_not_found", "chat.update", {"channel": "C0PRODUCT", "ts": "1.2", "text": "x"}),
        ("message_not_found", "chat.delete", {"channel": "C0PRODUCT", "ts": "1.2"}),
        ("message_not_found", "chat.getPermalink", {"channel": "C0PRODUCT", "message_ts": "1.2"}),
        ("not_in_channel", "conversations.history", {"channel": "C0GENERAL"}),
        ("thread_not_found", "conversations.replies", {"channel": "C0PRODUCT", "ts": "1.2"}),
        ("invalid_cursor", "users.list", {"cursor": "x"}),
        ("invalid_limit", "users.list", {"limit": 0}),
        ("user_not_found", "users.info", {"user": "U0NOBODY"}),
        ("user_not_found", "views.publish", {"user_id": "U0NOBODY", "view": HOME}),
        ("invalid_trigger_id", "views.open", {"trigger_id": "1.2.3", "view": VIEW}),
        ("not_found", "views.update", {"view_id": "V0", "view": VIEW}),
        ("no_such_subteam", "usergroups.users.list", {"usergroup": "S0NONE"}),
        ("invalid_arguments", "assistant.threads.setSuggestedPrompts", {"channel_id": "D0ALICE", "prompts": []}),
        ("invalid_arguments", "agents.sessions.setStatus", {"channel_id": "D0ALICE", "status": "busy"}),
    ],
)  # fmt: skip
def test_a_wrong_call_is_refused_in_slacks_words(
    error: str, method: str, arguments: Json, sandbox: SandboxServer, client: WebClient
) -> None:
    assert refusal_of(client, method, **arguments) == error
    assert [call.error for call in sandbox.refusals] == [error]
    assert sandbox.posts == []


@pytest.mark.parametrize("encoding", ["json", "params", "data"])
def test_every_encoding_of_the_sdk_is_read(encoding: str, client: WebClient) -> None:
    blocks: Any = VIEW["blocks"] if encoding == "json" else json.dumps(VIEW["blocks"])
    arguments = {"channel": "C0PRODUCT", "text": "héllo", "blocks": blocks, "unfurl_links": False}

    posted = client.api_call("chat.postMessage", **{encoding: arguments})  # type: ignore[arg-type]

    assert posted["message"]["text"] == "héllo"
    assert posted["message"]["blocks"][0]["text"]["text"] == "x"


def test_a_call_by_get_is_read(sandbox: SandboxServer) -> None:
    request = Request(
        f"{sandbox.api_url}users.info?user=U0BOB", headers={"Authorization": "Bearer xoxb-sandbox"}
    )
    with urlopen(request) as answer:
        said = json.load(answer)

    assert said["user"]["name"] == "bob"
    assert said["user"]["tz"] == "Europe/London"


def test_metadata_can_be_read_back_from_the_history(client: WebClient) -> None:
    metadata = {"event_type": "delivery", "event_payload": {"key": "d-1"}}
    posted = client.chat_postMessage(channel="C0PRODUCT", text="x", metadata=metadata)
    reply = client.chat_postMessage(channel="C0PRODUCT", text="y", thread_ts=posted["ts"], metadata=metadata)

    with_it = client.conversations_history(channel="C0PRODUCT", include_all_metadata=True, limit=1)[
        "messages"
    ]
    without = client.conversations_history(channel="C0PRODUCT", limit=1)["messages"]
    thread = client.conversations_replies(channel="C0PRODUCT", ts=posted["ts"], include_all_metadata=True)[
        "messages"
    ]

    assert [one["metadata"] for one in with_it] == [metadata]
    assert "metadata" not in without[0]
    assert [one["ts"] for one in thread] == [posted["ts"], reply["ts"]]
    assert thread[0]["reply_count"] == 1
    assert thread[1]["metadata"] == metadata


def test_the_history_is_read_in_pages_newest_first(client: WebClient) -> None:
    sent = [client.chat_postMessage(channel="C0WELCOME", text=str(n))["ts"] for n in range(5)]

    pages = [
        page["messages"]
        for page in client.conversations_history(channel="C0WELCOME", oldest=sent[0], limit=3)
    ]

    assert [[one["ts"] for one in page] for page in pages] == [[sent[4], sent[3], sent[2]], [sent[1]]]


def test_a_message_is_changed_and_deleted_by_the_bot_alone(sandbox: SandboxServer, client: WebClient) -> None:
    posted = client.chat_postMessage(channel="C0PRODUCT", text="before", blocks=VIEW["blocks"])
    said = sandbox.act(as_="U0ALICE", do="message", channel="C0PRODUCT", text="mine")["ts"]

    changed = client.chat_update(channel="C0PRODUCT", ts=posted["ts"], text="after")

    assert changed["message"]["text"] == "after"
    assert changed["message"]["blocks"] == posted["message"]["blocks"]
    assert changed["message"]["edited"]["user"] == "U0PERSONA"
    assert refusal_of(client, "chat.update", channel="C0PRODUCT", ts=said, text="x") == "cant_update_message"
    assert refusal_of(client, "chat.delete", channel="C0PRODUCT", ts=said) == "cant_delete_message"
    client.chat_delete(channel="C0PRODUCT", ts=posted["ts"])
    assert refusal_of(client, "chat.delete", channel="C0PRODUCT", ts=posted["ts"]) == "message_not_found"


def test_a_person_can_be_written_to(client: WebClient) -> None:
    opened = client.conversations_open(users="U0BOB")["channel"]["id"]

    assert client.chat_postMessage(channel="U0BOB", text="x")["channel"] == opened == "D0BOB"


def test_an_archived_channel_takes_nothing(sandbox: SandboxServer, client: WebClient) -> None:
    sandbox.change_channel("C0PRODUCT", is_archived=True)

    assert refusal_of(client, "chat.postMessage", channel="C0PRODUCT", text="x") == "is_archived"


def test_members_users_and_groups_are_told(client: WebClient) -> None:
    assert client.conversations_members(channel="C0ACMEPARTNERS")["members"] == [
        "U0ALICE", "U0CAROL", "U0EVE", "U0PERSONA",
    ]  # fmt: skip
    users = {one["id"]: one for one in client.users_list()["members"]}
    assert users["U0GINA"]["is_restricted"] is True
    assert users["USLACKBOT"]["is_bot"] is False
    assert client.usergroups_users_list(usergroup="S0COUNCIL")["users"] == ["U0CAROL", "U0DAVE"]
    joined = {one["id"] for one in client.users_conversations()["channels"]}
    assert "C0PRODUCT" in joined
    assert "C0GENERAL" not in joined


def test_a_trigger_opens_one_form(sandbox: SandboxServer, client: WebClient) -> None:
    trigger_id = trigger(sandbox)

    opened = client.views_open(trigger_id=trigger_id, view=VIEW)["view"]

    assert refusal_of(client, "views.open", trigger_id=trigger_id, view=VIEW) == "exchanged_trigger_id"
    assert opened["root_view_id"] == opened["id"]
    assert sandbox.state("U0ALICE")["modal"]["id"] == opened["id"]
    assert sandbox.state("U0BOB")["modal"] is None


def test_a_trigger_is_good_for_three_seconds(sandbox: SandboxServer, client: WebClient, clock: Clock) -> None:
    early, late = trigger(sandbox), trigger(sandbox)

    clock.now += 2.9
    assert client.views_open(trigger_id=early, view=VIEW)["ok"]
    clock.now += 0.2
    assert refusal_of(client, "views.open", trigger_id=late, view=VIEW) == "expired_trigger_id"


def test_at_most_three_forms_lie_on_each_other(sandbox: SandboxServer, client: WebClient) -> None:
    assert refusal_of(client, "views.push", trigger_id=trigger(sandbox), view=VIEW) == "not_found"
    client.views_open(trigger_id=trigger(sandbox), view=VIEW)
    pushed = [client.views_push(trigger_id=trigger(sandbox), view=VIEW)["view"] for _ in range(2)]

    assert pushed[1]["previous_view_id"] == pushed[0]["id"]
    assert refusal_of(client, "views.push", trigger_id=trigger(sandbox), view=VIEW) == "push_limit_reached"


def test_a_form_is_updated_by_its_id_or_name_unless_it_changed_meanwhile(
    sandbox: SandboxServer, client: WebClient
) -> None:
    first = client.views_open(trigger_id=trigger(sandbox), view={**VIEW, "external_id": "mine"})["view"]

    second = client.views_update(external_id="mine", view=VIEW, hash=first["hash"])["view"]

    assert second["id"] == first["id"]
    stale = {"view_id": first["id"], "view": VIEW, "hash": first["hash"]}
    assert refusal_of(client, "views.update", **stale) == "hash_conflict"


def test_a_home_tab_is_not_overwritten_by_an_older_one(client: WebClient) -> None:
    first = client.views_publish(user_id="U0ALICE", view=HOME)["view"]
    client.views_publish(user_id="U0ALICE", view=HOME, hash=first["hash"])

    stale = {"user_id": "U0ALICE", "view": HOME, "hash": first["hash"]}
    assert refusal_of(client, "views.publish", **stale) == "hash_conflict"


def test_a_reaction_is_added_once(sandbox: SandboxServer, client: WebClient) -> None:
    ts = sandbox.act(as_="U0ALICE", do="message", channel="C0PRODUCT", text="nice")["ts"]
    client.reactions_add(channel="C0PRODUCT", name="tada", timestamp=ts)

    again = {"channel": "C0PRODUCT", "name": "tada", "timestamp": ts}
    assert refusal_of(client, "reactions.add", **again) == "already_reacted"
    assert sandbox.state("U0BOB")["messages"]["C0PRODUCT"][-1]["reactions"][0]["name"] == "tada"


def test_a_status_shows_until_the_answer_comes(sandbox: SandboxServer, client: WebClient) -> None:
    ts = sandbox.act(as_="U0ALICE", do="message", channel="D0ALICE", text="hello")["ts"]
    client.agents_sessions_setStatus(channel_id="D0ALICE", thread_ts=ts, status="processing")
    shown = sandbox.state("U0ALICE")["status"]
    client.chat_postMessage(channel="D0ALICE", thread_ts=ts, text="hi")

    assert shown == {ts: "is thinking…"}
    assert sandbox.state("U0ALICE")["status"] == {}


def respond_url(sandbox: SandboxServer) -> str:
    from bot.sandbox.response_urls import new_response_url  # noqa: PLC0415

    return sandbox.look(lambda box: new_response_url(box, "C0PRODUCT", "U0ALICE"))


def test_a_response_url_serves_five_times(sandbox: SandboxServer) -> None:
    url = respond_url(sandbox)

    answers = [WebhookClient(url).send(text=str(n), response_type="ephemeral") for n in range(6)]

    assert [one.status_code for one in answers] == [200] * 5 + [404]
    assert "used_url" in answers[5].body
    assert [
        one["text"] for one in sandbox.state("U0ALICE")["messages"]["C0PRODUCT"] if one.get("ephemeral")
    ] == list("01234")


def test_a_response_url_serves_for_thirty_minutes(sandbox: SandboxServer, clock: Clock) -> None:
    url = respond_url(sandbox)

    clock.now += 30 * 60 + 1

    assert "expired_url" in WebhookClient(url).send(text="late").body


def test_a_response_url_is_as_strict_as_a_post(sandbox: SandboxServer) -> None:
    url = respond_url(sandbox)

    assert (
        "unknown argument: channel"
        in WebhookClient(url).send_dict({"text": "x", "channel": "C0GENERAL"}).body
    )
    assert "response_type" in WebhookClient(url).send_dict({"text": "x", "response_type": "loud"}).body
    assert "unsupported block type" in WebhookClient(url).send(text="x", blocks=[{"type": "nope"}]).body
