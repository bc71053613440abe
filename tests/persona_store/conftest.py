"""Packs for tests."""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from persona_store.database import Store
from persona_store.packs import (
    ImportReport,
    KnownKeys,
    Pack,
    Problem,
    check_pack,
    export_pack,
    import_pack,
)

TODAY = date(2026, 11, 22)

PRIYA: dict[str, Any] = {
    "organisation": "Traylight",
    "segments": [{"id": "chains", "name": "Growing chains", "size": "38 % of customers"}],
    "stages": [
        {"id": "trial", "name": "Trial", "words": ["trying us out"]},
        {"id": "onboarding", "name": "Onboarding", "words": ["first logs in"]},
    ],
    "evidence": [
        {"id": "e1", "method": "interview", "date": "2026-03-31", "participants": 12, "title": "Interviews"},
        {"id": "e2", "method": "product_analytics", "date": "2025-10-01", "title": "First weeks"},
    ],
    "personas": [
        {
            "slug": "priya",
            "name": "Priya Raman",
            "role": "Operations lead",
            "priority": "secondary",
            "aliases": ["ops lead", "Pri"],
            "segment": "chains",
            "demographics": {"age": 34, "location": "Leeds"},
            "summary": "Runs eleven shops.",
            "verified_on": "2026-10-01",
            "statements": [
                {
                    "id": "priya.sso",
                    "kind": "need",
                    "text": "Needs single sign-on before she invites her team.",
                    "stages": ["onboarding", "trial"],
                    "lenses": ["product"],
                    "evidence": ["e1", "e2"],
                },
                {
                    "id": "priya.csv",
                    "kind": "pain_point",
                    "text": "Copies figures by hand.",
                    "evidence": ["e1"],
                },
                {"id": "priya.time", "kind": "goal", "text": "Wants to leave at five."},
            ],
            "journey": [{"stage": "trial", "doing": "Compares three tools.", "feeling": "hurried"}],
        }
    ],
}


@pytest.fixture
def priya() -> dict[str, Any]:
    """A pack with one persona, to be changed at will."""
    return copy.deepcopy(PRIYA)


def another_persona(slug: str, **fields: Any) -> dict[str, Any]:
    statements = [
        {"id": f"{slug}.{number}", "kind": "goal", "text": f"{slug} goal {number}"} for number in (1, 2)
    ]
    return {
        "slug": slug,
        "name": f"{slug.title()} Someone",
        "role": "Buyer",
        "priority": "secondary",
        "statements": statements,
        **fields,
    }


@dataclass
class Checked:
    pack: Pack | None
    problems: list[Problem]

    def told(self, severity: str = "error") -> list[str]:
        return [str(problem) for problem in self.problems if problem.severity == severity]


Check = Callable[..., Checked]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Checks a pack given as a table, or as files by name (text or bytes)."""

    def check(content: dict[str, Any], known: KnownKeys | None = None) -> Checked:
        if not any("." in name for name in content):
            content = {"pack.json": json.dumps(content)}
        folder = tmp_path / "checked"
        folder.mkdir(exist_ok=True)
        for name, text in content.items():
            (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        path = folder / next(iter(content)) if len(content) == 1 else folder
        return Checked(*check_pack(path, today=TODAY, known=known))

    return check


@pytest.fixture
def bring(check: Check, now: datetime) -> Callable[..., ImportReport]:
    """Checks and imports a pack given as a table."""

    def bring(store: Store, content: dict[str, Any], at: datetime = now, **options: Any) -> ImportReport:
        checked = check(content)
        assert checked.pack, checked.told()
        with store.begin() as session:
            return import_pack(session, checked.pack, now=at, published_by="carol", **options)

    return bring


def exported(store: Store) -> Pack:
    with store.read() as session:
        return export_pack(session)


def scalar(store: Store, query: Any) -> Any:
    with store.read() as session:
        return _scalar(session, query)


def _scalar(session: Session, query: Any) -> Any:
    return session.scalar(query)
