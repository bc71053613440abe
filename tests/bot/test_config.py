import pytest

from bot.config import ConfigError, Settings, read_settings


def test_what_is_not_set_has_a_sensible_value() -> None:
    settings = read_settings({})

    assert settings.database_url == "sqlite:///persona.db"
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.keep_questions_days == 365


def test_an_address_of_slack_always_ends_in_a_slash() -> None:
    assert read_settings({"SLACK_API_URL": "http://127.0.0.1:1/api"}).slack_api_url.endswith("/api/")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "70000"),
        ("LOG_LEVEL", "LOUD"),
        ("PERSONA_KEEP_QUESTIONS_DAYS", "0"),
        ("PERSONA_KEEP_QUESTIONS_DAYS", "-1"),
        ("PERSONA_KEEP_QUESTIONS_DAYS", "a year"),
        ("PERSONA_KEEP_QUESTIONS_DAYS", "4000"),
        ("PERSONA_KEEP_QUESTIONS_DAYS", "²"),
        ("PERSONA_COUNCIL_GROUP", "@council"),
        ("PERSONA_AMBASSADORS_GROUP", "U024BE7LH"),
    ],
)
def test_a_wrong_value_is_named_with_what_was_expected(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"{name} is '{value}'; expected"):
        read_settings({name: value})


def test_everything_missing_is_named_at_once_with_where_to_find_it() -> None:
    with pytest.raises(ConfigError) as raised:
        read_settings({}).require("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")

    assert "SLACK_BOT_TOKEN" in str(raised.value)
    assert "connections:write" in str(raised.value)


def test_settings_do_not_show_their_tokens() -> None:
    settings = Settings("xoxb-1", "xapp-1", "s3cret", "https://slack.com/api/", "sqlite://", "INFO", 3000)

    assert "xoxb-1" not in repr(settings)


def test_the_folder_of_ones_own_words_is_none_unless_it_is_named() -> None:
    assert read_settings({}).templates == ""
    assert read_settings({"PERSONA_TEMPLATES": " own "}).templates == "own"


def test_the_folder_of_ones_own_scenarios_is_none_unless_it_is_named() -> None:
    assert read_settings({}).trivia == ""
    assert read_settings({"PERSONA_TRIVIA": " own "}).trivia == "own"


def test_the_user_groups_that_give_a_role_are_those_that_are_named() -> None:
    settings = read_settings({"PERSONA_COUNCIL_GROUP": "S0614TZR7"})

    assert settings.groups == {"council": "S0614TZR7"}
    assert read_settings({}).groups == {}
