"""What a persona must have to be primary: enough, and from customers. Pure."""

from collections.abc import Collection, Mapping

from persona_store.evidence import METHODS
from persona_store.packs.format import PackPersona

STATEMENTS = 5
CUSTOMER_VOICE = frozenset(method for method, bucket in METHODS.items() if bucket == "customer_voice")


def lacking(persona: PackPersona, methods: Mapping[str, str]) -> list[str]:
    """What keeps a persona from being primary, in words. ``methods``: of research, by its id."""
    used = {key for statement in persona.statements for key in statement.evidence}
    return lacks(
        archetype=bool(persona.archetype),
        statements=len(persona.statements),
        methods={methods[key] for key in used if key in methods},
    )


def lacks(*, archetype: bool, statements: int, methods: Collection[str]) -> list[str]:
    found = []
    if not archetype:
        found.append("an archetype: the persona in one line")
    if statements < STATEMENTS:
        found.append(f"{STATEMENTS} statements (it has {statements})")
    if CUSTOMER_VOICE.isdisjoint(methods):
        found.append(
            "a statement that rests on the customer’s voice (interview, survey, focus group, "
            "voice of customer)"
        )
    return found
