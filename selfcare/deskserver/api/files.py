"""Attachments by value: decoded, bounded, told by what is in them (never by what they claim), named harmlessly."""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from selfcare.deskserver.api.bounds import line, refused
from selfcare.deskserver.model import DeskRefusal, Upload

_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"PK\x03\x04", "application/zip", "report"), (b"PK\x05\x06", "application/zip", "report"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "picture"), (b"\xff\xd8\xff", "image/jpeg", "picture"),
    (b"GIF87a", "image/gif", "picture"), (b"GIF89a", "image/gif", "picture"), (b"%PDF-", "application/pdf", "other"),
)  # fmt: skip
_SHA = re.compile(r"sha256:([0-9a-fA-F]{64})\s*")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file with its bytes; they go to the blob store before the ticket goes to the database."""

    upload: Upload
    data: bytes
    told: Mapping[str, Any]


def brought(entries: list[dict[str, Any]], most: int) -> tuple[list[Incoming], list[dict[str, Any]]]:
    """By value; and the others, that only name something elsewhere (kept, never fetched). ``most``: bytes of one.

    Raises:
        DeskRefusal: 400 ``no_base64``, 413 ``file_too_large``, 422 ``digest_mismatch``, ``file_kind``.
    """
    by_value = [_one(one, most, at) for at, one in enumerate(entries) if "content" in one]
    return by_value, [one for one in entries if "content" not in one]


def _one(entry: dict[str, Any], most: int, at: int) -> Incoming:
    content: str = entry["content"]
    if len(content) > most * 4 // 3 + 8:
        raise DeskRefusal(413, "file_too_large")
    try:
        data = binascii.a2b_base64(content, strict_mode=True)
    except (binascii.Error, ValueError):
        raise refused("no_base64", f"attachment[{at}].content") from None
    if len(data) > most:
        raise DeskRefusal(413, "file_too_large")
    digest = hashlib.sha256(data).hexdigest()
    claimed = _SHA.fullmatch(entry.get("description", ""))
    if claimed and claimed.group(1).lower() != digest:
        raise DeskRefusal(422, "digest_mismatch", where=f"attachment[{at}]")
    mime, kind = kind_of(data)
    told: dict[str, Any] = {
        str(name): entry[name] for name in ("attachmentType", "validFor", "description") if name in entry
    }
    if claimed:
        told.pop("description")
    if told.get("attachmentType") == kind:
        told.pop("attachmentType")
    return Incoming(Upload(harmless(entry.get("name", ""), kind), mime, len(data), digest, kind), data, told)


def kind_of(data: bytes) -> tuple[str, str]:
    """MIME type and ``report``, ``picture`` or ``other``, by content. A report is an archive; it is opened later.

    Raises:
        DeskRefusal: 422 ``file_kind``: nothing a ticket needs.
    """
    for magic, mime, kind in _MAGIC:
        if data.startswith(magic):
            return mime, kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp", "picture"
    try:
        if b"\0" not in data:
            data.decode()
            return "text/plain", "other"
    except UnicodeDecodeError:
        pass
    raise DeskRefusal(422, "file_kind")


def harmless(name: str, kind: str) -> str:
    """Its last step, printable, at most 120 characters; never hidden, never empty."""
    last = re.split(r"[/\\:]", line(name))[-1]
    kept = "".join(one for one in last if one.isprintable() and one not in '<>"|?*').strip(" .")
    stem, dot, end = kept.rpartition(".")
    if len(kept) > 120:
        kept = stem[: 119 - len(end)] + dot + end if dot and len(end) < 10 else kept[:120]
    return kept or ("report.zip" if kind == "report" else "file")
