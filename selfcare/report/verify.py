"""Whether a report is as it was made. Whatever the bytes are: bounded in time and memory, and a clear code.

It proves "unchanged since the install with this fingerprint made it", no more: not who that was, nor that it is true.
Codes: ``report_too_large``, ``report_unreadable`` (no ZIP, damaged, encrypted), ``report_odd`` (a ZIP that no report
is: names, number or size of its files), ``report_no_manifest``, ``report_bad_manifest``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

from selfcare.ground.install_key import fingerprint, verifies
from selfcare.model.report import Check, Verified
from selfcare.report.pack import MANIFEST, MANIFEST_SCHEMA, MIME, canonical
from selfcare.report.trim import CAP

MOST = 2 * CAP
"""Bytes of an archive that is looked at."""
MEMBERS = 12
MEMBER_BYTES = 8 * 1024 * 1024
"""Of one file, unpacked: ``rapport.json`` of a report of ``CAP`` has some 6 MB."""
MANIFEST_BYTES = 64 * 1024
_END = b"PK\x05\x06"
_END_SIZE = 22
_BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, OverflowError,
    IndexError,
)  # fmt: skip


class _Odd(Exception):
    """``code`` of a refusal."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def verify(data: bytes) -> Verified:
    """Never raises."""
    try:
        return _verified(data)
    except _Odd as odd:
        return Verified(False, error=odd.code)
    except _BROKEN:
        return Verified(False, error="report_unreadable")


def _verified(data: bytes) -> Verified:
    if len(data) > MOST:
        raise _Odd("report_too_large")
    _look_at_end(data)
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        infos = zipped.infolist()
        _look_at_members(infos)
        digests = {info.filename: _digest(zipped, info) for info in infos if info.filename != MANIFEST}
        told = _manifest(zipped, infos)
    return _compared(told, digests)


def _look_at_end(data: bytes) -> None:
    """Before the list of files is read: how many there are is said at the end, and nothing stands behind it."""
    at = len(data) - _END_SIZE
    if at < 0 or not data.startswith(b"PK") or b"PK" not in data[-(_END_SIZE + 65536) :]:
        raise _Odd("report_unreadable")
    if data[at : at + 4] != _END:
        raise _Odd("report_unreadable" if _END not in data[-(_END_SIZE + 65536) :] else "report_odd")
    if int.from_bytes(data[at + 10 : at + 12], "little") > MEMBERS:
        raise _Odd("report_odd")
    if int.from_bytes(data[at + 12 : at + 16], "little") > MEMBERS * 512:
        raise _Odd("report_odd")  # a list that is longer than it says


def _look_at_members(infos: list[zipfile.ZipInfo]) -> None:
    names = [info.filename for info in infos]
    if len(names) > MEMBERS or len(set(names)) != len(names):
        raise _Odd("report_odd")
    if MANIFEST not in names:
        raise _Odd("report_no_manifest")
    for info in infos:
        if info.flag_bits & 0x1:
            raise _Odd("report_unreadable")
        plain = info.filename.isascii() and info.filename.isprintable() and not set(info.filename) & set('/\\:*?"<>|')
        known = info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        if not plain or not 0 < len(info.filename) <= 64 or info.filename.startswith(".") or not known:
            raise _Odd("report_odd")
        if info.file_size > MEMBER_BYTES or info.file_size > 1200 * max(info.compress_size, 1):
            raise _Odd("report_odd")  # deflate cannot do more than 1032 to 1


def _digest(zipped: zipfile.ZipFile, info: zipfile.ZipInfo) -> str:
    """By pieces; never more than it said it would be."""
    digest, left = hashlib.sha256(), MEMBER_BYTES
    with zipped.open(info) as file:
        while piece := file.read(min(65536, left + 1)):
            left -= len(piece)
            if left < 0:
                raise _Odd("report_odd")
            digest.update(piece)
    return digest.hexdigest()


def _manifest(zipped: zipfile.ZipFile, infos: list[zipfile.ZipInfo]) -> Mapping[str, Any]:
    info = next(one for one in infos if one.filename == MANIFEST)
    if info.file_size > MANIFEST_BYTES:
        raise _Odd("report_bad_manifest")
    with zipped.open(info) as file:
        text = file.read(MANIFEST_BYTES + 1)
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        raise _Odd("report_bad_manifest") from None
    files = told.get("files") if isinstance(told, dict) else None
    sound = (
        isinstance(files, dict) and 0 < len(files) <= MEMBERS and all(isinstance(one, str) for one in files.values())
    )
    if not sound or told.get("schema") != MANIFEST_SCHEMA:
        raise _Odd("report_bad_manifest")
    return told  # type: ignore[no-any-return]


def _compared(told: Mapping[str, Any], digests: Mapping[str, str]) -> Verified:
    files = {
        name: Check.MISSING if name not in digests else Check.GOOD if digests[name] == said else Check.CHANGED
        for name, said in told["files"].items() if name in MIME
    }  # fmt: skip
    if len(files) != len(told["files"]):
        raise _Odd("report_bad_manifest")
    files |= {name: Check.EXTRA for name in digests if name not in files}
    public = _bytes(told.get("key"), 32)
    try:
        signed = verifies(public, _bytes(told.get("signature"), 64), canonical(told))
    except (UnicodeEncodeError, RecursionError):
        signed = False
    case = told.get("case")
    return Verified(signed, case if isinstance(case, str) else "", fingerprint(public), files)


def _bytes(text: object, size: int) -> bytes:
    try:
        found = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != size:
        raise _Odd("report_bad_manifest")
    return found
