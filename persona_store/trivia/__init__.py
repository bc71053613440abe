"""Trivia: questions that teach who the personas are.

``questions`` makes one question or a round of them: ``kinds`` says how each kind is drawn from the
``material``, ``distractors`` finds wrong options that are wrong, ``tells`` what would give an answer away,
``loading`` reads the material from the store and keeps it.
"""

from persona_store.trivia.questions import KINDS

__all__ = ["KINDS"]
