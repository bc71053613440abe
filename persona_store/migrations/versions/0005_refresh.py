"""Refresh: the backlog, drafts, reviews, the trail; research questions become items of the backlog."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "objective",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objective")),
    )
    op.create_table(
        "trail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("slack_user_id", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("move", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail")),
    )
    op.create_index(op.f("ix_trail_happened_at"), "trail", ["happened_at"], unique=False)
    op.create_index(op.f("ix_trail_subject"), "trail", ["subject"], unique=False)
    op.create_table(
        "verification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("persona_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("slack_user_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["persona_id"],
            ["persona.id"],
            name=op.f("fk_verification_persona_id_persona"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification")),
    )
    op.create_index(op.f("ix_verification_persona_id"), "verification", ["persona_id"], unique=False)
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("persona", sa.Text(), nullable=False),
        sa.Column("base_revision", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.Column("drafted_by", sa.Text(), nullable=False),
        sa.Column("editors", sa.JSON(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("changelog", sa.Text(), nullable=True),
        sa.Column("objective_id", sa.Integer(), nullable=True),
        sa.Column("variant_reason", sa.Text(), nullable=True),
        sa.Column("restored_from", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["objective_id"], ["objective.id"], name=op.f("fk_draft_objective_id_objective")
        ),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_draft_revision_id_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
    )
    op.create_index(op.f("ix_draft_persona"), "draft", ["persona"], unique=False)
    op.create_index(op.f("ix_draft_state"), "draft", ["state"], unique=False)
    op.create_table(
        "refresh_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("personas", sa.JSON(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("was", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["refresh_item.id"], name=op.f("fk_refresh_item_merged_into_refresh_item")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_refresh_item_revision_id_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresh_item")),
    )
    op.create_index(op.f("ix_refresh_item_merged_into"), "refresh_item", ["merged_into"], unique=False)
    op.create_index(op.f("ix_refresh_item_revision_id"), "refresh_item", ["revision_id"], unique=False)
    op.create_index(op.f("ix_refresh_item_state"), "refresh_item", ["state"], unique=False)
    op.create_index(op.f("ix_refresh_item_statement"), "refresh_item", ["statement"], unique=False)
    op.create_table(
        "draft_item",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("fk_draft_item_draft_id_draft"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["refresh_item.id"],
            name=op.f("fk_draft_item_item_id_refresh_item"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("draft_id", "item_id", name=op.f("pk_draft_item")),
    )
    op.create_table(
        "verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("slack_user_id", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["refresh_item.id"], name=op.f("fk_verdict_item_id_refresh_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict")),
        sa.UniqueConstraint(
            "item_id",
            "slack_user_id",
            "verdict",
            "happened_at",
            name=op.f("uq_verdict_item_id_slack_user_id_verdict_happened_at"),
        ),
    )
    op.create_index("ix_verdict_untold", "verdict", ["told_at", "slack_user_id"], unique=False)
    op.create_table(
        "voice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("slack_user_id", sa.Text(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("verbatim", sa.Boolean(), nullable=False),
        sa.Column("stance", sa.Text(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("permalink", sa.Text(), nullable=True),
        sa.Column("follows", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["refresh_item.id"], name=op.f("fk_voice_item_id_refresh_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voice")),
        sa.UniqueConstraint("item_id", "slack_user_id", name=op.f("uq_voice_item_id_slack_user_id")),
        sa.UniqueConstraint("request", name=op.f("uq_voice_request")),
    )
    op.create_index(op.f("ix_voice_item_id"), "voice", ["item_id"], unique=False)
    op.create_index(op.f("ix_voice_statement"), "voice", ["statement"], unique=False)
    op.create_index("ix_voice_person", "voice", ["slack_user_id", "said_at"], unique=False)
    op.add_column("evidence", sa.Column("access", sa.Text(), nullable=True))
    op.add_column("person", sa.Column("group_role", sa.Text(), nullable=True))
    op.add_column("person", sa.Column("department", sa.Text(), nullable=True))
    op.add_column("person", sa.Column("personas", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("person", sa.Column("wants_news", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("person", sa.Column("backlog_view", sa.JSON(), nullable=True))
    op.add_column("revision", sa.Column("drafted_by", sa.Text(), nullable=True))
    op.add_column("revision", sa.Column("objective", sa.Text(), nullable=True))
    op.add_column("revision", sa.Column("restored_from", sa.Integer(), nullable=True))
    _make_items_of_gaps()


def _make_items_of_gaps() -> None:
    """Research questions keep their numbers; their voices, and the questions asked, go with them."""
    op.execute(
        "INSERT INTO refresh_item (id, kind, text, personas, state, opened_at, changed_at, missed)"
        " SELECT id, 'gap', text, personas, CASE WHEN closed_at IS NULL THEN 'new' ELSE 'published' END,"
        " opened_at, COALESCE(closed_at, opened_at), 0 FROM gap"
    )
    op.execute(
        "INSERT INTO voice (item_id, slack_user_id, said_at, verbatim, follows)"
        " SELECT gap_id, slack_user_id, asked_at, FALSE, TRUE FROM gap_voice"
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in ("refresh_item", "voice"):
            op.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table} HAVING max(id) > 0"  # noqa: S608
            )
    with op.batch_alter_table("question") as question:
        question.add_column(sa.Column("item_id", sa.Integer(), nullable=True))
    op.execute("UPDATE question SET item_id = gap_id")
    with op.batch_alter_table("question") as question:
        question.drop_index("ix_question_gap_id")
        question.drop_constraint(op.f("fk_question_gap_id_gap"), type_="foreignkey")
        question.drop_column("gap_id")
        question.create_foreign_key(
            op.f("fk_question_item_id_refresh_item"), "refresh_item", ["item_id"], ["id"]
        )
        question.create_index(op.f("ix_question_item_id"), ["item_id"], unique=False)
    op.drop_table("gap_voice")
    op.drop_table("gap")
