"""How good answers are, and how fast; README.md says how the thresholds were chosen."""

import argparse
import os
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from bench.answers.duplicates import print_duplicates
from bench.answers.measures import Result, hit, interval, ndcg, recall, result_of
from bench.answers.sets import OWN, SHARED, QuestionSet, own_set, read_questions, shared_set
from bench.answers.speed import print_speed
from persona_store.answering import Outcome
from persona_store.language.embedding import find_embedder

EXPECTED = {
    "unknown": Outcome.UNKNOWN_PERSONA,
    "off_topic": Outcome.OFF_TOPIC,
    "unresearched": Outcome.NO_RESEARCH,
    "other_persona": Outcome.NO_RESEARCH,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.answers", description=__doc__)
    parser.add_argument("--sets", type=Path, default=SHARED, help="folder with packs and labelled questions")
    parser.add_argument("--misses", action="store_true", help="every wrong question, and what was returned")
    parser.add_argument("--words", action="store_true", help="rank by words alone, without the model")
    parser.add_argument("--speed", action="store_true", help="times and memory over 10,000 statements")
    parser.add_argument("--hostile", type=int, default=20_000, help="how many hostile strings --speed asks")
    options = parser.parse_args()
    if options.speed:
        print_speed(options.hostile)
        return
    embedder = None if options.words else find_embedder(os.environ)
    print(f"ranking: {embedder.name if embedder else 'by words alone'}")
    sets = (
        (shared_set(options.sets, embedder), options.sets),
        (own_set(options.sets, embedder), "bench/answers"),
    )
    for found, where in sets:
        if found is None:
            print(f"\nno question set in {where}: left out")
        else:
            _print_set(found, misses=options.misses)
            print_duplicates(found, options.sets)
    _print_follow_ups([found for found, _ in sets if found is not None])


def _print_set(questions: QuestionSet, *, misses: bool) -> None:
    chance = np.random.default_rng(1)
    results = [result_of(one, questions.indexes[one.store], chance) for one in questions.questions]
    print(f"\n{questions.name}: {len(results)} questions, mean (95 % interval)\n")
    _print_ranking([one for one in results if one.asked.answerable])
    _print_personas(results)
    _print_abstaining(results)
    _print_off_topic(questions)
    if misses:
        _print_misses(results)


def _print_ranking(results: list[Result]) -> None:
    print("| ranking, whether or not shown | hit@3 | recall@3 | nDCG@5 |\n|---|---|---|---|")
    apart = [one for one in results if not one.shares_stem]
    rows: list[tuple[str, list[Result], Callable[[Result], tuple[str, ...]]]] = [
        ("random order within the persona", results, lambda one: one.chance),
        ("ours, persona found by the matcher", results, lambda one: one.ranking),
        (f"no stem in common with an answer ({len(apart)})", apart, lambda one: one.ranking),
        ("the same in random order", apart, lambda one: one.chance),
    ]
    for name, among, order in rows:
        cells = (
            interval([measure(order(one), one.asked.gold) for one in among])
            for measure in (hit, recall, ndcg)
        )
        print(f"| {name} | {' | '.join(cells)} |")


def _print_personas(results: list[Result]) -> None:
    answerable = [one for one in results if one.asked.answerable]
    print("\n| persona set exact | |\n|---|---|")
    for kind in ("", "typo", "nickname", "role", "compare", "none", "follow_up"):
        among = [one.has_personas_right for one in answerable if kind in {"", one.asked.type}]
        if among:
            print(f"| {kind or 'all answerable'} ({len(among)}) | {interval(among)} |")


def _print_abstaining(results: list[Result]) -> None:
    named = [one for one in results if one.asked.personas]
    nobody = [one for one in results if not one.asked.personas]
    own = [one for one in results if not one.asked.answerable]
    print("\n| all in all | |\n|---|---|")
    _row("coverage, persona named", (one.is_answered for one in named if one.asked.answerable))
    _row("coverage, nobody named", (one.is_answered for one in nobody if one.asked.answerable))
    _row("false answers, unanswerable", (one.is_answered for one in own))
    _row("false answers, known persona", (one.is_answered for one in own if one.asked.personas))
    for kind, outcome in EXPECTED.items():
        _row(
            f"outcome {outcome} ({kind})",
            (one.answer.outcome is outcome for one in own if one.asked.type == kind),
        )
    _row("follow-ups all right", (one.is_right for one in results if one.asked.previous))
    _row("all right", (one.is_right for one in results))


def _row(name: str, values: Iterable[bool]) -> None:
    found = list(values)
    if found:
        print(f"| {name} ({len(found)}) | {interval(found)} |")


def _print_off_topic(questions: QuestionSet) -> None:
    for name, index in questions.indexes.items():
        outcomes = Counter(index.answer(line).outcome.value for line in questions.off_topic)
        if outcomes:
            answered = outcomes["answer"] / outcomes.total()
            print(
                f"| off-topic lines answered, {name} ({outcomes.total()}) | {answered:.3f} {dict(outcomes)} |"
            )


def _print_follow_ups(sets: list[QuestionSet]) -> None:
    indexes = {name: index for found in sets for name, index in found.indexes.items()}
    known = [one for one in read_questions(OWN / "follow_ups.jsonl") if one.store in indexes]
    chance = np.random.default_rng(1)
    results = [result_of(one, indexes[one.store], chance) for one in known]
    print("\n| follow-ups of `follow_ups.jsonl` | |\n|---|---|")
    for half in ("seen", "unseen"):
        _row(f"all right, {half}", (one.is_right for one in results if one.asked.half == half))


def _print_misses(results: list[Result]) -> None:
    for one in results:
        if one.is_right and (one.has_personas_right or not one.asked.answerable):
            continue
        shown = [
            f"{found.statement} {found.score:.2f}" for found in one.answer.statements or one.answer.nearest
        ]
        print(f"\n[{one.asked.type}] {one.asked.previous or ''} {one.asked.question}")
        print(f"  wanted {sorted(one.asked.personas)} {sorted(one.asked.gold)}")
        print(f"  got    {one.answer.outcome} {list(one.answer.personas)} {shown}")


if __name__ == "__main__":
    main()
