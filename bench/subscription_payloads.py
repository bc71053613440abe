"""Messages and windows of subscriptions, with hostile words in every field (S4, S5)."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot import blocks
from bot.blocks import Block, Message
from bot.subscriptions import forms, messages
from bot.subscriptions.forms import About, Offer
from bot.wording import Words
from persona_store.models import Lens, Subscription
from persona_store.posts.local_times import list_zones
from persona_store.posts.subscriptions import PROGRAMMES, wanted_of

if TYPE_CHECKING:
    from bench.payloads import Company

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OUR_CHANNEL, OWNER = "C0OURS", "U0ALICE"


def _offer(company: "Company") -> Offer:
    people = [company.persona(number) for number in range(company.chance.choice((0, 1, 3)))]
    lenses = [Lens(slug=f"{number}" * 99, name=company.line(80)) for number in range(company.count(9))]
    return Offer(people * company.chance.choice((1, 120)), lenses, company.chance.sample(list_zones(), 20))


def _subscription(company: "Company", offer: Offer) -> Subscription:
    zone = company.chance.choice(offer.zones)
    return Subscription(
        id=10**12,
        channel_id=OUR_CHANNEL,
        programme=company.chance.choice(PROGRAMMES),
        weekdays=company.chance.sample(range(7), 1 + company.count(6)),
        local_time="02:30",
        zone=zone,
        lens=company.chance.choice([None, *(lens.slug for lens in offer.lenses)]),
        personas=[persona.slug for persona in offer.personas[:300]],
        slack_user_id=company.chance.choice(("", OWNER)),
        next_at=company.chance.choice((None, NOW)),
        skip=company.chance.choice((None, "2026-11-22T02:30")),
    )


def some_subscriptions(company: "Company") -> list[Subscription]:
    offer = _offer(company)
    return [_subscription(company, offer) for _ in range(company.count(20))]


def _list(words: Words, company: "Company") -> Message:
    offer = _offer(company)
    many = [_subscription(company, offer) for _ in range(company.count(20))]
    return messages.list_message(words, many, offer.names)


def _told(make: Callable[..., Message]) -> Callable[[Words, "Company"], Message]:
    def told(words: Words, company: "Company") -> Message:
        offer = _offer(company)
        return make(words, _subscription(company, offer), offer.names, OWNER)

    return told


def _form(words: Words, company: "Company") -> Block:
    offer = _offer(company)
    subscription = _subscription(company, offer)
    about = About(OUR_CHANNEL, company.chance.choice((None, 10**12)), "f" * 16)
    changed = company.chance.choice((None, subscription))
    return forms.subscription_form(words, about, wanted_of(subscription), offer, changed)


def _done(words: Words, company: "Company") -> Block:
    offer = _offer(company)
    return messages.done_view(words, _subscription(company, offer), offer.names, is_new=True)


def _preview(words: Words, company: "Company") -> Block:
    said = words("people/errors", "store_error", text=company.text(3000))
    buttons = blocks.actions(*(blocks.button(company.line(75), "x") for _ in range(company.count(25))))
    shown = [blocks.section(said, blocks.image("https://e.example/p.png", company.text(2000))), buttons]
    return forms.preview_view(words, OUR_CHANNEL, Message(said, shown), company.maybe(3000) or "")


MESSAGES: dict[str, Callable[[Words, "Company"], Message]] = {
    "subscriptions": _list,
    "subscribed": _told(messages.subscribed_message),
    "unsubscribed": _told(messages.unsubscribed_message),
}
VIEWS: dict[str, Callable[[Words, "Company"], Block]] = {
    "subscription form": _form,
    "subscription done": _done,
    "preview": _preview,
    "no preview": lambda words, company: forms.no_preview_view(words, "nothing", reason=company.text(3000)),
}
