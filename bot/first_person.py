"""A statement said by the persona herself: grammar only, nothing is added."""

import re

IRREGULAR = {
    "is": "am",
    "isn't": "am not",
    "has": "have",
    "does": "do",
    "doesn't": "don't",
    "goes": "go",
    "would": "would",
    "will": "will",
    "cannot": "cannot",
    "can": "can",
}
OF_ANOTHER = re.compile(
    r"\b(?:she|he|they|her|hers|his|him|herself|himself|their|themselves)\b"
    r"|\b(?:and|or|but|then)[, ]+([a-z']+)"
)
"""What would have to change too: another word for the persona, or a second verb (the group)."""
VERBS = frozenset(
    """
    accepts admits adopts agrees answers approves asks assumes attends avoids becomes begins believes
    blames brings builds buys calculates calls cancels cares carries checks chooses clicks closes
    collects comes compares complains connects considers copies counts cuts decides delays deletes
    demands depends dislikes distrusts doubts draws drives drops enjoys enters expects explains exports
    favors favours fears feels fights files fills finds finishes follows forgets forwards gets gives
    handles hates hears hesitates hides holds hopes ignores insists invites jokes judges keeps knows
    lacks learns leaves lets likes listens lives looks loses loves makes measures meets minds misses
    moves names needs notices objects opens orders organises organizes owns pays picks plans plays
    postpones prefers prints promises pushes puts questions reacts reads recalculates receives
    recommends refuses regards regrets rejects relies remembers renews repeats replaces reports resents
    resists returns rings runs saves says schedules searches sees sells sends sets shares shops shows
    signs skips sleeps speaks spends stands starts stays stops struggles suspects switches takes talks
    teaches tells tests thinks threatens throws travels treats tries trusts turns types understands
    updates uses values visits waits walks wants warns watches welcomes wishes wonders works worries
    writes
    """.split()
)


def first_person(text: str) -> str | None:
    """Turn "Wants to see ..." into "I want to see ..."; None where that is not safe to do."""
    first, _, rest = text.strip().partition(" ")
    word = first.lower()
    if word in {"i", "i'm", "i’m", "my"}:
        return text.strip()
    following = OF_ANOTHER.findall(rest.lower())
    if not rest or any(not verb or verb in VERBS or verb in IRREGULAR for verb in following):
        return None
    if word in IRREGULAR:
        return f"I {IRREGULAR[word]} {rest}"
    return f"I {_base(word)} {rest}" if word in VERBS else None


def _base(verb: str) -> str:
    if verb.endswith("ies"):
        return f"{verb[:-3]}y"
    if verb.endswith(("ches", "shes", "sses", "xes")):
        return verb[:-2]
    return verb[:-1]
