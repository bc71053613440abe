"""Numbers that name a customer and go over the end of a line: cards, IBANs, phone numbers. Pure.

Two numbers below each other are no number, so a broken one must look like one: a card in its usual groups, a
phone number with its + or 0 in front. What is found has one line end in it.
"""

import re
from collections.abc import Iterator

from persona_store.refresh.numbers import LONGEST_IBAN, iban_in, is_card, is_known_phone, is_phone

Place = tuple[int, int]

_END = r"-?[ \t]{0,3}\n[ \t]{0,3}"
_LINE_END = re.compile(_END)
MAY_BE_BROKEN = re.compile(rf"[^\W_]\)?{_END}\(?[^\W_]")
_BETWEEN = rf"(?:[ -]|{_END})"
_CARD = re.compile(
    rf"(?<![\w.+-])(?=(\d{{4}}(?:{_BETWEEN}\d{{4}}){{3}}(?!\w)|\d{{4}}{_BETWEEN}\d{{6}}{_BETWEEN}\d{{4,5}}(?!\w)))"
)
_IBAN_HEAD = re.compile(r"(?<![^\W_])[a-z]{2}[ -]?\d{2}(?=[ .-]?[a-z0-9]|-?[ \t]{0,3}\n)", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<!\w)(?<![+@#$€£./(-])(?<!\d )(?<!\) )(?=((?:\(?\+ ?|00 ?|\(?0)\d[\d()/. -]{0,20}?)"
    rf"({_END})(\(?\d[\d()/. -]{{0,24}}))"
)
_GROUP_END = re.compile(r"\d(?![\d\w])")
_ONE_TOKEN = re.compile(r"\d+")
_BEGINNING = re.compile(r"\(?[0+]")
FEWEST_DIGITS = 9


def broken_cards(text: str) -> Iterator[Place]:
    done = 0
    for match in _CARD.finditer(text):
        if match.start() >= done and match[1].count("\n") == 1 and is_card(match[1]):
            done = match.end(1)
            yield match.start(), done


def broken_ibans(text: str) -> Iterator[Place]:
    done = 0
    for match in _IBAN_HEAD.finditer(text):
        start = match.start()
        end = _LINE_END.search(text, start, start + LONGEST_IBAN)
        if end is None or start < done:
            continue
        before, after = text[start : end.start()], text[end.end() : start + 2 * LONGEST_IBAN]
        length = iban_in(f"{before} {after}")
        number = f"{before} {after}"[:length]
        if length > len(before) + 1 and 2 * sum(map(str.isdigit, number)) >= sum(map(str.isalnum, number)):
            done = end.end() + length - len(before) - 1
            yield start, done


def broken_phones(text: str) -> Iterator[Place]:
    """``text``: without amounts, dates and whatever else has digits and is no phone number."""
    done = 0
    for match in _PHONE.finditer(text):
        before, after = match[1], match[3]
        if (
            match.start() < done
            or _is_column(text, match)
            or _is_whole(before)
            or (_BEGINNING.match(after) and _is_whole(after))
        ):
            continue
        for group in reversed(list(_GROUP_END.finditer(after))):
            end = match.start(3) + group.end()
            if not text[end : end + 1].isalnum() and _is_phone(f"{before} {after[: group.end()]}"):
                done = end
                yield match.start(), done
                break


def _is_phone(number: str) -> bool:
    return sum(map(str.isdigit, number)) >= FEWEST_DIGITS and is_known_phone(number)


def _is_whole(part: str) -> bool:
    """Whether it is a number without the other line."""
    return is_phone(part.strip(" -./("))


def _is_column(text: str, match: re.Match[str]) -> bool:
    """Whether two lines have a number each and nothing else, as in a list."""
    start, end = text.rfind("\n", 0, match.start(1)) + 1, text.find("\n", match.start(3))
    lines = text[start : match.end(1)].strip(), text[match.start(3) : end if end >= 0 else None].strip()
    return all(map(_ONE_TOKEN.fullmatch, lines))
