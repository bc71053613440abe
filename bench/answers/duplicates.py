"""How well texts that repeat a statement are told from those that do not."""

from pathlib import Path

import numpy as np

from bench.answers.sets import OWN, QuestionSet
from persona_store.language.sameness import SAME


def print_duplicates(questions: QuestionSet, folder: Path) -> None:
    """Of ``duplicates.tsv`` (dup or new, text, statement), what the set's stores have the statement of."""
    file = (OWN if questions.name == "the example company" else folder) / "duplicates.tsv"
    if not file.is_file():
        return
    texts = {
        one.key: (index, one.text)
        for index in questions.indexes.values()
        for one in index.snapshot.statements
    }
    rows = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]
    known = [(kind == "dup", text, *texts[key]) for kind, text, key in rows if key in texts]
    same = np.array([is_same for is_same, *_ in known])
    found = np.array([index.likeness(text, statement) >= SAME for _, text, index, statement in known])
    right = (same & found).sum()
    precision, recall = right / max(1, found.sum()), right / max(1, same.sum())
    f1 = 2 * right / max(1, found.sum() + same.sum())
    print(
        f"| repeated insights ({len(known)}) | F1 {f1:.2f}, precision {precision:.2f}, recall {recall:.2f} |"
    )
