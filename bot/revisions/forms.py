"""The forms in which the council changes a draft, and what was typed into them."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot import blocks
from bot.blocks import Block
from bot.inputs import Choice, all_chosen_in, chosen_in, many_menu, menu, person_menu, radios, typed_in
from bot.revisions.diffs import kind_in
from bot.revisions.fields import PIECES, form, line, text_area
from bot.revisions.shown import About, Names
from bot.story_blocks import SLACK_ID
from bot.terms import Terms
from bot.wording import Words
from persona_store.models import Evidence, RefreshItem
from persona_store.personas import KINDS, PRIORITIES
from persona_store.refresh.differences import Snapshot
from persona_store.refresh.draft_changes import StatementText

STATEMENT_FORM, FACTS_FORM = "revisions.statement", "revisions.facts"
NEW_FORM, ITEMS_FORM = "revisions.new", "revisions.items"
OFFERED, ITEM_LABEL, ALIASES_LIMIT = 100, 70, 3_000
INTERVALS = (30, 60, 90, 120, 180, 365)


def statement_form(
    words: Words, about: About, names: Names, evidence: Sequence[Evidence], said: Snapshot | None
) -> Block:
    """Make the form of a statement: empty for a new one."""
    one: Snapshot = said or {}
    kinds = [Choice(kind, kind_in(words, kind)) for kind in KINDS]
    return form(
        words,
        "statement_title" if said else "add_title",
        STATEMENT_FORM,
        about.kept(),
        [
            menu("kind", words.plain(PIECES, "kind"), [("", kinds)], one.get("kind", "need")),
            text_area(words, "text", one.get("text", ""), 1_000, hint="text_hint"),
            _research(words, evidence, one.get("evidence") or ()),
            _scope(words, "stages", names.stages, one),
            _scope(words, "lenses", names.lenses, one),
            text_area(words, "verbatim", one.get("verbatim") or "", 300, hint="verbatim_hint")
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
    return form(
        words,
        "facts_title",
        FACTS_FORM,
        about.kept(),
        [
            line(words, "name", said.get("name") or "", 80),
            line(words, "role", said.get("role") or "", 150),
            line(words, "archetype", said.get("archetype") or "", 300, hint="archetype_hint")
            | {"optional": True},
            _priority(words, said.get("priority", "primary")),
            text_area(words, "summary", said.get("summary") or "", 3_000) | {"optional": True},
            text_area(words, "quote", said.get("quote") or "", 500, hint="quote_hint") | {"optional": True},
            _aliases(words, said.get("aliases") or ()),
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
    if "aliases" in values:
        found["aliases"] = [one.strip() for one in typed_in(view, "aliases").split(",") if one.strip()]
    found["priority"] = chosen_in(values, "priority")
    found["review_interval_days"] = int(chosen_in(values, "review_interval_days") or 90)
    owner = chosen_in(values, "owner")
    return found | ({"owner": owner} if owner else {})


def new_form(words: Words, name: str, item_id: str) -> Block:
    return form(
        words,
        "new_title",
        NEW_FORM,
        item_id,
        [
            blocks.context(words(PIECES, "new_note")),
            line(words, "name", name, 80),
            line(words, "role", "", 150),
            line(words, "archetype", "", 300, hint="archetype_hint") | {"optional": True},
            _priority(words, "primary"),
        ],
        submit="begin",
    )


def new_in(view: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: " ".join(typed_in(view, name).split()) or None for name in ("name", "role", "archetype")
    }
    return found | {"priority": chosen_in(view["state"]["values"], "priority")}


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
    return form(words, "items_title", ITEMS_FORM, about.kept(), [field])


def items_in(view: Mapping[str, Any]) -> list[int]:
    return [int(one) for one in all_chosen_in(view["state"]["values"], "items")]


def _aliases(words: Words, aliases: Sequence[str]) -> Block:
    """Nothing where they do not come back as they were: then they are changed in packs alone."""
    typed = ", ".join(aliases)
    if len(typed) > ALIASES_LIMIT or any("," in one for one in aliases):
        return {}
    return line(words, "aliases", typed, ALIASES_LIMIT, hint="aliases_hint") | {"optional": True}


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
