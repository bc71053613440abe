"""The kinds of questions about the journey, the segments and the stories. Pure."""

import re
from collections import Counter
from collections.abc import Iterator

from persona_store.trivia.distractors import WRONG
from persona_store.trivia.made import Draft, Option
from persona_store.trivia.material import Material, StoryEntry
from persona_store.trivia.tells import of_one_length
from persona_store.trivia.turn import Turn

TIED = ("pain_point", "trigger")
"""Kinds of statements that mostly belong to one stage."""
FEWEST_STAGES, MOST_STAGES = 4, 6
MOST_PAIN, CLEARLY = 3, 2
"""Of the stage that hurts most: how many pain points at least, and how many times those of the next."""
SHORTEST_STORY, LONGEST_STORY = 90, 420
SENTENCES = re.compile(r"(?<=[.!?])\s+")


def stage(turn: Turn) -> Iterator[Draft]:
    """Ask at which stage something hurts or sets something in motion."""
    for one in turn.statements():
        if len(one.stages) == 1 and one.kind in TIED and not turn.material.names_stage(one):
            told = {
                "stage": turn.material.stage_names[one.stages[0]],
                "description": turn.material.stages.get(one.stages[0], ""),
            }
            prompt = turn.prompt("stage", persona=turn.name, statement=one.text)
            yield from _at_stage("stage", turn, one.stages[0], prompt, turn.why("stage", **told), one.key)


def hurts(turn: Turn) -> Iterator[Draft]:
    """Ask which stage hurts most, where that is not open to doubt."""
    pains = [one for one in turn.material.said_of[turn.persona] if one.kind == "pain_point"]
    counts = Counter(slug for one in pains for slug in one.stages).most_common()
    most, second = (*(count for _, count in counts[:2]), 0, 0)[:2]
    if turn.statement is None and most >= max(MOST_PAIN, CLEARLY * second):
        why = turn.why("hurts", count=str(most), second=str(second))
        yield from _at_stage("hurts", turn, counts[0][0], turn.prompt("hurts", persona=turn.name), why)


def _at_stage(
    kind: str, turn: Turn, right: str, prompt: str, why: str, statement: str | None = None
) -> Iterator[Draft]:
    """Give the question whose options are the stages in their order, where those are not too many."""
    options = {slug: Option(name) for slug, name in turn.material.stage_names.items()}
    if FEWEST_STAGES <= len(options) <= MOST_STAGES:
        wrong = (option for slug, option in options.items() if slug != right)
        yield Draft(
            kind,
            prompt,
            (options[right], *wrong),
            why.strip(),
            turn.persona,
            statement,
            in_order=tuple(options.values()),
        )


def segment(turn: Turn) -> Iterator[Draft]:
    """Ask for which group of customers she stands, or for one of its figures."""
    own = turn.material.personas[turn.persona].segment
    by_name = {one.name: one for one in turn.material.segments}
    if turn.statement is not None or own not in by_name:
        return
    facts = ["name", *by_name[own].facts]
    turn.chance.shuffle(facts)
    for fact in facts:
        values = {
            one.name: one.name if fact == "name" else one.facts.get(fact, "") for one in by_name.values()
        }
        right = values.pop(own)
        wrong = sorted({value for value in values.values() if value} - {right})
        turn.chance.shuffle(wrong)
        texts = [right, *wrong[:WRONG]]
        if len(texts) == 1 + WRONG and of_one_length(texts) and not turn.material.tells(right, turn.persona):
            told = {} if fact == "name" else {"segment": own}
            yield Draft(
                "segment",
                turn.prompt(f"segment_{fact}", persona=turn.name, **told),
                tuple(Option(text) for text in texts),
                turn.why("segment", segment=own, description=by_name[own].description).strip(),
                turn.persona,
            )


def story(turn: Turn) -> Iterator[Draft]:
    """Ask to a customer like whom this happened."""
    stories = [one for one in turn.material.stories if one.persona == turn.persona]
    if turn.statement is not None:
        return
    turn.chance.shuffle(stories)
    for one in stories:
        text = _excerpt(turn.material, one)
        wrong = turn.others(text or "")
        if text and wrong:
            yield Draft(
                "story",
                turn.prompt("story", text=text),
                tuple(turn.named(slug) for slug in (turn.persona, *wrong)),
                turn.why("story", title=one.title),
                turn.persona,
            )


def _excerpt(material: Material, one: StoryEntry) -> str | None:
    """The longest run of sentences that do not say whom it happened to."""
    runs: list[list[str]] = [[]]
    for said in SENTENCES.split(one.happened):
        if material.tells(said, one.persona, told=True):
            runs.append([])
        elif len(" ".join([*runs[-1], said])) <= LONGEST_STORY:
            runs[-1].append(said)
    text = max((" ".join(run) for run in runs), key=len)
    return text if len(text) >= SHORTEST_STORY else None
