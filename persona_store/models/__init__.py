"""Every table: the data dictionary.

Moments (``_at``) are aware and in UTC; days (``_on``) are dates. Ids of Slack say so in their name.
"""

from persona_store.models.base import Base, Moment
from persona_store.models.customers import (
    Alias,
    Catalogue,
    Evidence,
    JourneyStep,
    Lens,
    Persona,
    Revision,
    Segment,
    Stage,
    Statement,
    Vector,
    statement_evidence,
    statement_lens,
    statement_stage,
)
from persona_store.models.play import (
    Player,
    TriviaAnswer,
    TriviaCard,
    TriviaFlag,
    TriviaQuestion,
    TriviaRound,
)
from persona_store.models.posts import Delivery, Heartbeat, Pace, Story, Subscription
from persona_store.models.questions import Channel, Gap, GapVoice, Person, Question, Rating
from persona_store.models.requests import InboxRequest

__all__ = [
    "Alias",
    "Base",
    "Catalogue",
    "Channel",
    "Delivery",
    "Evidence",
    "Gap",
    "GapVoice",
    "Heartbeat",
    "InboxRequest",
    "JourneyStep",
    "Lens",
    "Moment",
    "Pace",
    "Person",
    "Persona",
    "Player",
    "Question",
    "Rating",
    "Revision",
    "Segment",
    "Stage",
    "Statement",
    "Story",
    "Subscription",
    "TriviaAnswer",
    "TriviaCard",
    "TriviaFlag",
    "TriviaQuestion",
    "TriviaRound",
    "Vector",
    "statement_evidence",
    "statement_lens",
    "statement_stage",
]
