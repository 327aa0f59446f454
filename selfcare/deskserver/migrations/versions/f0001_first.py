"""The first form of the database: as it was, whatever the tables became since."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _ms(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=True)


def _of(name: str, column: str, table: str) -> sa.ForeignKeyConstraint:
    gone = "SET NULL" if table in ("agents", "outages") and name != "fk_sessions_agent_id" else "CASCADE"
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(name), ondelete=gone)


def upgrade() -> None:
    """To this form."""
    _agents()
    _audit()
    _happened()
    _hubs()
    _lines()
    _specifications()
    _subscribers()
    _used_once()
    _deliveries()
    _installs()
    _outages()
    _sessions()
    _tokens()
    _tickets()
    _external_ids()
    _mails()
    _notes()
    _status_changes()
    _terms()
    _drops()
    _attachments()


def _agents() -> None:
    op.create_table(
        "agents", sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("login", sa.Text(), nullable=False), _text("name"), _text("role"), _text("language"),
        _text("password_hash"), _text("totp_secret"), _ms("totp_last"), _text("oidc"),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False), _ms("locked_until"), _ms("created_at"),
        _ms("seen_at"), _ms("disabled_at"), sa.PrimaryKeyConstraint("id", name=op.f("pk_agents")),
        sa.UniqueConstraint("login", name=op.f("uq_agents_login")),
    )  # fmt: skip


def _audit() -> None:
    op.create_table(
        "audit", sa.Column("id", KEY, autoincrement=True, nullable=False), _ms("at"), _text("who"), _text("did"),
        _text("what"), _text("detail"), _text("address"), sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )  # fmt: skip
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
    op.create_index(op.f("ix_audit_what"), "audit", ["what"], unique=False)


def _happened() -> None:
    op.create_table(
        "happened", sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False), _text("what"), _text("data"), _ms("at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_happened")),
    )  # fmt: skip
    op.create_index(op.f("ix_happened_at"), "happened", ["at"], unique=False)
    op.create_index(op.f("ix_happened_ticket"), "happened", ["ticket"], unique=False)


def _hubs() -> None:
    op.create_table(
        "hubs", sa.Column("id", KEY, autoincrement=True, nullable=False), sa.Column("ref", sa.Text(), nullable=False),
        _text("callback"), _text("query"), _text("system"), _text("version"), _ms("created_at"),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hubs")), sa.UniqueConstraint("ref", name=op.f("uq_hubs_ref")),
    )  # fmt: skip


def _lines() -> None:
    op.create_table(
        "lines", sa.Column("line", sa.Text(), nullable=False), _text("node"),
        sa.PrimaryKeyConstraint("line", name=op.f("pk_lines")),
    )  # fmt: skip
    op.create_index(op.f("ix_lines_node"), "lines", ["node"], unique=False)


def _specifications() -> None:
    op.create_table(
        "specifications", sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False), _text("body"), _ms("updated_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_specifications")),
        sa.UniqueConstraint("ref", name=op.f("uq_specifications_ref")),
    )  # fmt: skip


def _subscribers() -> None:
    op.create_table(
        "subscribers", sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False), _text("name"), _text("mail"), _text("phone"), _text("contract"),
        _text("line_number"), sa.Column("proven", sa.Boolean(), server_default="0", nullable=False), _ms("created_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscribers")),
        sa.UniqueConstraint("key", name=op.f("uq_subscribers_key")),
    )  # fmt: skip
    op.create_index(op.f("ix_subscribers_contract"), "subscribers", ["contract"], unique=False)
    op.create_index(op.f("ix_subscribers_line_number"), "subscribers", ["line_number"], unique=False)
    op.create_index(op.f("ix_subscribers_mail"), "subscribers", ["mail"], unique=False)
    op.create_index(op.f("ix_subscribers_phone"), "subscribers", ["phone"], unique=False)


def _used_once() -> None:
    op.create_table(
        "used_once", sa.Column("what", sa.Text(), nullable=False), _ms("until"),
        sa.PrimaryKeyConstraint("what", name=op.f("pk_used_once")),
    )  # fmt: skip
    op.create_index(op.f("ix_used_once_until"), "used_once", ["until"], unique=False)


def _deliveries() -> None:
    op.create_table(
        "deliveries", sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("hub_id", KEY, nullable=False), sa.Column("happened_id", KEY, nullable=False), _ms("next_at"),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        _of("fk_deliveries_happened_id", "happened_id", "happened"),
        _of("fk_deliveries_hub_id", "hub_id", "hubs"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )  # fmt: skip
    op.create_index(op.f("ix_deliveries_happened_id"), "deliveries", ["happened_id"], unique=False)
    op.create_index(op.f("ix_deliveries_hub_id"), "deliveries", ["hub_id"], unique=False)
    op.create_index(op.f("ix_deliveries_next_at"), "deliveries", ["next_at"], unique=False)


def _installs() -> None:
    op.create_table(
        "installs", sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False), sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("subscriber_id", KEY, nullable=False), _text("mail"), _text("contract"), _text("line_number"),
        _text("code_hash"), _ms("code_until"),
        sa.Column("code_tries", sa.Integer(), server_default="0", nullable=False), _ms("asked_at"), _ms("confirmed_at"),
        _ms("revoked_at"),
        _of("fk_installs_subscriber_id", "subscriber_id", "subscribers"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installs")),
        sa.UniqueConstraint("name", name=op.f("uq_installs_name")),
        sa.UniqueConstraint("public_key", name=op.f("uq_installs_public_key")),
    )  # fmt: skip
    op.create_index(op.f("ix_installs_subscriber_id"), "installs", ["subscriber_id"], unique=False)


def _outages() -> None:
    op.create_table(
        "outages", sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False), _text("node"), _text("state"), _text("text_fr"), _text("text_en"),
        _ms("since"), _ms("promised_at"), _ms("created_at"), _ms("closed_at"),
        sa.Column("agent_id", KEY, nullable=True),
        _of("fk_outages_agent_id", "agent_id", "agents"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outages")), sa.UniqueConstraint("ref", name=op.f("uq_outages_ref")),
    )  # fmt: skip
    op.create_index(op.f("ix_outages_agent_id"), "outages", ["agent_id"], unique=False)
    op.create_index(op.f("ix_outages_node"), "outages", ["node"], unique=False)


def _sessions() -> None:
    op.create_table(
        "sessions", sa.Column("hash", sa.Text(), nullable=False), sa.Column("agent_id", KEY, nullable=False),
        _text("csrf"), _ms("created_at"), _ms("seen_at"), _ms("until"), _ms("proved_at"),
        _of("fk_sessions_agent_id", "agent_id", "agents"),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_sessions")),
    )  # fmt: skip
    op.create_index(op.f("ix_sessions_agent_id"), "sessions", ["agent_id"], unique=False)


def _tokens() -> None:
    op.create_table(
        "tokens", sa.Column("hash", sa.Text(), nullable=False), sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subscriber_id", KEY, nullable=True), _text("name"), _ms("created_at"), _ms("until"),
        _ms("revoked_at"),
        _of("fk_tokens_subscriber_id", "subscriber_id", "subscribers"),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_tokens")),
    )  # fmt: skip
    op.create_index(op.f("ix_tokens_subscriber_id"), "tokens", ["subscriber_id"], unique=False)


def _tickets() -> None:
    op.create_table(
        "tickets", sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False), sa.Column("subscriber_id", KEY, nullable=True), _text("scope"),
        _text("case_id"), _text("channel"), _text("status"), _text("status_reason"), _ms("status_at"), _text("name"),
        _text("description"), _text("severity"), _text("kind"), _text("language"), _text("verdict_state"),
        _text("verdict_code"), _text("verdict_band"), _text("side"), _text("access"), _text("operator"), _text("node"),
        _ms("since_at"), _text("contact"), _text("facts"), _text("extra"), _text("waiting"), _ms("heard_at"),
        _ms("waiting_at"), _ms("act_at"), _ms("promised_at"), _ms("created_at"), _ms("updated_at"), _ms("closed_at"),
        sa.Column("agent_id", KEY, nullable=True), sa.Column("outage_id", KEY, nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("reports", sa.Integer(), server_default="0", nullable=False),
        _of("fk_tickets_agent_id", "agent_id", "agents"),
        _of("fk_tickets_outage_id", "outage_id", "outages"),
        _of("fk_tickets_subscriber_id", "subscriber_id", "subscribers"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")), sa.UniqueConstraint("ref", name=op.f("uq_tickets_ref")),
    )  # fmt: skip
    op.create_index(op.f("ix_tickets_agent_id"), "tickets", ["agent_id"], unique=False)
    op.create_index("ix_tickets_agent_waiting", "tickets", ["agent_id", "waiting", "act_at", "id"], unique=False)
    op.create_index(op.f("ix_tickets_case_id"), "tickets", ["case_id"], unique=False)
    op.create_index(op.f("ix_tickets_closed_at"), "tickets", ["closed_at"], unique=False)
    op.create_index(op.f("ix_tickets_created_at"), "tickets", ["created_at"], unique=False)
    op.create_index(op.f("ix_tickets_heard_at"), "tickets", ["heard_at"], unique=False)
    op.create_index("ix_tickets_node_since_at", "tickets", ["node", "since_at"], unique=False)
    op.create_index(op.f("ix_tickets_outage_id"), "tickets", ["outage_id"], unique=False)
    op.create_index(op.f("ix_tickets_promised_at"), "tickets", ["promised_at"], unique=False)
    op.create_index("ix_tickets_scope_case_id", "tickets", ["scope", "case_id"], unique=False)
    op.create_index(op.f("ix_tickets_subscriber_id"), "tickets", ["subscriber_id"], unique=False)
    op.create_index(op.f("ix_tickets_updated_at"), "tickets", ["updated_at"], unique=False)
    op.create_index(op.f("ix_tickets_verdict_code"), "tickets", ["verdict_code"], unique=False)
    op.create_index("ix_tickets_waiting_act_at", "tickets", ["waiting", "act_at", "id"], unique=False)
    op.create_index("ix_tickets_waiting_closed_at", "tickets", ["waiting", "closed_at", "id"], unique=False)
    op.create_index("ix_tickets_waiting_created_at", "tickets", ["waiting", "created_at", "id"], unique=False)
    op.create_index("ix_tickets_waiting_promised_at", "tickets", ["waiting", "promised_at", "id"], unique=False)


def _external_ids() -> None:
    op.create_table(
        "external_ids", sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False), sa.Column("scope", sa.Text(), nullable=False), _text("owner"),
        _text("type"), sa.Column("value", sa.Text(), nullable=False),
        _of("fk_external_ids_ticket_id", "ticket_id", "tickets"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_ids")),
        sa.UniqueConstraint("scope", "type", "value", name=op.f("uq_external_ids_scope_type_value")),
    )  # fmt: skip
    op.create_index(op.f("ix_external_ids_ticket_id"), "external_ids", ["ticket_id"], unique=False)
    op.create_index(op.f("ix_external_ids_value"), "external_ids", ["value"], unique=False)


def _mails() -> None:
    op.create_table(
        "mails", sa.Column("message_id", sa.Text(), nullable=False), sa.Column("ticket_id", KEY, nullable=True),
        _text("sha256"), _ms("at"), _text("outcome"),
        _of("fk_mails_ticket_id", "ticket_id", "tickets"),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_mails")),
    )  # fmt: skip
    op.create_index(op.f("ix_mails_sha256"), "mails", ["sha256"], unique=False)
    op.create_index(op.f("ix_mails_ticket_id"), "mails", ["ticket_id"], unique=False)


def _notes() -> None:
    op.create_table(
        "notes", sa.Column("id", KEY, autoincrement=True, nullable=False), sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True), _text("by"), _text("author"),
        sa.Column("agent_id", KEY, nullable=True), _text("text"), _ms("at"), _text("channel"),
        sa.Column("asks", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("internal", sa.Boolean(), server_default="0", nullable=False),
        _of("fk_notes_agent_id", "agent_id", "agents"),
        _of("fk_notes_ticket_id", "ticket_id", "tickets"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sa.UniqueConstraint("ticket_id", "external_id", name=op.f("uq_notes_ticket_id_external_id")),
    )  # fmt: skip
    op.create_index(op.f("ix_notes_agent_id"), "notes", ["agent_id"], unique=False)
    op.create_index(op.f("ix_notes_ticket_id"), "notes", ["ticket_id"], unique=False)


def _status_changes() -> None:
    op.create_table(
        "status_changes", sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False), _text("status"), _text("reason"), _text("by"), _ms("at"),
        _of("fk_status_changes_ticket_id", "ticket_id", "tickets"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_changes")),
    )  # fmt: skip
    op.create_index(op.f("ix_status_changes_ticket_id"), "status_changes", ["ticket_id"], unique=False)


def _drops() -> None:
    op.create_table(
        "drops", sa.Column("sha256", sa.Text(), nullable=False), _ms("at"),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_drops")),
    )  # fmt: skip


def _terms() -> None:
    op.create_table(
        "terms", sa.Column("id", KEY, autoincrement=True, nullable=False), sa.Column("ticket_id", KEY, nullable=False),
        _text("kind"), sa.Column("value", sa.Text(collation="C").with_variant(sa.Text(), "sqlite"), nullable=False),
        _of("fk_terms_ticket_id", "ticket_id", "tickets"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms")),
    )  # fmt: skip
    op.create_index(op.f("ix_terms_ticket_id"), "terms", ["ticket_id"], unique=False)
    op.create_index("ix_terms_value", "terms", ["value", "kind", "ticket_id"], unique=False)


def _attachments() -> None:
    op.create_table(
        "attachments", sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False), sa.Column("note_id", KEY, nullable=True),
        sa.Column("ref", sa.Text(), nullable=False), _text("name"), _text("mime"), _text("sha256"),
        sa.Column("size", sa.BigInteger(), nullable=False), _text("kind"), _ms("at"), _text("state"), _text("read"),
        _of("fk_attachments_note_id", "note_id", "notes"),
        _of("fk_attachments_ticket_id", "ticket_id", "tickets"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("ref", name=op.f("uq_attachments_ref")),
    )  # fmt: skip
    op.create_index(op.f("ix_attachments_note_id"), "attachments", ["note_id"], unique=False)
    op.create_index(op.f("ix_attachments_sha256"), "attachments", ["sha256"], unique=False)
    op.create_index(op.f("ix_attachments_state"), "attachments", ["state"], unique=False)
    op.create_index(op.f("ix_attachments_ticket_id"), "attachments", ["ticket_id"], unique=False)
