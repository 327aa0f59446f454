"""Opens one report: bytes in, plain data out. Runs in the reader's own process; pure, and so tested without one."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from dataclasses import dataclass, field
from typing import Any

from selfcare.deskserver.intake.reading_extract import Bad, extract, parsed
from selfcare.report.pack import DOCUMENT, MANIFEST
from selfcare.report.verify import MEMBER_BYTES, verify


@dataclass(frozen=True, slots=True)
class Opened:
    """``state``: ``report`` (signature holds), ``changed``, ``odd``. ``reason``: sentence ``reading.<reason>``.

    ``document``: ``rapport.json`` as it stands (a stranger's, of JSON's own types; None where it is ``odd``).
    ``extract``: what is kept of it. ``public``: the key that signed, 32 bytes, base64; ``fingerprint`` of it.
    ``files``: name → good, changed, missing, extra.
    """

    state: str
    reason: str = ""
    fingerprint: str = ""
    public: str = ""
    case: str = ""
    files: dict[str, str] = field(default_factory=dict)
    extract: dict[str, Any] = field(default_factory=dict)
    document: dict[str, Any] | None = None


def opened_here(data: bytes) -> Opened:
    """Never raises but for what ends a process (no memory, a limit)."""
    found = verify(data)
    if found.error:
        return Opened("odd", found.error)
    files = {name: check.value for name, check in found.files.items()}
    told: dict[str, Any] = {"fingerprint": found.fingerprint, "case": found.case[:40], "files": files}
    try:
        document = parsed(_member(data, DOCUMENT, MEMBER_BYTES))
        told["public"] = _public(_member(data, MANIFEST, MEMBER_BYTES))
    except (Bad, KeyError):
        return Opened("odd", "report_bad_document", **told)
    state = "report" if found.good and document.get("case") == found.case else "changed"
    return Opened(state, "" if state == "report" else "changed", extract=extract(document), document=document, **told)


def _member(data: bytes, name: str, most: int) -> bytes:
    """``verify`` has looked at the archive: its names, sizes and ways."""
    with zipfile.ZipFile(io.BytesIO(data)) as zipped, zipped.open(name) as file:
        found = file.read(most + 1)
    if len(found) > most:
        raise Bad("large")
    return found


def _public(manifest: bytes) -> str:
    key = json.loads(manifest)["key"]
    return base64.b64encode(base64.b64decode(key)).decode()


def digest(data: bytes) -> str:
    """Hex."""
    return hashlib.sha256(data).hexdigest()
