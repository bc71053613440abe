"""Two who change one persona: nothing that either did is lost, and what clashes is for people to decide."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from persona_store.refresh.merging import Merged, Path, Side, Snapshot, _units, merge

WORDS = st.sampled_from(["a", "b", "c"])
SCOPE = st.lists(st.sampled_from(["e1", "e2", "e3"]), unique=True, max_size=2)


@st.composite
def snapshots(draw: st.DrawFn) -> dict[str, Any]:
    """A persona of few ids and words, so that both sides often touch the same."""
    keys = draw(st.lists(st.sampled_from(["p.1", "p.2", "p.3", "p.4"]), unique=True, max_size=4))
    stages = draw(st.lists(st.sampled_from(["trial", "renewal"]), unique=True, max_size=2))
    made: dict[str, Any] = {
        "slug": "p",
        "name": draw(WORDS),
        "summary": draw(st.none() | WORDS),
        "aliases": draw(st.lists(WORDS, unique=True)),
        "demographics": draw(st.dictionaries(st.sampled_from(["age", "location"]), WORDS)),
        "journey": [{"stage": stage, "doing": draw(WORDS)} for stage in stages],
        "statements": [_statement(draw, key) for key in keys],
    }
    return {name: value for name, value in made.items() if value not in (None, [], {})}


def _statement(draw: st.DrawFn, key: str) -> dict[str, Any]:
    made = {"id": key, "kind": draw(st.sampled_from(["goal", "need"])), "text": draw(WORDS)}
    evidence, verbatim = draw(SCOPE), draw(st.none() | WORDS)
    return made | ({"evidence": evidence} if evidence else {}) | ({"verbatim": verbatim} if verbatim else {})


def persona(*statements: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"slug": "p", "name": "P", **fields, "statements": list(statements)}


def statement(key: str, text: str = "Wants it.", **fields: Any) -> dict[str, Any]:
    return {"id": key, "kind": "goal", "text": text, **fields}


def same(one: Snapshot | None, other: Snapshot) -> bool:
    """The order of the evidence of a statement means nothing."""
    assert one is not None
    ids = [[each["id"] for each in side.get("statements", [])] for side in (one, other)]
    return _units(one) == _units(other) and ids[0] == ids[1] and one.get("aliases") == other.get("aliases")


def decided(base: Snapshot, ours: Snapshot, theirs: Snapshot, side: Side) -> Merged:
    conflicts = merge(base, ours, theirs).conflicts
    return merge(base, ours, theirs, dict.fromkeys((one.path for one in conflicts), side))


@given(snapshots(), snapshots())
def test_where_one_side_changed_nothing_the_other_is_the_result(base: Snapshot, other: Snapshot) -> None:
    assert same(merge(base, base, other).snapshot, other)
    assert same(merge(base, other, base).snapshot, other)
    assert same(merge(base, other, other).snapshot, other)


@given(snapshots(), snapshots(), snapshots())
def test_no_change_of_either_side_is_lost(base: Snapshot, ours: Snapshot, theirs: Snapshot) -> None:
    clashes = {one.path for one in merge(base, ours, theirs).conflicts}
    merged = decided(base, ours, theirs, Side.OURS)
    assert merged.snapshot is not None
    got, was = _units(merged.snapshot), _units(base)

    for side in (ours, theirs):
        units = _units(side)
        for path in {*units, *was}:
            is_clash = path in clashes or path[:2] in clashes
            is_renamed = side is ours and len(path) > 1 and path[1] in merged.renamed
            if units.get(path) != was.get(path) and not (is_clash or is_renamed):
                assert got.get(path) == units.get(path), path


@given(snapshots(), snapshots(), snapshots())
def test_statements_added_by_either_side_are_both_there(
    base: Snapshot, ours: Snapshot, theirs: Snapshot
) -> None:
    merged = decided(base, ours, theirs, Side.THEIRS)
    assert merged.snapshot is not None
    known = {one["id"] for one in base.get("statements", [])}
    got = {one["id"]: one["text"] for one in merged.snapshot.get("statements", [])}

    for side, names in ((ours, merged.renamed), (theirs, {})):
        for one in side.get("statements", []):
            if one["id"] not in known:
                assert got[names.get(one["id"], one["id"])] == one["text"]


@given(snapshots(), snapshots(), snapshots(), st.sampled_from(Side))
def test_what_clashes_ends_as_somebody_chose(
    base: Snapshot, ours: Snapshot, theirs: Snapshot, side: Side
) -> None:
    undecided = merge(base, ours, theirs)
    merged = decided(base, ours, theirs, side)
    assert merged.snapshot is not None
    got, chosen = _units(merged.snapshot), _units(ours if side is Side.OURS else theirs)

    assert (undecided.snapshot is None) == bool(undecided.conflicts)
    assert merged.conflicts == ()
    for one in undecided.conflicts:
        if one.path[0] != "order":
            assert got.get(one.path) == chosen.get(one.path)


@given(snapshots(), snapshots(), snapshots())
def test_whichever_side_comes_first_the_same_things_clash(
    base: Snapshot, ours: Snapshot, theirs: Snapshot
) -> None:
    there, back = merge(base, ours, theirs), merge(base, theirs, ours)

    assert _paths(there) == _paths(back)


def _paths(merged: Merged) -> set[Path]:
    return {one.path for one in merged.conflicts}


def test_two_fields_of_one_statement_come_together() -> None:
    base = persona(statement("p.1"))
    ours = persona(statement("p.1", "Wants it now.", evidence=["e1"]))
    theirs = persona(statement("p.1", verbatim="Now!", evidence=["e2"]), name="Pat")
    merged = merge(base, ours, theirs)

    assert merged.snapshot == persona(
        statement("p.1", "Wants it now.", evidence=["e1", "e2"], verbatim="Now!"), name="Pat"
    )


def test_a_statement_that_both_reworded_is_a_conflict_and_nothing_is_decided() -> None:
    merged = merge(persona(statement("p.1")), persona(statement("p.1", "x")), persona(statement("p.1", "y")))

    assert merged.snapshot is None
    assert [(one.path, one.ours, one.theirs) for one in merged.conflicts] == [
        (("statements", "p.1", "text"), "x", "y")
    ]


def test_a_statement_that_one_retired_and_the_other_reworded_is_a_conflict() -> None:
    base, ours, theirs = persona(statement("p.1")), persona(), persona(statement("p.1", "y"))
    merged = merge(base, ours, theirs)
    kept = merge(base, ours, theirs, {("statements", "p.1"): Side.THEIRS})
    gone = merge(base, ours, theirs, {("statements", "p.1"): Side.OURS})

    assert [(one.path, one.ours, one.theirs) for one in merged.conflicts] == [
        (("statements", "p.1"), None, "y")
    ]
    assert kept.snapshot == theirs
    assert gone.snapshot is not None
    assert "statements" not in gone.snapshot


def test_two_new_statements_of_the_same_id_are_both_kept() -> None:
    merged = merge(persona(), persona(statement("p.1", "x")), persona(statement("p.1", "y")))

    assert merged.renamed == {"p.1": "p.1-2"}
    assert merged.snapshot is not None
    assert {one["id"]: one["text"] for one in merged.snapshot["statements"]} == {"p.1": "y", "p.1-2": "x"}
