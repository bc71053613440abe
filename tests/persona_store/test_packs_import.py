"""An import is all or nothing, changes only what differs, and says what it did. On both databases."""

import copy
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from persona_store.catalogue import catalogue_version, load_snapshot
from persona_store.database import Store
from persona_store.errors import PackError
from persona_store.evidence import Strength
from persona_store.models import Alias, Evidence, JourneyStep, Persona, Revision, Segment, Stage, Statement
from persona_store.packs import ImportReport, Pack, import_pack, known_keys
from tests.persona_store.conftest import Check, another_persona, exported, scalar

Bring = Callable[..., ImportReport]
Table = dict[str, Any]


def version(store: Store) -> int:
    with store.read() as session:
        return catalogue_version(session)


def strengths(store: Store) -> dict[str, Strength]:
    with store.read() as session:
        return {entry.key: entry.strength for entry in load_snapshot(session).statements}


def test_a_pack_becomes_personas_with_everything_they_have(store: Store, bring: Bring, priya: Table) -> None:
    bring(store, priya)

    with store.read() as session:
        persona = session.scalars(select(Persona)).one()
        assert (persona.name, persona.role, persona.priority) == (
            "Priya Raman",
            "Operations lead",
            "secondary",
        )
        assert persona.segment
        assert persona.segment.name == "Growing chains"
        assert [alias.text for alias in persona.aliases] == ["ops lead", "Pri"]
        assert persona.demographics == {"age": "34", "location": "Leeds"}
        assert [statement.key for statement in persona.statements] == ["priya.sso", "priya.csv", "priya.time"]
        first = persona.statements[0]
        assert [stage.slug for stage in first.stages] == ["trial", "onboarding"]
        assert [lens.slug for lens in first.lenses] == ["product"]
        assert [evidence.key for evidence in first.evidence] == ["e1", "e2"]
        assert [(step.stage.slug, step.feeling) for step in persona.journey] == [("trial", "hurried")]


def test_the_strength_of_a_statement_comes_from_its_evidence(
    store: Store, bring: Bring, priya: Table
) -> None:
    bring(store, priya)

    assert strengths(store) == {
        "priya.sso": Strength.VALIDATED,
        "priya.csv": Strength.INDICATIVE,
        "priya.time": Strength.ASSUMPTION,
    }


def test_the_first_import_is_revision_one(store: Store, bring: Bring, priya: Table, now: datetime) -> None:
    bring(store, priya)

    with store.read() as session:
        revision = session.scalars(select(Revision)).one()
        assert (revision.number, revision.published_at, revision.published_by) == (1, now, "carol")
        assert revision.changelog == "Imported with 3 statements."
        assert revision.snapshot["slug"] == "priya"
        assert revision.snapshot["demographics"] == {"age": 34, "location": "Leeds"}
        assert revision.snapshot["statements"][0]["id"] == "priya.sso"


def test_a_second_import_changes_nothing(store: Store, bring: Bring, priya: Table, now: datetime) -> None:
    bring(store, priya)
    before = exported(store), version(store)

    report = bring(store, priya, at=now + timedelta(days=1))

    assert (exported(store), version(store)) == before
    assert report.lines() == ["Left 1 persona as they were: priya."]
    assert scalar(store, select(func.count(Revision.id))) == 1


def test_only_the_persona_that_changed_gets_a_revision(store: Store, bring: Bring, priya: Table) -> None:
    priya["personas"].append(another_persona("marco"))
    bring(store, priya)
    priya["personas"][0]["role"] = "Head of operations"

    report = bring(store, priya)

    assert (report.added, report.changed, report.left) == ([], ["priya"], ["marco"])
    assert scalar(store, select(Persona.revision).where(Persona.slug == "priya")) == 2
    assert scalar(store, select(Persona.revision).where(Persona.slug == "marco")) == 1


def test_what_changed_is_told_in_words(store: Store, bring: Bring, priya: Table) -> None:
    bring(store, priya)
    persona = priya["personas"][0]
    persona["quote"] = "I am not a spreadsheet."
    persona["statements"][0]["text"] = "Needs single sign-on."
    persona["statements"][1] = {"id": "priya.new", "kind": "job", "text": "Opens a shop."}

    report = bring(store, priya)

    words = (
        "1 statement added (priya.new); 1 statement changed (priya.sso); "
        "1 statement retired (priya.csv); changed: quote."
    )
    assert report.lines() == [f"Changed priya: {words}"]
    assert scalar(store, select(Revision.changelog).where(Revision.number == 2)) == words


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("aliases", ["Pri"]),
        ("segment", "Somebody else"),
        ("demographics", {"age": 35}),
        ("summary", None),
        ("journey", [{"stage": "onboarding"}]),
        ("review_interval_days", 30),
        ("priority", "negative"),
    ],
)
def test_each_field_of_a_persona_can_change(
    store: Store, bring: Bring, priya: Table, field: str, value: Any
) -> None:
    bring(store, priya)
    priya["personas"][0][field] = value

    report = bring(store, priya)

    assert report.changes["priya"].fields == (field,)
    assert bring(store, priya).left == ["priya"]
    expected = value if field != "journey" else "onboarding"
    got = getattr(exported(store).personas[0], field)
    assert (got[0].stage if field == "journey" else got) == (
        {"age": "35"} if field == "demographics" else expected
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "job"),
        ("text", "Another text"),
        ("topic", "access"),
        ("verbatim", "I type it all"),
        ("stages", ["trial"]),
        ("lenses", ["sales", "product"]),
        ("evidence", []),
    ],
)
def test_each_field_of_a_statement_can_change(
    store: Store, bring: Bring, priya: Table, field: str, value: Any
) -> None:
    bring(store, priya)
    priya["personas"][0]["statements"][0][field] = value

    report = bring(store, priya)

    assert report.changes["priya"].statements_changed == ("priya.sso",)
    got = getattr(exported(store).personas[0].statements[0], field)
    assert (sorted(got) if isinstance(got, list) else got) == (
        sorted(value) if isinstance(value, list) else value
    )


def test_the_order_of_references_means_nothing(store: Store, bring: Bring, priya: Table) -> None:
    bring(store, priya)
    priya["personas"][0]["statements"][0]["stages"].reverse()
    priya["personas"][0]["statements"][0]["evidence"].reverse()

    assert bring(store, priya).left == ["priya"]


def test_another_order_of_statements_is_a_change(store: Store, bring: Bring, priya: Table) -> None:
    bring(store, priya)
    priya["personas"][0]["statements"].reverse()

    report = bring(store, priya)

    assert report.changes["priya"].fields == ("order of the statements",)
    keys = [statement.id for statement in exported(store).personas[0].statements]
    assert keys == ["priya.time", "priya.csv", "priya.sso"]


def test_a_missing_statement_is_retired_not_deleted(
    store: Store, bring: Bring, priya: Table, now: datetime
) -> None:
    bring(store, priya)
    del priya["personas"][0]["statements"][1]

    bring(store, priya, at=now + timedelta(days=3))

    retired_at = scalar(store, select(Statement.retired_at).where(Statement.key == "priya.csv"))
    assert retired_at == now + timedelta(days=3)
    assert "priya.csv" not in strengths(store)


def test_a_statement_that_comes_back_is_no_longer_retired(store: Store, bring: Bring, priya: Table) -> None:
    bring(store, priya)
    shorter = copy.deepcopy(priya)
    del shorter["personas"][0]["statements"][1]
    bring(store, shorter)

    report = bring(store, priya)

    assert report.changes["priya"].statements_added == ("priya.csv",)
    assert strengths(store)["priya.csv"] == Strength.INDICATIVE
    assert scalar(store, select(func.count(Statement.id)).where(Statement.key == "priya.csv")) == 1


def test_personas_that_the_pack_does_not_name_are_left(store: Store, bring: Bring, priya: Table) -> None:
    bring(store, priya)

    bring(store, {"personas": [another_persona("marco")]})

    assert [persona.slug for persona in exported(store).personas] == ["priya", "marco"]


def test_one_persona_alone_may_refer_to_what_the_store_has(
    store: Store, check: Check, bring: Bring, priya: Table, now: datetime
) -> None:
    bring(store, priya)
    persona = {**priya["personas"][0], "role": "Director"}

    with store.begin() as session:
        pack = check({"personas": [persona]}, known_keys(session)).pack
        assert pack
        report = import_pack(session, pack, now=now, published_by="carol")

    assert report.changes["priya"].fields == ("role",)


def test_of_evidence_only_the_fields_given_change(store: Store, bring: Bring, priya: Table) -> None:
    bring(store, priya)
    entry = {"id": "e1", "method": "survey", "date": "2026-03-31", "title": "Interviews"}

    report = bring(store, {"evidence": [entry]})

    assert report.parts_changed == {"evidence": ["e1"]}
    assert report.lines() == ["Changed evidence: e1."]
    assert scalar(store, select(Evidence.method).where(Evidence.key == "e1")) == "survey"
    assert scalar(store, select(Evidence.participants).where(Evidence.key == "e1")) == 12


def test_evidence_that_changes_strength_tells_every_process(store: Store, bring: Bring, priya: Table) -> None:
    bring(store, priya)
    before = version(store)
    priya["evidence"][1]["method"] = "survey"

    bring(store, {"evidence": priya["evidence"]})

    assert version(store) == before + 1
    assert strengths(store)["priya.sso"] == Strength.INDICATIVE


def test_evidence_that_a_pack_no_longer_has_stays_in_the_register(
    store: Store, bring: Bring, priya: Table
) -> None:
    bring(store, priya)
    priya["personas"][0]["statements"][0]["evidence"] = ["e1"]
    del priya["evidence"][1]

    bring(store, priya)

    assert scalar(store, select(func.count(Evidence.id))) == 2


def test_an_import_with_many_changes_counts_as_one(store: Store, bring: Bring, priya: Table) -> None:
    priya["personas"] += [another_persona("marco"), another_persona("berit")]

    bring(store, priya)

    assert version(store) == 1


def test_verified_is_the_day_the_pack_says(store: Store, bring: Bring, priya: Table) -> None:
    bring(store, priya)

    assert scalar(store, select(Persona.verified_at)).date() == date(2026, 10, 1)


def test_verified_is_the_import_where_the_pack_says_nothing(
    store: Store, bring: Bring, priya: Table, now: datetime
) -> None:
    del priya["personas"][0]["verified_on"]
    bring(store, priya)
    bring(store, priya, at=now + timedelta(days=9))

    assert scalar(store, select(Persona.verified_at)) == now


def test_a_later_verification_needs_no_revision(store: Store, bring: Bring, priya: Table) -> None:
    bring(store, priya)
    priya["personas"][0]["verified_on"] = "2026-11-20"

    report = bring(store, priya)

    assert report.lines() == ["Verified again: priya."]
    assert scalar(store, select(Persona.revision)) == 1
    assert scalar(store, select(Persona.verified_at)).date() == date(2026, 11, 20)


def test_an_older_pack_does_not_undo_a_verification(store: Store, bring: Bring, priya: Table) -> None:
    bring(store, priya)
    priya["personas"][0]["verified_on"] = "2026-01-01"

    report = bring(store, priya)

    assert report.left == ["priya"]
    assert scalar(store, select(Persona.verified_at)).date() == date(2026, 10, 1)


def test_verified_today_is_never_in_the_future(
    store: Store, bring: Bring, priya: Table, now: datetime
) -> None:
    priya["personas"][0]["verified_on"] = "2026-11-22"
    bring(store, priya)

    assert scalar(store, select(Persona.verified_at)) == now


def test_a_segment_is_found_by_its_name_too(store: Store, bring: Bring, priya: Table) -> None:
    priya["personas"][0]["segment"] = "GROWING chains"

    bring(store, priya)

    assert scalar(store, select(func.count(Segment.id))) == 1
    assert exported(store).personas[0].segment == "chains"


def test_a_segment_that_nobody_declared_is_made(store: Store, bring: Bring) -> None:
    personas = [another_persona("a", segment="Solo traders"), another_persona("b", segment="Solo traders")]

    report = bring(store, {"personas": personas})

    assert report.parts_added["segments"] == ["Solo traders"]
    assert bring(store, {"personas": personas}).left == ["a", "b"]


def test_new_stages_take_their_place_in_the_journey(store: Store, bring: Bring, priya: Table) -> None:
    bring(store, priya)
    stages = [
        {"id": "trial", "name": "Trial"},
        {"id": "signing", "name": "S"},
        {"id": "onboarding", "name": "O"},
    ]

    report = bring(store, {"stages": stages})

    assert report.parts_added == {"stages": ["signing"]}
    with store.read() as session:
        order = session.scalars(select(Stage.slug).order_by(Stage.position)).all()
    assert order == ["trial", "signing", "onboarding"]


def test_a_new_order_of_stages_is_a_change(store: Store, bring: Bring, priya: Table) -> None:
    bring(store, priya)
    priya["stages"].reverse()

    report = bring(store, priya)

    assert report.parts_changed == {"stages": ["their order"]}
    assert [stage.id for stage in exported(store).stages] == ["onboarding", "trial"]


def test_a_lens_may_be_added_and_the_others_stay(store: Store, bring: Bring) -> None:
    bring(store, {"lenses": [{"id": "finance", "name": "Finance", "words": ["the money people"]}]})

    with store.read() as session:
        lenses = [lens.slug for lens in load_snapshot(session).lenses]
    assert lenses == ["product", "marketing", "sales", "support", "cx", "finance"]


def test_a_pack_that_does_not_fit_changes_nothing(
    store: Store, check: Check, bring: Bring, priya: Table, now: datetime
) -> None:
    bring(store, priya)
    before = exported(store), version(store)
    statements = [{"id": "priya.csv", "kind": "goal", "text": "Stolen"}]
    pack = check(
        {"personas": [another_persona("anna"), another_persona("marco", statements=statements)]}
    ).pack
    assert pack

    with (
        pytest.raises(PackError, match=r"priya.csv is a statement of priya in the store"),
        store.begin() as session,
    ):
        import_pack(session, pack, now=now, published_by="carol")

    assert (exported(store), version(store)) == before


def test_an_unchecked_reference_is_refused(store: Store, now: datetime, priya: Table) -> None:
    pack = Pack.model_validate({"personas": priya["personas"]}, strict=False)

    with (
        pytest.raises(PackError, match=r"priya > priya.sso: stages onboarding, trial not declared"),
        store.begin() as session,
    ):
        import_pack(session, pack, now=now, published_by="carol")

    assert exported(store).personas == []


def test_two_imports_at_once_wait_for_each_other(
    store: Store, check: Check, priya: Table, now: datetime
) -> None:
    pack = check(priya).pack
    assert pack

    def bring_it(who: str) -> ImportReport:
        with store.begin() as session:
            return import_pack(session, pack, now=now, published_by=who)

    with ThreadPoolExecutor(4) as threads:
        reports = list(threads.map(bring_it, ["alice", "bob", "carol", "dave"]))

    assert sorted(len(report.added) for report in reports) == [0, 0, 0, 1]
    assert scalar(store, select(func.count(Revision.id))) == 1


def test_progress_is_told_up_to_the_end(
    sqlite_store: Store, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("persona_store.packs.importing.STATEMENTS_AT_ONCE", 5)
    told: list[tuple[int, int]] = []

    bring(
        sqlite_store,
        {"personas": [another_persona(f"p{number}") for number in range(5)]},
        progress=lambda done, total: told.append((done, total)),
    )

    assert told == [(2, 5), (4, 5), (5, 5)]


def test_a_changed_persona_leaves_no_old_rows(store: Store, bring: Bring, priya: Table) -> None:
    bring(store, priya)
    for number in range(3):
        priya["personas"][0] |= {
            "aliases": [f"a{number}"],
            "journey": [{"stage": "trial", "doing": str(number)}],
        }
        bring(store, priya)

    assert scalar(store, select(func.count(Alias.id))) == 1
    assert scalar(store, select(func.count(JourneyStep.id))) == 1


def test_a_large_report_stays_short(sqlite_store: Store, bring: Bring) -> None:
    report = bring(sqlite_store, {"personas": [another_persona(f"p{number}") for number in range(30)]})

    assert report.lines() == [
        "Added 30 personas with 60 statements: p0, p1, p2, p3, p4, p5, p6, p7 and 22 more."
    ]
