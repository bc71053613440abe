"""The command line as people use it: real processes for the ways in, the same function for the rest."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli import main
from persona_store.database import open_store
from persona_store.models import Question, Rating, RefreshItem
from persona_store.refresh.backlog import make_move
from persona_store.refresh.draft_changes import StatementText, WriteStatement
from persona_store.refresh.drafts import change_draft, version_of
from persona_store.refresh.item_moves import Move, With
from persona_store.refresh.opening import open_draft
from persona_store.refresh.reviews import verify_persona
from tests.persona_store.refresh.items import add, reported

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "content" / "personas"
STORIES = ROOT / "content" / "stories"
Run = Callable[..., int]


@pytest.fixture
def persona(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command in an empty folder, over a database with the example company."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL"):
        monkeypatch.delenv(name, raising=False)
    return lambda *arguments: main([str(argument) for argument in arguments])


def test_it_starts_as_a_module_and_shows_its_commands() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "bot", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert "sandbox" in shown.stdout
    assert "import" in shown.stdout


@pytest.mark.parametrize(
    "arguments",
    [[], ["dance"], ["serve", "--workers", "0"], ["sandbox", "--port", "x"], ["questions", "--days", "0"]],
)
def test_wrong_usage_exits_with_2(persona: Run, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as exited:
        persona(*arguments)

    assert exited.value.code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["import", "nowhere"],
        ["check", "nowhere"],
        ["check"],
        ["role", "U0ALICE", "king"],
        ["role", "alice", "council"],
        ["ask", "hi", "--lens", "legal"],
        ["run"],
        ["serve"],
        ["serve", "--workers", "2"],
        ["backup", "no/such/folder/b.db"],
    ],
)
def test_what_fails_exits_with_1_and_one_clear_word(
    persona: Run, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = persona(*arguments)
    said = capsys.readouterr().err

    assert code == 1
    assert said.startswith("persona: ")
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("mysql://localhost/x", "use sqlite or postgresql"),
        ("not an address", "not an address of a database"),
        ("sqlite:////no/such/folder/x.db", "no folder"),
        ("postgresql://u:secret@127.0.0.1:1/x", "onnect"),
    ],
)
def test_a_database_that_cannot_be_used_is_explained_without_its_password(
    persona: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str, word: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    code = persona("ask", "hi")
    said = capsys.readouterr().err

    assert code == 1
    assert word in said
    assert "secret" not in said


def test_ask_answers_in_words(persona: Run, capsys: pytest.CaptureFixture[str]) -> None:
    persona("ask", "what would Prya need when she first logs in?")
    said = capsys.readouterr().out

    assert said.startswith("Priya Raman, Operations lead")
    assert "validated" in said


def test_ask_says_that_there_is_no_research_and_what_is_nearest(
    persona: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    persona("ask", "what does Priya think of quantum physics?")
    said = capsys.readouterr().out

    assert "We have no research on that." in said
    assert "Not the same thing" in said


def test_ask_explains_itself(persona: Run, capsys: pytest.CaptureFixture[str]) -> None:
    persona("ask", "what would Prya need when she first logs in?", "--explain")
    said = capsys.readouterr().out

    assert "Whom: Priya Raman" in said
    assert "When: Onboarding" in said


def test_ask_reads_questions_a_line_and_writes_an_object_a_line(
    persona: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    follow_up = {"question": "and when she renews?", "previous": "what does Priya need?"}
    lines = ["what does Priya need?", "", json.dumps(follow_up), "{not json", '{"question": 3}']
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
    persona("ask", "--json", "-")
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert [answer["personas"] for answer in answers[:2]] == [["priya"], ["priya"]]
    assert len(answers) == 4
    assert set(answers[0]) == {"question", "outcome", "personas", "statements", "nearest", "elsewhere"}
    assert set(answers[0]["statements"][0]) == {"id", "persona", "score"}


def test_what_was_exported_can_be_imported_and_changes_nothing(
    persona: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    persona("export", tmp_path / "pack")
    code = persona("import", tmp_path / "pack")
    said = capsys.readouterr().out

    assert code == 0
    assert "Left 6 personas as they were" in said
    assert "Left 8 stories as they were" in said


def test_stories_are_checked_and_imported_from_their_folder_or_one_by_one(
    persona: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lorry = (STORIES / "the-van-at-two.md").read_text("utf8").replace("The van", "The lorry")
    (tmp_path / "the-lorry.md").write_text(lorry, "utf8")
    codes = [
        persona("check", STORIES),
        persona("import", tmp_path / "the-lorry.md"),
        persona("import", STORIES),
    ]
    said = capsys.readouterr().out

    assert codes == [0, 0, 0]
    assert "Added 1 story: the-lorry." in said
    assert "Left 8 stories as they were" in said


def test_a_story_with_an_error_keeps_the_pack_beside_it_out_too(
    persona: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "ana.toml").write_text('[[personas]]\nslug = "ana"\nname = "Ana"\nrole = "Buyer"\n')
    story = (STORIES / "the-van-at-two.md").read_text("utf8")
    (pack / "ana-waits.md").write_text(story.replace('"delphine"', '"anna"'), "utf8")
    code = persona("import", pack)
    said = capsys.readouterr()
    persona("export", tmp_path / "out")

    assert code == 1
    assert 'ana-waits.md: persona: there is no persona "anna"; did you mean "ana"?' in said.out
    assert "Nothing was imported" in said.err
    assert not (tmp_path / "out" / "ana.toml").exists()


def test_a_single_file_holds_no_stories_and_says_so(
    persona: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    persona("export", tmp_path / "all.toml")

    assert "8 stories are not in it: export a folder to have them." in capsys.readouterr().out


def test_a_pack_with_an_error_is_not_imported_at_all(
    persona: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pack = tmp_path / "pack.toml"
    pack.write_text('[[personas]]\nslug = "ana"\nname = "Ana"\nrole = "Buyer"\nprioritty = "primary"\n')
    code = persona("import", pack)
    said = capsys.readouterr()

    assert code == 1
    assert "priority" in said.out
    assert "Nothing was imported" in said.err


def test_the_example_company_has_no_errors(persona: Run) -> None:
    assert persona("check", EXAMPLE) == 0


def test_scenarios_are_checked_against_the_store_and_not_imported(
    persona: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    trivia = ROOT / "content" / "trivia"
    codes = [persona("check", trivia), persona("import", trivia)]
    written = (trivia / "scenarios.toml").read_text("utf8").replace('"priya.', '"prya.', 1)
    (tmp_path / "ours.toml").write_text(written, "utf8")
    codes.append(persona("check", tmp_path / "ours.toml"))
    said = capsys.readouterr()

    assert codes == [0, 1, 1]
    assert "25 scenarios can be asked" in said.err
    assert "set PERSONA_TRIVIA" in said.err
    assert "there is no current statement" in said.out


def test_checking_makes_no_database(persona: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none.db")

    assert persona("check", EXAMPLE) == 0
    assert not (tmp_path / "none.db").exists()


def test_the_schema_is_json(persona: Run, capsys: pytest.CaptureFixture[str]) -> None:
    persona("check", "--schema")

    assert "personas" in json.loads(capsys.readouterr().out)["properties"]


def test_roles_are_given_shown_and_taken_away(persona: Run, capsys: pytest.CaptureFixture[str]) -> None:
    persona("role", "<@u0new|new>", "ambassador")
    persona("role")
    given = capsys.readouterr().out
    persona("role", "U0NEW", "employee")
    persona("role")

    assert "U0NEW  ambassador" in given
    assert "U0NEW  ambassador" not in capsys.readouterr().out


def test_what_an_ambassador_is_named_for_is_shown_and_checked(
    persona: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    persona("role", "U0NEW", "ambassador", "--department", "Support")
    persona("role")

    assert "U0NEW  ambassador (Support)" in capsys.readouterr().out
    assert persona("role", "U0NEW", "ambassador", "--persona", "nobody") == 1
    assert "There is no persona nobody" in capsys.readouterr().err


def test_the_manifest_is_for_socket_mode_or_for_http(
    persona: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    persona("manifest")
    socket = json.loads(capsys.readouterr().out)
    persona("manifest", "--http", "https://p.example/slack/events")
    http = json.loads(capsys.readouterr().out)

    assert socket["settings"]["socket_mode_enabled"] is True
    assert http["settings"]["socket_mode_enabled"] is False


def test_a_backup_is_whole_and_overwrites_nothing(persona: Run, tmp_path: Path) -> None:
    first = persona("backup", tmp_path / "copy.db")
    second = persona("backup", tmp_path / "copy.db")
    copy = open_store(f"sqlite:///{tmp_path / 'copy.db'}", migrate=False)

    assert (first, second) == (0, 1)
    with copy.read() as session:
        assert session.query(RefreshItem).count() == 0
    copy.close()


def live(database_url: str, who: str, now: datetime) -> None:
    """Somebody of the council asks, rates, reports, decides and drafts."""
    store = open_store(database_url)
    with store.begin() as session:
        session.add(Question(asked_at=now, slack_user_id=who, text="canary-q", outcome="answer"))
        session.add(Question(id=77, asked_at=now, slack_user_id="U0BOB", text="q", outcome="answer"))
        session.flush()
        session.add(Rating(question_id=77, slack_user_id=who, rating="not_helpful", missing="canary-m"))
        reported(session, now, who, kind="gap", text="canary-gap")
        reported(session, now, "U0BOB", kind="gap", text="what others ask too")
        insight = reported(session, now, who, "U0BOB", text="canary-insight")
        insight.voices[1].text = "what Bob saw"
        alone = reported(session, now, who, text="canary-alone", personas=["priya"])
        add(session, reported(session, now, "U0BOB"), who, now, text="canary-voice")
        make_move(session, alone.id, Move.DECLINE, who, now, With(reason="Too few."))
        draft = open_draft(session, "priya", who, now)
        said = StatementText("need", "canary-draft")
        change_draft(session, draft.id, who, now, WriteStatement(said), version_of(draft))
    store.close()


def test_a_forgotten_person_leaves_no_byte_behind(
    persona: Run, database_url: str, example_now: datetime, tmp_path: Path
) -> None:
    canary = "U0CANARY7F3A"
    persona("role", canary, "council")
    live(database_url, canary, example_now)
    persona("forget", canary)
    persona("export", tmp_path / "pack.toml", "--insights", tmp_path / "insights.csv", "--with-ids")
    file = Path(database_url.removeprefix("sqlite:///"))
    exports = [tmp_path / "pack.toml", tmp_path / "insights.csv"]
    left = b"".join(path.read_bytes() for path in (*file.parent.glob(f"{file.name}*"), *exports))

    assert canary.encode() not in left
    assert b"canary" not in left
    assert b"what others ask too" in left
    assert b"what Bob saw" in left
    assert persona("trail", "--check") == 0


def test_insights_become_a_table_that_overwrites_nothing(
    persona: Run, database_url: str, example_now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    store = open_store(database_url)
    with store.begin() as session:
        reported(session, example_now, "U0BOB", "U0ALICE", text="=1+1")
    store.close()
    codes = [persona("export", "--insights", "i.csv"), persona("export", "--insights", "i.csv")]
    codes.append(persona("export", "--insights", "i.csv", "--replace"))
    nothing = persona("export")
    said = capsys.readouterr()

    assert (codes, nothing) == ([0, 1, 0], 1)
    assert "Wrote 2 rows to i.csv." in said.out
    assert "use --replace" in said.err
    written = Path("i.csv").read_text("utf-8-sig")
    assert '"\'=1+1"' in written
    assert "U0" not in written


def test_the_trail_tells_who_did_what_and_what_it_does_not_explain(
    persona: Run, database_url: str, example_now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    persona("role", "U0CAROL", "council")
    store = open_store(database_url)
    with store.begin() as session:
        item = reported(session, example_now, "U0BOB")
        make_move(session, item.id, Move.DECLINE, "U0CAROL", example_now, With(reason="Too few."))
        verify_persona(session, "priya", "U0CAROL", example_now)
    store.close()
    capsys.readouterr()
    persona("trail", "--about", "persona:priya", "--json")
    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    persona("trail", "--about", "#1")
    text = capsys.readouterr().out
    persona("trail", "--about", "persona:nobody")
    nothing = capsys.readouterr().err
    sound = persona("trail", "--check")
    store = open_store(database_url)
    with store.begin() as session:
        session.get_one(RefreshItem, 1).state = "accepted"
    store.close()
    unsound = persona("trail", "--check")

    assert (line["by"], line["move"], line["details"]["revision"]) == ("U0CAROL", "verified", 1)
    assert "U0CAROL" in text
    assert "decline (from: new, to: declined, reason: Too few.)" in text
    assert "None" not in text
    assert "There is nothing in the trail of that." in nothing
    assert (sound, unsound) == (0, 1)
    assert "#1 is accepted; by the trail it is declined" in capsys.readouterr().out


def test_questions_shows_what_is_asked_and_missed(
    persona: Run, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(UTC)
    store = open_store(database_url)
    with store.begin() as session:
        for who in ("U0ALICE", "U0BOB"):
            missed = {"text": "does Priya like jazz?", "outcome": "no_research", "personas": ["priya"]}
            session.add(Question(asked_at=now, slack_user_id=who, **missed))
        session.add(
            RefreshItem(kind="gap", text="what about fees?", personas=[], opened_at=now, changed_at=now)
        )
    store.close()
    persona("questions")
    shown = capsys.readouterr().out
    persona("questions", "--json", "--days", "7")
    told = json.loads(capsys.readouterr().out)

    assert "2 questions in the last 90 days from 2 people; 0 answered." in shown
    assert "2 people: does Priya like jazz? (priya)" in shown
    assert "what about fees?" in shown
    assert told["days"] == 7
    assert told["missed"] == [
        {"text": "does Priya like jazz?", "personas": ["priya"], "people": 2, "times": 2, "remarks": []}
    ]
    assert "U0" not in json.dumps(told)


def test_asking_about_one_what_only_another_answers_says_so(
    persona: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    persona("ask", "does Berit get locked out by separate passwords on one tablet?")
    shown = capsys.readouterr().out

    assert "We have no research on that." in shown
    assert "What we know is about somebody else:" in shown
    assert "Marco Duarte" in shown


def test_what_people_know_can_be_read_and_parsed(persona: Run, capsys: pytest.CaptureFixture[str]) -> None:
    persona("literacy")
    shown = capsys.readouterr().out
    persona("literacy", "--json", "--days", "7")
    told = json.loads(capsys.readouterr().out)

    assert "First answers in the last 90 days: 0 of 0 right" in shown
    assert (told["days"], told["total"]["answers"], told["departments"]) == (7, 0, [])
