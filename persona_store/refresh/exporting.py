"""Insights as a table, for a spreadsheet: one row for each voice, who said it only as a number."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from persona_store.models import Persona, RefreshItem, Revision, Statement, Voice

COLUMNS = (
    "number",
    "kind",
    "state",
    "counts_for",
    "opened_on",
    "changed_on",
    "personas",
    "text",
    "reason",
    "revision",
    "person",
    "said_on",
    "said",
    "verbatim",
    "stance",
    "statement",
    "statement_text",
    "stage",
    "place",
)
NAMING = ("slack_user_id", "permalink")
UNSEEN = r"[\s\x00-\x1f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
FORMULA = re.compile(rf"'*(?:{UNSEEN}*[=+\-@|%\uff1d\uff0b\uff0d\uff20]|[\t\r\n])")
"""How a cell begins that a spreadsheet would calculate, or that looks like one we have marked."""
MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")
SOMEBODY = "@somebody"
AT_ONCE = 1_000

Row = dict[str, str]


def neutral(cell: str) -> str:
    """Make of a cell what no spreadsheet calculates; ``original`` takes it back."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def original(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def write_csv(rows: Iterable[Row], file: Path, columns: Sequence[str], *, replace: bool = False) -> int:
    """Write a ``file`` (UTF-8, as spreadsheets recognise it), over an old one only with ``replace``.

    Gives how many rows.
    """
    count = 0
    with file.open("w" if replace else "x", encoding="utf-8-sig", newline="") as opened:
        writer = csv.writer(opened, quoting=csv.QUOTE_ALL)
        writer.writerow(columns)
        for row in rows:
            writer.writerow([neutral(row[name]) for name in columns])
            count += 1
    return count


def read_csv(file: Path) -> list[Row]:
    """Read back what ``write_csv`` wrote."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return [{name: original(cell) for name, cell in row.items()} for row in csv.DictReader(opened)]


def list_rows(session: Session, *, naming: bool = False) -> Iterator[Row]:
    """All insights and research questions, the oldest first, a row for each who spoke up.

    One that nobody stands behind any more has a row without a person. A person has the same number
    throughout the table, and another one in the next. ``naming``: with Slack's ids and links.
    """
    texts = dict(session.execute(select(Statement.key, Statement.text)).all())
    revisions = _revisions(session)
    people: dict[str, int] = {}
    items = select(RefreshItem).order_by(RefreshItem.id).execution_options(yield_per=AT_ONCE)
    for part in session.scalars(items).partitions():
        voices = _voices(session, [item.id for item in part])
        for item in part:
            told = _item(item, revisions)
            for voice in voices.get(item.id) or [None]:
                yield told | _said(voice, people, texts) | (_named(voice) if naming else {})


def _revisions(session: Session) -> dict[int, str]:
    rows = session.execute(select(Revision.id, Persona.slug, Revision.number).join(Persona))
    return {row_id: f"{slug} {number}" for row_id, slug, number in rows}


def _voices(session: Session, items: Sequence[int]) -> dict[int, list[Voice | None]]:
    standing = select(Voice).where(Voice.item_id.in_(items), Voice.withdrawn_at.is_(None))
    found: dict[int, list[Voice | None]] = {}
    for voice in session.scalars(standing.order_by(Voice.id)):
        found.setdefault(voice.item_id, []).append(voice)
    return found


def _item(item: RefreshItem, revisions: dict[int, str]) -> Row:
    return {
        "number": str(item.id),
        "kind": item.kind,
        "state": item.state,
        "counts_for": str(item.merged_into or item.id),
        "opened_on": f"{item.opened_at.date()}",
        "changed_on": f"{item.changed_at.date()}",
        "personas": " ".join(item.personas),
        "text": _nameless(item.text),
        "reason": _nameless(item.reason),
        "revision": revisions.get(item.revision_id or 0, ""),
    }


def _said(voice: Voice | None, people: dict[str, int], texts: dict[str, str]) -> Row:
    if voice is None:
        return dict.fromkeys(COLUMNS[COLUMNS.index("person") :], "")
    key = voice.statement or ""
    return {
        "person": _number(voice, people),
        "said_on": f"{voice.said_at.date()}",
        "said": _nameless(voice.text),
        "verbatim": "yes" if voice.verbatim else "",
        "stance": voice.stance or "",
        "statement": key,
        "statement_text": texts.get(key, ""),
        "stage": voice.stage or "",
        "place": voice.place or "",
    }


def _named(voice: Voice | None) -> Row:
    return {
        "slack_user_id": (voice and voice.slack_user_id) or "",
        "permalink": (voice and voice.permalink) or "",
    }


def _number(voice: Voice, people: dict[str, int]) -> str:
    """Somebody who is no longer known has none."""
    if not voice.slack_user_id:
        return ""
    return str(people.setdefault(voice.slack_user_id, len(people) + 1))


def _nameless(text: str | None) -> str:
    return MENTION.sub(SOMEBODY, text or "")
