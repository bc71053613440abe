"""Text to words: Slack markup off, words found in any script, stems."""

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

import snowballstemmer

from persona_store.language.lexicon import STOP_WORDS

QUESTION_LIMIT = 500
STEMMERS = dict(
    pair.split("=")
    for pair in """
    ar=arabic ca=catalan cs=czech da=danish de=german el=greek en=english eo=esperanto es=spanish
    et=estonian eu=basque fa=persian fi=finnish fr=french ga=irish hi=hindi hu=hungarian hy=armenian
    id=indonesian it=italian lt=lithuanian nb=norwegian ne=nepali nl=dutch no=norwegian pl=polish
    pt=portuguese ro=romanian ru=russian sr=serbian sv=swedish ta=tamil tr=turkish yi=yiddish
    """.split()
)
REMEMBERED_STEMS = 20_000

LINK = re.compile(r"<(?:https?|mailto|tel):[^<>|]{0,2000}(?:\|([^<>]{0,500}))?>")
MENTION = re.compile(r"<[@#!][^<>]{0,200}>")
BARE_LINK = re.compile(r"\b(?:https?://|www\.)\S+")
EMOJI_CODE = re.compile(r":(?=[a-z0-9_+'-]{0,60}[a-z])[a-z0-9_+'-]{1,60}:(?::skin-tone-\d:)?")
# letters and digits of any script; the ranges are vowel signs, which Python does not count as letters
WORD = re.compile(
    r"(?:[^\W_]|[\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0900-\u0963\u0980-\u0dff\u0e31-\u0e4e\u102b-\u103e])+"
    r"(?:'(?:[^\W_])+)?"
)
UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)
HIRAGANA = re.compile(r"[\u3040-\u309f]+")
SENTENCE_END = re.compile(r"[.!?:;\n(–—-]\s*$|^\W*$")
BRITISH = re.compile(
    r"(?<=\w\w)our(?=s|ed|ing|ful|able|ite|ites|$)|(?<=\w{3}i)s(?=e$|ed$|es$|ing$|er$|ation)"
)


@dataclass(frozen=True, slots=True)
class Token:
    word: str
    written: str
    capital: bool
    opens: bool  # a sentence, where a capital says nothing
    possessive: bool


def plain(text: str) -> str:
    """Without mentions, links and emoji of Slack's markup; at most 500 characters."""
    text = LINK.sub(lambda link: f" {link[1] or ''} ", text[: 8 * QUESTION_LIMIT])
    text = BARE_LINK.sub(" ", EMOJI_CODE.sub(" ", MENTION.sub(" ", text)))
    text = unicodedata.normalize("NFKC", html.unescape(text)).translate(
        {0x2019: "'", 0x2018: "'", 0xAD: None}
    )
    return " ".join(text.split(" "))[:QUESTION_LIMIT].strip()


def folded(text: str) -> str:
    """Lower case, without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(char for char in apart if not "\u0300" <= char <= "\u036f"))


def tokens(text: str) -> list[Token]:
    """The words of plain text. Where all of it is capitals, none counts as one."""
    shouted = text.isupper() and len(text) > 5
    found = []
    for match in WORD.finditer(text):
        written = match[0]
        word, possessive = _without_possessive(written, text[match.end() : match.end() + 1])
        opens = bool(SENTENCE_END.search(text[max(0, match.start() - 3) : match.start()]))
        found.append(Token(folded(word), word, word[:1].isupper() and not shouted, opens, possessive))
    return found


def _without_possessive(written: str, after: str) -> tuple[str, bool]:
    if written[-2:].lower() == "'s":
        return written[:-2], True
    return written.replace("'", ""), after == "'" and written[-1:] in "sS"


def words(text: str) -> list[str]:
    return [token.word for token in tokens(unicodedata.normalize("NFKC", text).replace("\u2019", "'"))]


def pieces(word: str) -> list[str]:
    """A word as it is; of scripts that put no space between words, pairs of characters."""
    if not UNSPACED.search(word):
        return [word]
    found = []
    for run in UNSPACED.findall(word):
        pairs = [run[at : at + 2] for at in range(max(1, len(run) - 1))]
        found += [pair for pair in pairs if not HIRAGANA.fullmatch(pair)] or pairs
    return found + [rest for rest in UNSPACED.split(word) if rest]


class Stems:
    """Stems of one language; thread-safe. Without a stemmer for the language, words are their own stems."""

    def __init__(self, language: str) -> None:
        self.language = language if language in STEMMERS or language in STOP_WORDS else language[:2]
        name = STEMMERS.get(self.language)
        self._stemmer = snowballstemmer.stemmer(name) if name else None
        self._known: dict[str, str] = {}
        self._lock = Lock()
        self.stop_words = STOP_WORDS.get(self.language, frozenset())

    def __call__(self, word: str) -> str:
        known = self._known.get(word)
        if known is None:
            with self._lock:
                if len(self._known) >= REMEMBERED_STEMS:
                    self._known.clear()
                known = self._known[word] = self._stem(word)
        return known

    def of(self, text_words: Iterable[str]) -> list[str]:
        return [self(piece) for word in text_words for piece in pieces(word)]

    def _stem(self, word: str) -> str:
        if self._stemmer is None or len(word) > 60:
            return word
        if self.language == "en":
            word = BRITISH.sub(lambda found: "or" if found[0] == "our" else "z", word)
        return str(self._stemmer.stemWord(word))


@lru_cache(maxsize=8)
def stems_of(language: str) -> Stems:
    """Shared, so that an index that is built anew need not stem what the last one did: half of the work."""
    return Stems(language)
