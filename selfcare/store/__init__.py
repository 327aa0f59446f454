"""What is kept between two runs: finished checks, in one SQLite file of this user."""

from selfcare.store.store import Store, StoredCheck, StoreError

__all__ = ["Store", "StoreError", "StoredCheck"]
