"""Who has which role, and the form that gives one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot import blocks
from bot.blocks import Block, Message
from bot.inputs import (
    Choice,
    all_chosen_in,
    chosen_in,
    in_one_line,
    many_menu,
    person_menu,
    radios,
    text_field,
    typed_in,
)
from bot.wording import Words, mention
from persona_store.models import Person
from persona_store.roles import GIVEN_IN_SLACK, LONGEST_DEPARTMENT

PIECES = "roles/roles"
OPEN_FORM, CHANGE, GIVE = "roles.open_form", "roles.change", "roles.give"
EDIT, TAKE = "edit", "take"
WINDOW = "roles.list"
SHOWN = ("council", "ambassador", "admin")
LISTED = 25
OFFERED = 100


@dataclass(frozen=True)
class Given:
    """What somebody typed into the form."""

    slack_user_id: str
    role: str
    department: str
    personas: tuple[str, ...]


def roles_window(words: Words, people: Sequence[Person], names: Mapping[str, str], notice: str = "") -> Block:
    """``names`` of personas, by slug; ``notice``: why the last click did nothing."""
    by_role = {role: [one for one in people if one.highest_role == role] for role in SHOWN}
    shown = [block for role, found in by_role.items() for block in _part(words, role, found, names)]
    name = blocks.button(words.plain(PIECES, "name"), OPEN_FORM, style="primary")
    return blocks.modal(
        words.plain(PIECES, "title"),
        [
            blocks.section(words(PIECES, "notice", text=notice)) if notice else {},
            blocks.context(words(PIECES, "intro")),
            blocks.actions(name),
            *shown,
        ],
        close=words.plain("answers/buttons", "close"),
        callback_id=WINDOW,
    )


def role_form(words: Words, names: Mapping[str, str], person: Person | None = None) -> Block:
    """Make the form, filled in where somebody's role is to be changed."""
    given = person.role if person and person.role in GIVEN_IN_SLACK else GIVEN_IN_SLACK[0]
    roles = [
        Choice(role, words.plain(PIECES, f"as_{role}"), words.plain(PIECES, f"as_{role}_hint"))
        for role in GIVEN_IN_SLACK
    ]
    chosen = person.slack_user_id if person else ""
    hint = words.plain(PIECES, "person_hint")
    return blocks.modal(
        words.plain(PIECES, "edit_title" if person else "form_title"),
        [
            person_menu("person", words.plain(PIECES, "person"), chosen, hint=hint),
            radios("role", words.plain(PIECES, "role"), roles, given),
            _department(words, person),
            _personas(words, names, person),
        ],
        callback_id=GIVE,
        submit=words.plain(PIECES, "save"),
        close=words.plain("answers/buttons", "cancel"),
    )


def given_in(view: Mapping[str, Any]) -> Given:
    values = view["state"]["values"]
    return Given(
        chosen_in(values, "person") or "",
        chosen_in(values, "role") or "",
        typed_in(view, "department"),
        tuple(all_chosen_in(values, "personas")),
    )


def named_message(words: Words, given: Given, names: Mapping[str, str], by: str) -> Message:
    about = [names.get(slug, slug) for slug in given.personas]
    told = {"role": given.role, "department": given.department, "names": about}
    return Message(words(PIECES, "named", by=mention(by), **told))


def _part(words: Words, role: str, people: Sequence[Person], names: Mapping[str, str]) -> list[Block]:
    if role == "admin" and not people:
        return []
    lines = [_line(words, person, names) for person in people[:LISTED]]
    more = len(people) - LISTED
    return [
        blocks.divider(),
        blocks.header(words.plain(PIECES, role)),
        *(lines or [blocks.context(words(PIECES, "nobody"))]),
        blocks.context(words(PIECES, "more", more=more)) if more > 0 else {},
    ]


def _line(words: Words, person: Person, names: Mapping[str, str]) -> Block:
    text = words(
        PIECES,
        "line",
        person=mention(person.slack_user_id),
        department=person.department or "",
        names=[names.get(slug, slug) for slug in person.personas],
        by_group=person.group_role == person.highest_role,
    )
    return blocks.section(text, _menu(words, person))


def _menu(words: Words, person: Person) -> Block | None:
    """What can be done with a role that was given by hand; admins are made elsewhere."""
    if person.role not in GIVEN_IN_SLACK:
        return None
    choices = [(words.plain(PIECES, what), f"{what}:{person.slack_user_id}") for what in (EDIT, TAKE)]
    return blocks.overflow(CHANGE, choices)


def _department(words: Words, person: Person | None) -> Block:
    known = (person.department or "") if person else ""
    field = text_field(words, PIECES, "department", known, LONGEST_DEPARTMENT, hint="department_hint")
    return in_one_line(field) | {"optional": True}


def _personas(words: Words, names: Mapping[str, str], person: Person | None) -> Block:
    """Offer the chosen ones first, and as many others as there is room for."""
    chosen = [slug for slug in person.personas if slug in names] if person else []
    offered = list(dict.fromkeys([*chosen, *names]))[:OFFERED]
    if not offered:
        return {}
    choices = [Choice(slug, names[slug]) for slug in offered]
    return many_menu(
        "personas",
        words.plain(PIECES, "personas"),
        [("", choices)],
        chosen,
        placeholder=words.plain(PIECES, "all_personas"),
    )
