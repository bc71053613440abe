"""Text to the word pieces that BERT models read, as their own tokenizer does it (uncased)."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

START, END, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
LONGEST_WORD = 100  # what is longer is unknown
MOST_CHARACTERS = 4_000  # more never fit into the pieces that a model takes
IDEOGRAPHS = (
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002a6df\U0002a700-\U0002ceaf\U0002f800-\U0002fa1f"
)
IDEOGRAPH = re.compile(f"([{IDEOGRAPHS}])")
NO_TEXT = frozenset({"Cc", "Cf", "Co", "Cs"})
ASCII_MARKS = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


class WordPieces:
    """``vocabulary``: a file with one piece a line; the number of the line is what the model gets."""

    def __init__(self, vocabulary: Path) -> None:
        lines = vocabulary.read_text(encoding="utf-8").split("\n")
        self._ids = {piece: number for number, piece in enumerate(lines) if piece}
        self._start, self._end, self._unknown = (self._ids[piece] for piece in (START, END, UNKNOWN))

    def ids(self, text: str, most: int) -> list[int]:
        """At most ``most`` of them, the marks of start and end among them. Takes any text."""
        found = [self._start]
        for word in _words(text[:MOST_CHARACTERS]):
            found += self._pieces(word)
            if len(found) >= most:
                break
        return [*found[: most - 1], self._end]

    def _pieces(self, word: str) -> list[int]:
        """The longest pieces from the left; unknown as a whole if any part is."""
        if len(word) > LONGEST_WORD:
            return [self._unknown]
        found: list[int] = []
        start = 0
        while start < len(word):
            sign = "##" if start else ""
            ends = range(len(word), start, -1)
            end = next((end for end in ends if sign + word[start:end] in self._ids), None)
            if end is None:
                return [self._unknown]
            found.append(self._ids[sign + word[start:end]])
            start = end
        return found


def _words(text: str) -> Iterator[str]:
    """Lower-case words without accents; every mark and every ideograph is a word of its own."""
    clean = "".join(" " if char.isspace() else char for char in text if _is_text(char))
    spaced = IDEOGRAPH.sub(r" \1 ", clean)
    bare = "".join(
        char for char in unicodedata.normalize("NFD", spaced) if unicodedata.category(char) != "Mn"
    )
    for word in bare.lower().split():
        yield from _split_at_marks(word)


def _split_at_marks(word: str) -> Iterator[str]:
    if word.isalnum():
        yield word
        return
    start = 0
    for at, char in enumerate(word):
        if char in ASCII_MARKS or unicodedata.category(char).startswith("P"):
            if start < at:
                yield word[start:at]
            yield char
            start = at + 1
    if start < len(word):
        yield word[start:]


def _is_text(char: str) -> bool:
    return char in "\t\n\r" or (char != "\ufffd" and unicodedata.category(char) not in NO_TEXT)
