"""The forms that add to the register of research and to the charter, and what was typed into them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.blocks import Block
from bot.inputs import Choice, chosen_in, day_menu, menu, radios, typed_in
from bot.revisions.fields import PIECES, form, line, text_area
from bot.terms import Terms
from bot.wording import Words
from persona_store.evidence import METHODS
from persona_store.models import Evidence
from persona_store.refresh.charter import KINDS as CHARTER_KINDS
from persona_store.refresh.register import BUCKETS, Research

EVIDENCE_FORM, OBJECTIVE_FORM = "revisions.evidence", "revisions.objective"


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
    return form(
        words,
        "evidence_title",
        EVIDENCE_FORM,
        metadata,
        [
            line(words, "title", "", 300, label="evidence_name", hint="evidence_name_hint"),
            menu("method", words.plain(PIECES, "method"), groups, ""),
            day_menu("date", words.plain(PIECES, "date"), hint=words.plain(PIECES, "date_hint")),
            line(words, "participants", "", 10, hint="participants_hint") | optional,
            line(words, "source_owner", "", 150) | optional,
            line(words, "access", "", 300) | optional,
            line(words, "link", "", 2_000, hint="link_hint") | optional,
            text_area(words, "note", "", 1_000, label="evidence_note") | optional,
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


def objective_form(words: Words, view_id: str) -> Block:
    kinds = [Choice(kind, words.plain(PIECES, f"kind_{kind}")) for kind in CHARTER_KINDS]
    return form(
        words,
        "objective_title",
        OBJECTIVE_FORM,
        view_id,
        [
            radios("kind", words.plain(PIECES, "objective_kind"), kinds, CHARTER_KINDS[0]),
            line(words, "text", "", 300, label="objective_text"),
        ],
        submit="add",
    )


def objective_in(view: Mapping[str, Any]) -> tuple[str, str]:
    return chosen_in(view["state"]["values"], "kind") or "", typed_in(view, "text")
