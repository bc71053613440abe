"""What a round was about: the message that reveals it, and the window with one's own answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot import blocks
from bot.blocks import Block, Message
from bot.persona_blocks import sources_button
from bot.terms import Terms
from bot.trivia.messages import LETTERS, Asked, boards_button, people, result_button
from bot.wording import Mrkdwn, Words, link, moment_for_reader
from persona_store.models import Statement, TriviaQuestion
from persona_store.retiring import RETIRED
from persona_store.trivia.results import QuestionResult, RoundResult, owners_of

REVEAL = "trivia/reveal"
FEWEST_TOLD = 3
"""Players of a question before it is told how many were right: of fewer it would tell who."""
MOST_NAMED = 12


@dataclass(frozen=True)
class Shown:
    """A result, with the statements by key that are still there; ``url``: of the opening message.

    ``names``: of the personas whose statements are wrong options, by slug.
    """

    result: RoundResult
    statements: Mapping[str, Statement]
    now: datetime
    url: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Own:
    """What somebody answered, by the id of the question."""

    answers: Mapping[int, int] = field(default_factory=dict)


def reveal_message(words: Words, shown: Shown) -> Message:
    """Every answer, why, and who took part; options keep the letters that they had."""
    result = shown.result
    stars = people(result.all_right[:MOST_NAMED])
    return Message(
        words(REVEAL, "text", stars=stars),
        [
            blocks.header(words.plain(REVEAL, "head")),
            blocks.section(_took_part(words, shown)),
            *_questions(words, shown, None),
            blocks.actions(result_button(words, result.round.id), boards_button(words)),
        ],
    )


def result_view(words: Words, shown: Shown, own: Own) -> Block:
    """Show somebody a round that has closed, with what they answered."""
    result = shown.result
    right = sum(own.answers.get(one.question.id) == one.question.right for one in result.questions)
    piece = "my_points" if own.answers else "not_played"
    head = (
        words(REVEAL, piece, right=right, count=len(result.questions))
        if own.answers
        else words(REVEAL, piece)
    )
    return _view(words, [blocks.section(head), *_questions(words, shown, own)])


def open_view(words: Words, questions: Sequence[TriviaQuestion], own: Own, closes_at: datetime) -> Block:
    """Show somebody what they have answered so far."""
    lines = [
        blocks.section(
            words(
                REVEAL,
                "open_question",
                number=number,
                asks=asked_of(one).asks,
                about=asked_of(one).about,
                mine=_mine_open(words, one, own),
            )
        )
        for number, one in enumerate(questions, start=1)
    ]
    return _view(
        words, [blocks.context(words(REVEAL, "open_until", closes=moment_for_reader(closes_at))), *lines]
    )


def asked_of(question: TriviaQuestion) -> Asked:
    return Asked(question.prompt, [option["text"] for option in question.options])


def _view(words: Words, shown: list[Block]) -> Block:
    return blocks.modal(words.plain(REVEAL, "title"), shown, close=words.plain("answers/buttons", "close"))


def _took_part(words: Words, shown: Shown) -> str:
    """Name some, the best first; whoever is on no board is only counted."""
    result = shown.result
    stars = result.all_right
    named = [one for one in result.shown if one.slack_user_id not in stars]
    best = [one for one in named if one.right == named[0].right and one.right and not stars][:MOST_NAMED]
    rest = [one.slack_user_id for one in named if one not in best]
    room = max(0, MOST_NAMED - len(stars) - len(best))
    more = result.players - min(len(stars), MOST_NAMED) - len(best) - min(len(rest), room)
    return words(
        REVEAL,
        "took_part",
        players=result.players,
        link=link(shown.url, words.plain(REVEAL, "this_round")) if shown.url else "",
        stars=people(stars[:MOST_NAMED]),
        more_stars=max(0, len(stars) - MOST_NAMED),
        best=people([one.slack_user_id for one in best]),
        right=best[0].right if best else 0,
        count=len(result.questions),
        others=people(rest[:room]),
        more=more - max(0, len(stars) - MOST_NAMED),
    )


def _questions(words: Words, shown: Shown, own: Own | None) -> list[Block]:
    return [_question(words, shown, place, one, own) for place, one in enumerate(shown.result.questions)]


def _question(words: Words, shown: Shown, place: int, one: QuestionResult, own: Own | None) -> Block:
    question, asked = one.question, asked_of(one.question)
    statement = shown.statements.get(question.statement or "")
    text = words(
        REVEAL,
        "question",
        number=place + 1,
        asks=asked.asks,
        about=asked.about,
        letter=LETTERS[question.right],
        answer=asked.options[question.right],
        why=question.why,
        right=one.right,
        answered=one.answered,
        fewest=FEWEST_TOLD,
        others=[
            f"{LETTERS[option]} {shown.names[slug]}"
            for option, slug in owners_of(question).items()
            if slug in shown.names
        ],
        retired=question.state == RETIRED or (question.statement is not None and statement is None),
        flagged=one.is_flagged,
        mine=_mine(words, question, own) if own else "",
        **_research(words, statement, shown.now),
    )
    return blocks.section(text, sources_button(words, statement) if statement else None)


def _research(words: Words, statement: Statement | None, now: datetime) -> dict[str, str]:
    if statement is None:
        return {"symbol": "", "strength": "", "research": ""}
    terms = Terms(words)
    return {
        "symbol": terms.symbol(statement),
        "strength": terms.strength(statement),
        "research": terms.research(statement, now.date()),
    }


def _mine(words: Words, question: TriviaQuestion, own: Own) -> Mrkdwn:
    option = own.answers.get(question.id)
    if option is None:
        return Mrkdwn(words(REVEAL, "mine_none"))
    if option == question.right:
        return Mrkdwn(words(REVEAL, "mine_right", letter=LETTERS[option]))
    return Mrkdwn(words(REVEAL, "mine_wrong", letter=LETTERS[option], text=question.options[option]["text"]))


def _mine_open(words: Words, question: TriviaQuestion, own: Own) -> Mrkdwn:
    option = own.answers.get(question.id)
    if option is None:
        return Mrkdwn(words(REVEAL, "mine_none"))
    return Mrkdwn(words(REVEAL, "mine_open", letter=LETTERS[option], text=question.options[option]["text"]))
