from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, select, update

from persona_store.database import Store
from persona_store.errors import FieldError, NotFoundError, StoreError
from persona_store.models import Delivery, Subscription
from persona_store.people import forget_person, set_role
from persona_store.posts.deliveries import add_notice
from persona_store.posts.planning import plan_due
from persona_store.posts.subscriptions import (
    MOST_IN_A_CHANNEL,
    Wanted,
    change_subscription,
    end_channel,
    end_subscription,
    following_post,
    get_subscription,
    keep_next,
    list_subscriptions,
    pause,
    resume,
    skip_next,
    subscribe,
)
from persona_store.posts.succession import pass_on

Bring = Callable[..., Any]
MONDAYS = Wanted("C0MARKETING", "U0ALICE", "spotlight", (0,), "09:30", "Europe/Madrid")
NEXT_MONDAY = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _with_priya(store: Store, bring: Bring, priya: dict[str, Any]) -> None:
    bring(store, priya)


def made(store: Store, now: datetime, wanted: Wanted = MONDAYS, **changes: Any) -> int:
    with store.begin() as session:
        return subscribe(session, replace(wanted, **changes), now).id


def kept(store: Store, number: int) -> Subscription:
    with store.read() as session:
        found = session.get(Subscription, number)
    assert found is not None
    return found


def local_times(store: Store) -> list[str | None]:
    with store.read() as session:
        return list(session.scalars(select(Delivery.local_time).order_by(Delivery.due_at)))


# Subscribing


def test_a_subscription_says_when_its_first_post_is_due(store: Store, now: datetime) -> None:
    subscription = kept(store, made(store, now, lens="marketing", personas=("priya",)))

    assert (subscription.state, subscription.next_at) == ("active", NEXT_MONDAY)
    assert (subscription.lens, subscription.personas) == ("marketing", ["priya"])
    assert (subscription.slack_user_id, subscription.created_at) == ("U0ALICE", now)


def test_a_channel_can_have_several_subscriptions(store: Store, now: datetime) -> None:
    numbers = [made(store, now), made(store, now, programme="story"), made(store, now, lens="product")]

    with store.read() as session:
        assert [one.id for one in list_subscriptions(session, channel_id="C0MARKETING")] == numbers


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"programme": "weather"}, "programme", "no programme 'weather'"),
        ({"weekdays": ()}, "weekdays", "at least one weekday"),
        ({"weekdays": (7,)}, "weekdays", "at least one weekday"),
        ({"local_time": "25:00"}, "local_time", "such as 09:30"),
        ({"local_time": "09:30+02:00"}, "local_time", "such as 09:30"),
        ({"local_time": ""}, "local_time", "such as 09:30"),
        ({"zone": "Europe/Madird"}, "zone", "Did you mean Europe/Madrid?"),
        ({"lens": "astrology"}, "lens", "no lens 'astrology' (any more). There are product, marketing,"),
        ({"personas": ("priya",) * 101}, "personas", "at most 100 personas, or none of them for all"),
        ({"personas": ("priya", "zoe")}, "personas", "no persona zoe (any more)"),
    ],
)
def test_what_cannot_be_had_is_refused_with_what_to_do(
    store: Store, now: datetime, changes: dict[str, Any], field: str, told: str
) -> None:
    with pytest.raises(FieldError) as refused:
        made(store, now, **changes)

    assert refused.value.field == field
    assert told in str(refused.value)


def test_the_same_twice_is_refused(store: Store, now: datetime) -> None:
    made(store, now, weekdays=(0, 3), personas=("priya",))

    with pytest.raises(StoreError, match=r"exactly that already\. Change something"):
        made(store, now, weekdays=(3, 0, 0), personas=("priya", "priya"), slack_user_id="U0BOB")


def test_the_same_as_a_paused_one_is_refused_with_the_way_to_resume_it(store: Store, now: datetime) -> None:
    number = made(store, now)
    with store.begin() as session:
        pause(get_subscription(session, number))

    with pytest.raises(StoreError, match="paused: resume it"):
        made(store, now)


def test_the_same_again_can_be_had_in_another_channel_and_after_it_ended(store: Store, now: datetime) -> None:
    number = made(store, now)
    with store.begin() as session:
        end_subscription(get_subscription(session, number), "Alice unsubscribed", now)

    assert made(store, now) > number
    assert made(store, now, channel_id="C0PRODUCT") > number


def test_a_channel_has_so_many_subscriptions_and_no_more(store: Store, now: datetime) -> None:
    for minute in range(MOST_IN_A_CHANNEL):
        made(store, now, local_time=f"10:{minute:02}")

    with pytest.raises(StoreError, match="at most 20 subscriptions"):
        made(store, now)


def test_two_people_at_the_same_moment_do_not_subscribe_to_the_same_twice(
    store: Store, now: datetime
) -> None:
    told: list[str] = []
    ready = Barrier(4)

    def try_it() -> None:
        ready.wait()
        try:
            made(store, now)
        except StoreError as error:
            told.append(str(error))

    threads = [Thread(target=try_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with store.read() as session:
        assert len(list_subscriptions(session)) == 1
    assert len(told) == 3


# Changing


def test_another_time_counts_from_now(store: Store, now: datetime) -> None:
    number = made(store, now)
    with store.begin() as session:
        change_subscription(
            session, get_subscription(session, number, to_change=True), replace(MONDAYS, weekdays=(2,)), now
        )

    assert kept(store, number).next_at == datetime(2026, 11, 25, 8, 30, tzinfo=UTC)


def test_another_lens_leaves_what_is_due_and_what_is_skipped(store: Store, now: datetime) -> None:
    number = made(store, now)
    late = NEXT_MONDAY + timedelta(seconds=2)
    with store.begin() as session:
        subscription = get_subscription(session, number)
        skip_next(subscription, "2026-11-23T09:30")
        change_subscription(session, subscription, replace(MONDAYS, lens="product"), late)

    assert kept(store, number).next_at == NEXT_MONDAY
    assert kept(store, number).skip == "2026-11-23T09:30"
    assert kept(store, number).lens == "product"


def test_a_change_keeps_channel_and_owner(store: Store, now: datetime) -> None:
    number = made(store, now)
    wanted = replace(MONDAYS, channel_id="C0OTHER", slack_user_id="U0BOB", lens="product")
    with store.begin() as session:
        change_subscription(session, get_subscription(session, number), wanted, now)

    assert (kept(store, number).channel_id, kept(store, number).slack_user_id) == ("C0MARKETING", "U0ALICE")


def test_a_change_into_another_one_of_the_channel_is_refused(store: Store, now: datetime) -> None:
    made(store, now)
    number = made(store, now, lens="product")

    with pytest.raises(StoreError, match="exactly that already"), store.begin() as session:
        change_subscription(session, get_subscription(session, number), MONDAYS, now)
    assert kept(store, number).lens == "product"


def test_a_change_to_what_it_is_already_is_none(store: Store, now: datetime) -> None:
    number = made(store, now)
    with store.begin() as session:
        change_subscription(session, get_subscription(session, number), MONDAYS, now)

    assert kept(store, number).next_at == NEXT_MONDAY


def test_a_local_time_that_another_zone_brings_round_again_is_not_posted_again(
    store: Store, now: datetime
) -> None:
    number = made(store, now, weekdays=tuple(range(7)))
    posted = NEXT_MONDAY + timedelta(minutes=5)
    with store.begin() as session:
        plan_due(session, posted, 10)
        subscription = get_subscription(session, number)
        in_london = replace(MONDAYS, weekdays=tuple(range(7)), zone="Europe/London")
        change_subscription(session, subscription, in_london, posted)
    with store.begin() as session:
        plan_due(session, posted + timedelta(days=2, hours=1), 10)

    assert local_times(store) == ["2026-11-23T09:30", "2026-11-24T09:30", "2026-11-25T09:30"]
    assert len(set(local_times(store))) == 3


# Pausing, skipping, ending


def test_what_falls_into_a_pause_is_not_caught_up(store: Store, now: datetime) -> None:
    number = made(store, now)
    later = now + timedelta(days=15)
    with store.begin() as session:
        pause(get_subscription(session, number))
    with store.begin() as session:
        planned = plan_due(session, later, 10)
        resume(session, get_subscription(session, number), later)

    assert planned == 0
    assert kept(store, number).next_at == datetime(2026, 12, 14, 8, 30, tzinfo=UTC)


def test_pausing_and_resuming_twice_is_the_same_as_once(store: Store, now: datetime) -> None:
    number = made(store, now)
    with store.begin() as session:
        subscription = get_subscription(session, number)
        pause(subscription)
        pause(subscription)
        resume(session, subscription, now)
        resume(session, subscription, now)

    assert (kept(store, number).state, kept(store, number).next_at) == ("active", NEXT_MONDAY)


def test_the_following_post_is_skipped_and_the_one_after_it_comes(store: Store, now: datetime) -> None:
    number = made(store, now)
    with store.begin() as session:
        subscription = get_subscription(session, number)
        skip_next(subscription, "2026-11-23T09:30")
        following = following_post(subscription)
    with store.begin() as session:
        plan_due(session, now + timedelta(days=8), 10)

    assert following is not None
    assert following.local_time == "2026-11-30T09:30"
    with store.read() as session:
        states = list(session.execute(select(Delivery.local_time, Delivery.state).order_by(Delivery.due_at)))
    assert [tuple(row) for row in states] == [
        ("2026-11-23T09:30", "skipped"),
        ("2026-11-30T09:30", "planned"),
    ]
    assert kept(store, number).skip is None


def test_skipping_twice_is_skipping_and_is_taken_back_once(store: Store, now: datetime) -> None:
    number = made(store, now)
    with store.begin() as session:
        subscription = get_subscription(session, number)
        skip_next(subscription, "2026-11-23T09:30")
        skip_next(subscription, "2026-11-23T09:30")
        skip = subscription.skip
        keep_next(subscription, "2026-11-30T09:30")
        keep_next(subscription, "2026-11-23T09:30")
        following = following_post(subscription)

    assert skip == "2026-11-23T09:30"
    assert following is not None
    assert following.at == NEXT_MONDAY


def test_an_old_button_does_not_skip_a_later_post(store: Store, now: datetime) -> None:
    number = made(store, now)
    with store.begin() as session:
        plan_due(session, NEXT_MONDAY, 10)

    with pytest.raises(StoreError, match="no longer the next one"), store.begin() as session:
        skip_next(get_subscription(session, number), "2026-11-23T09:30")


def test_nothing_of_a_paused_one_can_be_skipped(store: Store, now: datetime) -> None:
    number = made(store, now)
    with store.begin() as session:
        pause(get_subscription(session, number))

    with pytest.raises(StoreError, match="Resume it first"), store.begin() as session:
        skip_next(get_subscription(session, number), "2026-11-23T09:30")


def test_what_has_ended_is_gone_but_its_reason_stays(store: Store, now: datetime) -> None:
    number = made(store, now)
    with store.begin() as session:
        end_subscription(get_subscription(session, number), "Alice unsubscribed", now)

    with pytest.raises(NotFoundError, match="has ended"), store.read() as session:
        get_subscription(session, number)
    ended = kept(store, number)
    assert (ended.state, ended.reason, ended.next_at, ended.ended_at) == (
        "ended",
        "Alice unsubscribed",
        None,
        now,
    )


def test_a_channel_is_ended_as_a_whole_paused_ones_too(store: Store, now: datetime) -> None:
    numbers = [made(store, now), made(store, now, lens="product")]
    elsewhere = made(store, now, channel_id="C0PRODUCT")
    with store.begin() as session:
        pause(get_subscription(session, numbers[0]))
        ended = end_channel(session, "C0MARKETING", "The channel was archived.", now)

    assert [one.id for one in ended] == numbers
    with store.read() as session:
        assert [one.id for one in list_subscriptions(session)] == [elsewhere]


# When somebody leaves


def test_a_subscription_goes_to_another_subscriber_of_the_channel(store: Store, now: datetime) -> None:
    with store.begin() as session:
        set_role(session, "U0CAROL", "council")
    number = made(store, now)
    made(store, now, lens="product", slack_user_id="U0BOB")
    with store.begin() as session:
        passed = [one.id for one in pass_on(session, "U0ALICE")]

    assert passed == [number]
    assert kept(store, number).slack_user_id == "U0BOB"
    assert kept(store, number).next_at == NEXT_MONDAY


@pytest.mark.parametrize(
    ("roles", "heir"),
    [
        ({"U0CAROL": "council", "U0ADMIN": "admin", "U0BOB": "ambassador"}, "U0CAROL"),
        ({"U0ADMIN": "admin", "U0BOB": "ambassador"}, "U0ADMIN"),
        ({"U0ALICE": "council", "U0DAVE": "council"}, "U0DAVE"),
        ({"U0BOB": "ambassador"}, ""),
    ],
)
def test_where_nobody_else_subscribed_it_goes_to_the_council(
    store: Store, now: datetime, roles: dict[str, str], heir: str
) -> None:
    number = made(store, now)
    with store.begin() as session:
        for slack_user_id, role in roles.items():
            set_role(session, slack_user_id, role)
        passed = [one.id for one in pass_on(session, "U0ALICE")]

    assert kept(store, number).slack_user_id == heir
    assert passed == ([number] if heir else [])
    assert kept(store, number).state == "active"


def test_a_forgotten_person_leaves_no_trace_and_the_channel_keeps_its_programme(
    store: Store, now: datetime
) -> None:
    number, ended = made(store, now), made(store, now, lens="product")
    with store.begin() as session:
        end_subscription(get_subscription(session, ended), "unsubscribed", now)
        add_notice(session, "handed over 7 U0ALICE", "U0ALICE", {"text": "yours now"}, now)
        add_notice(session, "handed over 7 U0BOB", "U0BOB", {"text": "yours now"}, now)
        posted = update(Delivery).where(Delivery.key == "handed over 7 U0ALICE")
        session.execute(posted.values(channel_id="D0ALICE"))
        forget_person(session, "U0ALICE", now)

    assert (kept(store, number).slack_user_id, kept(store, number).state) == ("", "active")
    assert kept(store, ended).slack_user_id == ""
    with store.read() as session:
        assert session.scalars(select(Delivery.key)).all() == ["handed over 7 U0BOB"]
        assert session.scalar(select(func.count()).select_from(Subscription)) == 2


def test_a_council_member_who_left_inherits_nothing_any_more(store: Store, now: datetime) -> None:
    with store.begin() as session:
        set_role(session, "U0CAROL", "council")
        pass_on(session, "U0CAROL")
        subscription = subscribe(session, MONDAYS, now)
        passed = pass_on(session, "U0ALICE")

        assert passed == []
        assert subscription.slack_user_id == ""
