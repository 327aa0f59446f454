"""What is claimed is kept: several windows, a full disk, a file that is damaged; and what arrived is let go of."""

from __future__ import annotations

import dataclasses
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from selfcare.ground.errors import SelfcareError
from selfcare.model.report import Reach
from selfcare.model.ticket import Phase
from selfcare.outbox.store import FILE
from tests.outbox.bench import CASE, SLOW, UNREACHABLE, MemoryDesk, bench, file, note, ticket

LARGE = os.urandom(400_000)


def test_twice_the_same_is_once_and_a_case_has_one_ticket_at_a_desk(tmp_path: Path) -> None:
    with bench(tmp_path, MemoryDesk()) as here, bench(tmp_path, MemoryDesk()) as other_window:
        assert here.outbox.add(ticket("t-1"), "memory").id == "t-1"
        assert here.outbox.add(ticket("t-1"), "memory").id == "t-1"
        assert other_window.outbox.add(ticket("t-2"), "memory").id == "t-1"
        other_window.outbox.add_note(note(), "t-1")
        here.outbox.add_note(note(), "t-1")
        assert [one.id for one in here.outbox.parcels(CASE)] == ["t-1", "n-1"]
        found = here.outbox.ticket_of(CASE)
        assert found is not None and found.id == "t-1"
        here.outbox.cancel("t-1")
        assert here.outbox.ticket_of(CASE) is None
        assert other_window.outbox.add(ticket("t-2"), "memory").id == "t-2"


def test_what_was_put_in_comes_out_as_it_was(tmp_path: Path) -> None:
    one = dataclasses.replace(
        ticket("t-1", CASE, file("a.zip", LARGE)), facts={"a": 1.5, "b": True, "c": "é"}, reach=Reach(phone="01")
    )
    with bench(tmp_path, MemoryDesk()) as here:
        here.outbox.add(one, "memory")
        here.outbox.add_note(note(), "t-1")
        assert here.outbox.contents("t-1") == one
        assert here.outbox.contents("n-1") == note()
        with pytest.raises(SelfcareError, match="parcel_unknown"):
            here.outbox.add_note(note("n-2"), "t-9")


def test_what_arrived_leaves_its_receipt_and_nothing_else(tmp_path: Path) -> None:
    secret = "0612345678"
    one = dataclasses.replace(ticket("t-1", CASE, file("a.zip", LARGE)), reach=Reach(phone=secret))
    with bench(tmp_path, MemoryDesk(errors=[("create", UNREACHABLE, False)])) as here:
        here.outbox.add(one, "memory")
        here.flush()
        assert here.outbox.contents("t-1") == one
        here.all()
        left = here.outbox.contents("t-1")
        assert left is not None and left.attachments == () and left.text == ""
        assert here.outbox.parcel("t-1").receipt is not None
        assert [one.outcome for one in here.outbox.attempts("t-1") if one.what == "create"] == [
            "begun", "desk_unreachable", "begun", "ok",
        ]  # fmt: skip
        here.outbox.erase("CAS-OTHER")  # writes all of it into the one file
        data = (tmp_path / FILE).read_bytes()
        assert secret.encode() not in data and LARGE[:64] not in data


def test_erased_is_gone(tmp_path: Path) -> None:
    with bench(tmp_path, MemoryDesk()) as here:
        here.outbox.add(ticket("t-1", CASE, file("a.zip", LARGE)), "memory")
        here.outbox.add_note(note(), "t-1")
        here.outbox.add(ticket("t-2", "CAS-OTHER"), "memory")
        assert here.outbox.erase(CASE) == 2
        assert [one.id for one in here.outbox.parcels()] == ["t-2"]
        assert LARGE[:64] not in (tmp_path / FILE).read_bytes()


def test_receipts_go_after_twelve_months_but_not_for_a_wrong_clock(tmp_path: Path) -> None:
    with bench(tmp_path, MemoryDesk()) as here:
        here.outbox.add(ticket("t-1"), "memory")
        here.all()
        here.outbox.add(ticket("t-2", "CAS-OTHER"), "nobody")
        here.times.wall_off = timedelta(days=3000)
        assert here.outbox.retain() == 0
        here.times.wall_off = timedelta()
        assert here.outbox.retain() == 0
        here.times.wall_off = timedelta(days=400)
        assert here.outbox.retain() == 0
        here.times.wall_off = timedelta(days=402)
        assert here.outbox.retain() == 1
        assert [one.id for one in here.outbox.parcels()] == ["t-2"]


def test_a_damaged_file_is_set_aside_and_said(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"SQLite format 3\0" + b"\xff" * 4096)
    with bench(tmp_path, MemoryDesk()) as here:
        assert here.outbox.set_aside is not None and here.outbox.set_aside.exists()
        here.outbox.add(ticket(), "memory")
        assert here.flush().parcels[0].phase is Phase.DONE


def test_a_file_that_is_not_what_was_put_in_is_not_sent(tmp_path: Path) -> None:
    desk = MemoryDesk()
    with bench(tmp_path, desk) as here:
        here.outbox.add(ticket("t-1", CASE, file("a.zip", LARGE)), "memory")
        other = sqlite3.connect(tmp_path / FILE)
        with other:
            other.execute("UPDATE files SET data = x'00'")
        other.close()
        (one,) = here.flush().parcels
        assert (one.phase, one.why, desk.calls) == (Phase.REFUSED, "parcel_damaged", [])


def test_one_sender_and_a_kill_lets_go(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from selfcare.outbox.store import Outbox\n"
        "with Outbox(Path(sys.argv[1])).sender() as mine: print(mine, flush=True); time.sleep(60)"
    )
    with bench(tmp_path, MemoryDesk()) as here:
        here.outbox.add(ticket(), "memory")
        other = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert other.stdout is not None and other.stdout.readline() == "True\n"
        done = here.flush()
        assert done.busy and done.parcels[0].phase is Phase.QUEUED
        other.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        other.wait()
        other.stdout.close()
        assert here.flush().parcels[0].phase is Phase.DONE
        with here.outbox.sender() as first, here.outbox.sender() as second:
            assert (first, second) == (True, False)


@pytest.mark.parametrize("jump", [-40, -1, 1, 40])
def test_a_time_of_day_wrong_by_years_neither_floods_nor_stalls(tmp_path: Path, jump: int) -> None:
    desk = MemoryDesk(errors=[("create", SLOW, False), *[("find", UNREACHABLE, False)] * 5])
    with bench(tmp_path, desk) as here:
        here.outbox.add(ticket(), "memory")
        here.flush()
        here.times.wall_off = timedelta(days=365 * jump)
        before = len(desk.calls)
        for _ in range(20):
            here.flush()
        assert len(desk.calls) - before <= 1
        here.all()
    assert desk.tickets == ["t-1"]


def test_a_start_of_the_system_neither_floods_nor_stalls(tmp_path: Path) -> None:
    """The clock that decides begins anew; what was waited before counts only as far as it is sure."""
    desk = MemoryDesk(errors=[("create", SLOW, False)])
    with bench(tmp_path, desk) as here:
        here.times.awake_s = 90 * 86400.0
        here.outbox.add(ticket(), "memory")
        here.flush()
        here.times.awake_s = 20.0
        here.flush()
        assert desk.calls.count("create") == 1
        here.times.awake_s = 200.0
        here.flush()
        assert desk.calls.count("create") == 2


# -- a disk that is full ----------------------------------------------------------------------------


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def can_mount(folder: Path) -> bool:
    if sys.platform != "linux" or os.geteuid() != 0:
        return False
    try:
        with small_disk(folder):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


def test_a_real_disk_that_is_full(tmp_path: Path) -> None:
    """Not taken, and said; or taken, and then it arrives once, however little room there is on the way."""
    place = tmp_path / "small"
    if not can_mount(place):
        pytest.skip("a small disk is mounted by root")
    desk = MemoryDesk()
    with small_disk(place), bench(place, desk) as here:
        here.outbox.add(ticket("t-1"), "memory")
        with pytest.raises(SelfcareError, match="disk_full"):
            here.outbox.add(ticket("t-2", "CAS-OTHER", file("a.zip", LARGE * 3)), "memory")
        assert [one.id for one in here.outbox.parcels()] == ["t-1"]
        fill = place / "fill"
        with pytest.raises(OSError), fill.open("wb", 0) as handle:
            while True:
                handle.write(bytes(4096))
        told = ""
        for _ in range(3):  # what is left in the journal's last page may do for a line or two
            try:
                here.flush()
            except SelfcareError as error:
                told = error.code
        assert told in ("disk_full", "") and desk.tickets in ([], ["t-1"])
        fill.unlink()
        here.all()
        assert here.outbox.parcel("t-1").phase is Phase.DONE
    assert desk.tickets == ["t-1"]


def test_nothing_is_sent_that_cannot_be_noted_first(tmp_path: Path) -> None:
    desk = MemoryDesk()
    with bench(tmp_path, desk) as here:
        here.outbox.add(ticket(), "memory")
    read_only = sqlite3.connect(f"file:{tmp_path / FILE}?mode=ro", uri=True, isolation_level=None)
    with bench(tmp_path, desk) as here:
        real, here.outbox._connection = here.outbox._connection, read_only
        with pytest.raises(SelfcareError, match="folder_read_only"):
            here.flush()
        assert desk.calls == []
        here.outbox._connection = real
        here.all()
    read_only.close()
    assert desk.tickets == ["t-1"]
