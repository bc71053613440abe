"""What changed from one revision to another."""

from typing import Any

from persona_store.news import Change, news_between


def persona(*statements: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"slug": "priya", "name": "Priya", "statements": list(statements), **fields}


def one(key: str, text: str = "x", kind: str = "need", **fields: Any) -> dict[str, Any]:
    return {"id": key, "kind": kind, "text": text, **fields}


def test_statements_are_added_reworded_and_retired() -> None:
    before = persona(one("a"), one("b", "old"), one("c", "gone", "goal"))
    now = persona(one("a"), one("b", "new"), one("d", kind="objection"))
    news = news_between(7, now, 5, before)

    assert (news.revision, news.since) == (7, 5)
    assert news.statements == {"b": Change.REWORDED, "d": Change.ADDED, "c": Change.RETIRED}
    assert news.current == {"b": Change.REWORDED, "d": Change.ADDED}
    assert news.retired == ("gone",)
    assert news.counts == (
        (Change.ADDED, "objection", 1),
        (Change.REWORDED, "need", 1),
        (Change.RETIRED, "goal", 1),
    )


def test_the_same_claim_on_other_evidence_is_new_research() -> None:
    before = persona(one("a", evidence=["e1"]), one("b"), one("c", evidence=["e1", "e2"]))
    now = persona(
        one("a", evidence=["e1", "e2"]), one("b", verbatim="Quote"), one("c", evidence=["e2", "e1"])
    )

    assert news_between(2, now, 1, before).statements == {"a": Change.RESEARCHED, "b": Change.RESEARCHED}


def test_where_a_statement_holds_is_no_news() -> None:
    before, now = persona(one("a", stages=["trial"])), persona(one("a", stages=["renewal"], lenses=["sales"]))

    assert news_between(2, now, 1, before).statements == {}


def test_kinds_are_counted_the_most_first() -> None:
    now = persona(one("a"), one("b", kind="goal"), one("c", kind="goal"))

    assert news_between(2, now, 1, persona()).counts == ((Change.ADDED, "goal", 2), (Change.ADDED, "need", 1))


def test_other_parts_are_named_where_they_are_worth_telling() -> None:
    before = persona(summary="old", owner="dave", quote="same")
    now = persona(summary="new", owner="carol", quote="same", journey=[{"stage": "trial"}])

    assert news_between(2, now, 1, before).fields == ("summary", "journey")
