"""How much of what names a customer is taken out of insights, and how much wrongly (S9).

Texts are made of a seed: sentences as people write them, with addresses and numbers in the formats of many
countries, and with what only looks like them ("#" stands for any digit, "§" for "#").
"""

import argparse
import random
import time
from collections import Counter
from dataclasses import dataclass

import numpy as np

from persona_store.refresh.masking import PLACEHOLDERS, find_personal, mask
from persona_store.refresh.numbers import IBAN_LENGTHS

PHONES = {
    "GB": "0161 496 0###|+44 161 496 0###|020 7946 0###|(020) 7946 0###|07700 900###|+44 7700 900###|"
    "+44 (0)20 7946 0###|0044 20 79460###|07700900###|+447700900###|0113-496-0###|0808 157 0###",
    "US": "(415) 555-2###|415-555-2###|415.555.2###|+1 415 555 2###|1-800-555-2###|+14155552###|"
    "212 555 2###|1 (312) 555-2###|415-555-2### x12|(646)555-2###|+1-202-555-2###",
    "DE": "030 23125 ###|0171 3920###|+49 171 3920###|+49 (0)30 23125 ###|0049 30 23125###|030/23125###|"
    "0171-3920###|+49 89 6360####|(089) 6360-####|0172/39200##|+4917139200##",
    "FR": "06 12 34 5# ##|06.12.34.5#.##|0612345###|+33 6 12 34 5# ##|+33612345###|01 42 68 5# ##|"
    "0033 1 42 68 5# ##|01-42-68-5#-##|+33 (0)6 12 34 5# ##",
    "ES": "612 34 5# ##|612 345 ###|+34 612 345 ###|91 123 4# ##|+34 91 123 4# ##|612345###|+34612345###",
    "IT": "312 345 6###|+39 312 345 6###|02 1234 5###|+39 02 1234 5###|06 1234 5###|3123456###",
    "NL": "06 1234 5###|06-12345###|+31 6 1234 5###|020 123 4###|+31 20 123 4###|010-1234###",
    "BE": "0470 12 3# ##|+32 470 12 3# ##|02 123 4# ##|0470/12.3#.##",
    "AT": "0664 123 4###|+43 664 123 4###|01 2345 6##|+43 1 2345 6##",
    "CH": "044 668 1# ##|079 123 4# ##|+41 79 123 4# ##|+41 44 668 1# ##|044 668 1###",
    "SE": "070-123 4# ##|+46 70 123 4# ##|08-123 4# ##|0701234###",
    "NO": "406 12 3##|+47 406 12 3##|40 61 2# ##",
    "DK": "32 12 3# ##|+45 32 12 3# ##|20 12 3# ##",
    "PL": "512 345 ###|+48 512 345 ###|22 123 4# ##",
    "PT": "912 345 ###|+351 912 345 ###|21 234 5###",
    "IE": "085 012 3###|+353 85 012 3###|(01) 234 5###",
    "IN": "+91 81234 56###|081234 56###|98765 43###|+91-98765-43###",
    "AU": "0412 345 ###|+61 412 345 ###|(02) 9876 5###|02 9876 5###",
    "BR": "(11) 96123-4###|+55 11 96123-4###|(11) 2345-6###",
    "JP": "03-1234-5###|090-1234-5###|+81 90-1234-5###",
    "ZA": "071 123 4###|+27 71 123 4###",
    "CN": "+86 131 2345 6###|131 2345 6###",
    "AE": "050 123 4###|+971 50 123 4###",
    "SG": "8123 4###|+65 8123 4###",
    "FI": "041 234 5###|+358 41 234 5###",
    "CZ": "601 123 ###|+420 601 123 ###",
    "UA": "+380 50 123 4###|050 123 4###",
}
NEAR_MISSES = """
order 4500012###|order no. 120455###|§48213###|invoice 2026-00451#|INV-2026-0045##|ticket 8823###|
TRAY-482##|INC00123###|PO 45000123##|order 4821-3377-0#|order 100-2345678-9012###|on 2026-11-#9|
on 2#.11.2026|on 11/2#/2026|the 1#.3.26|at 09:3#|2026-11-2# 09:30|08:00-18:00|from 6.30 to 14.30|
€1,2##.50|EUR 12 5##|£1 234 5##|1.234.5##,00 €|12,500 euros|2 ### 000 loaves|1 234 5## rows|3 x 450 g|
version 4.12.#|v10.0.19045.3###|build 20261122#|192.168.100.4#|SKU 4006381333###|EAN 4006381333931|
978-3-16-148410-#|1732273200.1234##|p17322732001234##|53.8008, -1.54##|2019-2024|2023/24|
DE1234567## as VAT id|LS1 4DY|10115 Berlin|14 shops, 190 people|ext. 12|15.5 %|a score of 8/10|table 12|
room 204|1Z999AA101234567##|customer number 1004###|account 20045##|9.99 each|at 99 ct|
550e8400-e29b-41d4-a716-4466554400##|article 300.123.4#|lot L2311##|a temperature of 230-245 °C|
size 12x18|5-7 days|24/7|row 1048576|Q3 2026|26W47|@Persona|price @ 3.50|@ 12 each|jinja2@latest|
§channel-2026|card ending 42##|PIN pad 5|a 13-digit code|0.3### kg|flour type 00 550|line 120-14#|
bus 4711|gate B12|https://shop.example/orders/4500012###|
https://traylight.slack.com/archives/C0SUPPORT/p17322732001234##|tracking number 00340434161094###|
batch 20261122##|4111 1111 1111 1112 as order|DE88 3704 0044 0532 0130 00|rates 12 13 14 15 16 17 18|
0.12345678##|transaction 8812345678##|item 0412345###|receipt no. 0161 4960###|1 500 ml|
100 000 customers|12 345 678 steps
""".replace("\n", "").split("|")
SAID = (
    """
Customer says: call me back on {} after the rush.|Her number is {}, she prefers mornings.|
Reached the manager at {}.|Tel. {}|{}|Bitte zurückrufen unter {}, danke!|
She wrote from {} that the plan was late.|Contact: {} ({})|
He left {} and asked for a person, not a bot.|Forwarded by {}: the labels are wrong again.|
Mobile {} or office {}.|"Just ring {}", he said.|I noted {}.|He was annoyed, see also {}.|
Il faut rappeler le {} demain.|{}: sold out by eleven.|Their details\\n{}\\n{}\\nlegal entity two|
Paid with {} and was charged twice.|Refund to {} please.|Details: {}; {}; {}.|
The shop manager ({}) complained about {}.|It happened on the way, {}, nobody answered.|
WhatsApp {} works best.
""".replace("\n", "")
    .replace("\\n", "\n")
    .split("|")
)
MISSED = """
It is about {}.|They mention {} and {}.|See {}.|The report says {}, the till {}.|
Since {} nothing works, says the night shift.|We talked about {}.|{} was wrong again.|
She compared {} with {}.|In her words: "{}, and nobody told me".
""".replace("\n", "").split("|")
PLAIN = """
The forecast ignored the bank holiday.|She does not trust the numbers.|The team shares one tablet.|
Nobody had told the night shift.|He prints the plan.|Die Filiale war um elf ausverkauft.|
Le pain manquait dès midi.|They want one page for the founders.|
Support was friendly, the answer was not.
""".replace("\n", "").split("|")
NAMES = (
    "ana.lopez j.smith info anna marco.duarte kontakt o'brien bäckerei first.last+orders x_y chef99 a".split()
)
HOSTS = (
    "example.com mail.example.org bakery-group.co.uk traylight.example müller.de sub.shop gmail.com".split()
)
CARDS = (
    ("4", 16),
    ("51", 16),
    ("55", 16),
    ("2221", 16),
    ("34", 15),
    ("37", 15),
    ("6011", 16),
    ("36", 14),
    ("3530", 16),
)


@dataclass(frozen=True)
class Made:
    """``planted``: where what stands for a person is, and of which kind."""

    text: str
    planted: list[tuple[int, int, str]]


def make_texts(count: int, seed: int) -> list[Made]:
    chance = random.Random(seed)
    return [make_text(chance) for _ in range(count)]


def make_text(chance: random.Random) -> Made:
    parts: list[tuple[str, str]] = []
    for _ in range(chance.randint(1, 4)):
        frame = chance.choice(chance.choice([SAID, MISSED, PLAIN]))
        personal = frame in SAID
        for at, piece in enumerate(frame.split("{}")):
            if at:
                parts.append(
                    planted(chance) if personal else (filled(chance, chance.choice(NEAR_MISSES)), "")
                )
            parts.append((piece, ""))
        parts.append((chance.choice([" ", " ", "\n"]), ""))
    return _joined(parts)


def planted(chance: random.Random) -> tuple[str, str]:
    kind = chance.choices(["phone", "email", "card", "iban"], [5, 3, 1, 1])[0]
    makers = {"phone": phone, "email": email, "card": card, "iban": iban}
    return makers[kind](chance), kind


def phone(chance: random.Random) -> str:
    return filled(chance, chance.choice(PHONES[chance.choice(list(PHONES))].split("|")))


def email(chance: random.Random) -> str:
    address = f"{chance.choice(NAMES)}@{chance.choice(HOSTS)}"
    return chance.choice([address, address, address, address.upper(), address.replace("@", " (at) ")])


def card(chance: random.Random) -> str:
    start, length = chance.choice(CARDS)
    body = start + "".join(chance.choices("0123456789", k=length - len(start) - 1))
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in body[::-2])
    digits = body + str(-(doubled + sum(int(digit) for digit in body[-2::-2])) % 10)
    gap = chance.choice(["", " ", "-", "\u00a0"])
    if length == 16:
        return gap.join(digits[at : at + 4] for at in range(0, 16, 4))
    return gap.join([digits[:4], digits[4:10], digits[10:]])


def iban(chance: random.Random) -> str:
    country = chance.choice(
        ["DE", "GB", "FR", "NL", "ES", "IT", "AT", "CH", "BE", "PL", "SE", "NO", "PT", "IE", "MT"]
    )
    letters = {"GB": 4, "NL": 4, "IE": 4, "MT": 4}.get(country, 0)
    body = "".join(chance.choices("ABCDEFGHKLMN", k=letters))
    body += "".join(chance.choices("0123456789", k=IBAN_LENGTHS[country] - 4 - letters))
    number = "".join(str(int(one, 36)) for one in f"{body}{country}00")
    code = f"{country}{98 - int(number) % 97:02d}{body}"
    if chance.random() < 0.7:
        code = chance.choice([" ", " ", "\u00a0"]).join(code[at : at + 4] for at in range(0, len(code), 4))
    return code.lower() if chance.random() < 0.1 else code


def filled(chance: random.Random, shape: str) -> str:
    digits = "".join(chance.choice("0123456789") if one == "#" else one for one in shape.strip())
    return digits.replace("§", "#")


def _joined(parts: list[tuple[str, str]]) -> Made:
    text, planted_at = "", []
    for part, kind in parts:
        if kind:
            planted_at.append((len(text), len(text) + len(part), kind))
        text += part
    return Made(text, planted_at)


@dataclass
class Score:
    """Of one kind: what was planted and found, and what was found and right."""

    planted: int = 0
    caught: int = 0
    found: int = 0
    right: int = 0


def measure(texts: list[Made]) -> tuple[dict[str, Score], list[str]]:
    """Score by kind, and what went wrong, in words."""
    scores = {kind: Score() for kind in PLACEHOLDERS}
    wrong = []
    for made in texts:
        spans = find_personal(made.text)
        for start, end, kind in made.planted:
            scores[kind].planted += 1
            if any(one.start <= start and end <= one.end for one in spans):
                scores[kind].caught += 1
            else:
                wrong.append(f"missed {kind}: {made.text[start:end]!r} in {made.text!r}")
        for one in spans:
            scores[one.kind].found += 1
            if any(
                start - 1 <= one.start and one.end <= end + 1 and kind == one.kind
                for start, end, kind in made.planted
            ):
                scores[one.kind].right += 1
            else:
                wrong.append(f"wrongly {one.kind}: {made.text[one.start : one.end]!r} in {made.text!r}")
    return scores, wrong


def total(scores: dict[str, Score]) -> tuple[float, float]:
    """Recall and precision over all kinds."""
    of = Counter[str]()
    for score in scores.values():
        of.update(planted=score.planted, caught=score.caught, found=score.found, right=score.right)
    return of["caught"] / of["planted"], of["right"] / of["found"]


def milliseconds(texts: list[Made]) -> list[float]:
    taken = []
    for made in texts:
        began = time.thread_time()
        mask(made.text)
        taken.append(1_000 * (time.thread_time() - began))
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.masking", description=__doc__)
    parser.add_argument("--texts", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--wrong", type=int, default=0, help="show so many of what went wrong")
    options = parser.parse_args()
    texts = make_texts(options.texts, options.seed)
    scores, wrong = measure(texts)
    print("| kind | planted | recall | precision |\n|---|---|---|---|")
    for kind, score in scores.items():
        print(
            f"| {kind} | {score.planted} | {score.caught / max(1, score.planted):.4f} "
            f"| {score.right / max(1, score.found):.4f} |"
        )
    recall, precision = total(scores)
    taken = milliseconds(texts)
    print(f"| all | {sum(one.planted for one in scores.values())} | {recall:.4f} | {precision:.4f} |")
    slow = np.quantile(taken, 0.99)
    print(f"\nms of processor a text: median {np.median(taken):.2f}, p99 {slow:.2f}, most {max(taken):.2f}")
    print("\n".join(wrong[: options.wrong]))


if __name__ == "__main__":
    main()
