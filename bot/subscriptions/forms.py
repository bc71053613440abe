"""The form that a channel is subscribed with, and the preview."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from bot import blocks
from bot.actions import SUBSCRIPTION_PREVIEW, SUBSCRIPTION_PROGRAMME
from bot.blocks import Block, Message
from bot.inputs import Choice, all_chosen_in, chosen_in, many_menu, menu, radios, ticks, time_of_day
from bot.subscription_blocks import LINES, Names, described
from bot.wording import Mrkdwn, Words, channel_link
from persona_store.models import Lens, Persona, Subscription
from persona_store.posts.local_times import list_zones
from persona_store.posts.subscriptions import PROGRAMMES, QUESTIONS, Wanted
from persona_store.trivia.rounds import USUAL_HOURS, USUAL_QUESTIONS

PIECES, TRIVIA = "subscriptions/form", "trivia/forms"
SAVE = "subscriptions.save"
NO_LENS = "-"
ROUND_HOURS = (1, 2, 4, 8, 24, 48, 72, 120, 168)
PERSONAS_OFFERED = 300
IN_A_WINDOW = frozenset({"section", "context", "header", "divider", "image", "rich_text"})


@dataclass(frozen=True)
class About:
    """What a form is about, kept in it. ``was``: the fingerprint of what it shows, if it is an edit."""

    channel_id: str
    subscription_id: int | None = None
    was: str = ""
    is_from_home: bool = False

    def kept(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def of(view: Mapping[str, Any]) -> "About":
        return About(**json.loads(view["private_metadata"]))


@dataclass(frozen=True)
class Offer:
    """What can be chosen. ``zones``: those likely to be wanted, the person's own first."""

    personas: Sequence[Persona]
    lenses: Sequence[Lens]
    zones: Sequence[str]
    programmes: Sequence[str] = PROGRAMMES

    @property
    def names(self) -> Names:
        return Names(
            {persona.slug: persona.name for persona in self.personas},
            {lens.slug: lens.name for lens in self.lenses},
        )


def subscription_form(
    words: Words, about: About, wanted: Wanted, offer: Offer, now_is: Subscription | None = None
) -> Block:
    """Fill in ``wanted``; ``now_is``: what somebody else has made of it meanwhile."""
    is_new = about.subscription_id is None
    changed = [blocks.section(_changed(words, now_is, offer.names))] if now_is else []
    return blocks.modal(
        words.plain(PIECES, "title" if is_new else "edit_title"),
        [
            *changed,
            blocks.context(words(PIECES, "head", channel=channel_link(about.channel_id))),
            *_fields(words, wanted, offer),
            blocks.actions(blocks.button(words.plain(PIECES, "preview"), SUBSCRIPTION_PREVIEW)),
        ],
        callback_id=SAVE,
        submit=words.plain(PIECES, "submit" if is_new else "save"),
        close=words.plain("answers/buttons", "cancel"),
        metadata=about.kept(),
    )


def wanted_in(view: Mapping[str, Any], slack_user_id: str) -> Wanted:
    """Read what somebody chose, so far."""
    values = view["state"]["values"]
    lens = chosen_in(values, "lens")
    return Wanted(
        channel_id=About.of(view).channel_id,
        slack_user_id=slack_user_id,
        programme=chosen_in(values, "programme") or "",
        weekdays=tuple(int(day) for day in all_chosen_in(values, "weekdays")),
        local_time=chosen_in(values, "local_time") or "",
        zone=chosen_in(values, "zone") or "",
        lens=None if lens == NO_LENS else lens,
        personas=tuple(all_chosen_in(values, "personas")),
        questions=int(chosen_in(values, "questions") or 0) or None,
        hours=int(chosen_in(values, "hours") or 0) or None,
    )


def preview_view(words: Words, channel_id: str, message: Message, why: str) -> Block:
    """Show what would be posted; what can be clicked in it is only named."""
    reason = [blocks.context(words(PIECES, "preview_why", why=why))] if why else []
    head = blocks.context(words(PIECES, "preview_head", channel=channel_link(channel_id)))
    shown = message.payload()["blocks"] or [blocks.section(message.text)]
    return _preview(words, [head, *reason, blocks.divider(), *_as_in_a_window(words, shown)])


def no_preview_view(words: Words, piece: str, **told: str) -> Block:
    return _preview(words, [blocks.section(words(PIECES, f"preview_{piece}", **told))])


def _preview(words: Words, shown: list[Block]) -> Block:
    return blocks.modal(
        words.plain(PIECES, "preview_title"), shown, close=words.plain("answers/buttons", "close")
    )


def _as_in_a_window(words: Words, shown: Sequence[Block]) -> Iterator[Block]:
    for block in shown:
        if block["type"] == "actions":
            labels = [one["text"]["text"] for one in block["elements"] if one["type"] == "button"]
            yield blocks.context(words(PIECES, "preview_buttons", labels=labels))
        elif block["type"] in IN_A_WINDOW:
            is_picture = block.get("accessory", {}).get("type") == "image"
            yield {key: value for key, value in block.items() if key != "accessory" or is_picture}


def _fields(words: Words, wanted: Wanted, offer: Offer) -> list[Block]:
    days = [Choice(str(day), words.plain(LINES, "day", weekday=day)) for day in range(7)]
    programmes = [
        Choice(
            programme,
            words.plain(LINES, "programme", programme=programme),
            words.plain(LINES, "about_programme", programme=programme),
        )
        for programme in offer.programmes
    ]
    no_lens = Choice(NO_LENS, words.plain(PIECES, "no_lens"))
    lenses = [no_lens, *(Choice(lens.slug, lens.name) for lens in offer.lenses)]
    return [
        radios(
            "programme",
            words.plain(PIECES, "programme"),
            programmes,
            wanted.programme,
            action_id=SUBSCRIPTION_PROGRAMME,
        ),
        *(_round(words, wanted) if wanted.programme == "trivia" else []),
        ticks("weekdays", words.plain(PIECES, "weekdays"), days, [str(day) for day in wanted.weekdays]),
        time_of_day("local_time", words.plain(PIECES, "local_time"), wanted.local_time),
        menu(
            "zone",
            words.plain(PIECES, "zone"),
            _zones(words, offer),
            wanted.zone,
            hint=words.plain(PIECES, "zone_hint"),
        ),
        menu(
            "lens",
            words.plain(PIECES, "lens"),
            [("", lenses)],
            wanted.lens or NO_LENS,
            hint=words.plain(PIECES, "lens_hint"),
        ),
        _personas(words, wanted, offer),
    ]


def _round(words: Words, wanted: Wanted) -> list[Block]:
    """What only trivia rounds have."""
    counts = [Choice(str(count), words.plain(TRIVIA, "count_choice", count=count)) for count in QUESTIONS]
    spans = sorted({*ROUND_HOURS, wanted.hours or USUAL_HOURS})
    hours = [Choice(str(one), words.plain(TRIVIA, "hours_choice", hours=one)) for one in spans]
    return [
        menu(
            "questions",
            words.plain(PIECES, "questions"),
            [("", counts)],
            str(wanted.questions or USUAL_QUESTIONS),
        ),
        menu("hours", words.plain(PIECES, "hours"), [("", hours)], str(wanted.hours or USUAL_HOURS)),
    ]


def _zones(words: Words, offer: Offer) -> list[tuple[str, list[Choice]]]:
    """Group by region, those likely to be wanted first; each zone stands there once."""
    near = list(dict.fromkeys(offer.zones))
    others = [zone for zone in list_zones() if zone not in near]
    regions = groupby(others, key=lambda zone: zone.partition("/")[0])
    return [
        (words.plain(PIECES, "near_zones"), [_zone(zone) for zone in near]),
        *((region, [_zone(zone) for zone in zones]) for region, zones in regions),
    ]


def _zone(zone: str) -> Choice:
    return Choice(zone, zone.replace("_", " "))


def _personas(words: Words, wanted: Wanted, offer: Offer) -> Block:
    """Offer the chosen ones, and then as many others as there is room for."""
    ordered = sorted(offer.personas, key=lambda persona: persona.slug not in wanted.personas)
    choices = [
        Choice(persona.slug, words.plain(PIECES, "persona", name=persona.name, role=persona.role))
        for persona in ordered[:PERSONAS_OFFERED]
    ]
    if not choices:
        return {}
    is_capped = len(ordered) > PERSONAS_OFFERED
    hint = words.plain(PIECES, "personas_capped" if is_capped else "personas_hint", count=PERSONAS_OFFERED)
    return many_menu(
        "personas",
        words.plain(PIECES, "personas"),
        [(words.plain(PIECES, "all_of_them"), choices)],
        wanted.personas,
        placeholder=words.plain(PIECES, "all_personas"),
        hint=hint,
    )


def _changed(words: Words, subscription: Subscription, names: Names) -> Mrkdwn:
    return Mrkdwn(words(PIECES, "changed", **described(words, subscription, names)))
