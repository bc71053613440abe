import pytest

from bot.config import ConfigError, Settings, read_settings


def test_what_is_not_set_has_a_sensible_value() -> None:
    settings = read_settings({})

    assert settings.database_url == "sqlite:///persona.db"
    assert settings.slack_api_url == "https://slack.com/api/"


def test_an_address_of_slack_always_ends_in_a_slash() -> None:
    assert read_settings({"SLACK_API_URL": "http://127.0.0.1:1/api"}).slack_api_url.endswith("/api/")


@pytest.mark.parametrize(("name", "value"), [("PORT", "abc"), ("PORT", "70000"), ("LOG_LEVEL", "LOUD")])
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
