"""What the systems differ in when a journal is kept: who we are, locks, processes, files that are nobody else's."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    from selfcare.helper.host.windows import (
        boot_id,
        fresh_owner,
        hold,
        interface,
        is_root,
        journal_folder,
        look_after,
        machine_journal,
        memory_file,
        open_lock,
        open_log,
        open_own,
        others_may_write,
        protected,
        quiet_signals,
        replace,
        set_clock,
        sync_file,
        sync_folder,
        take_after,
        take_file,
        try_hold,
    )
    from selfcare.helper.host.windows_processes import start_apart, wait_readable
else:
    from selfcare.helper.host.posix import (
        boot_id,
        fresh_owner,
        hold,
        interface,
        is_root,
        journal_folder,
        look_after,
        machine_journal,
        memory_file,
        open_lock,
        open_log,
        open_own,
        others_may_write,
        protected,
        quiet_signals,
        replace,
        set_clock,
        start_apart,
        sync_file,
        sync_folder,
        take_after,
        take_file,
        try_hold,
        wait_readable,
    )

__all__ = [
    "boot_id", "fresh_owner", "hold", "interface", "is_root", "journal_folder", "look_after", "machine_journal",
    "memory_file", "open_lock", "open_log", "open_own", "others_may_write", "protected", "quiet_signals", "replace",
    "set_clock", "start_apart", "sync_file", "sync_folder", "take_after", "take_file", "try_hold", "wait_readable",
]  # fmt: skip
