"""The format of a persona pack: what a file may hold, field by field.

These models are the reference: the checks, the JSON Schema and the export are made from them. The text
under a field is its description in the JSON Schema.
"""

from typing import Any, Literal, get_args

from pydantic import Field

from persona_store.packs.fields import (
    HTTPS,
    LANGUAGE,
    SLUG,
    WHOLE_NUMBER,
    Day,
    Entry,
    Fact,
    Ids,
    Label,
    Lines,
    id_field,
    line,
    many,
    maybe,
)

Kind = Literal[
    "goal",
    "need",
    "pain_point",
    "job",
    "expectation",
    "preference",
    "behaviour",
    "trigger",
    "objection",
]
Method = Literal[
    "interview",
    "survey",
    "focus_group",
    "voice_of_customer",
    "observation",
    "mystery_shopping",
    "diary",
    "usability_test",
    "product_analytics",
    "web_analytics",
    "crm",
    "purchase",
]
Priority = Literal["primary", "secondary", "negative"]
Pronouns = Literal["she/her", "he/him", "they/them"]

KINDS: tuple[Kind, ...] = get_args(Kind)
LENSES = {"product": "Product", "marketing": "Marketing", "sales": "Sales", "support": "Support", "cx": "CX"}
"""The lenses that every store has, and their names."""

MOST = {"segments": 1_000, "stages": 100, "lenses": 100, "evidence": 50_000, "personas": 10_000}
"""How many a pack may have of each."""


class PackSegment(Entry):
    """A quantified group of customers that personas stand for."""

    id: str = id_field()
    """How personas refer to it."""
    name: str = line(150)
    """What people call it."""
    description: str | None = maybe(1000, None)
    """Who belongs to it."""
    size: str | None = maybe(150)
    """How many customers, in your words: "12 % of customers"."""
    order_value: str | None = maybe(150)
    """What they spend, in your words: "EUR 4,000 a year"."""
    region: str | None = maybe(150)
    """Where they are."""
    industry: str | None = maybe(150)
    """What they do."""


class PackStage(Entry):
    """A stage of the customer journey. The order in the pack is the order of the journey."""

    id: str = id_field()
    """How statements and journeys refer to it."""
    name: str = line(80)
    """What people call it."""
    description: str | None = maybe(1000, None)
    """What happens in it."""
    touchpoints: Lines = many(100)
    """Where customers meet the company in this stage."""
    words: Lines = many(100)
    """How people say it in a question: "first logs in", "trying us out"."""


class PackLens(Entry):
    """A function's view on the personas. Product, marketing, sales, support and cx are always there."""

    id: str = id_field()
    """How statements refer to it."""
    name: str = line(80)
    """What people call it."""
    description: str | None = maybe(1000, None)
    """What this function looks for."""
    words: Lines = many(100)
    """How people say it in a question."""


class PackEvidence(Entry):
    """A piece of research."""

    id: str = id_field()
    """How statements refer to it."""
    method: Method
    """How it was done; says what kind of evidence it is: the customer's voice, behaviour, analytics."""
    date: Day
    """The day it was done, or the last day of it."""
    participants: int | None = Field(default=None, ge=1, le=1_000_000_000)
    """How many customers took part, or were counted."""
    title: str = line(300)
    """What people call it."""
    source_owner: str | None = maybe(150)
    """Who has the full material."""
    access: str | None = maybe(300)
    """Who may see the full material, and how one gets it."""
    link: str | None = maybe(2000, HTTPS)
    """Where the full material is."""
    note: str | None = maybe(1000, None)
    """What one should know before relying on it."""


class PackStatement(Entry):
    """One claim about a persona."""

    id: str = id_field()
    """One statement in the whole store has this id; keep it when the text changes."""
    kind: Kind
    """What sort of claim it is."""
    text: str = Field(min_length=1, max_length=1000)
    """The claim, in one or two sentences."""
    topic: str | None = maybe(150)
    """What it is about, in a word or two."""
    stages: Ids = many(100)
    """Ids of the journey stages where it holds; none: everywhere."""
    lenses: Ids = many(100)
    """Ids of the lenses it matters to; none: all."""
    evidence: Ids = many(100)
    """Ids of the research it rests on; none: it is an assumption."""
    verbatim: str | None = maybe(300, None)
    """A participant's own words that show it, in the first person."""


class PackStep(Entry):
    """What the persona does, thinks and feels in one stage of the journey."""

    stage: str = id_field()
    """Id of the journey stage."""
    doing: str | None = maybe(1000, None)
    """What the persona does."""
    thinking: str | None = maybe(1000, None)
    """What the persona thinks."""
    feeling: str | None = maybe(80)
    """One word, or a few."""
    touchpoints: Lines = many(100)
    """Where the persona meets the company."""
    opportunity: str | None = maybe(1000, None)
    """What the company could do better here."""


class PackPersona(Entry):
    """A research-based archetype of real customers."""

    slug: str = Field(min_length=1, max_length=80, pattern=SLUG)
    """The persona's id: a-z, 0-9 and "-"; keep it when the name changes."""
    name: str = line(80)
    """The persona's name."""
    role: str = line(150)
    """Occupation."""
    aliases: Lines = many(100)
    """Nicknames and other names of the role by which people ask for the persona."""
    archetype: str | None = maybe(300)
    """The persona in one line."""
    priority: Priority = "primary"
    """Primary: we build for them. Secondary: also served. Negative: not whom we build for."""
    segment: str | None = maybe(150)
    """Id of a segment of the pack or the store, or any text."""
    pronouns: Pronouns | None = None
    """The words for the persona in sentences."""
    demographics: dict[Label, Fact] = Field(default_factory=dict, max_length=50)
    """Age, location, household and the like: short texts or whole numbers."""
    summary: str | None = maybe(3000, None)
    """A paragraph or two."""
    quote: str | None = maybe(500, None)
    """One sentence that the persona would say."""
    voice: str | None = maybe(300)
    """How the persona talks."""
    portrait: str | None = maybe(2000, HTTPS)
    """Address of a picture."""
    owner: str | None = maybe(150)
    """Whom to contact: an e-mail address, a Slack user id, or a name."""
    review_interval_days: int = Field(default=90, ge=1, le=3650)
    """How long the persona counts as verified."""
    verified_on: Day | None = None
    """The day it was last verified; when absent, the day of the import that changed it."""
    revision: int | None = Field(default=None, ge=1, le=1_000_000_000)
    """The revision that this was exported at; whoever changes it knows what the council published."""
    statements: list[PackStatement] = many(2000)
    """What we know of the persona, in the order in which a card shows it."""
    journey: list[PackStep] = many(100)
    """The persona's way through the stages."""


class Pack(Entry):
    """A persona pack, or one file of it."""

    organisation: str | None = maybe(200)
    """Whose personas these are."""
    source: str | None = maybe(1000, None)
    """Where the pack comes from."""
    licence: str | None = maybe(1000, None)
    """The terms under which the pack may be used."""
    language: str = Field(default="en", pattern=LANGUAGE)
    """The language of the texts: two letters, as in ISO 639-1."""
    segments: list[PackSegment] = many(MOST["segments"])
    """The segments that personas refer to."""
    stages: list[PackStage] = many(MOST["stages"])
    """The stages of the customer journey, in its order."""
    lenses: list[PackLens] = many(MOST["lenses"])
    """Further lenses, or further words for the ones that are always there."""
    evidence: list[PackEvidence] = many(MOST["evidence"])
    """The register of research."""
    personas: list[PackPersona] = many(MOST["personas"])
    """The personas."""


PARTS: dict[str, type[Entry]] = {
    "segments": PackSegment,
    "stages": PackStage,
    "lenses": PackLens,
    "evidence": PackEvidence,
    "personas": PackPersona,
}
"""The lists of a pack, and what is in them."""

HEAD = ("organisation", "source", "licence", "language")
"""What a pack says of itself."""


def pack_schema() -> dict[str, Any]:
    """JSON Schema of a pack file (the same for JSON and, read as JSON, for TOML)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Persona pack",
        **{key: value for key, value in Pack.model_json_schema().items() if key != "title"},
    }


def as_written(entry: Entry) -> dict[str, Any]:
    """The entry as a pack writes it: nothing that is absent; days are dates."""
    return {name: _written(value) for name, value in entry if value not in (None, [], {})}


def _written(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, Entry):
        return as_written(value)
    if isinstance(value, list):
        return [_written(item) for item in value]
    if isinstance(value, dict):
        return {key: int(fact) if WHOLE_NUMBER.fullmatch(fact) else fact for key, fact in value.items()}
    return value


def as_snapshot(persona: PackPersona) -> dict[str, Any]:
    """The persona as JSON writes it, without the number of a revision."""
    written = as_written(persona)
    written.pop("revision", None)
    return {key: str(value) if key == "verified_on" else value for key, value in written.items()}
