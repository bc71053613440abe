"""The forms in which the council changes a draft, and what was typed into them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot import blocks
from bot.blocks import Block
from bot.inputs import Choice, all_chosen_in, chosen_in, day_menu, many_menu, menu, person_menu, radios
from bot.revisions.diffs import kind_in
from bot.revisions.shown import About, Names
from bot.story_blocks import SLACK_ID
from bot.terms import Terms
from bot.wording import Words
from persona_store.evidence import METHODS
from persona_store.models import Evidence, Objective, RefreshItem
from persona_store.personas import KINDS, PRIORITIES
from persona_store.refresh.charter import KINDS as CHARTER_KINDS
from persona_store.refresh.differences import Snapshot
from persona_store.refresh.draft_changes import StatementText
from persona_store.refresh.merging import ORDER, Conflict, Path, Side
from persona_store.refresh.publishing import LONGEST_WHY, Reasons
from persona_store.refresh.register import BUCKETS, Research
from persona_store.refresh.variants import Alike

PIECES = "revisions/forms"
STATEMENT_FORM, FACTS_FORM, NEW_FORM = "revisions.statement", "revisions.facts", "revisions.new"
EVIDENCE_FORM, ITEMS_FORM, OBJECTIVE_FORM = "revisions.evidence", "revisions.items", "revisions.objective"
SUBMIT_FORM, RETURN_FORM, REBASE_FORM = "revisions.submit", "revisions.return", "revisions.rebase"
OFFERED, CONFLICTS = 100, 30
NONE = "-"
INTERVALS = (30, 60, 90, 120, 180, 365)
ITEM_LABEL, CONFLICT_TEXT = 70, 900
OF_SIDE = {"ours": Side.OURS, "theirs": Side.THEIRS}


def statement_form(
    words: Words, about: About, names: Names, evidence: Sequence[Evidence], said: Snapshot | None
) -> Block:
    """Make the form of a statement: empty for a new one."""
    one: Snapshot = said or {}
    kinds = [Choice(kind, kind_in(words, kind)) for kind in KINDS]
    return _form(
        words,
        "statement_title" if said else "add_title",
        STATEMENT_FORM,
        about.kept(),
        [
            menu("kind", words.plain(PIECES, "kind"), [("", kinds)], one.get("kind", "need")),
            _text(words, "text", one.get("text", ""), 1_000, hint="text_hint"),
            _research(words, evidence, one.get("evidence") or ()),
            _scope(words, "stages", names.stages, one),
            _scope(words, "lenses", names.lenses, one),
            _text(words, "verbatim", one.get("verbatim") or "", 300, hint="verbatim_hint")
            | {"optional": True},
        ],
    )


def statement_in(view: Mapping[str, Any]) -> StatementText:
    values = view["state"]["values"]
    return StatementText(
        kind=chosen_in(values, "kind") or "",
        text=" ".join(typed_in(view, "text").split()),
        stages=tuple(all_chosen_in(values, "stages")),
        lenses=tuple(all_chosen_in(values, "lenses")),
        evidence=tuple(all_chosen_in(values, "evidence")),
        verbatim=typed_in(view, "verbatim") or None,
    )


def facts_form(words: Words, about: About, said: Snapshot) -> Block:
    owner = str(said.get("owner") or "")
    is_known = bool(SLACK_ID.fullmatch(owner))
    hint = words.plain(PIECES, "owner_hint", owner="" if is_known else owner)
    interval = int(said.get("review_interval_days", 90))
    days = [Choice(str(one), words.plain(PIECES, "days", days=one)) for one in sorted({*INTERVALS, interval})]
    return _form(
        words,
        "facts_title",
        FACTS_FORM,
        about.kept(),
        [
            _line(words, "name", said.get("name") or "", 80),
            _line(words, "role", said.get("role") or "", 150),
            _line(words, "archetype", said.get("archetype") or "", 300, hint="archetype_hint")
            | {"optional": True},
            _priority(words, said.get("priority", "primary")),
            _text(words, "summary", said.get("summary") or "", 3_000) | {"optional": True},
            _text(words, "quote", said.get("quote") or "", 500, hint="quote_hint") | {"optional": True},
            _line(words, "aliases", ", ".join(said.get("aliases") or ()), 3_000, hint="aliases_hint")
            | {"optional": True},
            person_menu("owner", words.plain(PIECES, "owner"), owner if is_known else "", hint=hint)
            | {"optional": True},
            menu("review_interval_days", words.plain(PIECES, "interval"), [("", days)], str(interval)),
        ],
    )


def facts_in(view: Mapping[str, Any]) -> dict[str, Any]:
    """Facts by name. An owner that cannot be chosen here, such as an address, stays."""
    values = view["state"]["values"]
    found: dict[str, Any] = {
        name: " ".join(typed_in(view, name).split()) or None for name in ("name", "role", "archetype")
    }
    found |= {name: typed_in(view, name) or None for name in ("summary", "quote")}
    found["aliases"] = [one.strip() for one in typed_in(view, "aliases").split(",") if one.strip()]
    found["priority"] = chosen_in(values, "priority")
    found["review_interval_days"] = int(chosen_in(values, "review_interval_days") or 90)
    owner = chosen_in(values, "owner")
    return found | ({"owner": owner} if owner else {})


def new_form(words: Words, name: str, item_id: str) -> Block:
    return _form(
        words,
        "new_title",
        NEW_FORM,
        item_id,
        [
            blocks.context(words(PIECES, "new_note")),
            _line(words, "name", name, 80),
            _line(words, "role", "", 150),
            _line(words, "archetype", "", 300, hint="archetype_hint") | {"optional": True},
            _priority(words, "primary"),
        ],
        submit="begin",
    )


def new_in(view: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: " ".join(typed_in(view, name).split()) or None for name in ("name", "role", "archetype")
    }
    return found | {"priority": chosen_in(view["state"]["values"], "priority")}


def evidence_form(words: Words, metadata: str) -> Block:
    terms = Terms(words)
    groups = [
        (
            words.plain("terms", "bucket", bucket=bucket),
            [
                Choice(method, terms.method(Evidence(method=method)))
                for method, own in METHODS.items()
                if own == bucket
            ],
        )
        for bucket in BUCKETS
    ]
    optional = {"optional": True}
    return _form(
        words,
        "evidence_title",
        EVIDENCE_FORM,
        metadata,
        [
            _line(words, "title", "", 300, label="evidence_name", hint="evidence_name_hint"),
            menu("method", words.plain(PIECES, "method"), groups, ""),
            day_menu("date", words.plain(PIECES, "date"), hint=words.plain(PIECES, "date_hint")),
            _line(words, "participants", "", 10, hint="participants_hint") | optional,
            _line(words, "source_owner", "", 150) | optional,
            _line(words, "access", "", 300) | optional,
            _line(words, "link", "", 2_000, hint="link_hint") | optional,
            _text(words, "note", "", 1_000, label="evidence_note") | optional,
        ],
        submit="register",
    )


def research_in(view: Mapping[str, Any]) -> Research | None:
    """What was typed; None where the number of participants is none."""
    values = view["state"]["values"]
    number = typed_in(view, "participants").replace(",", "").replace(" ", "")
    if number and not (number.isascii() and number.isdecimal()):
        return None
    chosen = chosen_in(values, "date")
    return Research(
        method=chosen_in(values, "method") or "",
        date=date.fromisoformat(chosen) if chosen else None,
        title=" ".join(typed_in(view, "title").split()),
        participants=int(number) if number else None,
        source_owner=typed_in(view, "source_owner") or None,
        access=" ".join(typed_in(view, "access").split()) or None,
        link=typed_in(view, "link") or None,
        note=typed_in(view, "note") or None,
    )


def items_form(words: Words, about: About, offered: Sequence[RefreshItem], chosen: Sequence[int]) -> Block:
    choices = [
        Choice(
            str(item.id),
            words.plain(
                PIECES, "item", number=item.id, text=blocks.fit(" ".join(item.text.split()), ITEM_LABEL)
            ),
        )
        for item in offered[:OFFERED]
    ]
    if not choices:
        return blocks.modal(
            words.plain(PIECES, "items_title"),
            [blocks.section(words(PIECES, "items_none"))],
            close=words.plain("answers/buttons", "close"),
        )
    field = many_menu(
        "items",
        words.plain(PIECES, "items_label"),
        [("", choices)],
        [str(one) for one in chosen],
        placeholder=words.plain(PIECES, "items_placeholder"),
        hint=words.plain(PIECES, "items_hint"),
    )
    return _form(words, "items_title", ITEMS_FORM, about.kept(), [field])


def items_in(view: Mapping[str, Any]) -> list[int]:
    return [int(one) for one in all_chosen_in(view["state"]["values"], "items")]


def looking_view(words: Words) -> Block:
    return blocks.modal(
        words.plain(PIECES, "submit_title"),
        [blocks.section(words(PIECES, "looking"))],
        close=words.plain("answers/buttons", "close"),
    )


def submit_form(
    words: Words, about: About, charter: Sequence[Objective], alike: Sequence[Alike], name: str, why: str
) -> Block:
    """Ask for the reasons; ``alike``: personas that the new one is too like."""
    shown: list[Block] = [_text(words, "why", why, LONGEST_WHY, hint="why_hint")]
    if charter:
        lines = [Choice(NONE, words.plain(PIECES, "no_objective"))]
        lines += [Choice(str(line.id), line.text) for line in charter[: OFFERED - 1]]
        shown.append(menu("objective", words.plain(PIECES, "objective"), [("", lines)], NONE))
    if alike:
        shown += [blocks.section(words(PIECES, "alike", name=name, why=one.why)) for one in alike[:5]]
        shown.append(_text(words, "variant", "", LONGEST_WHY, hint="variant_hint"))
    return _form(words, "submit_title", SUBMIT_FORM, about.kept(), shown, submit="submit")


def reasons_in(view: Mapping[str, Any]) -> Reasons:
    line = chosen_in(view["state"]["values"], "objective") or NONE
    return Reasons(
        typed_in(view, "why"), None if line == NONE else int(line), typed_in(view, "variant") or None
    )


def return_form(words: Words, about: About) -> Block:
    field = _text(words, "note", "", LONGEST_WHY)
    return _form(words, "return_title", RETURN_FORM, about.kept(), [field], submit="return")


def rebase_form(words: Words, about: About, conflicts: Sequence[Conflict], number: int) -> Block:
    """Ask what to take where both sides changed the same."""
    shown: list[Block] = [blocks.section(words(PIECES, "rebase_intro", number=number))]
    choices = [Choice(value, words.plain(PIECES, value)) for value in OF_SIDE]
    for at, one in enumerate(conflicts[:CONFLICTS]):
        text = words(
            PIECES,
            "conflict",
            place=_place(words, one.path),
            ours=_told(words, one, one.ours),
            theirs=_told(words, one, one.theirs),
            number=number,
        )
        field = radios(f"conflict{at}", words.plain(PIECES, "decide"), choices, "")
        shown += [blocks.section(text), field]
    return _form(words, "rebase_title", REBASE_FORM, about.kept(), shown, submit="rebase")


def sides_in(view: Mapping[str, Any], conflicts: Sequence[Conflict]) -> dict[Path, Side]:
    """What was chosen; the conflicts are in the order in which they were shown."""
    values = view["state"]["values"]
    chosen = {one.path: chosen_in(values, f"conflict{at}") for at, one in enumerate(conflicts)}
    return {path: OF_SIDE[value] for path, value in chosen.items() if value}


def objective_form(words: Words, view_id: str) -> Block:
    kinds = [Choice(kind, words.plain(PIECES, f"kind_{kind}")) for kind in CHARTER_KINDS]
    return _form(
        words,
        "objective_title",
        OBJECTIVE_FORM,
        view_id,
        [
            radios("kind", words.plain(PIECES, "objective_kind"), kinds, CHARTER_KINDS[0]),
            _line(words, "text", "", 300, label="objective_text"),
        ],
        submit="add",
    )


def objective_in(view: Mapping[str, Any]) -> tuple[str, str]:
    return chosen_in(view["state"]["values"], "kind") or "", typed_in(view, "text")


def typed_in(view: Mapping[str, Any], block_id: str) -> str:
    element = view["state"]["values"].get(block_id, {}).get("text") or {}
    return (element.get("value") or "").strip()


def field_of(view: Mapping[str, Any], wanted: str) -> str:
    """The field of the form where a problem is told: the one that is wanted, or the first."""
    fields = [block["block_id"] for block in view["blocks"] if block.get("type") == "input"]
    return wanted if wanted in fields else next(iter(fields), wanted)


def _form(
    words: Words, title: str, callback_id: str, metadata: str, shown: list[Block], submit: str = "save"
) -> Block:
    return blocks.modal(
        words.plain(PIECES, title),
        shown,
        callback_id=callback_id,
        submit=words.plain(PIECES, submit),
        close=words.plain("answers/buttons", "cancel"),
        metadata=metadata,
    )


def _research(words: Words, evidence: Sequence[Evidence], chosen: Sequence[str]) -> Block:
    if not evidence:
        return blocks.context(words(PIECES, "no_register"))
    terms = Terms(words)
    choices = [
        Choice(one.key, one.title, f"{terms.method(one)}, {one.held_on:%b %Y}") for one in evidence[:OFFERED]
    ]
    return many_menu(
        "evidence",
        words.plain(PIECES, "research"),
        [("", choices)],
        chosen,
        placeholder=words.plain(PIECES, "no_research"),
        hint=words.plain(PIECES, "research_hint"),
    )


def _scope(words: Words, scope: str, names: Mapping[str, str], said: Snapshot) -> Block:
    choices = [Choice(slug, name) for slug, name in names.items()]
    if not choices:
        return {}
    return many_menu(
        scope,
        words.plain(PIECES, scope),
        [("", choices)],
        said.get(scope) or (),
        placeholder=words.plain(PIECES, "everywhere"),
    )


def _priority(words: Words, chosen: str) -> Block:
    choices = [Choice(one, Terms(words).priority(one)) for one in PRIORITIES]
    block = radios("priority", words.plain(PIECES, "priority"), choices, chosen)
    return block | {"hint": blocks.plain(words.plain(PIECES, "priority_hint"), 2_000)}


def _place(words: Words, path: Path) -> str:
    if path[0] == ORDER:
        return words.plain(PIECES, "order_place", part=path[1])
    return " · ".join(part.replace("_", " ") for part in path)


def _told(words: Words, conflict: Conflict, text: str | None) -> str:
    if text is None:
        return words.plain(PIECES, "retired" if len(conflict.path) == 2 else "nothing")
    return blocks.fit(" ".join(text.split()), CONFLICT_TEXT)


def _line(words: Words, block_id: str, initial: str, limit: int, *, hint: str = "", label: str = "") -> Block:
    block = _text(words, block_id, initial, limit, hint=hint, label=label)
    return block | {"element": block["element"] | {"multiline": False}}


def _text(words: Words, block_id: str, initial: str, limit: int, *, hint: str = "", label: str = "") -> Block:
    block = blocks.text_input(
        block_id,
        words.plain(PIECES, label or block_id),
        limit=limit,
        hint=words.plain(PIECES, hint) if hint else "",
        initial=initial,
    )
    return block | {"element": block["element"] | {"focus_on_load": False}}
