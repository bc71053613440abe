"""Why an answer is as it is: what was understood, how near each statement came, what was left out."""

from bot import blocks
from bot.blocks import Block
from bot.terms import Terms
from bot.wording import Words
from persona_store.asking import Explained

PIECES = "answers/explanation"


def explain_view(words: Words, explained: Explained) -> Block:
    lines = explanation(words, explained)
    return blocks.modal(
        words.plain(PIECES, "title"),
        [blocks.section(line) for line in lines],
        close=words.plain("answers/buttons", "close"),
    )


def explanation(words: Words, explained: Explained) -> list[str]:
    """Give the explanation, a paragraph each: for a window, or for the command line."""
    shown = [pair for pair in explained.ranking if explained.is_shown(pair[0])]
    left_out = [pair for pair in explained.ranking if not explained.is_shown(pair[0])]
    paragraphs = [
        _understood(words, explained),
        words(PIECES, "ranked", by_meaning=explained.goes_by_meaning),
    ]
    for piece, among in (("shown", shown), ("left_out", left_out)):
        if among:
            paragraphs.append(words(PIECES, piece))
            paragraphs += [
                words(
                    PIECES,
                    "line",
                    number=number,
                    name=statement.persona.name,
                    text=statement.text,
                    nearness=words(PIECES, "nearness", score=score),
                )
                for number, (statement, score) in enumerate(among, 1)
            ]
    return paragraphs


def _understood(words: Words, explained: Explained) -> str:
    answer, terms = explained.answer, Terms(words)
    return words(
        PIECES,
        "understood",
        names=", ".join(persona.name for persona in explained.personas),
        carried=answer.carried,
        kinds=", ".join(terms.kind(kind) for kind in answer.kinds),
        stages=", ".join(explained.stages),
        lens=answer.lens or "",
    )
