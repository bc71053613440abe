"""What was imported comes back; what is exported can be imported again."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from persona_store.database import Store
from persona_store.errors import PackError
from persona_store.packs import ImportReport, Pack, as_written, check_pack, import_pack, write_pack
from persona_store.packs.order import merged_order
from tests.persona_store.conftest import TODAY, Check, another_persona, exported

Bring = Callable[..., ImportReport]
Table = dict[str, Any]

FORMS = ["pack", "pack.toml", "pack.json"]


def read_back(path: Path) -> Pack:
    pack, problems = check_pack(path, today=TODAY)
    assert pack, problems
    return pack


def test_what_was_imported_comes_back(store: Store, bring: Bring, check: Check, priya: Table) -> None:
    bring(store, priya)

    got = as_written(exported(store))

    wanted = check(priya).pack
    assert wanted
    written = as_written(wanted)
    written["personas"][0]["statements"][0]["stages"].sort(reverse=True)  # in the order of the journey
    assert got["personas"][0].pop("revision") == 1
    assert got == written


@pytest.mark.parametrize("form", FORMS)
def test_an_export_imported_into_an_empty_store_is_the_same_export(
    store: Store,
    bring: Bring,
    new_store: Callable[[], Store],
    priya: Table,
    tmp_path: Path,
    form: str,
    now: Any,
) -> None:
    priya["lenses"] = [{"id": "finance", "name": "Finance"}, {"id": "cx", "name": "CX", "words": ["service"]}]
    priya["personas"].append(another_persona("marco", segment="Solo traders", aliases=["a, b", 'c "d"']))
    bring(store, priya)
    before = exported(store)
    write_pack(before, tmp_path / form)

    other = new_store()
    with other.begin() as session:
        import_pack(session, read_back(tmp_path / form), now=now, published_by="dave")

    after = exported(other)
    by_slug = sorted(before.personas, key=lambda persona: persona.slug)
    assert sorted(after.personas, key=lambda persona: persona.slug) == by_slug
    assert after.model_copy(update={"personas": []}) == before.model_copy(update={"personas": []})


@pytest.mark.parametrize("form", FORMS)
def test_what_is_written_is_what_is_read(check: Check, priya: Table, tmp_path: Path, form: str) -> None:
    priya["personas"][0] |= {
        "quote": 'She said: "no" \\ and\ttwo\nlines',
        "summary": "Zoë’s\n\n'''three''' \"\"\" quotes\nمرحبا 🥐",
        "demographics": {"household size": 3, "postal code": "01234", 'a "b".c': "-0"},
        "licence": None,
    }
    del priya["personas"][0]["licence"]
    pack = check(priya).pack
    assert pack

    write_pack(pack, tmp_path / form)

    assert read_back(tmp_path / form) == pack


def test_a_folder_has_a_file_for_each_persona(check: Check, priya: Table, tmp_path: Path) -> None:
    priya["personas"].append(another_persona("marco"))
    pack = check(priya).pack
    assert pack

    written = write_pack(pack, tmp_path / "pack")

    names = ["company.toml", "evidence.toml", "priya.toml", "marco.toml"]
    assert [file.name for file in written] == names
    assert (
        tomllib.loads((tmp_path / "pack" / "priya.toml").read_text())["personas"][0]["name"] == "Priya Raman"
    )


def test_toml_is_written_as_people_write_it(check: Check, priya: Table, tmp_path: Path) -> None:
    pack = check(priya).pack
    assert pack

    write_pack(pack, tmp_path / "pack")

    lines = (tmp_path / "pack" / "priya.toml").read_text().splitlines()
    assert lines[:6] == [
        "[[personas]]",
        'slug = "priya"',
        'name = "Priya Raman"',
        'role = "Operations lead"',
        'aliases = ["ops lead", "Pri"]',
        'priority = "secondary"',
    ]
    assert "verified_on = 2026-10-01" in lines
    assert "[personas.demographics]" in lines
    assert "[[personas.statements]]" in lines


@pytest.mark.parametrize("slug", ["company", "evidence"])
def test_a_persona_may_be_called_like_another_file(
    check: Check, priya: Table, tmp_path: Path, slug: str
) -> None:
    priya["personas"] += [another_persona(slug), another_persona(f"{slug}-persona")]
    pack = check(priya).pack
    assert pack

    write_pack(pack, tmp_path / "pack")

    slugs = {persona.slug for persona in read_back(tmp_path / "pack").personas}
    assert slugs == {"priya", slug, f"{slug}-persona"}


@pytest.mark.parametrize("form", FORMS)
def test_writing_the_same_again_touches_nothing(
    check: Check, priya: Table, tmp_path: Path, form: str
) -> None:
    pack = check(priya).pack
    assert pack
    write_pack(pack, tmp_path / form)

    assert write_pack(pack, tmp_path / form) == []


@pytest.mark.parametrize("form", FORMS)
def test_what_somebody_edited_is_overwritten_only_when_asked(
    check: Check, priya: Table, tmp_path: Path, form: str
) -> None:
    pack = check(priya).pack
    assert pack
    write_pack(pack, tmp_path / form)
    priya["personas"][0]["role"] = "Director"
    changed = check(priya).pack
    assert changed

    with pytest.raises(PackError, match="is there already, and differs"):
        write_pack(changed, tmp_path / form)

    assert read_back(tmp_path / form) == pack
    assert len(write_pack(changed, tmp_path / form, replace=True)) == 1
    assert read_back(tmp_path / form) == changed


def test_files_of_another_pack_in_the_folder_are_not_mixed_in(
    check: Check, priya: Table, tmp_path: Path
) -> None:
    pack = check(priya).pack
    assert pack
    (tmp_path / "zoe.toml").touch()

    with pytest.raises(PackError, match=r"has other files of a pack, such as zoe.toml"):
        write_pack(pack, tmp_path, replace=True)


def test_a_place_that_cannot_be_written_says_so(check: Check, priya: Table, tmp_path: Path) -> None:
    pack = check(priya).pack
    assert pack
    (tmp_path / "file").touch()

    with pytest.raises(PackError, match=r"cannot be written: "):
        write_pack(pack, tmp_path / "file" / "pack.toml")


def test_json_is_readable_and_in_utf_8(check: Check, priya: Table, tmp_path: Path) -> None:
    priya["personas"][0]["name"] = "Zoë"
    pack = check(priya).pack
    assert pack

    write_pack(pack, tmp_path / "pack.json")

    text = (tmp_path / "pack.json").read_text()
    assert '"name": "Zoë"' in text
    assert json.loads(text)["personas"][0]["verified_on"] == "2026-10-01"


@pytest.mark.parametrize(
    ("stored", "given", "expected"),
    [
        ("", "abc", "abc"),
        ("abc", "", "abc"),
        ("abc", "abc", "abc"),
        ("abc", "cba", "cba"),
        ("abcd", "da", "dbca"),
        ("ac", "abc", "abc"),
        ("bc", "abc", "abc"),
        ("ab", "x", "abx"),
        ("ab", "bx", "abx"),
        ("abc", "axc", "axbc"),
    ],
)
def test_the_order_of_a_pack_is_merged_into_that_of_the_store(stored: str, given: str, expected: str) -> None:
    merged = merged_order(list(stored), list(given))

    assert "".join(merged) == expected
    assert merged_order(merged, list(given)) == merged
