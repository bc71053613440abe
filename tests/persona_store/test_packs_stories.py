"""Stories as files: read strictly, imported whole or not at all, given back to the letter."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from persona_store.database import Store
from persona_store.errors import PackError
from persona_store.models import Story
from persona_store.packs import (
    Checked,
    KnownKeys,
    StoryReport,
    check_all,
    export_pack,
    export_stories,
    import_pack,
    import_stories,
    known_keys,
    write_pack,
)
from persona_store.packs.files import MOST_SMALL
from persona_store.people import set_role
from persona_store.stories import approve_story, change_story, draft_story, submit_story, withdraw_story
from persona_store.story_moves import StoryText, text_of
from tests.persona_store.conftest import TODAY

EXAMPLES = Path(__file__).parents[2] / "content"
KNOWN = KnownKeys(personas=frozenset({"priya", "marco"}), stages=frozenset({"trial", "onboarding"}))
HEAD = {
    "title": '"The van at two"',
    "persona": '"priya"',
    "stage": '"trial"',
    "consent": "true",
    "anonymised": "true",
    "status": '"approved"',
}
BODY = {
    "What happened": "She called at two.",
    "What she needed": "A person.",
    "What we did": "We called back.",
    "Outcome": "She stayed.",
}
Told = Callable[..., list[str]]
Bring = Callable[..., StoryReport]


def story_file(body: dict[str, str] | None = None, **head: str | None) -> str:
    lines = [f"{key} = {value}" for key, value in (HEAD | head).items() if value is not None]
    sections = [f"## {title}\n\n{text}\n" for title, text in (BODY if body is None else body).items()]
    return "\n".join(["+++", *lines, "+++", "", *sections])


def checked(folder: Path, files: dict[str, str | bytes], known: KnownKeys | None = KNOWN) -> Checked:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return check_all(folder, today=TODAY, known=known)


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """Checks one file, and gives what is wrong with it."""

    def told(
        text: str | bytes, name: str = "van.md", severity: str = "error", known: KnownKeys = KNOWN
    ) -> list[str]:
        problems = checked(tmp_path / "told", {name: text}, known).problems
        return [str(problem) for problem in problems if problem.severity == severity]

    return told


def test_a_story_is_read_with_all_it_says(tmp_path: Path) -> None:
    text = story_file(
        author='"Support, Nordics"', credit="true", happened_on="2026-01-28", quote='"He picked up!"'
    )
    story = checked(tmp_path / "one", {"the-van.md": text}).stories["the-van"]

    assert (story.title, story.persona, story.stage, story.status) == (
        "The van at two", ["priya"], "trial", "approved",
    )  # fmt: skip
    assert (story.happened, story.needed, story.did, story.outcome) == tuple(BODY.values())
    assert (story.author, story.credit, story.happened_on, story.quote) == (
        "Support, Nordics", True, date(2026, 1, 28), "He picked up!",
    )  # fmt: skip


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_files_of_any_editor_are_read(told: Told, ending: str, mark: str) -> None:
    assert told(mark + story_file().replace("\n", ending)) == []


@pytest.mark.parametrize("they", ["she", "he", "they", "SHE"])
def test_what_was_needed_is_headed_with_any_pronoun(told: Told, they: str) -> None:
    body = {title.replace("she", they): text for title, text in BODY.items()}

    assert told(story_file(body)) == []


def without(title: str) -> dict[str, str]:
    return {heading: text for heading, text in BODY.items() if heading != title}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (story_file(consent=None), "van.md: consent: missing; every story needs it"),
        (story_file(anonymised=None), "van.md: anonymised: missing; every story needs it"),
        (story_file(consent='"yes"'), 'van.md: consent: expected true or false, found "yes"'),
        (story_file(title=None), "van.md: title: missing; every story needs it"),
        (story_file(titel='"x"'), 'van.md: titel: unknown key; did you mean "title"?'),
        (story_file(happened='"x"'), "van.md: happened: unknown key; write it as text under ## What happened"),
        (story_file(persona='"prya"'), 'van.md: persona: there is no persona "prya"; did you mean "priya"?'),
        (story_file(persona='["priya", "mark"]'), 'there is no persona "mark"; did you mean "marco"?'),
        (story_file(persona="[]"), "van.md: persona: expected at least 1 of them, found a list"),
        (story_file(persona="3"), "van.md: persona: expected a list of strings, found 3"),
        (story_file(stage='"trail"'), 'van.md: stage: there is no stage "trail"; did you mean "trial"?'),
        (story_file(status='"aproved"'), 'van.md: status: "aproved" is not known; expected one of draft,'),
        (story_file(consent="false"), 'van.md: status: "approved" needs consent = true; expected that, or "sub'),
        (story_file(anonymised="false"), 'van.md: status: "approved" needs anonymised = true'),
        (story_file(happened_on="2026-12-24"), "van.md: happened_on: this day is in the future"),
        (story_file(quote='"""two\nlines"""'), "van.md: quote: expected one line, found several"),
        (story_file(title='"' + "x" * 151 + '"'), "van.md: title: too long: 151 characters; expected at most 150"),
        (story_file(without("Outcome")), "van.md: ## Outcome: missing; every story needs it"),
        (story_file(without("What she needed")), "van.md: ## What they needed: missing; every story needs it"),
        (story_file(BODY | {"Outcome": " "}), "van.md: line 22, ## Outcome: missing; every story needs it"),
        (story_file(BODY | {"Outcome": "x" * 2_001}), "line 22, ## Outcome: too long: 2,001 characters;"),
        (story_file(BODY | {"Outcome": "a\x1bb"}), "van.md: ## Outcome: a control character (U+001B)"),
        (story_file(BODY | {"Outcomes": "x"}), 'van.md: line 26: unknown section "Outcomes"; expected ## What'),
        (story_file() + "\n## Outcome\n\nAgain.", "van.md: line 26: this section stands here twice; the first is"),
        (story_file().replace("+++\n\n", "+++\n\nHello.\n"), "van.md: line 10: text before the first section"),
        (story_file(title='"'), "van.md: line 2, column 10: not valid TOML: "),
        (story_file().replace("+++\n\n", "\n\n"), "van.md: line 1: the front matter does not end"),
        (story_file().encode() + b"\xff", "van.md: line 25: not UTF-8 text; save the file as UTF-8"),
        (story_file() + "x" * MOST_SMALL, "van.md: too large; expected at most 100 KB a file"),
        (story_file(title="[" * 2_000), "van.md: line 2: nested too deeply"),
        (story_file(None, **{"a." * 40 + "a": "1"}), "van.md: line 8: a key of more than 32 parts"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place_and_what_was_expected(
    told: Told, text: str | bytes, problem: str
) -> None:
    problems = told(text)

    assert any(problem in one for one in problems), problems


@pytest.mark.parametrize("name", ["The Van.md", "van_at_two.md", "-van.md", "v" * 81 + ".md", "VAN.MD"])
def test_a_file_has_the_name_of_the_story(told: Told, name: str) -> None:
    assert told(story_file(), name) == [
        f'{name}: expected a file name of a-z, 0-9 and "-", such as the-van.md'
    ]


def test_a_text_without_front_matter_among_stories_is_left_out_with_a_warning(tmp_path: Path) -> None:
    found = checked(tmp_path / "notes", {"van.md": story_file(), "notes.md": "# Notes", "README.md": "Hi"})

    assert list(found.stories) == ["van"]
    assert [str(one) for one in found.problems] == [
        "notes.md: line 1: no story: expected +++ in the first line, and front matter up to the next +++"
    ]
    assert not found.has_errors


def test_a_single_file_without_front_matter_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "van.md"
    file.write_text("# Van")

    assert check_all(file, today=TODAY, known=KNOWN).has_errors


def test_where_there_is_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="There is no file or folder"):
        check_all(tmp_path / "van.md", today=TODAY)


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text(story_file())
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "van.md").symlink_to(tmp_path / "secret.md")

    found = check_all(tmp_path / "pack", today=TODAY, known=KNOWN)

    assert [str(one) for one in found.problems] == [
        "van.md: a link that leads out of the folder; expected a file"
    ]


def test_without_a_store_stories_alone_may_refer_to_anything(tmp_path: Path) -> None:
    assert checked(tmp_path / "alone", {"van.md": story_file(persona='"someone"')}, None).problems == []


def test_a_story_may_refer_to_what_comes_with_it(tmp_path: Path) -> None:
    pack = '[[personas]]\nslug = "ingrid"\nname = "Ingrid"\nrole = "Owner"\n[[stages]]\nid = "sea"\nname = "Sea"\n'
    story = story_file(persona='"ingrid"', stage='"sea"')
    found = checked(tmp_path / "both", {"pack.toml": pack, "van.md": story}, KnownKeys())

    assert not found.has_errors
    assert found.pack is not None
    assert list(found.stories) == ["van"]


def test_the_example_in_the_readme_is_a_story(told: Told) -> None:
    readme = (EXAMPLES.parent / "README.md").read_text("utf8")
    example = next(part for part in readme.split("```") if part.startswith("\n+++"))
    known = KnownKeys(personas=frozenset({"ingrid"}), stages=frozenset({"onboarding"}))

    problems = told(example.lstrip("\n"), known=known)

    assert problems == []
    assert not told(example.lstrip("\n"), severity="warning", known=known)


def test_the_example_stories_have_no_problems() -> None:
    company = check_all(EXAMPLES / "personas", today=TODAY)
    assert company.pack
    known = KnownKeys(
        personas=frozenset(persona.slug for persona in company.pack.personas),
        stages=frozenset(stage.id for stage in company.pack.stages),
    )
    found = check_all(EXAMPLES / "stories", today=TODAY, known=known)

    assert found.problems == []
    assert len(found.stories) == 8


# Into the store


@pytest.fixture
def company(store: Store, now: datetime) -> Store:
    """The example company's personas, and people."""
    pack = check_all(EXAMPLES / "personas", today=TODAY).pack
    assert pack
    with store.begin() as session:
        import_pack(session, pack, now=now, published_by="test")
        set_role(session, "U0CAROL", "council")
        set_role(session, "U0DAVE", "council")
    return store


@pytest.fixture
def bring(company: Store, tmp_path: Path, now: datetime) -> Bring:
    """Checks and imports files, given by name."""

    def bring(files: dict[str, str], at: datetime = now) -> StoryReport:
        with company.begin() as session:
            found = checked(tmp_path / "brought", dict(files), known_keys(session))
            assert not found.has_errors, found.problems
            return import_stories(session, found.stories, now=at, approved_by="command line")

    return bring


def row(store: Store, slug: str = "van") -> Story:
    with store.read() as session:
        return session.query(Story).filter_by(slug=slug).one()


def test_an_approved_file_is_approved(company: Store, bring: Bring, now: datetime) -> None:
    report = bring({"van.md": story_file(author='"Support"', credit="true")})
    story = row(company)

    assert (report.added, report.lines()) == (["van"], ["Added 1 story: van."])
    assert (story.state, story.approved_at, story.approved_by) == ("approved", now, "command line")
    assert (story.author, story.credited, story.personas) == ("Support", True, ["priya"])


@pytest.mark.parametrize(
    ("status", "state"), [(None, "submitted"), ('"submitted"', "submitted"), ('"draft"', "draft")]
)
def test_a_file_says_how_far_its_story_is(
    company: Store, bring: Bring, status: str | None, state: str
) -> None:
    bring({"van.md": story_file(status=status)})

    assert (row(company).state, row(company).approved_at) == (state, None)


def test_a_second_import_changes_nothing(company: Store, bring: Bring, now: datetime) -> None:
    files = {"van.md": story_file(), "till.md": story_file(title='"The till"', status='"draft"')}
    bring(files)
    before = row(company)
    report = bring(files, at=now + timedelta(days=9))
    after = row(company)

    assert (report.added, report.changed, sorted(report.left)) == ([], [], ["till", "van"])
    assert after.approved_at == before.approved_at


def test_a_file_that_says_the_same_in_other_words_of_toml_changes_nothing(bring: Bring) -> None:
    bring({"van.md": story_file()})
    same = story_file(persona="['priya']", credit="false", quote='""').replace(
        "What she needed", "what they needed"
    )

    assert bring({"van.md": same}).left == ["van"]


def test_a_changed_text_of_a_story_approved_in_slack_needs_approval_again(
    company: Store, bring: Bring, now: datetime
) -> None:
    bring({"van.md": story_file(status=None)})
    with company.begin() as session:
        approve_story(session, row(company).id, "U0CAROL", now)
    report = bring({"van.md": story_file(BODY | {"Outcome": "She left."}, status=None)})
    story = row(company)

    assert report.changed == ["van"]
    assert (story.state, story.approved_at, story.approved_by, story.outcome) == (
        "submitted", None, None, "She left.",
    )  # fmt: skip


def test_a_changed_text_that_its_file_calls_approved_is_approved(
    company: Store, bring: Bring, now: datetime
) -> None:
    bring({"van.md": story_file()})
    later = now + timedelta(days=9)
    bring({"van.md": story_file(BODY | {"Outcome": "She left."})}, at=later)

    assert (row(company).state, row(company).approved_at) == ("approved", later)


def test_a_story_posted_before_its_file_changed_stays_published(
    company: Store, bring: Bring, now: datetime
) -> None:
    bring({"van.md": story_file()})
    with company.begin() as session:
        session.query(Story).update({"state": "published", "published_at": now})
    bring({"van.md": story_file(BODY | {"Outcome": "She left."})})

    assert row(company).state == "published"


def test_an_unchanged_file_leaves_what_was_decided_in_slack(
    company: Store, bring: Bring, now: datetime
) -> None:
    bring({"van.md": story_file(), "till.md": story_file(title='"The till"', status=None)})
    with company.begin() as session:
        change_story(
            session,
            row(company).id,
            "U0CAROL",
            StoryText(**vars(text_of(row(company))) | {"title": "New"}),
            now,
        )
        approve_story(session, row(company, "till").id, "U0CAROL", now)
    bring({"van.md": story_file(), "till.md": story_file(title='"The till"', status=None)})

    assert (row(company).title, row(company).state) == ("New", "submitted")
    assert row(company, "till").state == "approved"


def test_a_story_withdrawn_in_slack_is_not_brought_back_by_its_file(company: Store, bring: Bring) -> None:
    bring({"van.md": story_file()})
    with company.begin() as session:
        withdraw_story(session, row(company).id, "U0CAROL")
    report = bring({"van.md": story_file(BODY | {"Outcome": "She left."})})

    assert report.withdrawn == ["van"]
    assert report.lines() == ["Left 1 story withdrawn: van."]
    assert row(company).state == "withdrawn"


def test_a_file_can_withdraw_its_story(company: Store, bring: Bring) -> None:
    bring({"van.md": story_file()})
    bring({"van.md": story_file(status='"withdrawn"')})

    assert row(company).state == "withdrawn"


def test_a_withdrawn_story_that_is_not_there_is_not_added(company: Store, bring: Bring) -> None:
    bring({"van.md": story_file(status='"withdrawn"')})

    with company.read() as session:
        assert session.query(Story).count() == 0


def test_a_story_of_somebody_else_with_the_same_name_is_not_overwritten(
    company: Store, bring: Bring, now: datetime
) -> None:
    with company.begin() as session:
        draft_story(session, "U0BOB", StoryText("Van", ("priya",), "It came."), now)

    with pytest.raises(PackError, match=r"van.md: somebody else's story has this name; expected another"):
        bring({"till.md": story_file(), "van.md": story_file()})
    with company.read() as session:
        assert [story.title for story in session.query(Story)] == ["Van"]


# And back


def exported(store: Store) -> dict[str, str]:
    with store.read() as session:
        return export_stories(session)


def test_the_example_stories_come_back_to_the_letter(company: Store, now: datetime) -> None:
    with company.begin() as session:
        found = check_all(EXAMPLES / "stories", today=TODAY, known=known_keys(session))
        import_stories(session, found.stories, now=now, approved_by="test")

    files = {file.name: file.read_text("utf8") for file in (EXAMPLES / "stories").glob("*.md")}
    assert exported(company) == files


def test_a_story_from_slack_is_exported_and_imported_again_as_itself(
    company: Store, tmp_path: Path, now: datetime
) -> None:
    hard = StoryText(
        'The "van" \\ at two', ("priya", "marco"), "She called.\n\n### not a section\n+++\nat two",
        None, "A person.", "We & they <called>.", "She stayed.", 'He said "hi"', consent=True, anonymised=True,
    )  # fmt: skip
    with company.begin() as session:
        story = draft_story(session, "U0BOB", hard, now)
        submit_story(session, story.id, "U0BOB", now)
        approve_story(session, story.id, "U0CAROL", now)
    with company.read() as session:
        write_pack(export_pack(session), tmp_path / "out", stories=export_stories(session))
    with company.begin() as session:
        found = check_all(tmp_path / "out", today=TODAY, known=known_keys(session))
        assert not found.has_errors, found.problems
        report = import_stories(session, found.stories, now=now, approved_by="test")

    assert report.left == ["the-van-at-two"]
    assert text_of(row(company, "the-van-at-two")) == hard
    assert row(company, "the-van-at-two").author == "U0BOB"


def test_drafts_of_people_and_withdrawn_stories_are_not_exported(
    company: Store, bring: Bring, now: datetime
) -> None:
    bring({"van.md": story_file(status='"draft"'), "till.md": story_file(title='"The till"')})
    with company.begin() as session:
        draft_story(session, "U0BOB", StoryText("Mine", ("priya",), "It came."), now)
        withdraw_story(session, row(company, "till").id, "U0CAROL")

    assert list(exported(company)) == ["van.md"]


def test_an_export_does_not_mix_with_stories_that_are_there(
    company: Store, bring: Bring, tmp_path: Path
) -> None:
    bring({"van.md": story_file()})
    folder: Any = tmp_path / "out"
    folder.mkdir()
    (folder / "README.md").write_text("# Ours")
    (folder / "other.md").write_text(story_file())

    with company.read() as session, pytest.raises(PackError, match=r"such as other.md"):
        write_pack(export_pack(session), folder, stories=export_stories(session))
    (folder / "other.md").unlink()
    with company.read() as session:
        written = write_pack(export_pack(session), folder, stories=export_stories(session))

    assert folder / "van.md" in written
