"""Kept walks: all of one or nothing, each for itself, no more than twenty, and gone with what told of them."""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcare.cases.tried import MOVED
from selfcare.cases.walks import FOLDER, KEEP, MOST_BYTES, Walks, document, record_of
from selfcare.contract.case import load_case_schema
from selfcare.model.case import Effect
from selfcare.model.wifi import Band, Place, Room, WalkRecord
from selfcare.store.database import open_database
from selfcare.store.migrations import MIGRATIONS
from selfcare.store.store import FILE
from tests.cases.bench import Bench

ROOM = Room("Salon", 12, Place.GOOD, -51.0, -60.0, 2.5, 4.0, 0.0, Band.GHZ_5, "02:00:00:00:00:01", 433_000, 1, 2, -1)


def walk(number: int, ended: float | None = None) -> WalkRecord:
    at = float(number) if ended is None else ended
    return WalkRecord(f"walk-{number:012x}", at - 1, at, (ROOM,), "Maison", 2, 1, "Entrée")


def test_what_was_kept_is_read_back_whole(tmp_path: Path) -> None:
    bare = WalkRecord("walk-00000000000a", 1.0, 2.0, (Room("Cave", 0, Place.UNKNOWN),))
    for one in (walk(5), bare):
        Walks(tmp_path).keep(one)
    assert Walks(tmp_path).all() == (walk(5), bare)
    assert Walks(tmp_path).find([bare.id, "walk-ffffffffffff", "../x"]) == (bare,)
    (path,) = tmp_path.glob(f"{FOLDER}/walk-000000000005.json")
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_oldest_written_goes_whatever_its_date_says(tmp_path: Path) -> None:
    walks = Walks(tmp_path)
    for n in range(1, KEEP + 1):
        walks.keep(walk(n))
        path = tmp_path / FOLDER / f"{walk(n).id}.json"
        os.utime(path, (n, n))
    walks.keep(walk(99, ended=-5.0))  # by a clock that says 1969: the newest all the same
    found = {one.id for one in walks.all()}
    assert len(found) == KEEP
    assert walk(99).id in found
    assert walk(1).id not in found


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b'{"v":1}', b"\xff\xfe", b"[" * 60_000, b"x" * (MOST_BYTES + 1), b'{"v":2,"id":"x"}']
)
def test_a_damaged_file_loses_no_other_and_stays_for_whoever_can_read_it(tmp_path: Path, damage: bytes) -> None:
    walks = Walks(tmp_path)
    walks.keep(walk(1))
    broken = tmp_path / FOLDER / "walk-0000000000ff.json"
    broken.write_bytes(damage)
    assert walks.all() == (walk(1),)
    assert broken.exists()
    assert walks.forget("walk-0000000000ff") is True


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(), lambda c: st.lists(c) | st.dictionaries(st.text(), c)
)
FIELDS = sorted(document(walk(1)))


@given(st.sampled_from(FIELDS), JSON)
def test_any_value_in_any_field_is_a_walk_or_none(name: str, value: object) -> None:
    text = json.dumps({**document(walk(1)), name: value})
    try:
        found = record_of(json.loads(text), walk(1).id)
    except (ValueError, TypeError, KeyError, OverflowError):
        return
    assert found.begun == found.begun


def test_a_room_too_many_or_too_long_a_name_is_cut(tmp_path: Path) -> None:
    long = replace(walk(1), rooms=(replace(ROOM, name="x" * 300),) * 60)
    Walks(tmp_path).keep(long)
    (found,) = Walks(tmp_path).all()
    assert len(found.rooms) == 40
    assert len(found.rooms[0].name) == 200


# -- in the case -----------------------------------------------------------------------------------------


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(tmp_path, monkeypatch)


def kept(bench: Bench, number: int, **data: object) -> WalkRecord:
    Walks(bench.folder).keep(walk(number))
    bench.note("walk", walk(number).id, rooms=1, **data)
    return walk(number)


def test_a_case_has_its_own_walks_and_no_other(bench: Bench) -> None:
    kept(bench, 1)
    bench.clock.on(days=3)
    first = kept(bench, 2)
    case = bench.book.open("le salon", None).id
    second = kept(bench, 3)
    bench.book.close(case)
    bench.clock.on(hours=1)
    kept(bench, 4)
    found = bench.book.case(case)
    assert found is not None
    assert found.walks == (second, first)
    jsonschema.Draft202012Validator(load_case_schema()).validate(bench.book.export(case))
    Walks(bench.folder).forget(second.id)
    again = bench.book.case(case)
    assert again is not None
    assert again.walks == (first,)


def test_deleting_a_case_takes_its_walks_and_leaves_the_others(bench: Bench) -> None:
    other = kept(bench, 1)
    bench.clock.on(days=3)
    kept(bench, 2)
    case = bench.book.open("x").id
    assert bench.book.delete(case)
    assert Walks(bench.folder).all() == (other,)


def test_after_twelve_months_a_walk_goes_and_not_on_the_word_of_one_afternoon(bench: Bench) -> None:
    kept(bench, 1)
    bench.clock.on(days=400)
    assert bench.book.retain() == 0
    assert Walks(bench.folder).all()
    bench.clock.on(days=8)
    assert bench.book.retain() == 1
    assert Walks(bench.folder).all() == ()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"moved": True, "effect": "better"}, Effect.HELPED),
        ({"moved": True, "effect": "worse"}, Effect.WORSE),
        ({"moved": True, "effect": "same"}, Effect.NONE),
        ({"moved": True, "effect": "unknown"}, Effect.UNKNOWN),
        ({"moved": False, "effect": "better"}, None),
        ({"effect": "better"}, None),
    ],
)
def test_a_box_that_moved_between_two_walks_was_tried(
    bench: Bench, data: dict[str, object], told: Effect | None
) -> None:
    case = bench.book.open("x").id
    kept(bench, 1, **data)
    found = bench.book.case(case)
    assert found is not None
    assert [(one.what, one.effect) for one in found.tried] == ([] if told is None else [(MOVED, told)])


@pytest.mark.parametrize("erased", [0, 2, 3])
def test_an_older_history_takes_walks_and_keeps_its_ids_and_its_guards(tmp_path: Path, erased: int) -> None:
    connection, _ = open_database(tmp_path / FILE, MIGRATIONS[:6])
    words = ("2026-11-22T18:00:00+00:00", "ab", "ask", "x", "{}")
    for _ in range(3):
        connection.execute("INSERT INTO history (at, run, kind, subject, data) VALUES (?, ?, ?, ?, ?)", words)
    connection.execute("INSERT INTO erasures (at, why, lines, checks) VALUES ('', 'asked', 1, 0)")
    for line in range(4 - erased, 4):
        connection.execute("INSERT INTO erased_lines VALUES (?, 1)", (line,))
        connection.execute("DELETE FROM history WHERE id = ?", (line,))
    connection.close()
    connection, _ = open_database(tmp_path / FILE)
    insert = "INSERT INTO history (at, run, kind, subject, data) VALUES ('', '', 'walk', 'walk-000000000001', '{}')"
    assert connection.execute(insert).lastrowid == 4
    assert connection.execute("SELECT count(*) FROM history").fetchone()[0] == 4 - erased
    for edit in ("DELETE FROM history", "UPDATE history SET data = ''", "INSERT INTO erased_lines VALUES (99, 1)",
                 "REPLACE INTO history SELECT 4, at, run, kind, subject, data FROM history WHERE id = 4"):  # fmt: skip
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(edit)
    connection.execute("INSERT INTO erased_lines VALUES (4, 1)")
    connection.execute("DELETE FROM history WHERE id = 4")
    connection.close()
