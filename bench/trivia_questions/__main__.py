"""Trivia questions by the thousand: whether each is fair, what they are about, and how long one takes.

Fairness is looked at from outside: likeness from vectors of our own, and what somebody would score who knows
nobody and goes by the longest option, or by the one with a number.
"""

import argparse
import os
import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bench.answers.sets import SHARED
from bench.trivia_questions.faults import FAULTS, likeness
from bench.trivia_questions.sources import Source, example_company, published_packs
from persona_store.language.embedding import find_embedder
from persona_store.trivia.made import Made
from persona_store.trivia.questions import make_question, make_round

NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty)\b", re.IGNORECASE
)
ALIKE = 1.05
"""Options whose lengths differ by less look alike."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.trivia_questions", description=__doc__)
    parser.add_argument("--packs", type=Path, default=SHARED / "packs", help="folder with further packs")
    parser.add_argument("--count", type=int, default=10_000, help="how many questions of each")
    parser.add_argument("--words", action="store_true", help="likeness by words alone, without the model")
    parser.add_argument("--read", type=int, default=0, help="print so many of each instead, to be read")
    parser.add_argument("--seed", default="bench", help="another seed gives other questions")
    options = parser.parse_args()
    embedder = None if options.words else find_embedder(os.environ)
    print(f"likeness: {embedder.name if embedder else 'by words alone'}")
    example, packs = [example_company(embedder)], list(published_packs(options.packs, embedder))
    if not packs:
        print(f"no packs in {options.packs}: left out")
    for name, sources in (("the example company", example), ("packs", packs)):
        if sources and options.read:
            _print_questions(sources, options.seed, options.read)
        elif sources:
            print(f"\n{name}")
            _print_figures(sources, options.seed, options.count)


def _shares(sources: list[Source], count: int) -> list[int]:
    """How many of each, by how much there is to ask."""
    sizes = [len(one.material.snapshot.statements) for one in sources]
    return [-(-count * size // sum(sizes)) for size in sizes]


def _print_questions(sources: list[Source], seed: str, count: int) -> None:
    """With what was asked before kept from coming again, as players have it."""
    for source, share in zip(sources, _shares(sources, count), strict=True):
        avoid: list[str] = []
        for number in range(share):
            made = make_question(source.material, f"{seed} {number}", avoid=avoid)
            if made is None or made.key in avoid:
                print(f"--- {source.name}: no other one")
                break
            avoid += made.told
            print(f"--- {number} {source.name} {made.kind} [{made.persona}] {made.prompt}")
            for at, option in enumerate(made.options):
                whose = f"  ({option.persona})" if made.kind in {"hers", "odd"} else ""
                print(f"  {'*' if at == made.right else ' '} {option.text}{whose}")
            print(f"  why: {made.why}")


def _with_questions(sources: list[Source], seed: str) -> tuple[list[Source], list[str]]:
    """Those of which there is something to ask, and the names of the others."""
    asks = {one.name: any(make_question(one.material, f"{seed} {at}") for at in range(5)) for one in sources}
    return [one for one in sources if asks[one.name]], [name for name, has in asks.items() if not has]


def _print_figures(sources: list[Source], seed: str, count: int) -> None:
    asked: list[tuple[Source, Made]] = []
    times: list[float] = []
    none: Counter[str] = Counter()
    sources, silent = _with_questions(sources, seed)
    print(f"no fair question in: {', '.join(silent) or 'none of them'}")
    for source, share in zip(sources, _shares(sources, count), strict=True):
        for number in range(share):
            begun = time.perf_counter()
            made = make_question(source.material, f"{seed} {number}")
            times.append(1000 * (time.perf_counter() - begun))
            if made is None:
                none[source.name] += 1
            else:
                asked.append((source, made))
    different = len({made.key for _, made in asked})
    print(f"{len(asked):,} questions, {different:,} different; none made: {dict(none)}")
    median, slow = np.quantile(times, (0.5, 0.99))
    print(f"ms a question: median {median:.2f}, 99 % {slow:.2f}, most {max(times):.1f}")
    _print_faults(asked)
    _print_mix(asked)
    _print_guesses([made for _, made in asked])
    _print_rounds(sources, seed)


def _print_faults(asked: list[tuple[Source, Made]]) -> None:
    counts = Counter(dict.fromkeys(FAULTS, 0))
    for source, made in asked:
        for name, has in FAULTS.items():
            if has(source, made):
                counts[name] += 1
                if counts[name] <= 3:
                    print(f"  ! {name}: {source.name} {made}")
    print("faults: " + "; ".join(f"{name} {count}" for name, count in counts.items()))
    likest = [cosine for source, made in asked for cosine in likeness(source, made)]
    if likest:
        print(f"likeness of wrong options: most {max(likest):.3f}, 99 % {np.quantile(likest, 0.99):.3f}")


def _print_mix(asked: list[tuple[Source, Made]]) -> None:
    kinds = Counter(made.kind for _, made in asked)
    print(
        "kinds: "
        + ", ".join(f"{kind} {100 * count / len(asked):.0f} %" for kind, count in kinds.most_common())
    )
    personas = Counter(f"{source.name}/{made.persona}" for source, made in asked)
    counts = sorted(personas.values())
    print(f"personas: {len(personas)}, least {counts[0]}, most {counts[-1]} questions")
    statements = {made.statement for _, made in asked} - {None}
    print(f"statements that were asked about: {len(statements)}")


def _print_guesses(asked: list[Made]) -> None:
    """What somebody scores who knows nobody; a quarter is chance."""
    among = [
        made for made in {one.key: one for one in asked}.values() if made.kind in {"hers", "odd", "scenario"}
    ]
    longest = {made.key: max(len(option.text) for option in made.options) for made in among}
    shortest = {made.key: min(len(option.text) for option in made.options) for made in among}
    strategies: dict[str, Callable[[str, str], bool]] = {
        "that is longest": lambda key, text: ALIKE * len(text) >= longest[key],
        "that is shortest": lambda key, text: len(text) <= ALIKE * shortest[key],
        "with a number": lambda _, text: NUMBER.search(text) is not None,
        "without a number": lambda _, text: NUMBER.search(text) is None,
    }
    for name, suits in strategies.items():
        hits = 0.0
        for made in among:
            those = [at for at, option in enumerate(made.options) if suits(made.key, option.text)]
            hits += (made.right in those) / len(those) if those else 1 / len(made.options)
        print(f"guessing one {name}: {100 * hits / max(1, len(among)):.1f} % right of {len(among):,}")
    places = Counter(
        made.right for made in {one.key: one for one in asked}.values() if len(made.options) == 4
    )
    print(f"place of the right one: {[places[at] for at in range(4)]}")


def _print_rounds(sources: list[Source], seed: str) -> None:
    short, twice, kinds, total = 0, 0, 0, 0
    for source in sources:
        for number in range(300 // len(sources)):
            made = make_round(source.material, f"{seed} round {number}", 5)
            keys = [key for one in made for key in one.touches]
            total += 1
            short += len(made) < 5
            twice += len(keys) > len(set(keys))
            kinds += len({one.kind for one in made})
    print(f"rounds of five: {total}, shorter {short}, a statement twice {twice}, kinds {kinds / total:.1f}")


if __name__ == "__main__":
    main()
