"""Questions that council members write themselves, held to the same rules as those that are made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from persona_store.errors import FieldError
from persona_store.models import TriviaQuestion
from persona_store.retiring import RETIRED
from persona_store.trivia.made import Draft, Made, Option
from persona_store.trivia.material import Material, is_askable
from persona_store.trivia.reviewing import OPEN, settle_flags
from persona_store.trivia.rounds import keep_questions
from persona_store.trivia.tells import of_one_length, stands_alone

KIND = "written"
LONGEST_PROMPT, LONGEST_OPTION, LONGEST_WHY = 300, 150, 500
WRONG_FIELDS = ("wrong_1", "wrong_2", "wrong_3")
NEARLY = 0.5
"""From this likeness on a wrong option is taken for what we know; that of repeated insights is 0.62, but here
whoever is refused need only write another option."""

Likeness = Callable[[str, str], float]
"""How much of a new text a known one says already (``Index.likeness``)."""


@dataclass(frozen=True)
class Written:
    """What somebody wrote. ``statement``: what a right answer shows to be known, None for anything else."""

    persona: str
    statement: str | None
    prompt: str
    right: str
    wrong: tuple[str, str, str]
    why: str

    @property
    def options(self) -> tuple[str, ...]:
        return (self.right, *self.wrong)


def check_written(material: Material, likeness: Likeness, written: Written) -> Made:
    """Make the question; raises FieldError, with the reason, where it is not fair."""
    written = _tidy(written)
    if written.persona not in material.personas:
        raise FieldError("about", "This persona is no longer in the store.")
    _check_lengths(written)
    _check_statement(material, written)
    _check_tells(material, written)
    _check_wrong(material, likeness, written)
    return _made(material, written)


def write_question(
    session: Session, made: Made, author: str, now: datetime, instead_of: int | None = None
) -> TriviaQuestion:
    """Keep a question that was checked; ``instead_of``: one that it replaces, and that is asked no more."""
    (question_id,) = keep_questions(session, [made], now)
    question = session.get_one(TriviaQuestion, question_id, populate_existing=True)
    if instead_of is not None and instead_of != question_id:
        old = settle_flags(session, instead_of, keep=False, now=now)
        old.state = RETIRED
    elif instead_of is not None:
        settle_flags(session, instead_of, keep=True, now=now)
    question.author, question.state, question.why = author, OPEN, made.why
    question.statement = made.statement
    session.flush()
    return question


def list_written(session: Session, limit: int) -> Sequence[TriviaQuestion]:
    """Those that are asked, the latest first."""
    own = TriviaQuestion.author.is_not(None) & (TriviaQuestion.state == OPEN)
    return session.scalars(
        select(TriviaQuestion).where(own).order_by(TriviaQuestion.id.desc()).limit(limit)
    ).all()


def written_of(question: TriviaQuestion) -> Written:
    """Give a question as it would have been written, to be edited."""
    texts = [option["text"] for option in question.options]
    right = texts.pop(question.right)
    wrong = (*texts, "", "", "")[:3]
    return Written(
        question.persona,
        question.statement,
        question.prompt,
        right,
        (wrong[0], wrong[1], wrong[2]),
        question.why,
    )


def _tidy(written: Written) -> Written:
    def one_line(text: str) -> str:
        return " ".join(text.split())

    first, second, third = map(one_line, written.wrong)
    prompt = "\n".join(line for line in map(one_line, written.prompt.splitlines()) if line)
    return replace(
        written,
        prompt=prompt,
        right=one_line(written.right),
        wrong=(first, second, third),
        why=written.why.strip(),
    )


def _check_lengths(written: Written) -> None:
    fields = {"right": written.right} | dict(zip(WRONG_FIELDS, written.wrong, strict=True))
    seen: dict[str, str] = {}
    for field, text in fields.items():
        if not text or len(text) > LONGEST_OPTION:
            raise FieldError(field, f"Write an answer of at most {LONGEST_OPTION} characters.")
        if text.casefold() in seen:
            raise FieldError(field, "Two answers are the same.")
        seen[text.casefold()] = field
    for field, text, most in (("prompt", written.prompt, LONGEST_PROMPT), ("why", written.why, LONGEST_WHY)):
        if not text or len(text) > most:
            raise FieldError(field, f"Write something of at most {most} characters.")


def _check_statement(material: Material, written: Written) -> None:
    if written.statement is None:
        return
    about = material.statements.get(written.statement)
    if about is None or about.persona != written.persona:
        raise FieldError("about", "This statement has been retired. Choose another one.")
    if not is_askable(about):
        raise FieldError(
            "about", "This is an assumption: nobody has researched it, so it is no question yet."
        )


def _check_tells(material: Material, written: Written) -> None:
    """Nothing may give the answer away."""
    if _who(material, written.right):
        if material.tells(written.prompt, written.persona):
            raise FieldError(
                "prompt", "The question says by itself whom it is about: a name, a role, a pronoun."
            )
        return
    if stands_alone(written.right, written.wrong):
        raise FieldError(
            "right",
            "It stands out: the longest or the shortest by far, or the only one with (or without) a number.",
        )
    if not of_one_length(written.options):
        raise FieldError("wrong_1", "The answers differ too much in length: one can guess.")


def _check_wrong(material: Material, likeness: Likeness, written: Written) -> None:
    """A wrong option must be wrong."""
    texts = dict(zip(WRONG_FIELDS, written.wrong, strict=True))
    for field, option in zip(WRONG_FIELDS, written.wrong, strict=True):
        slug = _who(material, option)
        if slug is not None:
            _check_who(material, written, field, slug)
            del texts[field]
    for one in material.said_of[written.persona]:  # each is read once: that takes longest
        for field, option in texts.items():
            if likeness(option, one.text) >= NEARLY:
                name = material.personas[written.persona].name
                raise FieldError(
                    field, f"This is nearly true of {name}: “{one.text}” A wrong answer must be wrong."
                )


def _check_who(material: Material, written: Written, field: str, slug: str) -> None:
    if slug == written.persona:
        raise FieldError(field, "That is the persona whom the question is about.")
    about = material.statements.get(written.statement or "")
    if about is not None and material.is_near(about, slug):
        name = material.personas[slug].name
        raise FieldError(
            field, f"We know nearly the same of {name}: as a wrong answer it would not be wrong."
        )


def _who(material: Material, option: str) -> str | None:
    """The slug of the persona that an option names, if it is no more than a name."""
    wanted = option.casefold().strip(" .")
    for persona in material.personas.values():
        if wanted in {persona.name.casefold(), persona.name.casefold().partition(" ")[0]}:
            return persona.slug
    return None


def _made(material: Material, written: Written) -> Made:
    options = []
    for text in written.options:
        slug = _who(material, text)
        statement = written.statement if text == written.right else None
        persona = material.personas[slug] if slug else None
        options.append(Option(persona.name if persona else text, slug, statement))
    return Draft(KIND, written.prompt, tuple(options), written.why, written.persona, written.statement).made()
