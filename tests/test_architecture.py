"""Who may import whom."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FEATURES = {
    "answers",
    "personas",
    "home",
    "spotlights",
    "stories",
    "trivia",
    "learning",
    "insights",
    "revisions",
    "backlog",
    "roles",
    "loop",
    "reviews",
    "council",
    "subscriptions",
}
KNOWN_TO = {
    "apscheduler": {"bot/schedule.py"},
    "jinja2": {"bot/wording.py", "bot/templates.py", "bot/template_rules.py"},
    "gunicorn": {"bot/serve.py"},
    "pydantic": {"persona_store/packs"},
    "rapidfuzz": {"persona_store/answering/matching.py", "persona_store/packs/likeness.py"},
    "phonenumbers": {"persona_store/refresh/numbers.py"},
    "tqdm": {"bot/commands/packs.py"},
    "alembic": {"persona_store/database.py", "persona_store/migrations"},
    "aiohttp": {"bot/sandbox"},
    "fsrs": {"persona_store/trivia/learning.py"},
}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("path", modules("persona_store"), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_store_knows_neither_slack_nor_the_bot(path: Path) -> None:
    found = {name.split(".")[0] for name in imports(path)}

    assert not found & {"bot", "slack_bolt", "slack_sdk", "jinja2", "apscheduler", "aiohttp"}


@pytest.mark.parametrize(
    "path", [*modules("bot"), *modules("persona_store")], ids=lambda path: str(path.relative_to(ROOT))
)
def test_a_library_is_known_in_its_one_place(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()

    for library in {name.split(".")[0] for name in imports(path)} & set(KNOWN_TO):
        assert any(name.startswith(place) for place in KNOWN_TO[library]), f"{name} imports {library}"


@pytest.mark.parametrize("path", modules("bot"), ids=lambda path: str(path.relative_to(ROOT)))
def test_features_do_not_import_each_other(path: Path) -> None:
    feature = path.relative_to(ROOT / "bot").parts[0]
    others = {name.split(".")[1] for name in imports(path) if name.startswith("bot.")} & FEATURES

    if feature in FEATURES:
        assert others <= {feature}


@pytest.mark.parametrize("path", modules("bot"), ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_sandboxs_own_modules_and_its_command_import_it(path: Path) -> None:
    name = path.relative_to(ROOT / "bot").as_posix()

    if any(imported.startswith("bot.sandbox") for imported in imports(path)):
        assert name.startswith("sandbox/") or name == "commands/operating.py"


@pytest.mark.parametrize("path", modules("bot"), ids=lambda path: str(path.relative_to(ROOT)))
def test_messages_know_neither_sessions_nor_clients(path: Path) -> None:
    if path.name in ("messages.py", "forms.py"):
        assert not {"slack_bolt", "slack_sdk"} & {name.split(".")[0] for name in imports(path)}
        assert "persona_store.database" not in set(imports(path))
