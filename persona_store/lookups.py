"""Questions that no statement answers, because they are about the personas themselves."""

import re
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from persona_store.personas import find_named


class LookUp(StrEnum):
    LIST = "list"
    HELP = "help"
    CARD = "card"
    NEWS = "news"
    COMPARE = "compare"
    SOURCES = "sources"


@dataclass(frozen=True)
class Wanted:
    """What to look up; of whom, where it is about one persona (a slug); ``rest``: what a comparison names."""

    what: LookUp
    slug: str = ""
    rest: str = ""


_PERSONAS = r"(all |our |the |your |my |customer |user )*personas?"
_ALONE = {
    LookUp.LIST: rf"((who|what|which)( are| do we have)? )?(list |show |see )?(me )?{_PERSONAS}"
    r"( are there| do (we|you) have| exist)?",
    LookUp.HELP: r"help( me)?|what can you do|how do(es)? (you|this|it|persona) work|what (are|is) you",
    LookUp.SOURCES: r"how do (we|you) know( (that|this|it))?|says who|"
    r"(and )?(what|where)(['’]s| is| are)? the (evidence|research|sources?|proof)"
    r"( (for|behind) (that|this|it))?|"
    r"where does (that|this|it) come from|sources?|evidence|who said (that|this|so)",
}
_OF_ONE = {
    LookUp.CARD: r"(who is|who['’]s|tell me (all |everything )?about|introduce( me to)?|describe|show( me)?) "
    r"(?P<who>.+)",
    LookUp.NEWS: r"(what(['’]s| is| has)?|anything) (new|changed)( (about|with|for|on|in))? (?P<who>.+)",
}
_COMPARE = re.compile(r"compare (?P<rest>.+)", re.IGNORECASE)


def find_look_up(session: Session, text: str) -> Wanted | None:
    """Tell what is to be looked up; None for a question that statements may answer."""
    asked = " ".join(text.split()).strip(" ?!.:,")
    for what, pattern in _ALONE.items():
        if re.fullmatch(pattern, asked, re.IGNORECASE):
            return Wanted(what)
    if compared := _COMPARE.fullmatch(asked):
        return Wanted(LookUp.COMPARE, rest=compared["rest"])
    for what, pattern in _OF_ONE.items():
        if found := re.fullmatch(pattern, asked, re.IGNORECASE):
            slugs = find_named(session, re.sub(r"^(the|our) ", "", found["who"], flags=re.IGNORECASE))
            return Wanted(what, slug=slugs[0]) if len(slugs) == 1 else None
    return None
