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
from persona_store.models.questions import Channel, Person, Question, Rating
from persona_store.models.refresh import (
    Draft,
    Objective,
    RefreshItem,
    TrailEntry,
    Verdict,
    Verification,
    Voice,
    draft_item,
)
from persona_store.models.requests import InboxRequest

__all__ = [
    "Alias",
    "Base",
    "Catalogue",
    "Channel",
    "Delivery",
    "Draft",
    "Evidence",
    "Heartbeat",
    "InboxRequest",
    "JourneyStep",
    "Lens",
    "Moment",
    "Objective",
    "Pace",
    "Person",
    "Persona",
    "Player",
    "Question",
    "Rating",
    "RefreshItem",
    "Revision",
    "Segment",
    "Stage",
    "Statement",
    "Story",
    "Subscription",
    "TrailEntry",
    "TriviaAnswer",
    "TriviaCard",
    "TriviaFlag",
    "TriviaQuestion",
    "TriviaRound",
    "Vector",
    "Verdict",
    "Verification",
    "Voice",
    "draft_item",
    "statement_evidence",
    "statement_lens",
    "statement_stage",
]
