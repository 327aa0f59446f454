"""The audit is only added to: only what is older than the bound is removed, and nothing in it is changed.

Except that ``detail`` may be emptied, when a person is erased: it may name them.

``audit_bound`` has one row. Who removes by age first says how old, in the same transaction.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_SQLITE = (
    """CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit
       WHEN NOT (NEW.detail = '' AND (NEW.id, NEW.at, NEW.who, NEW.did, NEW.what, NEW.address)
                 IS (OLD.id, OLD.at, OLD.who, OLD.did, OLD.what, OLD.address))
       BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END""",
    """CREATE TRIGGER audit_kept BEFORE DELETE ON audit
       WHEN OLD.at IS NULL OR OLD.at >= (SELECT COALESCE(MAX(before), 0) FROM audit_bound)
       BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END""",
)
_POSTGRESQL = (
    """CREATE FUNCTION audit_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF TG_OP = 'DELETE' AND OLD.at < (SELECT COALESCE(MAX(before), 0) FROM audit_bound) THEN RETURN OLD; END IF;
         IF TG_OP = 'UPDATE' AND NEW.detail = ''
            AND ROW(NEW.id, NEW.at, NEW.who, NEW.did, NEW.what, NEW.address)
                IS NOT DISTINCT FROM ROW(OLD.id, OLD.at, OLD.who, OLD.did, OLD.what, OLD.address)
         THEN RETURN NEW; END IF;
         RAISE EXCEPTION 'the audit is only added to' USING ERRCODE = 'integrity_constraint_violation';
       END $$""",
    """CREATE TRIGGER audit_unchanged BEFORE UPDATE OR DELETE ON audit
       FOR EACH ROW EXECUTE FUNCTION audit_only_added()""",
    "CREATE TRIGGER audit_whole BEFORE TRUNCATE ON audit EXECUTE FUNCTION audit_only_added()",
)


def upgrade() -> None:
    """To this form."""
    op.create_table(
        "audit_bound",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_bound")),
    )
    op.execute("INSERT INTO audit_bound (id, before) VALUES (1, 0)")
    for line in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(line)
