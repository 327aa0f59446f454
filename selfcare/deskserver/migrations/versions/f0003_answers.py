"""What was said to a whole outage is kept, so that it reaches everybody whoever was killed meanwhile."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """To this form."""
    op.create_table(
        "outage_answers", sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("outage_id", KEY, nullable=False), sa.Column("token", sa.Text(), nullable=False),
        sa.Column("text_fr", sa.Text(), server_default="", nullable=False),
        sa.Column("text_en", sa.Text(), server_default="", nullable=False),
        sa.Column("agent_id", KEY, nullable=True), sa.Column("at", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_outage_answers_agent_id"),
                                ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["outage_id"], ["outages.id"], name=op.f("fk_outage_answers_outage_id"),
                                ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage_answers")),
        sa.UniqueConstraint("outage_id", "token", name=op.f("uq_outage_answers_outage_id_token")),
    )  # fmt: skip
    for column in ("agent_id", "done_at", "outage_id"):
        op.create_index(op.f(f"ix_outage_answers_{column}"), "outage_answers", [column])
