from dataclasses import replace
from datetime import datetime, timedelta

from bot.run import running_bot
from bot.sandbox import SandboxServer
from bot.sandbox.start import sandbox_settings
from persona_store.database import Store
from persona_store.models import Question
from tests.bot.patience import eventually


def test_a_running_bot_forgets_questions_as_its_settings_say(
    sandbox: SandboxServer, store: Store, database_url: str, example_now: datetime
) -> None:
    settings = replace(sandbox_settings(sandbox.url, database_url), keep_questions_days=30)
    with store.begin() as session:
        for age in (29, 31):
            asked_at = example_now - timedelta(days=age)
            session.add(Question(text=f"{age} days ago", outcome="answer", asked_at=asked_at))

    def texts() -> list[str]:
        with store.read() as session:
            return [question.text for question in session.query(Question)]

    with running_bot(settings, lambda: example_now):
        eventually(lambda: texts() == ["29 days ago"])
