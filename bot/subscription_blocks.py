"""How a subscription looks wherever one is shown: in its channel's list, in Home."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot import blocks
from bot.actions import (
    SUBSCRIPTION_END,
    SUBSCRIPTION_OPEN,
    SUBSCRIPTION_PAUSE,
    SUBSCRIPTION_PREVIEW,
    SUBSCRIPTION_RESUME,
    SUBSCRIPTION_SKIP,
)
from bot.blocks import Block
from bot.terms import day
from bot.wording import Mrkdwn, Words, channel_link, mention
from persona_store.models import Subscription
from persona_store.posts.local_times import Occurrence, get_zone
from persona_store.posts.subscriptions import FOR_COUNCIL, following_post, next_post
from persona_store.trivia.rounds import USUAL_HOURS, USUAL_QUESTIONS

LINES = "subscriptions/lines"


@dataclass(frozen=True)
class Names:
    """What personas and lenses are called, by slug; ``waiting``: ids of what waits for a new story."""

    personas: Mapping[str, str]
    lenses: Mapping[str, str]
    waiting: Collection[int] = ()


def subscription_entry(
    words: Words, subscription: Subscription, names: Names, *, with_channel: bool = False
) -> list[Block]:
    """Show one with all that can be done with it."""
    line = Mrkdwn(_line(words, subscription, names))
    if with_channel:
        line = Mrkdwn(
            words(LINES, "line_elsewhere", channel=channel_link(subscription.channel_id), line=line)
        )
    can_skip = subscription.id not in names.waiting
    return [blocks.section(line), _buttons(words, subscription, can_skip=can_skip)]


def described(words: Words, subscription: Subscription, names: Names) -> dict[str, object]:
    """What, when and about whom, in words, as templates want it."""
    days = words(LINES, "days", weekdays=list(subscription.weekdays))
    zone = subscription.zone.replace("_", " ")
    following = following_post(subscription)
    is_for_council = subscription.programme in FOR_COUNCIL
    about = words(
        LINES,
        "about_council" if is_for_council else "about",
        lens=names.lenses.get(subscription.lens or "", subscription.lens or ""),
        personas=[names.personas.get(slug, slug) for slug in subscription.personas],
        **_round(subscription),
    )
    when = words(LINES, "when", days=days, local_time=subscription.local_time, zone=zone)
    return {
        "programme": words.plain(LINES, "programme", programme=subscription.programme),
        "when": Mrkdwn(when),
        "about": Mrkdwn(about),
        "following": moment(following, subscription.zone) if following else "",
        "waits": subscription.id in names.waiting,
    }


def _round(subscription: Subscription) -> dict[str, int]:
    """How many questions a trivia round has, and how long it is open; nothing of anything else."""
    if subscription.programme != "trivia":
        return {"questions": 0, "hours": 0}
    return {
        "questions": subscription.questions or USUAL_QUESTIONS,
        "hours": subscription.hours or USUAL_HOURS,
    }


def moment(occurrence: Occurrence, zone: str) -> str:
    """Say when it really is there, also where the clocks skip the time that was wanted."""
    there = occurrence.at.astimezone(get_zone(zone))
    return f"{there:%a} {day(there)}, {there:%H:%M}"


def _line(words: Words, subscription: Subscription, names: Names) -> str:
    skipped = next_post(subscription) if subscription.skip else None
    return words(
        LINES,
        "line",
        owner=mention(subscription.slack_user_id) if subscription.slack_user_id else "",
        skipped=moment(skipped, subscription.zone) if skipped else "",
        **described(words, subscription, names),
    )


def _buttons(words: Words, subscription: Subscription, *, can_skip: bool) -> Block:
    number = str(subscription.id)
    upcoming = next_post(subscription)
    return blocks.actions(
        _button(words, "edit", SUBSCRIPTION_OPEN, number),
        _button(words, "preview", SUBSCRIPTION_PREVIEW, number),
        _button(words, "pause", SUBSCRIPTION_PAUSE, number)
        if upcoming
        else _button(words, "resume", SUBSCRIPTION_RESUME, number),
        _skip_button(words, subscription, upcoming) if upcoming and can_skip else None,
        _button(words, "unsubscribe", SUBSCRIPTION_END, number) | {"confirm": _sure(words, subscription)},
    )


def _skip_button(words: Words, subscription: Subscription, upcoming: Occurrence) -> Block:
    piece = "keep" if subscription.skip else "skip"
    return _button(words, piece, SUBSCRIPTION_SKIP, f"{subscription.id} {upcoming.local_time} {piece}")


def _button(words: Words, piece: str, action_id: str, value: str) -> Block:
    return blocks.button(words.plain(LINES, piece), action_id, value)


def _sure(words: Words, subscription: Subscription) -> Block:
    programme = words.plain(LINES, "programme", programme=subscription.programme)
    return blocks.confirmation(
        words.plain(LINES, "sure_title"),
        words.plain(LINES, "sure", programme=programme),
        words.plain(LINES, "unsubscribe"),
        words.plain(LINES, "never_mind"),
    )
