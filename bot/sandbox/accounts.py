"""Who works in the sandbox's workspace, and what was said there before you came."""

from dataclasses import dataclass, field
from urllib.parse import quote

TEAM, TEAM_NAME, TEAM_DOMAIN = "T0SANDBOX", "Sandbox", "sandbox"
PARTNER = "T0PARTNER"
BOT_USER, BOT_ID, APP_ID = "U0PERSONA", "B0PERSONA", "A0PERSONA"
SLACKBOT = "USLACKBOT"
DEPARTMENT_FIELD = "Xf0DEPARTMENT"
"""The workspace's own profile field."""
BOT_TOKEN, APP_TOKEN = "xoxb-sandbox", "xapp-sandbox"
SIGNING_SECRET = "sandbox-signing-secret"  # noqa: S105


@dataclass(frozen=True)
class Account:
    """``kind`` is employee, guest, external or bot; ambassador and council are roles that the bot knows."""

    id: str
    name: str
    real_name: str
    title: str
    kind: str = "employee"
    label: str = ""
    tz: str = "Europe/London"
    colour: str = "#3b2f63"
    deactivated: bool = False
    department: str = ""

    @property
    def team(self) -> str:
        return PARTNER if self.kind == "external" else TEAM

    @property
    def avatar(self) -> str:
        """A data address: initials on a colour."""
        initials = "".join(part[0] for part in self.real_name.split()[:2]).upper()
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36">'
            f'<rect width="36" height="36" rx="6" fill="{self.colour}"/>'
            '<text x="18" y="23.5" font-family="sans-serif" font-size="15" font-weight="600" '
            f'text-anchor="middle" fill="#fff">{initials}</text></svg>'
        )
        return "data:image/svg+xml," + quote(svg)


@dataclass(frozen=True)
class ChannelSeed:
    id: str
    name: str
    members: tuple[str, ...]
    topic: str = ""
    is_ext_shared: bool = False
    is_private: bool = False


@dataclass(frozen=True)
class MessageSeed:
    """``replies`` are (account id, text); ``minutes_ago`` counts from the sandbox's start."""

    channel: str
    user: str
    text: str
    minutes_ago: int
    replies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class WorkspaceSeed:
    accounts: tuple[Account, ...]
    channels: tuple[ChannelSeed, ...]
    messages: tuple[MessageSeed, ...] = ()
    usergroups: dict[str, tuple[str, ...]] = field(default_factory=dict)


ALICE, BOB, CAROL, DAVE, GINA, EVE = "U0ALICE", "U0BOB", "U0CAROL", "U0DAVE", "U0GINA", "U0EVE"
EMPLOYEES = (ALICE, BOB, CAROL, DAVE)

ACCOUNTS = (
    Account(
        ALICE, "alice", "Alice Moreau", "Product manager", "employee", "Alice - employee, product",
        "Europe/Madrid", "#b3541e", department="Product",
    ),
    Account(
        BOB, "bob", "Bob Okafor", "Support lead", "employee", "Bob - ambassador, support",
        "Europe/London", "#1f6f8b", department="Support",
    ),
    Account(
        CAROL, "carol", "Carol Jensen", "Head of customer research", "employee", "Carol - council, research",
        "America/New_York", "#7a3e9d", department="Research",
    ),
    Account(
        DAVE, "dave", "Dave Tanaka", "Marketing director", "employee", "Dave - council, marketing",
        "Asia/Tokyo", "#2e7d4f", department="Marketing",
    ),
    Account(
        GINA, "gina", "Gina Rossi", "Freelance designer", "guest", "Gina - guest",
        "Australia/Adelaide", "#a8325e",
    ),
    Account(
        EVE, "eve", "Eve Lindqvist", "Partner manager, Acme", "external", "Eve - external, Acme",
        "America/Sao_Paulo", "#5b6770",
    ),
)  # fmt: skip

CHANNELS = (
    ChannelSeed("C0PRODUCT", "product", (*EMPLOYEES, BOT_USER), "What we build next, and for whom"),
    ChannelSeed("C0MARKETING", "marketing", (*EMPLOYEES, BOT_USER), "Campaigns, words, launches"),
    ChannelSeed("C0SUPPORT", "support", (*EMPLOYEES, BOT_USER), "What customers tell us today"),
    ChannelSeed("C0STORIES", "customer-stories", (*EMPLOYEES, BOT_USER), "True stories from customers"),
    ChannelSeed("C0GENERAL", "general", EMPLOYEES, "Everybody (Persona is not in here)"),
    ChannelSeed(
        "C0WELCOME", "welcome-guests", (*EMPLOYEES, GINA, BOT_USER), "For people who help us for a while"
    ),
    ChannelSeed(
        "C0ACMEPARTNERS",
        "acme-partners",
        (ALICE, CAROL, EVE, BOT_USER),
        "Shared with Acme",
        is_ext_shared=True,
    ),
)

MESSAGES = (
    MessageSeed("C0GENERAL", DAVE, "Morning all. Quarterly numbers are in the usual folder.", 1560),
    MessageSeed(
        "C0PRODUCT", BOB, "Three tickets this week about the first login. People look for the import.", 1435,
        ((ALICE, "Same in the interviews. I will look at what we know about that moment."),),
    ),
    MessageSeed("C0SUPPORT", BOB, "Heads-up: many questions about invoices after the price change.", 410),
    MessageSeed(
        "C0SUPPORT", CAROL, "Thanks. Could you note how they word it? Their own words help most.", 395
    ),
    MessageSeed("C0MARKETING", DAVE, "The autumn newsletter is drafted. Who would read it to the end?", 300),
    MessageSeed("C0STORIES", CAROL, "Stories with consent go here. Short and true, please.", 280),
    MessageSeed("C0WELCOME", ALICE, "Welcome, Gina! Ask anything about the project here.", 240),
    MessageSeed("C0ACMEPARTNERS", EVE, "Hi from Acme! Looking forward to the joint launch.", 180),
    MessageSeed(
        "C0PRODUCT", ALICE, "Before we change onboarding again: what would our personas say?", 12
    ),
)  # fmt: skip

SEED = WorkspaceSeed(ACCOUNTS, CHANNELS, MESSAGES, {"S0AMBASSADORS": (BOB,), "S0COUNCIL": (CAROL, DAVE)})
