"""Whatever lies where a pack should be: no exception, no long wait, and file and place are told (S7)."""

import json
import os
import time
from pathlib import Path

import pytest

from persona_store.packs import check_pack
from persona_store.packs.files import DEEPEST, MOST_BYTES
from tests.persona_store.conftest import TODAY, Check

PERSONA = '[[personas]]\nslug = "a"\nname = "A"\nrole = "R"\n'
JSON_PERSONA = '{"personas": [{"slug": "a", "name": "A", "role": %s}]}'
MILLION = 1_000_000
QUICK = 20
"""Seconds that a check of hostile files may take here, on a slow machine that does other things as well."""


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("p.json", "[" * 100_000, "p.json: line 1: nested too deeply; expected at most 12 levels"),
        ("p.json", '{"a":' * 100_000, "p.json: line 1: nested too deeply"),
        ("p.toml", "\n\nx = " + "[" * 100_000, "p.toml: line 3: nested too deeply"),
        ("p.toml", "x = " + "{a=" * 100_000, "p.toml: line 1: nested too deeply"),
        ("p.toml", "[" + "a." * 200_000 + "a]", "p.toml: line 1: a key of more than 32 parts"),
        ("p.toml", '\n"a"' + '.  "a"' * 200_000 + " = 1", "p.toml: line 2: a key of more than 32 parts"),
        ("p.toml", '"\\""' + '."\\""' * 200_000 + " = 1", "p.toml: line 1: a key of more than 32 parts"),
        ("p.toml", PERSONA + "age = " + "9" * 50_000, "p.toml: line 5: a number of too many digits"),
        ("p.toml", PERSONA + "review_interval_days = 0x" + "f" * 100_000, "found a very long number"),
        (
            "p.json",
            JSON_PERSONA % ("9" * 100_000),
            "personas[0] (a) > role: expected a string, found a very long",
        ),
        ("p.json", JSON_PERSONA % "1e999", "role: expected a string, found a very long number"),
        ("p.json", JSON_PERSONA % "NaN", "p.json: personas[0] (a) > role: expected a string, found nan"),
        ("p.toml", PERSONA + "x = nan", "p.toml: personas[0] (a) > x: unknown key"),
        (
            "p.toml",
            PERSONA + "verified_on = 2026-01-01T10:00:00Z",
            "expected a day such as 2026-03-31, found a day",
        ),
        ("p.toml", PERSONA + "verified_on = 10:00:00", "verified_on: expected a day such as 2026-03-31"),
        (
            "p.toml",
            PERSONA + "slug = 'b'",
            "p.toml: line 5: not valid TOML: cannot overwrite a value",
        ),
        ("p.toml", "a = = 1", "p.toml: line 1, column 5: not valid TOML: "),
        ("p.toml", '\ufeff"', "p.toml: line 1: not valid TOML: unterminated string"),
        ("p.toml", b"\n\n\xff\xfe", "p.toml: line 3: not UTF-8 text; save the file as UTF-8"),
        ("p.json", "Priya".encode("utf-16"), "p.json: line 1: not UTF-8 text"),
        ("p.toml", b"name = 'a\x00b'", "p.toml: line 1, column 10: not valid TOML: "),
        ("p.json", JSON_PERSONA % '"a\\u0000b"', "personas[0] (a) > role: a control character (U+0000)"),
        ("p.json", JSON_PERSONA % '"a\\ud800b"', "personas[0] (a) > role: a control character (U+D800)"),
        ("p.json", JSON_PERSONA % '"a\\u001bb"', "personas[0] (a) > role: a control character (U+001B)"),
        ("p.json", JSON_PERSONA % '"R", "na\\u0007me": 1', "a control character (U+0007)"),
        (
            "p.json",
            JSON_PERSONA % '"R", "role": "S"',
            "p.json: personas[0] (a) > role: this key stands here twice",
        ),
        ("p.json", '{"personas": [], "personas": []}', "p.json: personas: this key stands here twice"),
        ("p.json", '{"personas": [}', "p.json: line 1, column 15: not valid JSON: expecting value"),
        ("p.json", "[]", "p.json: line 1: expected an object { ... } with the keys of a pack"),
        ("p.json", "3", "p.json: line 1: expected an object"),
        ("p.json", "null", "p.json: line 1: expected an object"),
        ("p.json", "", "p.json: line 1, column 1: not valid JSON: expecting value"),
        ("p.toml", "", "p.toml: the pack is empty"),
        (
            "p.json",
            '{"a": ' + "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1) + "}",
            "nested too deeply; expected at most 12 levels",
        ),
        ("p.json", json.dumps({f"k{n}": 1 for n in range(MILLION // 10)}), "100,000 keys are too many"),
        ("p.json", json.dumps({"personas": [3] * MILLION}), "p.json: personas[0]: expected a table, found 3"),
        ("p.json", json.dumps({"personas": [{}] * (MILLION // 5)}), "personas: 200,000 entries are too many"),
        ("p.json", '{"personas": [%s]}' % ("[]," * (2 * MILLION) + "[]"), "p.json: too many values"),
        ("p.json", " " * (MOST_BYTES + 1), "p.json: too large; expected at most 32 MB a file"),
        ("p.toml", "#" * 8 * MILLION, "p.toml: the pack is empty"),
        ("p.toml", "x = '" + "a" * 10 * MILLION + "'", "p.toml: x: unknown key"),
        ("p.json", JSON_PERSONA % ('"' + "a b " * 2 * MILLION + '"'), "role: too long: 7,999,999 characters"),
        ("p.json", '{"%s": 1}' % ("k" * 10 * MILLION), "p.json: kkkkkkkk"),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, str) else "bytes",
)
def test_a_bomb_is_told_with_file_and_place(
    check: Check, name: str, content: str | bytes, expected: str
) -> None:
    started = time.monotonic()

    checked = check({name: content})

    assert checked.pack is None
    assert any(expected in line for line in checked.told()), checked.told()[:3]
    assert max(map(len, checked.told())) < 1000
    assert time.monotonic() - started < QUICK


@pytest.mark.parametrize("field", ["name", "aliases", "statements"])
def test_very_long_texts_do_not_slow_down_the_search_for_likeness(check: Check, field: str) -> None:
    long = "ab" * 500_000
    values = {"name": long, "aliases": [long], "statements": [{"id": "s", "kind": "goal", "text": long}]}
    persona = {"slug": "a", "name": "Anna", "role": "R", field: values[field]}
    started = time.monotonic()

    checked = check({"personas": [persona, {**persona, "slug": "b"}]})

    assert any("too long: 1,000,000 characters" in line for line in checked.told())
    assert time.monotonic() - started < QUICK


def test_many_unknown_references_are_told_quickly(check: Check) -> None:
    evidence = [{"id": f"e{n}", "method": "crm", "date": "2026-01-01", "title": "T"} for n in range(2_000)]
    personas = [
        {
            "slug": f"p{persona}",
            "name": "N",
            "role": "R",
            "segment": f"s{persona}",
            "statements": [
                {"id": f"{persona}.{n}", "kind": "goal", "text": "T", "evidence": [f"x{n}{persona}"]}
                for n in range(50)
            ],
        }
        for persona in range(100)
    ]
    started = time.monotonic()

    checked = check({"evidence": evidence, "personas": personas})

    assert checked.told()[-1] == "and 4,000 more of the kind"
    assert time.monotonic() - started < 3 * QUICK


def test_a_thousand_personas_that_say_the_same_are_told_quickly(check: Check) -> None:
    personas = [
        {
            "slug": f"p{persona}",
            "name": f"Somebody {persona:04}",
            "role": "R",
            "aliases": ["Boss"],
            "statements": [{"id": f"{persona}.{n}", "kind": "goal", "text": f"Goal {n}"} for n in range(20)],
        }
        for persona in range(1000)
    ]
    started = time.monotonic()

    warnings = check({"personas": personas}).told("warning")

    assert any("p999" in line and "has 20 statements" in line for line in warnings) or len(warnings) == 1001
    assert time.monotonic() - started < QUICK


def test_a_link_that_leaves_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    folder.mkdir()
    (tmp_path / "secret.toml").write_text(PERSONA)
    (folder / "priya.toml").symlink_to(tmp_path / "secret.toml")

    pack, problems = check_pack(folder, today=TODAY)

    assert pack is None
    assert [str(problem) for problem in problems] == [
        "priya.toml: a link that leads out of the folder; expected a file"
    ]


def test_a_link_within_the_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "priya.txt").write_text(PERSONA)
    (tmp_path / "priya.toml").symlink_to(tmp_path / "priya.txt")

    pack, _ = check_pack(tmp_path, today=TODAY)

    assert pack


def test_links_that_lead_nowhere_or_round_are_told(tmp_path: Path) -> None:
    (tmp_path / "gone.toml").symlink_to(tmp_path / "gone")
    (tmp_path / "round.toml").symlink_to(tmp_path / "round.toml")

    pack, problems = check_pack(tmp_path, today=TODAY)

    assert pack is None
    assert [problem.file for problem in problems] == ["gone.toml", "round.toml"]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")

    _, problems = check_pack(tmp_path, today=TODAY)

    assert [str(problem) for problem in problems] == ["pipe.toml: not a regular file"]


def test_a_device_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "zero.toml").symlink_to("/dev/zero")

    _, problems = check_pack(tmp_path / "zero.toml", today=TODAY)

    assert [str(problem) for problem in problems] == ["zero.toml: not a regular file"]


def test_a_folder_that_is_called_like_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.toml").mkdir()

    _, problems = check_pack(tmp_path, today=TODAY)

    assert problems[0].file == "x.toml"


def test_a_file_name_that_is_not_text_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.toml")).write_text(PERSONA + "x = 1")

    _, problems = check_pack(tmp_path, today=TODAY)

    assert str(problems[0]).encode().startswith(b"?.toml: ")


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("persona_store.packs.files.MOST_FILES", 3)
    for number in range(4):
        (tmp_path / f"{number}.toml").touch()

    _, problems = check_pack(tmp_path, today=TODAY)

    assert problems[0].message == "4 files are too many; expected at most 3"


def test_the_files_of_a_folder_together_are_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("persona_store.packs.files.MOST_BYTES", 60)
    for number in range(4):
        (tmp_path / f"{number}.toml").write_text("#" * 50)

    _, problems = check_pack(tmp_path, today=TODAY)

    assert [problem.file for problem in problems] == ["2.toml", "3.toml"]
