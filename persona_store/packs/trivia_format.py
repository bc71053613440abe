"""The format of a trivia file: scenarios, and how questions are worded."""

from string import Formatter
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo
from pydantic_core import PydanticCustomError

from persona_store.packs.fields import ONE_LINE, Entry, id_field, many, maybe

OPTIONS = 4
OPTION_LENGTH, TEXT_LENGTH = 200, 600

Option = Annotated[str, Field(min_length=1, max_length=OPTION_LENGTH, pattern=ONE_LINE)]


def _four_different(options: list[str]) -> list[str]:
    if len(options) != OPTIONS:
        raise PydanticCustomError("four", "expected four options, found {count}", {"count": len(options)})
    if len({" ".join(option.casefold().split()).rstrip(".") for option in options}) != OPTIONS:
        raise PydanticCustomError("same", "two of the options say the same")
    return options


class PackScenario(Entry):
    """Something that happens with a customer like a persona, and what would help."""

    id: str = id_field()
    """One scenario in the folder has this id; keep it when the text changes."""
    persona: str = id_field()
    """Slug of the persona."""
    stage: str | None = maybe(100)
    """Id of the journey stage in which it happens."""
    situation: str = Field(min_length=1, max_length=TEXT_LENGTH)
    """What a customer like the persona writes or does."""
    question: str = Field(min_length=1, max_length=200, pattern=ONE_LINE)
    """What is asked."""
    options: Annotated[list[Option], AfterValidator(_four_different)]
    """Four, of much the same length."""
    answer: Annotated[int, Field(ge=0, le=OPTIONS - 1)]
    """Which option is right, counted from 0."""
    why: str = Field(min_length=1, max_length=TEXT_LENGTH)
    """Why it is right and the others are not."""
    statement: str = id_field()
    """Id of the statement on which the right option rests: a current one of the persona, with evidence."""


KINDS = (
    "goal",
    "need",
    "pain_point",
    "job",
    "expectation",
    "preference",
    "behaviour",
    "trigger",
    "objection",
)
PROMPTS = {
    **{f"whose_{kind}": {"statement"} for kind in KINDS},
    "quote": {"quote"},
    "hers": {"persona"},
    "true_false": {"persona", "statement"},
    "odd": {"persona"},
    "stage": {"persona", "statement"},
    "hurts": {"persona"},
    "segment_name": {"persona"},
    "segment_size": {"persona", "segment"},
    "segment_order_value": {"persona", "segment"},
    "segment_region": {"persona", "segment"},
    "story": {"text"},
}
OPTION_TEXTS: dict[str, set[str]] = {"true": set(), "false": set()}
WHYS = {
    "whose": {"persona", "who"},
    "whose_verbatim": {"persona", "who", "verbatim"},
    "quote": {"persona", "who"},
    "quote_statement": {"persona", "who", "statement"},
    "hers": {"persona", "who", "statement"},
    "hers_verbatim": {"persona", "who", "statement", "verbatim"},
    "false": {"persona", "other"},
    "odd": {"persona", "other", "statement"},
    "stage": {"persona", "stage", "description"},
    "hurts": {"persona", "count", "second"},
    "segment": {"persona", "segment", "description"},
    "story": {"persona", "title"},
}
PLACES = {"prompts": PROMPTS, "options": OPTION_TEXTS, "whys": WHYS}


def _complete(texts: dict[str, str], info: ValidationInfo) -> dict[str, str]:
    """Every text is there, none else, and each fills in nothing but what there is."""
    known = PLACES[str(info.field_name)]
    for name, text in texts.items():
        if name not in known:
            raise PydanticCustomError("unknown_text", 'there is no "{name}" to word', {"name": name})
        _check_places(name, text, known[name])
    for name in sorted(known.keys() - texts.keys()):
        raise PydanticCustomError("missing_text", '"{name}" is missing', {"name": name})
    return texts


def _check_places(name: str, text: str, known: set[str]) -> None:
    told: dict[str, Any] = {"name": name, "known": ", ".join(sorted(known)) or "nothing"}
    try:
        places = list(Formatter().parse(text))
    except ValueError:
        raise PydanticCustomError("braces", '"{name}" has a brace that does not close', told) from None
    if any(field is not None and (field not in known or spec or how) for _, field, spec, how in places):
        raise PydanticCustomError("place", '"{name}" can be filled in with {known} only', told)


Texts = Annotated[
    dict[str, Annotated[str, StringConstraints(min_length=1, max_length=300)]], AfterValidator(_complete)
]


class PackWords(Entry):
    """How questions are worded."""

    prompts: Texts
    """What asks: its first line asks, the rest is what is asked about."""
    options: Texts
    """Options that are no statement."""
    whys: Texts
    """Why the right answer is right."""


class PackTrivia(Entry):
    """A file of scenarios."""

    scenarios: list[PackScenario] = many(500)
    """The scenarios."""
