"""What an import changes, and how it is told. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from persona_store.packs.format import PackPersona, PackStatement

LISTED = 8
NOT_COMPARED = {"slug", "statements", "verified_on", "revision"}


@dataclass(frozen=True)
class PersonaChange:
    """What the pack changes in one persona: names of fields, ids of statements."""

    slug: str
    is_new: bool = False
    fields: tuple[str, ...] = ()
    statements_added: tuple[str, ...] = ()
    statements_changed: tuple[str, ...] = ()
    statements_retired: tuple[str, ...] = ()

    @property
    def is_revision(self) -> bool:
        return self.is_new or bool(
            self.fields or self.statements_added or self.statements_changed or self.statements_retired
        )

    @property
    def words(self) -> str:
        """The changelog: one sentence."""
        if self.is_new:
            return f"Imported with {_count(len(self.statements_added), 'statement')}."
        parts = [
            f"{_count(len(keys), 'statement')} {what} ({listed(keys)})"
            for what, keys in (
                ("added", self.statements_added),
                ("changed", self.statements_changed),
                ("retired", self.statements_retired),
            )
            if keys
        ]
        if self.fields:
            parts.append(f"changed: {', '.join(name.replace('_', ' ') for name in self.fields)}")
        return "; ".join(parts) + "."


def change_of(stored: PackPersona | None, given: PackPersona) -> PersonaChange:
    """The change from what is in the store. References are ids on both sides; their order means nothing."""
    keys = [statement.id for statement in given.statements]
    if stored is None:
        return PersonaChange(given.slug, is_new=True, statements_added=tuple(keys))
    before = {statement.id: statement for statement in stored.statements}
    fields = [name for name in PackPersona.model_fields if name not in NOT_COMPARED]
    changed = [name for name in fields if getattr(stored, name) != getattr(given, name)]
    if [key for key in before if key in set(keys)] != [key for key in keys if key in before]:
        changed.append("order of the statements")
    return PersonaChange(
        given.slug,
        fields=tuple(changed),
        statements_added=tuple(key for key in keys if key not in before),
        statements_changed=tuple(
            one.id for one in given.statements if one.id in before and _claim(one) != _claim(before[one.id])
        ),
        statements_retired=tuple(key for key in before if key not in set(keys)),
    )


def _claim(statement: PackStatement) -> tuple[object, ...]:
    scope = (frozenset(statement.stages), frozenset(statement.lenses), frozenset(statement.evidence))
    return (statement.kind, statement.text, statement.topic, statement.verbatim, *scope)


@dataclass
class ImportReport:
    """What an import did. ``changes``: for each added or changed persona; ``other``: by part of the pack."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    verified: list[str] = field(default_factory=list)
    changes: dict[str, PersonaChange] = field(default_factory=dict)
    parts_added: dict[str, list[str]] = field(default_factory=dict)
    parts_changed: dict[str, list[str]] = field(default_factory=dict)
    head_changed: list[str] = field(default_factory=list)

    @property
    def has_changes(self) -> bool:
        return any(
            (self.added, self.changed, self.verified, self.parts_added, self.parts_changed, self.head_changed)
        )

    def lines(self) -> list[str]:
        """For the command line: what was added, what changed and how, what was left as it was."""
        lines = []
        if self.added:
            statements = sum(len(self.changes[slug].statements_added) for slug in self.added)
            what = f"{_count(len(self.added), 'persona')} with {_count(statements, 'statement')}"
            lines.append(f"Added {what}: {listed(self.added)}.")
        lines += [f"Changed {slug}: {self.changes[slug].words}" for slug in self.changed]
        if self.verified:
            lines.append(f"Verified again: {listed(self.verified)}.")
        lines += [f"Added {part}: {listed(keys)}." for part, keys in self.parts_added.items()]
        lines += [f"Changed {part}: {listed(keys)}." for part, keys in self.parts_changed.items()]
        if self.head_changed:
            lines.append(f"Changed {', '.join(self.head_changed)} of the store.")
        if self.left:
            lines.append(f"Left {_count(len(self.left), 'persona')} as they were: {listed(self.left)}.")
        return lines or ["Nothing to do."]


def listed(names: Iterable[str]) -> str:
    names = list(names)
    more = len(names) - LISTED
    return ", ".join(names[:LISTED]) + (f" and {more:,} more" if more > 0 else "")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
