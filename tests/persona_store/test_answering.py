import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona_store.answering import Answering, Index, Outcome
from persona_store.answering.matching import likeness
from persona_store.catalogue import Snapshot
from persona_store.database import Store, open_store
from persona_store.models import Statement
from tests.persona_store.bakery import bakery, keys, persona, statement

INDEX = bakery()


def test_a_question_is_answered_with_the_statement_that_says_it() -> None:
    answer = INDEX.answer("what does Yuki do with invoices?")

    assert answer.outcome is Outcome.ANSWER
    assert answer.personas == ("yuki",)
    assert keys(answer)[0] == "yuki.export"


def test_a_stage_alone_lists_what_holds_in_it_needs_first_where_needs_are_asked_for() -> None:
    answer = INDEX.answer("what would Priya need when she first logs in?")

    assert answer.stages == ("onboarding",)
    assert keys(answer) == ["priya.figures", "priya.passwords"]


def test_a_stage_is_understood_in_words_that_the_pack_does_not_list() -> None:
    answer = INDEX.answer("what does Priya want once her contract is up?")

    assert answer.stages == ("renewal",)
    assert keys(answer)[0] == "priya.page"


def test_a_stage_that_nobody_has_statements_for_is_looked_for_in_the_texts() -> None:
    answer = INDEX.answer("what would Yuki need on trial?")

    assert answer.outcome is Outcome.NO_RESEARCH


def test_a_kind_alone_lists_that_kind() -> None:
    assert keys(INDEX.answer("Priya's biggest challenges?")) == ["priya.passwords", "priya.fees"]
    assert keys(INDEX.answer("priya pain points pls")) == ["priya.passwords", "priya.fees"]
    assert keys(INDEX.answer("what is Priya trying to achieve?")) == ["priya.growth"]


def test_a_kind_that_the_persona_has_none_of_is_answered_by_the_nearest_kind() -> None:
    assert keys(INDEX.answer("what are Priya's objections?")) == ["priya.passwords", "priya.fees"]


def test_a_kind_that_nothing_comes_near_is_not_researched() -> None:
    assert INDEX.answer("what triggers Yuki?").outcome is Outcome.NO_RESEARCH


def test_a_kind_puts_its_statements_first() -> None:
    answer = INDEX.answer("what annoys Priya about contract charges?")

    assert answer.kinds == ("pain_point",)
    assert keys(answer)[0] == "priya.fees"


def test_a_lens_orders_and_never_hides() -> None:
    by_lens = INDEX.answer("what does Priya need when she renews?", lens="sales")
    other = INDEX.answer("how does Priya like alerts?", lens="sales")

    assert keys(by_lens)[0] == "priya.page"
    assert keys(other) == ["priya.alerts"]


def test_a_lens_is_taken_from_the_question() -> None:
    answer = INDEX.answer("what should we know of Priya's contract for a sales call?")

    assert answer.lens == "sales"
    assert keys(answer)[0] == "priya.page"


def test_several_personas_are_answered_for_each() -> None:
    answer = INDEX.answer("what do Priya and Marco need when they first log in?")

    assert answer.personas == ("priya", "marco")
    assert {"priya.figures", "marco.pictures"} <= set(keys(answer))


def test_nobody_named_is_answered_from_all() -> None:
    answer = INDEX.answer("who has trouble with the scanner?")

    assert answer.outcome is Outcome.ANSWER
    assert answer.personas == ()
    assert keys(answer)[0] == "alexandra.gloves"


def test_a_persona_alone_is_answered_with_statements_of_that_persona() -> None:
    answer = INDEX.answer("tell me about Marco")

    assert answer.outcome is Outcome.ANSWER
    assert {found.persona for found in answer.statements} == {"marco"}


def test_at_most_five_statements_are_shown_best_first_none_far_below_the_best() -> None:
    answer = INDEX.answer("tell me about Priya")
    scores = [found.score for found in answer.statements]

    assert len(scores) == 5
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


# --- abstaining ----------------------------------------------------------------------------------


def test_what_nobody_researched_about_a_persona_is_said_with_the_nearest() -> None:
    answer = INDEX.answer("does Priya use dark mode?")

    assert answer.outcome is Outcome.NO_RESEARCH
    assert answer.statements == ()
    assert len(answer.nearest) == 3
    assert {found.persona for found in answer.nearest} == {"priya"}


def test_what_only_another_personas_research_says_is_no_answer_but_named() -> None:
    answer = INDEX.answer("does Yuki wear gloves with the scanner?")

    assert answer.outcome is Outcome.NO_RESEARCH
    assert [found.statement for found in answer.elsewhere] == ["alexandra.gloves"]


def test_what_nobodys_research_says_is_nowhere_else() -> None:
    assert INDEX.answer("does Priya use dark mode?").elsewhere == ()


def test_nobody_named_tells_for_whom_it_matters() -> None:
    assert INDEX.answer("who has trouble with the scanner?").matters_to == ("alexandra",)


@pytest.mark.parametrize("question", ["what challenges will I hear from Priya", "list Priya's challenges"])
def test_light_words_do_not_keep_a_kind_from_being_listed(question: str) -> None:
    assert keys(INDEX.answer(question)) == ["priya.passwords", "priya.fees"]


@pytest.mark.parametrize("question", ["who needs offline mode?", "do we have research on churn reasons?"])
def test_a_question_about_customers_that_nothing_answers_is_a_gap(question: str) -> None:
    answer = INDEX.answer(question)

    assert answer.outcome is Outcome.NO_RESEARCH
    assert answer.personas == ()


@pytest.mark.parametrize(
    "question",
    [
        "",
        "   ",
        "thanks!",
        "lol ok",
        ":wave:",
        "?!",
        "what's the weather like today",
        "how do I reset my password",
        "please set a timer",
        "are you a bot?",
        "who won the champions league last night",
    ],
)
def test_small_talk_and_other_business_is_off_topic(question: str) -> None:
    assert INDEX.answer(question).outcome is Outcome.OFF_TOPIC


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What would Ingeborg expect on delivery?", "Ingeborg"),
        ("what would gustavo need?", "gustavo"),
        ("Hannelore's frustrations", "Hannelore"),
        ("what do school teachers need when grading homework", "school teachers"),
        ("astronaut persona goals", "astronaut"),
        ("CFO pain points", "cfo"),
        ("HR managers: pain points?", "hr managers"),
        ("dishwashers on their first day, anything??", "dishwashers"),
    ],
)
def test_a_name_or_role_that_nobody_has_is_named(question: str, name: str) -> None:
    answer = INDEX.answer(question)

    assert answer.outcome is Outcome.UNKNOWN_PERSONA
    assert answer.unknown_name == name


def test_a_name_that_two_personas_share_is_asked_back() -> None:
    index = bakery(persona("priya-s", "Priya Shah", "Buyer"))

    answer = index.answer("what does Priya need?")

    assert answer.outcome is Outcome.WHICH_PERSONA
    assert answer.personas == ("priya", "priya-s")
    assert index.answer("what does Priya Shah need?").personas == ("priya-s",)


def test_the_persona_that_the_asker_chose_is_answered_for() -> None:
    index = bakery(persona("priya-s", "Priya Shah", "Buyer"))

    answer = index.answer("what does Priya need when she renews?", personas=["priya"])

    assert answer.personas == ("priya",)
    assert keys(answer)[0] == "priya.page"


# --- follow-ups ------------------------------------------------------------------------------------

FIRST = "what would Prya need when she first logs in?"


def test_a_follow_up_carries_the_persona_over() -> None:
    answer = INDEX.answer("and when she renews?", previous=FIRST)

    assert answer.personas == ("priya",)
    assert answer.carried
    assert keys(answer)[0] == "priya.page"


def test_a_follow_up_with_a_new_name_keeps_the_topic() -> None:
    answer = INDEX.answer("and Marco?", previous=FIRST)

    assert answer.personas == ("marco",)
    assert answer.stages == ("onboarding",)
    assert not answer.carried
    assert keys(answer)[0] == "marco.pictures"


def test_a_follow_up_of_follow_ups_goes_by_the_newest_name() -> None:
    answer = INDEX.answer("what about waste?", previous=f"{FIRST}\nand Marco?")

    assert answer.personas == ("marco",)
    assert keys(answer) == ["marco.waste"]


def test_a_follow_up_that_names_another_persona_and_topic_switches() -> None:
    answer = INDEX.answer("how does Yuki export invoices?", previous=FIRST)

    assert answer.personas == ("yuki",)
    assert not answer.carried


@pytest.mark.parametrize(
    "question", ["thanks!", "what's the capital of France", "how do I reset my password"]
)
def test_off_topic_in_a_thread_stays_off_topic(question: str) -> None:
    assert INDEX.answer(question, previous=FIRST).outcome is Outcome.OFF_TOPIC


def test_who_else_asks_the_same_of_everybody() -> None:
    answer = INDEX.answer("who else?", previous=FIRST)

    assert answer.personas == ()
    assert {"priya", "marco"} <= {found.persona for found in answer.statements}


def test_a_shared_name_in_a_thread_means_the_one_already_spoken_of() -> None:
    index = bakery(persona("priya-s", "Priya Shah", "Buyer"))

    answer = index.answer("what does Priya need when she renews?", previous="Priya Raman's goals?")

    assert answer.personas == ("priya",)


# --- whatever people type --------------------------------------------------------------------------


def test_markup_of_slack_is_no_part_of_the_question() -> None:
    answer = INDEX.answer("<@U0PERSONA> :wave: what would *Priya* need when she <https://x.example|renews>?")

    assert answer.personas == ("priya",)
    assert answer.stages == ("renewal",)


def test_capitals_throughout_change_nothing() -> None:
    assert keys(INDEX.answer(FIRST.upper())) == keys(INDEX.answer(FIRST))


def test_only_the_first_500_characters_count() -> None:
    answer = INDEX.answer("so " * 200 + "what does Priya need?")

    assert answer.personas == ()


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=700), st.text(max_size=60))
def test_no_text_breaks_it(question: str, previous: str) -> None:
    answer = INDEX.answer(question, previous=previous)

    assert isinstance(answer.outcome, Outcome)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["Priya", "<@", "&#", ":", "<https://", "'s", "\u2019", "who", "\ud800", "(", "*"])
    )
)
def test_no_markup_breaks_it(parts: list[str]) -> None:
    assert isinstance(INDEX.answer(" ".join(parts)).outcome, Outcome)


def test_an_empty_store_answers_nothing() -> None:
    index = Index(Snapshot(0, "en", (), (), (), ()))

    assert index.answer("what does Priya need?").outcome is not Outcome.ANSWER
    assert index.answer("who needs offline mode?").outcome is Outcome.NO_RESEARCH


@pytest.mark.parametrize(
    ("language", "name", "text", "question"),
    [
        (
            "de",
            "Jürgen Groß",
            "Braucht Rechnungen in doppelter Ausfertigung",
            "Was braucht Jürgen bei der Rechnung?",
        ),
        ("de", "Jürgen Groß", "Braucht Rechnungen in doppelter Ausfertigung", "jurgen rechnungen"),
        ("fr", "Hélène Côté", "Préfère les factures mensuelles", "Helene et la facture mensuelle"),
        ("ja", "田中さくら", "請求書を毎月まとめて確認したい", "田中さくらさんは請求書をどう確認しますか"),
        ("ar", "ليلى حداد", "تريد فواتير شهرية واضحة", "ماذا تريد ليلى من فواتير شهرية"),
        ("hi", "प्रिया शर्मा", "हर महीने एक साफ बिल चाहिए", "प्रिया को साफ बिल"),
        ("en", "🦊", "Wants to hide from the hounds", "what does 🦊 want from hounds?"),
        ("xx", "Zrz", "Blim blam blum", "Zrz blam"),
    ],
)
def test_other_languages_and_scripts_are_answered_too(
    language: str, name: str, text: str, question: str
) -> None:
    index = bakery(persona("other", name), said=(statement("other.one", "need", text),), language=language)

    answer = index.answer(question)

    assert answer.personas == ("other",)
    assert keys(answer) == ["other.one"]


# --- the index -------------------------------------------------------------------------------------


def _two_needs(pack: dict[str, Any]) -> dict[str, Any]:
    pack["personas"][0]["statements"].append(
        {"id": "priya.offline", "kind": "need", "text": "Needs the counter to work without a connection."}
    )
    return pack


def test_a_change_is_answered_from_at_once(
    sqlite_store: Store, bring: Callable[..., Any], priya: dict[str, Any]
) -> None:
    bring(sqlite_store, priya)
    answering = Answering(sqlite_store)
    before = answering.answer("does Priya's counter need a connection?")

    bring(sqlite_store, _two_needs(priya))

    assert before.outcome is Outcome.NO_RESEARCH
    assert keys(answering.answer("does Priya's counter need a connection?")) == ["priya.offline"]


def test_a_change_by_another_process_is_answered_from_too(
    sqlite_url: str, bring: Callable[..., Any], priya: dict[str, Any]
) -> None:
    ours, theirs = open_store(sqlite_url, migrate=False), open_store(sqlite_url, migrate=False)
    bring(theirs, priya)
    answering = Answering(ours)
    version = answering.snapshot().version

    bring(theirs, _two_needs(priya))

    assert keys(answering.answer("does Priya's counter need a connection?")) == ["priya.offline"]
    assert answering.snapshot().version > version
    ours.close()
    theirs.close()


def test_statements_that_were_retired_answer_nothing(
    sqlite_store: Store, bring: Callable[..., Any], priya: dict[str, Any]
) -> None:
    bring(sqlite_store, _two_needs(priya))
    with sqlite_store.read() as session:
        assert session.query(Statement).count() == 4
    priya["personas"][0]["statements"].pop()

    bring(sqlite_store, priya)

    answer = Answering(sqlite_store).answer("does Priya's counter need a connection?")
    assert answer.outcome is Outcome.NO_RESEARCH


def test_many_threads_ask_at_once(
    sqlite_store: Store, bring: Callable[..., Any], priya: dict[str, Any]
) -> None:
    bring(sqlite_store, priya)
    answering = Answering(sqlite_store)
    found: list[list[str]] = []

    def ask() -> None:
        found.extend(keys(answering.answer("does Priya copy figures by hand?")) for _ in range(10))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [["priya.csv"]] * 80


def test_questions_that_say_the_same_are_alike() -> None:
    asked = INDEX.topic("does Priya need offline mode?")
    same = likeness(asked, INDEX.topic("offline mode for Priya"))
    other = likeness(asked, INDEX.topic("what does Priya pay for invoices?"))

    assert same > 0.9
    assert other < 0.6
    assert 0 <= other <= same <= 1
