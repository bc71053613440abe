"""The spotlight of a delivery."""

from sqlalchemy.orm import Session

from bot.desk import Composed, Desk
from bot.spotlights import messages
from persona_store.models import Delivery
from persona_store.spotlights.showing import Place, next_spotlight


def compose(session: Session, delivery: Delivery, desk: Desk) -> Composed:
    """Make the post; ``content["why"]`` says in a sentence why it is this persona's turn (plain text)."""
    subscription = delivery.subscription
    place = Place(
        delivery.channel_id,
        subscription.lens if subscription else None,
        tuple(subscription.personas or ()) if subscription else (),
    )
    shown = next_spotlight(
        session, desk.answering, lambda: desk.material(session), place, desk.now, delivery.id
    )
    message = messages.spotlight_message(desk.words, shown, desk.now, delivery.id)
    told = {"reasons": messages.reasons(desk.words, shown), "why": messages.why(desk.words, shown)}
    return Composed(message, shown.content() | told)
