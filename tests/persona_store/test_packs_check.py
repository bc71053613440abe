"""What is wrong with a pack is told with file, place and what was expected."""

import os
from pathlib import Path
from typing import Any

import pytest

from persona_store.errors import PackError
from persona_store.packs import KnownKeys, check_pack, problem_lines
from tests.persona_store.conftest import TODAY, Check, another_persona


def test_a_good_pack_has_no_errors(check: Check, priya: dict[str, Any]) -> None:
    checked = check(priya)

    assert checked.pack
    assert checked.told() == []


def test_every_problem_is_reported_not_only_the_first(check: Check, priya: dict[str, Any]) -> None:
    persona = priya["personas"][0]
    persona["nmae"] = persona.pop("name")
    persona["statements"][0]["kind"] = "gaol"
    persona["statements"][1]["evidence"] = ["e9"]
    persona["aliases"] = 3
    priya["evidence"][0]["date"] = "2027-01-01"

    told = check(priya).told()

    assert len(told) == 6
    assert check(priya).pack is None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"nmae": "Priya"}, 'pack.json: personas[0] (priya) > nmae: unknown key; did you mean "name"?'),
        ({"zzz": 1}, "zzz: unknown key; expected one of aliases, archetype, "),
        ({"name": ""}, "personas[0] (priya) > name: missing; every persona needs it"),
        ({"name": None}, "personas[0] (priya) > name: missing"),
        ({"name": "   "}, "personas[0] (priya) > name: missing"),
        ({"name": 7}, "name: expected a string, found 7"),
        ({"name": True}, "name: expected a string, found true"),
        ({"name": ["Priya"]}, "name: expected a string, found a list"),
        ({"name": "Pri\nya"}, "name: expected one line, found several"),
        ({"name": "P" * 81}, "name: too long: 81 characters; expected at most 80"),
        ({"slug": "Priya Raman"}, 'slug: expected only a-z, 0-9 and "-"'),
        ({"aliases": 3}, "aliases: expected a list of strings, found 3"),
        ({"aliases": "Pri"}, 'aliases: expected a list of strings, found "Pri" (write aliases = ["Pri"])'),
        ({"aliases": ["Pri", 3]}, "personas[0] (priya) > aliases[1]: expected a string, found 3"),
        ({"aliases": [f"a{number}" for number in range(101)]}, "too many entries; expected at most 100"),
        (
            {"priority": "first"},
            'priority: "first" is not known; expected one of primary, secondary, negative',
        ),
        ({"pronouns": "she"}, 'pronouns: "she" is not known; expected one of she/her'),
        ({"demographics": "34"}, 'demographics: expected a table, found "34"'),
        ({"demographics": {"age": 3.5}}, "demographics > age: expected a string, found 3.5"),
        ({"demographics": {"age": float("nan")}}, "demographics > age: expected a string, found nan"),
        ({"portrait": "http://a.example/p.png"}, "portrait: expected an address that begins with https://"),
        ({"portrait": "https://a.example/<p>"}, "portrait: expected an address that begins with https://"),
        ({"review_interval_days": 0}, "review_interval_days: expected 1 or more, found 0"),
        ({"review_interval_days": 9_999}, "review_interval_days: expected 3,650 or less, found 9999"),
        ({"review_interval_days": "90"}, 'review_interval_days: expected a whole number, found "90"'),
        (
            {"review_interval_days": 10**400},
            "review_interval_days: expected a whole number, found a very long number",
        ),
        (
            {"verified_on": "2026-11-23"},
            "verified_on: this day is in the future; expected 2026-11-22 or before",
        ),
        ({"verified_on": "2026-11"}, 'verified_on: expected a day such as 2026-03-31, found "2026-11"'),
        ({"verified_on": "2026-02-30"}, "verified_on: there is no such day in the calendar"),
        ({"verified_on": 20261101}, "verified_on: expected a day such as 2026-03-31, found 20261101"),
        (
            {"verified_on": "0202-05-01"},
            "verified_on: this day is too long ago; expected 1950-01-01 or later",
        ),
        (
            {"statements": {"id": "x"}},
            "statements: expected a list of tables, each headed [[personas.statements]]",
        ),
        ({"statements": ["text"]}, 'personas[0] (priya) > statements[0]: expected a table, found "text"'),
        ({"journey": [{"doing": "x"}]}, "journey[0] > stage: missing; every step of a journey needs it"),
        ({"journey": [{"stage": "tryal"}]}, 'stage: "tryal" is not declared; did you mean "trial"?'),
        (
            {"journey": [{"stage": "trial"}] * 2},
            "is already taken by pack.json: personas[0] (priya) > journey[0]",
        ),
    ],
)
def test_a_mistake_in_a_persona_is_told_in_plain_words(
    check: Check, priya: dict[str, Any], change: dict[str, Any], expected: str
) -> None:
    priya["personas"][0].update(change)

    checked = check(priya)

    assert len(checked.told()) == 1
    assert expected in checked.told()[0]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"kind": "pain point"}, 'kind: "pain point" is not known; expected one of goal, need, pain_point'),
        ({"kind": "pain point"}, 'did you mean "pain_point"?'),
        ({"text": "x" * 1001}, "text: too long: 1,001 characters; expected at most 1,000"),
        ({"text": "x" * 10_000_000}, "text: too long: 10,000,000 characters"),
        ({"id": "priya sso"}, 'statements[0] (priya sso) > id: expected letters, digits, "."'),
        (
            {"id": "priya.csv"},
            '"priya.csv" is already taken by pack.json: personas[0] (priya) > statements[0]',
        ),
        ({"stages": ["onbording"]}, '> stages[0]: "onbording" is not declared; did you mean "onboarding"?'),
        (
            {"lenses": ["finance"]},
            'lenses[0]: "finance" is not declared; expected one of cx, marketing, product',
        ),
        (
            {"evidence": ["e7"]},
            'personas[0] (priya) > statements[0] (priya.sso) > evidence[0]: "e7" is not declared',
        ),
        ({"verbatim": "x" * 301}, "verbatim: too long: 301 characters; expected at most 300"),
    ],
)
def test_a_mistake_in_a_statement_is_told_in_plain_words(
    check: Check, priya: dict[str, Any], change: dict[str, Any], expected: str
) -> None:
    priya["personas"][0]["statements"][0].update(change)

    told = check(priya).told()

    assert len(told) == 1
    assert expected in told[0]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            {"method": "interviews"},
            'evidence[0] (e1) > method: "interviews" is not known; expected one of interview',
        ),
        ({"date": None}, "evidence[0] (e1) > date: missing; every piece of evidence needs it"),
        ({"date": "2026-11-23T10:00:00"}, "date: expected a day such as 2026-03-31"),
        ({"participants": 0}, "participants: expected 1 or more, found 0"),
        ({"participants": True}, "participants: expected a whole number, found true"),
        ({"link": "ftp://a.example"}, "link: expected an address that begins with https://"),
    ],
)
def test_a_mistake_in_evidence_is_told_in_plain_words(
    check: Check, priya: dict[str, Any], change: dict[str, Any], expected: str
) -> None:
    priya["evidence"][0].update(change)

    told = check(priya).told()

    assert len(told) == 1
    assert expected in told[0]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            {},
            "pack.json: the pack is empty; expected one or more of segments, stages, lenses, evidence, personas",
        ),
        ({"organisation": "A"}, "the pack is empty"),
        ({"personas": []}, "the pack is empty"),
        ({"persona": [{}]}, 'persona: unknown key; did you mean "personas"?'),
        (
            {"personas": {"slug": "a"}},
            "personas: expected a list of tables, each headed [[personas]]; found a table",
        ),
        ({"personas": [None, another_persona("marco")]}, "personas[0]: expected a table, found nothing"),
        ({"language": "english"}, "language: expected two small letters such as en or de"),
        (
            {"stages": [{"id": f"s{n}", "name": "S"} for n in range(101)]},
            "stages: 101 entries are too many; expected at most 100",
        ),
    ],
)
def test_a_mistake_at_the_top_is_told_in_plain_words(
    check: Check, content: dict[str, Any], expected: str
) -> None:
    told = check(content).told()

    assert any(expected in line for line in told), told


def test_evidence_alone_is_a_pack(check: Check, priya: dict[str, Any]) -> None:
    checked = check({"evidence": priya["evidence"]})

    assert checked.problems == []
    assert checked.pack


def test_null_and_empty_strings_mean_absent(check: Check, priya: dict[str, Any]) -> None:
    priya["personas"][0] |= {"quote": None, "summary": "", "aliases": ["", "Pri", None], "segment": " "}

    checked = check(priya)

    assert checked.pack
    persona = checked.pack.personas[0]
    assert (persona.quote, persona.summary, persona.aliases, persona.segment) == (None, None, ["Pri"], None)


def test_the_same_id_in_two_files_names_both(check: Check) -> None:
    text = '[[personas]]\nslug = "priya"\nname = "Priya"\nrole = "Ops"\n'

    told = check({"a.toml": text, "b.toml": text.replace("Priya", "Paula")}).told()

    assert told == [
        (
            'b.toml: personas[0] (priya) > slug: "priya" is already taken by a.toml: personas[0] (priya); '
            "expected another slug"
        )
    ]


def test_files_of_a_folder_are_one_pack(check: Check) -> None:
    checked = check(
        {
            "company.toml": 'organisation = "A"\n[[stages]]\nid = "trial"\nname = "Trial"\n',
            "evidence.json": '{"evidence": [{"id": "e1", "method": "crm", "date": "2026-01-01", "title": "T"}]}',
            "priya.toml": '[[personas]]\nslug = "priya"\nname = "Priya"\nrole = "Ops"\npriority = "secondary"\n[[personas.statements]]\n'
            'id = "p.1"\nkind = "goal"\ntext = "T"\nstages = ["trial"]\nevidence = ["e1"]\n',
            ".hidden.toml": "nonsense",
            "notes.txt": "nonsense",
        }
    )

    assert checked.problems == []
    assert checked.pack
    assert checked.pack.organisation == "A"


def test_files_that_name_different_organisations_are_refused(check: Check) -> None:
    told = check(
        {
            "a.toml": 'organisation = "A"\n[[segments]]\nid = "s"\nname = "S"\n',
            "b.toml": 'organisation = "B"\n',
        }
    )

    assert told.told() == ['b.toml: organisation: not the same as in a.toml, which says "A"']


def test_one_broken_file_does_not_make_its_ids_missing_elsewhere(check: Check) -> None:
    persona = '[[personas]]\nslug = "priya"\nname = "Priya"\nrole = "Ops"\nfoo = 1\n[[personas.statements]]\n'
    statement = 'id = "p.1"\nkind = "goal"\ntext = "T"\nevidence = ["e1"]\n'

    told = check({"evidence.toml": "[[evidence]\n", "priya.toml": persona + statement}).told()

    assert len(told) == 2
    assert told[0].startswith("evidence.toml: line 1, column ")
    assert "priya.toml: personas[0] (priya) > foo: unknown key" in told[1]


def test_what_the_store_has_may_be_referred_to(check: Check) -> None:
    persona = another_persona("marco")
    persona["statements"][0] |= {"stages": ["trial"], "lenses": ["finance"], "evidence": ["e1"]}
    known = KnownKeys(stages=frozenset({"trial"}), lenses=frozenset({"finance"}), evidence=frozenset({"e1"}))

    assert len(check({"personas": [persona]}).told()) == 3
    assert check({"personas": [persona]}, known).told() == []


def test_a_statement_id_of_another_persona_in_the_store_is_refused(check: Check) -> None:
    known = KnownKeys(statements={"marco.1": "priya", "marco.2": "marco"})

    told = check({"personas": [another_persona("marco")]}, known).told()

    assert told == [
        (
            "pack.json: personas[0] (marco) > statements[0] (marco.1) > id: "
            '"marco.1" is a statement of priya in the store; expected a new id'
        )
    ]


def test_statements_without_evidence_are_one_notice_a_persona(check: Check, priya: dict[str, Any]) -> None:
    priya["personas"].append(another_persona("marco"))

    assert check(priya).told("notice") == [
        "pack.json: personas[0] (priya): 1 statement has no evidence: it is shown as an assumption",
        "pack.json: personas[1] (marco): 2 statements have no evidence: they are shown as assumptions",
    ]


def test_a_persona_without_statements_is_a_notice(check: Check) -> None:
    checked = check({"personas": [another_persona("marco", statements=[])]})

    assert checked.told("notice") == [
        "pack.json: personas[0] (marco): no statements yet, so no question about this persona has an answer"
    ]


def test_personas_that_say_the_same_are_too_alike(check: Check) -> None:
    texts = [
        "Wants to leave at five.",
        "Copies figures by hand.",
        "Needs single sign-on.",
        "Fears the audit.",
    ]
    one = [{"id": f"a.{n}", "kind": "goal", "text": text} for n, text in enumerate(texts)]
    other = [{"id": f"b.{n}", "kind": "goal", "text": text.upper()} for n, text in enumerate(texts[1:])]

    checked = check(
        {"personas": [another_persona("anna", statements=one), another_persona("berit", statements=other)]}
    )

    assert checked.told("warning") == [
        (
            "pack.json: personas[1] (berit): has 3 statements that say the same as those of anna: "
            "people will mix them up"
        )
    ]


@pytest.mark.parametrize(
    ("one", "other", "is_warned"),
    [
        ("Priya Raman", "Prya Raman", True),
        ("Priya Raman", "priya  raman", True),
        ("Priya Raman", "Priya Romano", False),
        ("Dan", "Dana", False),
    ],
)
def test_names_that_differ_by_a_letter_are_too_alike(
    check: Check, one: str, other: str, *, is_warned: bool
) -> None:
    personas = [another_persona("a", name=one), another_persona("b", name=other)]

    told = check({"personas": personas}).told("warning")

    assert ["almost the same" in line for line in told] == [True] * is_warned


def test_an_alias_of_two_personas_is_a_warning(check: Check) -> None:
    personas = [
        another_persona("anna", aliases=["Ops lead"]),
        another_persona("berit", aliases=["ops  LEAD"]),
    ]

    assert check({"personas": personas}).told("warning") == [
        'pack.json: personas[1] (berit): is also called "ops  LEAD", as is anna: people will mix them up'
    ]


def test_a_statement_twice_in_one_persona_is_a_warning(check: Check, priya: dict[str, Any]) -> None:
    priya["personas"][0]["statements"][2]["text"] = "Copies  figures by hand"

    assert check(priya).told("warning") == [
        "pack.json: personas[0] (priya) > statements[2] (priya.time): says the same as priya.csv"
    ]


def test_a_segment_that_is_nearly_a_declared_one_is_a_warning(check: Check, priya: dict[str, Any]) -> None:
    priya["personas"][0]["segment"] = "chain"

    assert check(priya).told("warning") == [
        'pack.json: personas[0] (priya) > segment: "chain" becomes a new segment; did you mean "chains"?'
    ]


def test_only_a_path_with_nothing_there_is_an_error_to_be_raised(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"There is no file or folder .*nowhere"):
        check_pack(tmp_path / "nowhere", today=TODAY)


def test_printed_problems_are_ranked_and_capped(check: Check, priya: dict[str, Any]) -> None:
    persona = priya["personas"][0]
    persona["statements"] = [{"id": f"s{number}", "kind": "x", "text": "T"} for number in range(1500)]

    lines = problem_lines(check(priya).problems)

    assert len(lines) == 201
    assert lines[0].startswith("error: pack.json: personas[0] (priya) > statements[0] (s0) > kind: ")
    assert lines[-1].startswith("... and ")


def test_of_a_thousand_errors_and_more_the_rest_is_counted(check: Check, priya: dict[str, Any]) -> None:
    statements = [{"id": f"s{number}", "kind": "x", "text": "T"} for number in range(1500)]
    priya["personas"][0]["statements"] = statements

    told = check(priya).told()

    assert len(told) == 1001
    assert told[-1] == "and 500 more of the kind"


def test_a_folder_without_packs_says_so(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").touch()

    pack, problems = check_pack(tmp_path, today=TODAY)

    assert pack is None
    assert problems[0].message == "no .toml or .json file in this folder"


def test_another_kind_of_file_says_what_was_expected(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").touch()

    _, problems = check_pack(tmp_path / "pack.yaml", today=TODAY)

    assert str(problems[0]) == "pack.yaml: expected a .toml or .json file, or a folder of them"


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "pack.toml").touch(mode=0)

    _, problems = check_pack(tmp_path / "pack.toml", today=TODAY)

    assert "cannot be read: Permission denied" in str(problems[0])
