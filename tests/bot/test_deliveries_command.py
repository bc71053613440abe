"""``persona deliveries``: what is planned, was posted or not, by name."""

import json
from datetime import timedelta

import pytest

from bot.cli import main
from bot.run import utc_now
from persona_store.database import Store
from persona_store.models import Delivery, Persona, Story, Subscription


@pytest.fixture
def _with_posts(store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A spotlight on Priya and a story that were posted; a subscription to go on, one that is paused."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    now = utc_now()
    with store.begin() as session:
        story = session.query(Story).filter_by(slug="march-stays-march").one()
        assert session.query(Persona).filter_by(slug="priya").count() == 1
        for number, (programme, state, zone) in enumerate(
            [("spotlight", "active", "Europe/Madrid"), ("story", "paused", "UTC")], 1
        ):
            session.add(
                Subscription(
                    id=number, channel_id="C0MARKETING", programme=programme, weekdays=list(range(7)),
                    local_time="09:30", zone=zone, personas=[], slack_user_id="U0ALICE", state=state,
                    next_at=now + timedelta(hours=1) if state == "active" else None, created_at=now,
                )
            )  # fmt: skip
        told = [("spotlight", 1, {"persona": "priya"}), ("story", 2, {"story": story.id})]
        for programme, number, content in told:
            session.add(
                Delivery(
                    key=programme, subscription_id=number, programme=programme, channel_id="C0MARKETING",
                    due_at=now - timedelta(hours=9), state="sent", content=content, ts="1.1", sent_at=now,
                    local_time="2026-11-22T09:30",
                )
            )  # fmt: skip


@pytest.mark.usefixtures("_with_posts")
def test_posts_are_listed_by_what_they_told_with_one_way_to_write_the_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["deliveries"]) == 0
    head, spotlight, story, coming, paused = capsys.readouterr().out.splitlines()

    assert head.split() == ["when", "channel", "programme", "about", "state", "reason"]
    assert spotlight.split()[:6] == [
        "2026-11-22",
        "09:30",
        "Europe/Madrid",
        "C0MARKETING",
        "spotlight",
        "Priya",
    ]
    assert "March stays March" in story
    assert coming.split()[1:3] == ["09:30", "Europe/Madrid"]
    assert coming.split()[-1] == "next"
    assert paused.split() == ["C0MARKETING", "story", "paused"]
    assert len({line.find("C0MARKETING") for line in (spotlight, story, coming, paused)}) == 1


@pytest.mark.usefixtures("_with_posts")
def test_programs_get_it_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deliveries", "--json", "--state", "sent"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert [row["about"] for row in rows] == ["Priya Raman", "March stays March"]
