"""kill -9 between every two steps of publishing a revision: all of it or nothing, everybody told once.

python -m bench.publishing [--rounds 5] [--database sqlite|postgresql]

A process of its own publishes a draft and kills itself before one of its statements to the database, before
the commit, or right after it. What is there then is either all as before or all as after; the next process
publishes what was not.
"""

import argparse
import multiprocessing
import os
import signal
import sys
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, select
from tqdm import tqdm

from bench.databases import KINDS, new_database
from persona_store.catalogue import catalogue_version
from persona_store.database import Store, open_store
from persona_store.models import (
    Delivery,
    Draft,
    Persona,
    RefreshItem,
    Revision,
    Statement,
    Subscription,
    TrailEntry,
    TriviaQuestion,
    Verdict,
    Voice,
)
from persona_store.packs import check_pack, import_pack
from persona_store.people import set_role
from persona_store.refresh.draft_changes import RetireStatement, StatementText, WriteStatement
from persona_store.refresh.drafts import change_draft, version_of
from persona_store.refresh.opening import open_draft
from persona_store.refresh.publishing import Reasons, publish_draft, submit_draft

PACK = Path(__file__).parent.parent / "content" / "personas"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PERSONA, DRAFTER, PUBLISHER = "priya", "U0CAROL", "U0DAVE"
TELLERS = ("U0ALICE", "U0BOB")
PATIENCE = 60.0
COUNTED = (Revision, Statement, Delivery, Verdict, TrailEntry, TriviaQuestion)

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    ["bench.databases", "persona_store.packs", "persona_store.refresh.publishing"]
)

State = dict[str, Any]


@dataclass
class Tally:
    """``steps``: of each round; ``torn``: kills that left something in between."""

    kills: int = 0
    steps: list[int] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        return not self.torn and not self.twice


def publish_and_die(database_url: str, draft_id: int, step: int) -> None:
    """Publish; be killed before statement number ``step`` (the commit is one), or after all of them."""
    store = open_store(database_url, migrate=False)
    left = [step]

    def count(*_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            die()

    event.listen(store.engine, "before_cursor_execute", count)
    event.listen(store.engine, "commit", count)
    with store.begin() as session:
        publish_draft(session, draft_id, PUBLISHER, NOW)
    count()
    os._exit(0)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def prepare(store: Store) -> None:
    pack, problems = check_pack(PACK, today=NOW.date())
    assert pack, problems
    with store.begin() as session:
        import_pack(session, pack, now=NOW, published_by="bench")
        for member in (DRAFTER, PUBLISHER):
            set_role(session, member, "council")
        session.add(
            Subscription(
                channel_id="C0PRODUCT", programme="spotlight", weekdays=[0], local_time="09:00", zone="UTC",
                personas=[], slack_user_id="U0ALICE", state="active", created_at=NOW,
            )
        )  # fmt: skip


def submitted_draft(store: Store, number: int) -> int:
    """A draft that rewords, adds and retires, and settles what two people reported."""
    with store.begin() as session:
        said = session.scalars(
            select(Statement).join(Persona).where(Persona.slug == PERSONA, Statement.retired_at.is_(None))
        ).all()
        researched = [one for one in said if one.evidence]
        evidence = tuple(one.key for one in researched[0].evidence)
        item = RefreshItem(kind="insight", text=f"Report {number}", opened_at=NOW, changed_at=NOW)
        item.voices = [Voice(slack_user_id=one, said_at=NOW, text="Seen.") for one in TELLERS]
        session.add(item)
        question = {"key": f"question {number}", "kind": "need", "prompt": "Whose?", "options": []}
        session.add(
            TriviaQuestion(
                **question, right=0, why="So.", persona=PERSONA, statement=researched[0].key,
                state="open", made_at=NOW,
            )
        )  # fmt: skip
        session.flush()
        draft = open_draft(session, PERSONA, DRAFTER, NOW, items=[item.id])
        for change in (
            WriteStatement(
                StatementText("need", f"Reworded {number}.", evidence=evidence), researched[0].key
            ),
            WriteStatement(StatementText("goal", f"Added {number}.", evidence=evidence)),
            RetireStatement(researched[1].key),
        ):
            draft = change_draft(session, draft.id, DRAFTER, NOW, change, version_of(draft))
        submit_draft(session, draft.id, DRAFTER, NOW, version_of(draft), Reasons(f"Round {number}."))
        return draft.id


def state_of(store: Store, draft_id: int) -> State:
    """Everything that publishing writes."""
    with store.read() as session:
        draft = session.get_one(Draft, draft_id)
        found: State = {
            row.__tablename__: session.scalar(select(func.count()).select_from(row)) for row in COUNTED
        }
        found |= {
            "draft": (draft.state, draft.revision_id),
            "items": [(one.state, one.revision_id) for one in draft.items],
            "persona": session.execute(select(Persona.slug, Persona.revision, Persona.verified_at)).all(),
            "texts": session.execute(
                select(Statement.key, Statement.text, Statement.position, Statement.retired_at).order_by(
                    Statement.id
                )
            ).all(),
            "trivia": session.execute(select(TriviaQuestion.key, TriviaQuestion.state)).all(),
            "catalogue": catalogue_version(session),
        }
        return found


def killed_at(database_url: str, draft_id: int, step: int) -> bool:
    """Let a process publish, and die at ``step``; gives whether it came so far."""
    worker = PROCESSES.Process(target=publish_and_die, args=(database_url, draft_id, step), daemon=True)
    worker.start()
    worker.join(PATIENCE)
    code = worker.exitcode
    worker.kill()
    worker.join()
    worker.close()
    return code == -signal.SIGKILL


def kill_at_each_step(database_url: str, tally: Tally, *, every: int = 1, progress: bool = True) -> None:
    """Kill at every step (or every so many) of publishing one draft, until it is published."""
    with closing(open_store(database_url, migrate=False)) as store:
        draft_id = submitted_draft(store, len(tally.steps))
        before = state_of(store, draft_id)
        step, after = 0, before
        with tqdm(unit="kill", leave=False, disable=not progress) as bar:
            while after == before:
                step += every
                if not killed_at(database_url, draft_id, step):
                    after = state_of(store, draft_id)
                    break
                tally.kills += 1
                bar.update()
                after = state_of(store, draft_id)
        tally.steps.append(step)
        _judge(store, draft_id, before, after, f"round {len(tally.steps)}, step {step}", tally)


def _judge(store: Store, draft_id: int, before: State, after: State, where: str, tally: Tally) -> None:
    """Where anything changed all of it has to be there, and everybody is to be told once."""
    revision_id = after["draft"][1]
    gained = {name: after[name] - before[name] for name in ("revision", "statement", "delivery", "catalogue")}
    is_whole = (
        gained == {"revision": 1, "statement": 1, "delivery": 1, "catalogue": 1}
        and after["draft"][0] == "published"
        and after["items"] == [("published", revision_id)]
        and dict(after["trivia"])[f"question {len(tally.steps) - 1}"] == "retired"
    )
    if not is_whole:
        tally.torn.append(where)
    with store.read() as session:
        item_id = session.get_one(Draft, draft_id).items[0].id
        rows = session.scalars(
            select(Verdict.slack_user_id).where(Verdict.item_id == item_id, Verdict.verdict == "published")
        )
        if Counter(rows) != Counter(TELLERS):
            tally.twice.append(where)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--database", choices=KINDS)
    options = parser.parse_args()
    right = True
    for kind in [options.database] if options.database else KINDS:
        tally = Tally()
        with new_database(kind) as database_url:
            with closing(open_store(database_url, migrate=False)) as store:
                prepare(store)
            for _ in range(options.rounds):
                kill_at_each_step(database_url, tally)
        right = right and tally.is_right
        print(
            f"{kind}: {tally.kills} kills in {len(tally.steps)} publications of {max(tally.steps)} steps: "
            f"{len(tally.torn)} torn, {len(tally.twice)} not told once (target 0, 0)"
        )
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
