import pytest

from persona_store.answering.matching import Names, likeness
from persona_store.answering.roles import Roles
from persona_store.catalogue import PersonaEntry
from persona_store.language.words import Stems, plain, tokens
from tests.persona_store.bakery import persona

PEOPLE = (
    persona("priya", "Priya Raman", "Operations lead", ("Pri", "ops lead")),
    persona("marco", "Marco Duarte", "Shop manager", ("store manager",)),
    persona("allison", "Allison", "Application operations engineer"),
    persona("sidney", "Sidney", "Systems administrator", ("Site Reliability Engineer",)),
    persona("cooper", "Cooper", "Application security engineer", ("Newbie Coop",)),
    persona("will", "Will Okafor", "Delivery driver"),
    persona("journalist", "Journalist", "Journalist"),
    persona("researcher", "University Researcher", "University Researcher"),
    persona("pm", "Parker", "Product manager"),
    persona("ana", "Ana", "Product designer"),
)
RESEARCH = {"coopper"}
ENGLISH = Stems("en")


def named(question: str, people: tuple[PersonaEntry, ...] = PEOPLE) -> list[set[str]]:
    text = plain(question)
    mentions = Names(people, ENGLISH, RESEARCH.__contains__).find(text, tokens(text))
    return [{people[at].slug for at in mention.personas} for mention in mentions]


def described(question: str, people: tuple[PersonaEntry, ...] = PEOPLE) -> list[set[str]]:
    mentions = Roles(people, ENGLISH).find(tokens(plain(question)))
    return [{people[at].slug for at in mention.personas} for mention in mentions]


@pytest.mark.parametrize(
    ("question", "slug"),
    [
        ("what would Priya need", "priya"),
        ("what would priya need", "priya"),
        ("what does Raman need", "priya"),
        ("Priya Raman's goals", "priya"),
        ("PRIYA\u2019S GOALS", "priya"),
        ("what would Prya need", "priya"),
        ("what would Piryaa need", "priya"),
        ("rpiya and bread", "priya"),
        ("Pri and bread", "priya"),
        ("alison undoing a deploy", "allison"),
        ("Allie on call", "allison"),
        ("Syd on call", "sidney"),
        ("Sid on call", "sidney"),
        ("Marko's shop", "marco"),
        ("Anna's sketches", "ana"),
        ("what do journalists want", "journalist"),
        ("the university researcher", "researcher"),
        ("what does Will carry", "will"),
        ("Will's van", "will"),
    ],
)
def test_a_name_is_found_as_people_write_it(question: str, slug: str) -> None:
    assert named(question) == [{slug}]


@pytest.mark.parametrize(
    "question",
    [
        "does the warranty cover it",  # a common word near Cooper
        "what does a coopper do",  # a word of the research near Cooper
        "will they come",
        "Will they come?",
        "a private price",
        "what makes a sale",
        "the API of the CLI",
        "university fees",  # half of a name made of ordinary words
        "Gustavo's goals",
        "",
    ],
)
def test_ordinary_words_are_no_names(question: str) -> None:
    assert named(question) == []


def test_several_names_are_found_in_their_order() -> None:
    assert named("Marco vs Pryia on waste") == [{"marco"}, {"priya"}]


def test_a_name_that_two_share_means_either() -> None:
    people = (persona("one", "Kim Novak"), persona("two", "Kim Larsen"))

    assert named("what does Kim want", people) == [{"one", "two"}]
    assert named("what does kim want", people) == [{"one", "two"}]
    assert named("what does Kim Larsen want", people) == [{"two"}]


def test_a_nickname_that_two_share_means_either() -> None:
    people = (persona("one", "Christine Bo"), persona("two", "Christopher Ek"))

    assert named("what does Chris want", people) == [{"one", "two"}]


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("José Ñuñez", "what does jose want"),
        ("田中さくら", "田中さくらさんは何が必要ですか"),
        ("ليلى", "ماذا تريد ليلى"),
        ("प्रिया", "प्रिया को क्या चाहिए"),
        ("Ольга", "что нужно ольга"),
        ("🦊", "what does 🦊 want"),
        ("O'Brien", "what does OBrien want"),
        ("Anne-Marie", "what does Anne-Marie want"),
    ],
)
def test_names_of_any_script_are_found(name: str, question: str) -> None:
    assert named(question, (persona("other", "Zed"), persona("one", name))) == [{"one"}]


@pytest.mark.parametrize(
    ("question", "slugs"),
    [
        ("what does the ops lead need", {"priya"}),
        ("operations leads and waste", {"priya"}),
        ("store managers", {"marco"}),
        ("AppSec engineer drowning in findings", {"cooper"}),
        ("our sysadmin at night", {"sidney"}),
        ("sys admin at night", {"sidney"}),
        ("SRE on call", {"sidney"}),
        ("PM with a small team", {"pm"}),
        ("what do designers need", {"ana"}),
        ("site reliability engineers", {"sidney"}),
        ("application security engineer", {"cooper"}),
    ],
)
def test_a_role_is_found_as_people_say_it(question: str, slugs: set[str]) -> None:
    assert described(question) == [slugs]


@pytest.mark.parametrize(
    "question",
    ["do we have anything about release notes", "meet at 6 pm", "who manages security", ""],
)
def test_a_word_of_a_role_is_not_the_role(question: str) -> None:
    assert described(question) == []


def test_a_segment_means_everybody_in_it() -> None:
    people = (
        persona("one", "Kim", segment="Mid-market buyers"),
        persona("two", "Bo", segment="Mid-market buyers"),
        persona("three", "Ek", segment="Enterprise"),
    )

    assert described("what do mid-market customers want", people) == [{"one", "two"}]
    assert described("enterprise on price", people) == [{"three"}]


def test_a_segment_that_everybody_is_in_means_nobody_in_particular() -> None:
    people = (persona("one", "Kim", segment="Veterans"), persona("two", "Bo", segment="Veterans"))

    assert described("what do veterans want", people) == []


def test_likeness_is_of_words_in_any_order() -> None:
    assert likeness(["offlin", "mode"], ["mode", "offlin"]) == 1
    assert likeness(["offlin", "mode"], ["invoic", "fee"]) < 0.5
    assert likeness([], []) == 1
    assert likeness([], ["fee"]) == 0
