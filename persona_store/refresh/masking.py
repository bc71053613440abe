"""What could name a customer is taken out of a text: e-mail addresses, phone and card numbers, IBANs. Pure.

A readable placeholder stays in its place. How many are found, and how many wrongly: bench/masking.py.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from persona_store.refresh.broken_numbers import (
    MAY_BE_BROKEN,
    broken_cards,
    broken_ibans,
    broken_phones,
)
from persona_store.refresh.numbers import LONGEST_IBAN, iban_in, is_card, is_phone

PLACEHOLDERS = {
    "email": "[e-mail address]",
    "phone": "[phone number]",
    "card": "[card number]",
    "iban": "[IBAN]",
}
_PLACEHOLDER = re.compile("|".join(map(re.escape, PLACEHOLDERS.values())))
LONGEST_TEXT = 50_000
"""Slack's longest message has 40,000 characters; what is beyond is cut off, unread."""
_LIKE_ASCII = (
    {0xFEE0 + code: code for code in range(0x21, 0x7F)}
    | dict.fromkeys((0x09, 0xA0, 0x2007, 0x2009, 0x202F, 0x3000), " ")
    | dict.fromkeys(range(0x2010, 0x2016), "-")
)
"""Full-width letters, spaces, dashes: each is one character still."""
_UNSEEN = re.compile(
    r"[\u00ad\u200b\u2060\ufeff]|(?<=[\d+])[\u200c-\u200f\u202a-\u202e\u2066-\u2069]+(?=[\d ])"
)
"""Marks without a width, which come along with what is copied; of direction and joining: in numbers."""
MOST_GROUPS = 8  # of digits in a phone number
CONTEXT = 28  # characters before a number that say what it is

_WORD = r"[^\W_]"  # an underscore is Slack's italics
_EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%'-]{1,64}(?:@|\s?[\[(]at[\])]\s?)"
    r"[^\W_](?:[\w-]{0,62}[^\W_])?(?:(?:\.|\s?[\[(]dot[\])]\s?)[^\W_](?:[\w-]{0,62}[^\W_])?){0,5}"
    r"(?:\.|\s?[\[(]dot[\])]\s?)[^\W\d_]{2,24}(?![^\W_]|@)",
    re.IGNORECASE,
)
_IBAN_HEAD = re.compile(r"(?<![^\W_])[a-z]{2}[ -]?\d{2}(?=[ .-]?[a-z0-9])", re.IGNORECASE)
_GAP = r"(?:[ /-]|\.(?!\s))"
_EXTENSION = r"\s{0,2}(?:x|ext\.?|extension|Durchwahl|DW|poste)\s?\d{1,5}(?!\w)"
_CARD = re.compile(rf"(?<!{_WORD})(?<![.+-])\d(?:{_GAP}?\d){{11,18}}(?!{_WORD})")
_DIGITS = rf"\(?\d(?:(?:{_GAP}|[()]){{0,3}}\d){{5,29}}(?:{_EXTENSION})?(?!{_WORD})"
_PHONE = re.compile(rf"(?<!{_WORD})(?<![+@#$€£.])(?:\+\s?|00\s?)?{_DIGITS}", re.IGNORECASE)
_ABROAD = re.compile(rf"(?<!{_WORD})(?<![+@#$€£./?=&-])\+\s?{_DIGITS}", re.IGNORECASE)
_CHAT = re.compile(r"(?<=wa\.me/)\d{8,15}(?!\d)|(?<=[?&]phone=)\d{8,15}(?!\d)", re.IGNORECASE)
_GROUP = re.compile(rf"(?:\+\s?)?\(?\d+\)?(?:{_EXTENSION})?", re.IGNORECASE)
_BEGINNING = re.compile(r"[+(0]|[18]\s?\(")
Groups = list[tuple[int, int]]
Finder = Callable[[str], Iterator[tuple[int, int]]]
_MONEY = (
    r"(?:[$€£¥₹]|(?:EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|INR|JPY|AUD|CAD|euros?|pounds?|dollars?|francs?)(?!\w))"
)
_UNIT = (
    r"(?:[%°]|(?:kg|km|g|ml|units?|pieces?|loaves|rolls|orders|rows|records|customers|guests|steps|clicks|visits|people|"
    r"transactions|times|items|lines)(?!\w))"
)
_AMOUNT = r"\d{1,3}(?:[ .,'’]?\d{3})*(?:[.,]\d{1,2})?"
_URL = r"(?:https?://|www\.)[^\s<>|]+"
_URLS = re.compile(_URL, re.IGNORECASE)
_NO_NUMBERS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        _PLACEHOLDER.pattern,
        _URL,
        # days, times, years
        r"(?<![\d.:/-])\d{4}([-/.])\d{1,2}\1\d{1,2}(?:[T ]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?Z?)?(?![\d-])",
        r"(?<![\d./-])\d{1,2}([-/.])\d{1,2}\1(?:19|20)\d{2}(?!\d)",
        r"(?<![\d./-])\d{1,2}([-/.])\d{1,2}\1\d{2}(?![\d./-])",
        r"(?<![\d:])\d{1,2}[:.]\d{2}(?::\d{2})?\s?(?:[-–]|to|until|bis)\s?\d{1,2}[:.]\d{2}(?![\d:.])",
        r"(?<![\d:])\d{1,2}:\d{2}(?::\d{2})?(?![\d:])",
        r"(?<![\w.])(?:19|20)\d{2}\s?[-–/]\s?(?:19|20)?\d{2}(?![\d-])",
        # addresses of machines, places; books; what would be a card or an IBAN, were it right
        r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?![\d.]\d|\d)",
        r"(?<![\w])-?\d{1,3}\.\d{4,8},\s?-?\d{1,3}\.\d{4,8}",
        r"(?<!\w)97[89](?:[- ]?\d){10}(?!\w)",
        r"(?<!\w)\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?!\w)",
        r"(?<!\w)[a-z]{2}\d{2}(?: [a-z0-9]{4}){2,7}(?: [a-z0-9]{1,3}(?!\w))?",
        # amounts, measures, rows of small numbers
        r"(?<!\w)\d{1,3}(?:[ .,'’]\d{3})+[.,]\d{1,2}(?![\d.,]\d)",
        rf"(?<!\w){_MONEY}\s?{_AMOUNT}(?![\d.,]\d)",
        rf"(?<![\w+]){_AMOUNT}\s?(?:{_MONEY}|{_UNIT})",
        r"(?<![\d+])[1-9]\d?(?: \d{1,2}){5,}(?! ?\d)",
        r"(?<![\d.])0[.,]\d{4,}",
        r"(?<!\d)\d{9,11}\.\d{4,6}(?!\d)",
        # tickets, versions, parts
        r"(?!(?:x|ext)\d{1,5}(?!\w))(?<![^\W_])[a-z]{1,12}[-_/]?\d[\w]*(?:[-/_.]\w+)*",
        r"\b(?:v|version|release|build|firmware)\.?\s?\d[\w.-]*",
        r"(?<!\d)\d{1,20}[-_.]?[a-z_]\w*(?:-\w+)*",
    )
]
"""What only looks like a phone number."""
_ID_WORDS = (
    "order invoice ticket reference ref booking article item sku ean gtin isbn serial id nr po batch "
    "lot parcel tracking shipment vat tax build version bestellung auftrag rechnung kundennummer "
    "artikel commande facture pedido factura request incident transaction row epoch timestamp barcode "
    "receipt voucher coupon licence license"
).split()
"""A number right after one of these is no phone number; after those below, if it is called a number."""
_OWNERS = "customer client case contract account delivery member user shop store".split()
_CALL_WORDS = (
    "call calls called calling phone phones tel telephone telefon téléphone teléfono telefono mobile "
    "mob cell handy ring rang reach reached whatsapp sms text texted fax dial dialled landline hotline "
    "callback appel appeler rückruf anrufen chiama llame llamar portable celular móvil"
).split()
_CALLS = re.compile(rf"(?<!\w)(?:{'|'.join(_CALL_WORDS)})(?!\w)", re.IGNORECASE)
_CALLED_A_NUMBER = r"(?:no\.?|nos\.?|number|numbers|nr\.?|num\.?|id|code|[#№])"
_IDS = re.compile(
    rf"(?:(?<!\w)(?:(?:{'|'.join(_ID_WORDS)})s?(?:\s{_CALLED_A_NUMBER})?|"
    rf"(?:{'|'.join(_OWNERS)})s?\s{_CALLED_A_NUMBER})|[#№])"
    r"(?:\s?(?:is|was|:|=))?\s?(?:[#\d-]{4,}\s?(?:,|and|or|/|&)\s)*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Masked:
    """``kinds``: what was taken out, in the order of ``PLACEHOLDERS``."""

    text: str
    kinds: tuple[str, ...] = ()


class Span(NamedTuple):
    start: int
    end: int
    kind: str


def mask(text: str) -> Masked:
    """Take out what could name somebody; what comes out of it goes through unchanged."""
    text, found = text[:LONGEST_TEXT], set[str]()
    left = _UNSEEN.sub("", text)
    while spans := find_personal(left):
        found.update(span.kind for span in spans)
        left = _replaced(left, spans)
    return Masked(left if found else text, tuple(kind for kind in PLACEHOLDERS if kind in found))


def without_placeholders(text: str) -> str:
    """What is left to be read, for whoever compares texts."""
    return _PLACEHOLDER.sub(" ", text)


def find_personal(text: str) -> list[Span]:
    """Where it is, from left to right, nothing twice."""
    found: list[Span] = []
    text = text.translate(_LIKE_ASCII)
    for kind, finder in _FINDERS:
        left = _without(text, ((span.start, span.end) for span in found))
        found += [Span(start, end, kind) for start, end in finder(left)]
    return sorted(found)


def _broken(finder: Finder) -> Finder:
    """Look for what goes over the end of a line, where a text may have it."""
    return lambda text: finder(text) if MAY_BE_BROKEN.search(text) else iter(())


def _emails(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _EMAIL.finditer(text))


def _ibans(text: str) -> Iterator[tuple[int, int]]:
    end = 0
    for match in _IBAN_HEAD.finditer(text):
        length = iban_in(text[match.start() : match.start() + LONGEST_IBAN]) if match.start() >= end else 0
        if length:
            end = match.start() + length
            yield match.start(), end


def _cards(text: str) -> Iterator[tuple[int, int]]:
    for match in _CARD.finditer(_without(text, _urls(text))):
        if is_card(match[0]):
            yield match.span()


def _urls(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _URLS.finditer(text))


def _phones(text: str) -> Iterator[tuple[int, int]]:
    """With a + in front they are found whatever else they look like."""
    abroad = [match.span() for match in _CHAT.finditer(text)]
    abroad += [found for match in _ABROAD.finditer(text) for found in _in_candidate(text, text, match)]
    yield from abroad
    open_text = _without_others(_without(text, abroad))
    for match in _PHONE.finditer(open_text):
        if _said_before(text, match.start()) != "id":
            yield from _in_candidate(text, open_text, match)


def _broken_phones(text: str) -> Iterator[tuple[int, int]]:
    for start, end in broken_phones(_without_others(text)):
        if _said_before(text, start) != "id":
            yield start, end


def _without_others(text: str) -> str:
    """Without what only looks like a phone number."""
    for pattern in _NO_NUMBERS:
        text = pattern.sub(lambda match: "\0" * len(match[0]), text)
    return text


def _in_candidate(text: str, open_text: str, match: re.Match[str]) -> Iterator[tuple[int, int]]:
    return _phones_among(text, [group.span() for group in _GROUP.finditer(open_text, *match.span())])


def _phones_among(text: str, groups: Groups) -> Iterator[tuple[int, int]]:
    """Runs of digit groups that are phone numbers: those that begin like one first, then the longest."""
    runs = [
        (first, last)
        for first in range(len(groups))
        for last in range(first, min(first + MOST_GROUPS, len(groups)))
    ]
    runs.sort(key=lambda run: (not _BEGINNING.match(text, groups[run[0]][0]), run[0] - run[1]))
    for first, last in runs:
        start, end = groups[first][0], groups[last][1]
        if is_phone(text[start:end], _said_before(text, start)):
            yield from _phones_among(text, groups[:first])
            yield start, end
            yield from _phones_among(text, groups[last + 1 :])
            return


def _said_before(text: str, start: int) -> str:
    """What the words before a number make of it: "call", "id", or nothing."""
    before = text[max(0, start - CONTEXT) : start].rpartition("\n")[2]
    if _IDS.search(before):
        return "id"
    return "call" if _CALLS.search(before) else ""


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + "\0" * (end - start) + text[end:]
    return text


def _replaced(text: str, spans: Iterable[Span]) -> str:
    parts, at = [], 0
    for span in spans:
        parts += [text[at : span.start], PLACEHOLDERS[span.kind]]
        at = span.end
    return "".join([*parts, text[at:]])


_FINDERS: tuple[tuple[str, Finder], ...] = (
    ("email", _emails),
    ("iban", _ibans),
    ("card", _cards),
    ("iban", _broken(broken_ibans)),
    ("card", _broken(broken_cards)),
    ("phone", _broken(_broken_phones)),
    ("phone", _phones),
)
