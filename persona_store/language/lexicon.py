"""Words of the language that questions are asked in; nothing here is about any one company's personas."""

import re
from pathlib import Path

COMMON_WORDS = {
    word: rank
    for rank, word in enumerate(
        Path(__file__).with_name("common_words.txt").read_text(encoding="utf-8").splitlines()[1:]
    )
}
"""The commonest English words, and how many are commoner."""

STOP_WORDS = {
    "en": frozenset(
        """
        a about above across actually after again against all almost alone along already also
        although always am among an and another any anybody anyone anything are aren around as at
        away be became because been before behind being below between both but by came can cannot
        cant come comes could couldn d did didn didnt do does doesn doesnt doing don done dont down
        during each either else enough even ever every everybody everyone everything few for from
        further get gets getting give given go goes going gonna gone got gotta had hadn has hasn
        have haven having he her here hers herself hey hi hello him himself his how i if im in into
        is isn isnt it its itself ive just kind least less let lets like ll lot lots many may maybe
        me might mine more most much must my myself neither no nobody none nor not nothing now of
        off often oh ok okay on once one ones only onto or other others ought our ours ourselves out
        over own per perhaps pls please plz quite rather re really s same say says see seem seems
        several shall she should shouldn since so some somebody someone something sometimes somewhat
        soon still stuff such t than thank thanks that thats the their theirs them themselves then
        there these they theyre thing things this those though through thru to together too
        toward towards under until up upon us usually ve very via vs versus want wants wanted
        wanting was wasn way ways we well went were weren what whats when whenever where whether
        which while who whom whos whose why will with within without won would wouldn wont yes yet
        you youd your youre yours yourself waht wat wht teh need needs needed needing use uses used
        using make makes making made take takes taking put look looks looking feel feels feeling
        think thinks thought thinking know knows known tell show find care cares matter matters mean
        means show regarding concerning certain particular particularly specific specifically
        general generally biggest main major top key important typical typically overall current
        currently deal deals dealing handle handles handling react reacts cope copes help helps
        helped helping try tries trying tried start starts started
        """.split()
    ),
    "de": frozenset(
        """
        aber alle als am an auch auf aus bei bin bis bitte braucht brauchen da damit dann das dass
        dem den der des die dies diese dieser doch du ein eine einem einen einer er es fuer für gibt
        haben hat ich ihr ihre im in ist ja kann kein keine können man mein mit möchte nach nicht
        noch nur ob oder ohne sein seine sich sie sind so soll über um und uns von vor wann war
        warum was welche welcher wenn wer werden wie will wir wird wo wollen worüber würde zu zum
        zur
        """.split()
    ),
    "fr": frozenset(
        """
        a à ai au aux avec avoir besoin ce ces cette comme comment dans de des donc du elle elles en
        est et être fait faire il ils je la le les leur lui ma mais me mon ne nos notre nous on ont
        ou où par pas pour pourquoi qu quand que quel quelle quelles quels qui quoi sa sans se ses
        si son sont sur ta te tu un une va veut vos votre vous y d l s n c j
        """.split()
    ),
    "es": frozenset(
        """
        a al algo ante como cómo con cual cuál cuando cuándo de del desde donde dónde el él ella
        ellos en entre es esa ese eso esta este esto ha hace hacer hay la las le les lo los más me
        mi mucho muy necesita necesitan no nos o para pero por porque qué que quien quién quiere se
        ser si sí sin sobre son su sus te tiene un una unos y ya
        """.split()
    ),
    "it": frozenset(
        """
        a ad ai al alla anche bisogno c che chi ci come con cosa cui da dal dalla de dei del della
        delle di dove e è ed fa gli ha hanno ho i il in io l la le lei lo loro ma mi nel nella no
        non o per perché più quale quali quando questa questo se si sono su sua sue sui suo suoi un
        una uno vuole
        """.split()
    ),
    "nl": frozenset(
        """
        aan al als bij dat de den der des deze die dit doen door een en er heeft het hij hoe hun ik
        in is je kan maar me meer met mijn moet na naar niet nodig nog of om onder ons ook op over
        te toch tot uit van voor waar waarom wanneer wat welke werd wie wij wil willen zal ze zich
        zijn zo zou
        """.split()
    ),
    "pt": frozenset(
        """
        a ao aos as com como da das de do dos e é ela elas ele eles em entre essa esse esta este eu
        faz foi há isso já lhe mais mas me muito na não nas no nos o onde os ou para pela pelo por
        porque precisa precisam qual quando que quem quer se sem ser seu sua são sobre tem um uma
        você
        """.split()
    ),
}
"""Function words, and (English) the verbs and fillers that questions are carried by."""

FUNCTION_WORDS = frozenset(
    """
    a all also am an and any are as at be but by can could did do does for from had has have he her him
    his how i if in into is it its just like may me might must my no not of off ok on or our out over
    she should so some than that the their them then there these they this those to too up us was we
    were what when where which who whom whose why will with would yes you your hi hey hello please
    thanks
    """.split()
)
"""Words that are a name only where they are written as one ("Will", "May")."""

ABOUT_RESEARCH = frozenset(
    """
    persona personas research researched insight insights evidence finding findings data customer
    customers user users client clients audience people person persons folks guys team story profile
    archetype interviews interview opinion opinions view views anything information info learn learned
    learnt
    """.split()
)
"""Words that questions about customers use without being about them."""

GENERIC_PEOPLE = frozenset(
    """
    customer customers user users client clients people person persons persona personas folks guys
    audience buyer buyers visitor visitors member members consumer consumers subscriber subscribers
    prospect prospects one ones they everyone everybody anyone anybody someone somebody nobody we you i
    he she it who team teams company companies business businesses organisation organisations
    organization organizations shopper shoppers
    """.split()
)
"""Everybody, and so nobody in particular."""

PRONOUNS = frozenset("she he they her him his hers them their theirs herself himself themselves".split())
LIGHT_WORDS = frozenset(
    """
    hear hears face faces facing encounter encounters experience experiences summary summarise summarize
    overview describe recap list mention mentions raise raises question topic topics quick
    """.split()
)
"""Verbs and nouns that say nothing of a topic."""

_KINDS = {
    "pain_point": """
        annoy annoys annoyed annoying annoyance annoyances frustrate frustrates frustrated
        frustrating frustration frustrations pain pains painful hate hates hated struggle struggles
        struggling complain complains complaining complaint complaints problem problems challenge
        challenges challenging difficulty difficulties trouble troubles issue issues worry worries
        worried worrying afraid fear fears scared scare scares concern concerns concerned blocker
        blockers obstacle obstacles barrier barriers dislike dislikes gripe gripes upset upsets
        unhappy suffer suffers headache headaches bother bothers irritate irritates irritating bug
        bugs stress stresses nightmare nightmares hurdles hurdle pet-peeve peeves angry mad
        annoyances drawback drawbacks dreads dread burden burdens
    """,
    "goal": """
        goal goals achieve achieves aim aims aspire aspires aspiration aspirations motivate
        motivates motivated motivation motivations motivator motivators objective objectives
        ambition ambitions ambitious hope hopes dream dreams drive drives accomplish purpose
        priorities
    """,
    "need": """
        need needs needed require requires required requirement requirements necessary must-have
        want wants
    """,
    "job": """
        job jobs jtbd task tasks responsibility responsibilities duties
    """,
    "expectation": """
        expect expects expected expecting expectation expectations assume assumes anticipate
        anticipates
    """,
    "preference": """
        prefer prefers preferred preference preferences favourite favorite favourites favorites
        enjoy enjoys love loves like likes rather
    """,
    "behaviour": """
        behave behaves behaviour behavior behaviours behaviors habit habits routine routines usually
        use uses
    """,
    "trigger": """
        trigger triggers triggered prompt prompts provoke provokes
    """,
    "objection": """
        objection objections object objects hesitate hesitates hesitant hesitation hesitations doubt
        doubts sceptical skeptical pushback reluctant reluctance reservation reservations refuse
        refuses resist resists
    """,
}
KIND_WORDS = {word: kind for kind, text in _KINDS.items() for word in text.split()}

WEAK_KIND_WORDS = frozenset(
    """
    bug bugs drive drives issue issues job like likes need needed needs object objects problem problems
    prompt prompts rather require required requires task tasks use uses usually want wants
    """.split()
)
"""They say a kind only in passing, or are as often what the question is about."""


def _phrases(text: str) -> dict[str, tuple[str, ...]]:
    """Of lines as "key: one phrase; another phrase"; what is indented further belongs to the line above."""
    lines = re.sub(r"\n {8,}", " ", text).split("\n")
    pairs = (line.split(": ", 1) for line in lines if line.strip())
    return {key.strip(): tuple(phrase.strip() for phrase in said.split(";")) for key, said in pairs}


KIND_PHRASES = _phrases(
    """
    goal: trying to achieve; trying to do; trying to accomplish; want to achieve; looking to achieve;
        hoping to; what drives
    job: jobs to be done; job to be done; hire us for
    objection: stop from buying; hold back; holding back; holds back; keeps from buying; push back; say
        no to; object to; put off; talk out of; second thoughts; deal breaker; deal breakers
    trigger: start looking; makes switch; makes buy; made them buy; sets off; what makes
    preference: do like; does like; do love; does love
    pain_point: pain point; drives crazy; fed up; keeps up at night; keeps awake; gets on nerves; sick
        of; tired of; ticks off; pisses off
    behaviour: go about
    """
)

NEAR_KINDS = {
    "pain_point": ("objection",),
    "goal": ("job", "need"),
    "need": ("goal", "job", "expectation", "preference"),
    "job": ("goal", "need"),
    "expectation": ("need", "preference"),
    "preference": ("expectation",),
    "objection": ("pain_point",),
    "behaviour": (),
    "trigger": (),
}
"""Kinds that answer a question for a kind the persona has none of, nearest first."""

STAGE_SAYINGS = _phrases(
    """
    awareness discover discovery: first hears about us; first heard of; find out about us; discovers us
    consideration consider evaluate evaluation compare trial research explore: trying us out; trying it
        out; try us out; tries us out; shopping around; comparing vendors; comparing options; free
        trial; evaluating; kicking the tyres; looks at alternatives
    purchase buy buying decide decision checkout order: buys; buying; checking out; signs the contract;
        placing an order; makes the purchase; about to buy; closing the deal; signing up
    onboarding onboard setup implementation welcome start started: first logs in; logs in for the first
        time; first login; onboards; onboarding; getting started; gets started; sets up; setting up;
        first day; first week; is new; just joined; first time
    use usage daily everyday adopt adoption: day to day; daily use; every day; day-to-day
    support service help: contacts support; asks for help; opens a ticket; calls support; gets stuck
    renewal renew retention loyalty expansion: renews; renewing; renewal; contract is up; contract ends;
        contract expires
    leave churn cancel cancellation exit offboarding: about to churn; churns; cancels; cancelling;
        leaves us; wants to leave; about to leave
    advocacy advocate recommend referral: recommends us; tells others; refers a friend; leaves a review
    """
)
"""How people say the stages that most journeys have: words in a stage's name, then phrases."""

ROLE_SHORT = _phrases(
    """
    ops: operations
    dev: developer; development
    devs: developer
    coder: developer
    programmer: developer
    qa: quality; test; tester
    tester: test
    eng: engineer; engineering
    mgr: manager
    admin: administrator
    reporter: journalist
    rep: representative
    hr: human resources
    it: information technology
    doc: doctor
    gp: doctor
    physician: doctor
    teacher: educator
    educator: teacher
    lecturer: professor
    purchaser: buyer; procurement
    buyer: procurement
    procurement: buyer
    accountant: finance; accounting
    bookkeeper: accounting
    vp: vice president
    lead: leader
    leader: lead
    chief: head
    mum: mother; parent
    mom: mother; parent
    dad: father; parent
    salesperson: sales
    seller: sales; merchant
    vet: veteran
    pupil: student
    retiree: retired; pensioner
    pensioner: retired
    senior: older
    elderly: older
    sw: software
    infra: infrastructure
    freelancer: self-employed
    """
)
"""Other words for parts of an occupation."""
