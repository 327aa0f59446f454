"""A report is as it was made, or it is said what is not; and no file from anywhere costs time, memory or a crash."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterable

import pytest

from selfcare.model.report import Check, Report, ReportOptions, Section
from selfcare.report import trim
from selfcare.report.consent import consent
from selfcare.report.pack import MANIFEST
from selfcare.report.verify import MOST, verify
from tests.report.world import AT, EVERYTHING, KEY, log, made, source

Files = list[tuple[str, bytes]]


@pytest.fixture(scope="module")
def report() -> Report:
    return made(source(), ReportOptions(EVERYTHING))


def files(report: Report) -> Files:
    return [(part.name, part.data) for part in report.parts]


def zipped(content: Iterable[tuple[str, bytes]], way: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", way) as file:
        for name, data in content:
            file.writestr(name, data)
    return out.getvalue()


def test_as_it_was_made(report: Report) -> None:
    found = verify(report.archive)
    assert found.good
    assert (found.case, found.fingerprint) == (report.case, KEY.fingerprint)
    assert set(found.files) == {part.name for part in report.parts} - {MANIFEST}


def test_the_same_input_gives_the_same_bytes(report: Report) -> None:
    assert made(source(), ReportOptions(EVERYTHING)).archive == report.archive


def test_every_changed_byte_is_noticed(report: Report) -> None:
    for at, (name, data) in enumerate(files(report)):
        other = [(n, bytes([d[0] ^ 1]) + d[1:] if n == name else d) for n, d in files(report)]
        found = verify(zipped(other))
        assert not found.good, (at, name, data[:10])
        assert name == MANIFEST or found.files[name] is Check.CHANGED


def test_what_is_missing_or_added_is_named(report: Report) -> None:
    without = verify(zipped(one for one in files(report) if one[0] != "rapport.json"))
    assert (without.good, without.files["rapport.json"], without.signed) == (False, Check.MISSING, True)
    more = verify(zipped([*files(report), ("virus.exe", b"x")]))
    assert (more.good, more.files["virus.exe"]) == (False, Check.EXTRA)


def manifest_with(report: Report, change: Callable[[dict[str, object]], object]) -> bytes:
    told = json.loads(dict(files(report))[MANIFEST])
    change(told)
    return zipped([(n, d) if n != MANIFEST else (n, json.dumps(told).encode()) for n, d in files(report)])


@pytest.mark.parametrize("change", [
    lambda told: told.update(case="CAS-AAAA-AAAA"), lambda told: told.update(extra=1),
    lambda told: told.update(made=AT),
    lambda told: told["files"].pop("coupures.csv"),
])  # fmt: skip
def test_a_manifest_that_was_changed_bears_no_signature(
    report: Report, change: Callable[[dict[str, object]], object]
) -> None:
    found = verify(manifest_with(report, change))
    assert (found.good, found.signed, found.error) == (False, False, "")


@pytest.mark.parametrize("change", [
    lambda told: told.update(key="AAAA"), lambda told: told.update(signature=7), lambda told: told.update(files=[]),
    lambda told: told.update(files={"../../etc/passwd": "00"}), lambda told: told.update(schema="other/1"),
    lambda told: told.update(key="é" * 44), lambda told: told.update(files={"rapport.json": 3}),
])  # fmt: skip
def test_a_manifest_that_is_none(report: Report, change: Callable[[dict[str, object]], object]) -> None:
    assert verify(manifest_with(report, change)).error == "report_bad_manifest"


def patched(data: bytes, find: bytes, at: int, new: bytes) -> bytes:
    start = data.find(find) + at
    return data[:start] + new + data[start + len(new) :]


def hostile(report: Report) -> dict[str, tuple[bytes, str]]:
    good, central = report.archive, b"PK\x01\x02"
    sizes = patched(good, central, 24, struct.pack("<I", 2**32 - 2))
    nested = ("[" * 60_000).encode()
    return {
        "empty": (b"", "report_unreadable"),
        "text": (b"PK nothing at all, and long enough to be looked at", "report_unreadable"),
        "cut": (good[: len(good) // 2], "report_unreadable"),
        "too large": (b"PK" + bytes(MOST), "report_too_large"),
        "bomb": (zipped([*files(report), ("a.txt", bytes(40_000_000))]), "report_odd"),
        "lies of its size": (sizes, "report_odd"),
        "many": (zipped((f"f{at}", b"") for at in range(10_000)), "report_odd"),
        "paths": (zipped([*files(report), ("../x", b"")]), "report_odd"),
        "windows paths": (zipped([*files(report), ("C:x", b"")]), "report_odd"),
        "behind it": (good + b"more", "report_odd"),
        "encrypted": (patched(good, central, 8, b"\x01\x00"), "report_unreadable"),
        "another compression": (zipped(files(report), zipfile.ZIP_LZMA), "report_odd"),
        "no manifest": (zipped([("rapport.json", b"{}")]), "report_no_manifest"),
        "deep manifest": (zipped([(MANIFEST, nested)]), "report_bad_manifest"),
        "large manifest": (zipped([(MANIFEST, b" " * 70_000 + b"x")]), "report_bad_manifest"),
        "bad data": (patched(good, b"rapport.html", 20, b"\xff" * 40), "report_unreadable"),
    }


@pytest.mark.parametrize("name", ["empty", "text", "cut", "too large", "bomb", "lies of its size", "many", "paths",
                                  "windows paths", "behind it", "encrypted", "another compression", "no manifest",
                                  "deep manifest", "large manifest", "bad data"])  # fmt: skip
def test_hostile_files_have_a_clear_end(report: Report, name: str) -> None:
    data, code = hostile(report)[name]
    found = verify(data)
    assert (found.error, found.good) == (code, False)


def test_doubles_are_refused(report: Report) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        data = zipped([*files(report), ("rapport.json", b"{}")])
    assert verify(data).error == "report_odd"


def test_every_cut_and_every_broken_byte_ends(report: Report) -> None:
    small = zipped([(MANIFEST, dict(files(report))[MANIFEST]), ("rapport.json", b"{}")])
    for at in range(0, len(small), 7):
        assert not verify(small[:at]).good
        verify(small[:at] + bytes([small[at] ^ 0x55]) + small[at + 1 :])


# -- size, consent --------------------------------------------------------------------------------


def test_what_is_too_large_is_cut_in_order_and_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = "\n".join(f"{at * 7919 % 99991} ligne {at * 104729 % 999983}" for at in range(9000)).encode()
    whole = made(source(log=noise), ReportOptions(EVERYTHING))
    monkeypatch.setattr(trim, "TARGET", len(whole.archive) - 1000)
    less = made(source(log=noise), ReportOptions(EVERYTHING))
    assert less.omitted == ("log.older",)
    assert less.document["omitted"] == ["log.older"]
    monkeypatch.setattr(trim, "TARGET", 1)
    least = made(source(log=noise), ReportOptions(EVERYTHING))
    assert least.document["check"] is None
    assert list(least.omitted) == [name for name, _ in trim.STEPS if name in least.omitted]
    assert {"log", "check.raw_series", "check"} <= set(least.omitted)
    assert verify(least.archive).good


def test_the_log_is_its_end_from_a_whole_line() -> None:
    told = trim.tail(b"first\nsecond\nthird\n" * 20_000)
    assert len(told) <= trim.LOG_BYTES
    assert told.split(b"\n")[0] in (b"first", b"second", b"third")


def test_consent_says_which_bytes(report: Report) -> None:
    agreed = consent(report, "free", AT)
    assert (agreed.sha256, agreed.to, agreed.at) == (report.sha256, "free", AT)
    assert agreed.sections == tuple(sorted(one.value for one in Section if one in report.sections))
    assert log()
