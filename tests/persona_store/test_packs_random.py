"""Anything at all may lie where a pack should be; and any pack without errors comes back as it was."""

import json
import string
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from persona_store.database import Store
from persona_store.packs import Pack, as_written, check_pack, export_pack, import_pack, write_pack
from persona_store.packs.format import KINDS, LENSES, PARTS, Pronouns
from tests.persona_store.conftest import TODAY

SETTINGS = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
MODELS: list[type[BaseModel]] = [Pack, *PARTS.values()]
KEYS = sorted({name for model in MODELS for name in model.model_fields} | {"id", "stage"})
STAGES, EVIDENCE, SEGMENTS = ["trial", "daily-use", "renewal"], ["e1", "e.2", "E/3"], ["s1", "s2"]

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=30)
ids = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=4)
days = st.dates(date(1950, 1, 1), TODAY)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    ids,
    days.map(str),
    st.sampled_from([*KINDS, *STAGES, *LENSES, "interview", "e1", "https://a.example/b"]),
)
trees = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inner, max_size=8)
    ),
    max_leaves=40,
)
packlike = st.dictionaries(
    st.sampled_from([*PARTS, "organisation", "language"]), trees | st.lists(trees, max_size=3)
)


def _lines(longest: int = 30) -> st.SearchStrategy[str]:
    return texts.map(lambda text: " ".join(text.split())[:longest].strip()).filter(bool)


def _table(needed: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(needed, optional=optional)


statements = _table(
    {"id": ids, "kind": st.sampled_from(KINDS), "text": _lines()},
    {
        "topic": _lines(),
        "verbatim": texts,
        "stages": st.lists(st.sampled_from(STAGES), max_size=4),
        "lenses": st.lists(st.sampled_from([*LENSES, "finance"]), max_size=4),
        "evidence": st.lists(st.sampled_from(EVIDENCE), max_size=4),
    },
)
personas = _table(
    {"slug": ids, "name": _lines(), "role": _lines()},
    {
        **dict.fromkeys(["archetype", "voice", "owner"], _lines()),
        **dict.fromkeys(["summary", "quote"], texts | st.just("one\ntwo\n\n'''\"\"\"three\\")),
        "aliases": st.lists(_lines(), max_size=4),
        "segment": st.sampled_from(SEGMENTS) | _lines(),
        "pronouns": st.sampled_from(get_args(Pronouns)),
        "priority": st.sampled_from(["primary", "secondary", "negative"]),
        "demographics": st.dictionaries(_lines(), _lines() | st.integers(-(10**14), 10**14), max_size=4),
        "review_interval_days": st.integers(1, 3650),
        "verified_on": days.map(str),
        "statements": st.lists(statements, max_size=5),
        "journey": st.lists(
            _table(
                {"stage": st.sampled_from(STAGES)},
                {"doing": texts, "feeling": _lines(), "touchpoints": st.lists(_lines())},
            ),
            max_size=3,
            unique_by=lambda step: step["stage"],
        ),
    },
)


@st.composite
def good_packs(draw: st.DrawFn) -> dict[str, Any]:
    drawn = draw(st.lists(personas, max_size=4, unique_by=lambda persona: persona["slug"]))
    for persona in drawn:
        own = {statement["id"]: statement for statement in persona.get("statements", [])}
        persona["statements"] = [{**one, "id": f"{persona['slug']}.{key}"} for key, one in own.items()]
    return {
        "organisation": draw(_lines()),
        "segments": [{"id": key, "name": draw(_lines())} for key in SEGMENTS],
        "stages": [{"id": key, "name": draw(_lines()), "words": draw(st.lists(_lines()))} for key in STAGES],
        "lenses": [{"id": "finance", "name": draw(_lines())}],
        "evidence": [
            {"id": key, "method": "crm", "date": str(draw(days)), "title": draw(_lines())} for key in EVIDENCE
        ],
        "personas": drawn,
    }


class Undone(Exception):  # noqa: N818
    """Rolls a transaction back, so that the next example finds an empty store."""


@pytest.fixture
def through_the_store(sqlite_store: Store, now: datetime) -> Callable[[Pack], Pack]:
    """Imports a pack into an empty store, twice, and gives back the export."""

    def through(pack: Pack) -> Pack:
        with suppress(Undone), sqlite_store.begin() as session:
            import_pack(session, pack, now=now, published_by="carol")
            assert not import_pack(session, pack, now=now, published_by="carol").has_changes
            got = export_pack(session)
            raise Undone
        return got

    return through


def _checked(path: Path) -> Pack | None:
    return check_pack(path, today=TODAY)[0]


@SETTINGS
@given(content=packlike)
def test_no_json_makes_a_check_fail(
    tmp_path: Path, through_the_store: Callable[[Pack], Pack], content: dict[str, Any]
) -> None:
    file = tmp_path / "pack.json"
    file.write_text(json.dumps(content))

    pack, problems = check_pack(file, today=TODAY)

    assert (pack is None) == any(problem.severity == "error" for problem in problems)
    assert all(problem.file == "pack.json" and problem.message for problem in problems)
    if pack:
        exported = through_the_store(pack)
        assert [persona.slug for persona in exported.personas] == [persona.slug for persona in pack.personas]


@SETTINGS
@given(content=st.binary() | st.text().map(str.encode), suffix=st.sampled_from([".toml", ".json"]))
def test_no_bytes_make_a_check_fail(tmp_path: Path, content: bytes, suffix: str) -> None:
    file = tmp_path / f"pack{suffix}"
    file.write_bytes(content)

    pack, problems = check_pack(file, today=TODAY)

    assert pack or problems


@SETTINGS
@given(good=good_packs(), data=st.data())
def test_one_odd_value_in_a_good_pack_is_told_or_taken(
    tmp_path: Path, good: dict[str, Any], data: st.DataObject
) -> None:
    part = data.draw(st.sampled_from([key for key in PARTS if good[key]]))
    entry = data.draw(st.sampled_from(good[part]))
    entry[data.draw(st.sampled_from([*entry, *KEYS]))] = data.draw(trees)
    file = tmp_path / "pack.json"
    file.write_text(json.dumps(good))

    pack, problems = check_pack(file, today=TODAY)

    assert pack or all("pydantic" not in str(problem) and "type=" not in str(problem) for problem in problems)


@SETTINGS
@given(good=good_packs(), form=st.sampled_from(["toml", "json"]))
def test_a_good_pack_goes_through_store_and_files_unchanged(
    tmp_path: Path, through_the_store: Callable[[Pack], Pack], good: dict[str, Any], form: str
) -> None:
    (tmp_path / "given.json").write_text(json.dumps(good))
    pack = _checked(tmp_path / "given.json")
    assert pack

    exported = through_the_store(pack)
    write_pack(exported, tmp_path / f"written.{form}", replace=True)
    read = _checked(tmp_path / f"written.{form}")

    assert read is not None
    assert as_written(read) == as_written(exported)
    assert through_the_store(read) == exported
    for before, after in zip(pack.personas, exported.personas, strict=True):
        assert _canonical(before, exported) == _canonical(after, exported)


def _canonical(persona: Any, exported: Pack) -> dict[str, Any]:
    """Without what means nothing: the order of references, what the import gave, the name of a segment."""
    written = as_written(persona)
    names = {segment.name.casefold(): segment.id for segment in exported.segments}
    for statement in written.get("statements", []):
        for key in ("stages", "lenses", "evidence"):
            statement[key] = sorted(statement.get(key, []))
    segment = written.pop("segment", None)
    for of_the_import in ("verified_on", "revision"):
        written.pop(of_the_import, None)
    return {**written, "segment": segment and names.get(segment.casefold(), segment.casefold())}
