"""A quarter of keeping personas true: a cast of twenty, the real bot, virtual time.

    python -m bench.quarter_of_refresh [--seed 1] [--weeks 13] [--read FILE]

Customers have a hidden truth, which drifts away from what the personas say. Five ambassadors meet customers
and report what they see, not always rightly; twelve colleagues ask; three of the council work the backlog
off, twice a week, by what they can see: voices, statements, and research that they do. At the end the
personas are compared with the truth, everybody must have been told once what became of theirs, and the trail
must explain each state. ``--read`` writes what people were told. Exit code 1 where something is wrong.
"""

import argparse
import random
import statistics
import sys
import tempfile
from collections import Counter
from pathlib import Path

from sqlalchemy import select, update

from bench.clocks import SetClock
from bench.post_office import key_of
from bench.quarter_of_refresh.company import BEGIN, Quarter, said_now
from bench.quarter_of_refresh.world import COUNCIL, STAFF, Truth, seed
from bot.manifest import build_manifest
from bot.sandbox import SandboxServer
from bot.sandbox.start import prepare_store
from persona_store.database import Store, open_store
from persona_store.models import (
    Delivery,
    Person,
    Persona,
    RefreshItem,
    Revision,
    Verdict,
)
from persona_store.people import set_role
from persona_store.posts.subscriptions import Wanted, subscribe
from persona_store.refresh.auditing import list_unexplained, read_trail


def prepare(store: Store) -> None:
    """The example company, whose personas the three of the council own in turn."""
    prepare_store(store, BEGIN)
    with store.begin() as session:
        session.execute(update(Person).values(role=None))
        for role in ("council", "ambassador"):
            for person in STAFF[role]:
                set_role(session, person, role)
        for number, slug in enumerate(session.scalars(select(Persona.slug).order_by(Persona.slug))):
            owned = update(Persona).where(Persona.slug == slug)
            session.execute(owned.values(owner=COUNCIL[number % len(COUNCIL)]))
        for channel_id, programme in (("C0PRODUCT", "spotlight"), ("C0COUNCIL", "digest")):
            subscribe(session, Wanted(channel_id, COUNCIL[0], programme, (0,), "09:30", "UTC"), BEGIN)


def check(quarter: Quarter) -> list[str]:
    """What went wrong: somebody heard something twice or never, or the trail has a gap."""
    with quarter.store.read() as session:
        problems = list_unexplained(session)
        told = Counter(
            verdict
            for delivery in session.scalars(select(Delivery).where(Delivery.programme == "news"))
            for verdict in (delivery.content or {}).get("verdicts", ())
            if delivery.state == "sent"
        )
        verdicts = session.scalars(select(Verdict)).all()
        sent = session.execute(
            select(Delivery.channel_id, Delivery.due_at).where(Delivery.programme == "news")
        ).all()
    problems += [f"verdict {one.id} was told {told[one.id]} times" for one in verdicts if told[one.id] != 1]
    days = Counter((person, at.date()) for person, at in sent)
    problems += [
        f"{person} got {count} messages on {day}" for (person, day), count in days.items() if count > 1
    ]
    posts = Counter(key_of(post) for post in quarter.sandbox.posts if key_of(post))
    return problems + [f"{key} was posted {count} times" for key, count in posts.items() if count > 1]


def summary(quarter: Quarter) -> list[str]:
    with quarter.store.read() as session:
        ways = session.execute(
            select(RefreshItem.opened_at, Revision.published_at, Persona.slug)
            .join(Revision, Revision.id == RefreshItem.revision_id)
            .join(Persona, Persona.id == Revision.persona_id)
        ).all()
        revisions = session.scalars(select(Revision).where(Revision.drafted_by.is_not(None))).all()
        told = session.scalars(select(Verdict.verdict).where(Verdict.told_at.is_not(None))).all()
        posts = Counter(session.scalars(select(Delivery.programme).where(Delivery.state == "sent")))
        entries = len(list(read_trail(session)))
    days = sorted((published - opened).days for opened, published, _ in ways)
    middle = f"median {statistics.median(days):.0f} days, longest {days[-1]}" if days else "none"
    return [
        f"acts: {', '.join(f'{name} {count}' for name, count in quarter.acts.most_common())}",
        f"revisions: {len(revisions)}; from report to revision: {middle}",
        f"told: {dict(Counter(told))} in {posts['news']} messages; posts of changes: {posts['changed']}",
        f"reviews asked for: {posts['review']}; digests: {posts['digest']}; lines of the trail: {entries}",
    ]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--weeks", type=int, default=13)
    parser.add_argument("--read", type=Path)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/quarter.db")
        prepare(store)
        with store.read() as session:
            said = said_now(session)
            names = dict(session.execute(select(Persona.slug, Persona.name)).all())
        truth = Truth(said, names, chance)
        before = truth.compare(said)
        clock = SetClock(BEGIN)
        with SandboxServer(build_manifest(), seed=seed(), clock=clock.seconds) as sandbox:
            quarter = Quarter(store, sandbox, chance, truth, clock)
            quarter.live(options.weeks)
            with store.read() as session:
                after = truth.compare(said_now(session))
            problems = [*check(quarter), *(call.reason for call in sandbox.refusals)]
            if options.read:
                options.read.write_text("\n\n".join(post.text for post in sandbox.posts), "utf8")
            print("\n".join(summary(quarter)))
        store.close()
    for when, (true, all_said, known, truths) in (("start", before), ("end", after)):
        print(f"{when}: {true / all_said:.1%} of statements true, {known / truths:.1%} of truths said")
    print("\n".join(problems) or "everybody was told once; the trail explains it all")
    is_truer = after[0] / after[1] > before[0] / before[1] and after[2] / after[3] > before[2] / before[3]
    return 0 if is_truer and not problems else 1


if __name__ == "__main__":
    sys.exit(main())
