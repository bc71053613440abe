"""How a council member looks at the backlog: what they chose to see is still so the next time."""

from dataclasses import asdict, dataclass, replace

from sqlalchemy.orm import Session

from persona_store.models import Person
from persona_store.refresh.backlog import FILTERS, BacklogFilter

KINDS = ("insight", "gap")


@dataclass(frozen=True)
class BacklogView:
    """``persona``, ``kind``: "" for all. ``mine``: only what is assigned to the person."""

    state: str = "open"
    persona: str = ""
    kind: str = ""
    mine: bool = False
    page: int = 0

    def filter_of(self, slack_user_id: str) -> BacklogFilter:
        assignee = slack_user_id if self.mine else None
        return BacklogFilter(self.state, self.persona or None, self.kind or None, assignee)


def view_of(session: Session, slack_user_id: str) -> BacklogView:
    person = session.get(Person, slack_user_id)
    return BacklogView(**person.backlog_view) if person and person.backlog_view else BacklogView()


def change_view(session: Session, slack_user_id: str, what: str, value: str) -> BacklogView:
    """Change one of its fields; whatever else is seen then begins at the first page."""
    view = _changed(view_of(session, slack_user_id), what, value)
    person = session.get(Person, slack_user_id) or Person(slack_user_id=slack_user_id, personas=[])
    person.backlog_view = asdict(view)
    session.add(person)
    return view


def _changed(view: BacklogView, what: str, value: str) -> BacklogView:
    first = replace(view, page=0)
    match what:
        case "state":
            return replace(first, state=value if value in FILTERS else "open")
        case "kind":
            return replace(first, kind=value if value in KINDS else "")
        case "persona":
            return replace(first, persona=value)
        case "mine":
            return replace(first, mine=value == "yes")
        case "page":
            return replace(view, page=int(value) if value.isdecimal() and len(value) < 6 else 0)
    return view
