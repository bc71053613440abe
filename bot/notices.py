"""What the owner of a subscription is told when it can go on no more, or has become theirs."""

from sqlalchemy.orm import Session

from bot.blocks import Message
from bot.desk import Desk
from bot.posting import Closed
from bot.wording import channel_link
from persona_store.posts.deliveries import Settlement, add_notice, close_channel, settle
from persona_store.posts.subscriptions import end_channel
from persona_store.posts.succession import pass_on
from persona_store.refresh.verdicts import drop_news
from persona_store.trivia.daily import stop_all


def close(session: Session, closed: Closed, desk: Desk) -> None:
    """Nothing can be posted in a channel any more: its subscriptions end, and their owners are told."""
    delivery = closed.claimed.delivery
    reason = desk.words.plain("deliveries/reasons", closed.why)
    if not settle(session, [Settlement(closed.claimed, "failed", desk.now, reason=reason)]):
        return
    close_channel(session, delivery.channel_id, reason)
    stop_all(session, delivery.channel_id)  # where it is a person
    drop_news(session, delivery.channel_id)
    ended = end_channel(session, delivery.channel_id, reason, desk.now)
    for owner in sorted({one.slack_user_id for one in ended if one.slack_user_id}):
        text = desk.words(
            "deliveries/notices",
            "ended",
            channel=channel_link(delivery.channel_id),
            programmes=sorted({one.programme for one in ended if one.slack_user_id == owner}),
            reason=reason,
        )
        key = f"ended {delivery.id} {owner}"
        add_notice(session, key, owner, Message(text).payload(), desk.now)


def hand_over(session: Session, slack_user_id: str, desk: Desk) -> None:
    """Somebody has left: their subscriptions go on in other hands, whose owners are told."""
    for subscription in pass_on(session, slack_user_id):
        text = desk.words(
            "deliveries/notices",
            "handed_over",
            channel=channel_link(subscription.channel_id),
            programmes=[subscription.programme],
        )
        key = f"handed over {subscription.id} {subscription.slack_user_id}"
        add_notice(session, key, subscription.slack_user_id, Message(text).payload(), desk.now)
