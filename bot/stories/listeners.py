"""Ambassadors write stories, everybody reads them, the council approves them."""

import re
from typing import Any

from slack_bolt import Ack, App
from sqlalchemy.orm import Session

from bot.actions import OPEN_STORY_FORM, REVIEW_STORY, SHOW_STORY
from bot.blocks import Block, Message
from bot.desk import Desk
from bot.inputs import typed_in
from bot.manifest import COMMAND
from bot.replies import Reply
from bot.requests import Entry, clicks_of, is_subcommand, split_command
from bot.rights import Role, may
from bot.stories import forms, messages
from bot.stories.taking_back import delete_post, take_out
from bot.story_blocks import SLACK_ID, Names, story_names
from persona_store.models import Story
from persona_store.personas import find_named
from persona_store.posts.deliveries import add_notice
from persona_store.stories import (
    actor,
    approve_story,
    approvers_of,
    change_story,
    draft_story,
    get_story,
    get_story_for,
    list_own,
    list_posts,
    list_stories,
    return_story,
    submit_story,
    withdraw_story,
)
from persona_store.story_moves import PROMISED, READABLE, TOLD, Move, StoryText, attested, check_move, text_of

ABOUT = re.compile(r"^(about|of|for|from|on|with|in)\s+|[\s?!.]+$", re.IGNORECASE)


def register(app: App) -> None:
    app.command(COMMAND, matchers=[is_subcommand("story")])(write_story)
    app.command(COMMAND, matchers=[is_subcommand("stories")])(answer_stories)
    app.shortcut(OPEN_STORY_FORM)(write_story)
    for action, listener in (
        (OPEN_STORY_FORM, open_form),
        (SHOW_STORY, show_story),
        (REVIEW_STORY, review_story),
        (messages.WITHDRAW, withdraw),
    ):
        app.action(clicks_of(action))(listener)
    app.view(forms.STORY_FORM)(keep_story)
    app.view(forms.REVIEW_FORM)(settle_review)


def write_story(entry: Entry, reply: Reply, desk: Desk) -> None:
    with desk.store.read() as session:
        names = story_names(session)
    reply.open(forms.story_form(desk.words, names, at_home=_is_home(entry)))


def open_form(action: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    """Write a new story, or change one's own."""
    if not action.get("value"):
        write_story(entry, reply, desk)
        return
    with desk.store.read() as session:
        story = get_story_for(session, int(action["value"]), entry.slack_user_id)
        check_move(story, Move.EDIT, actor(session, entry.slack_user_id))
        names = story_names(session)
    _show(reply, entry, forms.story_form(desk.words, names, story, at_home=_is_home(entry)))


def review_story(action: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    with desk.store.read() as session:
        story = get_story_for(session, int(action["value"]), entry.slack_user_id)
        check_move(story, Move.EDIT, actor(session, entry.slack_user_id))
        names = story_names(session)
    view = forms.review_form(desk.words, names, story, entry.slack_user_id, at_home=_is_home(entry))
    _show(reply, entry, view)


def show_story(action: dict[str, Any], entry: Entry, reply: Reply, desk: Desk) -> None:
    reader = entry.slack_user_id
    with desk.store.read() as session:
        story, names = get_story_for(session, int(action["value"]), reader), story_names(session)
        is_council = actor(session, reader).is_council
    reply.open(messages.story_view(desk.words, story, names, reader, is_council=is_council))


def answer_stories(command: dict[str, Any], entry: Entry, reply: Reply, desk: Desk, role: Role) -> None:
    """List what there is to read, of one persona or stage where it is named."""
    asked = ABOUT.sub("", ABOUT.sub("", split_command(command.get("text", ""))[1]))
    with desk.store.read() as session:
        names = story_names(session)
        persona, stage = _about(session, asked, names, desk) if asked else (None, None)
        stories = list_stories(session, persona, [stage] if stage else [])
        own = list_own(session, entry.slack_user_id, messages.OWN_LISTED)
    if asked and not (persona or stage):
        reply.privately(messages.unknown_message(desk.words, asked, names))
        return
    about = names.personas.get(persona or "") or names.stages.get(stage or "") or ""
    may_write = may(role, "command:story")
    reply.privately(messages.list_message(desk.words, stories, own, names, about, may_write=may_write))


def keep_story(view: dict[str, Any], entry: Entry, ack: Ack, reply: Reply, role: Role, desk: Desk) -> None:
    """Save what its author typed, and submit it if that is wanted."""
    text, (story_id, seen) = forms.read_story(view), forms.seen_in(view)
    submits = forms.next_step(view) == forms.SUBMIT
    is_draft = forms.next_step(view) == forms.DRAFT
    needed = ("title", "personas", "happened") if is_draft else TOLD
    if problems := forms.problems_of(desk.words, text, of=needed):
        ack(response_action="errors", errors=problems)
        return
    with desk.store.begin() as session:
        if story_id is None:
            story = draft_story(session, entry.slack_user_id, text, desk.now)
        else:
            story = _changed(session, story_id, text, seen, entry, desk)
        if submits and story.state == "draft":
            submit_story(session, story.id, entry.slack_user_id, desk.now)
            _tell_council(session, story, desk)
        council = approvers_of(session, story)
    piece = {"draft": "drafted", "submitted": "submitted"}.get(story.state, "changed")
    said = messages.outcome(desk.words, piece, story, council)
    lacks = messages.lacks_blocks(desk.words, story)
    ack(response_action="update", view=messages.outcome_view(desk.words, said, lacks))
    if forms.is_at_home(view):
        desk.show_home(reply.client, entry.slack_user_id, role, desk)


def settle_review(view: dict[str, Any], entry: Entry, ack: Ack, reply: Reply, role: Role, desk: Desk) -> None:
    """Change, then approve or send back, what the council saw."""
    (story_id, seen), by = forms.seen_in(view), entry.slack_user_id
    approves, note = forms.next_step(view) == forms.APPROVE, typed_in(view, "note")
    with desk.store.read() as session:
        kept = get_story(session, story_id or 0)
    text, before = attested(forms.read_story(view), kept, by), text_of(kept)
    needed = (*TOLD, *PROMISED) if approves else TOLD
    problems = forms.problems_of(desk.words, text, of=needed, is_author=kept.author == by)
    if not approves and not note:
        problems |= forms.problem_of_note(desk.words)
    if problems:
        ack(response_action="errors", errors=problems)
        return
    with desk.store.begin() as session:
        story = change_story(session, story_id or 0, by, text, desk.now, seen)
        if approves:
            piece = "approved_again" if story.published_at else "approved"
            approve_story(session, story.id, by, desk.now)
        else:
            piece = "returned"
            return_story(session, story.id, by, note)
        notice = messages.author_notice(desk.words, piece, story, by, is_edited=text != before)
        _tell_author(session, story, piece, notice, by, desk)
    said = messages.outcome(desk.words, "approved" if approves else "returned", story)
    ack(response_action="update", view=messages.outcome_view(desk.words, said))
    if forms.is_at_home(view):
        desk.show_home(reply.client, by, role, desk)


def withdraw(action: dict[str, Any], entry: Entry, reply: Reply, role: Role, desk: Desk) -> None:
    """Never tell the story again, and delete the posts that told it."""
    by = entry.slack_user_id
    with desk.store.begin() as session:
        story = withdraw_story(session, int(action["value"]), by)
        notice = messages.author_notice(desk.words, "withdrawn", story, by)
        _tell_author(session, story, "withdrawn", notice, by, desk)
        posts = list_posts(session, story.id)
        quoting = list_posts(session, story.id, "spotlight")
    for post in posts:
        delete_post(reply.client, *post)
    for post in quoting:
        take_out(reply.client, *post, story.id)
    said = messages.withdrawn_text(desk.words, story, len(posts), len(quoting))
    if entry.is_in_modal:
        reply.update(messages.outcome_view(desk.words, said))
        desk.show_home(reply.client, by, role, desk)
    else:
        reply.privately(Message(said))


def _changed(session: Session, story_id: int, text: StoryText, seen: str, entry: Entry, desk: Desk) -> Story:
    """The story as its author changed it; the council hears of it where it has to approve it again."""
    was_approved = get_story(session, story_id).state in READABLE
    story = change_story(session, story_id, entry.slack_user_id, text, desk.now, seen)
    if was_approved and story.state == "submitted":
        _tell_council(session, story, desk)
    return story


def _tell_council(session: Session, story: Story, desk: Desk) -> None:
    payload = messages.submitted_notice(desk.words, story, story_names(session)).payload()
    for member in approvers_of(session, story):
        key = f"story {story.id} of {story.author} submitted {desk.now.isoformat()} {member}"
        add_notice(session, key, member, payload, desk.now)


def _tell_author(session: Session, story: Story, piece: str, notice: Message, by: str, desk: Desk) -> None:
    if story.author != by and SLACK_ID.fullmatch(story.author):
        moment = "" if piece == "withdrawn" else f" {desk.now.isoformat()}"
        key = f"story {story.id} {piece} by {by}{moment} {story.author}"
        add_notice(session, key, story.author, notice.payload(), desk.now)


def _is_home(entry: Entry) -> bool:
    """Whether it was clicked on the Home, or in a window that may have been opened there."""
    return entry.channel_id is None and entry.name.startswith("action:")


def _show(reply: Reply, entry: Entry, view: Block) -> None:
    """Open a window; from the story's own window, in its place, as only three fit on each other."""
    if entry.is_in_modal:
        reply.update(view)
    else:
        reply.open(view)


def _about(session: Session, asked: str, names: Names, desk: Desk) -> tuple[str | None, str | None]:
    """The persona or the journey stage that is meant, if any."""
    for slug, name in names.stages.items():
        if asked.casefold() in (slug.casefold(), name.casefold()):
            return None, slug
    found = find_named(session, asked) or list(desk.answering.answer(f"who is {asked}?").personas)
    return (found[0] if len(found) == 1 else None), None
