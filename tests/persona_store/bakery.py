"""A small catalogue that questions are asked of in tests."""

from persona_store.answering import Answer, Index
from persona_store.catalogue import PersonaEntry, Scope, Snapshot, StatementEntry
from persona_store.evidence import Strength

STAGES = (
    Scope("trial", "Trial", ("trying us out",)),
    Scope("onboarding", "Onboarding", ("first logs in",)),
    Scope("renewal", "Renewal", ("renews",)),
)
LENSES = (Scope("sales", "Sales", ()), Scope("product", "Product", ()))
PERSONAS = {
    "priya": ("Priya Raman", "Operations lead", ("Pri", "ops lead"), "Mid-market groups"),
    "marco": ("Marco Duarte", "Shop manager", ("store manager",), "Mid-market groups"),
    "yuki": ("Yuki Brandt", "Financial controller", (), "Enterprise"),
    "alexandra": ("Alexandra Bell", "Warehouse picker", ("Sandy",), "Enterprise"),
    "will": ("Will Okafor", "Delivery driver", (), "Single shops"),
}
STATEMENTS = [
    (
        "priya.figures",
        "need",
        "Needs to see her own sales figures before configuring anything",
        "onboarding",
        "",
    ),
    (
        "priya.passwords",
        "pain_point",
        "Loses an hour to password resets for seasonal staff",
        "onboarding",
        "",
    ),
    ("priya.page", "need", "Needs one page of savings to defend the contract", "renewal", "sales"),
    ("priya.fees", "pain_point", "Is angered by charges that appear without notice", "renewal", ""),
    ("priya.alerts", "preference", "Prefers one morning summary to alerts all day", "", "product"),
    ("priya.growth", "goal", "Wants to open three shops without hiring more planners", "", ""),
    ("marco.tablet", "behaviour", "Uses the tablet standing, between two customers", "", ""),
    ("marco.waste", "pain_point", "Fears that logged waste is held against the team", "", ""),
    ("marco.pictures", "need", "Needs a picture beside each product name", "onboarding", ""),
    ("yuki.export", "behaviour", "Exports invoices to a spreadsheet at the end of each month", "", ""),
    ("yuki.audit", "need", "Needs stock values that an auditor accepts", "", ""),
    ("alexandra.gloves", "pain_point", "Cannot use the scanner with gloves on", "", ""),
    ("will.signal", "pain_point", "Loses the delivery list where there is no signal", "", ""),
]


def statement(key: str, kind: str, text: str, stage: str = "", lens: str = "") -> StatementEntry:
    return StatementEntry(
        key=key,
        persona=key.partition(".")[0],
        kind=kind,
        text=text,
        topic="",
        stages=(stage,) if stage else (),
        lenses=(lens,) if lens else (),
        strength=Strength.ASSUMPTION,
    )


def persona(
    slug: str, name: str, role: str = "", aliases: tuple[str, ...] = (), segment: str = ""
) -> PersonaEntry:
    return PersonaEntry(slug, name, role, "", "", segment, "primary", "", aliases)


def bakery(*more: PersonaEntry, said: tuple[StatementEntry, ...] = (), language: str = "en") -> Index:
    personas = [persona(slug, *rest) for slug, rest in PERSONAS.items()]
    statements = [statement(*row) for row in STATEMENTS]
    return Index(Snapshot(1, language, (*personas, *more), (*statements, *said), STAGES, LENSES))


def keys(answer: Answer) -> list[str]:
    return [found.statement for found in answer.statements]
