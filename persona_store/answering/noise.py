"""How near statements come to questions that nobody has researched: what a likeness in meaning starts from.

It is higher where a persona has many statements, or where all are about one narrow business, and differs from
model to model. Taken off, one threshold holds for all of them. What this gained: bench/answers.
"""

QUESTIONS = tuple(
    """
    what does she eat for breakfast; how does he get to work; which car does she drive; does he have
    brothers or sisters; what music does she listen to; how often does he go to the gym; does she
    like gardening; which newspaper does he read; what does she wear to work; does he own his flat
    or rent it; where did she go to school; what would he buy with a bonus; does she keep pets; how
    does he celebrate birthdays; which sports does she watch; does he speak a second language; what
    does she think about the elections; how does he save for retirement; does she cook at home; what
    kind of phone does he have; does she drink coffee or tea; which bank does he use; how does she
    feel about flying; would he move to another city; does she believe in astrology; what does he do
    at the weekend; which insurance does she have; does he play video games; how tall is she; what
    is his favourite film; does she need a parking space; would he travel by train; what does she
    think about the weather; how does he clean the kitchen; does she want to write a book; which
    charity does he give to
    """.strip()
    .replace("\n    ", " ")
    .split("; ")
)
