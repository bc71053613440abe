"""Scenarios and wording as files: read strictly, with every problem's file and place."""

from pathlib import Path
from typing import Any

import pytest

from persona_store.errors import PackError
from persona_store.packs.trivia import (
    WORDS,
    KnownStatements,
    check_scenarios,
    check_trivia,
    is_trivia,
    read_words,
)

CONTENT = Path(__file__).parents[2] / "content" / "trivia"
KNOWN = KnownStatements(
    personas=frozenset({"priya", "marco"}),
    stages=frozenset({"trial"}),
    statements={"priya.sso": "priya", "priya.csv": "priya", "marco.tablet": "marco"},
    assumptions=frozenset({"priya.csv"}),
)
SCENARIO: dict[str, Any] = {
    "id": "monday",
    "persona": "priya",
    "stage": "trial",
    "situation": "It is Monday.",
    "question": "What now?",
    "options": ["Wait for Tuesday", "Call the office", "Open the report", "Close the laptop"],
    "answer": 2,
    "why": "It says so.",
    "statement": "priya.sso",
}


def toml(scenario: dict[str, Any]) -> str:
    def written(value: object) -> str:
        if isinstance(value, list):
            return f"[{', '.join(map(written, value))}]"
        return f'"{value}"' if isinstance(value, str) else str(value)

    return "\n".join(["[[scenarios]]", *(f"{key} = {written(value)}" for key, value in scenario.items())])


def problems(folder: Path, *scenarios: dict[str, Any], known: KnownStatements | None = KNOWN) -> list[str]:
    (folder / "mine.toml").write_text("\n".join(map(toml, scenarios)), "utf-8")
    return [str(problem) for problem in check_scenarios(folder, known)[1]]


def test_a_scenario_that_is_right_is_read_as_it_is_written(tmp_path: Path) -> None:
    assert problems(tmp_path, SCENARIO) == []

    scenario = check_scenarios(tmp_path, KNOWN)[0]["monday"]

    assert scenario.model_dump() == SCENARIO


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"persona": "prya"},
            'scenarios[0] (monday) > persona: there is no persona "prya"; did you mean "priya"?',
        ),
        (
            {"stage": "trail"},
            'scenarios[0] (monday) > stage: there is no stage "trail"; did you mean "trial"?',
        ),
        (
            {"statement": "priya.ssoo"},
            'there is no current statement "priya.ssoo"; did you mean "priya.sso"?',
        ),
        ({"statement": "marco.tablet"}, "this is a statement about marco; expected one about priya"),
        ({"statement": "priya.csv"}, "this is an assumption; expected a statement with evidence"),
        ({"answer": 4}, "scenarios[0] (monday) > answer: expected 3 or less, found 4"),
        ({"options": ["One thing", "Another", "A third"]}, "options: expected four options, found 3"),
        ({"options": ["Wait", "wait.", "Go on", "Stop"]}, "two of the options say the same"),
        ({"options": ["Wait", "Go on, and on, and on", "Stop", "Sit"]}, "expected none more than 1.6 times"),
        ({"anwser": 1}, 'anwser: unknown key; did you mean "answer"?'),
        ({"why": ""}, "why: missing; every scenario needs it"),
    ],
)
def test_a_problem_says_where_it_is_and_what_was_expected(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    found = problems(tmp_path, SCENARIO | change)

    assert len(found) == 1
    assert found[0].startswith("mine.toml: scenarios[0] (monday)")
    assert said in found[0]


def test_a_problem_with_one_scenario_leaves_the_others(tmp_path: Path) -> None:
    problems(tmp_path, SCENARIO | {"answer": 9}, SCENARIO | {"id": "tuesday"})

    assert list(check_scenarios(tmp_path, KNOWN)[0]) == ["tuesday"]


def test_an_id_stands_for_one_scenario(tmp_path: Path) -> None:
    found = problems(tmp_path, SCENARIO, SCENARIO)

    assert found == ['mine.toml: scenarios[1] (monday) > id: there is a scenario "monday" already']


def test_without_a_store_only_the_form_is_checked(tmp_path: Path) -> None:
    assert problems(tmp_path, SCENARIO | {"persona": "nobody"}, known=None) == []


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("[[scenarios]\n", "utf-8")

    found = check_scenarios(tmp_path)[1]

    assert str(found[0]).startswith("mine.toml: line 1")


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("{quote}", "{quot}", '"quote" can be filled in with quote only'),
        ("{quote}", "{quote!r:>999999}", '"quote" can be filled in with quote only'),
        ("{quote}", "{quote.__class__}", '"quote" can be filled in with quote only'),
        ("{quote}", "{quote", '"quote" has a brace that does not close'),
        ("\nodd = ", "\nodder = ", 'there is no "odder" to word'),
        ("\nodd = ", "\n# odd = ", '"odd" is missing'),
    ],
)
def test_wording_fills_in_nothing_but_what_there_is(
    tmp_path: Path, was: str, becomes: str, said: str
) -> None:
    text = (CONTENT / WORDS).read_text("utf-8").replace(was, becomes, 1)
    (tmp_path / WORDS).write_text(text, "utf-8")

    with pytest.raises(PackError) as error:
        read_words(tmp_path)

    assert said in str(error.value)


def test_the_wording_of_the_product_is_complete() -> None:
    assert read_words(CONTENT).prompts["quote"]


@pytest.mark.parametrize(
    ("name", "text", "is_it"),
    [
        ("mine.toml", "[[scenarios]]", True),
        ("mine.json", '{"scenarios": []}', True),
        (WORDS, "", True),
        ("pack.toml", "[[personas]]", False),
        ("the-van.md", "[[scenarios]]", False),
    ],
)
def test_trivia_is_told_from_packs_and_stories(
    tmp_path: Path,
    name: str,
    text: str,
    is_it: bool,  # noqa: FBT001
) -> None:
    (tmp_path / name).write_text(text, "utf8")

    assert is_trivia(tmp_path) is is_it
    assert is_trivia(tmp_path / name) is is_it


def test_words_and_scenarios_are_checked_together(tmp_path: Path) -> None:
    (tmp_path / WORDS).write_text('[prompts]\nquote = "Who?"', "utf8")
    (tmp_path / "mine.toml").write_text(toml(SCENARIO), "utf8")
    count, found = check_trivia(tmp_path, KNOWN)

    assert count == 1
    assert any(str(one).startswith(WORDS) for one in found)
