"""How well insights that say what is known already are told from those that do not.

A file has a pair a line: ``dup`` or ``new``, a text, and the key of a statement, or an earlier text.
``duplicates.tsv`` beside this file was written before anything was tuned, and only its totals were looked
at, some nine times; ``duplicates_seen.tsv`` was written, and read, for tuning, which the others served too.
The two ``duplicates_hard`` files were written to be hard: what is new has the words of what is known, what
is the same mostly has others. No figure was tuned on the second one.

Two figures tell how far to trust the rest. *Length alone*: how often a repetition is longer than a text
that is new (.50: length tells nothing). *Among others*: each repetition beside everything else that is
known of the same persona, which no author has chosen; the nearest wrong one counts as a pair that is not
the same.
"""

import argparse
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.answers.sets import EXAMPLE, MIX, SHARED, index_of
from persona_store.answering import Index
from persona_store.language.embedding import Embedder, find_embedder
from persona_store.language.sameness import ALIKE
from persona_store.refresh.duplicates import likeness_of

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Pair:
    is_same: bool
    new: str
    known: str
    index: Index


@dataclass(frozen=True)
class Scores:
    """Of ``likenesses`` of pairs, at a threshold."""

    f1: float
    precision: float
    recall: float


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.duplicates", description=__doc__)
    parser.add_argument("--sets", type=Path, default=SHARED, help="folder with packs and duplicates.tsv")
    parser.add_argument("--sweep", action="store_true", help="the same at other thresholds")
    options = parser.parse_args()
    model = find_embedder(os.environ)
    for embedder in [model, None] if model else [None]:
        print(f"\n{embedder.name if embedder else 'by words alone'}")
        for name, pairs in sets_of(options.sets, embedder):
            if pairs:
                print_scores(name, pairs, sweep=options.sweep)


def sets_of(shared: Path, embedder: Embedder | None) -> Iterator[tuple[str, list[Pair]]]:
    example = index_of([EXAMPLE], embedder)
    packs = [[shared / "packs" / "gitlab-users.json"], [shared / "packs" / f"{name}.json" for name in MIX]]
    others = [index_of(pack, embedder) for pack in packs if all(file.is_file() for file in pack)]
    yield "shared, for development", read_pairs(shared / "duplicates.tsv", others)
    yield "example company, for development", read_pairs(HERE / "answers" / "duplicates.tsv", [example])
    yield "more of it, for development", read_pairs(HERE / "duplicates_seen.tsv", [example])
    yield "example company, unseen", read_pairs(HERE / "duplicates.tsv", [example])
    yield "hard ones, for development", read_pairs(HERE / "duplicates_hard_seen.tsv", [example])
    yield "hard ones, unseen", read_pairs(HERE / "duplicates_hard.tsv", [example])


def read_pairs(file: Path, indexes: list[Index]) -> list[Pair]:
    """Those whose statement one of the indexes has; earlier texts are compared by the first."""
    if not file.is_file() or not indexes:
        return []
    texts = {one.key: (one.text, index) for index in indexes for one in index.snapshot.statements}
    pairs = []
    for line in file.read_text("utf-8").splitlines():
        kind, new, known = line.split("\t")
        if " " in known or known in texts:
            pairs.append(Pair(kind == "dup", new, *texts.get(known, (known, indexes[0]))))
    return pairs


def likenesses(pairs: list[Pair]) -> NDArray[np.float64]:
    return np.array([likeness_of(pair.index, pair.new, pair.known) for pair in pairs])


def scores_at(threshold: float, likeness: NDArray[np.float64], same: NDArray[np.bool_]) -> Scores:
    found = likeness >= threshold
    right = int((same & found).sum())
    return Scores(
        2 * right / max(1, found.sum() + same.sum()),
        right / max(1, int(found.sum())),
        right / max(1, int(same.sum())),
    )


def told_by_length(pairs: list[Pair]) -> float:
    """How often a text that says the same is longer than one that is new; 0.5 where length tells nothing."""
    longer = [len(pair.new.split()) for pair in pairs if pair.is_same]
    shorter = [len(pair.new.split()) for pair in pairs if not pair.is_same]
    sides = [(one > other) + (one == other) / 2 for one in longer for other in shorter]
    return sum(sides) / max(1, len(sides))


def among_others(pairs: list[Pair]) -> Scores:
    """Those that say the same, and as many that do not: each text with the nearest of what else is known."""
    same = [pair for pair in pairs if pair.is_same]
    nearest = [max(likenesses(others), default=0.0) for pair in same if (others := other_pairs(pair, pairs))]
    found = np.concatenate([likenesses(same), np.array(nearest)])
    return scores_at(ALIKE, found, np.arange(len(found)) < len(same))


def other_pairs(pair: Pair, pairs: list[Pair]) -> list[Pair]:
    """Its text with every other statement about the same persona, or with the earlier texts of the others."""
    statements = pair.index.snapshot.statements
    persona = next((one.persona for one in statements if one.text == pair.known), None)
    if persona is None:
        own = {one.text for one in statements}
        known = {other.known for other in pairs if other.known not in own}
    else:
        known = {one.text for one in statements if one.persona == persona}
    return [Pair(False, pair.new, text, pair.index) for text in sorted(known - {pair.known})]


def print_scores(name: str, pairs: list[Pair], *, sweep: bool) -> None:
    likeness, same = likenesses(pairs), np.array([pair.is_same for pair in pairs])
    print(f"{name} ({len(pairs)} pairs, {int(same.sum())} the same)")
    for threshold in np.arange(ALIKE - 0.12, ALIKE + 0.13, 0.03) if sweep else [ALIKE]:
        at = scores_at(threshold, likeness, same)
        print(f"  {threshold:.3f}: F1 {at.f1:.2f}, precision {at.precision:.2f}, recall {at.recall:.2f}")
    at = among_others(pairs)
    print(f"  among others: F1 {at.f1:.2f}, precision {at.precision:.2f}, recall {at.recall:.2f}")
    print(f"  told by length alone: {told_by_length(pairs):.2f}")


if __name__ == "__main__":
    main()
