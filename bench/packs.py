"""Import of 1,000 personas with 50 statements each: promised in under 30 s and 500 MB.

python -m bench.packs [--personas 1000] [--statements 50] [--form folder|toml|json] [--database URL]
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from persona_store.database import open_store
from persona_store.packs import Pack, check_pack, export_pack, import_pack, write_pack
from persona_store.packs.format import (
    KINDS,
    Method,
    PackEvidence,
    PackPersona,
    PackSegment,
    PackStage,
    PackStatement,
    PackStep,
)

SECONDS, MEGABYTES = 30, 500
STAGES = ("discover", "trial", "onboarding", "daily-use", "renewal")
LENSES = ("product", "marketing", "sales", "support", "cx")
METHODS: tuple[Method, ...] = ("interview", "survey", "observation", "product_analytics", "crm")
SYLLABLES = (
    "ka",
    "ro",
    "mi",
    "ten",
    "sul",
    "va",
    "nor",
    "eli",
    "bra",
    "dou",
    "pex",
    "yun",
    "gha",
    "lis",
    "tor",
)


def generated_pack(personas: int, statements: int, seed: int = 7) -> Pack:
    """A pack as large as asked for, of words that nobody ever said."""
    chance = random.Random(seed)
    words = ["".join(chance.choices(SYLLABLES, k=3)) for _ in range(4_000)]
    evidence = [f"e{number}" for number in range(400)]
    return Pack.model_construct(
        organisation="Generated",
        segments=[PackSegment(id=f"s{number}", name=f"Segment {number}") for number in range(20)],
        stages=[PackStage(id=stage, name=stage.title(), words=[stage]) for stage in STAGES],
        evidence=[
            PackEvidence(
                id=key, method=chance.choice(METHODS), date=date(2025, 1, 1 + chance.randrange(28)), title=key
            )
            for key in evidence
        ],
        personas=[_persona(chance, words, evidence, number, statements) for number in range(personas)],
    )


def _persona(
    chance: random.Random, words: list[str], evidence: list[str], number: int, statements: int
) -> PackPersona:
    return PackPersona(
        slug=f"persona-{number}",
        name=f"{words[number % len(words)].title()} {chance.choice(words).title()}",
        role=" ".join(chance.sample(words, 2)),
        aliases=[" ".join(chance.sample(words, 2)) for _ in range(3)],
        segment=f"s{number % 20}",
        demographics={"age": str(20 + number % 50), "location": chance.choice(words)},
        summary=" ".join(chance.choices(words, k=40)),
        statements=[
            PackStatement(
                id=f"persona-{number}.{key}",
                kind=chance.choice(KINDS),
                text=" ".join(chance.choices(words, k=14)),
                topic=chance.choice(words),
                stages=chance.sample(STAGES, 2),
                lenses=chance.sample(LENSES, 2),
                evidence=chance.sample(evidence, 2),
            )
            for key in range(statements)
        ],
        journey=[PackStep(stage=stage, doing=" ".join(chance.choices(words, k=10))) for stage in STAGES],
    )


def measure(path: Path, database_url: str) -> dict[str, float]:
    """Seconds for each part, and the most memory that this process ever had."""
    now = datetime.now(UTC)
    store = open_store(database_url)
    figures, started = {}, time.perf_counter()

    def lap(name: str) -> None:
        nonlocal started
        figures[name], started = round(time.perf_counter() - started, 2), time.perf_counter()

    pack, problems = check_pack(path, today=now.date())
    if pack is None:
        raise SystemExit("\n".join(map(str, problems[:10])))
    lap("read and check")
    with store.begin() as session:
        import_pack(session, pack, now=now, published_by="bench")
    lap("import")
    figures["MB"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    started = time.perf_counter()
    with store.begin() as session:
        import_pack(session, pack, now=now, published_by="bench")
    lap("import again")
    with store.read() as session:
        export_pack(session)
    lap("export")
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--personas", type=int, default=1000)
    parser.add_argument("--statements", type=int, default=50)
    parser.add_argument("--form", choices=["folder", "toml", "json"], default="folder")
    parser.add_argument("--database", help="default: a new SQLite file")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure, options.database)))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("pack" if options.form == "folder" else f"pack.{options.form}")
        write_pack(generated_pack(options.personas, options.statements), path)
        database = options.database or f"sqlite:///{folder}/bench.db"
        command = [sys.executable, "-m", "bench.packs", "--measure", str(path), "--database", database]
        figures = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    print(f"{options.personas:,} personas x {options.statements} statements, {options.form}")
    for name, figure in figures.items():
        print(f"  {name:<16} {figure:>8,} {'' if name == 'MB' else 's'}")
    seconds = figures["read and check"] + figures["import"]
    kept = seconds < SECONDS and figures["MB"] < MEGABYTES
    print(
        f"  {'kept' if kept else 'NOT KEPT'}: {seconds:.1f} s of {SECONDS}, {figures['MB']} MB of {MEGABYTES}"
    )
    sys.exit(not kept)


if __name__ == "__main__":
    main()
