"""The building blocks of the pack format: patterns, limits, days."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo
from pydantic_core import PydanticCustomError

ID = r"^[A-Za-z0-9][A-Za-z0-9._:/-]*$"
SLUG = r"^[a-z0-9][a-z0-9-]*$"
HTTPS = r'^https://[^\s<>|"]+$'
ONE_LINE = r"^[^\n\u2028\u2029]*$"
LANGUAGE = r"^[a-z]{2}$"

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
EARLIEST = date(1950, 1, 1)
LONGEST_NUMBER = 10**15
WHOLE_NUMBER = re.compile(r"0|-?[1-9]\d{0,14}", re.ASCII)


def _day(value: object, info: ValidationInfo) -> object:
    """A day of TOML, or one written as text; not after the ``today`` of the check."""
    if isinstance(value, str) and DAY.fullmatch(value):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("day", "there is no such day in the calendar") from None
    if type(value) is not date:
        raise PydanticCustomError("day", "expected a day such as 2026-03-31")
    today = (info.context or {}).get("today")
    if today and value > today:
        raise PydanticCustomError(
            "future", "this day is in the future; expected {today} or before", {"today": today}
        )
    if value < EARLIEST:
        raise PydanticCustomError(
            "past", "this day is too long ago; expected {day} or later", {"day": EARLIEST}
        )
    return value


def _number_as_text(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < LONGEST_NUMBER:
        return str(value)
    return value


def _once_each(values: list[str]) -> list[str]:
    return list(dict.fromkeys(values))


def line(longest: int) -> Any:  # noqa: ANN401
    return Field(min_length=1, max_length=longest, pattern=ONE_LINE)


def maybe(longest: int, pattern: str | None = ONE_LINE) -> Any:  # noqa: ANN401
    return Field(default=None, min_length=1, max_length=longest, pattern=pattern)


def id_field(pattern: str = ID) -> Any:  # noqa: ANN401
    return Field(min_length=1, max_length=100, pattern=pattern)


def many(most: int) -> Any:  # noqa: ANN401
    return Field(default_factory=list, max_length=most)


Day = Annotated[date, BeforeValidator(_day)]
Id = Annotated[str, Field(min_length=1, max_length=100, pattern=ID)]
Line = Annotated[str, Field(min_length=1, max_length=150, pattern=ONE_LINE)]
Lines = Annotated[list[Line], AfterValidator(_once_each)]
Ids = Annotated[list[Id], AfterValidator(_once_each)]
Label = Annotated[str, Field(min_length=1, max_length=40, pattern=ONE_LINE)]
Fact = Annotated[
    str,
    BeforeValidator(_number_as_text, json_schema_input_type=str | int),
    Field(min_length=1, max_length=200, pattern=ONE_LINE),
]


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)
