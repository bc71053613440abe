"""The format is documented: as JSON Schema, and by a full example. Packs that exist are valid."""

import json
import os
import re
import tomllib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest

from persona_store.database import Store
from persona_store.evidence import METHODS
from persona_store.packs import ImportReport, check_pack, import_pack, pack_schema
from persona_store.packs.format import PARTS, Method
from tests.persona_store.conftest import TODAY, Check

ROOT = Path(__file__).parents[2]
ANSWERS = Path(os.environ.get("PERSONA_ANSWERS", ROOT.parent / "shared" / "answers"))
EXAMPLE = re.compile(r"^```toml\n(# a complete persona pack\n.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(pack_schema())


def test_the_schema_describes_every_key() -> None:
    schema = pack_schema()

    tables = [schema, *schema["$defs"].values()]
    undescribed = [
        f"{table.get('title')}.{key}"
        for table in tables
        for key, value in table["properties"].items()
        if "description" not in value
    ]
    assert undescribed == []


def test_the_schema_accepts_what_the_check_accepts(priya: dict[str, Any], check: Check) -> None:
    jsonschema.validate(priya, pack_schema())

    assert check(priya).pack


@pytest.mark.parametrize(
    "wrong", [{"slug": "Priya Raman"}, {"nmae": "Priya"}, {"aliases": 3}, {"priority": "x"}]
)
def test_the_schema_refuses_what_the_check_refuses(
    priya: dict[str, Any], check: Check, wrong: dict[str, Any]
) -> None:
    priya["personas"][0] |= wrong

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(priya, pack_schema())
    assert check(priya).pack is None


def test_every_method_of_research_has_a_bucket() -> None:
    assert set(get_args(Method)) == set(METHODS)


def test_the_example_in_the_readme_is_complete_and_can_be_imported(
    sqlite_store: Store, bring: Callable[..., ImportReport], check: Check
) -> None:
    readme = ROOT / "README.md"
    found = EXAMPLE.search(readme.read_text()) if readme.is_file() else None
    if found is None:
        pytest.skip("README.md has no complete persona pack yet")
    example = tomllib.loads(found[1])

    checked = check({"pack.toml": found[1]})
    report = bring(sqlite_store, {"pack.toml": found[1]})

    assert checked.problems == []
    assert report.added
    assert _keys(example) == {key for model in PARTS.values() for key in model.model_fields} | {
        *("organisation", "source", "licence", "language", *PARTS, "statements", "journey"),
        *(
            "kind",
            "text",
            "topic",
            "verbatim",
            "evidence",
            "stage",
            "doing",
            "thinking",
            "feeling",
            "opportunity",
        ),
    }


def _keys(value: object) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(_keys, value))
    if not isinstance(value, dict):
        return set()
    return {*value, *(key for name, inner in value.items() if name != "demographics" for key in _keys(inner))}


def test_the_example_company_has_no_errors(sqlite_store: Store, now: datetime) -> None:
    folder = ROOT / "content" / "personas"
    if not list(folder.glob("*.toml")):
        pytest.skip("there is no example company yet")

    pack, problems = check_pack(folder, today=TODAY)

    assert [str(problem) for problem in problems if problem.severity == "error"] == []
    assert pack
    with sqlite_store.begin() as session:
        assert import_pack(session, pack, now=now, published_by="carol").added


@pytest.mark.skipif(not ANSWERS.is_dir(), reason="the packs for measuring answers are not here")
@pytest.mark.parametrize("file", sorted((ANSWERS / "packs").glob("*.json")), ids=lambda file: file.stem)
def test_packs_of_real_organisations_are_imported_as_they_are(
    store: Store, now: datetime, file: Path
) -> None:
    given = json.loads(file.read_text())

    pack, problems = check_pack(file, today=TODAY)

    assert pack, problems
    with store.begin() as session:
        import_pack(session, pack, now=now, published_by="carol")
        assert not import_pack(session, pack, now=now, published_by="carol").has_changes
    assert [persona.slug for persona in pack.personas] == [persona["slug"] for persona in given["personas"]]
    assert [[one.text for one in persona.statements] for persona in pack.personas] == [
        [one["text"] for one in persona["statements"]] for persona in given["personas"]
    ]
