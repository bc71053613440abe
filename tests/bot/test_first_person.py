import pytest

from bot.first_person import first_person


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("Wants to see the sales first", "I want to see the sales first"),
        ("Has fourteen shops", "I have fourteen shops"),
        ("Worries about waste", "I worry about waste"),
        ("Watches the oven", "I watch the oven"),
        ("Is baffled by roles", "I am baffled by roles"),
        ("I need a CLI", "I need a CLI"),
    ],
)
def test_a_statement_is_said_in_the_first_person(statement: str, said: str) -> None:
    assert first_person(statement) == said


@pytest.mark.parametrize(
    "statement",
    [
        "Enjoys videos in the evening and follows them step by step",
        "Does not trust prices that are shown only after she has registered",
        "Alerts that turn out to be wrong",
        "Contacts",
        "",
    ],
)
def test_what_is_not_safe_to_turn_is_left_alone(statement: str) -> None:
    assert first_person(statement) is None
