"""What people type into forms, held to the same rules as what stands in packs."""

from datetime import date
from typing import Any, TypeVar

from pydantic import ValidationError

from persona_store.errors import FieldError, StoreError
from persona_store.packs.fields import Entry
from persona_store.packs.format import PackPersona, as_snapshot, as_written
from persona_store.packs.problems import Step, problems_of, shortened

AnyEntry = TypeVar("AnyEntry", bound=Entry)


def entered(kind: type[AnyEntry], values: dict[str, Any], today: date) -> AnyEntry:
    """The entry, without what is empty. Raises FieldError with the first field that cannot be taken."""
    given = {name: value for name, value in values.items() if value not in (None, "", [], (), {})}
    try:
        return kind.model_validate(given, context={"today": today})
    except ValidationError as error:
        for path, text in problems_of(error.errors(include_url=False), ()):
            inside = "".join(f"{_named(step)}: " for step in path[1:])
            raise FieldError(str(path[0]) if path else "", _sentence(inside + text)) from None
        raise


def entered_snapshot(kind: type[Entry], values: dict[str, Any], today: date) -> dict[str, Any]:
    return as_written(entered(kind, values, today))


def persona_of(snapshot: dict[str, Any], today: date) -> PackPersona:
    """A snapshot as a persona again. Raises StoreError where the format has become stricter since."""
    try:
        return PackPersona.model_validate(snapshot, context={"today": today})
    except ValidationError as error:
        told = [
            f"{' > '.join(map(str, path))}: {text}"
            for path, text in problems_of(error.errors(include_url=False), ())
        ]
        raise StoreError(f"This cannot be published as it is. {'; '.join(told[:5])}.") from None


def snapshot_of(persona: PackPersona) -> dict[str, Any]:
    """A persona as a draft keeps it: without the day of its verification."""
    return {name: value for name, value in as_snapshot(persona).items() if name != "verified_on"}


def _named(step: Step) -> str:
    """An entry of a list or of a table."""
    return f"Number {step + 1}" if isinstance(step, int) else shortened(step)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
