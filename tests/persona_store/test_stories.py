"""Stories in the store, on both databases."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from persona_store.database import Store
from persona_store.errors import NotFoundError, StoreError
from persona_store.models import Delivery, Story
from persona_store.people import forget_person, set_role
from persona_store.stories import (
    approve_story,
    approvers_of,
    change_story,
    draft_story,
    find_withdrawn,
    fitting_story,
    get_story_for,
    list_own,
    list_posts,
    list_stories,
    list_to_approve,
    mark_published,
    next_story,
    return_story,
    submit_story,
    withdraw_story,
)
from persona_store.story_moves import StoryText, text_of, version_of

VAN = StoryText(
    "The van at two", ("priya",), "She called at two.", "onboarding", "A person.", "We called back.", "She stayed.",
    "Somebody picked up!", consent=True, anonymised=True, credited=True,
)  # fmt: skip


@pytest.fixture
def council(store: Store) -> Store:
    with store.begin() as session:
        for person, role in (("U0BOB", "ambassador"), ("U0CAROL", "council"), ("U0DAVE", "admin")):
            set_role(session, person, role)
    return store


def drafted(session: Session, now: datetime, author: str = "U0BOB", **values: Any) -> Story:
    return draft_story(session, author, replace(VAN, **values), now)


def submitted(session: Session, now: datetime, author: str = "U0BOB", **values: Any) -> Story:
    return submit_story(session, drafted(session, now, author, **values).id, author, now)


def approved(session: Session, now: datetime, by: str = "U0CAROL", **values: Any) -> Story:
    return approve_story(session, submitted(session, now, **values).id, by, now)


@pytest.fixture
def session(council: Store) -> Iterator[Session]:
    with council.begin() as session:
        yield session


def post(
    session: Session, story: Story, now: datetime, channel: str = "C0STORIES", state: str = "sent"
) -> None:
    key = f"{channel} {story.id} {state}"
    session.add(
        Delivery(
            key=key, programme="story", channel_id=channel, due_at=now, state=state, ts="1.1", sent_at=now,
            content={"story": story.id},
        )
    )  # fmt: skip
    session.flush()


def test_a_story_goes_from_draft_to_approved(session: Session, now: datetime) -> None:
    story = approved(session, now)

    assert (story.state, story.approved_by, story.approved_at) == ("approved", "U0CAROL", now)
    assert text_of(story) == VAN
    assert list_stories(session) == [story]


def test_the_same_story_sent_twice_by_its_author_is_one(session: Session, now: datetime) -> None:
    first, second = drafted(session, now), drafted(session, now)
    others = drafted(session, now, "U0CAROL")

    assert first.id == second.id
    assert others.id != first.id


def test_stories_of_one_title_have_names_of_their_own(session: Session, now: datetime) -> None:
    slugs = [drafted(session, now, title=title, happened=str(number)).slug
             for number, title in enumerate(["Ça va? An éclair!", "Ca va: an eclair", "Ca va – an Eclair", "¿?"])]  # fmt: skip

    assert slugs == ["ca-va-an-eclair", "ca-va-an-eclair-2", "ca-va-an-eclair-3", "story"]


def test_what_is_sent_back_is_a_draft_with_a_note(session: Session, now: datetime) -> None:
    story = return_story(session, submitted(session, now).id, "U0CAROL", " Shorter, please. ")

    assert (story.state, story.note) == ("draft", "Shorter, please.")
    assert submit_story(session, story.id, "U0BOB", now).note is None


def test_sending_back_needs_a_note(session: Session, now: datetime) -> None:
    with pytest.raises(StoreError, match="Say in the note"):
        return_story(session, submitted(session, now).id, "U0CAROL", "  ")


def test_a_change_after_the_approval_waits_for_another_and_is_no_longer_told(
    session: Session, now: datetime
) -> None:
    story = approved(session, now)
    change_story(session, story.id, "U0BOB", replace(VAN, title="The lorry at two"), now)

    assert (story.state, story.approved_at, story.approved_by) == ("submitted", None, None)
    assert list_stories(session) == []
    assert list_to_approve(session, "U0CAROL") == [story]


def test_a_change_that_changes_nothing_leaves_the_approval(session: Session, now: datetime) -> None:
    story = approved(session, now)
    change_story(session, story.id, "U0BOB", VAN, now)

    assert story.state == "approved"


def test_a_submitted_story_cannot_lose_a_part(session: Session, now: datetime) -> None:
    with pytest.raises(StoreError, match="It lacks: outcome"):
        change_story(session, submitted(session, now).id, "U0BOB", replace(VAN, outcome=None), now)


def test_what_its_author_alone_can_know_nobody_else_says(session: Session, now: datetime) -> None:
    text = replace(VAN, consent=False, credited=False)
    story = draft_story(session, "U0BOB", text, now)
    submit_story(session, story.id, "U0BOB", now)
    change_story(session, story.id, "U0CAROL", replace(text, title="Van", consent=True, credited=True), now)

    assert (story.title, story.consent, story.credited) == ("Van", False, False)


def test_only_what_was_seen_is_approved(session: Session, now: datetime) -> None:
    story = submitted(session, now)
    seen = version_of(story)
    change_story(session, story.id, "U0BOB", replace(VAN, quote="He picked up!"), now)

    with pytest.raises(StoreError, match="changed while you had it open"):
        approve_story(session, story.id, "U0CAROL", now, seen)


def test_the_council_reads_what_is_submitted_everybody_what_is_approved_and_drafts_nobody_else(
    session: Session, now: datetime
) -> None:
    draft, waiting = drafted(session, now), submitted(session, now, title="Waiting")
    told = approved(session, now, title="Told")

    def readers(story: Story) -> set[str]:
        return {who for who in ("U0ALICE", "U0BOB", "U0CAROL") if can_read(session, story, who)}

    assert readers(draft) == {"U0BOB"}
    assert readers(waiting) == {"U0BOB", "U0CAROL"}
    assert readers(told) == {"U0ALICE", "U0BOB", "U0CAROL"}


def can_read(session: Session, story: Story, who: str) -> bool:
    try:
        return get_story_for(session, story.id, who) is story
    except NotFoundError:
        return False


def test_a_withdrawn_story_is_neither_read_nor_told_and_stays_so(session: Session, now: datetime) -> None:
    story = approved(session, now)
    withdraw_story(session, story.id, "U0BOB")

    assert list_stories(session) == []
    assert next_story(session, "C0STORIES", [], now) is None
    assert withdraw_story(session, story.id, "U0BOB").state == "withdrawn"
    with pytest.raises(StoreError, match="has been withdrawn"):
        get_story_for(session, story.id, "U0CAROL")
    with pytest.raises(StoreError, match="has been withdrawn"):
        approve_story(session, story.id, "U0CAROL", now)


def test_others_do_not_withdraw_a_story(session: Session, now: datetime) -> None:
    with pytest.raises(StoreError, match="Only its author and the council"):
        withdraw_story(session, approved(session, now).id, "U0ALICE")


def test_the_council_without_the_author_approves(session: Session, now: datetime) -> None:
    own = submitted(session, now, "U0CAROL")

    assert approvers_of(session, own) == ["U0DAVE"]
    assert list_to_approve(session, "U0CAROL") == []
    assert list_to_approve(session, "U0DAVE") == [own]
    assert list_to_approve(session, "U0BOB") == []


def test_a_council_of_one_approves_its_own(store: Store, now: datetime) -> None:
    with store.begin() as session:
        set_role(session, "U0CAROL", "council")
        own = submitted(session, now, "U0CAROL")

        assert approvers_of(session, own) == ["U0CAROL"]
        assert list_to_approve(session, "U0CAROL") == [own]
        assert approve_story(session, own.id, "U0CAROL", now).state == "approved"


def test_stories_are_found_by_persona_and_stage(session: Session, now: datetime) -> None:
    van = approved(session, now)
    till = approved(
        session, now + timedelta(1), title="The till", personas=("marco", "priya"), stage="renewal"
    )

    assert list_stories(session, "priya") == [till, van]
    assert list_stories(session, "marco") == [till]
    assert list_stories(session, stages=["onboarding"]) == [van]
    assert list_stories(session, "priya", limit=1) == [till]
    assert list_own(session, "U0BOB", 10) == [till, van]


def test_an_answer_gets_a_story_of_its_persona_and_stage(session: Session, now: datetime) -> None:
    van = approved(session, now)
    till = approved(
        session, now + timedelta(1), title="The till", personas=("marco", "priya"), stage="renewal"
    )

    assert fitting_story(session, ["priya"], ["onboarding"]) is van
    assert fitting_story(session, ["priya"], []) is till
    assert fitting_story(session, ["yuki", "priya"], []) is till
    assert fitting_story(session, ["priya"], ["trial"]) is None
    assert fitting_story(session, [], []) is None


def test_a_story_is_told_once_in_a_channel_and_in_each_channel(session: Session, now: datetime) -> None:
    story = approved(session, now)
    post(session, story, now)
    mark_published(session, story.id, now)

    assert next_story(session, "C0STORIES", [], now) is None
    assert next_story(session, "C0MARKETING", [], now) is story
    assert (story.state, story.published_at) == ("published", now)


def test_a_story_that_is_being_posted_is_not_told_a_second_time(session: Session, now: datetime) -> None:
    story = approved(session, now)
    post(session, story, now, state="sending")

    assert next_story(session, "C0STORIES", [], now) is None


def test_a_story_whose_post_failed_still_has_its_turn(session: Session, now: datetime) -> None:
    story = approved(session, now)
    post(session, story, now, state="failed")

    assert next_story(session, "C0STORIES", [], now) is story


def test_a_subscription_to_some_personas_tells_theirs_alone(session: Session, now: datetime) -> None:
    story = approved(session, now)

    assert next_story(session, "C0STORIES", ["marco"], now) is None
    assert next_story(session, "C0STORIES", ["marco", "priya"], now) is story


def test_a_story_changed_after_it_was_posted_is_published_again_but_not_posted_again(
    session: Session, now: datetime
) -> None:
    story = approved(session, now)
    post(session, story, now)
    mark_published(session, story.id, now)
    change_story(session, story.id, "U0BOB", replace(VAN, title="The lorry"), now)
    assert story.state == "submitted"
    approve_story(session, story.id, "U0CAROL", now + timedelta(1))

    assert (story.state, story.published_at) == ("published", now)
    assert next_story(session, "C0STORIES", [], now + timedelta(2)) is None


def test_a_story_withdrawn_while_it_was_posted_stays_withdrawn(session: Session, now: datetime) -> None:
    story = approved(session, now)
    withdraw_story(session, story.id, "U0BOB")
    mark_published(session, story.id, now)

    assert (story.state, story.published_at) == ("withdrawn", now)


def test_whoever_withdraws_a_story_while_its_post_is_recorded_finds_the_post(
    council: Store, now: datetime
) -> None:
    with council.begin() as session:
        story_id = approved(session, now).id
    found: list[tuple[str, str]] = []

    def withdraw() -> None:
        with council.begin() as session:
            withdraw_story(session, story_id, "U0BOB")
            found.extend(list_posts(session, story_id))

    withdrawing = threading.Thread(target=withdraw)
    with council.begin() as session:
        post(session, session.get_one(Story, story_id), now)
        before = find_withdrawn(session, story_id)
        withdrawing.start()
        withdrawing.join(0.2)  # it waits
    withdrawing.join()

    assert (before, found) == (None, [("C0STORIES", "1.1")])
    with council.begin() as session:
        assert find_withdrawn(session, story_id) is not None


def test_the_posts_of_a_story_are_found_again(session: Session, now: datetime) -> None:
    story, other = approved(session, now), approved(session, now, title="Other")
    post(session, story, now)
    post(session, story, now, "C0MARKETING")
    post(session, other, now)

    assert sorted(list_posts(session, story.id)) == [("C0MARKETING", "1.1"), ("C0STORIES", "1.1")]


def test_an_erased_author_leaves_submitted_stories_without_a_name_and_no_drafts(
    session: Session, now: datetime
) -> None:
    drafted(session, now)
    withdraw_story(session, submitted(session, now, title="Withdrawn").id, "U0BOB")
    waiting, told = submitted(session, now, title="Waiting"), approved(session, now, title="Told")
    by_others = submitted(session, now, "U0CAROL", title="By others")

    rows = forget_person(session, "U0BOB", now)
    session.expire_all()

    assert rows >= 5
    left = {story.title: (story.author, story.credited, story.state) for story in session.query(Story)}
    assert left == {
        "Waiting": ("", False, "submitted"),
        "Told": ("", False, "approved"),
        "By others": ("U0CAROL", True, "submitted"),
    }
    assert {waiting.id, told.id, by_others.id} == {story.id for story in session.query(Story)}


def test_an_erased_council_member_is_no_longer_named_as_approver(session: Session, now: datetime) -> None:
    story = approved(session, now)
    forget_person(session, "U0CAROL", now)
    session.expire_all()

    assert (story.state, story.approved_by) == ("approved", None)


@pytest.mark.parametrize("title", ["The first", "The second", "The third"])
def test_of_an_approval_and_a_withdrawal_at_once_the_withdrawal_stands(
    council: Store, now: datetime, title: str
) -> None:
    with council.begin() as session:
        story = submitted(session, now, title=title)
        seen, story_id = version_of(story), story.id
    start, told = threading.Barrier(2), {}

    def approve() -> None:
        start.wait()
        try:
            with council.begin() as session:
                approve_story(session, story_id, "U0CAROL", now, seen)
        except StoreError as error:
            told["approver"] = str(error)

    def withdraw() -> None:
        start.wait()
        with council.begin() as session:
            withdraw_story(session, story_id, "U0BOB")

    threads = [threading.Thread(target=work) for work in (approve, withdraw)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with council.read() as session:
        story = session.get_one(Story, story_id)
    assert story.state == "withdrawn"
    assert told.get("approver", "This story has been withdrawn.") == "This story has been withdrawn."
    assert (story.approved_at is None) == ("approver" in told)


def test_two_who_approve_at_once_approve_once(council: Store, now: datetime) -> None:
    with council.begin() as session:
        story_id = submitted(session, now).id
    start, told = threading.Barrier(2), []

    def approve(who: str) -> None:
        start.wait()
        try:
            with council.begin() as session:
                approve_story(session, story_id, who, now)
        except StoreError as error:
            told.append(str(error))

    threads = [threading.Thread(target=approve, args=[who]) for who in ("U0CAROL", "U0DAVE")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert told == ["This story has been approved already."]
