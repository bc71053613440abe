"""A draft becomes a revision: by somebody else, all of it or nothing, once."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from bench.publishing import Tally, kill_at_each_step, prepare
from persona_store.answering import Answering
from persona_store.database import Store, open_store
from persona_store.errors import FieldError, StoreError
from persona_store.models import (
    Delivery,
    Persona,
    RefreshItem,
    Revision,
    Segment,
    Subscription,
    TriviaQuestion,
    Verdict,
)
from persona_store.news import Change as News
from persona_store.news import news_between
from persona_store.packs import ImportReport
from persona_store.packs.format import PackPersona
from persona_store.refresh.auditing import list_unexplained
from persona_store.refresh.backlog import make_move
from persona_store.refresh.draft_changes import RetireStatement, WriteFacts
from persona_store.refresh.drafts import (
    change_draft,
    get_draft,
    rebase_draft,
    take_draft,
    version_of,
)
from persona_store.refresh.item_moves import Move
from persona_store.refresh.journey_changes import WriteStep
from persona_store.refresh.merging import Side
from persona_store.refresh.opening import open_new_draft
from persona_store.refresh.publishing import Reasons, publish_draft, return_draft, submit_draft
from persona_store.refresh.trail import list_trail, record_trail
from persona_store.refresh.variants import find_alike
from persona_store.refresh.verdicts import mark_told
from tests.persona_store.conftest import exported
from tests.persona_store.refresh.drafting import (
    CAROL,
    DAVE,
    FRED,
    SSO,
    added,
    at_once,
    count_revisions,
    draft_of,
    drafted,
    enough,
    name_council,
    publish,
    published,
    reworded,
    submit,
    submitted,
    trail,
)
from tests.persona_store.refresh.items import reported

Bring = Callable[..., ImportReport]


@pytest.fixture
def company(store: Store, bring: Bring, priya: dict[str, Any]) -> Store:
    """Priya at revision 1, and a council of three."""
    bring(store, enough(priya))
    name_council(store, CAROL, DAVE, FRED)
    return store


def said(store: Store) -> dict[str, str]:
    (priya,) = (one for one in exported(store).personas if one.slug == "priya")
    return {one.id: one.text for one in priya.statements}


def persona(store: Store) -> Persona:
    with store.read() as session:
        return session.scalars(select(Persona).where(Persona.slug == "priya")).one()


def item(store: Store, now: datetime, **fields: Any) -> int:
    with store.begin() as session:
        row = RefreshItem(kind="insight", text="They want it.", opened_at=now, changed_at=now, **fields)
        session.add(row)
        session.flush()
        return row.id


def test_publishing_writes_the_persona_and_a_revision_that_says_who_when_and_why(
    company: Store, now: datetime
) -> None:
    number = item(company, now, personas=["priya"])
    draft_id = submitted(
        company,
        now,
        reworded("Needs single sign-on on the first day."),
        added("Needs a picture of every loaf.", evidence=("e1",)),
        RetireStatement("priya.time"),
        why="Three calls in a week.",
        items=[number],
    )
    later = now + timedelta(hours=1)
    revision = publish(company, draft_id, later)

    texts = said(company)
    assert texts[SSO] == "Needs single sign-on on the first day."
    assert texts["priya.needs-a-picture-of"] == "Needs a picture of every loaf."
    assert "priya.time" not in texts
    assert (revision.number, revision.published_by, revision.drafted_by) == (2, DAVE, CAROL)
    assert (revision.changelog, revision.published_at) == ("Three calls in a week.", later)
    assert (persona(company).revision, persona(company).verified_at) == (2, later)
    assert draft_of(company, draft_id).state == "published"
    with company.read() as session:
        row = session.get_one(RefreshItem, number)
        assert (row.state, row.revision_id) == ("published", revision.id)


def test_the_answer_is_new_at_once(company: Store, now: datetime) -> None:
    answering = Answering(company)
    before = answering.answer("does Priya need a picture of every loaf?").statements
    published(company, now, added("Needs a picture of every loaf.", evidence=("e1",)))

    after = answering.answer("does Priya need a picture of every loaf?").statements
    assert "priya.needs-a-picture-of" not in [one.statement for one in before]
    assert after[0].statement == "priya.needs-a-picture-of"


@pytest.mark.parametrize(
    ("change", "is_stale"),
    [
        (reworded("Needs it.", stages=("onboarding", "trial")), True),
        (RetireStatement(SSO), True),
        (reworded("Needs single sign-on before she invites her team.", evidence=()), True),
        (reworded("Needs single sign-on before she invites her team.", stages=()), True),
        (
            reworded(
                "Needs single sign-on before she invites her team.", stages=("onboarding", "trial"), lenses=()
            ),
            False,
        ),
    ],
)
def test_trivia_about_what_is_no_longer_said_is_not_asked_again(
    company: Store, now: datetime, change: Any, *, is_stale: bool
) -> None:
    with company.begin() as session:
        question = TriviaQuestion(
            key="q", kind="whose_need", prompt="Whose?", options=[], right=0, why="So.", persona="priya",
            statement=SSO, state="open", made_at=now,
        )  # fmt: skip
        session.add(question)
    published(company, now, added("Needs one more thing.", evidence=("e1",)), change)

    with company.read() as session:
        state = session.scalars(select(TriviaQuestion.state)).one()
    assert (state == "retired") == is_stale


def test_channels_that_follow_the_persona_are_to_hear_of_it(company: Store, now: datetime) -> None:
    with company.begin() as session:
        session.add(
            Subscription(
                channel_id="C0PRODUCT", programme="spotlight", weekdays=[0], local_time="09:00", zone="UTC",
                personas=[], slack_user_id="U0ALICE", state="active", created_at=now,
            )
        )  # fmt: skip
    published(company, now, reworded("Needs it now."))

    with company.read() as session:
        assert session.scalars(select(Delivery.key)).all() == ["changed priya 2 C0PRODUCT"]


def test_spotlights_tell_what_the_council_changed(company: Store, now: datetime) -> None:
    published(company, now, reworded("Needs it now."), added("Needs a picture.", evidence=("e1",)))
    with company.read() as session:
        first, second = session.scalars(select(Revision.snapshot).order_by(Revision.number))

    assert dict(news_between(2, second, 1, first).statements) == {
        SSO: News.REWORDED,
        "priya.needs-a-picture": News.ADDED,
    }


def test_whoever_drafted_it_does_not_publish_it(company: Store, now: datetime) -> None:
    draft_id = submitted(company, now, reworded("x"))

    with pytest.raises(StoreError, match="somebody else of the council has to publish"):
        publish(company, draft_id, now, by=CAROL)
    assert count_revisions(company) == 1


def test_whoever_changed_it_does_not_publish_it_either(company: Store, now: datetime) -> None:
    draft_id = drafted(company, now, reworded("x"))
    with company.begin() as session:
        change_draft(
            session,
            draft_id,
            DAVE,
            now,
            RetireStatement("priya.csv"),
            version_of(get_draft(session, draft_id)),
        )
        change_draft(
            session,
            draft_id,
            DAVE,
            now,
            added("Needs y.", evidence=("e1",)),
            version_of(get_draft(session, draft_id)),
        )
    submit(company, draft_id, now)

    with pytest.raises(StoreError, match="somebody else"):
        publish(company, draft_id, now, by=DAVE)
    assert publish(company, draft_id, now, by=FRED).number == 2


def test_where_all_of_the_council_worked_on_it_somebody_has_to_join(
    store: Store, bring: Bring, priya: dict[str, Any], now: datetime
) -> None:
    bring(store, enough(priya))
    name_council(store, CAROL)
    draft_id = submitted(store, now, reworded("x"))

    with pytest.raises(StoreError, match="Somebody else has to join the council first"):
        publish(store, draft_id, now, by=CAROL)


@pytest.mark.parametrize("by", ["U0ALICE", "U0BOB"])
def test_only_the_council_publishes_whoever_asks(company: Store, now: datetime, by: str) -> None:
    name = submitted(company, now, reworded("x"))

    with pytest.raises(StoreError, match="Only the council"):
        publish(company, name, now, by=by)


def test_what_is_not_submitted_is_not_published(company: Store, now: datetime) -> None:
    draft_id = drafted(company, now, reworded("x"))

    with pytest.raises(StoreError, match="has not been submitted"):
        publish(company, draft_id, now)


def test_a_draft_is_published_once(company: Store, now: datetime) -> None:
    draft_id = submitted(company, now, reworded("x"))
    publish(company, draft_id, now)

    with pytest.raises(StoreError, match="published already, as revision 2"):
        publish(company, draft_id, now, by=FRED)


def test_of_two_who_publish_at_the_same_moment_one_does_and_the_other_hears_why(
    company: Store, now: datetime
) -> None:
    drafts = [submitted(company, now, reworded(text)) for text in ("x", "y")]
    outcomes = _at_once(company, now, [(drafts[0], DAVE), (drafts[0], FRED), (drafts[1], DAVE)])

    assert sorted(outcome[:12] for outcome in outcomes if outcome == "published") == ["published"]
    told = [outcome for outcome in outcomes if outcome != "published"]
    assert all("published already" in one or "was published after this draft began" in one for one in told)
    assert count_revisions(company) == 2


def _at_once(store: Store, now: datetime, tries: list[tuple[int, str]]) -> list[str]:
    def act(draft_id: int, by: str) -> str:
        publish(store, draft_id, now, by)
        return "published"

    return at_once([partial(act, *one) for one in tries])


def test_a_draft_that_began_before_another_was_published_takes_that_over_first(
    company: Store, now: datetime
) -> None:
    first, second = (
        submitted(company, now, reworded("x")),
        submitted(company, now, reworded("Copies them.", "priya.csv", kind="pain_point")),
    )
    publish(company, first, now)
    with pytest.raises(StoreError, match="Revision 2 of Priya Raman was published after this draft began"):
        publish(company, second, now)
    with company.begin() as session:
        seen = version_of(get_draft(session, second))
        return_draft(session, second, DAVE, now, seen, "Take the newer one over.")
        rebase_draft(session, second, CAROL, now, version_of(get_draft(session, second)))
    submit(company, second, now)
    publish(company, second, now)

    texts = said(company)
    assert (texts[SSO], texts["priya.csv"]) == ("x", "Copies them.")
    assert persona(company).revision == 3


def test_what_was_restored_is_a_revision_of_its_own(company: Store, now: datetime) -> None:
    before = said(company)
    published(company, now, reworded("x"), RetireStatement("priya.time"), added("More.", evidence=("e1",)))
    revision = published(company, now, restore=1, why="It was right after all.")

    assert (revision.number, revision.restored_from) == (3, 1)
    assert said(company) == before


def test_who_was_told_of_a_revision_hears_that_it_was_taken_back(company: Store, now: datetime) -> None:
    with company.begin() as session:
        item = reported(session, now, CAROL)
        record_trail(session, f"item {item.id}", "submitted", by=CAROL, now=now)
        make_move(session, item.id, Move.ACCEPT, CAROL, now)
    published(company, now, reworded("x"), items=[item.id])
    with company.begin() as session:
        mark_told(session, list(session.scalars(select(Verdict.id))), now)
    later = now + timedelta(days=2)
    published(company, later, restore=1, why="It was right after all.")

    with company.read() as session:
        open_again = session.get_one(RefreshItem, item.id)
        untold = session.scalars(select(Verdict.verdict).where(Verdict.told_at.is_(None))).all()
        assert (open_again.state, open_again.revision_id) == ("in_review", None)
        assert untold == ["reopened"]
        assert list_unexplained(session) == []
        lines = [one for one in list_trail(session, "persona priya") if one.move == "published"]
        assert lines[0].details["taken_back"] == [item.id]
        assert lines[1].details["changes"][0].startswith(f"~ {SSO}: ")


def test_a_primary_persona_with_too_little_is_not_submitted(company: Store, now: datetime) -> None:
    draft_id = drafted(company, now, RetireStatement("priya.time"))

    with pytest.raises(StoreError, match=r"lacks: 5 statements \(it has 4\).*secondary"):
        submit(company, draft_id, now)
    with company.begin() as session:
        seen = version_of(get_draft(session, draft_id))
        change_draft(session, draft_id, CAROL, now, WriteFacts({"priority": "secondary"}), seen)
    submit(company, draft_id, now)
    assert publish(company, draft_id, now).snapshot["priority"] == "secondary"


def test_what_is_wrong_in_the_reasons_is_told_at_its_field(company: Store, now: datetime) -> None:
    draft_id = drafted(company, now, reworded("x"))
    with company.begin() as session:
        seen = version_of(get_draft(session, draft_id))
        for reasons, field in (
            (Reasons(" "), "why"),
            (Reasons("x" * 1_001), "why"),
            (Reasons("x", objective_id=7), "objective"),
        ):
            with pytest.raises(FieldError) as caught:
                submit_draft(session, draft_id, CAROL, now, seen, reasons)
            assert caught.value.field == field


def test_an_item_that_somebody_reopened_meanwhile_stays_open(company: Store, now: datetime) -> None:
    number = item(company, now)
    draft_id = submitted(company, now, reworded("x"), items=[number])
    with company.begin() as session:
        session.get_one(RefreshItem, number).state = "in_review"
    publish(company, draft_id, now)

    with company.read() as session:
        assert session.get_one(RefreshItem, number).state == "in_review"


def test_the_trail_tells_every_step(company: Store, now: datetime) -> None:
    draft_id = submitted(company, now, reworded("x"))
    publish(company, draft_id, now)

    assert trail(company, f"draft {draft_id}") == [
        (CAROL, "opened"),
        (CAROL, "changed"),
        (CAROL, "submitted"),
        (DAVE, "published"),
    ]
    assert trail(company, "persona priya") == [(DAVE, "published")]


def test_what_was_changed_since_somebody_looked_is_not_published_unseen(
    company: Store, now: datetime
) -> None:
    draft_id = submitted(company, now, reworded("x"))
    with company.begin() as session, pytest.raises(StoreError, match="changed while you had it open"):
        publish_draft(session, draft_id, DAVE, now, seen="another")


# New personas


def new_persona(store: Store, now: datetime, name: str = "Leo Hart", texts: list[str] | None = None) -> int:
    texts = texts or [f"Wants loaf number {number} baked by noon." for number in range(5)]
    with store.begin() as session:
        draft = open_new_draft(
            session, {"name": name, "role": "Baker", "archetype": "Up at three"}, CAROL, now
        )
        for text in texts:
            change = added(text, evidence=("e1",))
            draft = change_draft(session, draft.id, CAROL, now, change, version_of(draft))
        return draft.id


def test_a_new_persona_is_drafted_and_published_like_any_other(company: Store, now: datetime) -> None:
    draft_id = new_persona(company, now)
    submit(company, draft_id, now)
    revision = publish(company, draft_id, now)

    assert (revision.number, revision.snapshot["slug"]) == (1, "leo")
    assert [one.slug for one in exported(company).personas] == ["priya", "leo"]


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("Priya Ramann", None),
        (
            "Leo Hart",
            ["Copies figures by hand.", "Wants to leave at five.", "Wants three more shops.", "a.", "b."],
        ),
    ],
)
def test_a_persona_too_like_another_needs_a_reason_which_is_kept(
    company: Store, now: datetime, name: str, texts: list[str] | None
) -> None:
    draft_id = new_persona(company, now, name, texts)
    with pytest.raises(FieldError, match="Say why there have to be both") as caught:
        submit(company, draft_id, now)
    with company.begin() as session:
        seen = version_of(get_draft(session, draft_id))
        reasons = Reasons("New segment.", variant="She buys for hospitals.")
        submit_draft(session, draft_id, CAROL, now, seen, reasons)
    publish(company, draft_id, now)

    assert caught.value.field == "variant"
    assert draft_of(company, draft_id).variant_reason == "She buys for hospitals."


def test_a_persona_that_says_the_same_in_other_words_is_found_by_what_it_says(
    company: Store, now: datetime
) -> None:
    texts = [
        "By hand figures are copied.",
        "At five she wants to leave.",
        "Three more shops she wants.",
        "x y.",
        "z.",
    ]
    draft_id = new_persona(company, now, texts=texts)
    with company.read() as session:
        snapshot = get_draft(session, draft_id).snapshot
        found = find_alike(session, snapshot, Answering(company).at(session))

    assert [(one.slug, one.why) for one in found] == [("priya", "says 3 things that Priya Raman says too")]


def test_two_new_personas_of_the_same_first_name_get_slugs_of_their_own(
    company: Store, now: datetime
) -> None:
    first, second = (new_persona(company, now, name) for name in ("Leo Hart", "Leo Bell"))

    assert [draft_of(company, one).persona for one in (first, second)] == ["leo", "leo-bell"]


def test_a_taken_draft_is_held_until_the_transaction_ends(company: Store, now: datetime) -> None:
    draft_id = submitted(company, now, reworded("x"))
    with company.begin() as session:
        draft = take_draft(session, draft_id, DAVE, None, "submitted")

    assert draft.state == "submitted"
    assert isinstance(publish(company, draft_id, now), Revision)


# Killed on the way (the full version is bench.publishing)


def test_a_process_killed_at_any_step_of_publishing_leaves_all_or_nothing(database_url: str) -> None:
    tally = Tally()
    with closing(open_store(database_url, migrate=False)) as store:
        prepare(store)
    kill_at_each_step(database_url, tally, every=9, progress=False)

    assert tally.kills >= 4
    assert tally.is_right, tally


BACKGROUND = WriteFacts(
    {
        "segment": "Night shops",
        "pronouns": "she/her",
        "voice": "Short sentences.",
        "demographics": "Age: 41\nHousehold: Two",
        "portrait": "https://pictures.example/priya.png",
    }
)


def test_background_and_journey_are_published_taken_over_and_brought_back(
    company: Store, now: datetime
) -> None:
    before = persona_in(company)
    ours = drafted(
        company, now, WriteFacts({"demographics": "Age: 40"}), WriteStep("trial", {"feeling": "calm"})
    )
    published(company, now, BACKGROUND, WriteStep("trial", {"doing": "Compares."}))
    with company.begin() as session:
        draft = get_draft(session, ours)
        merged = rebase_draft(session, ours, CAROL, now, version_of(draft))
        clashes = [one.path for one in merged.conflicts]
        chosen = dict.fromkeys(clashes, Side.OURS)
        rebase_draft(session, ours, CAROL, now, version_of(draft), chosen)
    submit(company, ours, now)
    publish(company, ours, now + timedelta(minutes=9))
    both = persona_in(company)
    published(company, now + timedelta(hours=1), restore=1)

    assert clashes == [("demographics", "age")]
    assert (both.segment, both.pronouns, both.voice) == ("Night shops", "she/her", "Short sentences.")
    assert both.portrait == "https://pictures.example/priya.png"
    assert both.demographics == {"age": "40", "Household": "Two"}
    assert [(one.stage, one.doing, one.feeling) for one in both.journey] == [("trial", "Compares.", "calm")]
    again = persona_in(company)
    assert (again.segment, again.demographics, again.journey) == (
        before.segment,
        before.demographics,
        before.journey,
    )


def test_a_segment_is_the_one_that_is_called_so(company: Store, now: datetime) -> None:
    with company.begin() as session:
        session.add(Segment(slug="mid", name="Mid-size groups"))
    published(company, now, WriteFacts({"segment": "mid-SIZE groups"}))

    assert persona_in(company).segment == "mid"
    with company.read() as session:
        assert session.scalars(select(Segment.slug).where(Segment.slug.ilike("mid%"))).all() == ["mid"]


def persona_in(store: Store) -> PackPersona:
    return next(one for one in exported(store).personas if one.slug == "priya")
