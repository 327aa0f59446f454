"""Names the box told: kept for this user alone, dated, gone with the box, the last case or a year."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from selfcare.cases.home_names import FOLDER, HOST, MOST, MOST_BYTES, HomeNames
from selfcare.ground.credentials import Identity
from selfcare.ground.errors import FolderError
from selfcare.model.box import Absent, GuestNetwork, HomeHost, Why, WifiSettings, WifiSsid
from selfcare.redaction.known import Known
from tests.cases.bench import Bench, Clock

HERE = Identity("freebox", "192.168.1.254", "uid-1", "7c:16:89:00:00:01")
THERE = Identity("livebox", "192.168.1.1", "uid-2", "7c:16:89:00:00:02")
HOSTS = (HomeHost("3c:52:82:00:00:01", "192.168.1.20", host_name="salon-tv", vendor="Sony"),
         HomeHost("3c:52:82:00:00:02", "192.168.1.21"))  # fmt: skip
WIFI = WifiSettings(True, (), (WifiSsid("1", ssid="Chez Dupont", bssid="7c:16:89:00:00:03", key="zq-clef"),))
GUEST = GuestNetwork(True, "Invités", "zq-clef")


def files(data: Path) -> list[Path]:
    return sorted((data / FOLDER).glob("*"))


def test_all_that_was_told_is_known_and_no_key_is_written(tmp_path: Path) -> None:
    names = HomeNames(tmp_path)
    for told in (HOSTS, WIFI, GUEST, Absent(Why.NEEDS_PAIRING), None, ()):
        names.keep(HERE, told)
    known = names.known()
    assert known.hosts == (("salon-tv", "tv"),)
    assert set(known.ssids) == {"Chez Dupont", "Invités"}
    assert set(known.macs) == {"3c:52:82:00:00:01", "3c:52:82:00:00:02", "7c:16:89:00:00:03"}
    (path,) = files(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert not {b"zq-clef", b"192.168", b"uid-1"} & {one for one in (b"zq-clef", b"192.168", b"uid-1")
                                                    if one in path.read_bytes()}  # fmt: skip


def test_what_tells_nothing_makes_no_file(tmp_path: Path) -> None:
    HomeNames(tmp_path).keep(HERE, Absent(Why.NEEDS_PAIRING))
    assert files(tmp_path) == [] and HomeNames(tmp_path).known() == Known()


def test_a_name_told_again_the_same_day_is_not_written_again(tmp_path: Path) -> None:
    clock = Clock()
    names = HomeNames(tmp_path, clock)
    names.keep(HERE, HOSTS)
    before = files(tmp_path)[0].stat().st_mtime_ns
    clock.on(hours=23)
    names.keep(HERE, HOSTS)
    assert files(tmp_path)[0].stat().st_mtime_ns == before
    clock.on(hours=2)
    names.keep(HERE, HOSTS)
    assert files(tmp_path)[0].stat().st_mtime_ns != before


def test_the_machines_told_last_stay_where_there_are_too_many(tmp_path: Path) -> None:
    clock = Clock()
    names = HomeNames(tmp_path, clock)
    for at in range(3):
        names.keep(HERE, tuple(HomeHost("", host_name=f"m{at}-{n}") for n in range(MOST[HOST] // 2)))
        clock.on(days=2)
    found = {text for text, _ in names.known().hosts}
    assert len(found) == MOST[HOST] and {text.partition("-")[0] for text in found} == {"m1", "m2"}


def test_forgetting_one_box_keeps_the_other_home(tmp_path: Path) -> None:
    names = HomeNames(tmp_path)
    names.keep(HERE, WIFI)
    names.keep(THERE, GUEST)
    names.keep(Identity("freebox", "192.168.1.254"), HOSTS)  # nobody knows whose
    names.forget(Identity("freebox", "10.0.0.1", None, HERE.mac))  # without its uid, by its hardware address
    assert names.known() == Known(ssids=("Invités",))


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"v":1}', b"\xff", b"[" * 9000, b"x" * (MOST_BYTES + 1),
                                    b'{"v":1,"box":[],"old":null,"names":[["ssid"]]}'])  # fmt: skip
def test_a_damaged_file_costs_nothing_but_itself(tmp_path: Path, damage: bytes) -> None:
    names = HomeNames(tmp_path)
    names.keep(HERE, WIFI)
    names.keep(THERE, GUEST)
    path = next(one for one in files(tmp_path) if b"Dupont" in one.read_bytes())
    path.write_bytes(damage)
    assert names.known().ssids == ("Invités",)
    names.retain()
    names.keep(HERE, WIFI)
    assert set(names.known().ssids) == {"Invités", "Chez Dupont"}


def test_a_full_disk_keeps_nobody_from_reading_a_box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, _data: bytes) -> None:
        raise FolderError("disk_full", folder=str(path))

    monkeypatch.setattr("selfcare.cases.home_names.write_atomic", full)
    HomeNames(tmp_path).keep(HERE, WIFI)


# -- how long ---------------------------------------------------------------------------------------


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(tmp_path, monkeypatch)


def test_they_go_with_the_last_case(bench: Bench) -> None:
    names = HomeNames(bench.folder, bench.clock)
    names.keep(HERE, WIFI)
    first = bench.book.open("x").id
    bench.book.close(first)
    second = bench.book.open("y").id
    bench.book.delete(first)
    assert names.known().ssids == ("Chez Dupont",)  # the other one's report still needs them
    bench.book.delete(second)
    assert files(bench.folder) == []


def test_after_a_year_what_was_not_told_again_goes(bench: Bench) -> None:
    names = HomeNames(bench.folder, bench.clock)
    names.keep(HERE, WIFI)
    names.keep(HERE, HOSTS)
    for _ in range(51):  # a start every week
        bench.clock.on(days=7)
        bench.book.retain()
        names.keep(HERE, HOSTS)
    assert names.known().ssids == ("Chez Dupont",)
    for _ in range(4):
        bench.clock.on(days=7)
        bench.book.retain()
        names.keep(HERE, HOSTS)
    assert names.known().ssids == () and names.known().hosts == (("salon-tv", "tv"),)
    for _ in range(56):
        bench.clock.on(days=7)
        bench.book.retain()
    assert files(bench.folder) == []


@pytest.mark.parametrize("wrong", [datetime(2040, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)])
def test_a_clock_that_jumps_takes_nothing_away(bench: Bench, wrong: datetime) -> None:
    names = HomeNames(bench.folder, bench.clock)
    names.keep(HERE, WIFI)
    right = bench.clock.at
    for _ in range(3):
        bench.clock.at = wrong
        bench.book.retain()
        bench.clock.on(days=2)
        bench.book.retain()
        bench.clock.at = right
        bench.book.retain()
    assert names.known().ssids == ("Chez Dupont",)
