from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from persona_store.database import Store
from persona_store.lookups import LookUp, Wanted, find_look_up
from persona_store.models import Alias, Persona


@pytest.fixture
def session(sqlite_store: Store, now: datetime) -> Iterator[Session]:
    with sqlite_store.begin() as session:
        for slug, name in (("priya", "Priya Raman"), ("marco", "Marco Duarte")):
            session.add(
                Persona(
                    slug=slug,
                    name=name,
                    role="lead",
                    priority="primary",
                    review_interval_days=90,
                    revision=1,
                    verified_at=now,
                    aliases=[Alias(text=f"{name[:2]} lead")],
                )
            )
        session.flush()
        yield session


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Who are our personas?", Wanted(LookUp.LIST)),
        ("which personas do we have", Wanted(LookUp.LIST)),
        ("list all personas", Wanted(LookUp.LIST)),
        ("personas?", Wanted(LookUp.LIST)),
        ("help", Wanted(LookUp.HELP)),
        ("what can you do?", Wanted(LookUp.HELP)),
        ("Who is Priya?", Wanted(LookUp.CARD, "priya")),
        ("tell me about the Pr lead", Wanted(LookUp.CARD, "priya")),
        ("what's new about Marco?", Wanted(LookUp.NEWS, "marco")),
        ("what has changed with marco duarte", Wanted(LookUp.NEWS, "marco")),
        ("how do we know?", Wanted(LookUp.SOURCES)),
        ("What's the evidence for that?", Wanted(LookUp.SOURCES)),
        ("compare Priya and Marco on pricing", Wanted(LookUp.COMPARE, rest="Priya and Marco on pricing")),
    ],
)
def test_what_is_asked_about_the_personas_themselves_is_looked_up(
    session: Session, text: str, wanted: Wanted
) -> None:
    assert find_look_up(session, text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "who is affected by unclear prices?",
        "what would Priya need when she first logs in?",
        "what's new in the release?",
        "who is Ingeborg?",
        "help Priya renew",
        "does Marco compare prices?",
        "how do we know that Priya renews early?",
        "which personas struggle with onboarding?",
        "",
    ],
)
def test_what_statements_may_answer_is_a_question(session: Session, text: str) -> None:
    assert find_look_up(session, text) is None
