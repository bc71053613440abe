"""What a channel would get if it were due now. Nothing of it is kept."""

from bot.blocks import Block
from bot.desk import Desk
from bot.subscription_blocks import LINES
from bot.subscriptions import forms
from persona_store.errors import NothingToPostError, StoreError
from persona_store.models import Delivery, Subscription
from persona_store.posts.subscriptions import Wanted, check_wanted


def preview_of(wanted: Wanted, number: int | None, desk: Desk) -> Block:
    """Make the window; ``number``: of the subscription, if there is one already."""
    composer = desk.composers.get(wanted.programme)
    if composer is None:
        programme = desk.words.plain(LINES, "programme", programme=wanted.programme)
        return forms.no_preview_view(desk.words, "not_yet", programme=programme)
    try:
        with desk.store.read() as session, session.no_autoflush:
            check_wanted(session, wanted)
            composed = composer(session, _as_if_due(wanted, number, desk), desk)
    except NothingToPostError as error:
        return forms.no_preview_view(desk.words, "nothing", reason=str(error))
    except StoreError as error:
        return forms.no_preview_view(desk.words, "wrong", text=str(error))
    return forms.preview_view(
        desk.words, wanted.channel_id, composed.message, str(composed.content.get("why") or "")
    )


def _as_if_due(wanted: Wanted, number: int | None, desk: Desk) -> Delivery:
    subscription = Subscription(
        id=number,
        channel_id=wanted.channel_id,
        programme=wanted.programme,
        weekdays=list(wanted.weekdays),
        local_time=wanted.local_time,
        zone=wanted.zone,
        lens=wanted.lens,
        personas=list(wanted.personas),
        slack_user_id=wanted.slack_user_id,
        questions=wanted.questions,
        hours=wanted.hours,
        state="active",
        created_at=desk.now,
    )
    return Delivery(
        key="preview",
        programme=wanted.programme,
        channel_id=wanted.channel_id,
        due_at=desk.now,
        subscription=subscription,
    )
