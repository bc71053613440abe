"""The council writes questions, decides on flagged ones, and sees what people know."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from persona_store.database import Store
from persona_store.models import Player, Statement, TriviaAnswer, TriviaQuestion
from persona_store.trivia.flags import flag_question
from tests.bot.learning.conftest import MONDAY, Alone
from tests.bot.slack_driver import Slack

FAIR = {
    "about": "yuki.stands-before-the-bank",
    "prompt": "Who has to face the bank with these numbers?",
    "right": "Yuki Brandt",
    "wrong_1": "Priya Raman",
    "wrong_2": "Marco Duarte",
    "wrong_3": "Berit",
    "why": "The bank reads every footnote.",
}


@pytest.fixture
def names(store: Store) -> dict[str, str]:
    from persona_store.personas import list_personas  # noqa: PLC0415

    with store.read() as session:
        return {one.slug: one.name for one in list_personas(session)}


@pytest.fixture
def fair(names: dict[str, str]) -> dict[str, str]:
    wrong = [names[slug] for slug in ("priya", "marco", "berit")]
    return FAIR | {"right": names["yuki"]} | {f"wrong_{n}": name for n, name in enumerate(wrong, start=1)}


def written(store: Store) -> list[TriviaQuestion]:
    with store.read() as session:
        return list(session.scalars(select(TriviaQuestion).where(TriviaQuestion.author.is_not(None))))


def test_a_council_member_writes_a_question_sees_it_and_keeps_it(
    slack: Slack, store: Store, fair: dict[str, str], alice: Alone
) -> None:
    slack.run_command("carol", "/persona trivia write")
    form = slack.modal("carol")
    errors = slack.submit("carol", **fair)
    preview = slack.modal("carol", after=form)
    slack.submit("carol")
    kept = slack.modal("carol", after=preview)

    assert errors is None
    assert "Who has to face the bank with these numbers?" in preview.plain
    assert f"✓ *{'ABCD'[written(store)[0].right]}*" in preview.plain
    assert "It is asked from now on" in kept.plain
    assert written(store)[0].author == "U0CAROL"
    assert alice.asked(alice.ask("yuki")).prompt == "Who has to face the bank with these numbers?"


def test_others_may_not_write(slack: Slack, alice: Alone) -> None:
    said = alice.ask("write")

    assert "not for your role" in said.text
    assert slack.open_modals("alice") == 0


@pytest.mark.parametrize(
    ("changes", "field", "why"),
    [
        ({"wrong_1": "SAME"}, "wrong_1", "Two answers are the same"),
        ({"prompt": "What will Yuki not do alone?"}, "prompt", "says by itself whom it is about"),
    ],
)
def test_what_is_not_fair_is_refused_at_its_field(
    slack: Slack,
    fair: dict[str, str],
    changes: dict[str, str],
    field: str,
    why: str,
    alice: Alone,  # noqa: ARG001
) -> None:
    changed = {name: fair["right"] if text == "SAME" else text for name, text in changes.items()}
    slack.run_command("carol", "/persona trivia write")
    slack.modal("carol")
    errors = slack.submit("carol", **fair | changed)

    assert errors
    assert why in errors[field]


def test_a_wrong_answer_that_is_nearly_true_is_refused_with_the_reason(
    slack: Slack,
    store: Store,
    alice: Alone,  # noqa: ARG001
) -> None:
    with store.read() as session:
        own = session.scalars(select(Statement.text).where(Statement.key.startswith("yuki."))).all()
    slack.run_command("carol", "/persona trivia write")
    slack.modal("carol")
    errors = slack.submit(
        "carol",
        about="yuki.second-signature",
        prompt="What do we know of Yuki?",
        right=own[0][:140],
        wrong_1=own[1][:140],
        wrong_2="Likes to travel on the night train to the sea in winter, and so on and so on",
        wrong_3="Keeps a little dog which comes along to the office on most days of the week",
        why="It says so.",
    )

    assert errors
    assert "nearly true of Yuki" in errors["wrong_1"] or "stands out" in errors.get("right", "")


@pytest.fixture
def flagged(alice: Alone, store: Store) -> TriviaQuestion:
    question = alice.asked(alice.ask())
    with store.begin() as session:
        flag_question(session, question.id, "U0ALICE", "Two are right.", MONDAY)
    return question


@pytest.mark.parametrize(("button", "state"), [("Keep", "open"), ("Retire", "retired")])
def test_the_council_decides_on_what_was_flagged(
    slack: Slack, store: Store, flagged: TriviaQuestion, button: str, state: str
) -> None:
    home = slack.home("carol")
    slack.click(home, "carol", "Flagged questions (1)")
    window = slack.modal("carol")
    slack.click(window, "carol", button)
    after = slack.modal("carol", after=window)

    assert "“Two are right.”" in window.plain
    assert "alice" not in window.plain.lower()
    assert "No question waits for the council" in after.plain
    with store.read() as session:
        assert session.get_one(TriviaQuestion, flagged.id).state == state


def test_a_flagged_question_can_be_changed(
    slack: Slack, store: Store, flagged: TriviaQuestion, fair: dict[str, str]
) -> None:
    slack.click(slack.home("carol"), "carol", "Flagged questions (1)")
    window = slack.modal("carol")
    slack.click(window, "carol", "Edit")
    form = slack.modal("carol", after=window)
    slack.submit("carol", **fair)
    preview = slack.modal("carol", after=form)
    slack.submit("carol")
    slack.modal("carol", after=preview)

    assert flagged.prompt.partition("\n")[0] in str(form.blocks)
    with store.read() as session:
        assert session.get_one(TriviaQuestion, flagged.id).state == "retired"
    assert [one.state for one in written(store)] == ["open"]


Answers = Callable[..., None]


@pytest.fixture
def answered(store: Store) -> Answers:
    """Lets so many people of a department answer one question about a persona."""

    def answered(people: int, right: int, department: str | None, persona: str = "marco") -> None:
        with store.begin() as session:
            question = TriviaQuestion(
                key=f"{persona} {department}",
                kind="whose",
                prompt="Who?",
                options=[],
                right=0,
                why="",
                persona=persona,
                statement=f"{persona}.six-passwords" if persona == "marco" else None,
                made_at=MONDAY,
            )
            session.add(question)
            session.flush()
            for number in range(people):
                person = f"U{department}{number}"
                values: dict[str, Any] = {"option": 0, "is_first": True, "answered_at": MONDAY}
                session.add(Player(slack_user_id=person, department=department))
                session.add(
                    TriviaAnswer(
                        question_id=question.id, slack_user_id=person, is_right=number < right, **values
                    )
                )

    return answered


def test_the_council_sees_what_people_know(slack: Slack, answered: Answers, alice: Alone) -> None:  # noqa: ARG001
    answered(6, 2, "Sales")
    answered(5, 4, "Support", "priya")
    slack.click(slack.home("carol"), "carol", "What people know")
    counting = slack.modal("carol")
    shown = counting if "right" in counting.plain else slack.modal("carol", after=counting)

    assert "11 people answered 11 questions" in shown.plain
    assert "*Sales*: 2 of 6 right · between 10 and 70 %" in shown.plain
    assert "*Support*: 4 of 5 right" in shown.plain
    assert "*Marco Duarte*: 2 of 6 right" in shown.plain


def test_a_department_of_four_is_not_shown(slack: Slack, answered: Answers, alice: Alone) -> None:  # noqa: ARG001
    answered(4, 1, "Legal")
    slack.click(slack.home("carol"), "carol", "What people know")
    counting = slack.modal("carol")
    shown = counting if "right" in counting.plain else slack.modal("carol", after=counting)

    assert "Legal" not in shown.plain
    assert "1 of 4" not in shown.plain  # of the persona neither
    assert "fewer than five people were asked about" in shown.plain
    assert "No department has five players" in shown.plain


def test_where_people_work_is_read_from_their_profiles(alice: Alone) -> None:
    alice.answer(alice.ask())
    alice.bot.profiles.read()

    assert alice.row().department == "Product"
