"""Insights as a table: nothing in it is calculated, everything can be read back, nobody is named."""

import csv
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_store.database import Store
from persona_store.refresh.exporting import (
    COLUMNS,
    FORMULA,
    NAMING,
    list_rows,
    neutral,
    original,
    read_csv,
    write_csv,
)
from tests.persona_store.refresh.items import ALICE, BOB, add, reported

UNSEEN = "\0\x01\u00ad\u200b\u200e\u202a\u2060\ufeff"
DANGEROUS = f"=+-@|%\t\r\n＝＋－＠\"',; {UNSEEN}"
CELLS = st.text(st.one_of(st.sampled_from(DANGEROUS + "ab1"), st.characters(codec="utf-8")), max_size=20)


@given(CELLS)
def test_no_cell_starts_a_formula_and_each_is_read_back_as_it_was(cell: str) -> None:
    shown = neutral(cell)

    assert original(shown) == cell
    assert not shown.lstrip(f" \t\r\n{UNSEEN}").startswith(tuple("=+-@|%＝＋－＠"))
    assert not shown.startswith(("\t", "\r", "\n"))


@given(st.lists(st.lists(CELLS, min_size=len(COLUMNS), max_size=len(COLUMNS)), max_size=4))
def test_a_table_is_read_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, cells: list[list[str]]
) -> None:
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in cells]
    file = tmp_path_factory.mktemp("csv") / "insights.csv"
    count = write_csv(rows, file, COLUMNS)

    assert (count, read_csv(file)) == (len(rows), rows)


def test_there_is_a_row_for_each_voice_and_people_are_numbers(
    store: Store, now: datetime, tmp_path: Path
) -> None:
    with store.begin() as session:
        first = reported(session, now, ALICE, BOB, text='=HYPERLINK("x") said <@U0CAROL|carol>')
        add(session, first, "U0GONE", now, withdrawn_at=now)
        second = reported(session, now, BOB, text="Again.", merged_into=first.id, state="duplicate")
        reported(session, now, text="Nobody stands behind it.", state="withdrawn")
        add(session, second, None, now, permalink="https://example.slack.com/archives/C1/p1")
    with store.read() as session:
        write_csv(list_rows(session), tmp_path / "i.csv", COLUMNS)
    rows = read_csv(tmp_path / "i.csv")
    with (tmp_path / "i.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]

    shown = [(row["number"], row["counts_for"], row["person"], row["said"]) for row in rows]
    assert shown == [
        ("1", "1", "1", '=HYPERLINK("x") said @somebody'),
        ("1", "1", "2", ""),
        ("2", "1", "2", "Again."),
        ("2", "1", "", ""),
        ("3", "3", "", ""),
    ]
    assert not [cell for cell in cells if FORMULA.match(cell) and not cell.startswith("'")]
    text = (tmp_path / "i.csv").read_text("utf-8")
    assert "U0" not in text
    assert "slack.com" not in text


def test_ids_and_links_are_in_it_when_asked_for(store: Store, now: datetime) -> None:
    with store.begin() as session:
        reported(session, now, ALICE)
    with store.read() as session:
        (row,) = list_rows(session, naming=True)

    assert [row[name] for name in NAMING] == [ALICE, ""]
