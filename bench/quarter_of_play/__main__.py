"""Twenty people play trivia for a quarter, within minutes; then it is counted, and can be read.

    python -m bench.quarter_of_play [--seed 1] [--read FILE]

The real bot over its WebSocket, with a clock that goes from due moment to due moment. Three channels get
weekly rounds, some people play alone, get daily questions or take the course; one leaves the boards, one the
company; outsiders try; questions are written, flagged and retired. What was answered is counted beside the
bot, and compared with what it says. ``--read`` writes what people saw.
"""

import argparse
import random
import sys
import tempfile
from pathlib import Path

from bench.clocks import SetClock
from bench.quarter_of_play.cast import workspace
from bench.quarter_of_play.happenings import lay_out
from bench.quarter_of_play.quarter import BEGIN, Quarter
from bench.quarter_of_play.report import report, what_is_known
from bench.quarter_of_play.workplace import Workplace
from bot.manifest import build_manifest
from bot.run import connected_bot
from bot.sandbox import SandboxServer
from bot.sandbox.start import prepare_store, sandbox_settings
from persona_store.database import open_store


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.quarter_of_play", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--read", type=Path, help="write what people saw into this file")
    options = parser.parse_args()
    clock = SetClock(BEGIN)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/quarter.db"
        store = open_store(url)
        prepare_store(store, BEGIN)
        with (
            SandboxServer(build_manifest(), clock=clock.seconds, seed=workspace()) as sandbox,
            connected_bot(sandbox_settings(sandbox.url, url), clock) as bot,
        ):
            sandbox.wait_connected()
            quarter = Quarter(Workplace(sandbox, bot, store, clock), random.Random(options.seed))
            lay_out(quarter)
            before = what_is_known(quarter)
            try:
                quarter.live()
            finally:
                if options.read:
                    quarter.place.write(options.read)
            kept = report(quarter, before)
        store.close()
    print("kept" if kept else "NOT KEPT")
    return not kept


if __name__ == "__main__":
    sys.exit(main())
