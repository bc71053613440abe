"""Who plays: twenty people of four departments in five time zones, and a guest."""

from dataclasses import dataclass, field

from bot.sandbox.accounts import ACCOUNTS, BOT_USER, Account, ChannelSeed, WorkspaceSeed

PRODUCT, SUPPORT, SALES = "C0PRODUCT", "C0SUPPORT", "C0SALES"
GUEST = "U0GINA"


@dataclass(frozen=True)
class Player:
    """``plays``: how likely they answer a round; ``knows``: how likely they know a statement of somebody.

    ``alone``: how often a week they play alone; ``daily``: the time at which they get a question a day;
    ``course``: on which day of the quarter they begin it.
    """

    id: str
    name: str
    department: str
    zone: str
    channels: tuple[str, ...]
    plays: float
    knows: dict[str, float] = field(default_factory=dict)
    alone: int = 0
    daily: str = ""
    course: int | None = None

    @property
    def account(self) -> Account:
        return Account(
            self.id,
            self.name.split()[0].lower(),
            self.name,
            self.department,
            tz=self.zone,
            department=self.department,
        )


MADRID, LONDON, NEW_YORK, TOKYO, KOLKATA = (
    "Europe/Madrid",
    "Europe/London",
    "America/New_York",
    "Asia/Tokyo",
    "Asia/Kolkata",
)
SELLERS = {"delphine": 0.6, "priya": 0.5, "marco": 0.2}
HELPERS = {"marco": 0.6, "yuki": 0.5, "priya": 0.3}
MAKERS = {"priya": 0.5, "marco": 0.35, "yuki": 0.2, "delphine": 0.2}
ALL = {"priya": 0.8, "marco": 0.8, "delphine": 0.7, "yuki": 0.7}

CAST = (
    Player("U0ALICE", "Alice Moreau", "Product", MADRID, (PRODUCT, SUPPORT), 0.9, MAKERS, alone=2),
    Player("U0PETE", "Pete Lindgren", "Product", LONDON, (PRODUCT,), 0.8, MAKERS),
    Player("U0RAJ", "Raj Mehta", "Product", KOLKATA, (PRODUCT,), 0.9, MAKERS, daily="09:00"),
    Player("U0SOFIA", "Sofia Ruiz", "Product", MADRID, (PRODUCT,), 0.5, {"priya": 0.2}),
    Player("U0WIM", "Wim de Boer", "Product", MADRID, (PRODUCT, SALES), 0.7, MAKERS, alone=3),
    Player("U0NORA", "Nora Quist", "Product", LONDON, (PRODUCT,), 0.8, {}, course=0),
    Player("U0BOB", "Bob Okafor", "Support", LONDON, (SUPPORT, PRODUCT), 0.9, HELPERS, daily="08:30"),
    Player("U0HANA", "Hana Sato", "Support", TOKYO, (SUPPORT,), 0.8, HELPERS, alone=2),
    Player("U0LEON", "Leon Vogt", "Support", MADRID, (SUPPORT,), 0.7, HELPERS),
    Player("U0MIA", "Mia Kowalski", "Support", LONDON, (SUPPORT,), 0.6, HELPERS),
    Player("U0ZOE", "Zoe Adams", "Support", NEW_YORK, (SUPPORT, PRODUCT), 0.8, {}, course=28),
    Player("U0CAROL", "Carol Jensen", "Research", NEW_YORK, (PRODUCT, SUPPORT, SALES), 0.7, ALL),
    Player("U0DAVE", "Dave Tanaka", "Marketing", TOKYO, (PRODUCT, SALES), 0.5, {"delphine": 0.4}),
    Player("U0IDA", "Ida Berg", "Marketing", LONDON, (PRODUCT, SALES), 0.6, {}, daily="10:00"),
    Player("U0TOM", "Tom Reyes", "Marketing", NEW_YORK, (SALES,), 0.5, {"delphine": 0.3}),
    Player("U0ANN", "Ann Fischer", "Sales", MADRID, (SALES,), 0.9, SELLERS, alone=2),
    Player("U0KEN", "Ken Walsh", "Sales", NEW_YORK, (SALES,), 0.8, SELLERS),
    Player("U0LUZ", "Luz Ortega", "Sales", NEW_YORK, (SALES, PRODUCT), 0.7, SELLERS, daily="09:00"),
    Player("U0OLE", "Ole Nilsen", "Sales", LONDON, (SALES,), 0.4, SELLERS),
    Player("U0UMA", "Uma Rao", "Sales", KOLKATA, (SALES,), 0.8, SELLERS, daily="17:30"),
)
LEAVES_BOARDS, LEAVES_COMPANY, PAUSES, STOPS = "U0PETE", "U0KEN", "U0IDA", "U0LUZ"


def workspace() -> WorkspaceSeed:
    outsiders = tuple(one for one in ACCOUNTS if one.id == GUEST)
    channels = (
        ChannelSeed(PRODUCT, "product", (*_members(PRODUCT), GUEST, BOT_USER), "What we build next"),
        ChannelSeed(SUPPORT, "support", (*_members(SUPPORT), BOT_USER), "What customers tell us today"),
        ChannelSeed(SALES, "sales", (*_members(SALES), BOT_USER), "Deals and doubts"),
    )
    return WorkspaceSeed((*(one.account for one in CAST), *outsiders), channels)


def _members(channel_id: str) -> tuple[str, ...]:
    return tuple(one.id for one in CAST if channel_id in one.channels)
