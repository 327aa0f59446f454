"""What the desk's tests share."""

from __future__ import annotations

from tests.deskserver.opened import open_desk
from tests.deskserver.postgres import database, postgres, postgres_url

__all__ = ["database", "open_desk", "postgres", "postgres_url"]
