"""Trivia: questions, rounds, answers, and what comes again."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("subscription", sa.Column("questions", sa.Integer(), nullable=True))
    op.add_column("subscription", sa.Column("hours", sa.Integer(), nullable=True))
    op.create_table(
        "player",
        sa.Column("slack_user_id", sa.Text(), nullable=False),
        sa.Column("on_boards", sa.Boolean(), nullable=False),
        sa.Column("department", sa.Text(), nullable=True),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("daily_time", sa.Text(), nullable=True),
        sa.Column("daily_state", sa.Text(), nullable=False),
        sa.Column("next_daily_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("course_began_on", sa.Date(), nullable=True),
        sa.Column("course_day", sa.Integer(), nullable=False),
        sa.Column("course_state", sa.Text(), nullable=False),
        sa.Column("next_course_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("profiled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("learnt_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("slack_user_id", name=op.f("pk_player")),
    )
    op.create_index(op.f("ix_player_next_daily_at"), "player", ["next_daily_at"], unique=False)
    op.create_index(op.f("ix_player_next_course_at"), "player", ["next_course_at"], unique=False)
    op.create_table(
        "trivia_card",
        sa.Column("slack_user_id", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("memory", sa.JSON(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("slack_user_id", "statement", name=op.f("pk_trivia_card")),
    )
    op.create_table(
        "trivia_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("persona", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trivia_question")),
        sa.UniqueConstraint("key", name=op.f("uq_trivia_question_key")),
    )
    op.create_index(op.f("ix_trivia_question_persona"), "trivia_question", ["persona"], unique=False)
    op.create_index(op.f("ix_trivia_question_statement"), "trivia_question", ["statement"], unique=False)
    op.create_table(
        "trivia_flag",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("slack_user_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("flagged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["trivia_question.id"],
            name=op.f("fk_trivia_flag_question_id_trivia_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("question_id", "slack_user_id", name=op.f("pk_trivia_flag")),
    )
    op.create_table(
        "trivia_round",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=True),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reveal_id", sa.Integer(), nullable=True),
        sa.Column("tally", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["delivery.id"], name=op.f("fk_trivia_round_id_delivery")),
        sa.ForeignKeyConstraint(
            ["reveal_id"], ["delivery.id"], name=op.f("fk_trivia_round_reveal_id_delivery")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trivia_round")),
    )
    op.create_index(op.f("ix_trivia_round_channel_id"), "trivia_round", ["channel_id"], unique=False)
    op.create_index(op.f("ix_trivia_round_opened_at"), "trivia_round", ["opened_at"], unique=False)
    op.create_index(op.f("ix_trivia_round_tally"), "trivia_round", ["tally"], unique=False)
    op.create_table(
        "trivia_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("slack_user_id", sa.Text(), nullable=False),
        sa.Column("option", sa.Integer(), nullable=False),
        sa.Column("is_right", sa.Boolean(), nullable=False),
        sa.Column("is_first", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["question_id"], ["trivia_question.id"], name=op.f("fk_trivia_answer_question_id_trivia_question")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["trivia_round.id"],
            name=op.f("fk_trivia_answer_round_id_trivia_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trivia_answer")),
        sa.UniqueConstraint(
            "round_id",
            "question_id",
            "slack_user_id",
            name=op.f("uq_trivia_answer_round_id_question_id_slack_user_id"),
        ),
    )
    op.create_index(op.f("ix_trivia_answer_answered_at"), "trivia_answer", ["answered_at"], unique=False)
    op.create_index(
        "ix_trivia_answer_person", "trivia_answer", ["slack_user_id", "answered_at"], unique=False
    )
    op.create_index(op.f("ix_trivia_answer_question_id"), "trivia_answer", ["question_id"], unique=False)
