"""A draft is a persona as it is to be: changed by the council, lost by nobody."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from persona_store.database import Store
from persona_store.errors import FieldError, NotFoundError, StoreError
from persona_store.models import Draft, RefreshItem
from persona_store.packs import ImportReport
from persona_store.refresh.draft_changes import (
    Change,
    RestoreStatement,
    RetireStatement,
    WriteFacts,
    changed,
    demographics_lines,
    new_key,
    new_slug,
)
from persona_store.refresh.drafts import (
    change_draft,
    change_items,
    discard_draft,
    get_difference,
    get_draft,
    list_drafts,
    rebase_draft,
    version_of,
)
from persona_store.refresh.journey_changes import (
    MoveStep,
    RemoveStep,
    RestoreStep,
    StepChange,
    WriteStep,
)
from persona_store.refresh.merging import Side
from persona_store.refresh.opening import open_draft, open_new_draft
from persona_store.refresh.publishing import return_draft, take_back_draft
from tests.persona_store.conftest import TODAY
from tests.persona_store.refresh.drafting import (
    CAROL,
    DAVE,
    SSO,
    added,
    draft_of,
    drafted,
    enough,
    name_council,
    published,
    reworded,
    submitted,
    trail,
)
from tests.persona_store.refresh.items import reported
from tests.persona_store.refresh.test_merging import persona, statement

Bring = Callable[..., ImportReport]


@pytest.fixture
def company(sqlite_store: Store, bring: Bring, priya: dict[str, Any]) -> Store:
    bring(sqlite_store, enough(priya))
    name_council(sqlite_store)
    return sqlite_store


def change(store: Store, draft_id: int, now: datetime, what: Change, by: str = CAROL) -> Draft:
    with store.begin() as session:
        return change_draft(session, draft_id, by, now, what, version_of(get_draft(session, draft_id)))


def said(draft: Draft) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in draft.snapshot["statements"]}


def item(store: Store, now: datetime, state: str = "in_review") -> int:
    with store.begin() as session:
        row = RefreshItem(kind="insight", text="They want it.", opened_at=now, changed_at=now, state=state)
        session.add(row)
        session.flush()
        return row.id


# Pure


def test_a_new_statement_gets_an_id_from_its_first_words() -> None:
    after = changed(
        persona(), {}, added("Needs a café near the oven.", evidence=("e1",)), ["p.needs-a-cafe-near"], TODAY
    )

    assert after["statements"] == [
        {
            "id": "p.needs-a-cafe-near-2",
            "kind": "need",
            "text": "Needs a café near the oven.",
            "evidence": ["e1"],
        }
    ]


@pytest.mark.parametrize(
    ("text", "key"), [("...", "p.statement"), ("Ä ö ü", "p.a-o-u"), ("x" * 500, f"p.{'x' * 88}")]
)
def test_whatever_the_text_is_there_is_an_id(text: str, key: str) -> None:
    assert new_key("p", text, set()) == key


def test_a_slug_is_the_first_name_unless_that_is_taken() -> None:
    assert new_slug("Leo Hart", set()) == "leo"
    assert new_slug("Leo Hart", {"leo"}) == "leo-hart"
    assert new_slug("Leo Hart", {"leo", "leo-hart"}) == "leo-hart-2"
    assert new_slug("李", set()) == "persona"


def test_a_statement_that_was_retired_comes_back_to_its_place() -> None:
    base = persona(statement("p.1"), statement("p.2"), statement("p.3"))
    without = changed(base, base, RetireStatement("p.2"), (), TODAY)

    assert changed(without, base, RestoreStatement("p.2"), (), TODAY) == base


def test_a_new_statement_that_is_not_wanted_any_more_goes() -> None:
    after = changed(persona(statement("p.1")), persona(), RestoreStatement("p.1"), (), TODAY)

    assert after["statements"] == []


@pytest.mark.parametrize(
    ("what", "field"),
    [
        (added(""), "text"),
        (added("x" * 1_001), "text"),
        (added("x", kind="wish"), "kind"),
        (added("x", verbatim="x" * 301), "verbatim"),
        (WriteFacts({"name": None}), "name"),
        (WriteFacts({"role": ""}), "role"),
        (WriteFacts({"review_interval_days": 0}), "review_interval_days"),
        (WriteFacts({"archetype": "x" * 301}), "archetype"),
        (WriteFacts({"voice": "x" * 301}), "voice"),
        (WriteFacts({"segment": "x" * 151}), "segment"),
        (WriteFacts({"portrait": "ftp://x"}), "portrait"),
        (WriteFacts({"demographics": "no colon"}), "demographics"),
        (WriteFacts({"demographics": "Age: 3\nage: 4"}), "demographics"),
        (WriteFacts({"demographics": f"Age: {'x' * 201}"}), "demographics"),
        (WriteStep("trial", {"feeling": "x" * 81}), "feeling"),
        (WriteStep("trial", {"touchpoints": ["x" * 151]}), "touchpoints"),
        (WriteStep("trial", {}), "doing"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(what: Change, field: str) -> None:
    with pytest.raises(FieldError) as caught:
        changed(persona(role="Baker"), {}, what, (), TODAY)

    assert caught.value.field == field


def test_facts_leave_the_rest_as_it_is() -> None:
    before = persona(statement("p.1"), role="Baker", voice="Dry.", quote="So?")
    after = changed(before, {}, WriteFacts({"quote": None, "owner": "U0CAROL"}), (), TODAY)

    assert after == persona(
        statement("p.1"),
        role="Baker",
        voice="Dry.",
        owner="U0CAROL",
        priority="primary",
        review_interval_days=90,
    )


@pytest.mark.parametrize("what", [RetireStatement("p.9"), RestoreStatement("p.9"), reworded("x", "p.9")])
def test_a_statement_that_is_gone_is_said_to_be(what: Change) -> None:
    with pytest.raises(StoreError, match="not in this draft any more"):
        changed(persona(), {}, what, (), TODAY)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Age 34", "“Age 34”: write it as “Age: 34”, one a line."),
        ("Age: 34\nAGE: 35", "“AGE” is there twice."),
        (f"Age: {'x' * 201}", "Age: too long: 201 characters; expected at most 200."),
    ],
)
def test_what_is_wrong_with_demographics_names_the_line(typed: str, told: str) -> None:
    with pytest.raises(FieldError) as caught:
        changed(persona(role="Baker"), {}, WriteFacts({"demographics": typed}), (), TODAY)

    assert str(caught.value) == told


def test_demographics_come_back_as_they_were_with_what_was_changed() -> None:
    before = persona(role="Baker", demographics={"age": 56, "working_hours": "21:30 to 05:30"})
    typed = demographics_lines(before["demographics"]).replace("56", "57") + "\n\nShop size (EU):  small "
    after = changed(before, {}, WriteFacts({"demographics": typed}), (), TODAY)

    assert demographics_lines(before["demographics"]) == "Age: 56\nWorking hours: 21:30 to 05:30"
    assert after["demographics"] == {
        "age": 57,
        "working_hours": "21:30 to 05:30",
        "Shop size (EU)": "small",
    }
    assert "demographics" not in changed(before, {}, WriteFacts({"demographics": None}), (), TODAY)


ORDER = ("trial", "use", "renewal")


def journey_after(*changes: StepChange) -> list[tuple[str, str]]:
    """What a journey of two steps, which is published, is after these changes."""
    steps = [{"stage": "trial", "doing": "Looks."}, {"stage": "renewal", "doing": "Pays."}]
    base = after = persona(journey=steps)
    for one in changes:
        after = changed(after, base, one, (), TODAY)
    return [(step["stage"], step["doing"]) for step in after.get("journey", [])]


@pytest.mark.parametrize(
    ("changes", "journey"),
    [
        ([WriteStep("use", {"doing": "Bakes."}, ORDER)], "trial Looks. use Bakes. renewal Pays."),
        ([WriteStep("new", {"doing": "Bakes."})], "trial Looks. renewal Pays. new Bakes."),
        ([WriteStep("trial", {"doing": "Tries."})], "trial Tries. renewal Pays."),
        ([MoveStep("renewal", -1)], "renewal Pays. trial Looks."),
        ([MoveStep("trial", -1)], "trial Looks. renewal Pays."),
        ([MoveStep("trial", 1)], "renewal Pays. trial Looks."),
        ([RemoveStep("trial")], "renewal Pays."),
        ([RemoveStep("trial"), RemoveStep("renewal")], ""),
        ([RemoveStep("trial"), RestoreStep("trial")], "trial Looks. renewal Pays."),
        ([WriteStep("trial", {"doing": "Tries."}), RestoreStep("trial")], "trial Looks. renewal Pays."),
        ([WriteStep("use", {"doing": "x"}), RestoreStep("use")], "trial Looks. renewal Pays."),
    ],
)
def test_steps_are_added_reworded_moved_taken_out_and_brought_back(
    changes: list[StepChange], journey: str
) -> None:
    assert " ".join(f"{stage} {doing}" for stage, doing in journey_after(*changes)) == journey


def test_rewording_a_step_leaves_what_the_form_did_not_show() -> None:
    before = persona(journey=[{"stage": "trial", "doing": "Looks.", "touchpoints": ["Chat"]}])
    after = changed(before, before, WriteStep("trial", {"doing": None, "feeling": "calm"}), (), TODAY)

    assert after["journey"] == [{"stage": "trial", "touchpoints": ["Chat"], "feeling": "calm"}]


@pytest.mark.parametrize("what", [MoveStep("trial", 1), RemoveStep("trial"), RestoreStep("trial")])
def test_a_step_that_is_gone_is_said_to_be(what: StepChange) -> None:
    with pytest.raises(StoreError, match="not in this draft any more"):
        changed(persona(), {}, what, (), TODAY)


# In the store


def test_a_draft_begins_as_the_current_revision(company: Store, now: datetime) -> None:
    draft = draft_of(company, drafted(company, now))

    with company.read() as session:
        assert not get_difference(session, get_draft(session, draft.id))
    assert (draft.base_revision, draft.drafted_by, draft.state) == (1, CAROL, "open")


def test_a_click_that_is_worked_on_again_begins_no_second_draft(company: Store, now: datetime) -> None:
    with company.begin() as session:
        item, other = reported(session, now), reported(session, now)
    first = drafted(company, now, items=[item.id])
    again = drafted(company, now, items=[item.id])
    about_another = drafted(company, now, items=[other.id])
    changed_since = drafted(company, now, reworded("x"), items=[other.id])

    assert again == first
    assert about_another != first
    assert changed_since == about_another
    assert drafted(company, now, items=[other.id]) not in (first, about_another)
    assert drafted(company, now, items=[item.id], by=DAVE) != first


def test_changes_follow_one_another(company: Store, now: datetime) -> None:
    draft_id = drafted(company, now, reworded("Needs it now."), RetireStatement("priya.time"))
    draft = change(company, draft_id, now, WriteFacts({"summary": "Runs twelve shops."}), by=DAVE)

    assert said(draft)[SSO]["text"] == "Needs it now."
    assert "priya.time" not in said(draft)
    assert draft.snapshot["summary"] == "Runs twelve shops."
    assert draft.editors == [DAVE]
    assert [by for by, _ in trail(company, f"draft {draft_id}")] == [CAROL, CAROL, CAROL, DAVE]


def test_only_the_council_drafts(company: Store, now: datetime) -> None:
    draft_id = drafted(company, now)
    with company.begin() as session:
        attempts: tuple[Callable[[], object], ...] = (
            lambda: open_draft(session, "priya", "U0BOB", now),
            lambda: open_new_draft(session, {"name": "Leo", "role": "Baker"}, "U0BOB", now),
            lambda: change_draft(session, draft_id, "U0BOB", now, RetireStatement(SSO), ""),
            lambda: discard_draft(session, draft_id, "U0BOB", now, ""),
        )
        for attempt in attempts:
            with pytest.raises(StoreError, match="Only the council"):
                attempt()


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(company: Store, now: datetime) -> None:
    draft_id = drafted(company, now)
    seen = version_of(draft_with_items(company, draft_id))
    change(company, draft_id, now, reworded("By Dave."), by=DAVE)
    with company.begin() as session, pytest.raises(StoreError, match="changed while you had it open"):
        change_draft(session, draft_id, CAROL, now, reworded("By Carol."), seen)

    assert said(draft_of(company, draft_id))[SSO]["text"] == "By Dave."


def draft_with_items(store: Store, draft_id: int) -> Draft:
    with store.read() as session:
        draft = get_draft(session, draft_id)
        version_of(draft)
        return draft


def test_what_a_draft_is_about_is_accepted_with_it(company: Store, now: datetime) -> None:
    first, second = item(company, now), item(company, now, "new")
    draft_id = drafted(company, now, items=[first])
    with company.begin() as session:
        seen = version_of(get_draft(session, draft_id))
        change_items(session, draft_id, CAROL, now, [second], seen)

    with company.read() as session:
        assert [one.state for one in session.scalars(select(RefreshItem))] == ["accepted", "accepted"]
        assert [one.id for one in get_draft(session, draft_id).items] == [second]


def test_what_is_declined_is_not_drafted_from(company: Store, now: datetime) -> None:
    number = item(company, now, "declined")
    with pytest.raises(StoreError, match="it is declined"):
        drafted(company, now, items=[number])

    with company.read() as session:
        assert list_drafts(session) == []


def test_a_submitted_draft_is_not_changed_unless_it_is_taken_or_sent_back(
    company: Store, now: datetime
) -> None:
    draft_id = submitted(company, now, reworded("x"))
    with pytest.raises(StoreError, match="submitted for publishing already"):
        change(company, draft_id, now, RetireStatement(SSO))
    with company.begin() as session:
        seen = version_of(get_draft(session, draft_id))
        with pytest.raises(StoreError, match="You can send it back"):
            take_back_draft(session, draft_id, DAVE, now, seen)
        take_back_draft(session, draft_id, CAROL, now, seen)

    assert change(company, draft_id, now, reworded("y")).state == "open"


def test_a_draft_that_is_sent_back_says_why(company: Store, now: datetime) -> None:
    draft_id = submitted(company, now, reworded("x"))
    with company.begin() as session:
        seen = version_of(get_draft(session, draft_id))
        with pytest.raises(FieldError, match="Say what should change"):
            return_draft(session, draft_id, DAVE, now, seen, " ")
        draft = return_draft(session, draft_id, DAVE, now, seen, "Says who?")

    assert (draft.state, draft.note, draft.editors) == ("open", "Says who?", [])


def test_what_is_discarded_is_listed_no_more(company: Store, now: datetime) -> None:
    draft_id = drafted(company, now)
    with company.begin() as session:
        discard_draft(session, draft_id, DAVE, now, version_of(get_draft(session, draft_id)))
        assert list_drafts(session, "priya") == []
    with pytest.raises(StoreError, match="has been discarded"):
        change(company, draft_id, now, RetireStatement(SSO))


def test_the_current_revision_is_not_restored(company: Store, now: datetime) -> None:
    with pytest.raises(StoreError, match="Revision 1 is the current one"):
        drafted(company, now, restore=1)
    with pytest.raises(NotFoundError, match="no revision 7"):
        drafted(company, now, restore=7)


def test_who_looks_after_a_persona_stays_when_an_old_revision_is_brought_back(
    company: Store, now: datetime
) -> None:
    published(company, now, reworded("x"), WriteFacts({"owner": DAVE, "review_interval_days": 30}))
    draft = draft_of(company, drafted(company, now, restore=1))

    assert (draft.snapshot["owner"], draft.snapshot["review_interval_days"]) == (DAVE, 30)
    assert said(draft)[SSO]["text"] != "x"


def test_a_draft_takes_over_a_newer_revision_and_conflicts_wait_for_a_decision(
    company: Store, now: datetime
) -> None:
    draft_id = drafted(company, now, reworded("Ours."), added("Ours too.", evidence=("e1",)))
    published(
        company, now, reworded("Theirs."), RetireStatement("priya.csv"), added("And.", evidence=("e1",))
    )
    with company.begin() as session:
        draft = get_draft(session, draft_id)
        merged = rebase_draft(session, draft_id, CAROL, now, version_of(draft))
        assert [one.path for one in merged.conflicts] == [("statements", SSO, "text")]
        assert draft.base_revision == 1
        chosen = {one.path: Side.OURS for one in merged.conflicts}
        rebase_draft(session, draft_id, CAROL, now, version_of(draft), chosen)
        assert draft.base_revision == 2

    texts = {key: one["text"] for key, one in said(draft_of(company, draft_id)).items()}
    assert texts[SSO] == "Ours."
    assert texts["priya.ours-too"] == "Ours too."
    assert texts["priya.and"] == "And."
    assert "priya.csv" not in texts
