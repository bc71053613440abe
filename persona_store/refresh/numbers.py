"""Which runs of digits are phone numbers, card numbers, IBANs. Pure."""

import re
import unicodedata
from functools import cache

from phonenumbers import NumberParseException, PhoneMetadata, is_possible_number, is_valid_number, parse

REGIONS = (
    "GB US DE FR ES IT NL BE AT CH SE NO DK FI IE PT PL CZ IN AU BR MX JP ZA NZ HU GR RO TR IL SG KR CN "
    "HK AE LU HR UA"
).split()
"""Whose numbers are known without their country code; with it, everybody's are."""
FEWEST_DIGITS, FEWEST_NATIONAL, MOST_DIGITS = 6, 8, 15
BARE_DIGITS = 9
"""So many in a row without a gap, and without a 0 in front, may be a phone number if nothing says so."""
IBAN_LENGTHS = {
    country: int(length)
    for length, countries in {
        "15": "NO",
        "16": "BE",
        "18": "DK FI FO GL NL FK",
        "19": "MK SI",
        "20": "AT BA EE KZ LT LU XK MN",
        "21": "CH HR LI LV",
        "22": "BG BH CR DE GB GE IE ME RS VA",
        "23": "AE GI IL IQ OM TL SO",
        "24": "AD CZ ES MD PK RO SA SE SK TN VG",
        "25": "LY PT ST",
        "26": "IS TR",
        "27": "BI DJ FR GR IT MC MR SM",
        "28": "AL AZ BY CY DO GT HU LB NI PL SV",
        "29": "BR EG PS QA UA",
        "30": "JO KW MU",
        "31": "MT SC",
        "33": "RU LC",
    }.items()
    for country in countries.split()
}
LONGEST_IBAN = 2 * max(IBAN_LENGTHS.values())
"""Characters, with a gap after each."""
_CARDS = re.compile(
    r"4\d{15}|4\d{18}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|6(?:011|4[4-9]\d|5\d\d)\d{12}|3(?:0[0-5]|[689]\d)\d{11}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}"
    r"|(?:5018|5020|5038|5[678]\d\d|6304|67\d\d)\d{8,15}"
)
_TWO_NUMBERS = re.compile(r"(?:\d[^\d(]*){6}\(")
_IN_A_ROW = re.compile(r"\d+")


def is_card(text: str) -> bool:
    """Of a known brand, in its length, and right by Luhn."""
    digits = _digits(text)
    return bool(_CARDS.fullmatch(digits)) and _luhn(digits)


def iban_in(text: str) -> int:
    """How many characters at the start of ``text`` are an IBAN; 0: none."""
    length = IBAN_LENGTHS.get(text[:2].upper(), 0)
    found = (
        re.match(rf"[A-Za-z]{{2}}(?:[ .-]?[A-Za-z0-9]){{{length - 2}}}(?![A-Za-z0-9])", text)
        if length
        else None
    )
    if found is None:
        return 0
    code = "".join(character for character in found[0] if character.isalnum())
    if not (code.isupper() or code.islower()):  # it runs into the words behind it
        return 0
    return found.end() if int(_as_digits(code[4:] + code[:4])) % 97 == 1 else 0


def is_phone(text: str, said_before: str = "") -> bool:
    """``said_before``: what the words before it make of it: "call", "id", or nothing."""
    number = re.split(r"(?i)[a-z]", text)[0]
    digits = _digits(number)
    groups = len(_IN_A_ROW.findall(number))
    if not max(FEWEST_DIGITS, 1.5 * groups) <= len(digits) <= MOST_DIGITS or _TWO_NUMBERS.search(number):
        return False
    if number.startswith(("+", "(+")):
        return _is_possible(f"+{digits}")
    if digits.startswith("00"):
        return _is_known(f"+{digits[2:]}", None)
    return said_before == "call" or (said_before != "id" and _is_national(number, digits))


def is_known_phone(text: str) -> bool:
    """Whether it is a number that is given out, with its country code or a 0 in front: leaves no doubt."""
    digits = _digits(text)
    if len(digits) > MOST_DIGITS + 2:
        return False
    if text.startswith(("+", "(+")):
        return _is_known(f"+{digits}".replace("(0)", ""), None)
    if digits.startswith("00"):
        return _is_known(f"+{digits[2:]}", None)
    return digits.startswith("0") and _is_national(text, digits)


def _is_national(number: str, digits: str) -> bool:
    is_bare = bool(_IN_A_ROW.fullmatch(number)) and not digits.startswith("0")
    if len(digits) < (BARE_DIGITS if is_bare else FEWEST_NATIONAL):
        return False
    return any(_may_be_of(region, digits) and _is_known(number, region) for region in REGIONS)


def _digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(character)) for character in text if character.isdecimal())


def _luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(int(digit) for digit in digits[::-2]) + sum(doubled)) % 10 == 0


def _as_digits(code: str) -> str:
    return "".join(str(int(character, 36)) for character in code)


@cache
def _pattern(region: str) -> re.Pattern[str]:
    """All numbers of a region: thirty times as quick as parsing, and nearly as exact."""
    known = PhoneMetadata.metadata_for_region(region)
    pattern = known.general_desc.national_number_pattern if known and known.general_desc else None
    prefix = known.national_prefix_for_parsing if known else None
    return re.compile(rf"(?:{prefix or ''})?(?:{pattern})" if pattern else "(?!)")


def _may_be_of(region: str, digits: str) -> bool:
    return bool(_pattern(region).fullmatch(digits))


def _is_possible(number: str) -> bool:
    """Of a length that its country has: a + in front leaves little doubt."""
    try:
        return is_possible_number(parse(number.replace("(0)", "")))
    except NumberParseException:
        return False


def _is_known(number: str, region: str | None) -> bool:
    try:
        return is_valid_number(parse(number, region))
    except NumberParseException:
        return False
