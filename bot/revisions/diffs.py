"""A difference in words, as blocks."""

from collections.abc import Iterator

from bot import blocks
from bot.blocks import Block
from bot.revisions.shown import Names
from bot.wording import Mrkdwn, Words
from persona_store.evidence import Strength
from persona_store.refresh.differences import (
    SCOPES,
    Did,
    Difference,
    FieldDifference,
    Run,
    Snapshot,
    StatementDifference,
)

PIECES, DRAFT_PIECES = "revisions/difference", "revisions/draft"
MOST = 80
"""Blocks; more do not fit beside the rest of a window."""
FIELDS_NAMED = 8


def difference_view(words: Words, head: str, difference: Difference, names: Names) -> Block:
    return blocks.modal(
        words.plain(PIECES, "title"),
        [blocks.header(head), *difference_blocks(words, difference, names)],
        close=words.plain("answers/buttons", "close"),
    )


def difference_blocks(words: Words, difference: Difference, names: Names) -> list[Block]:
    """Statements first, then the other parts of the persona."""
    if not difference:
        return [blocks.section(words(PIECES, "none"))]
    texts = [
        *(_statement(words, one, names) for one in difference.statements),
        *(
            words(
                PIECES, "persona_field", name=_place(one, names), runs=_runs(words, _named(one, names).runs)
            )
            for one in difference.fields
        ),
        *([words(PIECES, "order")] if difference.is_reordered else []),
        *([words(PIECES, "journey_order")] if difference.is_journey_reordered else []),
    ]
    more = len(texts) - MOST
    return [
        blocks.context(words(PIECES, "legend")),
        *map(blocks.section, texts[:MOST]),
        blocks.context(words(PIECES, "more", more=more)) if more > 0 else {},
    ]


def counted(words: Words, difference: Difference) -> str:
    """How much is different: "1 added, 2 reworded; archetype"."""
    counts = [{"did": did, "number": difference.count(did)} for did in Did if difference.count(did)]
    fields = list(dict.fromkeys(one.name.partition(",")[0].replace("_", " ") for one in difference.fields))
    if len(fields) > FIELDS_NAMED:
        fields = [*fields[:FIELDS_NAMED], "…"]
    return words(
        DRAFT_PIECES,
        "counted",
        counts=counts,
        fields=fields,
        reordered=difference.is_reordered,
        journey_reordered=difference.is_journey_reordered and "journey" not in fields,
    )


def strength_in(words: Words, strength: Strength) -> tuple[str, str]:
    """Its symbol and its word."""
    return words.plain("terms", "symbol", strength=strength), words.plain(
        "terms", "strength", strength=strength
    )


def kind_in(words: Words, kind: str) -> str:
    """What one statement is: "Pain point"."""
    return words.plain(PIECES, "kind", kind=kind)


def one_line(text: str) -> str:
    return " ".join(text.split())


def _statement(words: Words, one: StatementDifference, names: Names) -> str:
    symbol, strength = strength_in(words, names.strength(one.shown))
    before = names.strength(one.before) if one.before and one.after else None
    is_other = before is not None and before is not names.strength(one.shown)
    return words(
        PIECES,
        "statement",
        did=one.did,
        kind=kind_in(words, one.shown["kind"]),
        symbol=symbol,
        strength=strength,
        was=strength_in(words, before)[1] if before is not None and is_other else "",
        text=one_line(one.shown["text"]),
        runs=_runs(words, one.runs) if one.did is Did.REWORDED else "",
        lines=[Mrkdwn(line) for line in _details(words, one, names)] if one.did is not Did.RETIRED else [],
    )


def _details(words: Words, one: StatementDifference, names: Names) -> Iterator[str]:
    is_new = one.before is None
    for other in one.fields:
        if not (is_new and other.name == "kind"):
            yield words(PIECES, "field", name=_spoken(other), runs=_field_runs(words, other))
    for scope in SCOPES:
        came, went = (names.of(scope, keys) for keys in (one.came(scope), one.went(scope)))
        if came or went:
            yield words(PIECES, "came_and_went", scope=scope, came=came, went=went)
    kept = [key for key in (one.after or {}).get("evidence") or () if key not in one.came("evidence")]
    if one.did is Did.REWORDED and kept:
        yield words(PIECES, "rests_on", research=names.of("evidence", kept))


def _field_runs(words: Words, one: FieldDifference) -> Mrkdwn:
    if one.name != "kind":
        return _runs(words, one.runs)
    kinds = [kind_in(words, kind) if kind else "" for kind in (one.before, one.after)]
    return _runs(words, FieldDifference("kind", *kinds).runs)


def _place(one: FieldDifference, names: Names) -> str:
    """Where in the persona: "journey, Free trial, doing"."""
    what, *inside = one.name.split(", ", 1)
    if what == "journey" and inside:
        stage, _, field = inside[0].partition(", ")
        inside = [*names.of("stages", [stage]), field]
    return ", ".join([what, *inside]).replace("_", " ")


def _named(one: FieldDifference, names: Names) -> FieldDifference:
    if one.name != "segment":
        return one
    return FieldDifference(one.name, *names.of("segments", [one.before, one.after]))


def _runs(words: Words, runs: tuple[Run, ...]) -> Mrkdwn:
    return Mrkdwn(words(PIECES, "runs", runs=[Run(run.what, one_line(run.text)) for run in runs]))


def _spoken(one: FieldDifference) -> str:
    return one.name.replace("_", " ")


def statement_text(snapshot: Snapshot) -> str:
    return one_line(snapshot["text"])
