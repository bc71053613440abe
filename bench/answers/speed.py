"""Times and memory of answering over a generated store: 200 personas with 50 statements each."""

import random
import time
from collections.abc import Iterable

import numpy as np
import psutil

from persona_store.answering import Index
from persona_store.catalogue import PersonaEntry, Scope, Snapshot, StatementEntry
from persona_store.evidence import Strength
from persona_store.language.lexicon import COMMON_WORDS

PERSONAS, STATEMENTS, QUESTIONS = 200, 50, 2_000
ROLES = ("engineer", "manager", "buyer", "nurse", "owner", "designer", "controller", "planner")
KINDS = ("goal", "need", "pain_point", "job", "expectation", "preference", "behaviour")
STAGES = ("trial", "onboarding", "renewal")
VOCABULARY = list(COMMON_WORDS)
WEIGHTS = [1 / (rank + 10) for rank in range(len(VOCABULARY))]
PIECES = [
    *"what would who does she it the and why compare persona pain points needs when renews for sales".split(),
    *"<@U1> <#C1|x> <https://a.b|c> <!here> <mailto: :wave: :+1: &amp; &#0; 's ' \" * _ ~ ` ( [ {".split(),
    *"\\ / ? ! , . ; : - % .. \u2019s \u200b \u00ad DROP TABLE".split(),
    *("\n", "\t", "\r", "  ", "a" * 300, "1" * 50),
]
ODD = [*map(chr, range(32, 592)), *"\u3042\u4e00\u0627\u05d0\u0e01\u0928\ud800\x00\u202e\ufdfa", "\U0001f600"]


def generated_snapshot(chance: random.Random, personas: int = PERSONAS) -> Snapshot:
    return Snapshot(
        1,
        "en",
        tuple(_persona(chance, number) for number in range(personas)),
        tuple(_statement(chance, number) for number in range(personas * STATEMENTS)),
        tuple(Scope(stage, stage.title(), (stage,)) for stage in STAGES),
        (),
    )


def _persona(chance: random.Random, number: int) -> PersonaEntry:
    role = f"{chance.choice(VOCABULARY)} {chance.choice(ROLES)}"
    return PersonaEntry(
        slug=f"p{number}",
        name=f"{_name(chance)} {_name(chance)}",
        role=role,
        archetype="",
        summary="",
        segment=f"segment {number % 9}",
        priority="primary",
        pronouns="",
        aliases=(_name(chance),),
    )


def _name(chance: random.Random) -> str:
    return "".join(chance.choice("bdfgklmnprstv") + chance.choice("aeiou") for _ in range(3)).title()


def _statement(chance: random.Random, number: int) -> StatementEntry:
    return StatementEntry(
        key=f"s{number}",
        persona=f"p{number // STATEMENTS}",
        kind=chance.choice(KINDS),
        text=_words(chance, 18),
        topic=chance.choice(VOCABULARY),
        stages=(chance.choice(STAGES),),
        lenses=(),
        strength=Strength.ASSUMPTION,
    )


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(VOCABULARY, WEIGHTS, k=count))


def _hostile(chance: random.Random, names: list[str]) -> str:
    """Half of them any characters, half of them what questions and Slack's markup are made of."""
    if chance.random() < 0.5:
        return "".join(chance.choices(ODD, k=chance.randint(0, 600)))
    parts = [chance.choice((chance.choice(PIECES), chance.choice(names), chance.choice(ODD)))]
    parts += chance.choices([*PIECES, *chance.choices(names, k=9), *chance.choices(VOCABULARY, k=9)], k=24)
    return chance.choice(("", " ", " ")).join(parts[: chance.randint(1, 25)])


def print_speed(hostile: int) -> None:
    chance, process = random.Random(7), psutil.Process()
    before = process.memory_info().rss
    snapshot = generated_snapshot(chance)
    started = time.perf_counter()
    index = Index(snapshot)
    print(f"{len(snapshot.statements):,} statements: index made in {time.perf_counter() - started:.1f} s")
    names = [persona.name.split()[0] for persona in snapshot.personas]
    asked = [_words(chance, chance.randint(4, 14)) for _ in range(QUESTIONS)]
    _print_times(
        index, "a persona named", (f"what would {chance.choice(names)} need for {one}" for one in asked)
    )
    _print_times(index, "nobody named", (f"who {one}?" for one in asked))
    _print_times(index, "500 characters", (_words(chance, 100)[:500] for _ in asked))
    _print_times(index, "hostile", (_hostile(chance, names) for _ in range(hostile)))
    after = process.memory_info().rss
    print(f"resident: {after >> 20} MB, of which the store and its index {(after - before) >> 20} MB")


def _print_times(index: Index, name: str, questions: Iterable[str]) -> None:
    times, before, failed = [], None, 0
    for question in questions:
        started = time.perf_counter()
        try:
            index.answer(question, previous=before)
        except Exception as error:  # noqa: BLE001 - counted
            failed += 1
            print(f"{type(error).__name__}: {question!a}")
        times.append((time.perf_counter() - started) * 1000)
        before = None if before else question
    middle, high = np.quantile(times, (0.5, 0.99))
    print(
        f"{name} ({len(times):,}): p50 {middle:.1f} ms, p99 {high:.1f} ms, longest {max(times):.0f} ms, "
        f"{failed} failed"
    )
