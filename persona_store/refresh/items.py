"""Refresh items and their voices, read. Items that were merged count for their root."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from persona_store.errors import NotFoundError
from persona_store.models import RefreshItem, Voice


def get_item(session: Session, item_id: int) -> RefreshItem:
    item = session.get(RefreshItem, item_id)
    if item is None:
        raise NotFoundError(f"There is no #{item_id} in the refresh backlog.")
    return item


def root_of(session: Session, item: RefreshItem) -> RefreshItem:
    """The item that this one counts for now: itself, where it was not merged."""
    return list_above(session, item)[-1]


def list_above(session: Session, item: RefreshItem) -> list[RefreshItem]:
    """The item, what it was merged into, and so on up to its root."""
    found = [item]
    while found[-1].merged_into is not None:
        found.append(session.get_one(RefreshItem, found[-1].merged_into))
    return found


def list_merged(session: Session, item: RefreshItem) -> list[RefreshItem]:
    """All that was merged into it, and into those."""
    found: list[RefreshItem] = []
    level = [item.id]
    while level:
        into = select(RefreshItem).where(RefreshItem.merged_into.in_(level)).order_by(RefreshItem.id)
        rows = session.scalars(into).all()
        found += rows
        level = [row.id for row in rows]
    return found


def list_voices(session: Session, item: RefreshItem) -> Sequence[Voice]:
    """Its own and those of everything merged into it, the first first; not the withdrawn ones."""
    ids = [item.id, *(merged.id for merged in list_merged(session, item))]
    said = select(Voice).where(Voice.item_id.in_(ids), Voice.withdrawn_at.is_(None))
    return session.scalars(said.order_by(Voice.said_at, Voice.id)).all()


def drop_words(session: Session, item: RefreshItem, said: str | None) -> None:
    """Once somebody is gone who ``said`` this, put the item in the words of those who still speak for it.

    So with what it was merged into. Where they only agreed with it, its words are theirs too, and stay.
    """
    for one in list_above(session, item):
        left = list_voices(session, one)
        if not left:
            one.text = ""
        elif said and one.text in said:
            agreed_with = (each.text for each in list_merged(session, one) if list_voices(session, each))
            one.text = next(
                (text for text in (*(voice.text for voice in left), *agreed_with) if text), one.text
            )


def count_people(voices: Iterable[Voice]) -> int:
    """How many people these are; whoever is no longer known counts each time."""
    people = [voice.slack_user_id for voice in voices]
    return len({one for one in people if one}) + sum(not one for one in people)


def roots_of_merged(session: Session) -> dict[int, int]:
    """The root of each item that was merged, by number."""
    merged = select(RefreshItem.id, RefreshItem.merged_into).where(RefreshItem.merged_into.is_not(None))
    into: dict[int, int] = {item_id: root for item_id, root in session.execute(merged) if root is not None}
    found = {}
    for item_id in into:
        root = item_id
        while root in into:
            root = into[root]
        found[item_id] = root
    return found
