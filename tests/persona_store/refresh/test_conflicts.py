"""What colleagues report against a statement, beside the statement."""

from datetime import datetime

from persona_store.database import Store
from persona_store.refresh.conflicts import count_conflicts
from tests.persona_store.refresh.items import ALICE, BOB, CAROL, DAVE, add, reported

AGAINST = {"stance": "contradicts", "statement": "priya.sso"}


def test_people_are_counted_once_in_items_that_are_open(store: Store, now: datetime) -> None:
    with store.begin() as session:
        item = reported(session, now)
        add(session, item, ALICE, now, **AGAINST)
        add(session, item, BOB, now, stance="confirms", statement="priya.sso")
        add(session, item, CAROL, now, **AGAINST, withdrawn_at=now)
        merged = reported(session, now, state="duplicate", merged_into=item.id)
        add(session, merged, ALICE, now, **AGAINST)
        add(session, merged, DAVE, now, **AGAINST)
        declined = reported(session, now, state="declined")
        add(session, declined, BOB, now, **AGAINST)

        assert count_conflicts(session, ["priya.sso", "priya.csv"]) == {"priya.sso": 2}
        assert count_conflicts(session, []) == {}
