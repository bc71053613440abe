"""How English questions are put: the patterns that tell what is asked, and of whom."""

import re

POINTING = frozenset("it its that this those these they them there then one ones".split())
"""They point at what was asked before."""

PERSONAL = frozenset("i im ive id me my mine myself you your yours youre yourself u ur".split())
"""They make it a question of the asker's own, or to the bot."""

_VERBS = (
    "need|want|expect|care|think|feel|prefer|like|hate|say|use|struggle|do|react|worry|look|know|ask|buy|get|value|"
    "complain|love|fear|dislike|avoid|trust|choose|decide|learn|handle|deal|behave|respond|enjoy|require"
)
VERBS_OF_PERSONAS = re.compile(rf"(?:{_VERBS})s?")
STRANGER_SLOTS = (
    re.compile(r"\b(?:(?:our|the|an?|any)\s+)?((?:[\w-]+\s+){1,2}?)personas?\b"),
    re.compile(
        r"\b(?:would|does|do|did|will|can|should|could|might)\s+(?:an?\s+|the\s+|our\s+)?"
        rf"((?:[^\s,.?!]+\s+){{1,3}}?)(?:{_VERBS})s?\b"
    ),
    re.compile(
        r"^\W*(?:what are |list |show |tell me about )?(?:the |our |an? )?((?:[\w-]+'?s?'?\s+){1,2}?)"
        r"(?:main |biggest |top )?(?:needs|pain points?|pains|frustrations|goals|challenges|jobs to be done|"
        r"objections|expectations|preferences|problems|struggles|worries|fears|triggers|motivations)\W*$"
    ),
)
"""Where, in lower case, a question has the words for whom it is about."""

STRANGERS_FIRST = re.compile(
    r"^\W*((?:[\w-]+\s+){0,2}[\w-]+s)(?:\s*:|\s+-|,|\s+and\b|\s+(?:on|in|at) their\b)"
)
"""As in "night nurses: pain points?": here only an occupation counts."""

ABOUT_CUSTOMERS = re.compile(
    r"\b(?:(?:which|what) (?:of our )?(?:persona|customer|user|client|buyer|segment)s?\b"
    r"|any(?:one|body) (?:who|that|else|for whom|with)"
    r"|who(?:se|'s| is| are|s)? (?!(?:am|was|were|did|do|does|won|invented|i)\b)\w+"
    r"|do we (?:have|know)|what do we know|(?:our|the) (?:personas|customers|users|buyers|clients)"
    r"|is there (?:any|a) (?:research|evidence|persona)|(?:customers|users|personas|buyers|people) who"
    r"|what do (?:customers|users|people|buyers|they)\b)"
)
POLITE = re.compile(
    r"^\W*(?:(?:hey|hi|hello|please|so|ok|okay)\b\W*)*(?:(?:can|could|would|will) (?:you|u) (?:please )?"
    r"|i(?:'d| would)? (?:want|like|need) to (?:know|see)|i(?:'m| am) (?:wondering|curious|looking for)"
    r"|i wonder"
    r"|do you (?:know|have)|(?:please )?(?:tell|show|give|remind) (?:me|us))*"
    r"(?: (?:tell|show|give|remind) (?:me|us))?\b"
)
ELLIPSIS = re.compile(r"(?:and|but|or|also|ok|okay|so|then|what about|how about|what if|same for|why)\b")
QUESTIONING = re.compile(
    r"\W*(?:(?:and|but|ok|okay|so|then)\b\W*)*"
    r"(?:what|how|why|when|where|which|who|is|are|does|do|did|can|could|would|should|will|has|have)\b|.*\?"
)
ASKING_ON = re.compile(
    r"\W*(?:(?:and|but|or|ok|okay|hm+|oh|so|wait|interesting|really)\b\W*)*"
    r"(?:why(?: is (?:that|this|it)(?: so)?| so| that| not| though)?|how (?:so|come)|since when|for example"
    r"|such as|like what"
    r"|(?:tell|show|give) (?:me|us) more(?: about (?:that|this|it))?|(?:any )?(?:more|examples?|details)"
    r"|(?:what|anything|something) else|what do you mean(?: by (?:that|this|it))?)\W*(?:pls|please)?\W*"
)
"""Questions that only ask on."""

LENS_FRAME = (
    r"\b(?:for|from|through)\s+(?:a|an|the|our|my)?\s*{name}\s+(?:\w+\s+)?(?:call|pitch|demo|team|view|"
    r"viewpoint|perspective|angle|lens|side|point|standpoint|campaign|deck|people|colleagues|meeting|page)s?\b"
)
