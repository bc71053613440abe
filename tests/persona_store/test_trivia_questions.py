"""Trivia questions: the same for the same seed, with one right option, and nothing that gives it away."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona_store.answering import Answering
from persona_store.catalogue import PersonaEntry, Scope, Snapshot, StatementEntry
from persona_store.database import Store, open_store
from persona_store.errors import PackError
from persona_store.evidence import Strength
from persona_store.packs import check_all, import_pack, import_stories, known_keys
from persona_store.packs.trivia import read_words
from persona_store.packs.trivia_format import PackScenario
from persona_store.trivia import KINDS
from persona_store.trivia.loading import Materials, fitting_scenarios
from persona_store.trivia.made import Made
from persona_store.trivia.material import Material, SegmentEntry, StoryEntry
from persona_store.trivia.questions import make_question, make_round
from persona_store.trivia.tells import stands_alone
from tests.persona_store.bakery import PERSONAS, STATEMENTS, bakery, statement
from tests.persona_store.bakery import persona as person

CONTENT = Path(__file__).parents[2] / "content"
WORDS = read_words(CONTENT / "trivia")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
SLUGS = tuple(PERSONAS)
STAGES = tuple(Scope(name.lower(), name, ()) for name in ("Trial", "Onboarding", "Daily", "Renewal"))


def researched(*statements: StatementEntry) -> tuple[StatementEntry, ...]:
    return tuple(replace(one, strength=Strength.INDICATIVE) for one in statements)


def never(_one: StatementEntry, _other: StatementEntry) -> bool:
    return False


def same_topic(one: StatementEntry, other: StatementEntry) -> bool:
    return bool(one.topic) and one.topic == other.topic


def material(
    *said: StatementEntry,
    nearly: Callable[[StatementEntry, StatementEntry], bool] = never,
    personas: tuple[PersonaEntry, ...] | None = None,
) -> Material:
    """The bakery's personas; with its statements unless others are given."""
    people = personas or tuple(person(slug, *rest) for slug, rest in PERSONAS.items())
    statements = said or researched(*(statement(*row) for row in STATEMENTS))
    return Material(Snapshot(1, "en", people, statements, STAGES, ()), nearly, WORDS)


def needs(slug: str, *texts: str, kind: str = "need", topic: str = "") -> tuple[StatementEntry, ...]:
    made = (statement(f"{slug}.{at}", kind, text) for at, text in enumerate(texts))
    return researched(*(replace(one, topic=topic) for one in made))


def a_need_each(**more: str) -> list[StatementEntry]:
    texts = {slug: f"Needs something that only one of them has, like {slug[::-1]}" for slug in SLUGS}
    return [one for slug, text in (texts | more).items() for one in needs(slug, text)]


def asked(material: Material, kind: str, about: str = "priya", count: int = 40) -> list[Made]:
    made = (make_question(material, str(seed), kinds=[kind], personas=[about]) for seed in range(count))
    return [one for one in made if one]


def texts(made: Made) -> list[str]:
    return [option.text for option in made.options]


# the same, always


@given(st.text(max_size=20))
def test_the_same_seed_gives_the_same_question(seed: str) -> None:
    assert make_question(material(), seed) == make_question(material(), seed)


def test_a_question_goes_through_json_and_back() -> None:
    made = make_question(material(), "1")

    assert made
    assert Made.from_json(json.loads(json.dumps(made.as_json()))) == made


def test_the_same_question_has_its_options_in_the_same_order_whenever_it_is_made() -> None:
    by_key: dict[str, set[tuple[str, ...]]] = {}
    for seed in range(300):
        made = make_question(material(), str(seed))
        if made:
            by_key.setdefault(made.key, set()).add(tuple(texts(made)))

    assert by_key
    assert all(len(orders) == 1 for orders in by_key.values())


def test_the_right_option_is_in_every_place(example: Material) -> None:
    made = {one.key: one for slug in example.subjects for one in asked(example, "hers", slug, 80)}
    places = Counter(one.right for one in made.values())

    assert len(places) == 4
    assert min(places.values()) > 0.15 * len(made)


# what may be asked


def test_nothing_is_asked_from_assumptions() -> None:
    assert make_question(bakery_of_assumptions(), "1") is None
    assert make_round(bakery_of_assumptions(), "1", 5) == []


def bakery_of_assumptions() -> Material:
    return replace(material(), snapshot=bakery().snapshot)


def test_nothing_is_asked_about_somebody_whom_we_do_not_build_for_unless_asked_for() -> None:
    people = [person(slug, *rest) for slug, rest in PERSONAS.items()]
    people[0] = replace(people[0], priority="negative")
    made = material(*a_need_each(), personas=tuple(people))

    assert "priya" not in {one.persona for seed in range(60) if (one := make_question(made, str(seed)))}
    assert "priya.0" not in {key for one in asked(made, "hers", "marco") for key in one.touches}
    assert asked(made, "whose", "priya")
    assert make_question(made, "1", statement="priya.0")


def test_a_question_about_a_statement_is_about_it() -> None:
    for seed in range(30):
        made = make_question(material(), str(seed), statement="priya.page")

        assert made
        assert (made.persona, made.statement) == ("priya", "priya.page")


def test_no_question_is_made_about_a_statement_that_is_gone() -> None:
    assert make_question(material(), "1", statement="priya.gone") is None


def test_an_empty_store_has_no_questions() -> None:
    nobody = Material(Snapshot(1, "en", (), (), (), ()), never, WORDS)

    assert make_question(nobody, "1") is None
    assert make_round(nobody, "1", 5) == []


# wrong options are wrong


def test_nobody_of_whom_nearly_the_same_is_known_is_a_wrong_option() -> None:
    said = a_need_each()
    near = replace(said[0], topic="fees"), replace(said[1], topic="fees")
    made = material(*near, *said[2:], nearly=same_topic)

    questions = asked(made, "whose")

    assert questions
    assert all("Marco Duarte" not in texts(one) for one in questions)


def test_an_assumption_about_somebody_makes_them_no_wrong_option() -> None:
    said = a_need_each()
    assumed = replace(said[1], topic="fees", strength=Strength.ASSUMPTION)
    made = material(replace(said[0], topic="fees"), assumed, *said[2:], nearly=same_topic)

    assert all("Marco Duarte" not in texts(one) for one in asked(made, "whose"))


def test_where_there_are_few_personas_all_of_them_are_options_or_another_kind_is_asked() -> None:
    people = tuple(person(slug, *PERSONAS[slug]) for slug in ("priya", "marco"))
    marcos = needs("marco", *(f"Needs the {word} where it was before" for word in ("bread", "flour", "milk")))
    said = [*needs("priya", "Needs a page of savings to show around"), *marcos]

    apart, alike = (material(*said, nearly=nearly, personas=people) for nearly in (never, priya_and_marco))

    assert {tuple(sorted(texts(one))) for one in asked(apart, "whose")} == {("Marco Duarte", "Priya Raman")}
    assert asked(apart, "hers")
    assert asked(alike, "whose") == []


def priya_and_marco(one: StatementEntry, other: StatementEntry) -> bool:
    return one.persona != other.persona


def test_what_holds_of_most_personas_is_no_question_of_whose_it_is() -> None:
    said = [replace(one, topic="fees") for one in a_need_each()]
    people = [person(f"more-{at}", f"Somebody{at} Else") for at in range(3)]
    more = [
        one for other in people for one in needs(other.slug, f"Needs what {other.slug} has and nobody else")
    ]
    everybody = (*(person(slug, *rest) for slug, rest in PERSONAS.items()), *people)

    made = material(*said, *more, nearly=same_topic, personas=everybody)

    assert asked(made, "whose", "more-1")
    assert not asked(made, "whose", "priya")


def test_nothing_near_what_is_known_of_somebody_is_false_of_them() -> None:
    said = a_need_each()
    made = material(
        replace(said[0], topic="fees"), replace(said[1], topic="fees"), *said[2:], nearly=same_topic
    )
    false = [one for one in asked(made, "true_false") if one.right == 1]

    assert false
    assert all("Marco" not in one.why for one in false)


def test_true_and_false_come_as_often() -> None:
    counts = Counter(one.right for one in asked(material(*a_need_each()), "true_false", count=200))

    assert 60 < counts[0] < 140


def test_of_an_odd_one_out_three_are_hers() -> None:
    said = needs("priya", *(f"Needs the {word} to be where it was" for word in ("bread", "flour", "milk")))
    made = material(*said, *a_need_each()[1:])

    for one in asked(made, "odd"):
        owners = [option.persona for option in one.options]
        assert owners.count("priya") == 3
        assert owners[one.right] != "priya"


# nothing gives it away


@pytest.mark.parametrize(
    "text",
    [
        "Needs what Priya has on the screen each morning",
        "Needs what Raman's shops have on the screen each morning",
        "Needs her own figures on the screen each morning",
        "Needs what an operations lead has on the screen each morning",
        "Needs what other ops leads have on the screen each morning",
    ],
)
def test_no_question_has_a_name_a_role_or_a_pronoun_in_it(text: str) -> None:
    made = material(*a_need_each(priya=text))

    for kind in ("whose", "hers", "true_false"):
        assert all(
            text not in (one.prompt, *texts(one)) and text not in one.prompt for one in asked(made, kind)
        )


def test_a_plural_pronoun_tells_only_of_somebody_who_goes_by_it() -> None:
    text = "Needs tables that say what they are made of, all in one place"
    people = [person(slug, *rest) for slug, rest in PERSONAS.items()]

    assert asked(material(*a_need_each(priya=text)), "whose")
    people[0] = replace(people[0], pronouns="they/them")
    assert not asked(material(*a_need_each(priya=text), personas=tuple(people)), "whose")


def test_whoever_speaks_of_others_may_call_them_what_they_like() -> None:
    said = material(*a_need_each())
    made = replace(said, verbatims={"priya.0": "I told her twice, and then I wrote it on the wall."})

    assert any("I told her" in one.prompt for one in asked(made, "quote"))


def test_no_option_is_much_longer_than_another(example: Material) -> None:
    for slug in example.subjects:
        for kind in ("hers", "odd", "scenario", "segment"):
            for one in asked(example, kind, slug, 15):
                lengths = [len(text) for text in texts(one)]
                assert max(lengths) <= 1.6 * min(lengths), one


def test_a_number_is_never_in_the_right_option_alone(example: Material) -> None:
    for one in asked(example, "hers", "marco", 60):
        has = [any(letter.isdigit() for letter in text) for text in texts(one)]
        assert not (has[one.right] and has.count(True) == 1), one


def test_options_that_read_the_same_are_never_in_one_question() -> None:
    people = tuple(person(slug, "Priya Raman", "Operations lead") for slug in SLUGS)

    assert asked(material(*a_need_each(), personas=people), "whose") == []


# kinds that hang on the journey, the segments, the stories


def test_the_stage_that_hurts_most_is_asked_for_only_where_it_is_beyond_doubt() -> None:
    def pains(*stages: str) -> Material:
        said = [
            statement(f"priya.{at}", "pain_point", f"Loses {at} hours", one) for at, one in enumerate(stages)
        ]
        return material(*researched(*said), *a_need_each()[1:])

    clear = asked(pains("trial", "trial", "trial", "renewal"), "hurts")

    assert {texts(one)[one.right] for one in clear} == {"Trial"}
    assert texts(clear[0]) == ["Trial", "Onboarding", "Daily", "Renewal"]
    assert asked(pains("trial", "trial", "trial", "renewal", "renewal"), "hurts") == []


def test_a_statement_that_names_a_stage_is_not_asked_for_its_stage() -> None:
    named = statement("priya.0", "pain_point", "Loses hours before each renewal of the contract", "renewal")
    plain = statement("priya.0", "pain_point", "Loses hours before each talk with the founders", "renewal")

    assert asked(material(*researched(named), *a_need_each()[1:]), "stage") == []
    assert asked(material(*researched(plain), *a_need_each()[1:]), "stage")


def test_a_story_is_told_without_what_tells_whom_it_happened_to() -> None:
    told = (
        "An operations lead wrote to us at two. The plan for twenty shops had failed to appear in the night. "
        "The lorry left with eighteen minutes to spare, and nobody had noticed. She was tired."
    )
    made = replace(material(*a_need_each()), stories=(StoryEntry("lorry", "The lorry", "priya", told),))

    questions = asked(made, "story")

    assert {one.prompt.partition("\n")[2] for one in questions} == {told[39:-15]}
    assert len({one.key for one in questions}) == 1


def test_a_segments_figures_are_asked_beside_those_of_others() -> None:
    people = tuple(
        replace(person(slug, *rest), segment=f"Group {slug[::-1]}") for slug, rest in PERSONAS.items()
    )
    segments = [
        SegmentEntry(f"Group {slug[::-1]}", "", {"size": f"{10 + at} % of customers"})
        for at, slug in enumerate(SLUGS)
    ]
    made = replace(material(*a_need_each(), personas=people), segments=segments)

    right = {texts(one)[one.right] for one in asked(made, "segment")}

    assert right == {"10 % of customers", "Group ayirp"}


# no question twice


@settings(max_examples=25)
@given(st.integers(0, 1_000))
def test_no_statement_comes_again_before_all_others_were_used(seed: int) -> None:
    made = material(*a_need_each())
    avoid: list[str] = []
    for number in range(len(SLUGS)):
        one = make_question(made, f"{seed} {number}", avoid=avoid, kinds=["whose"])
        assert one
        assert one.statement
        assert one.statement not in avoid
        avoid += [one.key, one.statement]

    again = make_question(made, f"{seed} again", avoid=avoid, kinds=["whose"])

    assert again
    assert again.statement in avoid[: len(avoid) // 2 + 1]


@settings(max_examples=25, deadline=None)
@given(seed=st.text(max_size=5), count=st.integers(1, 10))
def test_a_round_shows_no_statement_twice_and_asks_about_everybody(
    example: Material, seed: str, count: int
) -> None:
    made = make_round(example, seed, count)
    shown = [key for one in made for key in one.touches]
    times = Counter(one.persona for one in made)

    assert len(made) == count
    assert len(shown) == len(set(shown))
    assert max(times.values()) - min(times[slug] for slug in example.subjects) <= 1
    assert len({one.kind for one in made}) >= min(count, 5)


def test_a_round_keeps_to_the_personas_of_the_channel(example: Material) -> None:
    made = make_round(example, "1", 6, personas=("yuki", "marco"))

    assert {one.persona for one in made} == {"yuki", "marco"}


# any company


WORDED = st.lists(
    st.sampled_from("bread flour till order plan stock waste night early late".split()), min_size=3
)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(SLUGS), WORDED), min_size=1, max_size=25), st.text(max_size=4))
def test_any_company_gets_sound_questions_or_none(rows: list[tuple[str, list[str]]], seed: str) -> None:
    said = [
        statement(f"{slug}.{at}", "need", f"Needs {' '.join(words)}") for at, (slug, words) in enumerate(rows)
    ]
    made = material(*researched(*said), nearly=lambda one, other: one.text == other.text)
    owner = {one.key: one.persona for one in said}

    one = make_question(made, seed)

    if one:
        assert one.is_clear
        assert one.kind in KINDS
        assert 0 <= one.right < len(one.options)
        assert one.statement is None or owner[one.statement] == one.persona
        if one.kind == "whose":
            text = made.statements[one.statement or ""].text
            wrong = {option.persona for option in one.options} - {one.persona}
            assert not {owner[other.key] for other in said if other.text == text} & wrong


def test_what_two_personas_have_is_no_wrong_option_for_a_third() -> None:
    """Unless it is far from all that is known of the third: others may have it, though nobody wrote it down."""
    shared = "Needs to see all that is watched in one single place"
    said = [
        *needs(SLUGS[0], "Needs the figures of all shops before seven", kind="need"),
        *needs(SLUGS[1], shared, "Needs a picture beside each product name", topic="m"),
        *needs(SLUGS[2], shared, "Needs the dough to be set by four o'clock", topic="b"),
        *needs(SLUGS[3], "Needs to know what the repair is going to cost", topic="d"),
    ]

    def shown(share: float) -> bool:
        told = replace(
            material(*said), says_alike=lambda one, other: one.text == other.text, share=lambda *_: share
        )
        made = [make_question(told, str(at), statement=f"{SLUGS[0]}.0", kinds=["hers"]) for at in range(30)]
        return any(one is not None and shared in texts(one) for one in made)

    assert shown(0.6)
    assert not shown(0.72)


def nearly(**near: float) -> Callable[[StatementEntry, StatementEntry], float]:
    """How near the statements of others come to anything."""
    return lambda _one, other: near.get(other.persona, 0.8)


def wrong_for_priya(told: Material) -> set[str | None]:
    return {option.persona for one in asked(told, "whose") for option in one.options} - {"priya"}


def test_of_whom_little_is_known_what_is_rather_near_may_hold_too() -> None:
    """All come equally near what Priya needs, and of Marco alone much is known."""
    more = [f"Needs the shelf number {at} to be where it was" for at in range(30)]
    people = tuple(person(slug, *PERSONAS[slug]) for slug in ("priya", "marco"))
    said = [*needs("priya", "Needs a page of savings to show around"), *needs("marco", *more)]

    def told(count: int) -> Material:
        return replace(material(*said[: count + 1], personas=people), share=nearly())

    assert wrong_for_priya(told(30)) == {"marco"}
    assert not asked(told(3), "whose")


def test_what_tells_of_a_persona_by_a_word_of_its_description_may_hold_of_it_too() -> None:
    people = [person(slug, *PERSONAS[slug]) for slug in ("priya", "marco")]
    said = [
        *needs("priya", "Needs the scaffolding to be where it was on the day before"),
        *needs("marco", "Needs the flour to be as fine as it was last week"),
    ]

    assert wrong_for_priya(material(*said, personas=tuple(people))) == {"marco"}
    people[1] = replace(people[1], summary="Builds scaffolding for churches")
    assert not asked(material(*said, personas=tuple(people)), "whose")


def test_whom_we_do_not_build_for_is_a_wrong_option_only_where_others_are_too_few() -> None:
    """Who is never right is soon known for it."""
    people = [person(slug, *rest) for slug, rest in PERSONAS.items()]
    people.append(replace(person("never", "Never Served"), priority="negative"))
    said = [*a_need_each(), *needs("never", "Needs all of it for nothing and at once")]
    few = [*people[:3], people[-1]]
    of_few = [one for one in said if one.persona in {person.slug for person in few}]

    enough = wrong_for_priya(material(*said, personas=tuple(people)))
    too_few = wrong_for_priya(material(*of_few, personas=tuple(few)))

    assert "never" not in enough
    assert "never" in too_few


def test_what_is_nearly_too_near_is_a_wrong_option_only_where_there_is_no_better_one() -> None:
    said = [
        one
        for slug in SLUGS
        for one in needs(slug, *(f"Needs the shelf number {at} of {slug[::-1]} filled" for at in range(30)))
    ]
    told = replace(material(*said), share=nearly(marco=0.95))
    alone = replace(material(*said), share=nearly(**dict.fromkeys(SLUGS, 0.95)))

    assert "marco" not in wrong_for_priya(told)
    assert "marco" in wrong_for_priya(alone)


def test_what_two_have_is_never_called_false_of_a_third() -> None:
    said = a_need_each()
    shared = [replace(one, text=said[1].text) if one.persona == SLUGS[2] else one for one in said]
    told = replace(material(*shared), says_alike=lambda one, other: one.text == other.text)
    false = [one for one in asked(told, "true_false") if one.right == 1]

    assert false
    assert all(said[1].text not in one.prompt for one in false)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("I want to see it", ("When I ask, I want it", "When I go, I go", "When I see it, I buy")),
        ("Bakes at night. Sleeps by day.", ("Bakes in the morning", "Sleeps at noon", "Buys flour")),
        ("Bakes at night (alone)", ("Bakes in the morning", "Sleeps at noon", "Buys flour")),
        ("Bakes at night", ("Bakes for 2 hours", "Sleeps 3 hours", "Buys 4 sacks")),
    ],
)
def test_the_right_option_is_not_written_otherwise_than_all_others(
    right: str, wrong: tuple[str, str, str]
) -> None:
    assert stands_alone(right, wrong)
    assert not stands_alone(right, (*wrong[:2], right))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Long wait times before the call", "pain_point"),
        ("JIRA (for tickets from colleagues who are not technical)", "behaviour"),
    ],
)
def test_what_says_too_little_is_not_asked_about(text: str, kind: str) -> None:
    told = material(*needs("priya", text, f"{text} from each of the shops on a Monday", kind=kind))

    assert [one.key for one in told.askable["priya"]] == ["priya.1"]


def test_kinds_that_came_lately_come_last() -> None:
    told = material()
    kinds = ("whose", "hers")
    lately = [make_question(told, str(seed), kinds=kinds, lately=["whose"] * 3) for seed in range(20)]
    others = [make_question(told, str(seed), kinds=kinds, lately=["hers"] * 3) for seed in range(20)]

    def count(made: list[Made | None], kind: str) -> int:
        return sum(one is not None and one.kind == kind for one in made)

    assert count(lately, "hers") > count(others, "hers")
    assert count(lately, "whose") < count(others, "whose")


def test_what_an_answer_told_is_remembered_with_the_question(example: Material) -> None:
    odd = make_question(example, "1", kinds=["odd"])

    assert odd
    assert odd.told == [odd.key, odd.options[odd.right].statement]


@pytest.mark.parametrize(
    ("text", "is_asked"),
    [
        ("Good at thinking quickly on my feet in stressful situations", False),
        ("Feels relatively comfortable with handling unknown unknowns", False),
        ("Goes through the messages at two fixed times in the night", True),
    ],
)
def test_a_trait_is_no_behaviour_that_can_be_asked_about(text: str, is_asked: bool) -> None:  # noqa: FBT001
    told = material(*needs("priya", text, kind="behaviour"))

    assert bool(told.askable["priya"]) is is_asked


# the example company


@pytest.fixture(scope="module")
def example_store() -> Store:
    store = open_store("sqlite://")
    for folder in ("personas", "stories"):
        with store.begin() as session:
            checked = check_all(CONTENT / folder, today=NOW.date(), known=known_keys(session))
            if checked.pack:
                import_pack(session, checked.pack, now=NOW, published_by="tests")
            import_stories(session, checked.stories, now=NOW, approved_by="tests")
    return store


@pytest.fixture(scope="module")
def example(example_store: Store) -> Material:
    with example_store.read() as session:
        return Materials(Answering(example_store), CONTENT / "trivia").at(session)


def test_the_example_company_has_every_kind_of_question_that_is_beyond_doubt(example: Material) -> None:
    """By words alone nothing is surely false, and no stage hurts by far the most."""
    kinds = {kind for kind in KINDS for slug in example.subjects if asked(example, kind, slug, 5)}

    assert kinds == set(KINDS) - {"hurts", "true_false"}


def test_every_scenario_fits_the_example_company(example: Material) -> None:
    scenarios, problems = fitting_scenarios(example.snapshot, CONTENT / "trivia")

    assert problems == []
    assert len(scenarios) == 25
    assert {one.persona for one in scenarios} == set(example.personas)


def test_a_scenario_is_asked_as_it_was_written(example: Material) -> None:
    written: PackScenario = example.scenarios[0]
    made = make_question(example, "1", statement=written.statement, kinds=["scenario"])

    assert made
    assert made.prompt == f"{written.question}\n{written.situation}"
    assert sorted(texts(made)) == sorted(written.options)
    assert texts(made)[made.right] == written.options[written.answer]


def test_what_changes_in_the_store_changes_what_questions_are_made_from(store: Store, now: datetime) -> None:
    checked = check_all(CONTENT / "personas", today=now.date())
    assert checked.pack
    with store.begin() as session:
        import_pack(session, checked.pack, now=now, published_by="tests")
    materials = Materials(Answering(store), CONTENT / "trivia")
    with store.read() as session:
        before = materials.at(session)
        assert materials.at(session) is before

    with store.begin() as session:
        checked_stories = check_all(CONTENT / "stories", today=now.date(), known=known_keys(session))
        import_stories(session, checked_stories.stories, now=now, approved_by="tests")

    with store.read() as session:
        after = materials.at(session)
    assert not before.stories
    assert after.stories


def test_own_scenarios_come_instead_of_the_built_in_ones(
    example_store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    written = (CONTENT / "trivia" / "scenarios.toml").read_text("utf8").split("[[scenarios]]")
    (tmp_path / "ours.toml").write_text("[[scenarios]]" + written[1], "utf8")
    (tmp_path / "wrong.toml").write_text("[[scenarios]]" + written[2].replace('"priya"', '"prya"'), "utf8")
    with example_store.read() as session:
        own = Materials(Answering(example_store), CONTENT / "trivia", tmp_path).at(session)

    assert len(own.scenarios) == 1
    assert own.words == WORDS
    assert "wrong.toml" in caplog.text


def test_a_folder_that_is_not_there_is_named(example_store: Store, tmp_path: Path) -> None:
    with pytest.raises(PackError, match="PERSONA_TRIVIA: there is no folder"):
        Materials(Answering(example_store), CONTENT / "trivia", tmp_path / "none")
