"""People say what a channel gets, and when."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.actions import (
    SUBSCRIPTION_END,
    SUBSCRIPTION_OPEN,
    SUBSCRIPTION_PAUSE,
    SUBSCRIPTION_PREVIEW,
    SUBSCRIPTION_PROGRAMME,
    SUBSCRIPTION_RESUME,
    SUBSCRIPTION_SKIP,
)
from bot.blocks import Block, Message
from bot.desk import Desk
from bot.manifest import COMMAND
from bot.membership import obstacle_in
from bot.replies import Reply
from bot.requests import Entry, clicks_of, is_subcommand
from bot.rights import Role
from bot.subscription_blocks import Names
from bot.subscriptions import forms, messages
from bot.subscriptions.forms import About, Offer
from bot.subscriptions.previews import preview_of
from persona_store.errors import FieldError, NotFoundError, StoreError
from persona_store.models import Channel, Subscription
from persona_store.people import list_lenses
from persona_store.personas import list_personas
from persona_store.posts.deliveries import add_notice
from persona_store.posts.local_times import get_zone
from persona_store.posts.planning import plan_due
from persona_store.posts.subscriptions import (
    Wanted,
    change_subscription,
    end_subscription,
    fingerprint,
    get_subscription,
    keep_next,
    list_subscriptions,
    pause,
    programmes_for,
    resume,
    skip_next,
    subscribe,
    wanted_of,
)
from persona_store.stories import list_waiting

UNIVERSAL = "UTC"
USUAL_TIME, MONDAY = "09:30", 0
PLANNED_FIRST = 100

Change = Callable[[Session, Subscription], None]


def register(app: App) -> None:
    app.command(COMMAND, matchers=[is_subcommand("subscribe")])(offer_form)
    app.command(COMMAND, matchers=[is_subcommand("subscriptions", "unsubscribe")])(answer_list)
    app.view(forms.SAVE)(save_subscription)
    for action_id, listener in (
        (SUBSCRIPTION_OPEN, open_form),
        (SUBSCRIPTION_PREVIEW, show_preview),
        (SUBSCRIPTION_PROGRAMME, choose_programme),
        (SUBSCRIPTION_PAUSE, pause_subscription),
        (SUBSCRIPTION_RESUME, resume_subscription),
        (SUBSCRIPTION_SKIP, skip_post),
        (SUBSCRIPTION_END, unsubscribe),
    ):
        app.action(clicks_of(action_id))(listener)


def answer_list(entry: Entry, reply: Reply, desk: Desk) -> None:
    if _may_manage(entry.channel_id, entry, reply, desk):
        reply.privately(_list_message(entry.channel_id or "", desk))


def offer_form(entry: Entry, reply: Reply, desk: Desk) -> None:
    """Open an empty form, with what this person will most likely want."""
    if not _may_manage(entry.channel_id, entry, reply, desk):
        return
    channel_id, zone = entry.channel_id or "", _zone_of(reply.client, entry.slack_user_id)
    with desk.store.read() as session:
        channel = session.get(Channel, channel_id)
        lens = channel.lens if channel else None
        offer = _offer_to(session, entry, channel_id, zone)
    wanted = Wanted(channel_id, entry.slack_user_id, "spotlight", (MONDAY,), USUAL_TIME, zone, lens)
    reply.open(forms.subscription_form(desk.words, About(channel_id), wanted, offer))


def open_form(action: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    """Open the form of one to edit; an empty one where the button names none."""
    if not action.get("value"):
        offer_form(entry, reply, desk)
        return
    subscription = _subscription(action["value"], desk)
    if not _may_manage(subscription.channel_id, entry, reply, desk):
        return
    zone = _zone_of(reply.client, entry.slack_user_id)
    with desk.store.read() as session:
        offer = _offer_to(session, entry, subscription.channel_id, zone, subscription.zone)
    about = About(
        subscription.channel_id, subscription.id, fingerprint(subscription), entry.channel_id is None
    )
    reply.open(forms.subscription_form(desk.words, about, wanted_of(subscription), offer))


def choose_programme(body: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    """Show the fields of what is chosen; what was filled in stays."""
    if not entry.is_in_modal:
        offer_form(entry, reply, desk)
        return
    view = body["view"]
    about, wanted = About.of(view), forms.wanted_in(view, entry.slack_user_id)
    zone = _zone_of(reply.client, entry.slack_user_id)
    with desk.store.read() as session:
        offer = _offer(session, about.channel_id, zone, wanted.zone or zone)
    reply.update(forms.subscription_form(desk.words, about, wanted, offer))


def save_subscription(
    view: dict[str, Any], entry: Entry, ack: Ack, reply: Reply, role: Role, desk: Desk
) -> None:
    about, wanted = About.of(view), forms.wanted_in(view, entry.slack_user_id)
    obstacle = obstacle_in(reply.client, about.channel_id, entry.slack_user_id)
    if obstacle:
        ack(response_action="update", view=_note(desk, messages.obstacle_text(desk.words, obstacle)))
        return
    try:
        with desk.store.begin() as session:
            answer = _saved(session, about, wanted, entry, desk)
    except FieldError as error:
        ack(response_action="errors", errors={error.field: str(error)})
    except NotFoundError as error:
        ack(response_action="update", view=_note(desk, str(error)))
    except StoreError as error:
        ack(response_action="errors", errors={"programme": str(error)})
    else:
        ack(response_action="update", view=answer)
        if about.is_from_home:
            desk.show_home(reply.client, entry.slack_user_id, role, desk)


def show_preview(
    action: dict[str, Any], body: dict[str, Any], entry: Entry, reply: Reply, desk: Desk
) -> None:
    """Show what would be posted: of what is chosen in the form, or of a subscription there is."""
    if entry.is_in_modal:
        about = About.of(body["view"])
        wanted, number = forms.wanted_in(body["view"], entry.slack_user_id), about.subscription_id
    else:
        subscription = _subscription(action["value"], desk)
        wanted = replace(wanted_of(subscription), slack_user_id=entry.slack_user_id)
        number = subscription.id
    if _may_manage(wanted.channel_id, entry, reply, desk):
        reply.open(preview_of(wanted, number, desk))


def pause_subscription(action: dict[str, Any], entry: Entry, reply: Reply, role: Role, desk: Desk) -> None:
    _change(action["value"], lambda _, subscription: pause(subscription), entry, reply, role, desk)


def resume_subscription(action: dict[str, Any], entry: Entry, reply: Reply, role: Role, desk: Desk) -> None:
    def change(session: Session, subscription: Subscription) -> None:
        resume(session, subscription, desk.now)

    _change(action["value"], change, entry, reply, role, desk)


def skip_post(action: dict[str, Any], entry: Entry, reply: Reply, role: Role, desk: Desk) -> None:
    number, local_time, wish = action["value"].split(" ")
    do = keep_next if wish == "keep" else skip_next
    _change(number, lambda _, subscription: do(subscription, local_time), entry, reply, role, desk)


def unsubscribe(action: dict[str, Any], entry: Entry, reply: Reply, role: Role, desk: Desk) -> None:
    def change(session: Session, subscription: Subscription) -> None:
        names = _offer(session, subscription.channel_id).names
        told = messages.unsubscribed_message(desk.words, subscription, names, entry.slack_user_id)
        end_subscription(subscription, desk.words.plain(messages.PIECES, "ended_reason"), desk.now)
        _tell_channel(session, f"unsubscribed {subscription.id}", subscription, told, entry, desk)

    _change(action["value"], change, entry, reply, role, desk)


def _may_manage(channel_id: str | None, entry: Entry, reply: Reply, desk: Desk) -> bool:
    """Tell whether this person may change what the channel gets; if not, tell them why."""
    obstacle = obstacle_in(reply.client, channel_id, entry.slack_user_id)
    if obstacle is None:
        return True
    text = messages.obstacle_text(desk.words, obstacle)
    if entry.channel_id is None:
        reply.open(_note(desk, text))
    else:
        reply.privately(Message(text))
    return False


def _change(number: str, change: Change, entry: Entry, reply: Reply, role: Role, desk: Desk) -> None:
    """Change one for whoever may, and show the person how things are then."""
    channel_id = _subscription(number, desk).channel_id
    if not _may_manage(channel_id, entry, reply, desk):
        return
    with desk.store.begin() as session:
        change(session, _to_change(session, int(number), desk))
    if entry.channel_id is None:
        desk.show_home(reply.client, entry.slack_user_id, role, desk)
    else:
        reply.replace(_list_message(channel_id, desk))


def _saved(session: Session, about: About, wanted: Wanted, entry: Entry, desk: Desk) -> Block:
    """Keep what is wanted; give the window that says so, or that shows what somebody else did meanwhile."""
    offer = _offer_to(session, entry, about.channel_id, wanted.zone)
    if about.subscription_id is None:
        subscription = subscribe(session, wanted, desk.now)
        names = _names(session, offer, [subscription], desk)
        told = messages.subscribed_message(desk.words, subscription, names, entry.slack_user_id)
        _tell_channel(session, f"subscribed {subscription.id}", subscription, told, entry, desk)
        return messages.done_view(desk.words, subscription, names, is_new=True)
    subscription = _to_change(session, about.subscription_id, desk)
    is_now = fingerprint(subscription)
    if is_now != about.was:
        about = About(about.channel_id, about.subscription_id, is_now, about.is_from_home)
        return forms.subscription_form(desk.words, about, wanted, offer, subscription)
    change_subscription(session, subscription, wanted, desk.now)
    names = _names(session, offer, [subscription], desk)
    return messages.done_view(desk.words, subscription, names, is_new=False)


def _tell_channel(
    session: Session, what: str, subscription: Subscription, message: Message, entry: Entry, desk: Desk
) -> None:
    """Post to the channel, surely and once, as soon as this transaction is over."""
    key = f"{what} {entry.slack_user_id}"
    add_notice(session, key, subscription.channel_id, message.payload(), desk.now)


def _to_change(session: Session, number: int, desk: Desk) -> Subscription:
    """Take one to change it; what is due of it already is planned as it was."""
    subscription = get_subscription(session, number, to_change=True)
    if subscription.next_at is not None and subscription.next_at <= desk.now:
        plan_due(session, desk.now, PLANNED_FIRST)
    return subscription


def _subscription(number: str, desk: Desk) -> Subscription:
    with desk.store.read() as session:
        return get_subscription(session, int(number))


def _list_message(channel_id: str, desk: Desk) -> Message:
    with desk.store.read() as session:
        subscriptions = list_subscriptions(session, channel_id=channel_id)
        names = _names(session, _offer(session, channel_id), subscriptions, desk)
    return messages.list_message(desk.words, subscriptions, names)


def _offer(session: Session, channel_id: str, *zones: str) -> Offer:
    used = [subscription.zone for subscription in list_subscriptions(session, channel_id=channel_id)]
    return Offer(list_personas(session), list_lenses(session), [*zones, *used, UNIVERSAL])


def _offer_to(session: Session, entry: Entry, channel_id: str, *zones: str) -> Offer:
    """The same, with what this person may choose."""
    programmes = programmes_for(session, entry.slack_user_id)
    return replace(_offer(session, channel_id, *zones), programmes=programmes)


def _names(session: Session, offer: Offer, subscriptions: Sequence[Subscription], desk: Desk) -> Names:
    return replace(offer.names, waiting=list_waiting(session, subscriptions, desk.now))


def _zone_of(client: WebClient, slack_user_id: str) -> str:
    """The person's own, as Slack has it."""
    zone: str = client.users_info(user=slack_user_id)["user"].get("tz") or UNIVERSAL
    try:
        return get_zone(zone).key
    except StoreError:
        return UNIVERSAL


def _note(desk: Desk, text: str) -> Block:
    return messages.note_view(desk.words, text)
