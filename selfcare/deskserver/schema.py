"""The tables, for SQLite and PostgreSQL alike. Moments are whole milliseconds since 1970 (UTC); JSON is text.

``ms`` columns sort and compare alike everywhere; texts from outside are bounded before they get here.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)  # fmt: skip

META = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                       "fk": "fk_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s"},
)  # fmt: skip

KEY = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up INTEGER alone


def _id() -> Column[int]:
    return Column("id", KEY, primary_key=True, autoincrement=True)


def _text(name: str, index: bool = False) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="", index=index)


def _ms(name: str, index: bool = False) -> Column[int]:
    """None: never, or not known."""
    return Column(name, BigInteger, nullable=True, index=index)


def _of(name: str, table: str, nullable: bool = False) -> Column[int]:
    """A row that goes takes what is its own along; a ticket outlives the agent and the outage that stand in it."""
    gone = "SET NULL" if nullable and table in ("agents", "outages") else "CASCADE"
    return Column(name, KEY, ForeignKey(f"{table}.id", ondelete=gone), nullable=nullable, index=True)


subscribers = Table(
    "subscribers", META, _id(),
    Column("key", Text, nullable=False, unique=True),  # "install:<public key>", "oidc:<issuer>|<sub>", "mail:<address>"
    _text("name"), _text("mail", True), _text("phone", True), _text("contract", True), _text("line_number", True),
    Column("proven", Boolean, nullable=False, server_default="0"),  # mail confirmed, or the operator's own sign-in
    _ms("created_at"),
)  # fmt: skip

installs = Table(
    "installs", META, _id(),
    Column("name", Text, nullable=False, unique=True), Column("public_key", LargeBinary, nullable=False, unique=True),
    _of("subscriber_id", "subscribers"), _text("mail"), _text("contract"), _text("line_number"),
    _text("code_hash"), _ms("code_until"), Column("code_tries", Integer, nullable=False, server_default="0"),
    _ms("asked_at"), _ms("confirmed_at"), _ms("revoked_at"),
)  # fmt: skip

tokens = Table(
    "tokens", META, Column("hash", Text, primary_key=True),  # SHA-256 (hex) of the token; itself it is nowhere
    Column("kind", Text, nullable=False),  # "install", "subscriber" (given by an agent), "system"
    _of("subscriber_id", "subscribers", True), _text("name"), _ms("created_at"), _ms("until"), _ms("revoked_at"),
)  # fmt: skip

used_once = Table("used_once", META, Column("what", Text, primary_key=True), _ms("until", True))

agents = Table(
    "agents", META, _id(),
    Column("login", Text, nullable=False, unique=True), _text("name"), _text("role"), _text("language"),
    _text("password_hash"), _text("totp_secret"), _ms("totp_last"), _text("oidc"),
    Column("failures", Integer, nullable=False, server_default="0"), _ms("locked_until"),
    _ms("created_at"), _ms("seen_at"), _ms("disabled_at"),
)  # fmt: skip

sessions = Table(
    "sessions", META, Column("hash", Text, primary_key=True), _of("agent_id", "agents"), _text("csrf"),
    _ms("created_at"), _ms("seen_at"), _ms("until"), _ms("proved_at"),
)  # fmt: skip

outages = Table(
    "outages", META, _id(),
    Column("ref", Text, nullable=False, unique=True), _text("node", True), _text("state"), _text("text_fr"),
    _text("text_en"), _ms("since"), _ms("promised_at"), _ms("created_at"), _ms("closed_at"),
    _of("agent_id", "agents", True),
)  # fmt: skip

outage_answers = Table(  # said to all of it: kept, so that whoever is killed in the middle of it goes on
    "outage_answers", META, _id(), _of("outage_id", "outages"), Column("token", Text, nullable=False),
    _text("text_fr"), _text("text_en"), _of("agent_id", "agents", True), _ms("at"), _ms("done_at", True),
    UniqueConstraint("outage_id", "token"),
)  # fmt: skip

tickets = Table(
    "tickets", META, _id(),
    Column("ref", Text, nullable=False, unique=True),  # what a person says: T-7K3M-92QX
    _of("subscriber_id", "subscribers", True), _text("scope"),  # whose case ``case_id`` is, as in external_ids
    _text("case_id", True), _text("channel"), _text("status"), _text("status_reason"), _ms("status_at"),
    _text("name"), _text("description"), _text("severity"), _text("kind"), _text("language"),
    _text("verdict_state"), _text("verdict_code", True), _text("verdict_band"), _text("side"), _text("access"),
    _text("operator"), _text("node"), _ms("since_at"),
    _text("contact"),  # JSON: name, phone, mail, contract, line_number, when: as typed for this ticket
    _text("facts"),  # JSON: name → string, number or boolean
    _text("extra"),  # JSON: what TMF621 knows and this desk only keeps
    _text("waiting"),  # "us", "them", "outage", "" (over)
    _ms("heard_at", True),  # the subscriber's oldest word that nobody has answered
    _ms("waiting_at"), _ms("act_at"), _ms("promised_at", True), _ms("created_at", True), _ms("updated_at", True),
    _ms("closed_at", True), _of("agent_id", "agents", True), _of("outage_id", "outages", True),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("reports", Integer, nullable=False, server_default="0"),
    Index("ix_tickets_waiting_act_at", "waiting", "act_at", "id"),
    Index("ix_tickets_node_since_at", "node", "since_at"),
    Index("ix_tickets_scope_case_id", "scope", "case_id"),
    Index("ix_tickets_waiting_promised_at", "waiting", "promised_at", "id"),
    Index("ix_tickets_waiting_closed_at", "waiting", "closed_at", "id"),
    Index("ix_tickets_waiting_created_at", "waiting", "created_at", "id"),
    Index("ix_tickets_agent_waiting", "agent_id", "waiting", "act_at", "id"),
)  # fmt: skip

external_ids = Table(
    "external_ids", META, _id(), _of("ticket_id", "tickets"),
    Column("scope", Text, nullable=False),  # whose: the subscriber's key, or "system:<name>"
    _text("owner"), _text("type"), Column("value", Text, nullable=False, index=True),
    UniqueConstraint("scope", "type", "value"),
)  # fmt: skip

terms = Table(  # what a ticket is found by, in one spelling: ref, case, name, word, phone, mail, contract, line
    "terms", META, _id(), _of("ticket_id", "tickets"), _text("kind"),
    Column("value", Text(collation="C").with_variant(Text(), "sqlite"), nullable=False),  # prefixes: ranges
    Index("ix_terms_value", "value", "kind", "ticket_id"),
)  # fmt: skip

notes = Table(
    "notes", META, _id(), _of("ticket_id", "tickets"),
    Column("external_id", Text, nullable=True), _text("by"),  # "subscriber", "agent", "desk", "mail" (unproven)
    _text("author"), _of("agent_id", "agents", True), _text("text"), _ms("at"), _text("channel"),
    Column("asks", Boolean, nullable=False, server_default="0"),
    Column("internal", Boolean, nullable=False, server_default="0"),
    UniqueConstraint("ticket_id", "external_id"),
)  # fmt: skip

status_changes = Table(
    "status_changes", META, _id(), _of("ticket_id", "tickets"), _text("status"), _text("reason"), _text("by"),
    _ms("at"),
)  # fmt: skip

attachments = Table(
    "attachments", META, _id(), _of("ticket_id", "tickets"), _of("note_id", "notes", True),
    Column("ref", Text, nullable=False, unique=True), _text("name"), _text("mime"), _text("sha256", True),
    Column("size", BigInteger, nullable=False), _text("kind"), _ms("at"),
    _text("state", True),  # "unread", "report" (signature holds), "changed", "odd" (a report that is none), "file"
    _text("read"),  # JSON: what reading it told
)  # fmt: skip

drops = Table(  # digests that nobody needed any more at that moment: what a sweep looks at, after the commit
    "drops", META, Column("sha256", Text, primary_key=True), _ms("at"),
)  # fmt: skip

mails = Table(
    "mails", META, Column("message_id", Text, primary_key=True), _of("ticket_id", "tickets", True),
    _text("sha256", True), _ms("at"), _text("outcome"),
)  # fmt: skip

letters = Table(  # mails that are to go out; one that went is gone
    "letters", META, _id(), Column("message_id", Text, nullable=False, unique=True), _text("once", True),
    _text("recipient", True), _text("subject"), _text("text"),  # sealed: it may hold a code
    _ms("at"), _ms("until"),  # then nobody needs it any more
    _ms("next_at", True), Column("tries", Integer, nullable=False, server_default="0"),
    _ms("stuck_at", True), _text("why"),  # given up: its text is gone, an administrator sees it
)  # fmt: skip

leases = Table(  # what one process does for all of them, and until when
    "leases", META, Column("name", Text, primary_key=True), _text("owner"), _ms("until"),
)  # fmt: skip

paces = Table(  # how often something was tried, in all processes
    "paces", META, Column("what", Text, primary_key=True), _ms("since"), _ms("until", True),
    Column("count", BigInteger, nullable=False, server_default="0"),
)  # fmt: skip

lines = Table("lines", META, Column("line", Text, primary_key=True), _text("node", True))

hubs = Table(
    "hubs", META, _id(), Column("ref", Text, nullable=False, unique=True), _text("callback"), _text("query"),
    _text("system"), _text("version"), _ms("created_at"),
    Column("failures", Integer, nullable=False, server_default="0"),
)  # fmt: skip

happened = Table(
    "happened", META, _id(), Column("ticket", Text, nullable=False, index=True),  # its ref: it may be gone by then
    _text("what"),  # "create", "attribute", "status", "resolved", "information", "delete"
    _text("data"), _ms("at", True),
)  # fmt: skip

deliveries = Table(
    "deliveries", META, _id(), _of("hub_id", "hubs"), _of("happened_id", "happened"), _ms("next_at", True),
    Column("tries", Integer, nullable=False, server_default="0"),
)  # fmt: skip

specifications = Table(
    "specifications", META, _id(), Column("ref", Text, nullable=False, unique=True), _text("body"), _ms("updated_at"),
)  # fmt: skip

audit = Table(
    "audit", META, _id(), _ms("at", True), _text("who"),  # "agent:<login>", "install:<name>", "system:<name>", …
    _text("did"), _text("what", True),  # "ticket:<ref>", "subscriber:<id>", "attachment:<ref>", …
    _text("detail"), _text("address"),
)  # fmt: skip

audit_bound = Table(  # one row: only what is older (ms) can be removed from the audit; triggers see to it
    "audit_bound", META, Column("id", Integer, primary_key=True, autoincrement=False),
    Column("before", BigInteger, nullable=False),
)  # fmt: skip
