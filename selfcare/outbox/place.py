"""Where what is to leave is kept: for whoever wants to know whether there is anything, without a database."""

from __future__ import annotations

FILE, LOCK = "outbox.db", "outbox.lock"
