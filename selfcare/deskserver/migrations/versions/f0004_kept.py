"""What was in one process's memory: letters that are to go out, who does what alone, what was tried how often."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _ms(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=True)


def upgrade() -> None:
    """To this form."""
    op.create_table(
        "letters", sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False), _text("once"), _text("recipient"), _text("subject"),
        _text("text"), _ms("at"), _ms("until"), _ms("next_at"),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False), _ms("stuck_at"), _text("why"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("message_id", name=op.f("uq_letters_message_id")),
    )  # fmt: skip
    for column in ("next_at", "once", "recipient", "stuck_at"):
        op.create_index(op.f(f"ix_letters_{column}"), "letters", [column])
    op.create_table(
        "leases", sa.Column("name", sa.Text(), nullable=False), _text("owner"), _ms("until"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )  # fmt: skip
    op.create_table(
        "paces", sa.Column("what", sa.Text(), nullable=False), _ms("since"), _ms("until"),
        sa.Column("count", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("what", name=op.f("pk_paces")),
    )  # fmt: skip
    op.create_index(op.f("ix_paces_until"), "paces", ["until"])
