"""Question sets, and stores with the packs that they are asked of."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from persona_store.answering import Index
from persona_store.catalogue import Snapshot, load_snapshot
from persona_store.database import Store, open_store
from persona_store.language.embedding import Embedder
from persona_store.language.vectors import text_of
from persona_store.packs import check_pack, import_pack, problem_lines

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "answers"
OWN = Path(__file__).parent
EXAMPLE = ROOT / "content" / "personas"
MIX = ("18f-performance-gov", "alphagov", "kyma", "opensource-guide", "va")


@dataclass(frozen=True)
class Asked:
    store: str
    type: str
    answerable: bool
    question: str
    personas: frozenset[str]
    gold: frozenset[str]
    previous: str | None
    half: str  # of a set that was written in two, "seen" while building or "unseen"


@dataclass(frozen=True)
class QuestionSet:
    name: str
    questions: list[Asked]
    indexes: dict[str, Index]
    off_topic: list[str]


def shared_set(folder: Path, embedder: Embedder | None) -> QuestionSet | None:
    if not (folder / "questions.jsonl").is_file():
        return None
    indexes = {
        "gitlab-users": index_of([folder / "packs" / "gitlab-users.json"], embedder),
        "public-mix": index_of([folder / "packs" / f"{name}.json" for name in MIX], embedder),
    }
    off_topic = (folder / "off_topic.txt").read_text(encoding="utf-8").splitlines()
    return QuestionSet(str(folder), read_questions(folder / "questions.jsonl"), indexes, off_topic)


def own_set(shared: Path, embedder: Embedder | None) -> QuestionSet | None:
    """The example company, with questions by somebody who did not write the answering."""
    file = OWN / "questions.jsonl"
    if not file.is_file() or not EXAMPLE.is_dir():
        return None
    lines = shared / "off_topic.txt"
    off_topic = lines.read_text(encoding="utf-8").splitlines() if lines.is_file() else []
    return QuestionSet(
        "the example company", read_questions(file), {"example": index_of([EXAMPLE], embedder)}, off_topic
    )


def read_questions(path: Path) -> list[Asked]:
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return [
        Asked(
            row["store"],
            row["type"],
            row["answerable"],
            row["question"],
            frozenset(row["personas"]),
            frozenset(row["gold"]),
            row.get("previous"),
            row.get("half", ""),
        )
        for row in rows
    ]


def index_of(packs: list[Path], embedder: Embedder | None) -> Index:
    """By meaning with ``embedder``, by words alone without."""
    snapshot = snapshot_of(packs)
    if embedder is None:
        return Index(snapshot)
    return Index(snapshot, embedder, embedder.embed([text_of(one) for one in snapshot.statements]))


def snapshot_of(packs: list[Path]) -> Snapshot:
    """The catalogue after an import of these packs."""
    with TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/packs.db")
        for path in packs:
            _import(store, path)
        with store.read() as session:
            snapshot = load_snapshot(session)
        store.close()
    return snapshot


def _import(store: Store, path: Path) -> None:
    now = datetime.now(UTC)
    pack, problems = check_pack(path, today=now.date())
    if pack is None:
        raise SystemExit("\n".join(problem_lines(problems)))
    with store.begin() as session:
        import_pack(session, pack, now=now, published_by="bench")
