"""What people saw or heard: filed, joined to what is known, withdrawn. None of it names a customer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from persona_store.answering import Answering
from persona_store.errors import FieldError, NotFoundError, StoreError
from persona_store.models import Persona, RefreshItem, Stage, Statement, Voice
from persona_store.refresh.backlog import make_move
from persona_store.refresh.item_moves import OPEN_STATES, STANDING, Move
from persona_store.refresh.items import drop_words, get_item, list_merged, list_voices, root_of
from persona_store.refresh.masking import mask
from persona_store.refresh.trail import record_trail
from persona_store.refresh.verdicts import drop_news

INSIGHT = "insight"
LONGEST_INSIGHT = 2_000
LONGEST_OF_ONE = 5 * LONGEST_INSIGHT
"""What one person can say of the same item, in several times."""
STANCES = ("adds", "confirms", "contradicts")
PLACES = ("call", "visit", "ticket", "chat", "event", "other")
RATES = ((timedelta(hours=1), 15, "hour"), (timedelta(days=1), 60, "day"))
"""So many one person files: more are hardly what one person saw or heard."""


@dataclass(frozen=True)
class Said:
    """What somebody fills in. ``personas``: slugs; the rest as ``Voice`` says."""

    text: str
    personas: tuple[str, ...] = ()
    verbatim: bool = False
    stance: str | None = None
    statement: str | None = None
    stage: str | None = None
    place: str | None = None
    permalink: str | None = None


def submit_insight(session: Session, said: Said, slack_user_id: str, request: str, now: datetime) -> Voice:
    """File an insight; the same request twice is one.

    Raises FieldError where something of it is wrong, StoreError where the person files too many.
    """
    if known := find_filed(session, request):
        return known
    said = checked(session, said)
    _check_rate(session, slack_user_id, now)
    item = RefreshItem(
        kind=INSIGHT,
        text=said.text,
        personas=list(said.personas),
        statement=said.statement,
        state="new",
        opened_at=now,
        changed_at=now,
    )
    session.add(item)
    session.flush()
    voice = _add(session, item, said, slack_user_id, request, now)
    details = {"voice": voice.id, "stance": said.stance, "statement": said.statement}
    record_trail(session, f"item {item.id}", "submitted", by=slack_user_id, now=now, details=details)
    return voice


def add_voice(
    session: Session, item_id: int, slack_user_id: str, said: Said | None, request: str, now: datetime
) -> Voice:
    """Say the same as an open item; a person counts once, and what they typed is kept with their voice."""
    if known := find_filed(session, request):
        return known
    item = root_of(session, get_item(session, item_id))
    session.refresh(item, with_for_update=True)
    if item.state not in OPEN_STATES:
        raise StoreError(
            f"Nobody can join #{item.id} any more. {STANDING[item.state]} File yours as a new one."
        )
    said = checked(session, said) if said else None
    _check_rate(session, slack_user_id, now)
    voice = _find_own(session, item, slack_user_id)
    if voice is None:
        voice = _add(session, item, said, slack_user_id, request, now)
    else:
        voice.withdrawn_at, voice.follows = None, True
        if said and said.text not in (voice.text or ""):
            voice.text = f"{voice.text}\n\n{said.text}" if voice.text else said.text
        if len(voice.text or "") > LONGEST_OF_ONE:
            raise StoreError(f"You have said a lot of #{item.id} already. File the rest as a new one.")
    details = {"voice": voice.id}
    record_trail(session, f"item {item.id}", "joined", by=slack_user_id, now=now, details=details)
    session.flush()
    return voice


def withdraw_voice(session: Session, voice_id: int, slack_user_id: str, now: datetime) -> None:
    """Take it back, and what was typed with it; the item goes when nobody is left."""
    voice, root = get_own_insight(session, voice_id, slack_user_id)
    if voice.withdrawn_at is not None:
        return
    session.refresh(root, with_for_update=True)
    if root.state not in OPEN_STATES:
        raise StoreError(f"It cannot be withdrawn any more. {STANDING[root.state]}")
    said, voice.withdrawn_at, voice.text, voice.permalink = voice.text, now, None, None
    session.flush()
    details = {"voice": voice.id}
    record_trail(session, f"item {root.id}", "took_back", by=slack_user_id, now=now, details=details)
    drop_words(session, get_item(session, voice.item_id), said)
    drop_news(session, slack_user_id, root.id)
    if not list_voices(session, root):
        make_move(session, root.id, Move.WITHDRAW, slack_user_id, now)


def set_follows(session: Session, voice_id: int, slack_user_id: str, follows: bool) -> None:  # noqa: FBT001
    voice, root = get_own_insight(session, voice_id, slack_user_id)
    voice.follows = follows
    if not follows:
        drop_news(session, slack_user_id, root.id)


def get_own_insight(session: Session, voice_id: int, slack_user_id: str) -> tuple[Voice, RefreshItem]:
    """A person's own voice, and the item that it counts for now."""
    voice = session.get(Voice, voice_id)
    if voice is None or voice.slack_user_id != slack_user_id:
        raise NotFoundError("That is not an insight of yours, or it was erased.")
    return voice, root_of(session, get_item(session, voice.item_id))


def list_own_insights(
    session: Session, slack_user_id: str, limit: int
) -> Sequence[tuple[Voice, RefreshItem]]:
    """What a person reported, or joined in their own words, of what something became last first.

    What they withdrew is left out.
    """
    root = aliased(RefreshItem)
    mine = (
        select(Voice, RefreshItem)
        .join(RefreshItem, RefreshItem.id == Voice.item_id)
        .outerjoin(root, root.id == RefreshItem.merged_into)
        .where(Voice.slack_user_id == slack_user_id, Voice.withdrawn_at.is_(None))
        .where(or_(RefreshItem.kind == INSIGHT, Voice.text.is_not(None)))
        .order_by(func.coalesce(root.changed_at, RefreshItem.changed_at).desc(), Voice.id.desc())
        .limit(limit)
    )
    return [(voice, root_of(session, item)) for voice, item in session.execute(mine)]


def find_filed(session: Session, request: str) -> Voice | None:
    """What this request of Slack's has filed before, if it is worked on again."""
    return session.scalar(select(Voice).where(Voice.request == request))


def list_unheard(session: Session, slack_user_id: str, limit: int) -> Sequence[RefreshItem]:
    """Open insights that this person has said nothing of, the latest first."""
    mine = exists().where(Voice.item_id == RefreshItem.id, Voice.slack_user_id == slack_user_id)
    of_others = select(RefreshItem).where(
        RefreshItem.kind == INSIGHT, RefreshItem.state.in_(OPEN_STATES), RefreshItem.text != "", ~mine
    )
    return session.scalars(of_others.order_by(RefreshItem.id.desc()).limit(limit)).all()


def stage_names(session: Session) -> dict[str, str]:
    """By slug, in the order of the journey."""
    rows = session.execute(select(Stage.slug, Stage.name).order_by(Stage.position))
    return {slug: name for slug, name in rows}  # noqa: C416 - rows are no plain tuples


def checked(session: Session, said: Said) -> Said:
    """The same without personal data; raises FieldError where something is missing, too long, or unknown."""
    text = mask(said.text.strip()).text
    if not text:
        raise FieldError("text", "Say what you saw or heard.")
    if len(text) > LONGEST_INSIGHT:
        raise FieldError("text", f"Use at most {LONGEST_INSIGHT:,} characters; these are {len(text):,}.")
    known = set(session.scalars(select(Persona.slug).where(Persona.slug.in_(said.personas))))
    if known != set(said.personas):
        raise FieldError("persona", "There is no such persona any more. Choose another one.")
    if said.stage and session.scalar(select(Stage.id).where(Stage.slug == said.stage)) is None:
        raise FieldError("stage", "There is no such stage any more. Choose another one.")
    _check_statement(session, said)
    _check_choices(said)
    return replace(said, text=text)


def suggest_persona(answering: Answering, text: str) -> str | None:
    """Who a text is about: whom it names, else whose statements come nearest."""
    found = answering.answer(text)
    about = found.personas or found.matters_to
    return about[0] if about else None


def _check_statement(session: Session, said: Said) -> None:
    if said.statement is None:
        if said.stance in ("confirms", "contradicts"):
            raise FieldError("statement", f"Choose the statement that it {said.stance}, or choose “It adds”.")
        return
    owner = (
        select(Persona.slug)
        .join(Statement, Statement.persona_id == Persona.id)
        .where(Statement.key == said.statement, Statement.retired_at.is_(None))
    )
    slug = session.scalar(owner)
    if slug is None:
        raise FieldError("statement", "This statement was retired meanwhile. Choose another one.")
    if slug not in said.personas:
        raise FieldError("statement", "This statement is about somebody else. Choose one of this persona.")


def _check_choices(said: Said) -> None:
    if said.stance not in (None, *STANCES):
        raise FieldError("stance", "Choose one of the answers.")
    if said.place not in (None, *PLACES):
        raise FieldError("place", "Choose one of the places.")


def _check_rate(session: Session, slack_user_id: str, now: datetime) -> None:
    for period, most, name in RATES:
        said = select(func.count()).where(
            Voice.slack_user_id == slack_user_id, Voice.said_at > now - period, Voice.request.is_not(None)
        )
        if (session.scalar(said) or 0) >= most:
            raise StoreError(
                f"You have reported {most} insights within the last {name}, which is the most that one person"
                " can. This one is not filed: please send it later."
            )


def _find_own(session: Session, root: RefreshItem, slack_user_id: str) -> Voice | None:
    """The person's voice in an item or in what was merged into it, withdrawn ones too."""
    ids = [root.id, *(merged.id for merged in list_merged(session, root))]
    mine = select(Voice).where(Voice.item_id.in_(ids), Voice.slack_user_id == slack_user_id)
    return session.scalars(mine.order_by(Voice.withdrawn_at.is_not(None), Voice.id)).first()


def _add(
    session: Session, item: RefreshItem, said: Said | None, slack_user_id: str, request: str, now: datetime
) -> Voice:
    voice = Voice(item_id=item.id, slack_user_id=slack_user_id, said_at=now, request=request)
    if said:
        voice.text, voice.verbatim, voice.stance = said.text, said.verbatim, said.stance
        voice.statement, voice.stage, voice.place = said.statement, said.stage, said.place
        voice.permalink = said.permalink
    session.add(voice)
    session.flush()
    return voice
