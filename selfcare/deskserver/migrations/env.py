"""Alembic runs this file. The connection is ours, in a transaction that is ours."""

from __future__ import annotations

from alembic import context

from selfcare.deskserver.schema import META


def _run() -> None:
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=META,
        transactional_ddl=True,  # SQLite too, where we begin the transaction
        render_as_batch=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if hasattr(context, "config"):  # only while Alembic runs; whoever merely imports this changes nothing
    _run()
