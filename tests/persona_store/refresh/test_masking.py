import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.masking import make_texts, measure, milliseconds, total
from persona_store.refresh.masking import LONGEST_TEXT, Masked, mask

CHARACTERS = st.sampled_from(
    [*"0123456789 +-().@/:#,\nx", "call ", "order ", "DE", "@b.co", "[phone number]"]
)


@pytest.mark.parametrize(
    ("text", "masked", "kind"),
    [
        ("write to Ana.Lopez+shop@mail.example.org!", "write to [e-mail address]!", "email"),
        ("<mailto:ana@example.com|write>", "<mailto:[e-mail address]|write>", "email"),
        ("ana (at) bäckerei (dot) de", "[e-mail address]", "email"),
        ("call 0161 496 0123 tomorrow", "call [phone number] tomorrow", "phone"),
        ("+44 (0)161 496 0123 ext. 12.", "[phone number].", "phone"),
        ("1 (415) 555-2671", "[phone number]", "phone"),
        ("am besten 030/901820-12", "am besten [phone number]", "phone"),
        ("le 06.12.34.56.78 svp", "le [phone number] svp", "phone"),
        ("reach her on 555 0132", "reach her on [phone number]", "phone"),
        ("+４４ １６１\u00a0４９６ ０１２３", "[phone number]", "phone"),
        ("_call +44 161 496 0123_", "_call [phone number]_", "phone"),
        ("0161\u200b496\t0123 and 0161\u200e496\u200e0123", "[phone number] and [phone number]", "phone"),
        ("https://wa.me/441614960123", "https://wa.me/[phone number]", "phone"),
        ("ana\u200b@example.com_", "[e-mail address]_", "email"),
        ("_4111 1111 1111 1111_", "_[card number]_", "card"),
        ("paid with 4111\u00a01111\u00a01111\u00a01111.", "paid with [card number].", "card"),
        ("Amex 3782-822463-10005", "Amex [card number]", "card"),
        ("to DE89 3704 0044 0532 0130 00 please", "to [IBAN] please", "iban"),
        ("gb29nwbk60161331926819", "[IBAN]", "iban"),
        ("call 0161\n496 0123 tomorrow", "call [phone number] tomorrow", "phone"),
        ("ring +44 161 \n 496 0123.", "ring [phone number].", "phone"),
        ("(020)\n7946 0123", "[phone number]", "phone"),
        ("paid with 4111 1111\n1111 1111.", "paid with [card number].", "card"),
        ("Amex 3782-822463-\n10005", "Amex [card number]", "card"),
        ("to DE89 3704 0044\n0532 0130 00 please", "to [IBAN] please", "iban"),
        ("GB29\nNWBK 6016 1331 9268 19", "[IBAN]", "iban"),
        ("0161 496 0123\n0161 496 0124", "[phone number]\n[phone number]", "phone"),
        ("0161 496 0123\n12 loaves", "[phone number]\n12 loaves", "phone"),
    ],
)
def test_what_names_a_customer_is_taken_out(text: str, masked: str, kind: str) -> None:
    assert mask(text) == Masked(masked, (kind,))


@pytest.mark.parametrize(
    "text",
    [
        "order 4500012345, invoice 2026-004512, ticket TRAY-48213, INC0012345, #48213377",
        "orders 1204556781 and 1204556799",
        "on 2026-11-22 09:30, on 22.11.2026, 08:00-18:00, 2019-2024",
        "EUR 12 500, £1,299.00, 1.234.567,00 €, 12 345 678 loaves",
        "v4.12.2, build 202611221, 192.168.100.42, 53.8008, -1.5491",
        "EAN 4006381333931, 978-3-16-148410-0, 550e8400-e29b-41d4-a716-446655440000",
        "https://traylight.slack.com/archives/C0SUPPORT/p1732273200123456",
        "4111 1111 1111 1112 and DE88 3704 0044 0532 0130 00 are not right",
        "@Persona said 3 @ 9.99",
        "0161\n4960123\n0171\n3920123",
        "0044\n45001234\n45001235\n00451\n00452",
        "1234\n5678\n9012\n3456, 4111\n1111\n1111\n1111",
        "order 0161\n496 0123, sold 0161\n12 rolls, up +12\n2025 was better, 0161\n\n496 0123",
        "IMG_20261122_120000.jpg, ref_20221122334455, نص\u200f, 👩🏽\u200d🚀, soft\u00adhyphen",
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert mask(text) == Masked(text)


def test_all_of_it_is_named_once_in_one_order() -> None:
    masked = mask("0161 496 0123, 0161 496 0124, a@example.com")

    assert masked.text == "[phone number], [phone number], [e-mail address]"
    assert masked.kinds == ("email", "phone")


@given(st.text() | st.lists(CHARACTERS, max_size=60).map("".join))
def test_masking_never_fails_and_changes_nothing_the_second_time(text: str) -> None:
    once = mask(text)

    assert mask(once.text) == Masked(once.text)
    assert bool(once.kinds) == (once.text != text)


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1 ",
        "12 ",
        "(",
        "a@",
        "a.",
        "0-",
        "DE12 ",
        "+",
        "9(",
        "[at]",
        "06 12. ",
        "06 12 34\n",
        "4111 1111\n",
        "DE12\n",
    ],
)
def test_the_longest_texts_are_masked_in_time(piece: str) -> None:
    began = time.thread_time()
    masked = mask(piece * 10_000)

    assert time.thread_time() - began < 2
    assert len(masked.text) <= 4 * LONGEST_TEXT


def test_it_finds_what_it_should_in_texts_of_many_countries() -> None:
    texts = make_texts(200, seed=1)

    recall, precision = total(measure(texts)[0])

    assert recall >= 0.99
    assert precision >= 0.95
    assert sorted(milliseconds(texts))[len(texts) // 2] < 5
