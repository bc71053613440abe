"""Who works in the simulated company, and what its customers are really like."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product

from bot.sandbox.accounts import BOT_USER, Account, ChannelSeed, WorkspaceSeed

NAMES = (
    "Amara Diallo, Bruno Costa, Chloe Martin, Dmitri Orlov, Elif Kaya, Farid Haddad, Greta Holm, Hugo Silva,"
    " Ines Vidal, Jonas Weber, Kofi Mensah, Lena Fischer, Mateo Ruiz, Nadia Petrova, Omar Aziz, Pia Larsen,"
    " Quentin Roy, Rosa Bianchi, Sven Eklund, Tara Singh"
).split(", ")
IDS = [f"U0CAST{number:02}" for number in range(20)]
STAFF = {"council": IDS[:3], "ambassador": IDS[3:8], "employee": IDS[8:]}
COUNCIL = STAFF["council"]
CHANNELS = {"C0PRODUCT": "product", "C0COUNCIL": "council"}

DOES = "Checks, Prints, Forwards, Compares, Postpones, Photographs, Rewrites, Double-checks".split(", ")
WHAT = (
    "the bake plan, the waste report, the monthly invoice, the order list, the price for each shop,"
    " the training video, the shift plan, the stock count, the allergen sheet, the delivery window"
).split(", ")
WHEN = (
    "before the ovens are lit, on the tram home, with the landlord on the phone, once the last shop has"
    " closed, while the flour is being delivered, in the week before a holiday, after a colleague asked twice"
).split(", ")
OPENINGS = (
    "A customer on the phone: ",
    "Seen on a visit: ",
    "In a ticket: ",
    "",
    "Heard at the trade fair: ",
)
ENDINGS = ("", " She said so twice.", " Not for the first time.", " That surprised me.")
REWORDED, GONE = 0.6, 0.75
AT_ONCE, A_DAY = 45, 0.35
"""What has drifted before anybody looks; how likely something drifts on a working day."""


@dataclass(frozen=True)
class Seen:
    """What somebody noticed. ``what``: the same for all who notice the same, in whatever ``words``."""

    persona: str
    what: str
    words: str = field(compare=False)
    statement: str | None = field(default=None, compare=False)

    @property
    def stance(self) -> str:
        return "contradicts" if self.statement else "adds"


Said = Mapping[str, Mapping[str, str]]
"""What the personas say: texts by persona and key."""


class Truth:
    """What customers are like: by persona, texts by key; None for what does not hold (any more)."""

    def __init__(self, said: Said, names: Mapping[str, str], chance: random.Random) -> None:
        self._texts: dict[str, dict[str, str | None]] = {slug: {**texts} for slug, texts in said.items()}
        self._names = names
        self._unused = [f"{does} {what} {when}" for does, what, when in product(DOES, WHAT, WHEN)]
        chance.shuffle(self._unused)
        for _ in range(AT_ONCE):
            self._change(chance)

    def drift(self, chance: random.Random) -> None:
        if chance.random() < A_DAY:
            self._change(chance)

    def meet(self, chance: random.Random, said: Said) -> Seen | None:
        """Notice something: mostly what differs from what is said, sometimes what is not so at all."""
        slug = chance.choice(sorted(self._texts))
        if chance.random() < 0.12:
            return self._mistake(chance, slug, said)
        different = [
            (key, text) for key, text in self._texts[slug].items() if text != said[slug].get(key)
            and text not in said[slug].values()
        ]  # fmt: skip
        if not different or chance.random() < 0.3:
            return None
        key, text = chance.choice(different)
        words = f"{text}." if text else f"No longer so: {said[slug][key]}."
        told = f"{chance.choice(OPENINGS)}{words}{chance.choice(ENDINGS)}"
        return Seen(slug, key, told, key if key in said[slug] else None)

    def wonder(self, chance: random.Random, said: Said) -> Seen | None:
        """Wonder whether customers do what they do, and nobody has written down."""
        unknown = [
            (slug, key, text)
            for slug, texts in self._texts.items()
            for key, text in texts.items()
            if text and key not in said[slug] and text not in said[slug].values()
        ]
        if not unknown:
            return None
        slug, key, text = chance.choice(sorted(unknown))
        does, rest = text.split(" ", 1)
        return Seen(slug, key, f"When does {self._names[slug].split()[0]} {does[:-1].lower()} {rest}?")

    def text_of(self, seen: Seen) -> str | None:
        """What research finds: how it really is; None where it is not so, or not any more."""
        return self._texts[seen.persona].get(seen.what)

    def compare(self, said: Said) -> tuple[int, int, int, int]:
        """Statements that are true, of how many; truths that are said, of how many."""
        true = sum(
            text in self._texts[slug].values() for slug, texts in said.items() for text in texts.values()
        )
        truths = [(slug, text) for slug, texts in self._texts.items() for text in texts.values() if text]
        known = sum(text in said[slug].values() for slug, text in truths)
        return true, sum(map(len, said.values())), known, len(truths)

    def _change(self, chance: random.Random) -> None:
        slug = chance.choice(sorted(self._texts))
        texts, kind = self._texts[slug], chance.random()
        held = [key for key, text in texts.items() if text]
        if kind < REWORDED:
            texts[chance.choice(held)] = self._unused.pop()
        elif kind < GONE:
            texts[chance.choice(held)] = None
        else:
            texts[f"new-{len(self._unused)}"] = self._unused.pop()

    def _mistake(self, chance: random.Random, slug: str, said: Said) -> Seen:
        """One odd customer."""
        key = chance.choice([*said[slug], *[""] * 20]) or None
        what = f"odd-{len(self._unused)}"
        return Seen(slug, what, f"{chance.choice(OPENINGS)}{self._unused.pop()}.", key)


def seed() -> WorkspaceSeed:
    """The workspace of the twenty."""
    accounts = tuple(
        Account(slack_user_id, name.split()[0].lower(), name, "Colleague")
        for slack_user_id, name in zip(IDS, NAMES, strict=True)
    )
    channels = tuple(ChannelSeed(channel_id, name, (*IDS, BOT_USER)) for channel_id, name in CHANNELS.items())
    return WorkspaceSeed(accounts, channels)


def said_in(rows: Iterable[tuple[str, str, str]]) -> dict[str, dict[str, str]]:
    """Make of rows (persona, key, text) what the personas say."""
    said: dict[str, dict[str, str]] = {}
    for slug, key, text in rows:
        said.setdefault(slug, {})[key] = text
    return said
