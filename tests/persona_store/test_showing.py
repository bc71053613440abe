"""What the next spotlight of a channel shows, from the store."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from persona_store.answering import Answering
from persona_store.database import Store
from persona_store.errors import NothingToPostError
from persona_store.models import Delivery, Story, TriviaAnswer, TriviaQuestion
from persona_store.news import Change
from persona_store.spotlights.showing import Place, Spotlight, next_spotlight
from persona_store.spotlights.turn import Reason, Why
from persona_store.trivia.loading import Materials

Bring = Callable[..., Any]
TRIVIA = Path(__file__).parents[2] / "content" / "trivia"
HERE = Place("C0MARKETING")
WEEK = timedelta(weeks=1)
KINDS = ("need", "goal", "objection", "behaviour", "pain_point", "trigger", "job", "preference")


def invented(key: str) -> str:
    """A sentence that is like no other, and names nobody."""
    chance = Random(key)
    return "Wants " + " ".join("".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(6))


def persona(slug: str, **fields: Any) -> dict[str, Any]:
    statements = [
        {
            "id": f"{slug}.{kind}",
            "kind": kind,
            "text": invented(f"{slug} {kind}"),
            "topic": f"{slug} {kind}",
            "evidence": ["e1", "e2"],
            "lenses": ["sales"] if number % 2 else ["product"],
        }
        for number, kind in enumerate(KINDS)
    ]
    steps = [{"stage": "trial", "doing": "Looks around."}, {"stage": "onboarding", "thinking": "Now what?"}]
    return {"slug": slug, "name": f"{slug.title()} Someone", "role": "Buyer", "journey": steps} | {
        "statements": statements,
        **fields,
    }


@pytest.fixture
def company(priya: dict[str, Any]) -> dict[str, Any]:
    people = [persona("anna"), persona("boris"), persona("cleo", priority="secondary")]
    return {**priya, "personas": people}


@pytest.fixture(autouse=True)
def _with_company(store: Store, bring: Bring, company: dict[str, Any]) -> None:
    bring(store, company)


Show = Callable[..., Spotlight]


@pytest.fixture
def spotlight(store: Store) -> Show:
    answering = Answering(store)
    materials = Materials(answering, TRIVIA)

    def spotlight(now: datetime, place: Place = HERE, delivery_id: int | None = None) -> Spotlight:
        with store.read() as session:
            return next_spotlight(session, answering, lambda: materials.at(session), place, now, delivery_id)

    return spotlight


def told(
    store: Store, shown: Spotlight, now: datetime, state: str = "sent", channel_id: str = "C0MARKETING"
) -> int:
    with store.begin() as session:
        delivery = Delivery(
            key=f"{channel_id} {now} {state}",
            programme="spotlight",
            channel_id=channel_id,
            due_at=now,
            sent_at=now if state == "sent" else None,
            state=state,
            content=shown.content(),
        )
        session.add(delivery)
        session.flush()
        return delivery.id


def add_story(store: Store, now: datetime, title: str, *personas: str, state: str = "approved") -> int:
    with store.begin() as session:
        story = Story(
            slug=title.lower(),
            title=title,
            personas=list(personas),
            happened="It happened.",
            outcome="It went well.",
            author="U0BOB",
            state=state,
            created_at=now,
            approved_at=now,
        )
        session.add(story)
        session.flush()
        return story.id


def revised(company: dict[str, Any], slug: str) -> dict[str, Any]:
    """The pack with one statement of this persona changed, one added, one retired."""
    for one in company["personas"]:
        if one["slug"] == slug:
            statements = one["statements"]
            statements[0] = {**statements[0], "text": "Needs something else entirely"}
            statements[-1] = {**statements[-1], "id": f"{slug}.new", "text": "Brand new"}
    return company


def test_four_weeks_show_everybody_and_then_the_primary_one_who_waited_longest(
    spotlight: Show, store: Store, now: datetime
) -> None:
    seen = []
    for week in range(4):
        shown = spotlight(now + week * WEEK)
        told(store, shown, now + week * WEEK)
        seen.append(shown.persona.slug)

    assert sorted(seen[:3]) == ["anna", "boris", "cleo"]
    assert seen[3] == seen[0]


def test_it_is_the_same_for_the_same_store_and_past(spotlight: Show, store: Store, now: datetime) -> None:
    assert spotlight(now).content() == spotlight(now).content()
    told(store, spotlight(now), now)

    assert spotlight(now + WEEK).content() == spotlight(now + WEEK).content()


def test_it_is_the_same_after_somebody_elses_post_went_wrong(store: Store, now: datetime) -> None:
    answering = Answering(store)
    materials = Materials(answering, TRIVIA)

    def texts() -> list[str]:
        with store.read() as session:
            shown = next_spotlight(session, answering, lambda: materials.at(session), HERE, now).texts()
            session.rollback()
        return shown

    assert texts() == texts()


def test_in_one_transaction_each_channel_gets_what_it_would_get_alone(
    spotlight: Show, store: Store, now: datetime
) -> None:
    answering = Answering(store)
    materials = Materials(answering, TRIVIA)
    places = [Place(f"C{number}", lens) for number, lens in enumerate((None, "sales", "product", None))]
    alone = [spotlight(now, place).content() for place in places]

    with store.read() as session:
        together = [
            next_spotlight(session, answering, lambda: materials.at(session), place, now).content()
            for place in places
        ]

    assert together == alone


def test_each_channel_has_its_own_past(spotlight: Show, store: Store, now: datetime) -> None:
    first = spotlight(now)
    told(store, first, now)

    assert spotlight(now, Place("C0SALES")).met_at is None
    assert spotlight(now).persona.slug != first.persona.slug


def test_what_was_missed_or_failed_was_not_told(spotlight: Show, store: Store, now: datetime) -> None:
    first = spotlight(now)
    for state in ("missed", "failed", "skipped"):
        told(store, first, now, state)

    assert spotlight(now).content() == first.content()


def test_what_is_being_sent_right_now_counts_but_not_for_itself(
    spotlight: Show, store: Store, now: datetime
) -> None:
    first = spotlight(now)
    delivery_id = told(store, first, now, "sending")

    assert spotlight(now).persona.slug != first.persona.slug
    assert spotlight(now, delivery_id=delivery_id).persona.slug == first.persona.slug


def test_a_new_revision_brings_a_persona_up_with_what_changed(
    spotlight: Show, store: Store, bring: Bring, company: dict[str, Any], now: datetime
) -> None:
    for week in range(3):
        told(store, spotlight(now + week * WEEK), now + week * WEEK)
    bring(store, revised(company, "cleo"), now + 2 * WEEK + timedelta(days=1))
    shown = spotlight(now + 3 * WEEK)
    if shown.persona.slug != "cleo":  # she was the last one shown, so somebody else comes first
        told(store, shown, now + 3 * WEEK)
        shown = spotlight(now + 4 * WEEK)

    assert shown.persona.slug == "cleo"
    assert shown.turn.reasons[0].why is Why.CHANGED
    assert shown.news is not None
    assert shown.news.statements == {
        "cleo.need": Change.REWORDED,
        "cleo.new": Change.ADDED,
        "cleo.preference": Change.RETIRED,
    }
    assert {one.key for one in shown.statements[:2]} == {"cleo.need", "cleo.new"}


def test_a_change_is_news_once(
    spotlight: Show, store: Store, bring: Bring, company: dict[str, Any], now: datetime
) -> None:
    place = Place("C0MARKETING", personas=("anna",))
    told(store, spotlight(now, place), now)
    bring(store, revised(company, "anna"), now + timedelta(days=1))
    with_news = spotlight(now + WEEK, place)
    told(store, with_news, now + WEEK)

    assert with_news.news
    assert spotlight(now + 2 * WEEK, place).news is None


def test_a_recent_revision_is_news_to_a_channel_that_never_met_the_persona(
    spotlight: Show, store: Store, bring: Bring, company: dict[str, Any], now: datetime
) -> None:
    bring(store, revised(company, "anna"), now)
    place = Place("C0MARKETING", personas=("anna",))

    assert spotlight(now + WEEK, place).news is not None
    assert spotlight(now + 5 * WEEK, place).news is None


def test_it_tells_what_its_lens_wants(spotlight: Show, store: Store, now: datetime) -> None:
    for week in range(6):
        shown = spotlight(now + week * WEEK, Place("C0MARKETING", "sales"))
        told(store, shown, now + week * WEEK)
        kinds = [KINDS.index(one.kind) for one in shown.statements]
        assert all(number % 2 for number in kinds)
        assert shown.lens is not None
        assert shown.lens.name == "Sales"


def test_with_one_persona_the_facts_and_the_question_still_change(
    spotlight: Show, store: Store, now: datetime
) -> None:
    place, past = Place("C0MARKETING", personas=("anna",)), []
    for week in range(4):
        shown = spotlight(now + week * WEEK, place)
        told(store, shown, now + week * WEEK)
        past.append(shown)

    for before, after in pairwise(past):
        assert not {one.key for one in before.statements} & {one.key for one in after.statements}
        assert before.step
        assert after.step
        assert before.step.stage.slug != after.step.stage.slug
        assert before.prompt != after.prompt
    asked = [shown.quiz.options[shown.quiz.right] for shown in past if shown.quiz]
    assert len(set(asked)) == 4
    assert {reason.why for shown in past for reason in shown.turn.reasons} == {Why.ALONE}


def test_the_question_is_about_something_else_than_the_facts(spotlight: Show, now: datetime) -> None:
    shown = spotlight(now)

    assert shown.quiz is not None
    assert shown.quiz.options[shown.quiz.right] not in {one.key for one in shown.statements}
    assert len(shown.quiz.texts) == 4


def test_a_story_is_told_once(spotlight: Show, store: Store, now: datetime) -> None:
    place = Place("C0MARKETING", personas=("anna",))
    story = add_story(store, now, "The van", "anna")
    add_story(store, now, "Another one", "boris")
    first = spotlight(now, place)
    told(store, first, now)

    assert first.story is not None
    assert first.story.id == story
    assert spotlight(now + WEEK, place).story is None


def test_news_leave_no_room_for_a_story_which_comes_the_next_time(
    spotlight: Show, store: Store, bring: Bring, company: dict[str, Any], now: datetime
) -> None:
    place = Place("C0MARKETING", personas=("anna",))
    told(store, spotlight(now, place), now)
    add_story(store, now, "The van", "anna")
    bring(store, revised(company, "anna"), now + timedelta(days=1))
    with_news = spotlight(now + WEEK, place)
    told(store, with_news, now + WEEK)

    assert with_news.news
    assert with_news.story is None
    assert spotlight(now + 2 * WEEK, place).story


@pytest.mark.parametrize("state", ["draft", "submitted", "withdrawn"])
def test_a_story_that_is_not_approved_is_never_told(
    spotlight: Show, store: Store, now: datetime, state: str
) -> None:
    add_story(store, now, "The van", "anna", state=state)

    assert spotlight(now, Place("C0MARKETING", personas=("anna",))).story is None


def test_a_story_that_the_channel_has_read_in_full_is_not_told_again(
    spotlight: Show, store: Store, now: datetime
) -> None:
    story = add_story(store, now, "The van", "anna", state="published")
    with store.begin() as session:
        session.add(
            Delivery(
                key="story",
                programme="story",
                channel_id="C0MARKETING",
                due_at=now,
                sent_at=now,
                state="sent",
                content={"story": story},
            )
        )

    assert spotlight(now, Place("C0MARKETING", personas=("anna",))).story is None
    assert spotlight(now, Place("C0SALES", personas=("anna",))).story is not None


def test_a_persona_of_whom_nothing_is_known_is_not_shown(
    spotlight: Show, store: Store, bring: Bring, company: dict[str, Any], now: datetime
) -> None:
    bring(store, {**company, "personas": [persona("dora", statements=[])]})

    assert spotlight(now).persona.slug != "dora"
    with pytest.raises(NothingToPostError, match="None of the personas"):
        spotlight(now, Place("C0MARKETING", personas=("dora",)))


def test_a_subscription_of_personas_that_are_gone_has_nothing_to_post(spotlight: Show, now: datetime) -> None:
    with pytest.raises(NothingToPostError, match="None of the personas that this subscription names"):
        spotlight(now, Place("C0MARKETING", personas=("gone",)))


def show_of(store: Store, now: datetime) -> Spotlight:
    answering = Answering(store)
    materials = Materials(answering, TRIVIA)
    with store.read() as session:
        return next_spotlight(session, answering, lambda: materials.at(session), HERE, now)


def test_an_empty_store_has_nothing_to_post(new_store: Callable[[], Store], now: datetime) -> None:
    with pytest.raises(NothingToPostError, match="no personas"):
        show_of(new_store(), now)


def test_it_changes_nothing_so_that_it_serves_previews(store: Store, now: datetime) -> None:
    answering = Answering(store)
    materials = Materials(answering, TRIVIA)
    with store.begin() as session:
        next_spotlight(session, answering, lambda: materials.at(session), HERE, now)
        assert not session.new
        assert not session.dirty


# What people got wrong in trivia


@pytest.fixture
def answers(store: Store) -> Callable[..., None]:
    """Lets so many people answer a question about a persona, so many of them wrongly."""

    def answers(slug: str, people: int, wrong: int, at: datetime, kind: str = "trigger") -> None:
        with store.begin() as session:
            question = TriviaQuestion(
                key=f"{slug} {at}",
                kind="whose",
                prompt="Who?",
                options=[],
                right=0,
                why="",
                persona=slug,
                statement=f"{slug}.{kind}",
                made_at=at,
            )
            session.add(question)
            session.flush()
            session.add_all(
                TriviaAnswer(
                    question_id=question.id,
                    slack_user_id=f"U{number}",
                    option=0,
                    is_right=number >= wrong,
                    is_first=True,
                    answered_at=at,
                )
                for number in range(people)
            )

    return answers


def whose_turn_next(spotlight: Show, store: Store, now: datetime) -> tuple[str, str]:
    """Let three spotlights pass; give whose turn it would be, and a persona that would have to wait."""
    for number in range(3):
        told(store, spotlight(now + number * WEEK), now + number * WEEK)
    latest = spotlight(now + 2 * WEEK + WEEK / 2).turn.slug
    seen = [(one.content or {})["persona"] for one in _past(store)]
    return latest, next(slug for slug in seen[1:] if slug != latest)


def _past(store: Store) -> list[Delivery]:
    with store.read() as session:
        return list(session.query(Delivery).order_by(Delivery.id.desc()))


def test_whom_people_got_wrong_comes_next_and_it_says_so(
    spotlight: Show, store: Store, now: datetime, answers: Callable[..., None]
) -> None:
    _, waiting = whose_turn_next(spotlight, store, now)
    was_told = next(one.content for one in _past(store) if one.content and one.content["persona"] == waiting)
    kind = next(kind for kind in KINDS[::-1] if f"{waiting}.{kind}" not in was_told["statements"])
    answers(waiting, 12, 12, now + 2.5 * WEEK, kind)
    shown = spotlight(now + 3 * WEEK)

    assert shown.turn.slug == waiting
    assert Reason(Why.MISSED, 12, 12, here=False) in shown.turn.reasons
    assert f"{waiting}.{kind}" in [one.key for one in shown.statements]


def test_few_people_say_nothing(
    spotlight: Show, store: Store, now: datetime, answers: Callable[..., None]
) -> None:
    usual, waiting = whose_turn_next(spotlight, store, now)
    answers(waiting, 4, 4, now + 2.5 * WEEK)

    assert spotlight(now + 3 * WEEK).turn.slug == usual


def test_what_a_spotlight_has_taken_up_does_not_count_again(
    spotlight: Show, store: Store, now: datetime, answers: Callable[..., None]
) -> None:
    _, waiting = whose_turn_next(spotlight, store, now)
    answers(waiting, 12, 12, now + 2.5 * WEEK)
    told(store, spotlight(now + 3 * WEEK), now + 3 * WEEK)
    later = spotlight(now + 4 * WEEK)

    assert later.turn.slug != waiting
    assert all(reason.why is not Why.MISSED for reason in later.turn.reasons)
